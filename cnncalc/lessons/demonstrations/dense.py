"""The dense layer that gives the same output: its matrix, found by running the layer."""

from math import prod

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.engine.weights import Tensors, initial_inputs, initial_weights
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.bounds import RefusedError, check_effort
from cnncalc.lessons.demonstrations.base import (
    Demonstration,
    alone,
    only_input,
    outputs_of,
    subject_of,
)

MOST_NUMBERS = 1 << 24
"""Numbers of a matrix that is made: a 5x5 convolution of 3x32x32 to 6x28x28 takes 14,450,688."""

SAME = 1e-9
"""A difference below this part of the largest output is one of rounding."""

SHIFTS = ("bias", "running_mean", "qkv_bias")
"""Tensors that add the same whatever the input is."""


def dense_equivalent(graph: Graph, seed: int) -> Demonstration:
    """The matrix of a network, one column for each input, and how far its output differs.

    Raises:
        RefusedError: the matrix would be too large, or there are several inputs.
    """
    name, shape = only_input(graph)
    taken, given = prod(shape), prod(graph.layers[-1].output_shape)
    if taken * given > MOST_NUMBERS:
        raise RefusedError(
            f"the matrix would have {given:,} x {taken:,} = {given * taken:,} numbers, at most "
            f"{MOST_NUMBERS:,} are made: give a smaller input"
        )
    check_effort(graph, taken, "the matrix")
    tensors = initial_weights(graph, seed, "float64")
    matrix = matrix_of(graph, tensors)
    inputs = initial_inputs(graph, seed, "float64")
    made = outputs_of(graph, tensors, inputs).ravel()
    offset = outputs_of(graph, tensors, {name: np.zeros((1, *shape))}).ravel()
    apart = float(np.abs(matrix @ inputs[name].ravel() + offset - made).max())
    largest = float(np.abs(made).max()) or 1.0
    return _told(graph, matrix, apart, largest)


def matrix_of(graph: Graph, tensors: Tensors) -> Array:
    """What each input alone gives, `outputs inputs`, without what is added whatever it is."""
    name, shape = only_input(graph)
    plain = {
        layer: {
            key: np.zeros_like(tensor) if key in SHIFTS else tensor for key, tensor in own.items()
        }
        for layer, own in tensors.items()
    }
    taken = prod(shape)
    nothing = outputs_of(graph, plain, {name: np.zeros((1, *shape))}).ravel()
    matrix = np.empty((len(nothing), taken))
    for start in range(0, taken, 512):
        units = np.zeros((min(512, taken - start), taken))
        units[np.arange(len(units)), start + np.arange(len(units))] = 1
        made = outputs_of(graph, plain, {name: units.reshape(len(units), *shape)})
        matrix[:, start : start + len(units)] = (made.reshape(len(units), -1) - nothing).T
    return matrix


def _told(graph: Graph, matrix: Array, apart: float, largest: float) -> Demonstration:
    rows, columns = matrix.shape
    in_row = np.count_nonzero(matrix, axis=1)
    filled = int(in_row.sum())
    distinct = len(np.unique(matrix[matrix != 0]))
    is_same = apart <= SAME * largest
    parameters = sum(prod(one) for layer in graph.layers for one in layer.parameters.values())
    each = (
        f"{in_row.min():,} to {in_row.max():,}"
        if in_row.min() < in_row.max()
        else f"{in_row[0]:,}"
    )
    numbers: dict[str, object] = {
        "rows": rows,
        "columns": columns,
        "numbers": matrix.size,
        "nonzeros": filled,
        "distinct_values": distinct,
        "largest_in_row": int(in_row.max()),
        "parameters": parameters,
        "largest_difference": apart,
        "largest_output": largest,
        "is_same": is_same,
    }
    size = f"{rows:,} rows (outputs) x {columns:,} columns (inputs) = {matrix.size:,} weights"
    if is_same:
        says = [
            f"a dense layer in its place has {size}; the layer has {parameters:,} parameters",
            f"weights that are not 0: {filled:,} ({filled / matrix.size:.3%}), {each} in a row",
            f"distinct values among them: {distinct:,}; what is shared stands in many rows",
            (
                f"on a random input the outputs are the same but for rounding: they differ by "
                f"less than {SAME:g} of the largest, {largest:.3g}"
            ),
        ]
    else:
        bends = next((one for one in graph.layers if not is_linear(one)), graph.layers[-1])
        says = [
            f"no dense layer gives the same: `{bends.name}` ({bends.op.name}) is not linear",
            (
                f"one made of what each input alone gives has {size}; on a random input its "
                f"outputs are off by up to {apart:.3g}, the largest being {largest:.3g}"
            ),
        ]
    return Demonstration("dense-equivalent", subject_of(graph), tuple(says), numbers)


def is_linear(layer: Layer) -> bool:
    """Whether -2 times the input gives -2 times the output, without what is always added."""
    graph = alone(layer)
    tensors = initial_weights(graph, 0, "float64")
    x = initial_inputs(graph, 0, "float64")
    none, once, back = (
        outputs_of(graph, tensors, {name: times * one for name, one in x.items()})
        for times in (0, 1, -2)
    )
    largest = float(np.abs(back).max()) or 1.0
    return bool(np.abs(back + 2 * once - 3 * none).max() <= SAME * largest)
