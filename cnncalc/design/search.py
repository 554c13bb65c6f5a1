"""Polynomials found from values at some points: along each variable, then on a grid.

Nothing here knows what is counted: a table gives a value by name at each point, or none.
"""

from collections.abc import Sequence
from itertools import product
from math import prod

from cnncalc.design.domain import Steps
from cnncalc.design.held import hold
from cnncalc.design.line import LINE_CHECKS, SPARE, Line, class_of, degree_of, goes_on, nodes_of
from cnncalc.design.polynomial import through_grid
from cnncalc.design.quest import At, Found, NoPolynomialError, Quest, Space, Table, told

MOST_DEGREE = 6
"""The power of one variable beyond which no polynomial is looked for."""

LEAST_MEMBERS = 16
"""Steps that a range of ours has, however long they are."""

MOST_NODES = 1000
"""Points that a polynomial may need."""


def find(table: Table, key: str, space: Space) -> Found:
    """The polynomial of one key, with the domain around the anchor in which it holds.

    Raises:
        NoPolynomialError: there is none.
    """
    quest = Quest(table, key, space)
    if quest.value(space.anchor) is None:
        raise NoPolynomialError("the network has no such number")
    chosen = [_along_axis(quest, axis) for axis in range(len(space.names))]
    members = [one for one, _ in chosen]
    degrees = [degree for _, degree in chosen]
    fault = NoPolynomialError("")
    for more in (0, 1, 2):
        wanted = [min(one + more, len(of) - 1) for one, of in zip(degrees, members, strict=True)]
        if more and wanted == degrees:
            break
        try:
            return _on_grid(quest, members, wanted)
        except NoPolynomialError as other:
            fault = fault if more else other
    raise fault


def along_axis(table: Table, key: str, space: Space) -> int:
    """The degree in the first variable, tried at few points: whether it is worth to look on.

    Raises:
        NoPolynomialError: there is no polynomial along it.
    """
    return _along_axis(Quest(table, key, space), 0)[1]


def _along_axis(quest: Quest, axis: int) -> tuple[range, int]:
    """The values of one variable that share a polynomial, and its degree.

    Raises:
        NoPolynomialError: it has none along this variable.
    """
    space = quest.space
    values, anchor, factors = space.ranges[axis], space.anchor[axis], space.factors[axis]
    least = LEAST_MEMBERS if space.is_open[axis] else 0
    most = MOST_DEGREE
    coarse = class_of(values, anchor, factors[-1], least)
    line = Line(quest, axis, is_near=False)
    if len(factors) > 1 and len(coarse) > LINE_CHECKS // 2:
        degree = degree_of(line, coarse, most)
        most = most if degree is None else degree  # a part of the values needs no more
    for factor in factors:
        members = class_of(values, anchor, factor, least)
        degree = degree_of(line, members, most)
        if degree is not None and (factor == 1 or goes_on(line, members, degree)):
            return members, max(degree, _elsewhere(quest, axis, members))
    near = line._replace(is_near=True)
    of_strides = all(factors[-1] % factor == 0 for factor in factors)
    for factor in (1, *factors[-2:]) if of_strides else (1,):
        members = near.buildable(class_of(values, anchor, factor, least))
        degree = degree_of(near, members, MOST_DEGREE)
        if degree and len(members) >= degree + SPARE:  # what is constant on a part alone is a step
            return members, max(degree, _elsewhere(quest, axis, members))
    name = space.names[axis]
    if all(line.value(one) is None for one in coarse if one != anchor):
        reason = f"the network can be built at no other `{name}` than {anchor}"
        raise NoPolynomialError(reason, is_fault=True)
    raise NoPolynomialError(
        f"along `{name}` it follows no polynomial up to the power {MOST_DEGREE}, "
        f"nor on steps of up to {factors[-1] * values.step}",
        may_round=True,
    )


def _elsewhere(quest: Quest, axis: int, members: range) -> int:
    """The degree on another line, where the other variables are not those of the anchor.

    At the anchor itself the factor of a power may be zero: of one round less than there are.
    """
    space = quest.space
    if len(space.names) == 1:
        return 0
    moved = []
    for place, (values, anchor) in enumerate(zip(space.ranges, space.anchor, strict=True)):
        coarse = class_of(values, anchor, space.factors[place][-1])
        others = coarse if len(coarse) > 1 else values
        following = (others.index(anchor) + 1) % len(others)
        moved.append(anchor if place == axis else others[following])
    line = Line(quest._replace(space=space._replace(anchor=tuple(moved))), axis, is_near=False)
    return degree_of(line, members, MOST_DEGREE) or 0


def _on_grid(quest: Quest, members: Sequence[range], degrees: Sequence[int]) -> Found:
    """The polynomial through a grid around the anchor, where it holds.

    Raises:
        NoPolynomialError: it needs too many points, some of them cannot be, or it holds nowhere.
    """
    space = quest.space
    needed = prod(degree + 1 for degree in degrees)
    if needed > MOST_NODES:
        raise NoPolynomialError(
            f"it takes {needed:,} points to find it, more than {MOST_NODES:,}: ask for fewer "
            "variables at once"
        )
    nodes = [
        nodes_of(of, at, degree + 1)
        for of, at, degree in zip(members, space.anchor, degrees, strict=True)
    ]
    values: dict[At, int] = {}
    for point in product(*nodes):
        value = quest.value(point)
        if value is None:
            raise NoPolynomialError(f"the network cannot be built at {told(space, point)}")
        values[point] = value
    polynomial = through_grid(space.names, nodes, values)
    pairs = zip(space.names, members, strict=True)
    domain = tuple([Steps(name, of[0], of[-1], of.step) for name, of in pairs])
    return hold(quest, polynomial, domain, set(values))
