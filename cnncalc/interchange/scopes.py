"""The layers of a graph as a tree of groups that each give one tensor.

Most groups give one tensor. One that is read in several places is dissolved into the group around
it where the form cannot say that; a scope that is left and entered again, as in a graph of another
origin, is cut: so every group is a run of layers.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Union

from cnncalc.graph import Layer


class Leaf:
    """One layer in its place.

    Attributes:
        twin: what stands before it in its group and does the same with the same weights.
    """

    __slots__ = ("label", "layer", "parent", "twin")

    def __init__(self, label: str, layer: Layer, parent: "Group") -> None:
        self.twin: Place | None = None
        self.label = label
        self.layer = layer
        self.parent = parent

    def leaves(self) -> Iterator["Leaf"]:
        """Itself."""
        yield self


class Group:
    """A run of layers and groups.

    Attributes:
        path: the scope that it was, of which it may be a part only.
        block: the block that opened it, or None.
        result: the tensor that it gives; of several the last, where groups may give several.
        twin: what stands before it in its group and does the same with the same weights.
    """

    __slots__ = ("block", "children", "label", "parent", "path", "result", "twin")

    def __init__(
        self, label: str, path: tuple[str, ...], block: str | None, parent: "Group | None"
    ) -> None:
        self.label = label
        self.path = path
        self.block = block
        self.parent = parent
        self.children: list[Place] = []
        self.result = ""
        self.twin: Place | None = None

    def leaves(self) -> Iterator[Leaf]:
        """Its layers, in order."""
        for child in self.children:
            yield from child.leaves()

    def groups(self) -> Iterator["Group"]:
        """Itself and every group in it, outermost first."""
        yield self
        for child in self.children:
            if isinstance(child, Group):
                yield from child.groups()


Place = Union[Leaf, Group]  # noqa: UP007 - the names are not defined yet where it is used


def around(place: Place) -> Iterator[Group]:
    """The groups that a place stands in, innermost first."""
    group = place.parent
    while group is not None:
        yield group
        group = group.parent


def outside(group: Group) -> list[str]:
    """The tensors that a group reads and does not make, each once, in order."""
    own = {leaf.layer.name for leaf in group.leaves()}
    names = (name for leaf in group.leaves() for name in leaf.layer.inputs)
    return [name for name in dict.fromkeys(names) if name not in own]


def is_source(place: Place) -> bool:
    """Whether it reads nothing: what is learned, and what is made of that."""
    return not (place.layer.inputs if isinstance(place, Leaf) else outside(place))


def grouped(
    layers: Iterable[Layer],
    blocks: Mapping[tuple[str, ...], str | None],
    ends: Iterable[str],
    *,
    may_give_several: bool = False,
) -> Group:
    """The tree; `ends` are tensors that are read from outside of all groups."""
    ends = set(ends)
    root = _runs(layers, blocks)
    while several := _give(root, ends):
        if may_give_several:
            break
        for group in several:
            put_up(group)
    for group in root.groups():
        _tell_apart(group)
    return root


def _tell_apart(group: Group) -> None:
    """Give every child a label of its own: a scope that was cut has left several of one label."""
    taken: set[str] = set()
    for child in group.children:
        label, ordinal = child.label, 1
        while child.label in taken:
            ordinal += 1
            child.label = f"{label}_{ordinal}"
        taken.add(child.label)


def _runs(layers: Iterable[Layer], blocks: Mapping[tuple[str, ...], str | None]) -> Group:
    """Layers that follow each other under one scope, in one group."""
    root = Group("", (), None, None)
    stack = [root]
    for layer in layers:
        scope = layer.scope
        held = stack[-1].path
        common = 0
        while common < min(len(held), len(scope)) and held[common] == scope[common]:
            common += 1
        del stack[common + 1 :]
        for level in range(common, len(scope)):
            path = scope[: level + 1]
            group = Group(path[-1], path, blocks.get(path), stack[-1])
            stack[-1].children.append(group)
            stack.append(group)
        stack[-1].children.append(Leaf(label_in(layer), layer, stack[-1]))
    return root


def label_in(layer: Layer) -> str:
    """What is left of a layer's name in its scope."""
    prefix = ".".join(layer.scope) + "."
    return layer.name.removeprefix(prefix) if layer.scope else layer.name


def _give(root: Group, ends: set[str]) -> list[Group]:
    """Give every group its result; those that have several."""
    home = {leaf.layer.name: leaf for leaf in root.leaves()}
    given: dict[int, dict[str, None]] = {}
    for leaf in root.leaves():
        reading = {id(group) for group in around(leaf)}
        for name in leaf.layer.inputs:
            _note(home, name, reading, given)
    for name in ends:
        _note(home, name, {id(root)}, given)
    several: list[Group] = []
    for group in root.groups():
        results = given.get(id(group), {})
        *_, last = (leaf.layer.name for leaf in group.leaves())
        group.result = last if last in results or not results else next(reversed(results))
        if len(results) > 1 and group.parent is not None:
            several.append(group)
    return several


def _note(
    home: dict[str, Leaf], name: str, reading: set[int], given: dict[int, dict[str, None]]
) -> None:
    """Let every group that is left on the way to its reader give a tensor."""
    if name not in home:
        return
    for group in around(home[name]):
        if id(group) in reading:
            break
        given.setdefault(id(group), {})[name] = None


def put_up(group: Group) -> None:
    """Put a group's children in its place."""
    parent = group.parent
    if parent is None:
        return
    at = next(index for index, child in enumerate(parent.children) if child is group)
    for child in group.children:
        child.parent = parent
        child.label = f"{group.label}_{child.label}"
    parent.children[at : at + 1] = group.children
