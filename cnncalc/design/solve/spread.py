"""Several variables: the best design of a grid, or of lines through it."""

from collections.abc import Iterator
from itertools import product

from cnncalc.design.axes import Axis
from cnncalc.design.base import Point, value_at
from cnncalc.design.solve.asked import Asked
from cnncalc.design.solve.crossing import is_rising
from cnncalc.design.solve.line import Line
from cnncalc.design.solve.trials import Bench, Number, Trial, number_of
from cnncalc.ops.values import Value
from cnncalc.records import Record

MOST_DESIGNS = 3_000
"""Designs that are all evaluated; of ResNet-50's size these take a quarter of a minute."""

MOST_LINES = 1_000
"""Lines that are searched where there are more designs."""


ON_A_LINE = 30
"""Designs that are evaluated on a line, about."""


class Found(Record):
    """The designs that keep all limits, the best first, and what was looked at.

    Attributes:
        best: these designs.
        trials: all that were evaluated.
        line: the variable that was solved for along lines; None where all designs were evaluated.
    """

    best: tuple[Trial, ...]
    trials: tuple[Trial, ...]
    line: str | None


def search(bench: Bench, asked: Asked) -> Found:
    """The designs of a space that keep all limits, in order.

    Of equal ones the larger value of the first variable comes first, then of the next; where the
    objective is to be small, the smaller.

    Raises:
        ValueError: there are too many designs.
    """
    if asked.designs <= MOST_DESIGNS:
        points = ({**point} for point in _points(asked.axes))
        trials = [bench.trial(point) for point in points]
        return Found(_ordered(asked, trials), tuple(trials), None)
    inner = _inner(asked)
    others = [one for one in asked.axes if one is not inner]
    lines = asked.designs // len(inner.values)
    if lines > MOST_LINES:
        remedy = f"give ranges with fewer values, `--for {others[0].name}=1..16`"
        raise ValueError(f"{asked.designs:,} designs are too many: {remedy}")
    start = value_at(bench.base, inner.name)
    for point in _points(others):
        held = {name: point.get(name) for name in asked.names}  # in the order of the question
        line = Line(bench, inner, held, is_quick=lines > 1)
        line.sample(start)
        _along(line, asked)
    every = tuple(bench.known.values())
    return Found(_ordered(asked, every), every, inner.name)


def expected_trials(asked: Asked) -> int:
    """How many designs a question takes, about."""
    if asked.designs <= MOST_DESIGNS:
        return asked.designs
    return ON_A_LINE * asked.designs // len(_inner(asked).values)


def _points(axes: list[Axis] | tuple[Axis, ...]) -> Iterator[Point]:
    names = [one.name for one in axes]
    for values in product(*(one.values for one in axes)):
        yield dict(zip(names, values, strict=True))


def _inner(asked: Asked) -> Axis:
    """The variable that is solved for along lines: of those with numbers the one with most."""
    numeric = [
        one
        for one in asked.axes
        if isinstance(one.values, range) or all(number_of(v) is not None for v in one.values)
    ]
    return max(numeric or asked.axes, key=lambda one: len(one.values))


def _along(line: Line, asked: Asked) -> None:
    """Evaluate the ends of what keeps the limits on a line: one of them is its best."""
    sign = 1 if asked.is_largest else -1
    if line.best(asked.conditions, sign) is None or asked.objective in asked.names:
        return
    if not is_rising([*line.series(asked.objective).values()]):
        line.best(asked.conditions, -sign)


def _ordered(asked: Asked, trials: list[Trial] | tuple[Trial, ...]) -> tuple[Trial, ...]:
    def key(one: Trial) -> tuple[Number, ...]:
        ties = (_rank(axis, one.point[axis.name]) for axis in asked.axes)
        return (one.figures[asked.objective], *ties)

    fitting = [
        one
        for one in trials
        if one.is_sound and asked.objective in one.figures and not one.missed(asked.conditions)
    ]
    return tuple(sorted(fitting, key=key, reverse=asked.is_largest))


def _rank(axis: Axis, value: Value) -> Number:
    """A number as it is; of words the place in the list."""
    number = number_of(value)
    return axis.values.index(value) if number is None else number
