"""Attention of a model put together: exporters write it as a dozen layers for each block.

What is looked for lies between a linear layer, or three, and another: queries, keys and values
by heads, their product, softmax, the product with the values, and the heads side by side again.
The layers become one, on tokens whose channels are last, if nothing else reads what is between.
"""

from collections.abc import Iterator, Mapping
from math import isclose
from typing import NamedTuple

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.terms.onnx_ops import ChannelsLast, OnnxOp, PerItem
from cnncalc.ops.activation import Softmax, Times
from cnncalc.ops.attention import Attention, Matmul
from cnncalc.ops.base import make_op
from cnncalc.ops.linear import Linear
from cnncalc.ops.tokens import AsMap, Tokens, Transpose
from cnncalc.ops.values import RejectedError, Shape, Value

BY_HEADS = (0, 2, 1, 3)
"""Places and heads change places."""

KEYS_BY_HEADS = (0, 2, 3, 1)
"""The same with places last, as keys are multiplied."""

PARTS_FIRST = (2, 0, 3, 1, 4)
"""Queries, keys and values first, then heads, then places."""


class Found(NamedTuple):
    """One attention: what it reads, what it is, and the layers that it takes the place of."""

    x: str
    settings: Mapping[str, Value]
    inner: frozenset[str]


class NoMatchError(Exception):
    """The layers are no attention."""


def with_attention(graph: Graph) -> Graph:
    """The graph with each attention as one layer."""
    if not any(isinstance(layer.op, Softmax) for layer in graph.layers):
        return graph
    by_name = {layer.name: layer for layer in graph.layers}
    readers = graph.readers()
    gone: set[str] = set()
    made: dict[str, Layer] = {}
    for layer in graph.layers:
        try:
            found = _Trace(by_name, layer).found()
            read = {one.name for name in found.inner for one in readers.get(name, ())}
            kept = found.inner.intersection(graph.outputs.values())
            if kept or not read <= found.inner | {layer.name}:
                continue
            x = by_name.get(found.x)
            shape = x.output_shape if x else graph.inputs[found.x]
            op, _ = make_op(Attention, found.settings, (shape[::-1],))
        except (NoMatchError, RejectedError):
            continue
        gone |= found.inner
        made[layer.name] = layer._replace(
            op=ChannelsLast(op), inputs=(found.x,), input_shapes=(shape,)
        )
    layers = tuple(made.get(one.name, one) for one in graph.layers if one.name not in gone)
    return graph._replace(layers=layers) if made else graph


def order_of(layer: Layer) -> Shape:
    """In which order a layer puts the axes; none where it does something else."""
    return layer.op.order if isinstance(layer.op, OnnxOp) else ()


class _Trace:
    """The layers before a linear layer, from its input to what makes queries, keys and values."""

    def __init__(self, layers: Mapping[str, Layer], last: Layer) -> None:
        self.layers = layers
        self.last = last
        self.inner: set[str] = set()

    def found(self) -> Found:
        """The attention that ends with the layer.

        Raises:
            NoMatchError: there is none.
        """
        linear = self.linear(self.last)
        joined = self.before(self.last, Tokens)
        turned = self.before(joined, OnnxOp)
        product = self.before(turned, Matmul)
        if order_of(turned) != BY_HEADS or not linear.bias:
            raise NoMatchError
        weights, values = (self.take(name) for name in product.inputs)
        if not isinstance(weights.op, Softmax) or weights.op.axis != "width":
            raise NoMatchError
        scores = self.before(weights, Matmul)
        query, key = (self.stripped(name) for name in scores.inputs)
        heads, _, depth = product.output_shape
        factor = query[1] * key[1]
        if query[2] or not key[2] or not isclose(factor, depth**-0.5, rel_tol=1e-4):
            raise NoMatchError
        x, bias = self.source((query[0], key[0], values), (heads, depth))
        settings: dict[str, Value] = {"heads": heads, "dim": heads * depth, "bias": bias,
                    "out_channels": linear.out_features}  # fmt: skip
        width = self.layers[x].output_shape[-1] if x in self.layers else 0
        settings = {key: one for key, one in settings.items() if one != width or key == "heads"}
        return Found(x, settings, frozenset(self.inner))

    def linear(self, layer: Layer) -> Linear:
        """The linear layer on every token that a layer is."""
        op = layer.op
        if isinstance(op, PerItem) and isinstance(op.op, Linear) and len(op.over) == 1:
            return op.op
        raise NoMatchError

    def take(self, name: str) -> Layer:
        """A layer that is among those of the attention."""
        if name not in self.layers or not self.layers[name].inputs:
            raise NoMatchError
        self.inner.add(name)
        return self.layers[name]

    def before(self, layer: Layer, kind: type) -> Layer:
        """The layer of that kind that another reads."""
        found = self.take(layer.inputs[0])
        if not isinstance(found.op, kind):
            raise NoMatchError
        return found

    def stripped(self, name: str) -> tuple[Layer, float, bool]:
        """What is multiplied by a factor, or turned; the factor, and whether it is turned."""
        factor, is_turned = 1.0, False
        layer = self.take(name)
        while isinstance(layer.op, Times | Transpose):
            if isinstance(layer.op, Times):
                factor *= layer.op.factor
            else:
                is_turned = not is_turned
            layer = self.take(layer.inputs[0])
        is_turned ^= order_of(layer) == KEYS_BY_HEADS
        return layer, factor, is_turned

    def source(
        self, parts: tuple[Layer, Layer, Layer], sizes: tuple[int, int]
    ) -> tuple[str, bool]:
        """The tensor that queries, keys and values are made of, and whether they have a bias."""
        made = [*self.made(parts, sizes)]
        inputs = {layer.inputs for layer in made}
        biases = {self.linear(layer).bias for layer in made}
        if len(inputs) > 1 or len(biases) > 1:
            raise NoMatchError
        return made[0].inputs[0], biases.pop()

    def made(self, parts: tuple[Layer, Layer, Layer], sizes: tuple[int, int]) -> Iterator[Layer]:
        """The linear layers that make the parts: one for all, or one for each."""
        if all(order_of(part) in {BY_HEADS, KEYS_BY_HEADS} for part in parts):
            for part in parts:
                cut = self.before(part, AsMap)
                if cut.op.__dict__["size"] != sizes:
                    raise NoMatchError
                yield self.take(cut.inputs[0])
            return
        if any(not part.op.name.endswith("Squeeze") for part in parts):
            raise NoMatchError
        split = [self.before(part, OnnxOp) for part in parts]
        names = {one.inputs for one in split}
        [whole, *others] = names
        if others or [one.name for one in split] != sorted(one.name for one in split):
            raise NoMatchError
        turned = self.take(whole[0])
        cut = self.before(turned, AsMap)
        if order_of(turned) != PARTS_FIRST or cut.op.__dict__["size"] != (3, *sizes):
            raise NoMatchError
        yield self.take(cut.inputs[0])
