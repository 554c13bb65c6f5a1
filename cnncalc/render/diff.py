"""The difference of two networks as a table, as Markdown and as JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from cnncalc.analysis.diff import STATUSES, Diff, EndChange, Entry, Total
from cnncalc.analysis.summary import COMPLETE
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS
from cnncalc.ops.values import shortest, show, show_shape
from cnncalc.records import Record
from cnncalc.render.diagnostic import Style, plain
from cnncalc.render.markdown_text import escaped
from cnncalc.render.text import printable, title

MARKS = {
    "added": "+",
    "removed": "-",
    "changed": "~",
    "replaced": "~",
    "moved": ">",
    "rewired": "%",
    "reshaped": ".",
}
"""What stands before a layer, by its status."""

FITTING = 30
"""Lines of layers that a screen holds beside the totals, about."""

MANY = 15
"""Lines of layers beyond which those that change most are named apart."""

LARGEST = 3
"""How many of the layers that change a count most are named."""


class Look(Record):
    """How a difference is drawn; a width of None is without end.

    Attributes:
        titles: what the two networks are called; by default what they call themselves.
        has_all: whether to show every layer that differs, however many these are.
        width: columns of the terminal.
        is_ascii: whether arrows and rules must do without other characters.
        style: colours a text for a role: a status, `strong` or `dim`.
    """

    titles: tuple[str, str] | None = None
    has_all: bool = False
    width: int | None = None
    is_ascii: bool = False
    style: Style = plain

    @property
    def arrow(self) -> str:
        """What stands between a value before and after."""
        return "->" if self.is_ascii else "→"


class Line(Record):
    """One line of the list of layers: an entry, or several that change alike."""

    status: str
    name: str
    text: str
    output: str
    parameters: int
    macs: int


# Which layers are shown, and which are drawn together.


def layer_lines(diff: Diff, look: Look) -> tuple[list[Line], bool]:
    """The layers that differ, as finely as fits; and whether some are drawn together."""
    apart = [_line([entry], look) for entry in diff.entries]
    if look.has_all or len(apart) <= FITTING:
        return (apart, False) if look.has_all else _with_renames_folded(diff, look)
    lines: list[Line] = []
    for fine, quiet in ((_alike, _alike), (_alike, _roughly), (_roughly, _roughly)):
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
        *_roughly(entry),
        tuple((change.old, change.new) for change in entry.attributes),
        entry.layer.op if entry.status in {"added", "removed", "replaced"} else None,
        [row.layer.output_shape for row in (entry.old, entry.new) if row]
        if entry.status == "reshaped"
        else None,
    ).__repr__()


def _roughly(entry: Entry) -> tuple[object, ...]:
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


# Numbers.


def signed(change: int, old: int | None = None) -> str:
    """A change with its sign, and its share of what was before: `+1,234 (+5.6 %)`.

    Example:
        >>> signed(1234, 22036), signed(-5), signed(7, 0), signed(1, 10**9)
        ('+1,234 (+5.6 %)', '-5', '+7', '+1 (+<0.1 %)')
    """
    return f"{change:+,}{_percent(change, old)}"


def _percent(change: int, old: int | None) -> str:
    if not old:
        return ""
    tenths = (2000 * abs(change) + old) // (2 * old)
    share = f"{tenths // 10:,}.{tenths % 10}" if tenths else "<0.1"
    return f" ({'-' if change < 0 else '+'}{share} %)"


def _total_cells(metric: str, total: Total) -> tuple[str, str, str]:
    """A total before, after, and the change: bytes in binary units."""
    if not METRICS[metric].is_bytes:
        change = signed(total.change, total.old) if total.change else "="
        return f"{total.old:,}", f"{total.new:,}", change
    sign = "-" if total.change < 0 else "+"
    size = f"{sign}{bytes_text(abs(total.change))}{_percent(total.change, total.old)}"
    return bytes_text(total.old), bytes_text(total.new), size if total.change else "="


# The table.


class Cell(Record):
    """A text, the side that it stands on, and its colour."""

    text: str
    side: Literal["left", "right"] = "left"
    role: str = ""


def render_diff_table(diff: Diff, look: Look) -> str:
    """Totals, what became of the layers, and the layers that differ."""
    old, new = look.titles or _titles(diff)
    head = look.style(f"{printable(old)} {look.arrow} {printable(new)}", "strong")
    blocks = [[head], _totals_block(diff, look), list(_partial_texts(diff))]
    if ends := list(_end_texts(diff, look)):
        blocks.append(ends)
    if diff.is_changed:
        lines, is_folded = layer_lines(diff, look)
        blocks.append([_legend(diff, look), *(["", *_layer_block(lines, look)] if lines else [])])
        if is_folded or len(lines) > MANY:
            blocks.append(list(_largest_block(diff, look)))
        if is_folded:
            blocks.append([look.style("`--all` shows every layer that differs.", "dim")])
    else:
        blocks.append([f"Nothing changed in the network: {_layers(diff.unchanged)}."])
    texts = ["\n".join(line.rstrip() for line in block) for block in blocks if block]
    return "\n\n".join(texts) + "\n"


def _titles(diff: Diff) -> tuple[str, str]:
    return title(diff.old.graph), title(diff.new.graph)


def _totals_block(diff: Diff, look: Look) -> list[str]:
    heads = [Cell(""), *(Cell(text, "right", "strong") for text in ("old", "new", "change"))]
    rows = [heads]
    for name, *cells in _total_rows(diff):
        role = "dim" if cells[-1] == "=" else ""
        rows.append([Cell(name, "left", role), *(Cell(cell, "right", role) for cell in cells)])
    lines = _aligned(rows, look)
    if diff.new.batch == 1 and diff.new.dtype == "float32":
        return lines
    batch = f"batch {diff.new.batch:,}, " if diff.new.batch > 1 else ""
    return [*lines, look.style(f"({batch}{diff.new.dtype})", "dim")]


def _total_rows(diff: Diff) -> Iterator[list[str]]:
    """Name, old, new and change of each total; `=` for one that is the same."""
    for metric, total in diff.totals.items():
        yield [METRICS[metric].title, *_total_cells(metric, total)]
    # What one place of the last map sees, of networks with one input each.
    views = [summary.totals.receptive_field for summary in (diff.old, diff.new)]
    sizes = [field.size for fields in views for field in fields.values() if field]
    if [len(fields) for fields in views] == [1, 1] and len(sizes) == 2:
        yield ["receptive field", *map(show_shape, sizes), _grown(*sizes)]


def _grown(old: Sequence[int], new: Sequence[int]) -> str:
    """By how much a field grew: once where it is the same on every axis."""
    if old == new or len(old) != len(new):
        return "=" if old == new else ""
    grown = [signed(after - before) for before, after in zip(old, new, strict=True)]
    return grown[0] if len(set(grown)) == 1 else ", ".join(grown)


def _partial_texts(diff: Diff) -> Iterator[str]:
    """What is said of networks of which some layers are uncounted."""
    for which, summary in (("old", diff.old), ("new", diff.new)):
        if summary.status != COMPLETE:
            yield f"{which} is {printable(summary.status)}"


def _end_texts(diff: Diff, look: Look) -> Iterator[str]:
    for kind, changes in (("input", diff.inputs), ("output", diff.outputs)):
        for change in changes:
            yield f"{kind} {_end_text(change, look)}".replace("input input", "input")
    if diff.is_auxiliary_changed:
        yield "Heads for training differ, too; `--auxiliary` compares them."


def _end_text(change: EndChange, look: Look) -> str:
    """`fc: 1000 → 10`, `mask 1x32x32 added`, `fc 1000 → head 1000`."""
    old, new = change.old, change.new
    if old is None or new is None:
        end = old or new
        assert end is not None  # noqa: S101 - a change has one end at least
        what = "added" if old is None else "removed"
        return f"{printable(end.name)} {show_shape(end.shape)} {what}"
    if (old.name, old.layer) == (new.name, new.layer):
        shapes = f" {look.arrow} ".join(map(show_shape, (old.shape, new.shape)))
        return f"{printable(new.name)}: {shapes if old.shape != new.shape else 'other layer'}"
    before, after = (
        printable(f"{end.name} {show_shape(end.shape)}")
        + ("" if end.name == end.layer else printable(f" of {end.layer}"))
        for end in (old, new)
    )
    return f"{before} {look.arrow} {after}"


def _layers(count: int) -> str:
    return f"{count:,} layer{'s' * (count != 1)}"


def _legend(diff: Diff, look: Look) -> str:
    """How many layers have which status, with the marks that stand before them."""
    counts = {status: count for status, count in diff.counts.items() if count}
    parts = [(f"{MARKS[key]} {count:,} {STATUSES[key]}", key) for key, count in counts.items()]
    lines, used = [""], 0
    for text, role in [*parts, (f"{_layers(diff.unchanged)} unchanged", "dim")]:
        if used and look.width and used + 3 + len(text) > look.width:
            lines, used = [*lines, ""], 0
        lines[-1] += " " * (3 if used else 0) + look.style(text, role)
        used += (3 if used else 0) + len(text)
    return "\n".join(lines)


def _layer_block(lines: list[Line], look: Look) -> list[str]:
    """One line a layer where the width allows it, else its name on a line of its own."""
    for has_output in (True, False):
        rows = _layer_rows(lines, has_output=has_output)
        if look.width is None or _needed(rows) <= look.width:
            return _aligned(rows, look)
    return list(_broken(rows, look))


def _layer_rows(lines: list[Line], *, has_output: bool) -> list[list[Cell]]:
    """The cells of the list of layers; a column with nothing in it is left out."""
    columns: list[tuple[str, Callable[[Line], Cell]]] = [
        (
            "Layer",
            lambda line: Cell(f"{MARKS.get(line.status, ' ')} {line.name}", "left", line.status),
        ),
        ("Change", lambda line: Cell(line.text)),
    ]
    if has_output:
        columns.append(
            ("Output", lambda line: Cell("" if line.output == line.text else line.output))
        )
    if any(line.parameters for line in lines):
        columns.append(("Parameters", lambda line: _number(line.parameters)))
    if any(line.macs for line in lines):
        columns.append(("MACs", lambda line: _number(line.macs)))
    cells = [[cell(line) for _, cell in columns] for line in lines]
    heads = [
        Cell(name if place else f"  {name}", cells[0][place].side, "strong")
        for place, (name, _) in enumerate(columns)
    ]
    return [heads, *cells]


def _number(change: int) -> Cell:
    return Cell(signed(change) if change else "", "right")


def _broken(rows: list[list[Cell]], look: Look) -> Iterator[str]:
    """For a narrow terminal: below the name what changed, and the numbers at the right."""
    import textwrap  # noqa: PLC0415 - rare

    heads, *body = rows
    numbers = _widths([row[2:] for row in rows])
    room = max(20, (look.width or 80) - sum(_GAP + width for width in numbers))
    yield _drawn([*heads[:1], *heads[2:]], [room, *numbers], look)
    for row in body:
        name, text = row[:2]
        beside = _width(name.text) + (_width(text.text) + _GAP if text.text else 0)
        if beside <= room:
            start = [name, text], [_width(name.text), room - _width(name.text) - _GAP]
            yield _drawn([*start[0], *row[2:]], [*start[1], *numbers], look)
            continue
        yield look.style(name.text, name.role)
        first, *more = textwrap.wrap(text.text, room - 4, break_on_hyphens=False) or [""]
        yield _drawn([Cell(f"    {first}"), *row[2:]], [room, *numbers], look)
        yield from (f"    {line}" for line in more)


def _largest_block(diff: Diff, look: Look) -> Iterator[str]:
    """The layers that change most, equal changes together: of many, these are worth a look."""
    blocks: dict[str, list[list[Cell]]] = {}
    for metric in ("parameters", "macs"):
        alike: dict[Any, list[Entry]] = {}
        for entry in diff.largest(metric, len(diff.entries)):
            alike.setdefault((entry.change(metric), _roughly(entry)), []).append(entry)
        for first, *others in list(alike.values())[:LARGEST]:
            change = Cell(signed(first.change(metric)), "right")
            name = Cell(f"{MARKS[first.status]} {printable(first.layer.name)}", role=first.status)
            more = Cell(f"and {len(others):,} more" if others else "", role="dim")
            blocks.setdefault(METRICS[metric].title, []).append([change, name, more])
    lines = iter(_aligned([row for rows in blocks.values() for row in rows], look))
    for metric, rows in blocks.items():
        yield look.style(f"Largest in {metric}", "strong")
        yield from (next(lines) for _ in rows)


_GAP = 2


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _widths(rows: list[list[Cell]]) -> list[int]:
    return [max(_width(cell.text) for cell in column) for column in zip(*rows, strict=True)]


def _needed(rows: list[list[Cell]]) -> int:
    widths = _widths(rows)
    return sum(widths) + _GAP * (len(widths) - 1)


def _aligned(rows: list[list[Cell]], look: Look) -> list[str]:
    widths = _widths(rows)
    return [_drawn(row, widths, look) for row in rows]


def _drawn(row: list[Cell], widths: list[int], look: Look) -> str:
    """The cells of one line, padded outside their colours."""
    texts = []
    for cell, width in zip(row, widths, strict=True):
        blanks = " " * (width - _width(cell.text))
        text = look.style(cell.text, cell.role) if cell.role and cell.text else cell.text
        texts.append(blanks + text if cell.side == "right" else text + blanks)
    return (" " * _GAP).join(texts).rstrip()


# Markdown and JSON.


def render_diff_markdown(diff: Diff, look: Look) -> str:
    """Totals and layers as GitHub renders tables, say for a pull request."""
    old, new = map(escaped, look.titles or _titles(diff))
    partial = "".join(f"- {escaped(text)}\n" for text in _partial_texts(diff))
    if not diff.is_changed:
        below = f"\n{partial}" if partial else ""
        return f"### {old} → {new}\n\nNothing changed in the network.\n{below}"
    totals = [row for row in _total_rows(diff) if row[-1] != "="]
    blocks = [f"### {old} → {new}"]
    if totals:
        blocks.append(_markdown(["", "old", "new", "change"], totals, numbers=(1, 2, 3)))
    else:
        blocks.append("The totals are the same.")
    if partial:
        blocks.append(partial.rstrip())
    if ends := [f"- {escaped(text)}" for text in _end_texts(diff, look)]:
        blocks.append("\n".join(ends))
    counts = [f"{n:,} {STATUSES[status]}" for status, n in diff.counts.items() if n]
    blocks.append(", ".join([*counts, f"{_layers(diff.unchanged)} unchanged"]) + ".")
    lines, is_folded = layer_lines(diff, look)
    if lines:
        blocks.append(_markdown_layers(lines))
    if is_folded:
        blocks.append("`--all` shows every layer that differs.")
    return "\n\n".join(blocks) + "\n"


def _markdown_layers(lines: list[Line]) -> str:
    heads, *rows = [
        [escaped(cell.text) for cell in row] for row in _layer_rows(lines, has_output=True)
    ]
    # A word instead of the mark, which Markdown might read as its own.
    rows = [
        [STATUSES.get(line.status, ""), escaped(line.name), *row[1:]]
        for line, row in zip(lines, rows, strict=True)
    ]
    return _markdown(["", "Layer", *heads[1:]], rows, numbers=range(4, len(heads) + 1))


def _markdown(heads: list[str], rows: Iterable[list[str]], numbers: Iterable[int]) -> str:
    right = set(numbers)
    rules = ["--:" if place in right else ":--" for place in range(len(heads))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rules, *rows))


def render_diff_json(diff: Diff) -> str:
    """The difference by schema version 1, one layer a line."""
    head, tail = _dumps(diff.head()), _dumps(diff.tail())
    layers = "".join(f"\n  {_dumps(entry.to_dict())}," for entry in diff.entries).rstrip(",")
    return f'{head[:-1]},\n "layers": [{layers}],\n {tail[1:]}\n'


def _dumps(value: object) -> str:
    return json.dumps(value, check_circular=False, ensure_ascii=False)
