"""A graph as boxes, nodes and arrows, for diagrams in any language.

A node is a layer with the element-wise layers behind it. A group is a box, unless all of it is
one node. Equal groups or nodes that follow each other are drawn once, with their number.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from string import digits
from sys import maxsize
from typing import Any, Union

from cnncalc.analysis.costs import Cost, layer_costs
from cnncalc.graph import Graph
from cnncalc.interchange.scopes import Group, Leaf, grouped
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.render.text import title


class Node:
    """Successive layers, drawn as one; `copies` are the same layers in equal groups.

    Attributes:
        group: the group that they are all of, where that stays closed.
    """

    def __init__(self, label: str, leaves: list[Leaf], group: Group | None = None) -> None:
        self.label = label
        self.leaves = leaves
        self.group = group
        self.copies: list[Node] = [self]
        self.times = 1
        self.key = ""

    def nodes(self) -> Iterator["Node"]:
        """Itself."""
        yield self

    @property
    def tensor(self) -> str:
        """The name of what it gives."""
        return self.group.result if self.group else self.leaves[-1].layer.name


class Box:
    """A group; `copies` are the equal groups that it represents."""

    def __init__(self, group: Group, items: "list[Item]") -> None:
        self.label = group.label
        self.block = group.block
        self.tensor = group.result
        self.items = items
        self.copies: list[Box] = [self]
        self.times = 1
        self.key = ""

    def nodes(self) -> Iterator[Node]:
        """The nodes in it, in order."""
        for item in self.items:
            yield from item.nodes()

    @property
    def caption(self) -> str:
        """The key of its caption, a node of its own: arrows go round it, and not through it."""
        return self.key.replace("box", "caption")

    @property
    def below(self) -> str:
        """The key of what stands below its caption: its first node, or a caption within."""
        first = self.items[0]
        return first.caption if isinstance(first, Box) else first.key


Item = Union[Node, Box]  # noqa: UP007 - as above


def entries(box: Box) -> list[str]:
    """The keys of the nodes of a box's own that read nothing in it: its branches begin there."""
    own = {leaf.layer.name for one in box.nodes() for copy in one.copies for leaf in copy.leaves}
    return [
        item.key
        for item in box.items
        if isinstance(item, Node) and not any(name in own for name in item.leaves[0].layer.inputs)
    ]


class Diagram(Record):
    """What is drawn.

    Attributes:
        title: the network's name.
        items: boxes and nodes, in order.
        inputs: key, name and shape of each input.
        outputs: the same of each output.
        edges: arrows, from key to key.
        loops: those from the end of what is repeated to its beginning.
        around: the boxes around each node, outermost first.
        before: pairs that are not drawn: what stands above a caption, and the caption.
        costs: the counts of each layer, by its name.
    """

    title: str
    items: Sequence[Item]
    inputs: Sequence[tuple[str, str, Shape]]
    outputs: Sequence[tuple[str, str, Shape]]
    edges: Sequence[tuple[str, str]]
    loops: Sequence[tuple[str, str]]
    before: Sequence[tuple[str, str]]
    around: Mapping[str, tuple[str, ...]]
    costs: Mapping[str, Cost]


def diagram(graph: Graph, *, depth: int | None = None, auxiliary: bool = False) -> Diagram:
    """The boxes, nodes and arrows of a network; groups below some depth stay closed."""
    layers = (*graph.layers, *graph.auxiliary) if auxiliary else graph.layers
    ends = {**graph.outputs, **(graph.auxiliary_outputs if auxiliary else {})}
    readers = Counter([*ends.values(), *(name for layer in layers for name in layer.inputs)])
    root = grouped(layers, graph.groups, ends.values())
    items = _items(root, readers, maxsize if depth is None else depth)
    keys = _numbered(items)
    shapes = {**graph.inputs, **{layer.name: layer.output_shape for layer in layers}}
    inputs = [(f"in{n}", name, shapes[name]) for n, name in enumerate(graph.inputs, 1)]
    keys |= {name: key for key, name, _ in inputs}
    edges = dict.fromkeys(_edges(items, keys))
    outputs = []
    for place, (name, source) in enumerate(ends.items(), 1):
        label = "output" if name == source and len(ends) == 1 else name
        outputs.append((f"out{place}", label, shapes[source]))
        edges[keys[source], f"out{place}"] = None
    costs = {layer.name: cost for layer, cost in zip(layers, layer_costs(layers), strict=True)}
    loops = tuple(_loops(items, keys))
    before = tuple(_before(items, keys))
    ways = tuple(edges), loops, before, dict(_around(items))
    return Diagram(title(graph), items, inputs, outputs, *ways, costs)


def _items(group: Group, readers: Counter[str], depth: int) -> list[Item]:
    """The content of a group: layers joined to nodes, equal items folded."""
    items: list[Item] = []
    for child in group.children:
        item = _item(child, readers, depth - 1)
        before = items[-1] if items else None
        if isinstance(before, Node) and isinstance(item, Node) and _joins(before, item, readers):
            before.leaves += item.leaves
        else:
            items.append(item)
    return _folded(items)


