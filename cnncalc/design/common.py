"""The steps on which several formulas hold."""

from collections.abc import Sequence
from math import lcm

from cnncalc.design.base import Base
from cnncalc.design.formula import Formula, NoFormula, formula_of
from cnncalc.design.quest import Space
from cnncalc.design.table import NetworkTable


def formulas_of(
    base: Base, table: NetworkTable, keys: Sequence[str], space: Space
) -> list[Formula | NoFormula]:
    """The formula of each key of a table; what is equal wherever it was counted is found once.

    A formula that was held at these points is right at them for each key with the same values.
    """
    firsts: dict[int | None, list[tuple[str, Formula | NoFormula]]] = {}
    told = []
    for key in keys:
        own = (table.at(space.anchor) or {}).get(key)
        alike = firsts.setdefault(own, [])
        found = next((one for first, one in alike if table.are_equal(first, key)), None)
        if found is None:
            found = formula_of(base, table, key, space)
            alike.append((key, found))
        told.append(found._replace(metric=key))
    return told


def common_space(space: Space, whole: Sequence[Formula]) -> Space:
    """The steps that all formulas of the whole share, from which no others are looked for."""
    ranges = []
    for axis, (values, anchor) in enumerate(zip(space.ranges, space.anchor, strict=True)):
        steps = [one.pieces[0].domain[axis] for one in whole]
        if not steps:
            ranges.append(values)
            continue
        modulus = lcm(*(one.modulus for one in steps))
        low, high = max(one.first for one in steps), min(one.last for one in steps)
        first = low + (anchor - low) % modulus
        ranges.append(range(first, high + 1, modulus))
    if not whole:
        return space
    return space._replace(ranges=tuple(ranges), factors=tuple((1,) for _ in ranges))
