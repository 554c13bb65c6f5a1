"""The form of units: what they are but for the values in which rows may differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.interchange.folded.nodes import (
    Again,
    Body,
    Call,
    Item,
    Mark,
    Ref,
    Step,
    Unit,
    items_in,
)
from cnncalc.interchange.folded.rows import Numbers

Reach = tuple[int, ...]
"""How many units before it the tensors stand that a unit refers to."""

FAR = -1
"""A reference that reaches out of the body."""


class Form:
    """The form of one unit in its body.

    Attributes:
        number: equal for units of one form.
        reach: what it refers to, in units before it; `FAR` for what stands elsewhere.
    """

    __slots__ = ("number", "reach")

    def __init__(self, number: int, reach: Reach) -> None:
        self.number = number
        self.reach = reach


class Forms:
    """Tells the forms of units; equal forms have equal numbers."""

    def __init__(self) -> None:
        self.numbers = Numbers()

    def of_body(self, units: Sequence[Unit]) -> list[Form]:
        """The form of each unit."""
        ends = {id(unit.mark): at for at, unit in enumerate(units) if unit.mark}
        return [
            self.of_unit(unit, {mark: at - end for mark, end in ends.items() if end < at})
            for at, unit in enumerate(units)
        ]

    def of_unit(self, unit: Unit, ends: Mapping[int, int]) -> Form:
        """The form of a unit, `ends` telling how many units before it a tensor stands."""
        reading = _Reading(self.numbers, ends)
        number = self.numbers.of(tuple(reading.item(item) for item in unit.items))
        return Form(number, tuple(reading.reach))


class _Reading:
    """Goes through one unit."""

    def __init__(self, numbers: Numbers, ends: Mapping[int, int]) -> None:
        self.numbers = numbers
        self.ends = ends
        self.inner: dict[int, int] = {}
        self.reach: list[int] = []

    def item(self, item: Item) -> Any:
        if isinstance(item, Step):
            return ("step", item.structure)
        if isinstance(item, Call):
            return ("call", id(item.block))
        if isinstance(item, Ref):
            return self.ref(item.mark)
        if isinstance(item, Again):
            return ("again", self.body(item.body))
        branches = tuple(
            self.body(one)
            if isinstance(one, Body)
            else self.ref(one.mark)
            if isinstance(one, Ref)
            else "x"
            for one in item.branches
        )
        return ("join", item.head, branches)

    def body(self, body: Body) -> Any:
        found = []
        for unit in body.units:
            items = tuple(self.item(item) for item in unit.items)
            if unit.mark is not None:
                self.inner[id(unit.mark)] = len(self.inner)
            found.append((items, unit.mark is not None))
        return self.numbers.of((tuple(found), body.is_optional))

    def ref(self, mark: Mark) -> Any:
        if id(mark) in self.inner:
            return ("inner", self.inner[id(mark)])
        distance = self.ends.get(id(mark), FAR)
        self.reach.append(distance)
        return ("ref", distance)


def values_of(units: Sequence[Unit]) -> Iterator[tuple[str, Sequence[Any]]]:
    """All values of some units, branch by branch."""
    for item in items_in(units):
        if isinstance(item, Step):
            yield from item.values.items()
        elif isinstance(item, Again):
            yield "counts", item.counts
        elif isinstance(item, Call):
            for key, values in values_of(item.block.body.units):
                if len(values) == len(item.block.body.up):
                    yield key, [values[row] for row in item.rows]
