"""Designs by the formulas of their network, where these hold: a million in a second."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from math import gcd, lcm
from random import Random
from typing import Any

from cnncalc.design.axes import Axis
from cnncalc.design.base import selection_at
from cnncalc.design.formula import Formula, find_formulas
from cnncalc.design.sweep.columns import OPEN, Columns
from cnncalc.design.sweep.evaluate import evaluate, tasks_of
from cnncalc.design.sweep.select import Table
from cnncalc.design.sweep.space import Points
from cnncalc.diagnostics import SpecError
from cnncalc.records import Record

FEWEST = 500
"""Designs of a network from which on formulas are worth their search."""

MANY = 5_000
"""Designs that a formula tells from which on those of other residues of a size are looked for."""

CHECKED = 25
"""Designs by formulas that are evaluated all the same, of each network."""

STARTS = (0.5437, 0.7391, 0.3218)
"""How far among the open designs those are from which a formula is looked for, one by one.

They are no plain fractions, which would often meet the first value of an axis: one is a special
case more often than others.
"""

CHUNK = 1 << 20
"""Designs whose numbers are made at once."""


class _Part(Record):
    """The designs of one network: from one place up to another."""

    points: Points
    columns: Columns
    number: int
    first: int
    past: int

    @property
    def open_count(self) -> int:
        """How many are open."""
        return self.columns.states.count(OPEN, self.first, self.past)


def fill_by_formulas(points: Points, columns: Columns) -> str:
    """Fill in the designs that formulas tell, where all metrics have one.

    Some of the designs are evaluated as well, by chance; where one of them differs, none of these
    is taken from formulas.

    Returns:
        How many there are, in a sentence; empty where there is none.
    """
    found = checked = 0
    each = points.space.each
    for number in range(len(points.space.networks)):
        first, past = (bisect_left(points.chosen, at * each) for at in (number, number + 1))
        part = _Part(points, columns, number, first, past)
        for filled, tried in _filled(part):
            found, checked = found + filled, checked + tried
    if not found:
        return ""
    every = len(points.chosen)
    count = f"all {every:,}" if found == every else f"{found:,} of {every:,}"
    told = f"{checked:,} of these were evaluated, too, and are equal"
    return f"Formulas gave {count} designs; {told}. --exact evaluates all."


def _filled(part: _Part) -> Iterator[tuple[int, int]]:
    """Fill in what formulas tell, from one residue of a size after the other.

    Yields:
        How many designs were filled in, and how many of these were evaluated.
    """
    moduli: Mapping[str, int] = {}
    starts = [*STARTS]
    while part.open_count >= FEWEST and starts:
        formulas = _formulas(part, starts.pop(0), moduli)
        filled, tried = _fill(part, formulas) if formulas else (0, 0)
        yield filled, tried
        if filled >= MANY:
            steps = [steps for one in formulas for piece in one.pieces for steps in piece.domain]
            moduli = {
                name: lcm(*(one.modulus for one in steps if one.name == name))
                for name in formulas[0].variables
            }
            starts = [*STARTS]
        elif moduli or filled >= FEWEST:
            return


def _formulas(part: _Part, start: float, moduli: Mapping[str, int]) -> Sequence[Formula]:
    """A formula for each metric of a network; none at all where one of them has none.

    Args:
        part: the designs.
        start: how far among the open ones that is from which the search begins.
        moduli: the steps of each variable on which others have held.
    """
    space = part.points.space
    if not all(_is_whole(axis) for axis in space.axes if len(axis.values) > 1):
        return ()
    place = _open_place(part, start)
    _, values = space.point(part.points.chosen[place])
    point = dict(zip((axis.name for axis in space.axes), values, strict=True))
    ranges = {
        axis.name: _steps(axis.values, point[axis.name], moduli.get(axis.name, 1))
        for axis in space.axes
        if len(axis.values) > 1
    }
    network = space.networks[part.number]
    try:
        settled = network._replace(selection=selection_at(network.base(), point)).base()
        found = find_formulas(
            settled, part.points.metrics, [*ranges], ranges, basis=part.points.basis
        )
    except (SpecError, ValueError):
        return ()
    formulas = [one for one in found if isinstance(one, Formula)]
    return formulas if len(formulas) == len(found) else ()


def _open_place(part: _Part, start: float) -> int:
    """The open design that is so far among all that are open."""
    import numpy as np

    states = np.frombuffer(part.columns.states, np.uint8)[part.first : part.past]
    places = np.flatnonzero(states == OPEN)
    return part.first + int(places[int(len(places) * start)])


def _is_whole(axis: Axis) -> bool:
    return isinstance(axis.values, range) or all(type(value) is int for value in axis.values)


def _steps(values: Sequence[Any], start: Any, modulus: int) -> range:
    """Equal steps that come to some whole numbers: to all that differ from one by a multiple.

    Example:
        >>> _steps((8, 2, 6), 2, 1), _steps(range(1, 12), 5, 4)
        (range(2, 9, 2), range(1, 10, 4))
    """
    chosen = [value for value in values if (value - start) % modulus == 0]
    least, most = min(chosen), max(chosen)
    return range(least, most + 1, gcd(*(value - least for value in chosen)) or 1)


def _fill(part: _Part, formulas: Sequence[Formula]) -> tuple[int, int]:
    """Fill in the open designs.

    Returns:
        How many there are, and how many of these were evaluated.
    """
    import numpy as np

    points, columns = part.points, part.columns
    filled = [
        _chunk(part._replace(first=start, past=min(start + CHUNK, part.past)), formulas)
        for start in range(part.first, part.past, CHUNK)
    ]
    places = np.concatenate(filled)
    if not len(places):
        return 0, 0
    chance = Random(0)  # noqa: S311 - no secret
    drawn = sorted(chance.sample(range(len(places)), min(CHECKED, len(places))))
    chosen = [int(places[one]) for one in drawn]
    if not _agree(points, columns, chosen):
        np.frombuffer(columns.states, np.uint8)[places] = OPEN
        return 0, 0
    return len(places), len(chosen)


def _chunk(part: _Part, formulas: Sequence[Formula]) -> Any:
    """Fill in neighbouring designs, as far as they are open and every formula holds."""
    import numpy as np

    at = np.arange(part.first, part.past)
    states = np.frombuffer(part.columns.states, np.uint8)
    at = at[states[part.first : part.past] == OPEN]
    if not len(at):
        return at
    moved = _moved(Table(part.points, {}, at), formulas[0].variables)
    told = [formula.values(moved) for formula in formulas]
    holds = np.logical_and.reduce([inside for _, inside in told])
    part.columns.fill(at[holds], [numbers[holds] for numbers, _ in told])
    return at[holds]


def _moved(table: Table, names: Sequence[str]) -> Mapping[str, Any]:
    import numpy as np

    found = {}
    for name in names:
        values, of = table.moved(name)
        found[name] = np.asarray(values)[of]
    return found


def _agree(points: Points, columns: Columns, places: Sequence[int]) -> bool:
    """Whether designs come to what their formulas say."""
    return all(
        tuple(column[place] for column in columns.numbers) == row
        for place, row in _evaluated(points, places)
    )


def _evaluated(points: Points, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
    for task in tasks_of(points, places, len(places)):
        block = evaluate(task)
        yield from zip(block.places, block.rows, strict=True)
