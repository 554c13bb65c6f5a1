"""The layers of a summary as nodes of a tree that know what they read; equal rounds among them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.analysis.summary import Row, Summary
from cnncalc.analysis.topology import ENTRY, Place
from cnncalc.graph import Group, Layer

_DIGITS = "0123456789"

LISTED = 3
"""Sources that are told by name; of more, their number."""


class Node:
    """A layer or a group.

    Attributes:
        signature: what makes two siblings equal: the same ops on the same shapes, each reading
            what is made equally many layers before.
        place: its number among its siblings.
        output: the name of its last layer.
        entry: the tensor that its first layer reads first.
        sources: the siblings whose output it reads, by number, and the other tensors, by name;
            each with what these others are called: a group whose output they are, or their layer.
    """

    __slots__ = (
        "block", "children", "entry", "label", "output", "parent", "path", "place", "row",
        "signature", "sources",
    )  # fmt: skip

    def __init__(self, label: str, path: str = "") -> None:
        self.label = label
        self.path = path
        self.row: Row | None = None
        self.block: str | None = None
        self.children: list[Node] = []
        self.parent: Node | None = None
        self.place = 0
        self.signature: Any = None
        self.output = ""
        self.entry: str | None = None
        self.sources: dict[int | str, str] = {}

    def rows(self) -> Iterator[Row]:
        if self.row is not None:
            yield self.row
        for child in self.children:
            yield from child.rows()

    def depth(self) -> int:
        deeper = (child.depth() if child.children else 1 for child in self.children)
        return 1 + max(deeper, default=0)

    def trail(self) -> list["Node"]:
        """The groups that lead to it, outermost first, and itself."""
        found: list[Node] = []
        node: Node | None = self
        while node is not None:
            found.append(node)
            node = node.parent
        return found[::-1]


def repeated(group: Node) -> str | None:
    """The group whose weights are all that the layers of this one work with, or None."""
    held = []
    for layer in (row.layer for row in group.rows()):
        if layer.shares is not None:
            held.append((layer.shares, layer.name[len(group.path) :]))
        elif layer.parameters or layer.buffers:
            return None
    whole = next((name.removesuffix(tail) for name, tail in held if name.endswith(tail)), "")
    return whole if whole and all(name.startswith(f"{whole}.") for name, _ in held) else None


def wired(summary: Summary) -> Node:
    """The tree of a summary's layers; every node knows what it reads."""
    rows = {row.layer.name: row for row in summary.rows}
    order = {name: place for place, name in enumerate(rows)}
    leaves: dict[str, Node] = {}

    def grown(part: Layer | Group) -> Node:
        if isinstance(part, Layer):
            node = leaves[part.name] = Node(part.label, part.name)
            node.row, node.output = rows[part.name], part.name
            node.signature = _signature(part, order)
            node.entry = part.inputs[0] if part.inputs else None
            return node
        node = Node(part.label, ".".join(part.path))
        node.block = part.block
        node.children = [grown(child) for child in part.children]
        for place, child in enumerate(node.children):
            child.parent, child.place = node, place
        node.signature = tuple([child.signature for child in node.children])
        if node.children:
            node.output, node.entry = node.children[-1].output, node.children[0].entry
        return node

    root = grown(summary.graph.tree(row.layer for row in summary.rows))
    for name, leaf in leaves.items():
        parent = leaf.parent
        for source in rows[name].layer.inputs:
            made = leaves.get(source)
            if parent is not None and made is not None and made.parent is parent:
                leaf.sources[made.place] = source  # a sibling: no group around is come into
            else:
                _connect(leaf.trail(), source, leaves)
    return root


def _signature(layer: Layer, order: Mapping[str, int]) -> Any:
    own = layer.own_parameters
    held = layer.shares if own is None else tuple(own.values())
    here = order[layer.name]
    # A graph's own inputs stand before its first layer.
    away = tuple(here - order.get(name, -1) for name in layer.inputs)
    return layer.op, layer.input_shapes, held, away


def _connect(trail: Sequence[Node], source: str, leaves: Mapping[str, Node]) -> None:
    """Note a tensor at the node that reads it and at the groups around that it comes into."""
    made = leaves[source].trail() if source in leaves else []
    called = ""
    for level, node in enumerate(trail[1:], 1):
        other = made[level] if level < len(made) and made[level - 1] is trail[level - 1] else None
        if other is node:
            continue
        if not called:  # by the outermost group whose output it is
            inside = (one.path for one in made[level:] if one.output == source)
            called = next(inside, source)
        if other and other.output == source:
            node.sources[other.place] = called
        else:
            node.sources[source] = called


def fold(group: Node) -> list[list[int]]:
    """The places of its children, equal ones that follow each other in a chain together."""
    children = group.children
    readers = [0] * len(children)
    for child in children:
        for source in child.sources:
            if isinstance(source, int):
                readers[source] += 1
    folds: list[list[int]] = []
    for place, child in enumerate(children):
        before = children[place - 1] if place else None
        if (
            before is not None
            and child.signature == before.signature
            and list(child.sources) == [place - 1]
            and readers[place - 1] == 1
            and child.label.rstrip(_DIGITS) == before.label.rstrip(_DIGITS)
        ):
            folds[-1].append(place)
        else:
            folds.append([place])
    return folds


def sources_of(
    group: Node, folds: Sequence[Sequence[int]]
) -> tuple[list[list[int]], Mapping[int, str]]:
    """What each fold reads, as `topology.arrange` takes it; and the words for every source."""
    fold_of = {place: number for number, places in enumerate(folds) for place in places}
    words = {number: group.children[places[0]].label for number, places in enumerate(folds)}
    words[ENTRY] = _entry_text(group)
    numbers: dict[str, int] = {} if group.entry is None else {group.entry: ENTRY}
    found = []
    for places in folds:
        read = []
        for source, called in group.children[places[0]].sources.items():
            if isinstance(source, int):
                read.append(fold_of[source])
                continue
            if source not in numbers:
                numbers[source] = ENTRY - 1 - len(numbers)
                words[numbers[source]] = called.removeprefix(f"{group.path}." * bool(group.path))
            read.append(numbers[source])
        found.append(read)
    return found, words


def _entry_text(group: Node) -> str:
    if group.parent is None:
        return group.entry or ""
    return "block input" if group.block else "group input"


def read_text(place: Place, words: Mapping[int, str]) -> str:
    """What a node reads that its place does not show: `with block input`, `from c3`."""
    if not place.unseen:
        return ""
    named = [words[one] for one in place.unseen[:LISTED]]
    more = len(place.unseen) - len(named)
    listed = ", ".join(named) + (f" and {more} more" if more else "")
    return f"{'from' if place.is_apart else 'with'} {listed}"
