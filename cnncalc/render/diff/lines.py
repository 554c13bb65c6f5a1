"""The layers that differ: which are shown, and which are one line together."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cnncalc.analysis.changes import Diff, Entry
from cnncalc.ops.values import shortest, show, show_shape
from cnncalc.records import Record
from cnncalc.render.diff.look import MARKS, Look
from cnncalc.render.diff.totals import signed
from cnncalc.render.text import printable

FITTING = 30
"""Lines of layers that a screen holds beside the totals, about."""


class Line(Record):
    """One line of the list of layers: an entry, or several that change alike."""

    status: str
    name: str
    text: str
    output: str
    parameters: int
    macs: int


def layer_lines(diff: Diff, look: Look) -> tuple[list[Line], bool]:
    """The layers that differ, as finely as fits; and whether some are drawn together."""
    apart = [_line([entry], look) for entry in diff.entries]
    if look.has_all or len(apart) <= FITTING:
        return (apart, False) if look.has_all else _with_renames_folded(diff, look)
    lines: list[Line] = []
    for fine, quiet in ((_alike, _alike), (_alike, roughly), (roughly, roughly)):
        groups: dict[Any, list[Entry]] = {}
        for entry in diff.entries:
            key = quiet if entry.status in {"reshaped", "rewired"} else fine
            groups.setdefault(key(entry), []).append(entry)
        lines = [_line(group, look) for group in groups.values()]
        if len(lines) <= FITTING:
            break
    return _cut(lines), True


def _with_renames_folded(diff: Diff, look: Look) -> tuple[list[Line], bool]:
    """Each entry for itself; but layers that only moved together are one line."""
    groups: dict[Any, list[Entry]] = {}
    for place, entry in enumerate(diff.entries):
        groups.setdefault(_alike(entry) if entry.status == "moved" else place, []).append(entry)
    return [_line(group, look) for group in groups.values()], len(groups) < len(diff.entries)


def _alike(entry: Entry) -> Any:
    """What entries that are the same change have in common."""
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
    """What entries of the same sort have in common."""
    ops = tuple(row.layer.op.name for row in (entry.old, entry.new) if row)
    return entry.status, ops, tuple(change.name for change in entry.attributes)


def _rename(entry: Entry) -> tuple[str, str]:
    """The part of the path that is another: of `a.conv1` and `b.conv1` it is `a` and `b`."""
    assert entry.old is not None  # noqa: S101 - what moved was there before
    old, new = entry.old.layer.name.split("."), entry.layer.name.split(".")
    while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
        old.pop()
        new.pop()
    return ".".join(old), ".".join(new)


def _is_one_rename(entries: Sequence[Entry]) -> bool:
    return len({_rename(entry) for entry in entries}) == 1


def _cut(lines: list[Line]) -> list[Line]:
    """As many lines as a screen holds: those that change most, in their order."""
    if len(lines) <= FITTING:
        return lines
    order = sorted(
        range(len(lines)),
        key=lambda place: (-abs(lines[place].macs), -abs(lines[place].parameters)),
    )
    kept = sorted(order[: FITTING - 1])
    rest = [lines[place] for place in sorted(order[FITTING - 1 :])]
    more = Line(
        "",
        f"... {len(rest):,} more changes",
        "",
        "",
        sum(line.parameters for line in rest),
        sum(line.macs for line in rest),
    )
    return [*(lines[place] for place in kept), more]


def _line(entries: Sequence[Entry], look: Look) -> Line:
    first = entries[0]
    outputs = {_output(entry, look) for entry in entries}
    return Line(
        first.status,
        _name(entries),
        _text(entries, look),
        outputs.pop() if len(outputs) == 1 else "",
        sum(entry.change("parameters") for entry in entries),
        sum(entry.change("macs") for entry in entries),
    )


def _name(entries: Sequence[Entry]) -> str:
    """The layer's name; for several, how many of which kind, and the scope that holds them."""
    first = entries[0]
    if len(entries) == 1:
        return printable(first.layer.name)
    if first.status == "moved" and _is_one_rename(entries):
        return f"{printable(_rename(first)[1])} ({len(entries):,} layers)"
    scope = ".".join(_shared([entry.layer.scope for entry in entries]))
    inside = f" in {printable(scope)}" if scope else ""
    return f"{len(entries):,} x {printable(first.layer.op.name)}{inside}"


def _shared(paths: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The parts that all paths begin with."""
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            return
        yield parts[0]


def _text(entries: Sequence[Entry], look: Look) -> str:
    """What is different, in words; several entries share it."""
    first = entries[0]
    old, new = first.old, first.new
    if old is None or new is None:
        texts = {entry.layer.op.notation() for entry in entries}
        text = texts.pop() if len(texts) == 1 else ""
        return "" if len(entries) > 1 and text == first.layer.op.name else text
    if first.status == "moved":
        was = _rename(first)[0] if len(entries) > 1 else old.layer.name
        return f"was {printable(was)}" if _is_one_rename(entries) else "other names"
    parts = [_attribute(entries, place, look) for place in range(len(first.attributes))]
    if first.status == "replaced":
        parts.append(_either({_ops(entry, look) for entry in entries}))
    if first.status == "rewired":
        parts.append(_reading(entries))
    if first.status == "reshaped":
        shapes = {_shapes(entry, look) for entry in entries}
        parts.append(shapes.pop() if len(shapes) == 1 else "other shapes")
    return ", ".join(parts)


def _attribute(entries: Sequence[Entry], place: int, look: Look) -> str:
    changes = [entry.attributes[place] for entry in entries]
    texts = {f"{_value(one.old)} {look.arrow} {_value(one.new)}" for one in changes}
    return f"{changes[0].name} {_either(texts)}"


def _either(texts: set[str]) -> str:
    return texts.pop() if len(texts) == 1 else f"in {len(texts):,} ways"


def _ops(entry: Entry, look: Look) -> str:
    assert entry.old is not None  # noqa: S101 - what was replaced was there before
    return f"{entry.old.layer.op.notation()} {look.arrow} {entry.layer.op.notation()}"


def _reading(entries: Sequence[Entry]) -> str:
    first = entries[0]
    assert first.old is not None  # noqa: S101 - what is rewired was there before
    if len(entries) > 1:
        return "reads other layers"
    old, new = (", ".join(layer.inputs) for layer in (first.old.layer, first.layer))
    return printable(f"reads {new}, was {old}")


def _shapes(entry: Entry, look: Look) -> str:
    """The output before and after; the inputs where the output is the same."""
    assert entry.old is not None  # noqa: S101 - what is reshaped was there before
    old, new = entry.old.layer, entry.layer
    if old.output_shape != new.output_shape:
        return _output(entry, look)
    before, after = (", ".join(map(show_shape, layer.input_shapes)) for layer in (old, new))
    return f"input {before} {look.arrow} {after}"


def _output(entry: Entry, look: Look) -> str:
    """The shape of the output, before and after where it differs."""
    shapes = [show_shape(row.layer.output_shape) for row in (entry.old, entry.new) if row]
    return f" {look.arrow} ".join(dict.fromkeys(shapes))


def _value(value: Any) -> str:
    """An attribute's value as briefly as the spec language writes it."""
    return show(shortest(value))


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
        columns["Parameters"] = lambda line: _change(line.parameters)
    if any(line.macs for line in lines):
        columns["MACs"] = lambda line: _change(line.macs)
    cells = [[cell(line) for cell in columns.values()] for line in lines]
    return [list(columns), *cells], range(texts, len(columns))


def _change(change: int) -> str:
    return signed(change) if change else ""
