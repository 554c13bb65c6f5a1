"""A smaller domain, where a polynomial misses at some points of the larger one."""

from collections.abc import Callable, Sequence

from cnncalc.design.domain import Domain
from cnncalc.records import Record

At = tuple[int, ...]

IsRight = Callable[[At], bool]
"""Whether the polynomial is right at a point."""

MOST_POINTS = 64
"""Misses of which each gives ends to choose from."""

MOST_TRIED = 8
"""Ends of which it is tried whether they alone are at fault."""


class Misses(Record):
    """What was found of a domain.

    Attributes:
        anchor: a point that stays inside.
        good: points at which the polynomial is right.
        bad: points at which it is not.
    """

    anchor: At
    good: Sequence[At]
    bad: Sequence[At]


class Cut(Record):
    """A new end of one variable: the first value that is left, or the last.

    Attributes:
        point: the miss that it leaves outside.
    """

    axis: int
    end: int
    point: At
    is_lower: bool

    def removes(self, point: At) -> bool:
        """Whether a point is outside then."""
        value = point[self.axis]
        return value < self.end if self.is_lower else value > self.end


def narrowed(domain: Domain, misses: Misses, is_right: IsRight) -> Domain:
    """The domain without its misses: ends are moved till all of them are outside.

    Of all ends that leave a miss outside, that one is moved which loses fewest of the points that
    are right for each miss. It goes on to where the misses end, which is looked for by halving.
    """
    good, bad = list(misses.good), list(misses.bad)
    while bad:
        best = _best(domain, misses.anchor, (good, bad), is_right)
        steps = domain[best.axis]
        ends = {"first": best.end} if best.is_lower else {"last": best.end}
        domain = [*domain[: best.axis], steps._replace(**ends), *domain[best.axis + 1 :]]
        good = [one for one in good if not best.removes(one)]
        bad = [one for one in bad if not best.removes(one)]
    return tuple(domain)


def _best(
    domain: Domain, anchor: At, known: tuple[Sequence[At], Sequence[At]], is_right: IsRight
) -> Cut:
    good, bad = known
    cuts = [cut for point in bad[:MOST_POINTS] for cut in _cuts(domain, anchor, point)]
    lost = {cut: sum(map(cut.removes, good)) for cut in cuts}
    gained = {cut: sum(map(cut.removes, bad)) for cut in cuts}
    ranked = sorted(cuts, key=lambda cut: (gained[cut] / (lost[cut] + 1), gained[cut]))[::-1]
    for cut in ranked[:MOST_TRIED]:
        axis, point = cut.axis, cut.point
        if is_right((*point[:axis], anchor[axis], *point[axis + 1 :])):
            return _at_boundary(domain, anchor, cut, is_right)
    return ranked[0]  # no end alone is at fault


def _cuts(domain: Domain, anchor: At, point: At) -> list[Cut]:
    cuts = []
    for axis, (steps, own, value) in enumerate(zip(domain, anchor, point, strict=True)):
        if value < own:
            cuts.append(Cut(axis, value + steps.modulus, point, is_lower=True))
        elif value > own:
            cuts.append(Cut(axis, value - steps.modulus, point, is_lower=False))
    return cuts


def _at_boundary(domain: Domain, anchor: At, cut: Cut, is_right: IsRight) -> Cut:
    """The cut moved on to the last miss, on the line from its point towards the anchor."""
    axis, step = cut.axis, domain[cut.axis].modulus
    inward = step if cut.is_lower else -step
    low, high = 0, abs(anchor[axis] - cut.point[axis]) // step  # low misses, high holds
    while high - low > 1:
        middle = (low + high) // 2
        value = cut.point[axis] + middle * inward
        if is_right((*cut.point[:axis], value, *cut.point[axis + 1 :])):
            high = middle
        else:
            low = middle
    return cut._replace(end=cut.point[axis] + high * inward)
