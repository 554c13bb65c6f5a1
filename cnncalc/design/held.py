"""Polynomials held against what is true, at points that they were not found from."""

from collections.abc import Iterator
from itertools import islice, product
from math import lcm

from cnncalc.design.domain import Domain, count_of
from cnncalc.design.narrow import Misses, narrowed
from cnncalc.design.polynomial import Polynomial
from cnncalc.design.quest import At, Found, NoPolynomialError, Quest, told

OTHERS = 200
"""Points, not among those that a polynomial is found from, at which it must be right."""

ROUNDS = 24
"""Times that a domain is narrowed before there is held to be none."""

LEAST_PART = 20
"""A variable keeps at least this part of its values: a twentieth. What holds in less is a step."""


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
    at = told(space, missed)
    if quest.value(missed) is None:
        raise NoPolynomialError(f"the network cannot be built at {at}")
    raise NoPolynomialError(
        f"the polynomial through its values around {told(space, space.anchor)} misses at {at}",
        may_round=True,
    )


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
