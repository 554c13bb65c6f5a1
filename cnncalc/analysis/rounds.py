"""Equal rounds among siblings: what a repeat of a spec made, or the like of it in a model."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from string import digits

from cnncalc.analysis.wiring import Node
from cnncalc.records import Record

LONGEST = 24
"""Siblings that a round may have."""


class Rounds(Record):
    """Equal rounds in a row.

    Attributes:
        first: the place of the first child of the first round.
        size: the children that a round has.
        times: how many rounds there are.
    """

    first: int
    size: int
    times: int

    def places(self) -> range:
        """Where each round begins."""
        return range(self.first, self.end, self.size)

    @property
    def end(self) -> int:
        """The place behind the last child of the last round."""
        return self.first + self.size * self.times


def coded(root: Node, marks: Mapping[str, Hashable]) -> Mapping[Node, int]:
    """A number for each node that equal nodes have in common; layers of two marks never are."""
    numbers: dict[Hashable, int] = {}
    found: dict[Node, int] = {}

    def code(node: Node) -> int:
        content: Hashable = tuple(map(code, node.children))
        if node.row is not None:
            content = node.signature, marks.get(node.path)
        key = node.label.rstrip(digits), node.row is None, content
        found[node] = numbers.setdefault(key, len(numbers))
        return found[node]

    code(root)
    return found


def leaving(root: Node, ends: Iterable[str]) -> set[Node]:
    """The nodes that give something which is read outside of the group that they stand in.

    `ends` are tensors that are read outside of all groups.
    """
    leaves = {leaf.path: leaf for leaf in _leaves(root)}
    found: set[Node] = set()
    for reader in leaves.values():
        assert reader.row is not None  # noqa: S101 - leaves have one
        around = set(reader.trail())
        for name in reader.row.layer.inputs:
            _leave(leaves.get(name), around, found)
    for name in ends:
        _leave(leaves.get(name), {root}, found)
    return found


def _leaves(node: Node) -> Iterable[Node]:
    if node.row is not None:
        yield node
    for child in node.children:
        yield from _leaves(child)


def _leave(node: Node | None, around: set[Node], found: set[Node]) -> None:
    """Let a tensor leave every group that is not around its reader."""
    while node is not None and node.parent is not None and node.parent not in around:
        found.add(node)
        node = node.parent


def rounds(
    group: Node, codes: Mapping[Node, int], leaves: set[Node], starts: Iterable[int]
) -> list[Rounds]:
    """The equal rounds of a group, of several ways to see them those that cover most.

    A round reads what the last child of the one before it gives and nothing else outside, and
    nothing but its last child is read outside.

    Args:
        group: the group.
        codes: those of `coded`.
        leaves: those of `leaving`.
        starts: where the first round may begin.
    """
    if len(group.children) < 2:
        return []
    level = _Level(group, codes, leaves)
    found: list[Rounds] = []
    end = 0
    for place in starts:
        if place >= end:
            best = max(level.ways(place), key=lambda one: one.size * one.times, default=None)
            if best is not None:
                found.append(best)
                end = best.end
    return found


class _Level:
    """The children of a group, and who of them reads whom."""

    def __init__(self, group: Node, codes: Mapping[Node, int], leaves: set[Node]) -> None:
        children = group.children
        kinds = [codes[child] for child in children]
        self.length = len(children)
        self.first_read = [*range(self.length)]  # the earliest child that it reads; itself if none
        self.last_reader = [*range(self.length)]
        for place, child in enumerate(children):
            for source in child.sources:
                if isinstance(source, int):
                    self.first_read[place] = min(self.first_read[place], source)
                    self.last_reader[source] = max(self.last_reader[source], place)
                else:
                    self.first_read[place] = -1
            if child in leaves:
                self.last_reader[place] = self.length
        self.runs = {
            size: _run(kinds, size) for size in range(1, min(LONGEST, self.length // 2) + 1)
        }

    def ways(self, place: int) -> Iterable[Rounds]:
        """The rounds of every size that begin at a place, two or more."""
        for size, run in self.runs.items():
            most = 1 + run[place] // size
            if most < 2 or not self.is_closed(place, size):
                continue
            times = 1
            while times < most and self.follows(place + times * size, size):
                times += 1
            if times > 1:
                yield Rounds(place, size, times)

    def is_closed(self, place: int, size: int) -> bool:
        """Whether of children in a row the last alone is read behind them."""
        end = place + size
        return all(self.last_reader[one] < end for one in range(place, end - 1))

    def follows(self, place: int, size: int) -> bool:
        """Whether children read the one before them alone, and are all that reads it."""
        return (
            self.last_reader[place - 1] < place + size
            and self.is_closed(place, size)
            and min(self.first_read[place : place + size]) == place - 1
        )


def _run(kinds: Sequence[Hashable], size: int) -> list[int]:
    """For each place how many kinds from there on are those that stand so many places behind."""
    run = [0] * (len(kinds) + 1)
    for place in range(len(kinds) - size - 1, -1, -1):
        run[place] = run[place + 1] + 1 if kinds[place] == kinds[place + size] else 0
    return run
