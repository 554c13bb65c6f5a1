"""Equal rounds among siblings: what a repeat of a spec made, or the like of it in a model."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from string import digits

from cnncalc.analysis.wiring import Node
from cnncalc.records import Record

LONGEST = 24
"""Siblings that a round may have."""

Parts = Sequence[Sequence[int]]
"""The children of a group by their places, those that belong together in one."""


class Rounds(Record):
    """Equal rounds in a row.

    Attributes:
        first: the place of the first part of the first round.
        size: the parts that a round has.
        times: how many rounds there are.
    """

    first: int
    size: int
    times: int

    @property
    def end(self) -> int:
        """The place behind the last part of the last round."""
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
    group: Node, parts: Parts, codes: Mapping[Node, int], leaves: set[Node]
) -> list[Rounds]:
    """The equal rounds of a group, of several ways to see them those that cover most.

    A round reads what the last part of the one before it gives and nothing else outside, and
    nothing but its last part is read outside.

    Args:
        group: the group.
        parts: its children.
        codes: those of `coded`.
        leaves: those of `leaving`.
    """
    if len(parts) < 2:
        return []
    level = _Level(group, parts, codes, leaves)
    found: list[Rounds] = []
    place = 0
    while place < len(parts):
        best = max(level.ways(place), key=lambda one: one.size * one.times, default=None)
        if best is None:
            place += 1
        else:
            found.append(best)
            place = best.end
    return found


class _Level:
    """The parts of a group, and who of them reads whom."""

    def __init__(
        self, group: Node, parts: Parts, codes: Mapping[Node, int], leaves: set[Node]
    ) -> None:
        children = group.children
        kinds = [tuple([codes[children[place]] for place in part]) for part in parts]
        home = {place: number for number, part in enumerate(parts) for place in part}
        self.length = len(parts)
        self.first_read = [0] * self.length  # the earliest part that it reads; itself for none
        self.last_reader = [*range(self.length)]
        for number, part in enumerate(parts):
            read = [number]
            for place in part:
                sources = children[place].sources
                read += [home[one] if isinstance(one, int) else -1 for one in sources]
            self.first_read[number] = min(read)
            for source in read[1:]:
                if source >= 0:
                    self.last_reader[source] = max(self.last_reader[source], number)
            if any(children[place] in leaves for place in part):
                self.last_reader[number] = self.length
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
        """Whether of parts in a row the last alone is read behind them."""
        end = place + size
        return all(self.last_reader[one] < end for one in range(place, end - 1))

    def follows(self, place: int, size: int) -> bool:
        """Whether parts read the one before them alone, and are all that reads it."""
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
