"""What a worked value is told by: matrices, lists of terms, and steps with a result each."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.records import Record

MOST_TERMS = 8
"""Terms of a sum that are listed; the others are told as their sum."""

Rows = tuple[tuple[float, ...], ...]
Marks = tuple[tuple[str, ...], ...]
"""For each number of a matrix `padding`, `chosen`, or nothing."""


class Matrix(Record):
    """Numbers in rows, some of them marked.

    Attributes:
        name: what they are.
        rows: the numbers.
        marks: as many words, empty where there is nothing to say.
    """

    name: str
    rows: Rows
    marks: Marks


class Matrices(Record):
    """Matrices of one size that are read side by side, such as window, kernel and products."""

    title: str
    matrices: tuple[Matrix, ...]


class Terms(Record):
    """Terms of a sum in rows, the largest first, and what the others come to.

    Attributes:
        title: what is listed.
        headings: what stands in each column; the last is the term.
        rows: names and numbers.
        rest: how many are left out.
        rest_sum: what those sum up to; None where they are no terms of a sum.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    rest: int = 0
    rest_sum: float | None = None


class Step(Record):
    """One number: how it comes about, with the numbers put in, and what it is."""

    quantity: str
    words: str
    values: str
    result: float


class Note(Record):
    """A sentence."""

    text: str


Part = Matrices | Terms | Step | Note


def results_of(parts: Sequence[Part]) -> list[float]:
    """The results of the steps, in their order; the last is the value."""
    return [part.result for part in parts if isinstance(part, Step)]


def part_as_dict(part: Part) -> dict[str, object]:
    """A part as JSON has it, by its kind."""
    told: dict[str, object] = {"kind": type(part).__name__.lower(), **part._asdict()}
    if isinstance(part, Matrices):
        told["matrices"] = [
            {"name": one.name, "rows": one.rows}
            | ({"marks": one.marks} if any(map(any, one.marks)) else {})
            for one in part.matrices
        ]
    return told


def short(value: float) -> str:
    """A number as it stands in a formula: four digits that count.

    Example:
        >>> short(0.123456), short(30.0), short(-2.0)
        ('0.1235', '30', '-2')
    """
    return f"{value:.4g}"


def signed(values: Sequence[float]) -> str:
    """Numbers as a sum: `1 + 2 - 3`.

    Example:
        >>> signed([1, 2, -3])
        '1 + 2 - 3'
    """
    first, *others = values
    tail = (f" {'-' if value < 0 else '+'} {short(abs(value))}" for value in others)
    return short(first) + "".join(tail)


def matrix(name: str, values: Array, marks: Any = None) -> Matrix:
    """An array of one or two axes with its marks, one word for each number."""
    rows = np.atleast_2d(values)
    words = np.full(rows.shape, "", object) if marks is None else np.atleast_2d(marks)
    told = tuple(tuple(str(word) for word in row) for row in words)
    return Matrix(name, tuple(tuple(map(float, row)) for row in rows), told)


def largest_terms(
    title: str, headings: tuple[str, ...], rows: Sequence[tuple[str | float, ...]]
) -> Terms:
    """The largest terms of a sum, in their order, and what the others come to."""
    terms = np.array([row[-1] for row in rows], np.float64)
    return largest_of(title, headings, terms, rows.__getitem__)


def largest_of(
    title: str,
    headings: tuple[str, ...],
    terms: Array,
    row: Callable[[int], tuple[str | float, ...]],
) -> Terms:
    """The same where there may be millions of terms: rows are made of those alone that are told.

    Args:
        title: what is listed.
        headings: what stands in each column.
        terms: every term, on one axis.
        row: makes the row of a term, by its place.
    """
    if len(terms) <= MOST_TERMS + 1:
        return Terms(title, headings, tuple(map(row, range(len(terms)))))
    places = sorted(np.argsort(-np.abs(terms), kind="stable")[:MOST_TERMS].tolist())
    rest = float(np.delete(terms, places).sum())
    return Terms(title, headings, tuple(map(row, places)), len(terms) - len(places), rest)
