"""Layers of a model that are no op of the spec language, as ops of it that say the same.

What only moves values is `reshape`, `permute` and `slice`; a mean over some axes is a pool with
the axes put behind each other; what works on the last axis stands between two `permute`, which go
where one undoes the other. Every layer keeps its name, its tensors and its MACs.
"""

from itertools import count as numbered
from math import prod
from typing import Any

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.terms.onnx_ops import ChannelsLast, OnnxOp, PerItem, Rounds
from cnncalc.ops.activation import Scale, Softmax
from cnncalc.ops.base import Op, make_op
from cnncalc.ops.conv import Conv
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.linear import Linear
from cnncalc.ops.merge import Add
from cnncalc.ops.norm import LayerNorm
from cnncalc.ops.pool import GlobalAveragePool, GlobalMaxPool
from cnncalc.ops.reshape import Slice
from cnncalc.ops.tokens import Transpose
from cnncalc.ops.values import MOST_AXES, RejectedError, Shape, Word
from cnncalc.ops.views import Permute, Reshape

Tensor = tuple[str, Shape]
"""A tensor by its name, and its shape."""

Step = tuple[Op, Shape]
"""An op of one input, and the shape that it gives."""

VIEWS = {"onnx:Reshape", "onnx:Squeeze", "onnx:Unsqueeze", "onnx:Flatten", "onnx:Identity"}
POOLS: dict[str, type[Op]] = {
    "onnx:ReduceMean": GlobalAveragePool,
    "onnx:ReduceMax": GlobalMaxPool,
}
FEW = 4
"""Parts of an axis that are added one by one where a layer sums over it."""


def spelled(graph: Graph) -> Graph:
    """The graph with ops of the spec language wherever they say a layer of its file exactly."""
    if not any(isinstance(layer.op, OnnxOp | PerItem) for layer in graph.layers):
        return graph
    written = _Written(graph)
    for layer in graph.layers:
        written.add(layer)
    return _without_undone(written.graph())


class _Written:
    """The layers so far, under the names that their readers use."""

    def __init__(self, graph: Graph) -> None:
        self.source = graph
        self.layers: list[Layer] = []
        self.given: dict[str, str] = {}
        self.taken = {*graph.inputs, *(layer.name for layer in graph.layers)}
        self.taken |= {".".join(path) for path in graph.groups}

    def graph(self) -> Graph:
        """All of them."""
        outputs = self.source.outputs.items()
        told = {name: self.given.get(layer, layer) for name, layer in outputs}
        return self.source._replace(layers=tuple(self.layers), outputs=told)

    def add(self, layer: Layer) -> None:
        """A layer as it stands, or what it becomes."""
        whole = layer.input_shapes
        layer = layer._replace(
            inputs=tuple(self.given.get(name, name) for name in layer.inputs),
            input_shapes=tuple(map(_brief, layer.input_shapes)),
            output_shape=_brief(layer.output_shape),
        )
        try:
            is_said = bool(layer.inputs) and (self.moved(layer, whole) or self.turned(layer))
        except RejectedError:
            is_said = False
        if not is_said:
            self.layers.append(layer)

    def moved(self, layer: Layer, whole: tuple[Shape, ...]) -> bool:
        """Write a layer of one input that holds nothing, if it can be said."""
        if not isinstance(layer.op, OnnxOp) or len(layer.inputs) != 1 or layer.parameters:
            return False
        if sums := _sum(layer):
            self.sum(layer, *sums)
            return True
        steps = _steps(layer, whole[0])
        if steps is None:
            return False
        self.chain(layer, steps, len(steps) - 1)
        return True

    def turned(self, layer: Layer) -> bool:
        """Write a layer on the last axis between two `permute`, if it can be said."""
        found = _on_channels(layer)
        if found is None:
            return False
        op, is_turned = found
        rank = len(layer.output_shape)
        if not is_turned:
            self.layers.append(layer._replace(op=op))
            return True
        [x], [shape] = layer.inputs, layer.input_shapes
        there = _first(shape)
        x = self.put(layer, _permuted((rank, *range(1, rank)), rank), (x, shape), there)
        own = layer._replace(
            op=op, inputs=(x,), input_shapes=(there,), output_shape=_first(layer.output_shape)
        )
        self.layers.append(own)
        back = _permuted((*range(2, rank + 1), 1), rank)
        end = self.put(layer, back, (own.name, own.output_shape), layer.output_shape)
        self.given[layer.name] = end
        return True

    def chain(self, layer: Layer, steps: list[Step], own: int) -> None:
        """Write ops one behind the other, of which one has the layer's name."""
        [x], [shape] = layer.inputs, layer.input_shapes
        for place, (op, made) in enumerate(steps):
            if place == own:
                self.layers.append(
                    layer._replace(op=op, inputs=(x,), input_shapes=(shape,), output_shape=made)
                )
                x = layer.name
            else:
                x = self.put(layer, op, (x, shape), made)
            shape = made
        if not steps or x != layer.name:
            self.given[layer.name] = x

    def sum(self, layer: Layer, axis: int, count: int) -> None:
        """Write the sum of the parts of a short axis."""
        [x], [shape] = layer.inputs, layer.input_shapes
        name = AXIS_NAMES[len(shape)][axis]
        part = (*shape[:axis], 1, *shape[axis + 1 :])
        parts = [
            self.put(layer, _slice(len(shape), at, at + 1, name), (x, shape), part)
            for at in range(count)
        ]
        own = layer._replace(
            op=Add(len(part) - 1), inputs=tuple(parts), input_shapes=(part,) * count,
            output_shape=part,
        )  # fmt: skip
        self.layers.append(own)
        if part != layer.output_shape:
            op = Reshape(0, shape=layer.output_shape)
            self.given[layer.name] = self.put(layer, op, (layer.name, part), layer.output_shape)

    def put(self, near: Layer, op: Op, read: Tensor, made: Shape) -> str:
        """Write a layer of ours in the scope of another; its name."""
        scope = ".".join(near.scope)
        names = (f"{scope}{'.' * bool(scope)}{op.name}{number}" for number in numbered(1))
        name = next(name for name in names if name not in self.taken)
        self.taken.add(name)
        self.layers.append(Layer(name, near.scope, op, (read[0],), (read[1],), made))
        return name


