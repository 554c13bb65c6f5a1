"""The values of weights that a spec states, as those that a module begins with."""

from collections.abc import Iterator

from cnncalc.graph import Weights
from cnncalc.interchange.scopes import Group, Leaf, Place, around
from cnncalc.interchange.torch.names import attributes
from cnncalc.interchange.torch.source import literal
from cnncalc.interchange.unwritable import UnwritableError
from cnncalc.ops import Op
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear
from cnncalc.ops.norm import BatchNorm
from cnncalc.ops.values import Value

WIDTH = 96
"""Columns of a line."""

SAME_NAMES: tuple[type[Op], ...] = (Conv, DepthwiseConv, TransposedConv, Linear, BatchNorm)
"""Ops whose tensors have the names and the shapes of those of their modules."""


def initial_lines(root: Group, weights: Weights) -> Iterator[str]:
    """The end of the method that makes a network: its tensors get the values that are stated.

    Raises:
        UnwritableError: a tensor has another form in PyTorch.
    """
    stated = []
    for leaf in root.leaves():
        own = weights.get(leaf.layer.name, {}) if leaf.layer.shares is None else {}
        if own and type(leaf.layer.op) not in SAME_NAMES:
            message = f"the weights of `{leaf.layer.name}` have another form in PyTorch"
            raise UnwritableError(f"{message}: leave them out of `weights`")
        stated += [(f"{_path(leaf)}.{name}", _plain(value)) for name, value in own.items()]
    if not stated:
        return
    yield "        state = self.state_dict()"
    for name, value in stated:
        before = f'        state["{name}"].copy_(torch.tensor('
        text = literal(value)
        if len(before) + len(text) + 2 <= WIDTH:
            yield f"{before}{text}))"
            continue
        yield before
        yield from _rows(value, 12)
        yield "        ))"


def _plain(value: Value) -> Value:
    """Numbers as floats: a tensor of whole numbers would be one of integers."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return float(value) if isinstance(value, int | float) else value


def _rows(value: Value, indent: int) -> Iterator[str]:
    """A value on as many lines as it takes."""
    margin, text = " " * indent, literal(value)
    if not isinstance(value, tuple) or indent + len(text) < WIDTH:
        yield f"{margin}{text},"
        return
    yield f"{margin}("
    for item in value:
        yield from _rows(item, indent + 4)
    yield f"{margin}),"


def _path(leaf: Leaf) -> str:
    """The name of a member of the network: those of the groups that it stands in, and its own."""
    places: list[Place] = [leaf, *around(leaf)]
    names = []
    for place in places:
        group = place.parent
        if group is None:
            break
        own = attributes([child.label for child in group.children])
        at = next(n for n, child in enumerate(group.children) if child is place)
        names.append(own[at])
    return ".".join(reversed(names))
