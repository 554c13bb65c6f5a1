"""A sweep as one value: rows of designs that were kept."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from cnncalc.design.sweep.columns import Column, numbers_at
from cnncalc.design.sweep.select import Aim
from cnncalc.design.sweep.space import FAULT, Points
from cnncalc.shown import Shown


class Design(Mapping[str, Any]):
    """One design as a mapping: what tells it apart, its numbers, and its fault; None if without.

    A frame of pandas or polars takes many as they are. What it holds is looked up when it is asked
    for, as there may be millions.
    """

    __slots__ = ("place", "sweep")

    sweep: "Sweep"
    place: int

    def __init__(self, sweep: "Sweep", place: int) -> None:
        object.__setattr__(self, "sweep", sweep)
        object.__setattr__(self, "place", place)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a design cannot be changed: `{name}`")

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __reduce__(self) -> tuple[type["Design"], tuple["Sweep", int]]:
        return Design, (self.sweep, self.place)

    def __getitem__(self, column: str) -> Any:
        sweep = self.sweep
        if column in sweep.columns:
            values = numbers_at({column: sweep.columns[column]}, self.place)
            return None if self.place in sweep.faults else next(values)
        if column == FAULT:
            return sweep.faults.get(self.place)
        return sweep.points.space.values(sweep.points.chosen[self.place])[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sweep.heading)

    def __len__(self) -> int:
        return len(self.sweep.heading)

    def __repr__(self) -> str:
        return f"<Design {dict(self)}>"


class Sweep(Shown):
    """Designs and their numbers.

    Attributes:
        points: all that were asked for.
        columns: a number of each, by metric, in the unit that `cnncalc conventions` says.
        faults: why a design has none, by its place.
        done: the places of those that were evaluated.
        kept: the places of those that are kept, in their order.
        matching: how many would be kept if no number of them were asked for.
        pareto: what the kept ones are the front of.
        formulas: what of it was computed by formulas; empty for nothing.
    """

    points: Points
    columns: Mapping[str, Column]
    faults: Mapping[int, str]
    done: Sequence[int]
    kept: Sequence[int]
    matching: int
    pareto: tuple[Aim, ...] = ()
    formulas: str = ""

    @property
    def heading(self) -> tuple[str, ...]:
        """The names of the columns of `rows`."""
        return (*self.points.space.names, *self.points.metrics, FAULT)

    @property
    def rows(self) -> tuple[Design, ...]:
        """The designs that were kept, as mappings from `heading` to values."""
        return tuple(Design(self, place) for place in self.kept)

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """The same as plain tuples, in the order of `heading`."""
        space, chosen = self.points.space, self.points.chosen
        nothing = (None,) * len(self.columns)
        for place in self.kept:
            fault = self.faults.get(place)
            numbers = nothing if fault is not None else tuple(numbers_at(self.columns, place))
            yield (*space.values(chosen[place]).values(), *numbers, fault)

    def head(self) -> dict[str, Any]:
        """What JSON says of the sweep as a whole."""
        points = self.points
        return {
            "networks": [one.name for one in points.space.networks],
            "designs": len(points.chosen),
            "evaluated": len(self.done),
            "faults": len(self.faults),
            "matching": self.matching,
            "formulas": self.formulas or None,
            "columns": self.heading,
        }

    def to_dict(self) -> dict[str, Any]:
        """The sweep as JSON has it."""
        rows = [dict(zip(self.heading, row, strict=True)) for row in self.cells()]
        return {**self.head(), "rows": rows}

    def _line(self) -> str:
        names = ", ".join(one.name for one in self.points.space.networks)
        return f"of {names}: {self.matching:,} of {len(self.points.chosen):,} designs"
