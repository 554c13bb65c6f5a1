"""A worked value as text and JSON."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from math import floor, log10
from typing import TYPE_CHECKING

from cnncalc.analysis.meanings import meaning_of
from cnncalc.lessons.places import told_place
from cnncalc.ops.values import show_shape
from cnncalc.render.grid import draw_row, draw_table, taken, widths_of
from cnncalc.render.json_text import json_lines
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.lessons.worked.parts import Matrices, Matrix, Part, Step, Terms
    from cnncalc.lessons.worked.work import Worked

LEGEND = {"padding": "(0): padding", "chosen": "[ ]: the largest"}


def render_worked_json(found: Sequence["Worked"]) -> str:
    """Raw numbers, a layer a line."""
    layers = (json.dumps(one.to_dict(), ensure_ascii=False) for one in found)
    return json_lines({"schema_version": 1, "notes": _notes(found)}, "layers", layers)


def _notes(found: Sequence["Worked"]) -> list[str]:
    """What is noted of the values, once where it is the same of all."""
    return list(dict.fromkeys(note for one in found for note in one.notes))


def render_worked_text(found: Sequence["Worked"], width: int, *, is_ascii: bool = False) -> str:
    """A paragraph a layer: what is read, what becomes of it, and what follows."""
    parts = ["\n".join(_lines(one, width, is_ascii=is_ascii)) for one in found]
    told = [textwrap.fill(f"Note: {printable(note)}", width) for note in _notes(found)]
    return "\n\n".join([*parts, *told]) + "\n"


def _lines(one: "Worked", width: int, *, is_ascii: bool) -> Iterator[str]:
    layer = one.layer
    shapes = " and ".join(map(show_shape, layer.input_shapes)) or "nothing"
    named = printable(f"{layer.name}: {layer.op.notation()}")
    title = f"{named}   {shapes} -> {show_shape(layer.output_shape)}"
    yield title if len(title) <= width else textwrap.fill(title, width, subsequent_indent="    ")
    yield f"  the value at {told_place(one.at)}"
    meaning = meaning_of(layer.op, layer.input_shapes)
    if meaning:
        yield from _wrapped(meaning.value, width)
    margin = max(len(getattr(part, "quantity", "")) for part in one.parts)
    for part in one.parts:
        yield from _part(part, width, margin, is_ascii=is_ascii)
    for ending in endings(one):
        yield from _wrapped(ending, width)


def _part(part: "Part", width: int, margin: int, *, is_ascii: bool) -> Iterator[str]:
    kind = type(part).__name__
    if kind == "Note":
        yield from _wrapped(part.text, width)  # type: ignore[union-attr]
    elif kind == "Matrices":
        yield from _matrices(part, width)  # type: ignore[arg-type]
    elif kind == "Terms":
        yield from _terms(part, is_ascii=is_ascii)  # type: ignore[arg-type]
    else:
        yield from _step(part, width, margin)  # type: ignore[arg-type]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ")


def _step(step: "Step", width: int, margin: int) -> Iterator[str]:
    steps = [one for one in (step.words, step.values) if one]
    result = number(step.result)
    if not steps or steps[-1] != result:
        steps.append(result)
    line = f"  {step.quantity:<{margin}} = {' = '.join(steps)}"
    if len(line) <= width:
        yield line
        return
    for head, one in zip_longest([step.quantity], steps, fillvalue=""):
        start, blanks = f"  {head:<{margin}} = ", " " * (margin + 7)
        yield from textwrap.wrap(one, width, initial_indent=start, subsequent_indent=blanks)


def endings(one: "Worked") -> Iterator[str]:
    """What the engine says of the value, and what the functions behind make of it."""
    told = "the same but for rounding"
    if one.value == one.by_hand:
        told = "the same"
    elif not one.agrees:
        told = f"NOT the same: {one.by_hand:.9g} by hand"
    yield f"the engine gives {one.value:.5g} ({one.dtype}): {told}"
    for follower in one.then:
        op = follower.layer.op
        meaning = meaning_of(op, follower.layer.input_shapes)
        law = f", {meaning.value}" if meaning else ""
        slope = "" if follower.slope is None else f"; its slope there is {follower.slope:.4g}"
        line = f"then {follower.layer.name} ({op.notation()}){law}: {number(follower.value)}"
        yield printable(line + slope)


def number(value: float) -> str:
    """A result: six digits that count."""
    return f"{value:.6g}"


def _terms(terms: "Terms", *, is_ascii: bool) -> Iterator[str]:
    yield f"  {terms.title}"
    columns = [column_of(column) for column in zip(*rows_of(terms), strict=True)]
    rows = [terms.headings, *zip(*columns, strict=True)]
    numbers = range(1, len(terms.headings))
    for line in draw_table(rows, numbers, is_ascii=is_ascii):
        yield f"    {line}".rstrip()


def rows_of(terms: "Terms") -> list[tuple[str | float, ...]]:
    """The terms, and one for those that are left out."""
    every = list(terms.rows)
    if terms.rest and terms.rest_sum is not None:
        blank = [""] * (len(terms.headings) - 2)
        every.append((f"{terms.rest:,} others", *blank, terms.rest_sum))
    return every


def column_of(values: Sequence[str | float]) -> list[str]:
    """The texts of a column: its numbers have one number of decimals."""
    numbers = iter(aligned([value for value in values if not isinstance(value, str)]))
    return [value if isinstance(value, str) else next(numbers) for value in values]


def aligned(values: Sequence[float], digits: int = 4) -> list[str]:
    """Numbers with one number of decimals: so many digits of the largest count.

    Example:
        >>> aligned([1.5, -0.25]), aligned([10, 0]), aligned([0.0123])
        (['1.500', '-0.250'], ['10', '0'], ['0.01230'])
    """
    top = max(map(abs, values), default=0.0)
    if all(value == int(value) for value in values) and top < 10**9:
        return [str(int(value)) for value in values]
    if not 1e-4 <= top < 10**7:
        return [f"{value:.3e}" for value in values]
    decimals = min(max(digits - 1 - floor(log10(top)), 0), 7)
    return [f"{value:.{decimals}f}" if value else "0" for value in values]


def _matrices(group: "Matrices", width: int) -> Iterator[str]:
    blocks = [marked_cells(one) for one in group.matrices]
    yield f"  {group.title}"
    widths = [widths_of(cells) for cells in blocks]
    if sum(max(taken(one), 8) for one in widths) + 6 * (len(blocks) - 1) + 4 <= width:
        yield from _beside(group, blocks)
    else:
        for one, cells in zip(group.matrices, blocks, strict=True):
            yield f"    {one.name}"
            yield from (f"      {line}" for line in _wide(cells, width - 6))
    legend = legend_of(group)
    if legend:
        yield f"    {legend}"


def legend_of(group: "Matrices") -> str:
    """What the marks mean that some numbers have."""
    words = {mark for one in group.matrices for row in one.marks for mark in row if mark}
    return ", ".join(LEGEND[word] for word in sorted(words))


def _beside(group: "Matrices", blocks: Sequence[list[list[str]]]) -> Iterator[str]:
    drawn = []
    for one, cells in zip(group.matrices, blocks, strict=True):
        widths = widths_of(cells)
        rows = [draw_row(row, widths, range(len(row))) for row in cells]
        drawn.append([one.name, *rows])
    lines = list(zip(*drawn, strict=True))
    widths = [each + 4 for each in widths_of(lines)]
    for row in lines:
        yield f"    {draw_row(row, widths)}".rstrip()


def _wide(cells: list[list[str]], width: int) -> Iterator[str]:
    """Rows, in runs of columns where they are wider than the page."""
    widths = widths_of(cells)
    each = max((width + 2) // (max(widths) + 2), 1)
    for start in range(0, len(widths), each):
        if start:
            yield "..."
        run = slice(start, start + each)
        for row in cells:
            yield draw_row(row[run], widths[run], range(len(row[run])))


def marked_cells(one: "Matrix") -> list[list[str]]:
    """The numbers of a matrix as text, with their marks."""
    flat = [value for row in one.rows for value in row]
    texts = iter(aligned(flat, 3))
    return [[_marked(next(texts), mark) for mark in row] for row in one.marks]


def _marked(text: str, mark: str) -> str:
    return {"padding": "(0)", "chosen": f"[{text}]"}.get(mark, text)