def _brief(shape: Shape) -> Shape:
    """A shape with no more axes than a spec has, if those of length 1 are too many."""
    if len(shape) <= MOST_AXES:
        return shape
    brief = tuple(n for n in shape if n != 1)
    return brief if 1 <= len(brief) <= MOST_AXES else shape


def _first(shape: Shape) -> Shape:
    """A shape whose channels are last with them first."""
    return (*shape[-1:], *shape[:-1])


def _permuted(order: Shape, rank: int) -> Op:
    """The axes in another order: of tokens, and of the rows of maps, `transpose`."""
    if rank in {2, 3} and order == (*range(1, rank - 1), rank, rank - 1):
        return Transpose(rank - 1)
    return Permute(rank - 1, order=order)


def _slice(rank: int, start: int, stop: int, axis: str) -> Op:
    return Slice(rank - 1, start=start, stop=stop, axis=Word(axis))


def _steps(layer: Layer, whole: Shape) -> list[Step] | None:
    """The ops that a layer which only moves or pools values is; None if there are none.

    Its input is whole where it has all axes of the file, too many ones of length 1 among them.
    """
    op = layer.op
    assert isinstance(op, OnnxOp)  # noqa: S101 - asked before
    [own], other = layer.input_shapes, layer.output_shape
    if not (0 < len(own) <= MOST_AXES and 0 < len(other) <= MOST_AXES):
        return None
    if op.name in VIEWS:
        return [(Reshape(len(own) - 1, shape=other), other)] if prod(own) == prod(other) else None
    if op.order:
        return _ordered(op.order, whole, own, other)
    if op.part:
        return _part(op.part, whole, own, other)
    kind = POOLS.get(op.name)
    if kind and op.along and max(-axis for axis in op.along) <= len(own):
        return _pooled(kind, [len(own) + axis for axis in op.along], own, other)
    return None


def _ordered(order: Shape, whole: Shape, own: Shape, other: Shape) -> list[Step] | None:
    """The axes that are longer than 1 in their order, and the others where they are wanted."""
    if len(order) == len(whole) + 1:
        whole = (1, *whole)
    if len(order) != len(whole) or prod(own) != prod(other):
        return None
    if len(whole) == len(own) + 1 and not order[0] and len(own) == len(other):
        plain = tuple(order[1:])
        if tuple(own[axis - 1] for axis in plain) == other and plain != tuple(sorted(plain)):
            return [(_permuted(plain, len(own)), other)]
    moved = [axis for axis in order if whole[axis] > 1]
    kept = sorted(moved)
    shape, turned = (tuple(whole[axis] for axis in axes) for axes in (kept, moved))
    if moved == kept or len(kept) > MOST_AXES:
        return [(Reshape(0, shape=other), other)] if moved == kept else None
    steps: list[Step] = [] if shape == own else [(Reshape(0, shape=shape), shape)]
    places = tuple(kept.index(axis) + 1 for axis in moved)
    steps.append((_permuted(places, len(shape)), turned))
    return steps if turned == other else [*steps, (Reshape(0, shape=other), other)]


