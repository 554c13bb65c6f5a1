"""Formulas as a lecture writes them, with the values put in."""

from math import prod

from cnncalc.records import Record


class Formula(Record):
    """How one number comes about.

    Attributes:
        quantity: what is counted, `out height`.
        words: the formula in its letters, `floor((n + 2p - f)/s) + 1`; empty where none helps.
        values: the same with the values put in: an expression that evaluates to the result.
        result: the number.
        note: what the reader might wonder about.
    """

    quantity: str
    words: str
    values: str
    result: int
    note: str | None = None


Factors = tuple[tuple[str, int], ...]
"""Named numbers whose product is a count."""

AXIS_NAMES = {
    1: ("features",),
    2: ("channels", "length"),
    3: ("channels", "height", "width"),
    4: ("channels", "depth", "height", "width"),
}
"""The names of the axes, by the rank of the tensor."""


def axis_names(rank: int) -> tuple[str, ...]:
    """The names of the axes; beyond those of a map they are counted."""
    return AXIS_NAMES.get(rank) or numbered_axes(rank)


def numbered_axes(rank: int) -> tuple[str, ...]:
    """The numbers of the axes, where no one says what they are."""
    return tuple(f"axis {place}" for place in range(1, rank + 1))


def product(quantity: str, factors: Factors) -> Formula:
    """A count that is the product of its factors."""
    names, numbers = zip(*factors, strict=True)
    values = "*".join(map(str, numbers))
    return Formula(quantity, " * ".join(names), values, prod(numbers))
