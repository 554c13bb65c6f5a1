"""Exact polynomials in several variables, through points."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from cnncalc.records import Record

Powers = tuple[int, ...]
"""The power of each variable in a term."""


class Polynomial(Record):
    """A sum of terms.

    Attributes:
        variables: their names, in the order of the powers.
        terms: the factor of every term that is not zero, by its powers.
    """

    variables: tuple[str, ...]
    terms: Mapping[Powers, Fraction]

    def value(self, point: Mapping[str, Any]) -> Fraction:
        """What it comes to at a point of whole numbers or fractions, exactly."""
        at = [Fraction(point[name]) for name in self.variables]
        total = Fraction(0)
        for powers, factor in self.terms.items():
            term = factor
            for base, power in zip(at, powers, strict=True):
                term *= base**power
            total += term
        return total

    def values(self, columns: Mapping[str, Any]) -> Any:
        """What it comes to at many points, as an array of whole numbers.

        The arithmetic is that of 64 bits where no part of the sum can leave them, else Python's.
        Its values are whole numbers wherever it is used so; what is left of a division is dropped.

        Args:
            columns: for every variable an array of whole numbers, all of one length.
        """
        import numpy as np

        scale = lcm(*(factor.denominator for factor in self.terms.values()))
        arrays = [np.asarray(columns[name]) for name in self.variables]
        most = [int(abs(one).max()) if one.size else 0 for one in arrays]
        bound = sum(
            abs(factor) * scale * _product(most, powers) for powers, factor in self.terms.items()
        )
        kind = np.int64 if bound < 2**63 else object
        arrays = [one.astype(kind) for one in arrays]
        length = max((len(one) for one in arrays), default=1)
        total = np.zeros(length, kind)
        for powers, factor in self.terms.items():
            term: Any = int(factor * scale)
            for base, power in zip(arrays, powers, strict=True):
                term = term * base**power if power else term
            total = total + term
        return total // scale if scale > 1 else total


def _product(bases: Sequence[int], powers: Powers) -> int:
    total = 1
    for base, power in zip(bases, powers, strict=True):
        total *= max(base, 1) ** power
    return total


def through_grid(
    variables: Sequence[str],
    nodes: Sequence[Sequence[int]],
    values: Mapping[Powers, int | Fraction],
) -> Polynomial:
    """The polynomial through every point of a grid; in each variable of a degree below its nodes.

    Newton's divided differences along one variable after another: exact, and without a matrix.

    Args:
        variables: their names.
        nodes: for each variable the different places of the grid.
        values: what it comes to at each point, by the point's coordinates.

    Example:
        >>> grid = {(x, y): x * x * y + 1 for x in (1, 2, 3) for y in (5, 7)}
        >>> dict(through_grid(["x", "y"], [(1, 2, 3), (5, 7)], grid).terms)
        {(0, 0): Fraction(1, 1), (2, 1): Fraction(1, 1)}
    """
    table = {point: Fraction(values[point]) for point in product(*nodes)}
    for axis, places in enumerate(nodes):
        rest = [one for place, one in enumerate(nodes) if place != axis]
        changed: dict[Powers, Fraction] = {}
        for others in product(*rest):
            column = [table[(*others[:axis], place, *others[axis:])] for place in places]
            for power, factor in enumerate(_along(places, column)):
                changed[(*others[:axis], power, *others[axis:])] = factor
        table = changed
        nodes = [range(len(one)) if place == axis else one for place, one in enumerate(nodes)]
    return Polynomial(tuple(variables), {at: one for at, one in sorted(table.items()) if one})


def _along(places: Sequence[int], column: Sequence[Fraction]) -> list[Fraction]:
    """The factors, by power, of the polynomial in one variable through some values."""
    differences = list(column)
    for order in range(1, len(places)):
        for index in range(len(places) - 1, order - 1, -1):
            run = places[index] - places[index - order]
            differences[index] = (differences[index] - differences[index - 1]) / run
    factors = [Fraction(0)] * len(places)
    for place, difference in zip(reversed(places), reversed(differences), strict=True):
        shifted = [Fraction(0), *factors[:-1]]  # times x, minus the place, plus the difference
        factors = [up - place * same for up, same in zip(shifted, factors, strict=True)]
        factors[0] += difference
    return factors
