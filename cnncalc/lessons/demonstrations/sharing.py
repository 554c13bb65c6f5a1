"""What sharing saves: the same layers with weights of their own at each place, and dense ones."""

from math import prod

import numpy as np

from cnncalc.analysis.costs import cost
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.bounds import MOST_EFFORT, RefusedError, effort_of
from cnncalc.lessons.demonstrations.base import (
    Demonstration,
    Figures,
    alone,
    outputs_of,
    some_of,
    subject_of,
)
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear

KINDS = (Conv, DepthwiseConv, TransposedConv, Linear)
HEADINGS = ("layer", "parameters", "locally connected", "dense", "outputs of a weight")


def sharing(graph: Graph, seed: int) -> Demonstration:
    """The parameters of each convolution, locally connected and dense; what one weight moves.

    Raises:
        RefusedError: no layer has weights that could be shared.
    """
    layers = [layer for layer in graph.layers if isinstance(layer.op, KINDS) and layer.inputs]
    if not layers:
        raise RefusedError("no convolution or dense layer has weights here: nothing can be shared")
    sums = [_parameters(layer) for layer in layers]
    own, local, dense = (sum(each) for each in zip(*sums, strict=True))
    told = some_of(layers)
    left = MOST_EFFORT
    rows: list[tuple[str | int | None, ...]] = []
    for layer in told:
        part = alone(layer)
        left -= 2 * effort_of(part)
        moved = _moved(part, seed) if left >= 0 else None
        rows.append((layer.name, *_parameters(layer), moved))
    says = [
        (
            f"{own:,} parameters as they are shared, {local:,} with weights of their own for each "
            f"window (locally connected), {dense:,} in dense layers of the same sizes"
        ),
        f"sharing saves a factor of {local / own:,.1f}, with the windows {dense / own:,.1f}",
    ]
    if rows[0][-1] is not None:
        says.append(
            f"one weight of {layers[0].name} was moved: {rows[0][-1]:,} of "
            f"{prod(layers[0].output_shape):,} outputs moved with it"
        )
    if len(told) < len(layers):
        says.append(f"{len(told)} of {len(layers)} layers are told")
    numbers = {"parameters": own, "locally_connected": local, "dense": dense}
    figures = Figures(HEADINGS, tuple(rows))
    return Demonstration("sharing", subject_of(graph), tuple(says), numbers, figures)


def _parameters(layer: Layer) -> tuple[int, int, int]:
    """As it is, locally connected, and dense; each with a bias where the layer has one."""
    inputs, outputs = prod(layer.input_shapes[0]), prod(layer.output_shape)
    own = sum(map(prod, layer.op.parameters(layer.input_shapes).values()))
    biases = outputs if layer.op.has_bias else 0
    taps = cost(layer.op, layer.input_shapes, layer.output_shape).macs
    return own, taps + biases, inputs * outputs + biases


def _moved(graph: Graph, seed: int) -> int:
    """How many outputs move with one weight: that in the middle of the first channel's kernel."""
    [layer] = graph.layers
    tensors = {name: dict(own) for name, own in initial_weights(graph, seed, "float64").items()}
    inputs = initial_inputs(graph, seed, "float64")
    before = outputs_of(graph, tensors, inputs)
    weight = tensors[layer.name]["weight"].copy()
    weight[(0, 0, *(n // 2 for n in weight.shape[2:]))] += 1
    tensors[layer.name]["weight"] = weight
    return int(np.count_nonzero(outputs_of(graph, tensors, inputs) != before))
