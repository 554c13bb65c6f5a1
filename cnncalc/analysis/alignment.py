"""Which layer of one network is which layer of another."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from cnncalc.graph import Group, Layer

MOST_EDITS = 400
"""Insertions and removals in one scope beyond which its children are matched by name alone."""

Pairs = list[tuple[int, int]]
"""Places that belong together: one in the old sequence, one in the new."""


class Node:
    """A layer, or a group of them, with keys that are equal where the content is.

    Attributes:
        ops: a number that equal ops in the same order have in common.
        shapes: likewise of what they do to shapes.
        size: how many layers there are.
    """

    __slots__ = ("children", "kind", "label", "layer", "ops", "shapes", "size")

    def __init__(self, part: Layer | Group, codes: dict[Hashable, int]) -> None:
        self.label = part.label
        self.layer: Layer | None = None
        self.kind = ""
        self.children: list[Node] = []
        self.size = 1
        self.ops: int
        self.shapes: int
        ops: Hashable
        shapes: Hashable
        if isinstance(part, Group):
            self.children = [Node(child, codes) for child in part.children]
            ops = ("ops", *(child.ops for child in self.children))
            shapes = ("shapes", *(child.shapes for child in self.children))
            self.size = sum(child.size for child in self.children)
        else:
            self.layer, self.kind = part, part.op.name
            ops, shapes = part.op, _effect(part)
        self.ops = codes.setdefault(ops, len(codes))
        self.shapes = codes.setdefault(shapes, len(codes))

    def layers(self) -> Iterator[Layer]:
        """Every layer in it, in order."""
        if self.layer:
            yield self.layer
        for child in self.children:
            yield from child.layers()


class Found(NamedTuple):
    """What has been matched so far, and what was left over on each side."""

    names: dict[str, str]
    old: list[Layer]
    new: list[Layer]


def align(old: Group, new: Group) -> Mapping[str, str]:
    """For each old layer that is in the new network, too, the name that it has there.

    Scope by scope, what has the same name and kind belongs together, unless a layer put in or
    taken out has shifted the numbers of those behind it: then what stands in the same order does.
    What lies between the same neighbours comes next, and last what is equal anywhere.
    """
    codes: dict[Hashable, int] = {}
    found = Found({}, [], [])
    _align_children(Node(old, codes), Node(new, codes), found)
    left: dict[Hashable, deque[str]] = defaultdict(deque)
    for layer in found.new:
        left[_effect(layer)].append(layer.name)
    for layer in found.old:
        same = left.get(_effect(layer))
        if same:
            found.names[layer.name] = same.popleft()
    return found.names


def _effect(layer: Layer) -> Hashable:
    """What a layer does to its inputs: `padding=half` and `padding=1` may be the same."""
    attributes = tuple(layer.op.resolved(layer.input_shapes).items())
    return layer.op.name, attributes, layer.input_shapes, layer.output_shape


def _align_children(old: Node, new: Node, found: Found) -> None:
    pairs = _match(old.children, new.children)
    for place, other in pairs:
        one, two = old.children[place], new.children[other]
        if one.layer and two.layer:
            found.names[one.layer.name] = two.layer.name
        else:
            _align_children(one, two, found)
    for side, nodes, left in ((0, old.children, found.old), (1, new.children, found.new)):
        taken = {pair[side] for pair in pairs}
        for place, node in enumerate(nodes):
            left.extend(node.layers() if place not in taken else ())


def _match(old: Sequence[Node], new: Sequence[Node]) -> Pairs:
    """The children of two scopes that belong together."""
    named = _by_name(old, new, range(len(old)), range(len(new)))
    before, after = _numbered(old), _numbered(new)
    pairs = named
    if any(before[family] != after[family] for family in before.keys() & after.keys()):
        ordered = _by_order(old, new, before.keys() & after.keys())
        if _equal(old, new, ordered) > _equal(old, new, named):
            pairs = ordered
    return pairs + _between(old, new, pairs)


def _equal(old: Sequence[Node], new: Sequence[Node], pairs: Pairs) -> tuple[int, int, int]:
    """How many layers keep their op, of these how many their shapes, and who its neighbour."""
    together = [(old[place], new[other]) for place, other in pairs]
    known = set(pairs)
    return (
        sum(one.size for one, two in together if one.ops == two.ops),
        sum(one.size for one, two in together if one.shapes == two.shapes),
        sum((place + 1, other + 1) in known for place, other in pairs),
    )


def _by_name(
    old: Sequence[Node], new: Sequence[Node], olds: Sequence[int], news: Sequence[int]
) -> Pairs:
    """Pair what has the same name and kind, among the places given."""
    places = {(new[place].label, new[place].kind): place for place in news}
    keys = ((place, (old[place].label, old[place].kind)) for place in olds)
    return [(place, places[key]) for place, key in keys if key in places]


def _family(node: Node) -> tuple[str, str]:
    return node.label.rstrip("0123456789"), node.kind


def _numbered(nodes: Sequence[Node]) -> Mapping[tuple[str, str], int]:
    """The families of names that are numbered 1, 2, 3 ..., and how far.

    These may be ordinals, which shift when a layer is put in; other names were chosen.
    """
    numbers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node in nodes:
        family = _family(node)
        numbers[family].append(node.label[len(family[0]) :])
    return {
        family: len(held)
        for family, held in numbers.items()
        if held == [str(number) for number in range(1, len(held) + 1)]
    }


def _by_order(
    old: Sequence[Node], new: Sequence[Node], shifting: Collection[tuple[str, str]]
) -> Pairs:
    """Pair equal content in the same order; a name that was chosen must be the same as well."""

    def key(node: Node) -> Hashable:
        return node.ops if _family(node) in shifting else (node.ops, node.label)

    pairs = common_order([key(node) for node in old], [key(node) for node in new])
    olds, news = ({pair[side] for pair in pairs} for side in (0, 1))
    return pairs + _by_name(
        old,
        new,
        [p for p, node in enumerate(old) if p not in olds and _family(node) not in shifting],
        [p for p, node in enumerate(new) if p not in news],
    )


def _between(old: Sequence[Node], new: Sequence[Node], pairs: Pairs) -> Pairs:
    """Pair what was left over behind the same neighbour."""
    gaps: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    sides = (dict(pairs), len(old)), ({place: place for _, place in pairs}, len(new))
    for side, (partners, count) in enumerate(sides):
        last = -1
        for place in range(count):
            last = partners.get(place, last)
            if place not in partners:
                gaps[last][side].append(place)
    return [pair for olds, news in gaps.values() if news for pair in _in_gap(old, new, olds, news)]


def _in_gap(
    old: Sequence[Node], new: Sequence[Node], olds: list[int], news: list[int]
) -> Iterator[tuple[int, int]]:
    """Pair by content, then by kind where the numbers agree, then what took the others' place."""
    ahead, behind = {at: old[at] for at in olds}, {at: new[at] for at in news}
    for key in (attrgetter("kind", "shapes"), attrgetter("kind", "ops"), _kind):
        found = list(_in_step(ahead, behind, key))
        for place, other in found:
            del ahead[place], behind[other]
        yield from found
    if len(ahead) == len(behind):
        rest = list(zip(ahead, behind, strict=True))
        # A layer stands where another stood when both read tensors of the same shape.
        layers = ((old[place].layer, new[other].layer) for place, other in rest)
        if all(one and two and one.input_shapes == two.input_shapes for one, two in layers):
            yield from rest