def _part(part: Shape, whole: Shape, own: Shape, other: Shape) -> list[Step] | None:
    """A run of places along an axis, then without the axis if it goes."""
    back, start, stop = part
    axis = len(whole) + back
    if axis < 0 or stop > whole[axis]:
        return None
    if whole != own:
        axis = sum(n > 1 for n in whole[:axis])
    if not axis < len(own) or stop > own[axis]:
        return None
    taken = (*own[:axis], stop - start, *own[axis + 1 :])
    if prod(taken) != prod(other):
        return None
    steps: list[Step] = [(_slice(len(own), start, stop, AXIS_NAMES[len(own)][axis]), taken)]
    return steps if taken == other else [*steps, (Reshape(0, shape=other), other)]


def _pooled(kind: type[Op], axes: list[int], own: Shape, other: Shape) -> list[Step] | None:
    """The axes that are pooled behind the others, in one, pooled, and the shape put right."""
    rest = [axis for axis in range(len(own)) if axis not in axes]
    kept, pooled = prod(own[axis] for axis in rest), prod(own[axis] for axis in axes)
    if kept != prod(other):
        return None
    steps: list[Step] = []
    order = tuple(axis + 1 for axis in (*rest, *axes))
    shape = tuple(own[axis - 1] for axis in order)
    if order != tuple(range(1, len(own) + 1)):
        steps.append((_permuted(order, len(own)), shape))
    if shape != (kept, pooled):
        steps.append((Reshape(0, shape=(kept, pooled)), (kept, pooled)))
    steps.append((kind(1), (kept, 1)))
    return steps if other == (kept, 1) else [*steps, (Reshape(1, shape=other), other)]


def _sum(layer: Layer) -> tuple[int, int] | None:
    """The axis of a sum that is short, and its length."""
    op, [own] = layer.op, layer.input_shapes
    if not isinstance(op, OnnxOp) or op.name != "onnx:ReduceSum" or len(op.along) != 1:
        return None
    axis = len(own) + op.along[0]
    if not 0 <= axis < len(own) <= MOST_AXES or not 1 < own[axis] <= FEW:
        return None
    return axis, own[axis]


def _on_channels(layer: Layer) -> tuple[Op, bool] | None:
    """What a layer on the last axis is on the first, and whether it must be turned for it."""
    op, shape, rank = layer.op, layer.input_shapes[0], len(layer.output_shape)
    is_plain = isinstance(op, PerItem) and not isinstance(op, Rounds) and len(layer.inputs) == 1
    if not is_plain or not 2 <= rank <= MOST_AXES or len(shape) != rank:
        return None
    if isinstance(op, ChannelsLast):
        return op.op, True
    if not isinstance(op, PerItem) or op.over != shape[:-1]:
        return None
    inner: Any = op.op
    if isinstance(inner, Softmax):
        return Softmax(rank - 1, axis=Word(AXIS_NAMES[rank][-1])), False
    if isinstance(inner, Linear):
        settings = {"out_channels": inner.out_features, "kernel_size": 1, "bias": inner.bias}
        kind: type[Op] = Conv
        if rank == 2:
            settings, kind = {"out_features": inner.out_features, "bias": inner.bias}, Linear
        inner = make_op(kind, settings, (_first(shape),))[0]
    return (inner, True) if isinstance(inner, Conv | Linear | LayerNorm | Scale) else None


def _without_undone(graph: Graph) -> Graph:
    """The graph without `permute` and `transpose` that undo the one before them."""
    orders = {
        layer.name: (_order_of(layer.op, len(layer.output_shape)), layer.inputs[0])
        for layer in graph.layers
        if isinstance(layer.op, Permute | Transpose)
    }
    given: dict[str, str] = {}
    for layer in graph.layers:
        if layer.name in orders:
            order, source = orders[layer.name]
            source = given.get(source, source)
            if source in orders:
                before, start = orders[source]
                if tuple(before[axis - 1] for axis in order) == tuple(range(1, len(order) + 1)):
                    given[layer.name] = given.get(start, start)
    inputs = [
        layer._replace(inputs=tuple(given.get(name, name) for name in layer.inputs))
        for layer in graph.layers
        if layer.name not in given
    ]
    outputs = {key: given.get(name, name) for key, name in graph.outputs.items()}
    read = {*outputs.values(), *(name for one in graph.auxiliary for name in one.inputs)}
    kept: list[Layer] = []
    for layer in reversed(inputs):
        if layer.name in orders and layer.name not in read:
            continue
        read.update(layer.inputs)
        kept.append(layer)
    layers = tuple(reversed(kept))
    scopes = {one.scope[:depth] for one in layers for depth in range(1, len(one.scope) + 1)}
    groups = {path: block for path, block in graph.groups.items() if path in scopes}
    return graph._replace(layers=layers, outputs=outputs, groups=groups)


def _order_of(op: Op, rank: int) -> Shape:
    """Where each axis comes from."""
    if isinstance(op, Permute):
        return op.order
    return (*range(1, rank - 1), rank, rank - 1)
