"""The layers that differ: which are shown, and which share a line."""

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from cnncalc.analysis.changes import Diff, Entry
from cnncalc.graph import Layer
from cnncalc.ops.values import shortest, show, show_shape
from cnncalc.records import Record
from cnncalc.render.diff.parts import MARKS, Look, signed
from cnncalc.render.text import printable

FITTING = 30
"""About the number of lines of a screen below the totals."""


class Line(Record):
    """One line of the list of layers: an entry, or several that change alike."""

    status: str
    name: str
    text: str
    output: str
    parameters: int
    macs: int


def layer_lines(diff: Diff, look: Look) -> tuple[list[Line], bool]:
    """The layers that differ, in as many lines as fit; and whether some share a line."""
    apart = [_line([entry], look) for entry in diff.entries]
    if look.has_all:
        return apart, False
    if len(apart) <= FITTING:  # each for itself; but layers that only moved together are one line
        groups = _groups(
            diff, lambda entry: _alike(entry) if entry.status == "moved" else id(entry)
        )
        return [_line(group, look) for group in groups], len(groups) < len(diff.entries)
    lines: list[Line] = []
    for fine, quiet in ((_alike, _alike), (_alike, roughly), (roughly, roughly)):
        kinds = {"reshaped": quiet, "rewired": quiet}
        groups = _groups(diff, lambda entry: kinds.get(entry.status, fine)(entry))  # noqa: B023
        lines = [_line(group, look) for group in groups]
        if len(lines) <= FITTING:
            break
    return _cut(lines), True


def _groups(diff: Diff, key: Callable[[Entry], Any]) -> list[list[Entry]]:
    """The entries of equal keys together, in the order of the first of each."""
    groups: dict[Any, list[Entry]] = {}
    for entry in diff.entries:
        groups.setdefault(key(entry), []).append(entry)
    return [*groups.values()]


def _alike(entry: Entry) -> Any:
    """A key that is equal for entries with the same change."""
    if entry.status == "moved":
        return entry.status, _rename(entry)
    return (
        *roughly(entry),
        tuple((change.old, change.new) for change in entry.attributes),
        entry.layer.op if entry.status in {"added", "removed", "replaced"} else None,
        [row.layer.output_shape for row in (entry.old, entry.new) if row]
        if entry.status == "reshaped"
        else None,
    ).__repr__()


def roughly(entry: Entry) -> tuple[object, ...]:
    """A key that is equal for entries with the same kind of change."""
    ops = tuple(row.layer.op.name for row in (entry.old, entry.new) if row)
    return entry.status, ops, tuple(change.name for change in entry.attributes)


def _before(entry: Entry) -> Layer:
    """The layer as it was, of an entry that was there before."""
    assert entry.old is not None  # noqa: S101 - only what was added has none
    return entry.old.layer


def _rename(entry: Entry) -> tuple[str, str]:
    """The part of the path that differs: of `a.conv1` and `b.conv1` it is `a` and `b`."""
    old, new = _before(entry).name.split("."), entry.layer.name.split(".")
    while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
        old.pop()
        new.pop()
    return ".".join(old), ".".join(new)


def _is_one_rename(entries: Sequence[Entry]) -> bool:
    return len({_rename(entry) for entry in entries}) == 1


def _cut(lines: list[Line]) -> list[Line]:
    """As many lines as fit a screen: those that change most, in order."""
    if len(lines) <= FITTING:
        return lines
    places = sorted(
        range(len(lines)),
        key=lambda place: (-abs(lines[place].macs), -abs(lines[place].parameters)),
    )
    rest = [lines[place] for place in places[FITTING - 1 :]]
    name = f"... {len(rest):,} more changes"
    parameters, macs = sum(line.parameters for line in rest), sum(line.macs for line in rest)
    kept = [lines[place] for place in sorted(places[: FITTING - 1])]
    return [*kept, Line("", name, "", "", parameters, macs)]


def _line(entries: Sequence[Entry], look: Look) -> Line:
    outputs = {_output(entry, look) for entry in entries}
    return Line(
        entries[0].status,
        _name(entries),
        _text(entries, look),
        outputs.pop() if len(outputs) == 1 else "",
        sum(entry.change("parameters") for entry in entries),
        sum(entry.change("macs") for entry in entries),
    )


