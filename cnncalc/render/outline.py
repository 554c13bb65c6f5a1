"""The layers as a tree: groups summed, equal siblings folded, cut at a depth."""

from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter
from string import digits
from typing import Any

from cnncalc.analysis.summary import Row, Summary
from cnncalc.ops.values import Shape
from cnncalc.records import Record

FITTING = 45
"""About the number of rows of a screen."""

LONGEST = 80
"""Rows of one level above which its middle becomes one line."""


class Entry(Record):
    """One line of the outline: a layer, a group, or several equal ones; counts are sums.

    Attributes:
        level: its depth, 0 for the top.
        output_shape: that of its last layer; None for the middle of a long level, which has many.
        is_last: for its own level and each above it, whether it is the last child there.
        times: the number of equal siblings that it represents.
    """

    label: str
    op: str
    output_shape: Shape | None
    level: int
    is_last: tuple[bool, ...]
    times: int
    rows: tuple[Row, ...]
    is_group: bool

    def total(self, metric: str) -> int:
        """The sum of a count over all its layers."""
        return sum(map(attrgetter(metric), self.rows))

    @property
    def is_gap(self) -> bool:
        """Whether it represents the middle of a long level."""
        return self.output_shape is None


class Node:
    """A layer or a group while the tree is built."""

    __slots__ = ("block", "children", "label", "row", "signature")

    def __init__(self, label: str, row: Row | None = None, block: str | None = None) -> None:
        self.label = label
        self.row = row
        self.block = block
        self.children: dict[str, Node] = {}
        self.signature: Any = None

    def sign(self) -> Any:
        """What makes two siblings equal: the same ops on the same shapes, in the same order."""
        if self.row is not None:
            layer = self.row.layer
            own = layer.own_parameters
            held = None if own is None else tuple(own.values())
            self.signature = (layer.op, layer.input_shapes, held)
        else:
            self.signature = tuple([child.sign() for child in self.children.values()])
        return self.signature

    def rows(self) -> Iterator[Row]:
        if self.row is not None:
            yield self.row
        for child in self.children.values():
            yield from child.rows()

    def depth(self) -> int:
        return 1 + max((child.depth() for child in self.children.values()), default=0)


def tree(summary: Summary) -> Node:
    """The rows under the groups of their layers."""
    root = Node("")
    places: dict[tuple[str, ...], Node] = {(): root}

    def group(path: tuple[str, ...]) -> Node:
        if path not in places:
            node = places[path] = Node(path[-1], block=summary.graph.groups.get(path))
            group(path[:-1]).children[path[-1]] = node
        return places[path]

    for row in summary.rows:
        group(row.layer.scope).children[row.layer.label] = Node(row.layer.label, row)
    root.sign()
    return root


def outline(summary: Summary, depth: int | None) -> tuple[list[Entry], int, int]:
    """The entries down to a depth, None being as deep as fits; with that depth and the deepest."""
    root = tree(summary)
    deepest = root.depth() - 1
    if depth is not None:
        return list(_walk([root], 0, max(1, depth), ())), min(depth, deepest), deepest
    shown = 1
    entries = list(_walk([root], 0, 1, (), shorten=True))
    for candidate in range(2, deepest + 1):
        more = list(islice(_walk([root], 0, candidate, (), shorten=True), FITTING + 1))
        if len(more) > FITTING:
            break
        entries, shown = more, candidate
    return entries, shown, deepest


def _walk(
    equal: Sequence[Node],
    level: int,
    depth: int,
    is_last: tuple[bool, ...],
    *,
    shorten: bool = False,
) -> Iterator[Entry]:
    """The entries below some equal siblings, which become one."""
    children = [list(node.children.values()) for node in equal]
    folds = _fold(children[0])
    cut = _middle(len(folds)) if shorten else None
    for place, fold in enumerate(folds):
        if cut and place == cut[0]:
            yield _gap(folds[slice(*cut)], children, level, is_last)
        if cut and cut[0] <= place < cut[1]:
            continue
        alike = [nodes[index] for nodes in children for index in fold]
        mark = (*is_last, place == len(folds) - 1)
        yield _entry(alike, len(fold), level, mark)
        if alike[0].children and level + 1 < depth:
            yield from _walk(alike, level + 1, depth, mark, shorten=shorten)


def _fold(children: Sequence[Node]) -> list[list[int]]:
    """The places of equal siblings in a row."""
    folds: list[list[int]] = []
    before: Node | None = None
    for place, child in enumerate(children):
        is_named_alike = before and child.label.rstrip(digits) == before.label.rstrip(digits)
        if before and is_named_alike and child.signature == before.signature:
            folds[-1].append(place)
        else:
            folds.append([place])
        before = child
    return folds


def _middle(length: int) -> tuple[int, int] | None:
    return (FITTING - 10, length - 9) if length > LONGEST else None


def _entry(alike: Sequence[Node], times: int, level: int, is_last: tuple[bool, ...]) -> Entry:
    first = alike[0]
    rows = tuple(row for node in alike for row in node.rows())
    op = first.row.layer.op.notation() if first.row else first.block or ""
    shape = rows[-1].layer.output_shape
    return Entry(first.label, op, shape, level, is_last, times, rows, first.row is None)


def _gap(
    folds: Sequence[list[int]],
    children: Sequence[Sequence[Node]],
    level: int,
    is_last: tuple[bool, ...],
) -> Entry:
    """The middle of a long level, as one line."""
    places = [place for fold in folds for place in fold]
    rows = tuple(row for nodes in children for place in places for row in nodes[place].rows())
    label = f"... {len(rows):,} more"
    return Entry(label, "", None, level, (*is_last, False), 1, rows, is_group=True)
