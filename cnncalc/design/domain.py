"""Where a formula holds: for each variable whole numbers at equal steps."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.records import Record


class Steps(Record):
    """The whole numbers `first`, `first + modulus`, ..., `last` that one variable may be.

    Example:
        >>> sizes = Steps("size", 32, 96, 32)
        >>> [*sizes.values], sizes.rest, sizes.holds(64), sizes.holds(65)
        ([32, 64, 96], 0, True, False)
    """

    name: str
    first: int
    last: int
    modulus: int = 1

    @property
    def rest(self) -> int:
        """What is left of each when it is divided by the modulus."""
        return self.first % self.modulus

    @property
    def values(self) -> range:
        """All of them."""
        return range(self.first, self.last + 1, self.modulus)

    def holds(self, value: object) -> bool:
        """Whether a value is one of them."""
        return type(value) is int and value in self.values

    def holds_each(self, column: Any) -> Any:
        """The same of every item of an array, as an array of truth values."""
        inside = (column >= self.first) & (column <= self.last)
        return inside & ((column - self.first) % self.modulus == 0)


Domain = Sequence[Steps]
"""The steps of each variable; a formula holds at every combination of them."""


def holds_at(domain: Domain, point: Mapping[str, object]) -> bool:
    """Whether a point lies in a domain; of names that the domain does not have, nothing is asked.

    A point that lacks a variable does not lie in it.
    """
    return all(steps.holds(point.get(steps.name)) for steps in domain)


def count_of(domain: Domain) -> int:
    """How many points a domain has."""
    return prod(len(steps.values) for steps in domain)
