"""Where along an axis something ceases to hold: between two places that were evaluated."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from cnncalc.design.polynomial import Polynomial, Powers, through_grid
from cnncalc.design.solve.trials import Number

MOST_NODES = 4
"""Places that a guess goes through: counts are of the third degree in nearly every variable."""

MOST_LOOKED_AT = 1024
"""Places beside a wanted one that are looked at for one that was not evaluated."""


def guess(series: Mapping[int, Number], limit: Fraction, low: int, high: int) -> int | None:
    """The place between two others below which a figure does not cross a limit, as it seems.

    Args:
        series: the figure at places that were evaluated, `low` and `high` among them.
        limit: what it crosses.
        low: the place on one side.
        high: the place on the other.

    Returns:
        The last place, from `low` on, on the side on which `low` is; None where no polynomial
        through the nearest places says so.
    """
    if low not in series or high not in series:
        return None
    near = sorted(series, key=lambda place: max(low - place, place - high, 0))
    chosen = sorted({low, high, *near[:MOST_NODES]})[:MOST_NODES]
    values: dict[Powers, Number] = {(place,): series[place] for place in chosen}
    curve = through_grid(("at",), [chosen], values)
    # An amount that is equal to the limit lies on the side of whoever allows it: either is near.
    is_below = series[low] <= limit

    def is_same(place: int) -> bool:
        return (_at(curve, place) <= limit) == is_below

    if is_same(high):
        return None
    first, last = low, high
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if is_same(middle) else (first, middle)
    return first


def _at(curve: Polynomial, place: int) -> Fraction:
    return curve.value({"at": place})


def unknown_near(
    wanted: int, ends: tuple[int, int], stride: int, is_known: Callable[[int], bool]
) -> int | None:
    """A place strictly between two ends that was not evaluated, near the one that is wanted.

    Those a multiple of the stride away come first.

    Example:
        >>> unknown_near(5, (0, 12), 4, {4, 5}.__contains__)
        9
    """
    low, high = ends
    for place in _around(min(max(wanted, low + 1), high - 1), stride):
        if low < place < high and not is_known(place):
            return place
    return None


def _around(wanted: int, stride: int) -> Iterator[int]:
    yield wanted
    if stride > 1:
        for times in range(1, 9):
            yield from (wanted + times * stride, wanted - times * stride)
    for away in range(1, MOST_LOOKED_AT):
        yield from (wanted + away, wanted - away)


def is_rising(numbers: Sequence[Number]) -> bool:
    """Whether no number is below the one before it."""
    return all(one <= other for one, other in pairwise(numbers))
