"""The layers of two networks as those of one: what is new, and in its place what was removed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis.changes import Diff, Entry
from cnncalc.analysis.diff import removed_behind
from cnncalc.analysis.rows import Row
from cnncalc.analysis.summary import Summary
from cnncalc.graph import Layer
from cnncalc.records import Record

Path = tuple[str, ...]

OLD = " (old)"
"""What is put behind the name of a removed layer that another has now."""


class Member(NamedTuple):
    """A layer of the union.

    Attributes:
        row: its row in the network that it is of.
        layer: the layer as it stands in the union.
        entry: what differs, or None.
    """

    row: Row
    layer: Layer
    entry: Entry | None

    @property
    def is_removed(self) -> bool:
        """Whether it is of the old network alone."""
        return self.entry is not None and self.entry.new is None


class Union(Record):
    """Two networks as one.

    Attributes:
        members: the layers in order.
        summary: the new network with these layers.
        old_names: the name in the union of each layer and input of the old network.
        moved: for each group of the new network its path in the old one, where that is another.
    """

    members: tuple[Member, ...]
    summary: Summary
    old_names: Mapping[str, str]
    moved: Mapping[Path, Path]


def union_of(diff: Diff) -> Union:
    """The union of the two networks of a difference."""
    entries = diff.entries
    kept = {one.old.layer.name: one.new.layer.name for one in entries if one.old and one.new}
    gone = {one.old.layer.name for one in entries if one.old and not one.new}
    names = {row.layer.name: row.layer.name for row in diff.old.rows}
    names = {name: kept.get(name, name) for name in names if name not in gone}
    groups = _groups(diff, names)
    inputs = {
        change.old.layer: change.new.layer for change in diff.inputs if change.old and change.new
    }
    taken = {*diff.new.graph.inputs, *(row.layer.name for row in diff.new.rows)}
    old_names = dict(names)
    for name in diff.old.graph.inputs:
        meant = inputs.get(name, name)
        old_names[name] = meant if meant in diff.new.graph.inputs else _free(meant, taken)
    scopes = {row.layer.name: _scope(row.layer.scope, groups) for row in diff.old.rows}
    for row in diff.old.rows:
        if row.layer.name in gone:
            old_names[row.layer.name] = _free(_renamed(row.layer, scopes[row.layer.name]), taken)
    behind = removed_behind(diff.old.rows, names)
    members = tuple(_members(diff, behind, old_names, scopes))
    return Union(members, _summary(diff, members, old_names), old_names, _moved(groups))


def _members(
    diff: Diff,
    behind: Mapping[str, Sequence[Row]],
    names: Mapping[str, str],
    scopes: Mapping[str, Path],
) -> Iterator[Member]:
    """The new layers in their order, each removed one behind what it stood behind."""
    entries = {one.new.layer.name: one for one in diff.entries if one.new}

    def removed(place: str) -> Iterator[Member]:
        for row in behind.get(place, ()):
            layer = row.layer
            yield Member(
                row,
                layer._replace(
                    name=names[layer.name],
                    scope=scopes[layer.name],
                    inputs=tuple(names[one] for one in layer.inputs),
                    shares=names[layer.shares] if layer.shares else None,
                ),
                Entry("removed", row, None),
            )

    yield from removed("")
    for row in diff.new.rows:
        yield Member(row, row.layer, entries.get(row.layer.name))
        yield from removed(row.layer.name)


def _summary(diff: Diff, members: Sequence[Member], names: Mapping[str, str]) -> Summary:
    """The new network with the layers and inputs of both."""
    new, old = diff.new, diff.old
    layers = tuple(one.layer for one in members)
    blocks = {**old.graph.groups, **new.graph.groups}
    shapes = {names[name]: shape for name, shape in old.graph.inputs.items()}
    graph = new.graph._replace(
        layers=layers, auxiliary=(), groups=blocks, inputs={**shapes, **new.graph.inputs}
    )
    rows = tuple(
        Row(one.layer, one.row.cost, one.row.batch, one.row.views, one.row.widths)
        for one in members
    )
    return new._replace(graph=graph, rows=rows)


def _groups(diff: Diff, names: Mapping[str, str]) -> Mapping[Path, Path]:
    """For each group of the old network the one in which most of its layers are now."""
    now = {row.layer.name: row.layer.scope for row in diff.new.rows}
    votes: dict[Path, Counter[Path]] = {}
    for row in diff.old.rows:
        old, new = row.layer.scope, now.get(names.get(row.layer.name, ""), ())
        if len(old) == len(new):
            for level in range(1, len(old) + 1):
                votes.setdefault(old[:level], Counter())[new[:level]] += 1
    return {path: most.most_common(1)[0][0] for path, most in votes.items()}


def _moved(groups: Mapping[Path, Path]) -> Mapping[Path, Path]:
    return {new: old for old, new in groups.items() if old != new and groups.get(new) != new}


def _scope(scope: Path, groups: Mapping[Path, Path]) -> Path:
    """Where a scope of the old network is now, as far as it is there."""
    for level in range(len(scope), 0, -1):
        if scope[:level] in groups:
            return (*groups[scope[:level]], *scope[level:])
    return scope


def _renamed(layer: Layer, scope: Path) -> str:
    """The name of a layer in another scope."""
    if scope == layer.scope:
        return layer.name
    return ".".join((*scope, layer.label))


def _free(name: str, taken: set[str]) -> str:
    """The name, or if another has it one that none has; it is taken then."""
    while name in taken:
        name += OLD
    taken.add(name)
    return name
