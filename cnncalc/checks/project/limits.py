"""The tables `budget` and `budgets`: limits, and what they are about."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from cnncalc.checks.project.globs import Pattern, read_pattern
from cnncalc.checks.project.names import OF_BUDGET, OF_BUDGETS
from cnncalc.checks.project.reader import Reader, leaves
from cnncalc.checks.project.sizes import MOST_SIZES, Axes, InputSizes, count_sizes, read_axes
from cnncalc.checks.project.values import Budget
from cnncalc.checks.settings.places import Path
from cnncalc.diagnostics import Span
from cnncalc.facts import STATED, Fact, read_budget
from cnncalc.metrics import METRICS

_LIMITS = (*STATED, "layers")


def read_defaults(reader: Reader, table: Mapping[str, Any], path: Path) -> Budget:
    """The table `[budget]`, which is about every network."""
    homes = {
        key: f"write `[[{reader.start}budgets]]` for networks by {named}"
        for key, named in (("specs", "glob"), ("family", "family"), ("label", "label"))
    }
    reader.check_keys(path, table, (*_LIMITS, *OF_BUDGET), homes)
    return _budget(reader, table, path)


def read_budgets(reader: Reader, table: Mapping[str, Any], path: Path) -> Budget:
    """One of the tables `[[budgets]]`, which is about some networks, or a label of some."""
    meant = reader.check_keys(path, table, (*_LIMITS, *OF_BUDGETS), {})
    families, label = _families(reader, table, path), _label(reader, table, path)
    patterns = None
    if "specs" in table or not meant & {"family", "label"}:
        patterns = _specs(reader, table.get("specs", []), (*path, "specs"), meant)
    if not meant & {*_LIMITS}:
        hint = 'give it a limit: `parameters = "30M"`'
        reader.faults.add("this table limits no metric", reader.places.key(path), hint)
    return _budget(reader, table, path, label)._replace(patterns=patterns, families=families)


def _budget(
    reader: Reader, table: Mapping[str, Any], path: Path, label: str | None = None
) -> Budget:
    inputs = _inputs(reader, table["input"], (*path, "input")) if "input" in table else None
    facts: list[Fact] = []
    for key in filter(_LIMITS.__contains__, table):
        value, at = table[key], (*path, key)
        if key == "layers":
            facts += _layers(reader, value, at, label)
        else:
            facts += _fact(reader, (label, key), value, at)
    allows_empty = reader.flag(table, path)
    place = reader.places.key(path)
    return Budget(None, inputs, tuple(facts), place, allows_empty, None, label)


def _specs(reader: Reader, value: Any, path: Path, meant: set[str]) -> tuple[Pattern, ...]:
    """The globs of a table, an empty list where there is no such key."""
    if value == []:
        hint = f'write `specs = "nets/*.yaml"`, or `[{reader.start}budget]` for all networks'
        if path in reader.places.values or "specs" not in meant:
            reader.refuse(path, "this table has no `specs`", hint)
        return ()
    return reader.each(value, path, partial(read_pattern, has_variant=True))


def _families(reader: Reader, table: Mapping[str, Any], path: Path) -> tuple[Pattern, ...] | None:
    """The families that a table is about; None for all."""
    if "family" not in table:
        return None
    at = (*path, "family")
    if table["family"] == []:
        reader.refuse(at, "`family` names no family", 'write `family = "resnet"`')
    return reader.each(table["family"], at, read_family)


def read_family(text: str, span: Span) -> Pattern:
    """A family, the name of a file before its first dot, or a glob for several, in any folder.

    Raises:
        ValueError: it is no such name; the text says why.
    """
    if not text.strip():
        raise ValueError("a family has no name")
    if found := re.search(r"[/\\:.]", text):
        told = "it is the name of a file before its first dot"
        raise ValueError(f"`{text}` has a `{found[0]}`: {told}")
    return read_pattern(f"**/{text}.*", span, has_variant=False)._replace(text=text)


def _label(reader: Reader, table: Mapping[str, Any], path: Path) -> str | None:
    """The label whose figures a table limits; None for the whole network."""
    label = table.get("label")
    if "label" not in table or (isinstance(label, str) and label.strip()):
        return label
    reader.refuse((*path, "label"), "`label` must be a label", 'write `label = "stage4"`')
    return None


def _layers(reader: Reader, table: Any, path: Path, within: str | None) -> Iterator[Fact]:
    """Facts of labelled layers: the dotted path of a layer, and the metric behind it.

    A path may be written dotted, quoted or table by table: `layers.stem.fc.macs = "1M"`,
    `layers."stem.fc".macs = "1M"` and `layers = {stem = {fc = {macs = "1M"}}}` are the same.
    """
    for names, value, at in leaves(table, path):
        if len(names) < 2:
            problem = "is given no metric" if names else "must be a table"
            message = f"`{at[-1]}` {problem}"
            reader.refuse(at, message, 'write `layers.LABEL.parameters = "10M"`')
        else:
            layer = ".".join((*([within] if within else ()), *names[:-1]))
            yield from _fact(reader, (layer, names[-1]), value, at)


def _fact(reader: Reader, figure: tuple[str | None, str], value: Any, path: Path) -> list[Fact]:
    """A limit on a metric of the whole or of a layer; nothing where it is refused."""
    layer, metric = figure
    text = reader.written(value, path)
    if metric not in STATED:
        key = reader.places.key(path)
        reader.faults.unknown(f"unknown metric `{metric}`", key, name=metric, known=STATED)
    elif text is None:
        reader.refuse(path, f"`{metric}` takes a number", _forms(metric))
    else:
        hint = _forms(metric)
        return reader.attempt(path, partial(read_budget, layer, metric), text, hint)
    return []


def _inputs(reader: Reader, value: Any, path: Path) -> InputSizes | None:
    axes: dict[str | None, Axes] = {}
    named = list(value.items()) if isinstance(value, dict) else [(None, value)]
    for label, text in named:
        at = path if label is None else (*path, label)
        if isinstance(text, str):
            for read in reader.attempt(at, lambda text, _span: read_axes(text), text, _SIZES):
                axes[label] = read
        else:
            reader.refuse(at, "an input must be a string", _SIZES)
    if not named:
        reader.refuse(path, "`input` names no input", _SIZES)
    if not axes or len(axes) < len(named):
        return None
    count = count_sizes(axes)
    if count > MOST_SIZES:
        message = f"this makes {count:,} inputs, more than {MOST_SIZES:,}"
        reader.refuse(path, message, "take a larger step, or fewer sizes")
        return None
    text = ", ".join(text if label is None else f"{label}={text}" for label, text in named)
    return InputSizes(axes, text, reader.places.value(path))


_SIZES = 'write `"3x224x224"`, or a range with its step, `"3x{224..320:32}x{224..320:32}"`'


def _forms(metric: str) -> str:
    if metric in {"output", "share"}:
        return {"output": 'write `"1000"` or `"256x6x6"`', "share": 'write `"<= 12.5%"`'}[metric]
    if METRICS[metric].is_bytes:
        return 'write `"4 MiB"`, `">= 4 MB"` or `"2 MiB..4 MiB"`'
    return 'write `"61M"`, `">= 224"` or `"224..512"`'
