"""Stretches of a model whose channels stand last, with them first again.

ConvNeXt normalises and mixes channels with layers that work on the last axis, so its exporters
turn the axes before and after; transformers turn their tokens once, and leave them so to the end.
Channels first the same layers are a normalisation of the channels, attention, linear layers of
tokens and 1x1 convolutions: as many parameters, as many MACs, and all of it can be said in a spec.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.terms.onnx_ops import ChannelsLast, OnnxOp, PerItem
from cnncalc.ops.activation import Elementwise, Scale, Softmax
from cnncalc.ops.base import Op, make_op
from cnncalc.ops.conv import Conv
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.linear import Linear
from cnncalc.ops.merge import Broadcast, Concat
from cnncalc.ops.norm import LayerNorm
from cnncalc.ops.reshape import Flatten, Slice
from cnncalc.ops.tokens import Learned, Transpose
from cnncalc.ops.values import RejectedError, Shape, Word

Path = tuple[str, ...]


def channels_first(graph: Graph) -> Graph:
    """The graph without the transpositions around stretches that have ops of the spec language.

    A stretch of which a single layer has none stays as it is, with its transpositions.
    """
    graph = _with_maps_first(graph)
    walk = _Stretches(graph)
    if any(map(walk.is_of_tokens, graph.layers)):
        tried = _Stretches(*_turned_outside(graph))
        walk = walk if any(map(tried.is_of_tokens, tried.graph.layers)) else tried
    graph = walk.graph
    if not walk.turned and not any(map(_along_length, graph.layers)):
        return graph
    layers = tuple(walk.layers())
    scopes = {layer.scope[:depth] for layer in layers for depth in range(1, len(layer.scope) + 1)}
    return graph._replace(
        layers=layers,
        outputs={name: walk.behind(layer) for name, layer in graph.outputs.items()},
        groups={path: block for path, block in graph.groups.items() if path in scopes},
    )


def _with_maps_first(graph: Graph) -> Graph:
    """The graph whose inputs are maps with their channels first, where it turns them all so.

    TensorFlow's converters begin so: what is turned at once is no layer of the network.
    """
    readers, ends = graph.readers(), {*graph.outputs.values()}
    turned = {
        name: _turned(shape)
        for name, shape in graph.inputs.items()
        if len(shape) == 3
        and name not in ends
        and readers.get(name)
        and all(_turns(layer, is_last=False) for layer in readers[name])
    }
    gone = {layer.name: name for name in turned for layer in readers[name]}
    if not gone or ends & {*gone}:
        return graph
    kept = (
        layer._replace(inputs=tuple(gone.get(name, name) for name in layer.inputs))
        for layer in graph.layers
        if layer.name not in gone
    )
    return graph._replace(inputs={**graph.inputs, **turned}, layers=tuple(kept))


def _turned_outside(graph: Graph) -> tuple[Graph, frozenset[str]]:
    """The graph with the tokens turned, and back, behind its inputs and before its outputs.

    Of those behind the inputs the first are named: they are no stretch.
    """
    taken = {*graph.inputs, *(layer.name for layer in graph.layers)}
    turned: dict[str, str] = {}
    layers: list[Layer] = []
    numbered = (f"turned{number}" for number in count(1))
    free = (one for one in numbered if one not in taken)

    def turn(name: str, shape: Shape) -> str:
        """Two transpositions one after the other, of which one is left when the other is."""
        for _ in range(2):
            own, made = next(free), shape[::-1]
            layers.append(Layer(own, (), Transpose(2), (name,), (shape,), made))
            name, shape = own, made
        return name

    for name, shape in graph.inputs.items():
        if len(shape) == 2:
            turned[name] = turn(name, shape)
    first = frozenset(layer.name for layer in layers[::2])
    for layer in graph.layers:
        inputs = tuple(turned.get(name, name) for name in layer.inputs)
        layers += [layer._replace(inputs=inputs)]
    shapes = {layer.name: layer.output_shape for layer in layers}
    outputs = {
        key: turn(name, shapes[name]) if len(shapes.get(name, ())) == 2 else name
        for key, name in graph.outputs.items()
    }
    return graph._replace(layers=tuple(layers), outputs=outputs), first


class _Stretches:
    """The layers whose outputs have their channels last, and what these become."""

    def __init__(self, graph: Graph, first: frozenset[str] = frozenset()) -> None:
        self.graph = graph
        self.roots: dict[str, str] = {}
        self.whole: dict[str, bool] = {}
        self.turned: dict[str, Op] = {}
        self.passed: dict[str, str] = {}
        self.closing: dict[str, str] = {}
        readers = graph.readers()
        self.learned = {
            layer.name: layer
            for layer in graph.layers
            if isinstance(layer.op, Learned) and len(readers.get(layer.name, ())) == 1
        }
        for layer in graph.layers:
            if layer.name not in first:
                self.add(layer)
        for name in graph.outputs.values():
            self.leave((name,))

    def add(self, layer: Layer) -> None:
        """Follow the stretches that a layer reads, or open or close one."""
        within = tuple(name for name in layer.inputs if name in self.roots)
        if not within and _turns(layer, is_last=True):
            self.roots[layer.name] = layer.name
            self.whole[layer.name] = True
            self.passed[layer.name] = layer.inputs[0]
        elif within and _turns(layer, is_last=False):
            self.passed[layer.name] = within[0]
        elif within:
            others = [name for name in layer.inputs if name not in self.roots]
            known = all(name in self.learned for name in others)
            op = _first(layer) if known else None
            if op is None:
                self.leave(within)
                return
            self.turned[layer.name] = op
            if isinstance(op, Flatten):
                self.closing[layer.name] = within[0]
                return
            for name in others:
                shape = _turned(self.learned[name].output_shape)
                self.turned[name] = Learned(0, shape=shape)
                self.roots[name] = self.root(within[0])
            self.roots[layer.name] = self.root(within[0])
            for name in within:
                self.join(layer.name, name)

    def root(self, name: str) -> str:
        """The transposition that opened a layer's stretch, the same for stretches that met."""
        while self.roots[name] != name:
            name = self.roots[name]
        return name

    def join(self, one: str, other: str) -> None:
        """Make two stretches one: whole where both are."""
        first, second = self.root(one), self.root(other)
        self.whole[first] = self.whole[first] and self.whole[second]
        self.roots[second] = first

    def leave(self, names: tuple[str, ...]) -> None:
        """Let the stretches of these tensors stand as they are."""
        for name in names:
            if name in self.roots:
                self.whole[self.root(name)] = False

    def is_dropped(self, name: str) -> bool:
        """Whether a layer is a transposition around a whole stretch."""
        if name not in self.passed:
            return False
        opener = name if name in self.roots else self.passed[name]
        return self.whole[self.root(opener)]

    def behind(self, name: str) -> str:
        """The layer that gives a tensor, past transpositions that are dropped."""
        while self.is_dropped(name):
            name = self.passed[name]
        return name

    def is_turned(self, name: str) -> bool:
        """Whether a layer is one of a whole stretch, and not as it was."""
        return name in self.turned and self.whole[self.root(self.closing.get(name, name))]

    def is_of_tokens(self, layer: Layer) -> bool:
        """Whether a layer stays one of tokens with their channels last."""
        is_last = isinstance(layer.op, PerItem) and len(layer.input_shapes[0]) == 2
        return is_last and not self.is_turned(layer.name) and _along_length(layer) is None

    def layers(self) -> Iterator[Layer]:
        """The layers, those of whole stretches channels first."""
        for layer in self.graph.layers:
            if self.is_dropped(layer.name):
                continue
            inputs = tuple(map(self.behind, layer.inputs))
            if self.is_turned(layer.name):
                yield layer._replace(
                    op=self.turned[layer.name],
                    inputs=inputs,
                    input_shapes=tuple(map(_turned, layer.input_shapes)),
                    output_shape=_turned(layer.output_shape),
                )
            else:
                yield layer._replace(inputs=inputs, op=_along_length(layer) or layer.op)


