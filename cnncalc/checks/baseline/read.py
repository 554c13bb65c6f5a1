"""The text of a baseline to its figures: every fault at once, each at its place."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from cnncalc.analysis.conventions import Basis
from cnncalc.bits import Precision
from cnncalc.checks.baseline.records import DEPTH, SCHEMA_VERSION, Baseline
from cnncalc.checks.settings.places import Path, Places, json_places
from cnncalc.checks.settings.source import MOST_FAULTS, Faults, Lines, decode
from cnncalc.checks.stored import SHAPES, TOTALS, Figures, Stored, metric_of
from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.facts import STATED
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.spec.conflicts import MARKERS, MESSAGE


class Most(Record):
    """How large a baseline may be; a network takes some 700 bytes.

    Attributes:
        size: in bytes.
        networks: what it may hold of these.
        figures: the same of all of them.
        remedy: what allows more.
    """

    size: int
    networks: int
    figures: int
    remedy: str | None = None


OWN = Most(2**26, 1_000_000, 2_000_000)
"""For one's own: what is read takes less than a gigabyte."""

ANYONES = Most(2**23, 50_000, 350_000, "pass `--trusted` for a larger one of your own")
"""For a stranger's: it is read within two seconds and 300 MB."""

MOST_LISTS = 1000
"""Lists in a text that is read as a baseline, which has none, or brackets in its names."""

LONGEST_NUMBER = 1000
"""Digits of a figure: Python itself refuses to read a few thousand."""

LONGEST_NAME = 4096
"""Characters of the name of a network or of a figure; the longest path has as many."""

_KEYS = ("schema_version", "basis", "figures")

_ANEW = "delete the file, then run with `--update-baseline`"


