"""What a polynomial is looked for in, and what is found: nothing here knows what is counted."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cnncalc.design.domain import Domain
from cnncalc.design.polynomial import Polynomial
from cnncalc.records import Record

At = tuple[int, ...]
"""A value for each variable."""


class Table(Protocol):
    """What is known of every point: a value for each key, or None for a point that cannot be."""

    def at(self, point: At) -> Mapping[str, int] | None:
        """The values at a point."""


class Space(Record):
    """Where a polynomial is looked for.

    Attributes:
        names: the variables.
        ranges: the values that each may have.
        anchor: a point in them around which nodes are laid; each formula holds there.
        factors: for each variable the numbers by which its step may be multiplied, ascending.
        is_open: for each variable whether its range is ours: it goes on where steps are long.
        seed: what the other points are drawn from.
    """

    names: tuple[str, ...]
    ranges: tuple[range, ...]
    anchor: At
    factors: tuple[Sequence[int], ...]
    is_open: tuple[bool, ...]
    seed: int = 0


class Quest(Record):
    """What is looked for: one key of a table, in a space."""

    table: Table
    key: str
    space: Space

    def value(self, point: At) -> int | None:
        """The value of the key at a point."""
        found = self.table.at(point)
        return None if found is None else found.get(self.key)


class Found(Record):
    """A polynomial and the domain in which no other value was found.

    Attributes:
        nodes: the number of points that it was found from.
        others: the number of others at which it was right.
        is_proven: whether these are all points of the domain.
    """

    polynomial: Polynomial
    domain: Domain
    nodes: int
    others: int
    is_proven: bool


class NoPolynomialError(Exception):
    """There is none, and why: the text is a sentence without its full stop.

    Attributes:
        may_round: whether numbers that are rounded may be the cause.
        is_fault: whether faults of the network elsewhere are.
    """

    def __init__(self, text: str, *, may_round: bool = False, is_fault: bool = False) -> None:
        super().__init__(text)
        self.may_round = may_round
        self.is_fault = is_fault


def told(space: Space, point: At) -> str:
    """A point in words: `width=8, size=224`."""
    return ", ".join(f"{name}={at}" for name, at in zip(space.names, point, strict=True))
