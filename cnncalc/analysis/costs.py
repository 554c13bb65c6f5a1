"""What one layer costs, derived from its op's own rules."""

from collections.abc import Iterable, Mapping
from math import prod

from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.ops.values import Shape
from cnncalc.records import Record


class Cost(Record):
    """Counts of one layer for one example, and its op's attributes with every default put in."""

    weights: int
    biases: int
    buffers: int
    macs: int
    product_macs: int
    output_elements: int
    stored_elements: int
    attributes: Mapping[str, object]

    @property
    def parameters(self) -> int:
        """All trainable values: weights and biases."""
        return self.weights + self.biases


def is_bias(name: str) -> bool:
    """Whether a tensor of an op is added to what its weights make."""
    return name == "bias" or name.endswith("_bias")


def cost(
    op: Op,
    inputs: tuple[Shape, ...],
    output: Shape,
    own_parameters: Mapping[str, Shape] | None = None,
    *,
    is_shared: bool = False,
) -> Cost:
    """Count what an op keeps and multiplies; its tensors' shapes are the only source.

    `own_parameters` are the tensors of the layer where they are not those that its op says; a
    layer that shares all of another's has none of its own, and no buffers.
    """
    shapes = op.parameters(inputs) if own_parameters is None else own_parameters
    tensors = {name: prod(shape) for name, shape in shapes.items()}
    biases = sum([tensors.pop(name) for name in [*tensors] if is_bias(name)])
    return Cost(
        weights=sum(tensors.values()),
        biases=biases,
        buffers=0 if is_shared else sum(map(prod, op.buffers(inputs).values())),
        macs=op.macs(inputs, output),
        product_macs=op.product_macs(inputs, output),
        output_elements=prod(output) if output else 0,
        stored_elements=0 if op.is_view else prod(output),
        attributes=op.resolved(inputs),
    )


CostMemo = dict[tuple[int, tuple[Shape, ...]], tuple[Cost, Op]]
"""Costs by the identity of their op and its inputs; the op stands beside them, so it stays."""


def layer_costs(layers: Iterable[Layer], memo: CostMemo | None = None) -> list[Cost]:
    """The cost of each layer; layers that share their op and shapes share the result.

    Several networks may share a memo of what is known.
    """
    known: CostMemo = {} if memo is None else memo
    costs = []
    for layer in layers:
        if layer.own_parameters is not None or layer.shares is not None:
            own, is_shared = layer.parameters, layer.shares is not None
            told = layer.op, layer.input_shapes, layer.output_shape, own
            costs.append(cost(*told, is_shared=is_shared))
            continue
        key = (id(layer.op), layer.input_shapes)
        found = known.get(key)
        if found is None:
            op = layer.op
            found = known[key] = cost(op, layer.input_shapes, layer.output_shape), op
        costs.append(found[0])
    return costs


def depth(layers: Iterable[Layer], costs: Iterable[Cost]) -> int:
    """Layers with weights on the longest path: convolutions and dense layers, which have MACs."""
    longest: dict[str, int] = {}
    before = longest.get
    for layer, counted in zip(layers, costs, strict=True):
        inputs = layer.inputs
        most = before(inputs[0], 0) if inputs else 0
        for name in inputs[1:]:
            most = max(most, before(name, 0))
        longest[layer.name] = most + (counted.macs > 0)
    return max(longest.values(), default=0)


class Uniform(Record):
    """Values that are all alike, `size` bytes each: what `widths.Bits` is where they are not."""

    size: int

    @property
    def peak_scale(self) -> int:
        """The bytes of one element of a `memory.Peak`."""
        return self.size

    def weight_bytes(self, _layer: Layer, counted: Cost) -> int:
        """The bytes of a layer's parameters and buffers."""
        return (counted.weights + counted.biases + counted.buffers) * self.size

    def activation_bytes(self, _layer: Layer, counted: Cost) -> int:
        """The bytes that a layer's output adds to memory, for one example."""
        return counted.stored_elements * self.size

    def tensor_bytes(self, _name: str, values: int) -> int:
        """The bytes of what a layer or an input gives."""
        return values * self.size

    def bops(self, _layer: Layer, counted: Cost) -> int:
        """The bit operations of a layer, for one example."""
        return (counted.macs + counted.product_macs) * (8 * self.size) ** 2


FLOAT32 = Uniform(4)
"""How wide values are where nothing is said."""
