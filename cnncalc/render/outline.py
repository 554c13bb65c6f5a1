"""The layers as a tree: groups summed, equal siblings folded, cut at a depth."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from string import digits
from typing import Any

from cnncalc.analysis.summary import Row, Summary
from cnncalc.graph import Group, Layer
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
    """A layer or a group, and what makes two siblings equal: the same ops on the same shapes."""

    __slots__ = ("block", "children", "label", "row", "signature")

    def __init__(self, part: Layer | Group, rows: Mapping[str, Row]) -> None:
        self.label = part.label
        self.row: Row | None = None
        self.block: str | None = None
        self.children: list[Node] = []
        self.signature: Any
        if isinstance(part, Group):
            self.block = part.block
            self.children = [Node(child, rows) for child in part.children]
            self.signature = tuple([child.signature for child in self.children])
        else:
            self.row = rows[part.name]
            own = part.own_parameters
            held = None if own is None else tuple(own.values())
            self.signature = (part.op, part.input_shapes, held)

    def rows(self) -> Iterator[Row]:
        if self.row is not None:
            yield self.row
        for child in self.children:
            yield from child.rows()

    def depth(self) -> int:
        return 1 + max((child.depth() for child in self.children), default=0)


def outline(summary: Summary, depth: int | None) -> tuple[list[Entry], int, int]:
    """The entries down to a depth, None being as deep as fits; with that depth and the deepest."""
    rows = {row.layer.name: row for row in summary.rows}
    root = Node(summary.graph.tree(row.layer for row in summary.rows), rows)
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
    children = [node.children for node in equal]
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
