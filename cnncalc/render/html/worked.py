"""A value worked by hand as HTML: windows beside kernels and products, terms, and steps."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, cast

from cnncalc.analysis.meanings import meaning_of
from cnncalc.lessons.places import told_place
from cnncalc.ops.values import show_shape
from cnncalc.render.html.elements import (
    LONGEST_LINE,
    escaped,
    heading,
    line,
    page,
    paragraph,
    table,
)
from cnncalc.render.worked import (
    column_of,
    endings,
    legend_of,
    marked_cells,
    number,
    rows_of,
)

if TYPE_CHECKING:
    from cnncalc.lessons.worked.parts import Matrices, Note, Part, Step, Terms
    from cnncalc.lessons.worked.work import Worked


def render_html(one: "Worked") -> str:
    """What is read, what becomes of it, and what follows."""
    layer = one.layer
    shapes = " and ".join(map(show_shape, layer.input_shapes)) or "nothing"
    title = f"{layer.name}: {layer.op.notation()}"
    below = f"{shapes} to {show_shape(layer.output_shape)}"
    meaning = meaning_of(layer.op, layer.input_shapes)
    parts = [heading(title, below, f"the value at {told_place(one.at)}")]
    if meaning:
        parts.append(paragraph([f"<code>{escaped(meaning.value, LONGEST_LINE)}</code>"]))
    for kind, group in groupby(one.parts, lambda part: type(part).__name__):
        parts += _parts(kind, list(group))
    parts.append(paragraph(map(line, endings(one))))
    parts.append(paragraph([line(f"Note: {note}") for note in one.notes], is_quiet=True))
    return page(parts)


def _parts(kind: str, group: "Sequence[Part]") -> Iterator[str]:
    """Parts of one kind that follow each other."""
    if kind == "Note":
        yield paragraph(line(note.text) for note in cast("Sequence[Note]", group))
    elif kind == "Step":
        steps = (_step(step) for step in cast("Sequence[Step]", group))
        yield table(("Number", "Formula", "Values", "Result"), steps, (3,))
    elif kind == "Terms":
        yield from (_terms(terms) for terms in cast("Sequence[Terms]", group))
    else:
        yield from (_matrices(one) for one in cast("Sequence[Matrices]", group))


def _step(step: "Step") -> tuple[str, ...]:
    words = (step.words, step.values)
    told = [f"<code>{escaped(one, LONGEST_LINE)}</code>" if one else "" for one in words]
    return escaped(step.quantity), *told, number(step.result)


def _terms(terms: "Terms") -> str:
    columns = [column_of(column) for column in zip(*rows_of(terms), strict=True)]
    rows = [tuple(map(escaped, row)) for row in zip(*columns, strict=True)]
    headings = [escaped(one) for one in terms.headings]
    if not headings[0]:
        headings[0] = "of"
    told = table(headings, rows, range(1, len(headings)))
    return paragraph([line(terms.title)]) + told


def _matrices(group: "Matrices") -> str:
    """The matrices side by side, an empty column between two."""
    blocks = [marked_cells(one) for one in group.matrices]
    headings: list[str] = []
    rows: list[list[str]] = [[] for _ in blocks[0]]
    for one, cells in zip(group.matrices, blocks, strict=True):
        gap = [""] if headings else []
        headings += [*gap, escaped(one.name), *[""] * (len(cells[0]) - 1)]
        for row, more in zip(rows, cells, strict=True):
            row += [*gap, *map(escaped, more)]
    told = table(headings, rows, range(len(headings)))
    legend = legend_of(group)
    return paragraph([line(group.title)]) + told + paragraph([line(legend)] if legend else [])