def _kind(node: Node) -> Hashable:
    return node.kind


def _in_step(
    old: Mapping[int, Node], new: Mapping[int, Node], key: Callable[[Node], Hashable]
) -> Iterator[tuple[int, int]]:
    """Pair in order what has the same key; of the same kind alone, only as many as many."""
    queues: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, nodes in enumerate((old, new)):
        for place, node in nodes.items():
            queues[key(node)][side].append(place)
    for before, after in queues.values():
        if len(before) == len(after) or key is not _kind:
            yield from zip(before, after, strict=False)


def common_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """The places of a longest common subsequence; none when too much differs to look for it.

    Linear in the length for a given number of differences.

    Example:
        >>> common_order("abcd", "xabd")
        [(0, 1), (1, 2), (3, 3)]

    Source: Myers, Algorithmica 1 (1986), 251-266.
    """
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    ends = len(old) - tail, len(new) - tail
    middle = _walk(old[head : ends[0]], new[head : ends[1]])
    return [
        *((place, place) for place in range(head)),
        *((head + place, head + other) for place, other in middle),
        *((ends[0] + place, ends[1] + place) for place in range(tail)),
    ]


def _walk(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """The furthest that each diagonal gets with one edit more, until the end is reached."""
    reach = {1: 0}
    trace = []
    for edits in range(min(len(old) + len(new), MOST_EDITS) + 1):
        trace.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            x = _enter(reach, diagonal, edits)[1]
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reach[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walk_back(trace, len(old), len(new))
    return []


def _enter(reach: Mapping[int, int], diagonal: int, edits: int) -> tuple[int, int]:
    """The diagonal that the last edit came from, and where it led to on this one."""
    if diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]):
        return diagonal + 1, reach[diagonal + 1]
    return diagonal - 1, reach[diagonal - 1] + 1


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> Pairs:
    pairs = []
    for edits in range(len(trace) - 1, -1, -1):
        came_from, start = _enter(trace[edits], x - y, edits)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x = trace[edits][came_from]
        y = x - came_from
    return pairs[::-1]