def decode_baseline(
    data: bytes, file: str, most: Most = ANYONES
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a baseline, and what is wrong with its bytes, or with how much they say."""
    if len(data) > most.size:
        return "", (_too_large(file, f"is larger than {most.size:,} bytes", most),)
    text, faults = decode(data, file, "E902", most.size)
    told = "" if faults else excess(text, most)
    return text, (_too_large(file, told, most),) if told else faults


def _too_large(file: str, told: str, most: Most) -> Diagnostic:
    return Diagnostic("E902", f"`{file}` {told}", None, (), most.remedy)


def excess(text: str, most: Most = ANYONES) -> str:
    """What a text has too much of to be read as a baseline, in words; nothing where it is fine."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > most.size:
        return f"is larger than {most.size:,} bytes"
    if text.count("{") > most.networks:
        return f"has more than {most.networks:,} networks"
    if text.count(",") > most.figures:
        return f"has more than {most.figures:,} figures"
    if text.count("[") > MOST_LISTS:
        return f"has more than {MOST_LISTS:,} lists, and a baseline has none"
    return ""


def is_baseline(text: str) -> bool:
    """Whether a text is meant as one: of what is something else nothing is quoted."""
    try:
        root = json.loads(text, parse_int=_whole)
    except (ValueError, RecursionError):
        return False
    return isinstance(root, dict) and root.keys() >= {*_KEYS}


def read_baseline(text: str, file: str) -> tuple[Baseline | None, tuple[Diagnostic, ...]]:
    """The figures that a text holds; None when it has faults."""
    repeats: list[bool] = []

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        repeats.append(len(found) < len(pairs))
        return found

    try:
        root = json.loads(text, object_pairs_hook=table, parse_int=_whole)
    except json.JSONDecodeError as fault:
        return None, (_syntax(fault, Lines(text, file)),)
    except RecursionError:
        message = "the nesting is too deep for a baseline"
        return None, (Diagnostic("E902", message, Span(file, 1, 1, 1, 2), (), _ANEW),)
    reader = _Reader(text, file)
    baseline = reader.baseline(root)
    for path, key in reader.places.repeated[:MOST_FAULTS] if any(repeats) else ():
        place = reader.places.span(*key)
        reader.faults.add(f"duplicate key `{path[-1]}`", place, "remove one of them")
    found = reader.faults.sorted()
    return (None if found else baseline), found


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


def _shape(text: str) -> Shape | None:
    """A shape as it is stored, of whatever size: a receptive field may be larger than an input."""
    lengths = text.split("x") if len(text) <= LONGEST_NUMBER and text.isascii() else [""]
    return tuple(map(int, lengths)) if all(map(str.isdecimal, lengths)) else None


def _syntax(fault: json.JSONDecodeError, lines: Lines) -> Diagnostic:
    text = fault.doc
    at = fault.pos + len(text[fault.pos :]) - len(text[fault.pos :].lstrip())
    if text[text.rfind("\n", 0, at) + 1 :].startswith(MARKERS):
        hint = "run with `--update-baseline` over all specs: it keeps what both sides store"
        return Diagnostic("E902", MESSAGE, lines.span(at, at + 7), (), hint)
    problem, at = _problem(text, fault.pos, at)
    return Diagnostic("E902", f"malformed JSON: {problem}", lines.span(at, at + 1))


_WHOLE_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


def _problem(text: str, stopped: int, at: int) -> tuple[str, int]:
    """What is wrong where `json` stops, and where; its own words and places vary with Python."""
    before = text[:at].rstrip()
    comma = len(before) - 1 if before.endswith(",") else at
    behind = text[comma + 1 :].lstrip()[:1] if text[comma : comma + 1] == "," else ""
    if behind in {"]", "}"}:
        return "a trailing `,` before the closing bracket", comma
    if at == len(text):
        return "unexpected end of the file", stopped
    if text[stopped] in "\r\n" and before.count('"') % 2:
        return "unterminated string on this line", stopped
    odd = text[at] if text[stopped] in " \r\n" else text[stopped]
    if not odd.isprintable():
        return f"unexpected character U+{ord(odd):04X}", stopped
    if text[at] == '"' and not _WHOLE_TEXT.match(text, at):
        return "unterminated string", at
    return f"unexpected `{text[at]}`", at


class _Reader:
    """Reads what `json` gives; its places are looked for only when there is a fault."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.faults = Faults("E902")

    @cached_property
    def places(self) -> Places:
        return json_places(self.text, self.file, DEPTH)

    def refuse(self, path: Path, message: str, hint: str | None = None) -> None:
        self.faults.add(message, self.places.value(path), hint)

    def baseline(self, root: Any) -> Baseline | None:
        keys = _KEYS
        if not isinstance(root, dict) or not root.keys() >= {*keys}:
            listed = ", ".join(f"`{key}`" for key in keys)
            self.faults.add(f"a baseline has {listed}", Span(self.file, 1, 1, 1, 2), _ANEW)
            return None
        version, figures = root["schema_version"], root["figures"]
        if type(version) is not int or version != SCHEMA_VERSION:
            message = f"unsupported schema version, expected {SCHEMA_VERSION}"
            self.refuse(keys[:1], message, "use the version of cnncalc that wrote it")
            return None
        self.known(root, (), keys)
        basis = self.basis(root["basis"])
        if not isinstance(figures, dict):
            self.refuse(keys[2:], "`figures` must be a table of networks")
            return None
        if any(len(name) > LONGEST_NAME for name in figures):
            message = f"the name of a network is longer than {LONGEST_NAME:,} characters"
            self.refuse(keys[2:], message)
            return None
        read = {name: self.network(value, ("figures", name)) for name, value in figures.items()}
        return Baseline(self.file, self.text, basis, read)

    def known(self, table: Mapping[str, Any], path: Path, known: Sequence[str]) -> None:
        for key in table:
            if len(key) > LONGEST_NAME:
                self.refuse(path, f"a key is longer than {LONGEST_NAME:,} characters")
            elif key not in known and not self.faults.is_full:
                place = self.places.key((*path, key))
                self.faults.unknown(f"unknown key `{key}`", place, name=key, known=known)

    def basis(self, value: Any) -> Basis:
        width = "bits" if isinstance(value, dict) and "bits" in value else "dtype"
        kinds = {width: str, "batch": int, "optimizer": str}
        if not isinstance(value, dict) or not value.keys() >= kinds.keys():
            listed = ", ".join(f"`{key}`" for key in kinds)
            self.refuse(("basis",), f"`basis` must be a table of {listed}")
            return Basis()
        self.known(value, ("basis",), tuple(kinds))
        for key, kind in kinds.items():
            if type(value[key]) is not kind:
                what = "a whole number" if kind is int else "a string"
                self.refuse(("basis", key), f"`{key}` must be {what}")
        told = {key: value[key] for key in kinds if key != "bits"}
        return Basis(**told, precision=self.bits(value["bits"]) if width == "bits" else None)

    def bits(self, text: Any) -> Precision | None:
        """The bits that were counted with; None where they are refused."""
        from cnncalc.analysis.precision import read_bits  # noqa: PLC0415 - few baselines have any

        try:
            return read_bits([text]) if isinstance(text, str) else None
        except ValueError as fault:
            self.refuse(("basis", "bits"), str(fault))
            return None

    def network(self, value: Any, path: Path) -> Figures:
        if not isinstance(value, dict):
            self.refuse(path, "a network must be a table of its figures")
            return {}
        found: dict[str, Stored] = {}
        for key, written in value.items():
            if self.faults.is_full:
                break
            if len(key) > LONGEST_NAME:
                message = f"the name of a figure is longer than {LONGEST_NAME:,} characters"
                self.refuse(path, message)
                break
            metric = metric_of(key)
            figure: Any = _shape(written) if isinstance(written, str) else written
            if metric not in STATED or metric == "share":
                place = self.places.key((*path, key))
                message = f"unknown metric `{metric}`" if metric else "missing metric"
                self.faults.unknown(message, place, name=metric, known=TOTALS)
            elif metric in SHAPES and not isinstance(figure, tuple):
                self.refuse((*path, key), f"`{metric}` must be a shape", 'as in `"256x6x6"`')
            elif metric not in SHAPES and (type(figure) is not int or figure < 0):
                self.refuse((*path, key), f"`{metric}` must be a whole number, 0 or more")
            else:
                found[key] = figure
        return found
