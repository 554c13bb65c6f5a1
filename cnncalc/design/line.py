"""The values of a key along one variable: what degree they have, and on which steps."""

from collections.abc import Callable

from cnncalc.design.polynomial import Polynomial, through_grid
from cnncalc.design.quest import At, Quest
from cnncalc.records import Record

LINE_CHECKS = 12
"""Points at which the degree in one variable is tried first."""

SIDE = 4
"""Values beside the nodes at which one is tried that holds on a part of the line alone."""

SPARE = 3
"""Values that steps of some length must have beyond the degree."""

BEYOND = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
"""Steps beyond the last one at which a polynomial on some steps alone is tried."""


def class_of(values: range, anchor: int, factor: int, least: int = 0) -> range:
    """The values that differ from the anchor by a multiple of the step times a factor.

    Where these are fewer than `least`, they go on behind it.

    Example:
        >>> [*class_of(range(1, 100), 35, 32)]
        [3, 35, 67, 99]
    """
    step = values.step * factor
    first = anchor - (anchor - values.start) // step * step
    count = max((values[-1] - first) // step, least - 1 if factor > 1 else 0)
    return range(first, first + count * step + 1, step)


def nodes_of(members: range, anchor: int, count: int) -> range:
    """Values in a row, from the anchor upwards as far as there are so many.

    Example:
        >>> [*nodes_of(range(1, 10), 8, 3)]
        [7, 8, 9]
    """
    start = max(0, min(members.index(anchor), len(members) - count))
    return members[start : start + count]


class Line(Record):
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

    def checks(self, members: range, nodes: range) -> list[list[int]]:
        """Values to try: all along the line, or beside the nodes, where one side is enough.

        Near the nodes all is tried on either side where neither has enough values.
        """
        above = members[members.index(nodes[-1]) + 1 :]
        below = members[: members.index(nodes[0])]
        if self.is_near:
            sides = [[*above[:SIDE]], [*below[-SIDE:]]]
            full = [side for side in sides if len(side) == SIDE]
            return full or [sides[0] + sides[1]]
        if len(above) < LINE_CHECKS // 2:
            return [[*above, *below[-LINE_CHECKS:]]]
        stride = max(len(above) // LINE_CHECKS, 1)
        return [[above[0], *above[stride | 1 :: stride][: LINE_CHECKS - 1]]]


def _turn(inside: int, end: int, holds: Callable[[int], bool]) -> int:
    """The last place on the way to an end at which something holds, looked for by halving."""
    if holds(end):
        return end
    while abs(end - inside) > 1:
        middle = (inside + end) // 2
        inside, end = (middle, end) if holds(middle) else (inside, middle)
    return inside


def degree_of(line: Line, members: range, most: int) -> int | None:
    """The least degree of a polynomial that goes through the nodes and is right elsewhere."""
    for degree in range(min(most, len(members) - 1) + 1):
        nodes = nodes_of(members, line.anchor, degree + 1)
        polynomial = _through(line, nodes)
        if polynomial is None:
            return None
        for checks in line.checks(members, nodes):
            if all(polynomial.value({"x": one}) == line.value(one) for one in checks):
                return degree
    return None


def _through(line: Line, nodes: range) -> Polynomial | None:
    """The polynomial through some values of a line; None where one of them cannot be."""
    column: dict[At, int] = {}
    for node in nodes:
        value = line.value(node)
        if value is None:
            return None
        column[node,] = value
    return through_grid(["x"], [nodes], column)


def goes_on(line: Line, members: range, degree: int) -> bool:
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
