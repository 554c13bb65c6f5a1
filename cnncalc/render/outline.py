"""The layers as a tree: groups summed, equal rounds folded, branches drawn, cut at a depth."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter

from cnncalc.analysis.summary import Row, Summary
from cnncalc.analysis.topology import arrange, passed
from cnncalc.analysis.wiring import Node, fold, read_text, repeated, sources_of, wired
from cnncalc.ops.values import Shape
from cnncalc.records import Record

FITTING = 45
"""About the number of rows of a screen."""

LONGEST = 80
"""Rows of one level above which its middle becomes one line."""

ALL = sys.maxsize
"""The depth that shows every layer: nothing is folded."""


class Entry(Record):
    """One line of the outline: a layer, a group, or several equal rounds; counts are sums.

    Attributes:
        op: what the layer does, or the block that made the group.
        level: its depth, 0 for the top; a branch beside others is no level.
        output_shape: that of its last layer; None for the middle of a long level, which has many.
        guides: the lines that lead to it, outermost first; those of `analysis.topology`.
        reads: what it reads, where its place does not show that: `with block input`.
        times: the number of equal rounds that it represents.
    """

    label: str
    op: str
    output_shape: Shape | None
    level: int
    guides: tuple[str, ...]
    reads: str
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


class _Way(Record):
    """How the tree is walked: down to a depth, long levels shortened, equal rounds folded."""

    depth: int
    shortens: bool = False
    folds: bool = True


def outline(summary: Summary, depth: int | None) -> tuple[list[Entry], int, int]:
    """The entries down to a depth, None being as deep as fits; with that depth and the deepest."""
    root = wired(summary)
    deepest = root.depth() - 1
    if depth is not None:
        way = _Way(max(1, depth), folds=depth != ALL)
        return list(_walk([root], 0, way, ())), min(depth, deepest), deepest
    shown = 1
    entries = list(_walk([root], 0, _Way(1, shortens=True), ()))
    for candidate in range(2, deepest + 1):
        way = _Way(candidate, shortens=True)
        more = list(islice(_walk([root], 0, way, ()), FITTING + 1))
        if len(more) > FITTING:
            break
        entries, shown = more, candidate
    return entries, shown, deepest


def listed(summary: Summary, metric: str, top: int | None) -> list[Entry]:
    """The layers with the most of a metric by their whole names, then all others as one line."""
    from cnncalc.analysis.ranking import ranked  # noqa: PLC0415 - where it is asked for

    rows = ranked(summary, metric, top)
    shown = {row.layer.name for row in rows}
    rest = tuple(row for row in summary.rows if row.layer.name not in shown)
    entries = [
        Entry(row.layer.name, row.layer.op.notation(), row.layer.output_shape, 0, (), "", 1,
              (row,), is_group=False)
        for row in rows
    ]  # fmt: skip
    if rest:
        label = f"... {len(rest):,} more"
        entries.append(Entry(label, "", None, 0, (), "", 1, rest, is_group=True))
    return entries


def _walk(equal: Sequence[Node], level: int, way: _Way, above: tuple[str, ...]) -> Iterator[Entry]:
    """The entries below some equal rounds, which become one."""
    children = [node.children for node in equal]
    folds = fold(equal[0]) if way.folds else [[place] for place in range(len(children[0]))]
    sources, meant = sources_of(equal[0], folds)
    cut = _middle(len(folds)) if way.shortens else None
    for row, place in enumerate(arrange(sources)):
        if cut and row == cut[0]:
            yield _gap(folds[slice(*cut)], children, level, above)
        if cut and cut[0] <= row < cut[1]:
            continue
        alike = [nodes[index] for nodes in children for index in folds[place.part]]
        guides = (*above, *place.guides)
        reads = read_text(place, meant)
        yield _entry(alike, level, guides, reads, times=len(folds[place.part]))
        if alike[0].children and level + 1 < way.depth:
            yield from _walk(alike, level + 1, way, passed(guides))


def _middle(length: int) -> tuple[int, int] | None:
    return (FITTING - 10, length - 9) if length > LONGEST else None


def _entry(
    alike: Sequence[Node], level: int, guides: tuple[str, ...], reads: str, *, times: int
) -> Entry:
    first = alike[0]
    rows = tuple(row for node in alike for row in node.rows())
    op = first.row.layer.op.notation() if first.row else _made_by(first)
    shape = rows[-1].layer.output_shape
    return Entry(first.label, op, shape, level, guides, reads, times, rows, first.row is None)


def _made_by(group: Node) -> str:
    """The block that opened a group, or the layers that it runs once more."""
    again = repeated(group)
    if again and not (group.parent and repeated(group.parent)):
        return f"share {again}"
    return group.block or ""


def _gap(
    folds: Sequence[list[int]],
    children: Sequence[Sequence[Node]],
    level: int,
    above: tuple[str, ...],
) -> Entry:
    """The middle of a long level, as one line."""
    places = [place for each in folds for place in each]
    rows = tuple(row for nodes in children for place in places for row in nodes[place].rows())
    label = f"... {len(rows):,} more"
    return Entry(label, "", None, level, (*above, "tee"), "", 1, rows, is_group=True)
