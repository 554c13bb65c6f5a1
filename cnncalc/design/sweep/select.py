"""Which designs are kept, and in which order: conditions, Pareto fronts, sorting.

All of it is exact: columns are 64-bit integers, or Python's where those do not do.
"""

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from math import ceil, floor
from typing import Any

from cnncalc.design.conditions import SIGNS, Condition
from cnncalc.design.figures import check_metric
from cnncalc.design.sweep.columns import MISSING, Column
from cnncalc.design.sweep.space import NETWORK, TIME, Points
from cnncalc.records import Record

LARGER = frozenset({"receptive_field"})
"""Metrics of which more is better; of all others less is."""

Array = Any
"""A NumPy array: NumPy is loaded where it is used."""


class Aim(Record):
    """A column, and which of its values are better.

    Attributes:
        name: that of a metric, or of what is moved.
        is_larger: whether larger ones are.
    """

    name: str
    is_larger: bool = False


class Wish(Record):
    """Which designs are kept: one step after the other, in this order.

    Attributes:
        where: what they fulfil, all of it.
        pareto: they are kept where no other one is better in one of these and as good in the rest.
        sort: the better ones first.
        top: how many are kept.
    """

    where: tuple[Condition, ...] = ()
    pareto: tuple[Aim, ...] = ()
    sort: tuple[Aim, ...] = ()
    top: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it asks for."""
        aims = (*self.pareto, *self.sort)
        found = (*(one.name for one in self.where), *(one.name for one in aims))
        return tuple(dict.fromkeys(found))


def read_aims(text: str, names: Collection[str]) -> tuple[Aim, ...]:
    """The columns that a text names, parted by commas; `max:` or `min:` says what is better.

    Example:
        >>> read_aims("macs,receptive_field,max:width", ["width"])[1:]
        (Aim(name='receptive_field', is_larger=True), Aim(name='width', is_larger=True))

    Raises:
        ValueError: there is no such metric, or one is named twice.
    """
    aims: list[Aim] = []
    for part in text.split(","):
        way, colon, name = part.strip().partition(":")
        if not colon or way not in {"min", "max"}:
            way, name = "", part.strip()
        if not name.startswith(TIME) and (name != NETWORK or NETWORK not in names):
            check_metric(name, names)
        is_larger = way == "max" if way else name.rpartition(".")[2] in LARGER
        aims.append(Aim(name, is_larger))
    if len({one.name for one in aims}) < len(aims):
        raise ValueError(f"`{text}` names a column twice")
    return tuple(aims)


def keep(
    points: Points, columns: Mapping[str, Column], done: Sequence[int], wish: Wish
) -> tuple[Sequence[int], int]:
    """The places of the designs that are kept, in their order; and how many there are but for top.

    Args:
        points: all designs.
        columns: their numbers, by metric.
        done: those that have numbers, ascending.
        wish: what is asked for.

    Raises:
        ValueError: a condition or an aim is on a column that has no numbers.
    """
    import numpy as np

    table = Table(points, columns, np.asarray(done, np.int64))
    places = np.arange(len(done))
    for condition in wish.where:
        places = places[table.holds(condition)[places]]
    if wish.pareto:
        places = places[table.is_known([one.name for one in wish.pareto])[places]]
        ranks = [table.ranks(one, is_number=True)[places] for one in wish.pareto]
        places = places[front(np.stack(ranks, axis=1))]
    if wish.sort:
        keys = [table.ranks(one)[places] for one in reversed(wish.sort)]
        places = places[np.lexsort(keys)]
    kept = table.at[places[: wish.top]]
    return array("q", kept.tobytes()), len(places)


class Table:
    """The columns of designs as arrays, each made when it is asked for.

    Attributes:
        at: the places of the designs among all.
    """

    def __init__(self, points: Points, columns: Mapping[str, Column], at: Array) -> None:
        self.points = points
        self.columns = columns
        self.at = at

    def numbers(self, name: str) -> Array:
        """A metric of every design."""
        import numpy as np

        column = self.columns[name]
        if not isinstance(column, list):
            kind = np.float64 if name.startswith(TIME) else np.int64
            return np.frombuffer(column, kind)[self.at]  # type: ignore[call-overload]
        return np.array(column, object)[self.at]

    def is_known(self, names: Sequence[str]) -> Array:
        """Which designs have all of some metrics."""
        import numpy as np

        known = np.ones(len(self.at), bool)
        for name in names:
            if name in self.columns:
                numbers = self.numbers(name)
                known &= ((numbers != MISSING) & (numbers == numbers)).astype(bool)  # noqa: PLR0124
        return known

    def holds(self, condition: Condition) -> Array:
        """Which designs fulfil a condition; none whose number is not known."""
        name = condition.name
        if name in self.columns:
            return self.is_known([name]) & compared(self.numbers(name), condition)
        values, of = self.moved(name)
        _check_numbers(name, values)
        return _array([condition.holds(value) for value in values])[of]

    def ranks(self, aim: Aim, *, is_number: bool = False) -> Array:
        """The rank of every design in a column: the best is 0, one that has no number the last."""
        import numpy as np

        if aim.name in self.columns:
            numbers = self.numbers(aim.name)
            _, ranks = np.unique(numbers, return_inverse=True)
            ranks = ranks.reshape(-1)
            ranks = -ranks if aim.is_larger else ranks
            return np.where(self.is_known([aim.name]), ranks, np.iinfo(np.int64).max)
        values, of = self.moved(aim.name)
        if is_number:
            _check_numbers(aim.name, values)
        ordered = sorted(set(values)) if _are_numbers(values) else [*dict.fromkeys(values)]
        ranks = _array([ordered.index(value) for value in values])
        return (-ranks if aim.is_larger else ranks)[of]

    def moved(self, name: str) -> tuple[Sequence[Any], Array]:
        """The values of what is moved, and for every design the place of its own among them."""
        import numpy as np

        space = self.points.space
        chosen = self.points.chosen
        indices = self.at if isinstance(chosen, range) else np.asarray(chosen, object)[self.at]
        if name == NETWORK:
            return [one.name for one in space.networks], (indices // space.each).astype(np.int64)
        place = next(place for place, axis in enumerate(space.axes) if axis.name == name)
        values, stride = space.axes[place].values, space.strides()[place]
        of = indices % space.each // stride % len(values) if stride else indices * 0
        return values, of.astype(np.int64)


def compared(numbers: Array, condition: Condition) -> Array:
    """Which numbers of an array fulfil a condition; the limit may be a fraction."""
    import numpy as np

    limit = condition.limit
    if numbers.dtype == np.float64:
        return SIGNS[condition.sign](numbers, float(limit))  # type: ignore[arg-type]
    is_whole = limit.denominator == 1
    ways: Mapping[str, Callable[[], Array]] = {
        "<=": lambda: numbers <= floor(limit),
        "<": lambda: numbers < ceil(limit),
        ">=": lambda: numbers >= ceil(limit),
        ">": lambda: numbers > floor(limit),
        "==": lambda: (numbers == floor(limit)) & is_whole,
        "!=": lambda: (numbers != floor(limit)) | (not is_whole),
    }
    return ways[condition.sign]().astype(bool)


def front(ranks: Array) -> Array:
    """Which rows of ranks no other row is better than: lower somewhere, and nowhere higher.

    Example:
        >>> import numpy as np
        >>> front(np.array([(0, 3), (1, 1), (1, 1), (2, 1), (3, 0)])).tolist()
        [True, True, True, False, True]
    """
    import numpy as np

    if not len(ranks):
        return np.zeros(0, bool)
    rows, of = np.unique(ranks, axis=0, return_inverse=True)  # sorted by the first, then the rest
    if rows.shape[1] <= 2:
        last = rows[:, -1]
        least = np.minimum.accumulate(last)
        is_best = np.append(True, last[1:] < least[:-1])
        return is_best[of.reshape(-1)] if rows.shape[1] == 2 else (of == 0).reshape(-1)
    left, place = np.arange(len(rows)), 0
    while place < len(left):  # each that stays takes away what it is better than
        at = rows[left[place]]
        is_kept = (rows[left] < at).any(axis=1)
        is_kept[place] = True
        left = left[is_kept]
        place = int(is_kept[:place].sum()) + 1
    is_best = np.zeros(len(rows), bool)
    is_best[left] = True
    return is_best[of.reshape(-1)]


def _array(values: Sequence[Any]) -> Array:
    import numpy as np

    return np.array(values)


def _are_numbers(values: Sequence[Any]) -> bool:
    return isinstance(values, range) or all(isinstance(one, int | float) for one in values)


def _check_numbers(name: str, values: Sequence[Any]) -> None:
    if not _are_numbers(values):
        raise ValueError(f"`{name}` has values that are no numbers")
