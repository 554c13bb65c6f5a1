"""The settings under `[check]`: one table says what each means and how it is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from cnncalc.analysis.conventions import BYTES_PER_VALUE, OPTIMIZER_STATES
from cnncalc.checks.finding import SEVERITIES
from cnncalc.checks.project.globs import Pattern, read_pattern
from cnncalc.checks.project.reader import MOST_ENTRIES, Reader
from cnncalc.checks.project.texts import read_code, read_precision, read_rule_code, read_warning
from cnncalc.checks.project.tolerances import read_tolerance
from cnncalc.checks.project.values import FileIgnores
from cnncalc.checks.settings.places import Path
from cnncalc.diagnostics import Severity
from cnncalc.records import Record

LARGEST_BATCH = 10**9
"""As on the command line."""

_CODE = "write `W603`, or `W6` for all of its kind"


class Setting(Record):
    """A setting.

    Attributes:
        kind: what it takes, as `project.schema` has it.
        read: gives its value, or refuses it.
        text: what it means, in a sentence.
        default: what holds where it is not given, as it is shown.
        choices: all that it can be, where that is listed.
    """

    kind: str
    read: Callable[[Reader, Any, Path], object]
    text: str
    default: str = ""
    choices: tuple[str, ...] = ()


def _codes(reader: Reader, value: Any, path: Path) -> tuple[str, ...]:
    return reader.each(value, path, read_code, _CODE)


def _patterns(reader: Reader, value: Any, path: Path) -> tuple[Pattern, ...]:
    return reader.each(value, path, partial(read_pattern, has_variant=False))


def _file(reader: Reader, value: Any, path: Path) -> str | None:
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value
    reader.refuse(path, f"`{path[-1]}` must be the path of a file")
    return None


def _tolerance(reader: Reader, value: Any, path: Path) -> str | None:
    text, hint = reader.written(value, path), 'write `"2%"`'
    if text is None:
        reader.refuse(path, "`tolerance` must be a percentage", hint)
    else:
        reader.attempt(path, lambda text, _span: read_tolerance(text), text, hint)
    return text


def _batch(reader: Reader, value: Any, path: Path) -> int | None:
    if type(value) is int and 1 <= value <= LARGEST_BATCH:
        return value
    reader.refuse(path, f"`batch` must be a whole number from 1 to {LARGEST_BATCH:,}")
    return None


def _bits(reader: Reader, value: Any, path: Path) -> str | None:
    text = reader.written(value, path)
    if text is None:
        reader.refuse(path, "`bits` must be a string", 'write `"w8a8"`')
        return None
    found = reader.attempt(path, read_precision, text, None)
    return found[0] if found else None


def _flag(reader: Reader, value: Any, path: Path) -> bool:
    return reader.flag({str(path[-1]): value}, path[:-1])


def _severities(reader: Reader, value: Any, path: Path) -> Mapping[str, Severity]:
    found: dict[str, Severity] = {}
    for code, severity, at in _entries(reader, value, path, 'write `W603 = "error"`'):
        read = reader.attempt_key(at, read_warning, code, _CODE)
        chosen = reader.choice(severity, at, SEVERITIES)
        if read and chosen is not None:
            found[read[0]] = next(one for one in SEVERITIES if one == chosen)
    return found


def _file_ignores(reader: Reader, value: Any, path: Path) -> tuple[FileIgnores, ...]:
    found: list[FileIgnores] = []
    for glob, codes, at in _entries(reader, value, path, 'write `"old/*.yaml" = ["W603"]`'):
        patterns = reader.attempt_key(at, partial(read_pattern, has_variant=False), glob)
        ignored = reader.each(codes, at, read_rule_code, _CODE)
        found += [FileIgnores(pattern, ignored) for pattern in patterns]
    return tuple(found)


def _entries(reader: Reader, value: Any, path: Path, hint: str) -> Iterator[tuple[str, Any, Path]]:
    """The keys of a table, their values and the paths of these."""
    if not isinstance(value, dict):
        reader.refuse(path, f"`{path[-1]}` must be a table", hint)
    elif len(value) > MOST_ENTRIES:
        reader.refuse(path, f"`{path[-1]}` has {len(value):,} entries, over {MOST_ENTRIES:,}")
    else:
        for key, inner in value.items():
            yield key, inner, (*path, key)


def _choice(known: Sequence[str], text: str, default: str) -> Setting:
    def read(reader: Reader, value: Any, path: Path) -> str | None:
        return reader.choice(value, path, known)

    return Setting("choice", read, text, default, tuple(known))


SETTINGS: Mapping[str, Setting] = {
    "select": Setting(
        "codes", _codes, "Only these rules, by the beginnings of their codes.", "W, without W607"
    ),
    "ignore": Setting("codes", _codes, "All rules but these, by the beginnings of their codes."),
    "per_file_ignores": Setting(
        "file_ignores", _file_ignores, "Rules that are ignored in some files: globs with codes."
    ),
    "severity": Setting(
        "severities", _severities, "How bad warnings are, by the beginnings of their codes."
    ),
    "fail-on": _choice(SEVERITIES, "The lowest severity that fails the check.", "warning"),
    "exclude": Setting("globs", _patterns, "Files and folders that are left out."),
    "baseline": Setting("file", _file, "The file of stored counts that may not grow."),
    "tolerance": Setting(
        "percentage", _tolerance, "How far a count may grow beyond the baseline.", "0"
    ),
    "dtype": _choice(tuple(BYTES_PER_VALUE), "The type of every value.", "float32"),
    "batch": Setting("whole", _batch, "Examples at once.", "1"),
    "optimizer": _choice(tuple(OPTIMIZER_STATES), "What training keeps beside weights.", "adam"),
    "bits": Setting("bits", _bits, "Bits of weights and activations, in place of the type."),
    "allow_empty": Setting(
        "flag", _flag, "Whether globs of `exclude` and ignores may match nothing.", "false"
    ),
}
"""What `[check]` can say, in the order in which it is shown."""


def read_settings(reader: Reader, table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The settings that are given, by the names of a Project's fields, with the place of each."""
    given = {key: (*path, key) for key in SETTINGS if key in table}
    found: dict[str, Any] = {
        key.replace("-", "_"): SETTINGS[key].read(reader, table[key], at)
        for key, at in given.items()
    }
    places = {key: reader.places.value(at) for key, at in given.items()}
    for code in found.get("severity", ()):
        places[f"severity.{code}"] = reader.places.value((*given["severity"], code))
    return found | {"places": places}
