"""What training keeps from the forward to the backward pass, and the bytes of a step."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

from cnncalc.analysis.conventions import OPTIMIZER_STATES, Basis
from cnncalc.graph import Graph, Layer
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.analysis.widths import Bits


class Kept(Record):
    """What one example's forward pass leaves for the backward pass."""

    values: int
    mask_bytes: int


def kept_for_backward(graph: Graph, layers: Sequence[Layer]) -> Kept:
    """What training keeps from the forward to the backward pass, for one example.

    Each tensor that the derivative of some layer reads, once: a convolution reads its input, ReLU
    its output, addition neither; dropout keeps a mask of one byte a value, attention what it makes
    on the way. An element-wise layer works in place where that destroys nothing that a derivative
    reads.
    """
    each = kept_by_tensor(graph, layers)
    values = sum(kept.values for kept in each.values())
    return Kept(values, sum(kept.mask_bytes for kept in each.values()))


def kept_by_tensor(graph: Graph, layers: Sequence[Layer]) -> dict[str, Kept]:
    """The same by the layer or input that gave it; those of which nothing is kept are missing."""
    sizes = {name: prod(shape) for name, shape in graph.inputs.items()}
    readers, owners = graph.readers(layers), {name: name for name in graph.inputs}
    # What is given out, handed on to others or learned is not overwritten.
    shared = {*graph.inputs, *graph.outputs.values(), *graph.auxiliary_outputs.values()}
    needed: set[str] = set()
    masks: dict[str, int] = {}
    within = _kept_within(layers)
    for layer in layers:
        reads = layer.op.backward_reads
        sizes[layer.name] = prod(layer.output_shape)
        needed.update(owners[name] for name in _inputs_read(layer))
        if "mask" in reads:
            masks[layer.name] = sizes[layer.name]
        owners[layer.name] = layer.name
        if not layer.inputs:
            if layer.op.is_view:
                sizes[layer.name] = 0  # it is among the weights
                shared.add(layer.name)
            continue
        source = owners[layer.inputs[0]]
        is_alone = len(readers[layer.inputs[0]]) == 1 and layer.inputs[0] not in shared
        is_inplace = layer.op.is_elementwise and is_alone and source not in needed
        if "mask" not in reads if layer.op.is_view else is_inplace:
            owners[layer.name] = source
            if not is_alone:
                shared.add(layer.name)
        if "output" in reads:
            needed.add(owners[layer.name])
    return {
        name: Kept(
            (sizes[name] if name in needed else 0) + within.get(name, 0), masks.get(name, 0)
        )
        for name in needed | masks.keys() | within.keys()
    }


def _inputs_read(layer: Layer) -> Sequence[str]:
    """The inputs whose values the derivative of a layer reads."""
    if "input" in layer.op.backward_reads:
        return layer.inputs
    return layer.inputs[1:2] if "second" in layer.op.backward_reads else ()


def _kept_within(layers: Sequence[Layer]) -> dict[str, int]:
    """The values that layers make on the way to their outputs and keep, where there are any."""
    shaped = [layer for layer in layers if layer.inputs and layer.is_shaped]
    each = {layer.name: layer.op.kept_within(layer.input_shapes) for layer in shaped}
    return {name: values for name, values in each.items() if values}


class Training(Record):
    """The bytes of one training step, apart."""

    optimizer: str
    weights: int
    gradients: int
    optimizer_state: int
    activations: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.weights + self.gradients + self.optimizer_state + self.activations

    def to_dict(self) -> dict[str, object]:
        """The bytes as JSON has them."""
        return {**self._asdict(), "training_bytes": self.total}


def training(parameters: int, buffers: int, kept: Kept, basis: Basis) -> Training:
    """The bytes of training: weights, gradients, optimizer state, activations for backward."""
    size = basis.value_bytes
    return Training(
        optimizer=basis.optimizer,
        weights=(parameters + buffers) * size,
        gradients=parameters * size,
        optimizer_state=parameters * OPTIMIZER_STATES[basis.optimizer] * size,
        activations=basis.batch * (kept.values * size + kept.mask_bytes),
    )


def training_in_bits(
    counts: tuple[int, int], kept: Mapping[str, Kept], bits: "Bits", basis: Basis
) -> Training:
    """The same where types differ: a gradient and the state of the optimizer have the weight's.

    `counts` are the bytes of all that is kept and of the parameters, `kept` what is kept of each
    tensor.
    """
    weights, parameters = counts
    activations = sum(
        bits.tensor_bytes(name, one.values) + one.mask_bytes for name, one in kept.items()
    )
    return Training(
        optimizer=basis.optimizer,
        weights=weights,
        gradients=parameters,
        optimizer_state=parameters * OPTIMIZER_STATES[basis.optimizer],
        activations=basis.batch * activations,
    )