def _turned(shape: Shape) -> Shape:
    """A shape whose channels are last with them first."""
    return (*shape[-1:], *shape[:-1])


def _turns(layer: Layer, *, is_last: bool) -> bool:
    """Whether a layer moves the channels to the end, or back, and nothing else."""
    op = layer.op
    if isinstance(op, Transpose):
        return True
    if not isinstance(op, OnnxOp) or len(op.order) != max(3, len(layer.output_shape) + 1):
        return False
    space = range(1, len(op.order) - 1)
    last = (0, *(axis + 1 for axis in space), 1)
    first = (0, len(op.order) - 1, *space)
    return op.order == (last if is_last else first)


def _along_length(layer: Layer) -> Op | None:
    """A linear layer on the length of tokens, which has the same weights for every channel."""
    op = layer.op
    if not isinstance(op, PerItem) or isinstance(op, ChannelsLast) or len(op.over) != 1:
        return None
    if not isinstance(op.op, Linear):
        return None
    return Linear(0, out_features=op.op.out_features, bias=op.op.bias, axis=Word("length"))


def _first(layer: Layer) -> Op | None:
    """What a layer on tensors with their channels last is with them first; None if nothing."""
    op, shapes = layer.op, tuple(map(_turned, layer.input_shapes))
    if isinstance(op, ChannelsLast):
        return op.op
    if isinstance(op, PerItem) and op.over == layer.input_shapes[0][:-1]:
        return _each_position(op.op, shapes)
    if isinstance(op, Flatten | Concat | Slice):
        return _moved(op, shapes)
    if isinstance(op, Broadcast):
        return op if len(set(map(len, shapes))) == 1 else None
    if isinstance(op, Softmax) and op.axis == AXIS_NAMES[len(shapes[0])][-1]:
        return Softmax(len(shapes[0]) - 1)
    is_plain = isinstance(op, Elementwise) and not isinstance(op, Softmax)
    return op if is_plain and not op.parameters(layer.input_shapes) else None


def _moved(op: Any, shapes: tuple[Shape, ...]) -> Op | None:
    """What moves values, with the channels first."""
    if isinstance(op, Flatten):
        return op if sum(n > 1 for n in shapes[0]) < 2 else None
    if len(shapes[0]) != 2:
        return None
    axis = Word({"channels": "length", "length": "channels"}[op.axis])
    settings = {name: getattr(op, name) for name in op.attributes} | {"axis": axis}
    moved: Op = type(op)(1, **settings)
    return moved


def _each_position(op: Op, shapes: tuple[Shape, ...]) -> Op | None:
    """An op on the channels of every position."""
    if isinstance(op, Linear):
        settings = {"out_channels": op.out_features, "kernel_size": 1, "bias": op.bias}
        kind: type[Op] = Conv
        if len(shapes[0]) == 2:
            settings, kind = {"out_features": op.out_features, "bias": op.bias}, Linear
        try:
            return make_op(kind, settings, shapes)[0]
        except RejectedError:
            return None
    return op if isinstance(op, LayerNorm | Scale | Softmax) else None
