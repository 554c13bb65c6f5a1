"""A worked value in blocks of text: what a page and a notebook draw, its numbers written out."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, cast

from cnncalc.analysis.meanings import meaning_of
from cnncalc.lessons.places import told_place
from cnncalc.records import Record
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


class Lines(Record):
    """Sentences."""

    lines: tuple[str, ...]


class Grid(Record):
    """A matrix: its name, and its numbers in rows."""

    name: str
    rows: tuple[tuple[str, ...], ...]


class Grids(Record):
    """Matrices that are read side by side, and what the marks of their numbers mean."""

    title: str
    grids: tuple[Grid, ...]
    legend: str


class Rows(Record):
    """A table; its columns from `numbers` on are numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int


class Steps(Record):
    """Numbers, each with its formula, its values, and what it comes to."""

    rows: tuple[tuple[str, str, str, str], ...]


Block = Lines | Grids | Rows | Steps


def head_of(one: "Worked") -> str:
    """What value it is."""
    return f"the value at {told_place(one.at)}"


def law_of(one: "Worked") -> str | None:
    """The formula of the values of its layer."""
    meaning = meaning_of(one.layer.op, one.layer.input_shapes)
    return meaning.value if meaning else None


def blocks_of(one: "Worked") -> Iterator[Block]:
    """How the value comes about, and what follows."""
    for kind, group in groupby(one.parts, lambda part: type(part).__name__):
        yield from _blocks(kind, list(group))
    yield Lines(tuple(endings(one)))


def block_as_dict(block: Block) -> dict[str, object]:
    """A block as JSON has it, by its kind."""
    told = {"kind": type(block).__name__.lower(), **block._asdict()}
    if isinstance(block, Grids):
        told["grids"] = [grid._asdict() for grid in block.grids]
    return told


def _blocks(kind: str, group: "Sequence[Part]") -> Iterator[Block]:
    """Parts of one kind that follow each other."""
    if kind == "Note":
        yield Lines(tuple(note.text for note in cast("Sequence[Note]", group)))
    elif kind == "Step":
        rows = ((one.quantity, one.words, one.values, number(one.result)) for one in _steps(group))
        yield Steps(tuple(rows))
    elif kind == "Terms":
        yield from map(_terms, cast("Sequence[Terms]", group))
    else:
        yield from map(_grids, cast("Sequence[Matrices]", group))


def _steps(group: "Sequence[Part]") -> "Sequence[Step]":
    return cast("Sequence[Step]", group)


def _terms(terms: "Terms") -> Rows:
    columns = [column_of(column) for column in zip(*rows_of(terms), strict=True)]
    headings = (terms.headings[0] or "of", *terms.headings[1:])
    return Rows(terms.title, headings, tuple(zip(*columns, strict=True)), 1)


def _grids(group: "Matrices") -> Grids:
    grids = (
        Grid(one.name, tuple(tuple(row) for row in marked_cells(one))) for one in group.matrices
    )
    return Grids(group.title, tuple(grids), legend_of(group))
