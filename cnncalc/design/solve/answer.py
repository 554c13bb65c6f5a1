"""What is found: the best design, its numbers, and the next one that misses."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cnncalc.analysis.compare import Comparison
from cnncalc.design.conditions import Condition
from cnncalc.design.solve.trials import Number, Trial
from cnncalc.ops.values import Value
from cnncalc.records import Record
from cnncalc.shown import Shown

NETWORK = "network"
"""What is chosen where no variable is solved for."""


class Next(Record):
    """The next value of a variable beyond an answer, the other variables held.

    Attributes:
        name: the variable.
        trial: the next design that has a network; None where there is none.
        faults: designs between, which have none.
        is_end: whether the variable has no further value.
    """

    name: str
    trial: Trial | None
    faults: tuple[Trial, ...] = ()
    is_end: bool = False


class Solution(Shown):
    """The largest or smallest design that keeps some limits.

    Attributes:
        title: the name of the network.
        names: the variables that were solved for.
        objective: the variable or metric that is as large, or as small, as can be.
        is_largest: which of both.
        conditions: the limits.
        best: the designs that keep them, the best first.
        beyond: for every variable the next value, and what is missed there.
        notes: what was evaluated, and what to know of it, in sentences.
        is_bound: whether the answer is the last value that was allowed.
        evaluated: how many designs were evaluated.
        target: the name of the network that is matched, if one is.
        comparison: that network, this one and the next one side by side.
    """

    title: str
    names: tuple[str, ...]
    objective: str
    is_largest: bool
    conditions: tuple[Condition, ...]
    best: tuple[Trial, ...]
    beyond: tuple[Next, ...]
    notes: tuple[str, ...]
    is_bound: bool
    evaluated: int
    target: str | None = None
    comparison: Comparison | None = None

    def _line(self) -> str:
        limits = " and ".join(one.text for one in self.conditions)
        return f"{self.title}: {told(self.best[0].point)}, {limits}"

    @property
    def values(self) -> Mapping[str, Value]:
        """The value of every variable."""
        return dict(self.best[0].point)

    @property
    def value(self) -> Value:
        """The value of the variable, or of the first one."""
        return self.best[0].point[self.names[0]]

    @property
    def figures(self) -> Mapping[str, Number]:
        """The numbers of the design: those that are limited, and its main costs."""
        return dict(self.best[0].figures)

    @property
    def next(self) -> Value:
        """The next value of the variable, or of the first one; None where there is none."""
        trial = self.beyond[0].trial
        return None if trial is None else trial.point[self.names[0]]

    @property
    def misses(self) -> Mapping[str, Number]:
        """By how much the next value misses each limit that it does, by the metric's name."""
        trial = self.beyond[0].trial
        if trial is None:
            return {}
        return {one.name: distance(trial, one) or 0 for one in trial.missed(self.conditions)}

    def to_dict(self) -> dict[str, object]:
        """The solution as JSON has it."""
        return {
            "schema_version": 1,
            "network": self.title,
            "objective": self.objective,
            "direction": "maximise" if self.is_largest else "minimise",
            "where": [one.text for one in self.conditions],
            "values": plain(self.values),
            "is_bound": self.is_bound,
            "figures": plain(self.figures),
            "left": _distances(self.best[0], self.conditions),
            "next": [_next(one, self.conditions) for one in self.beyond],
            "others": [
                {"values": plain(one.point), "figures": plain(one.figures)}
                for one in self.best[1:]
            ],
            "matched": self.target,
            "comparison": None if self.comparison is None else self.comparison.to_dict(),
            "evaluated": self.evaluated,
            "notes": self.notes,
        }


def _next(one: Next, conditions: tuple[Condition, ...]) -> dict[str, object]:
    trial = one.trial
    fault = one.faults[0] if one.faults else None
    return {
        "variable": one.name,
        "value": None if trial is None else trial.point[one.name],
        "figures": None if trial is None else plain(trial.figures),
        "misses": None if trial is None else _distances(trial, trial.missed(conditions)),
        "faults": len(one.faults),
        "first_fault": fault and {"value": fault.point[one.name], "fault": fault.fault},
    }


def _distances(trial: Trial, conditions: tuple[Condition, ...]) -> dict[str, Any]:
    found = ((one.text, distance(trial, one)) for one in conditions)
    return {text: None if by is None else _plain(by) for text, by in found}


def distance(trial: Trial, condition: Condition) -> Number | None:
    """How far a figure of a design is from its limit; None where the design lacks it."""
    value = trial.figures.get(condition.name)
    if value is None:
        return None
    by = abs(Fraction(value) - condition.limit)
    return int(by) if by.denominator == 1 else by


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON takes them."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value


def told(point: Mapping[str, Value]) -> str:
    """A point as people write it: `width = 32, depth = 3`; of a network its name."""
    from cnncalc.ops.values import show  # noqa: PLC0415 - only what is shown

    if [*point] == [NETWORK]:
        return show(point[NETWORK])
    return ", ".join(f"{name} = {show(value)}" for name, value in point.items())
