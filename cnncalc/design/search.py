"""Polynomials found from values at some points, and held against values at others.

Nothing here knows what is counted: a table gives a value by name at each point, or none.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from math import lcm, prod
from typing import Protocol

from cnncalc.design.domain import Domain, Steps, count_of
from cnncalc.design.narrow import Misses, narrowed
from cnncalc.design.polynomial import Polynomial, through_grid
from cnncalc.records import Record

OTHERS = 200
"""Points, not among those that a polynomial is found from, at which it must be right."""

MOST_DEGREE = 6
"""The power of one variable beyond which no polynomial is looked for."""

MOST_NODES = 1000
"""Points that a polynomial may need."""

ROUNDS = 24
"""Times that a domain is narrowed before there is held to be none."""

LEAST_PART = 8
"""A variable keeps at least this part of its values: one eighth. What holds in less is a step."""

LINE_CHECKS = 12
"""Points at which the degree in one variable is tried first."""

At = tuple[int, ...]
"""A value for each variable."""


class Table(Protocol):
    """What is known of every point: a value for each key, or None for a point that cannot be."""

    def at(self, point: At) -> Mapping[str, int] | None:
        """The values at a point."""


class Space(Record):
    """Where a polynomial is looked for.

    Attributes:
        names: the variables.
        ranges: the values that each may have.
        anchor: a point in them around which nodes are laid; each formula holds there.
        factors: for each variable the numbers by which its step may be multiplied, ascending.
        seed: what the other points are drawn from.
    """

    names: tuple[str, ...]
    ranges: tuple[range, ...]
    anchor: At
    factors: tuple[Sequence[int], ...]
    seed: int = 0


class Quest(Record):
    """What is looked for: one key of a table, in a space."""

    table: Table
    key: str
    space: Space

    def value(self, point: At) -> int | None:
        """The value of the key at a point."""
        found = self.table.at(point)
        return None if found is None else found.get(self.key)


class Found(Record):
    """A polynomial and the domain in which no other value was found.

    Attributes:
        nodes: the number of points that it was found from.
        others: the number of others at which it was right.
        is_proven: whether these are all points of the domain.
    """

    polynomial: Polynomial
    domain: Domain
    nodes: int
    others: int
    is_proven: bool


class NoPolynomialError(Exception):
    """There is none, and why: the text is a sentence without its full stop."""


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
    for is_near in (False, True):
        line = _Line(quest, axis, is_near)
        if len(factors) > 1 and not is_near and len(coarse) > LINE_CHECKS // 2:
            degree = _degree(line, coarse, most)
            most = most if degree is None else degree  # a part of the values needs no more
        for factor in factors:
            members = class_of(values, anchor, factor)
            degree = _degree(line, members, most)
            if degree is not None and (factor == 1 or len(members) > degree + 2):
                return members, max(degree, _elsewhere(quest, axis, members))
    raise NoPolynomialError(
        f"along `{space.names[axis]}` it follows no polynomial up to the power {MOST_DEGREE}, "
        f"nor on steps of up to {factors[-1] * values.step}"
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

    def value(self, place: int) -> int | None:
        anchor, axis = self.quest.space.anchor, self.axis
        return self.quest.value((*anchor[:axis], place, *anchor[axis + 1 :]))

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


def _degree(line: _Line, members: range, most: int) -> int | None:
    """The least degree of a polynomial that goes through the nodes and is right elsewhere."""
    anchor = line.quest.space.anchor[line.axis]
    for degree in range(min(most, len(members) - 1) + 1):
        nodes = nodes_of(members, anchor, degree + 1)
        column = {}
        for node in nodes:
            value = line.value(node)
            if value is None:
                return None
            column[node,] = value
        polynomial = through_grid(["x"], [nodes], column)
        checks = line.checks(members, nodes)
        if all(polynomial.value({"x": one}) == line.value(one) for one in checks):
            return degree
    return None


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
    values = {}
    for point in product(*nodes):
        value = quest.value(point)
        if value is None:
            raise NoPolynomialError(f"the network cannot be built at {_told(space, point)}")
        values[point] = value
    polynomial = through_grid(space.names, nodes, values)
    pairs = zip(space.names, members, strict=True)
    domain = tuple([Steps(name, of[0], of[-1], of.step) for name, of in pairs])
    return hold(quest, polynomial, domain, set(values))


def hold(quest: Quest, polynomial: Polynomial, domain: Domain, nodes: set[At]) -> Found:
    """Hold a polynomial against the table at other points, and narrow its domain where it misses.

    Args:
        quest: what is true.
        polynomial: what is claimed.
        domain: the domain that is tried first.
        nodes: the points that it was found from.

    Returns:
        The domain in which it was right at all of `OTHERS` points, drawn anew whenever the domain
        became smaller; or at all points of it, where it has no more.

    Raises:
        NoPolynomialError: too small a part of the domain is left.
    """
    exact, space = Exact(polynomial), quest.space
    whole = [len(steps.values) for steps in domain]

    def is_right(point: At) -> bool:
        return exact.equals(point, quest.value(point))

    missed = space.anchor
    for _ in range(ROUNDS):
        others = [*other_points(domain, nodes, space.seed)]
        good: list[At] = []
        bad: list[At] = []
        for point in others:
            (good if is_right(point) else bad).append(point)
            if len(bad) > OTHERS // 4 and len(bad) > len(good):
                break
        if not bad:
            inside = sum(_is_in(domain, one) for one in nodes)
            is_proven = count_of(domain) == inside + len(others)
            return Found(polynomial, domain, len(nodes), len(others), is_proven)
        missed = bad[0]
        domain = narrowed(domain, Misses(space.anchor, good, bad), is_right)
        if any(
            len(steps.values) * LEAST_PART < most
            for steps, most in zip(domain, whole, strict=True)
        ):
            break
    raise NoPolynomialError(
        f"the polynomial around the network itself misses at {_told(space, missed)}"
    )


def _told(space: Space, point: At) -> str:
    return ", ".join(f"{name}={at}" for name, at in zip(space.names, point, strict=True))


def _is_in(domain: Domain, point: At) -> bool:
    return all(steps.holds(one) for steps, one in zip(domain, point, strict=True))


def other_points(domain: Domain, nodes: set[At], seed: int) -> Iterator[At]:
    """Points of a domain that are no nodes: all, where they are few; else its corners, and random.

    Which these are depends on the domain and the seed alone, so that one table serves all keys.
    """
    axes = [steps.values for steps in domain]
    if count_of(domain) <= OTHERS + len(nodes):
        yield from (point for point in product(*axes) if point not in nodes)
        return
    from random import Random  # noqa: PLC0415 - small domains need none

    taken = set(nodes)
    corners = product(*((axis[0], axis[-1]) for axis in axes))
    for point in islice(corners, 16):
        if point not in taken:
            taken.add(point)
            yield point
    draw = Random(seed)  # noqa: S311 - no secret
    drawn = 0
    while drawn < OTHERS:
        point = tuple(draw.choice(axis) for axis in axes)
        if point not in taken:
            taken.add(point)
            drawn += 1
            yield point


class Exact:
    """A polynomial in whole numbers: what it comes to, times what makes its factors whole."""

    def __init__(self, polynomial: Polynomial) -> None:
        self.scale = lcm(*(one.denominator for one in polynomial.terms.values()))
        self.terms = [(powers, int(one * self.scale)) for powers, one in polynomial.terms.items()]

    def equals(self, point: At, value: int | None) -> bool:
        """Whether it comes to a value at a point."""
        if value is None:
            return False
        total = 0
        for powers, factor in self.terms:
            term = factor
            for base, power in zip(point, powers, strict=True):
                term *= base**power
            total += term
        return total == value * self.scale
