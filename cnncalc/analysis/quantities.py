"""Quantities of one layer that tools count by: its MACs, outputs, parameters, and the like."""

from collections.abc import Callable
from math import prod
from typing import Any

from cnncalc.graph import Layer

Measure = Callable[[Layer], int]
"""A quantity of one layer, for one example."""


def one_round(layer: Layer) -> tuple[Layer, int]:
    """A layer of a body as it runs once, and how often it does."""
    op: Any = layer.op
    times = 1
    while (rounds := getattr(op, "rounds", None)) is not None:
        op, times = op.op, times * rounds
    return layer._replace(op=op), times


def macs(layer: Layer) -> int:
    """Multiply-accumulates by our own convention."""
    return layer.op.macs(layer.input_shapes, layer.output_shape)


def products(layer: Layer) -> int:
    """Multiply-accumulates of activations with activations."""
    return layer.op.product_macs(layer.input_shapes, layer.output_shape)


def outputs(layer: Layer) -> int:
    """Values that the layer gives."""
    return prod(layer.output_shape)


def inputs(layer: Layer) -> int:
    """Values that the layer reads."""
    return prod(layer.input_shapes[0])


def positions(layer: Layer) -> int:
    """Places of the output, each with all its channels."""
    return prod(layer.output_shape[1:])


def parameters(layer: Layer) -> int:
    """Values that the layer learns."""
    return sum(map(prod, layer.parameters.values()))


def biased(layer: Layer) -> int:
    """Outputs to which a bias is added."""
    return outputs(layer) if "bias" in layer.op.parameters(layer.input_shapes) else 0


def learned(layer: Layer) -> int:
    """Outputs of a layer that learns a scale, say an affine normalisation."""
    return outputs(layer) if layer.op.parameters(layer.input_shapes) else 0


def weights_per_position(layer: Layer) -> int:
    """The weights once for each place of the output: the MACs of an ordinary convolution."""
    return prod(layer.op.parameters(layer.input_shapes)["weight"]) * positions(layer)


def per_position(layer: Layer) -> int:
    """All that the layer learns, biases too, once for each place of the output."""
    return parameters(layer) * positions(layer)


def step_values(layer: Layer) -> int:
    """For each output as many values as one step of the window has."""
    op: Any = layer.op
    return outputs(layer) * int(prod(op.stride))


def neighbours(layer: Layer) -> int:
    """The input of a local response normalisation, with the channels padded around it."""
    op: Any = layer.op
    return int(layer.output_shape[0] + op.size - 1) * positions(layer)


def upconv_macs(layer: Layer) -> int:
    """MACs of a transposed convolution whose channels are divided by the groups twice."""
    op: Any = layer.op
    _, each, *kernel = op.parameters(layer.input_shapes)["weight"]
    return inputs(layer) * int(each // op.groups * prod(kernel))


def upconv_biases(layer: Layer) -> int:
    """Biases of one group of a transposed convolution, as if its window made the map smaller."""
    op: Any = layer.op
    if not op.bias:
        return 0
    size = layer.input_shapes[0][1:]
    windows = op.windows(layer.input_shapes)
    steps = (window.steps(length) for window, length in zip(windows, size, strict=True))
    return int(op.out_channels // op.groups * prod(steps))


def resized(layer: Layer) -> int:
    """The input of an enlargement by a factor; of one to a size, the places of the output."""
    op: Any = layer.op
    return positions(layer) if op.factor is None else inputs(layer)


def states(layer: Layer) -> int:
    """Values of the state of a recurrent layer, in all its steps and directions."""
    op: Any = layer.op
    return int(op.states)


def biased_states(layer: Layer) -> int:
    """The same where biases are added to what makes them."""
    return states(layer) if "bias" in layer.op.parameters(layer.input_shapes) else 0


def per_step(layer: Layer) -> int:
    """All that a recurrent layer learns, once for each step of each example."""
    op: Any = layer.op
    return int(parameters(layer) * op.runs)


def over(axes: int, measure: Measure) -> Measure:
    """The quantity where the output has so many spatial axes, else nothing."""
    return lambda layer: measure(layer) if len(layer.output_shape) == axes + 1 else 0


def by(mode: str, measure: Measure) -> Measure:
    """The quantity where values are made in this mode, else nothing."""
    return lambda layer: measure(layer) if getattr(layer.op, "mode", None) == mode else 0
