"""Polynomials found from values at some points: along each variable, then on a grid.

Nothing here knows what is counted: a table gives a value by name at each point, or none.
"""

from collections.abc import Callable, Sequence
from itertools import product
from math import prod

from cnncalc.design.domain import Steps
from cnncalc.design.held import hold
from cnncalc.design.polynomial import Polynomial, through_grid
from cnncalc.design.quest import At, Found, NoPolynomialError, Quest, Space, Table, told
from cnncalc.records import Record

MOST_DEGREE = 6
"""The power of one variable beyond which no polynomial is looked for."""

MOST_NODES = 1000
"""Points that a polynomial may need."""

LINE_CHECKS = 12
"""Points at which the degree in one variable is tried first."""

SPARE = 3
"""Values that steps of some length must have beyond the degree."""

BEYOND = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
"""Steps beyond the last one at which a polynomial on some steps alone is tried."""


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


def class_of(values: range, anchor: int, factor: int) -> range:
    """The values that differ from the anchor by a multiple of the step times a factor.

    Example:
        >>> class_of(range(1, 100, 1), 35, 32)
        range(3, 68, 32)
    """
    step = values.step * factor
    first = anchor - (anchor - values.start) // step * step
    count = (values[-1] - first) // step
    return range(first, first + count * step + 1, step)


def nodes_of(members: range, anchor: int, count: int) -> range:
    """Values in a row, from the anchor upwards as far as there are so many.

    Example:
        >>> [*nodes_of(range(1, 10), 8, 3)]
        [7, 8, 9]
    """
    start = max(0, min(members.index(anchor), len(members) - count))
    return members[start : start + count]


def _along_axis(quest: Quest, axis: int) -> tuple[range, int]:
    """The values of one variable that share a polynomial, and its degree.

    Raises:
        NoPolynomialError: it has none along this variable.
    """
    space = quest.space
    values, anchor, factors = space.ranges[axis], space.anchor[axis], space.factors[axis]
    most = MOST_DEGREE
    coarse = class_of(values, anchor, factors[-1])
    line = _Line(quest, axis, is_near=False)
    if len(factors) > 1 and len(coarse) > LINE_CHECKS // 2:
        degree = _degree(line, coarse, most)
        most = most if degree is None else degree  # a part of the values needs no more
    for factor in factors:
        members = class_of(values, anchor, factor)
        degree = _degree(line, members, most)
        if degree is not None and (factor == 1 or _goes_on(line, members, degree)):
            return members, max(degree, _elsewhere(quest, axis, members))
    near = line._replace(is_near=True)
    for factor in factors:
        members = near.buildable(class_of(values, anchor, factor))
        degree = _degree(near, members, most)
        if degree and len(members) > degree + SPARE:  # what is constant on a part alone is a step
            return members, max(degree, _elsewhere(quest, axis, members))
    raise NoPolynomialError(
        f"along `{space.names[axis]}` it follows no polynomial up to the power {MOST_DEGREE}, "
        f"nor on steps of up to {factors[-1] * values.step}"
    )


def _goes_on(line: _Line, members: range, degree: int) -> bool:
    """Whether what holds on some steps alone holds beyond the last of them as well.

    Numbers that are rounded follow a line on steps of some length for a while, by chance.
    """
    if len(members) < degree + SPARE:
        return False
    polynomial = _through(line, nodes_of(members, line.anchor, degree + 1))
    beyond = (members[-1] + members.step * far for far in BEYOND)
    known = ((one, line.value(one)) for one in beyond)
    return polynomial is not None and all(
        value is None or polynomial.value({"x": one}) == value for one, value in known
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
    line = _Line(quest._replace(space=space._replace(anchor=tuple(moved))), axis, is_near=False)
    return _degree(line, members, MOST_DEGREE) or 0


class _Line(Record):
    """The values of a key along one variable, all others being those of the anchor.

    Attributes:
        is_near: whether a polynomial is tried beside its nodes alone, not all along the line.
    """

    quest: Quest
    axis: int
    is_near: bool

    @property
    def anchor(self) -> int:
        """The value of the variable in the anchor."""
        return self.quest.space.anchor[self.axis]

    def value(self, place: int) -> int | None:
        """The value where the variable is at a place."""
        anchor, axis = self.quest.space.anchor, self.axis
        return self.quest.value((*anchor[:axis], place, *anchor[axis + 1 :]))

    def buildable(self, members: range) -> range:
        """The values from the anchor to both sides, up to where the network cannot be built."""
        place = members.index(self.anchor)
        first = _turn(place, 0, lambda one: self.value(members[one]) is not None)
        last = _turn(place, len(members) - 1, lambda one: self.value(members[one]) is not None)
        return members[first : last + 1]

    def checks(self, members: range, nodes: range) -> list[int]:
        """Values to try: the next ones, or some between there and the end."""
        above = members[members.index(nodes[-1]) + 1 :]
        if len(above) < LINE_CHECKS // 2 or self.is_near:
            below = members[: members.index(nodes[0])]
            near = [*above[:LINE_CHECKS], *reversed(below[-LINE_CHECKS:])]
            near.sort(key=lambda one: min(abs(one - nodes[0]), abs(one - nodes[-1])))
            return near[: LINE_CHECKS // 2 if self.is_near else LINE_CHECKS]
        stride = max(len(above) // LINE_CHECKS, 1)
        return [above[0], *above[stride | 1 :: stride][: LINE_CHECKS - 1]]


def _turn(inside: int, end: int, holds: Callable[[int], bool]) -> int:
    """The last place on the way to an end at which something holds, looked for by halving."""
    if holds(end):
        return end
    while abs(end - inside) > 1:
        middle = (inside + end) // 2
        inside, end = (middle, end) if holds(middle) else (inside, middle)
    return inside


def _degree(line: _Line, members: range, most: int) -> int | None:
    """The least degree of a polynomial that goes through the nodes and is right elsewhere."""
    for degree in range(min(most, len(members) - 1) + 1):
        nodes = nodes_of(members, line.anchor, degree + 1)
        polynomial = _through(line, nodes)
        if polynomial is None:
            return None
        checks = line.checks(members, nodes)
        if all(polynomial.value({"x": one}) == line.value(one) for one in checks):
            return degree
    return None


def _through(line: _Line, nodes: range) -> Polynomial | None:
    """The polynomial through some values of a line; None where one of them cannot be."""
    column: dict[At, int] = {}
    for node in nodes:
        value = line.value(node)
        if value is None:
            return None
        column[node,] = value
    return through_grid(["x"], [nodes], column)


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
