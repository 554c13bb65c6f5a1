"""Layers of a model that are no op of the spec language, as ops of it that say the same.

What only moves values is `reshape`, `permute` and `slice`; a mean over some axes is a pool with
the axes put behind each other; what works on the last axis stands between two `permute`, which go
where one undoes the other. Every layer keeps its name, its tensors and its MACs.
"""

from itertools import count as numbered
from math import prod
from typing import Any

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.moves import Moved
from cnncalc.interchange.steps import (
    Step,
    brief,
    moved_on,
    permuted,
    run_of,
    start,
    steps_of,
    steps_of_layer,
)
from cnncalc.interchange.terms.onnx_ops import ChannelsLast, OnnxOp, PerItem, Rounds
from cnncalc.ops.activation import Scale, Softmax
from cnncalc.ops.attention import Matmul
from cnncalc.ops.base import Op, make_op
from cnncalc.ops.conv import Conv
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.linear import Linear
from cnncalc.ops.merge import Add
from cnncalc.ops.norm import LayerNorm
from cnncalc.ops.tokens import Transpose
from cnncalc.ops.values import MOST_AXES, RejectedError, Shape, Word
from cnncalc.ops.views import Permute, Reshape

Tensor = tuple[str, Shape]
"""A tensor by its name, and its shape."""

FEW = 4
"""Parts of an axis that are added one by one where a layer sums over it."""


def spelled(graph: Graph) -> Graph:
    """The graph with ops of the spec language wherever they say a layer of its file exactly."""
    if not any(isinstance(layer.op, OnnxOp | PerItem) for layer in graph.layers):
        return graph
    try:
        return _without_undone(_written(graph, may_hold=True))
    except _HeldError:
        return _without_undone(_written(graph, may_hold=False))


def _written(graph: Graph, *, may_hold: bool) -> Graph:
    written = _Written(graph, may_hold=may_hold)
    for layer in graph.layers:
        written.add(layer)
    return written.graph()


class _HeldError(Exception):
    """A layer reads a tensor with too many axes that was to be moved on."""


class _Written:
    """The layers so far, under the names that their readers use.

    Attributes:
        held: tensors with more axes than a spec has, as what was moved to them.
    """

    def __init__(self, graph: Graph, *, may_hold: bool) -> None:
        self.source = graph
        self.may_hold = may_hold
        self.held: dict[str, Moved] = {}
        self.layers: list[Layer] = []
        self.given: dict[str, str] = {}
        self.taken = {*graph.inputs, *(layer.name for layer in graph.layers)}
        self.taken |= {".".join(path) for path in graph.groups}

    def graph(self) -> Graph:
        """All of them."""
        outputs = self.source.outputs.items()
        if not self.held.keys().isdisjoint(self.source.outputs.values()):
            raise _HeldError
        told = {name: self.given.get(layer, layer) for name, layer in outputs}
        return self.source._replace(layers=tuple(self.layers), outputs=told)

    def add(self, layer: Layer) -> None:
        """A layer as it stands, or what it becomes."""
        if self.may_hold and self.hold(layer):
            return
        whole = layer.input_shapes
        layer = layer._replace(
            inputs=tuple(self.given.get(name, name) for name in layer.inputs),
            input_shapes=tuple(map(brief, layer.input_shapes)),
            output_shape=brief(layer.output_shape),
        )
        try:
            is_said = bool(layer.inputs) and (
                self.moved(layer, whole) or self.turned(layer) or self.stacked(layer)
            )
        except RejectedError:
            is_said = False
        if not is_said:
            self.layers.append(layer)

    def hold(self, layer: Layer) -> bool:
        """Hold a tensor with too many axes until it is moved to one that has fewer.

        Raises:
            _HeldError: what is held is read by a layer that does not move it, or has no steps.
        """
        [*names], other = layer.inputs, brief(layer.output_shape)
        reads_held = any(name in self.held for name in names)
        if not reads_held and len(other) <= MOST_AXES:
            return False
        after = None
        if len(names) == 1 and isinstance(layer.op, OnnxOp) and not layer.parameters:
            own, name = layer.input_shapes[0], self.given.get(names[0], names[0])
            before = self.held.get(names[0]) or start(name, brief(own), own)
            after = before and moved_on(before, layer.op, own, layer.output_shape)
        if after is not None and len(other) > MOST_AXES:
            self.held[layer.name] = after
            return True
        steps = steps_of(after, other) if after is not None else None
        if after is None or steps is None:
            if reads_held:
                raise _HeldError
            return False
        layer = layer._replace(inputs=(after.name,), input_shapes=(after.shape,))
        self.chain(layer._replace(output_shape=other), steps, len(steps) - 1)
        return True

    def stacked(self, layer: Layer) -> bool:
        """Write a product of stacks of stacks of matrices as one of stacks."""
        shapes = [*layer.input_shapes, layer.output_shape]
        is_product = isinstance(layer.op, OnnxOp) and layer.op.name == Matmul.name
        if not is_product or {len(shape) for shape in shapes} != {4} or layer.parameters:
            return False
        if len({shape[:2] for shape in shapes}) > 1:
            return False
        *given, made = [(prod(shape[:2]), *shape[2:]) for shape in shapes]
        names = [
            self.put(layer, Reshape(3, shape=own), (name, shape), own)
            for name, shape, own in zip(layer.inputs, layer.input_shapes, given, strict=True)
        ]
        own = layer._replace(
            op=Matmul(2), inputs=tuple(names), input_shapes=tuple(given), output_shape=made
        )
        self.layers.append(own)
        back = Reshape(2, shape=layer.output_shape)
        self.given[layer.name] = self.put(layer, back, (layer.name, made), layer.output_shape)
        return True

    def moved(self, layer: Layer, whole: tuple[Shape, ...]) -> bool:
        """Write a layer of one input that holds nothing, if it can be said."""
        if not isinstance(layer.op, OnnxOp) or len(layer.inputs) != 1 or layer.parameters:
            return False
        if sums := _sum(layer):
            self.sum(layer, *sums)
            return True
        steps = steps_of_layer(layer, whole[0])
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
        x = self.put(layer, permuted((rank, *range(1, rank)), rank), (x, shape), there)
        own = layer._replace(
            op=op, inputs=(x,), input_shapes=(there,), output_shape=_first(layer.output_shape)
        )
        self.layers.append(own)
        back = permuted((*range(2, rank + 1), 1), rank)
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
            self.put(layer, run_of(len(shape), at, at + 1, name), (x, shape), part)
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


def _first(shape: Shape) -> Shape:
    """A shape whose channels are last with them first."""
    return (*shape[-1:], *shape[:-1])


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