def _item(child: Leaf | Group, readers: Counter[str], depth: int) -> Item:
    if isinstance(child, Leaf):
        return Node(child.label, [child])
    inner = _items(child, readers, depth)
    only = inner[0]
    if len(inner) == 1 and isinstance(only, Node) and only.times == 1:
        only.label = child.label
        return only
    return Box(child, inner) if depth > 0 else Node(child.label, [*child.leaves()], child)


def _joins(before: Node, item: Node, readers: Counter[str]) -> bool:
    """Whether a node is a function of each value that the node before it alone is read by."""
    if before.group or item.group:
        return False
    if not all(leaf.layer.op.is_elementwise or leaf.layer.op.is_view for leaf in item.leaves):
        return False
    is_next = item.leaves[0].layer.inputs == (before.tensor,)
    return is_next and readers[before.tensor] == 1


def _folded(items: Sequence[Item]) -> list[Item]:
    """The items, with those that repeat the one before folded into it."""
    folds: list[Item] = []
    sign: object = None
    for item in items:
        own, outside = _sign(item), _outside(item)
        before = folds[-1] if folds else None
        if before is not None and own == sign and _follows(before, item, outside):
            copies: list[Any] = before.copies
            copies.append(item)
            before.times += 1
            for node, copy in zip(before.nodes(), item.nodes(), strict=True):
                if node is not before:
                    node.copies += copy.copies
        else:
            folds.append(item)
            sign = own
    return folds


def _follows(before: Item, item: Item, outside: list[str]) -> bool:
    """Whether an item is called like those before it, and reads what the last of them gives."""
    is_named_alike = before.label.rstrip(digits) == item.label.rstrip(digits)
    last = before.copies[-1]
    return is_named_alike and type(before) is type(item) and outside == [last.tensor]


def _outside(item: Item) -> list[str]:
    """The tensors that it reads and does not make."""
    leaves = [leaf for node in item.nodes() for leaf in node.leaves]
    own = {leaf.layer.name for node in item.nodes() for one in node.copies for leaf in one.leaves}
    read = dict.fromkeys(name for leaf in leaves for name in leaf.layer.inputs)
    return [name for name in read if name not in own]


def _sign(item: Item) -> object:
    """What makes two items equal: their ops and how these read each other.

    Lone nodes are on equal shapes besides; of equal groups the channels may grow.
    """
    outside = {name: f"outside {place}" for place, name in enumerate(_outside(item))}
    signs: list[object] = [item.times]
    places = dict(outside)
    for node in item.nodes():
        for copy in node.copies:
            for leaf in copy.leaves:
                places[leaf.layer.name] = f"inside {len(places)}"
        for leaf in node.leaves:
            layer = leaf.layer
            shapes = layer.input_shapes if isinstance(item, Node) and not item.group else ()
            signs.append((layer.op, shapes, tuple(places.get(one) for one in layer.inputs)))
    return signs


def _numbered(items: Sequence[Item]) -> dict[str, str]:
    """Give every box and node its key; the key behind each tensor."""
    keys: dict[str, str] = {}
    boxes = nodes = 0
    pending = list(items)[::-1]
    while pending:
        item = pending.pop()
        if isinstance(item, Box):
            boxes += 1
            item.key = f"box{boxes}"
            pending += item.items[::-1]
            continue
        nodes += 1
        item.key = f"n{nodes}"
        for copy in item.copies:
            keys |= {leaf.layer.name: item.key for leaf in copy.leaves}
    return keys


def _edges(items: Sequence[Item], keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for node in (node for item in items for node in item.nodes()):
        for name in (name for leaf in node.leaves for name in leaf.layer.inputs):
            if keys[name] != node.key:
                yield keys[name], node.key


def _loops(items: Sequence[Item], keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """For each node or box that is repeated an arrow back to what reads it the next time."""
    for item in items:
        if item.times > 1:
            [read] = _outside(item.copies[-1]) if item.copies else [""]
            again = (
                node.key
                for node in item.nodes()
                for copy in node.copies
                if any(read in leaf.layer.inputs for leaf in copy.leaves)
            )
            yield keys[item.tensor], next(again, next(item.nodes()).key)
        if isinstance(item, Box):
            yield from _loops(item.items, keys)


def _before(items: Sequence[Item], keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """For each caption what it stands below: a box begins where what it reads has ended."""
    for item in items:
        if not isinstance(item, Box):
            continue
        outside = _outside(item)
        if outside:
            yield keys[outside[0]], item.caption
        yield item.caption, item.below
        yield from _before(item.items, keys)


def _around(
    items: Sequence[Item], outer: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in items:
        if isinstance(item, Box):
            yield from _around(item.items, (*outer, item.key))
        else:
            yield item.key, outer


def entered(drawn: Diagram, source: str, target: str) -> int:
    """How many boxes an arrow enters: it passes their captions."""
    within = drawn.around.get(source, ())
    return sum(box not in within for box in drawn.around.get(target, ()))