def _name(entries: Sequence[Entry]) -> str:
    """The layer's name; for several, their number, their op and their common scope."""
    first = entries[0]
    if len(entries) == 1:
        return printable(first.layer.name)
    if first.status == "moved" and _is_one_rename(entries):
        return f"{printable(_rename(first)[1])} ({len(entries):,} layers)"
    levels = zip(*(entry.layer.scope for entry in entries), strict=False)
    scope = ".".join(names[0] for names in takewhile(lambda names: len(set(names)) == 1, levels))
    inside = f" in {printable(scope)}" if scope else ""
    return f"{len(entries):,} x {printable(first.layer.op.name)}{inside}"


def _text(entries: Sequence[Entry], look: Look) -> str:
    """The change in words, for one entry or several with the same change."""
    first = entries[0]
    old, new = first.old, first.new
    if old is None or new is None:
        texts = {entry.layer.op.notation() for entry in entries}
        text = texts.pop() if len(texts) == 1 else ""
        return "" if len(entries) > 1 and text == first.layer.op.name else text
    if first.status == "moved":
        was = _rename(first)[0] if len(entries) > 1 else old.layer.name
        return f"was {printable(was)}" if _is_one_rename(entries) else "other names"
    parts = []
    for place, change in enumerate(first.attributes):
        pairs = [(one.attributes[place].old, one.attributes[place].new) for one in entries]
        texts = {f" {look.arrow} ".join(show(shortest(one)) for one in pair) for pair in pairs}
        parts.append(f"{change.name} {_either(texts)}")
    if first.status == "replaced":
        parts.append(_either({_ops(entry, look) for entry in entries}))
    if first.status == "rewired":
        parts.append(_reading(entries))
    if first.status == "reshaped":
        shapes = {_shapes(entry, look) for entry in entries}
        parts.append(shapes.pop() if len(shapes) == 1 else "other shapes")
    return ", ".join(parts)


def _either(texts: set[str]) -> str:
    return texts.pop() if len(texts) == 1 else f"in {len(texts):,} ways"


def _ops(entry: Entry, look: Look) -> str:
    return f"{_before(entry).op.notation()} {look.arrow} {entry.layer.op.notation()}"


def _reading(entries: Sequence[Entry]) -> str:
    if len(entries) > 1:
        return "reads other layers"
    old, new = (", ".join(one.inputs) for one in (_before(entries[0]), entries[0].layer))
    return printable(f"reads {new}, was {old}")


def _shapes(entry: Entry, look: Look) -> str:
    """The output before and after; the inputs where the output is the same."""
    old, new = _before(entry), entry.layer
    if old.output_shape != new.output_shape:
        return _output(entry, look)
    before, after = (", ".join(map(show_shape, layer.input_shapes)) for layer in (old, new))
    return f"input {before} {look.arrow} {after}"


def _output(entry: Entry, look: Look) -> str:
    """The shape of the output, before and after where it differs."""
    shapes = [show_shape(row.layer.output_shape) for row in (entry.old, entry.new) if row]
    return f" {look.arrow} ".join(dict.fromkeys(shapes))


def layer_rows(lines: Sequence[Line], *, has_output: bool) -> tuple[list[list[str]], range]:
    """The headings and cells of the lines, and which columns are numbers.

    Outputs are left out where asked for, and counts that no line changes.
    """
    columns: dict[str, Callable[[Line], str]] = {
        "  Layer": lambda line: f"{MARKS.get(line.status, ' ')} {line.name}",
        "Change": lambda line: line.text,
    }
    if has_output:
        columns["Output"] = lambda line: "" if line.output == line.text else line.output
    texts = len(columns)
    if any(line.parameters for line in lines):
        columns["Parameters"] = lambda line: signed(line.parameters) if line.parameters else ""
    if any(line.macs for line in lines):
        columns["MACs"] = lambda line: signed(line.macs) if line.macs else ""
    cells = [[cell(line) for cell in columns.values()] for line in lines]
    return [list(columns), *cells], range(texts, len(columns))
