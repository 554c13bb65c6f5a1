"""How the parts of one group hang together: in a chain, in parallel branches, or across.

Parts are numbered in the order in which they run. What one reads is the number of the part whose
output it is, `ENTRY` for what the group as a whole reads, or a lower number for anything else.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from cnncalc.records import Record

ENTRY = -1
"""What enters the group."""

MOST_NESTED = 6
"""Parallel branches within parallel branches, beyond which they are told in words."""


class Place(NamedTuple):
    """Where a part stands.

    Attributes:
        part: its number.
        guides: what leads to it, outermost first: its place in the chain of the group, and in
            each branch around it.
        unseen: what it reads that its place does not show.
        is_apart: whether what it reads is shown by nothing: it does not go on from the part above.
    """

    part: int
    guides: tuple[str, ...]
    unseen: tuple[int, ...]
    is_apart: bool


class _Chain:
    """Parts and forks one after the other, each going on from the one before."""

    __slots__ = ("fork", "height", "items", "places", "tip")

    def __init__(self, fork: int, items: "Sequence[int | _Fork]" = (), height: int = 0) -> None:
        self.fork = fork
        self.items = list(items)
        self.places = {one: at for at, one in enumerate(items) if isinstance(one, int)}
        self.tip = fork
        self.height = height

    def add(self, part: int) -> None:
        self.places[part] = len(self.items)
        self.items.append(part)
        self.tip = part

    def after(self, source: int) -> int | None:
        """The place in it behind a source."""
        if source == self.fork:
            return 0
        found = self.places.get(source)
        return None if found is None else found + 1

    def cut(self, place: int) -> "_Chain":
        """What stands from a place on, taken out."""
        tail = _Chain(self.fork, self.items[place:], self.height)
        for one in tail.places:
            del self.places[one]
        del self.items[place:]
        return tail


class _Fork(Record):
    """Branches that begin at one tensor and meet in the part behind."""

    branches: tuple[_Chain, ...]


def arrange(sources: Sequence[Sequence[int]]) -> list[Place]:
    """The places of parts that read these sources, in their order."""
    stack = [_Chain(ENTRY)]
    unseen: dict[int, tuple[int, ...]] = {}
    apart: set[int] = set()
    for part, read in enumerate(sources):
        shown = _join(stack, frozenset(read)) if len(read) > 1 else ()
        if not shown:
            if stack[-1].tip not in read:
                stack.append(_Chain(read[0] if len(read) == 1 else part))
                apart.add(part)
            shown = (stack[-1].tip,)
        within = frozenset(shown)
        unseen[part] = tuple(one for one in read if one not in within)
        stack[-1].add(part)
    for chain in stack[1:]:  # branches that nothing joins
        first = next(iter(chain.places))
        unseen[first] = tuple(sources[first])
        stack[0].items += chain.items
    drawn = _draw(stack[0], is_branch=False)
    return [
        Place(part, guides, unseen[part], part in apart and bool(unseen[part]))
        for part, guides in drawn
    ]


def _join(stack: list[_Chain], read: AbstractSet[int]) -> tuple[int, ...]:
    """Make a fork of the last branches if a part that reads these joins them; give their ends."""
    fork, first = stack[-1].fork, len(stack)
    while first > 1 and stack[first - 1].tip in read and stack[first - 1].fork == fork:
        first -= 1
    main, others = stack[first - 1], stack[first:]
    place = main.after(fork) if others and main.tip in read else None
    height = 1 + max(one.height for one in stack[first - 1 :])
    if place is None or height > MOST_NESTED:
        return ()
    ends = (main.tip, *(one.tip for one in others))
    branches = (main.cut(place), *others)
    main.items.append(_Fork(branches))
    main.height = height
    del stack[first:]
    return ends


def _draw(chain: _Chain, *, is_branch: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    last = len(chain.items) - 1
    for place, item in enumerate(chain.items):
        if isinstance(item, int):
            named = _in_branch(place, last) if is_branch else "elbow" if place == last else "tee"
            yield item, (named,)
            continue
        for number, branch in enumerate(item.branches):
            ahead = "fork"
            if is_branch:
                ahead = "next fork" if place or number else "start fork"
            for part, guides in _draw(branch, is_branch=True):
                yield part, (ahead, *guides)
                ahead = "beside" if is_branch else "side"


def _in_branch(place: int, last: int) -> str:
    if not last:
        return "only"
    if not place:
        return "start"
    return "end" if place == last else "next"


_PASSED = {
    "tee": "pipe", "elbow": "blank", "fork": "side", "start": "beside", "next": "beside",
    "start fork": "beside", "next fork": "beside", "end": "past", "only": "past",
}  # fmt: skip


def passed(guides: Sequence[str]) -> tuple[str, ...]:
    """What leads past a part, to the parts that stand in it."""
    return tuple(_PASSED.get(one, one) for one in guides)
