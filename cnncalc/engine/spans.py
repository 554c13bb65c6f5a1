"""The first and the last row that outputs see along one axis, through the rows that they read."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.engine.taps import Taps, rows_read

Rows = npt.NDArray[np.int64]

FAR = 1 << 40
"""Beyond every row: the first row of what sees nothing, and below zero its last."""


class Spans(NamedTuple):
    """The first and the last row that outputs see on an endless map.

    Attributes:
        start: the output that the arrays begin with; below 0 it lies before the real map.
        low: the first row of each.
        high: the last row of each; below the first for an output that sees none.
        is_fixed: whether all outputs see the same, wherever they are.
    """

    start: int
    low: Rows
    high: Rows
    is_fixed: bool = False

    def at(self, output: int) -> tuple[int, int] | None:
        """The ends of what a real output sees, or None when it sees nothing."""
        low, high = int(self.low[output - self.start]), int(self.high[output - self.start])
        return (low, high) if low <= high else None


def widen(needed: dict[str, tuple[int, int]], name: str, ends: tuple[int, int] | None) -> None:
    """Need these rows of a map as well."""
    if ends is not None:
        low, high = needed[name]
        needed[name] = min(low, ends[0]), max(high, ends[1])


def read_by(taps: Taps, start: int, stop: int) -> tuple[int, int] | None:
    """The rows that a run of outputs reads; None for none."""
    each = [tap for phase in taps.taps for tap in phase]
    if not each:
        return None
    first = start // taps.period * taps.advance + min(each)
    return first, (stop - 1) // taps.period * taps.advance + max(each) + 1


def tapped(
    read: Sequence[tuple[Taps, Spans]], start: int, stop: int, whole: tuple[int, int]
) -> Spans:
    """What outputs see that read some rows of each of these."""
    low = np.full(stop - start, FAR, np.int64)
    high = -low
    are_fixed = True
    for taps, before in read:
        if len(read) > 1 and all(taps.taps) and before.is_fixed and sees(before, whole):
            return constant(start, stop, *whole)
        are_fixed = are_fixed and before.is_fixed and all(taps.taps)
        for where, rows in rows_read(taps, np.arange(start, stop, dtype=np.int64)):
            place = rows - before.start
            low[where] = np.minimum(low[where], before.low[place])
            high[where] = np.maximum(high[where], before.high[place])
    return Spans(start, low, high, are_fixed)


def sees(view: Spans, whole: tuple[int, int]) -> bool:
    """Whether what all outputs see are these rows."""
    return view.at(view.start) == whole


def constant(start: int, stop: int, low: int, high: int) -> Spans:
    """What outputs see that all see the same."""
    size = stop - start
    ends = np.full(size, low, np.int64), np.full(size, high, np.int64)
    return Spans(start, *ends, is_fixed=True)
