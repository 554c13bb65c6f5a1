"""A value worked by hand as HTML: windows beside kernels and products, terms, and steps."""

from typing import TYPE_CHECKING

from cnncalc.ops.values import show_shape
from cnncalc.render.blocks import Block, Grids, Lines, Rows, Steps, blocks_of, head_of, law_of
from cnncalc.render.html.elements import (
    LONGEST_LINE,
    escaped,
    heading,
    line,
    page,
    paragraph,
    table,
)

if TYPE_CHECKING:
    from cnncalc.lessons.worked.work import Worked


def render_html(one: "Worked") -> str:
    """What is read, what becomes of it, and what follows."""
    layer, law = one.layer, law_of(one)
    shapes = " and ".join(map(show_shape, layer.input_shapes)) or "nothing"
    below = f"{shapes} to {show_shape(layer.output_shape)}"
    parts = [heading(f"{layer.name}: {layer.op.notation()}", below, head_of(one))]
    if law:
        parts.append(paragraph([_code(law)]))
    parts += map(_drawn, blocks_of(one))
    return page([*parts, paragraph([line(f"Note: {note}") for note in one.notes], is_quiet=True)])


def _code(text: str) -> str:
    return f"<code>{escaped(text, LONGEST_LINE)}</code>" if text else ""


def _drawn(block: Block) -> str:
    if isinstance(block, Lines):
        return paragraph(map(line, block.lines))
    if isinstance(block, Steps):
        steps = (
            (escaped(name), _code(words), _code(values), result)
            for name, words, values, result in block.rows
        )
        return table(("Number", "Formula", "Values", "Result"), steps, (3,))
    title = paragraph([line(block.title)])
    return title + (_rows(block) if isinstance(block, Rows) else _grids(block))


def _rows(block: Rows) -> str:
    headings = tuple(map(escaped, block.headings))
    rows = (tuple(map(escaped, row)) for row in block.rows)
    return table(headings, rows, range(block.numbers, len(headings)))


def _grids(block: Grids) -> str:
    """The matrices side by side, an empty column between two."""
    headings: list[str] = []
    rows: list[list[str]] = [[] for _ in block.grids[0].rows]
    for grid in block.grids:
        gap = [""] if headings else []
        headings += [*gap, escaped(grid.name), *[""] * (len(grid.rows[0]) - 1)]
        for row, more in zip(rows, grid.rows, strict=True):
            row += [*gap, *map(escaped, more)]
    told = table(headings, rows, range(len(headings)))
    return told + paragraph([line(block.legend)] if block.legend else [])
