"""Losses: one number of all outputs of a network, and its gradient with respect to each."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.graph import Graph
from cnncalc.ops.activation import Softmax

LOSSES: Mapping[str, str] = {
    "cross-entropy": "the mean of -log of the probability of classes that are drawn",
    "sum": "the sum of all outputs",
}
"""The losses by their names."""


class Loss(NamedTuple):
    """A loss and its gradient.

    Attributes:
        value: the loss.
        gradients: with respect to each output of the network, by its name.
    """

    value: float
    gradients: Mapping[str, Array]


def loss_of(graph: Graph, outputs: Mapping[str, Array], kind: str, seed: int) -> Loss:
    """The loss of a network's outputs; of several outputs the sum.

    Cross-entropy draws a class for each example and place, takes the softmax over the channels,
    and the mean over all of these; of an output that is a softmax already it takes the logarithm.

    Source: Goodfellow et al. 2016, "Deep Learning", §6.2.2.3.
    """
    total, gradients = 0.0, {}
    random = np.random.default_rng([seed, 4])
    ops = {layer.name: layer.op for layer in graph.layers}
    for name, output in outputs.items():
        if kind == "sum":
            value, gradient = float(output.sum()), np.ones_like(output)
        else:
            is_softmax = isinstance(ops.get(graph.outputs[name]), Softmax)
            value, gradient = _cross_entropy(output, random, is_softmax=is_softmax)
        total += value
        gradients[name] = gradient
    return Loss(total, gradients)


def _cross_entropy(
    output: Array, random: np.random.Generator, *, is_softmax: bool
) -> tuple[float, Array]:
    """The loss of one output `N C *size`, and its gradient."""
    n, channels, *size = output.shape
    classes = random.integers(channels, size=(n, 1, *size))
    drawn = np.zeros_like(output)
    np.put_along_axis(drawn, classes, 1, axis=1)
    count = drawn.dtype.type(drawn.size // channels)
    if is_softmax:
        chosen = np.take_along_axis(output, classes, axis=1)
        with np.errstate(divide="ignore"):
            return float(-np.log(chosen).sum() / count), -drawn / chosen / count
    shifted = output - output.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    value = float(-np.take_along_axis(logarithms, classes, axis=1).sum() / count)
    return value, (np.exp(logarithms) - drawn) / count
