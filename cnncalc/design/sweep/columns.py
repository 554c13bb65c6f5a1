"""Where the numbers of designs are put: eight bytes each, whatever the order they come in."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from math import nan
from typing import Any

from cnncalc.design.sweep.evaluate import Block, Numbers
from cnncalc.design.sweep.space import TIME

MISSING = -(2**63)
"""What stands for a number that a design does not have."""

OPEN, DONE, FAULT = 0, 1, 2
"""What is known of a design: nothing, its numbers, or its fault."""

Column = Sequence[int | float]
"""A number for each design: an `array` of 64 bits, or a list where one of them needs more."""


class Columns:
    """A column for each metric, and which designs are done."""

    def __init__(self, count: int, metrics: Sequence[str]) -> None:
        self.metrics = tuple(metrics)
        kinds = ["d" if name.startswith(TIME) else "q" for name in metrics]
        self.numbers: list[Any] = [array(kind, bytes(8 * count)) for kind in kinds]
        self.states = bytearray(count)
        self.faults: dict[int, str] = {}
        self.texts: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self.states)

    def put(self, block: Block) -> None:
        """Take in what has been found of some designs."""
        for place, row in zip(block.places, block.rows, strict=True):
            if isinstance(row, str):
                self.states[place] = FAULT
                self.faults[place] = self.texts.setdefault(row, row)
                self._put(place, (None,) * len(self.metrics))
            else:
                self.states[place] = DONE
                self._put(place, row)

    def _put(self, place: int, row: Numbers) -> None:
        for number, value in enumerate(row):
            column = self.numbers[number]
            nothing = nan if isinstance(column, array) and column.typecode == "d" else MISSING
            try:
                column[place] = nothing if value is None else value
            except OverflowError:
                self.numbers[number] = [*self.numbers[number]]
                self.numbers[number][place] = value

    def fill(self, places: Any, numbers: Sequence[Any]) -> None:
        """Take in the numbers of designs at once.

        Args:
            places: a NumPy array of their places, or a slice.
            numbers: for each metric an array of their numbers.
        """
        import numpy as np

        for number, values in enumerate(numbers):
            if values.dtype == object:
                self.numbers[number] = [*self.numbers[number]]
            column = self.numbers[number]
            if isinstance(column, list):
                at = range(len(column))[places] if isinstance(places, slice) else places.tolist()
                for place, value in zip(at, values.tolist(), strict=True):
                    column[place] = value
            else:
                np.frombuffer(column, np.int64)[places] = values
        np.frombuffer(self.states, np.uint8)[places] = DONE

    def open_places(self) -> Sequence[int]:
        """The designs that are not done, ascending."""
        first = self.states.find(OPEN)
        if first < 0:
            return ()
        last = self.states.rfind(OPEN) + 1
        if self.states.count(OPEN, first, last) == last - first:
            return range(first, last)
        return array("q", (place for place in range(first, last) if not self.states[place]))

    def done_places(self) -> Sequence[int]:
        """The designs that are done, or have a fault; ascending."""
        if OPEN not in self.states:
            return range(len(self))
        return array("q", (place for place, state in enumerate(self.states) if state))

    def sound_places(self) -> Sequence[int]:
        """The designs that have numbers, ascending."""
        if self.states.count(DONE) == len(self):
            return range(len(self))
        return array("q", (place for place, state in enumerate(self.states) if state == DONE))

    def by_metric(self) -> Mapping[str, Column]:
        """The columns by the names of their metrics."""
        return dict(zip(self.metrics, self.numbers, strict=True))


def numbers_at(columns: Mapping[str, Column], place: int) -> Iterator[int | float | None]:
    """The numbers of a design, None where it has none."""
    for column in columns.values():
        value = column[place]
        yield None if value == MISSING or value != value else value  # noqa: PLR0124 - no number
