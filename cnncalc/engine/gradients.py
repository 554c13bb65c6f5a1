"""How large the gradients of a network are, layer by layer, before any training."""

from collections.abc import Mapping
from math import isfinite, sqrt

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.engine.execute import LayerError
from cnncalc.engine.loss import Loss, loss_of
from cnncalc.engine.training import backward, forward
from cnncalc.engine.weights import Tensors, initial_inputs, initial_weights
from cnncalc.graph import Graph, Layer
from cnncalc.records import Record

DTYPE = "float64"
"""Gradients that vanish would be 0 in a smaller type."""


class Asked(Record):
    """How gradients are asked for.

    Attributes:
        loss: a word of `LOSSES`.
        seed: what weights, inputs and classes are drawn from.
        batch: examples.
        initialisation: a word of `INITIALISATIONS`.
    """

    loss: str = "cross-entropy"
    seed: int = 0
    batch: int = 4
    initialisation: str = "he"


class LayerGradient(Record):
    """The gradients of one layer.

    Attributes:
        layer: the layer.
        weights: values that are trained and that it holds; none where another layer's are used.
        of_weights: the Euclidean norm of the gradient with respect to these; None without any.
        of_output: that of the gradient with respect to its output, of all examples.
        is_weighty: whether it multiplies: a tensor of it has two axes or more.
    """

    layer: Layer
    weights: int
    of_weights: float | None
    of_output: float | None
    is_weighty: bool

    @property
    def usual(self) -> float | None:
        """The root mean square of the gradient with respect to one weight."""
        return None if self.of_weights is None else self.of_weights / sqrt(self.weights)


class NetworkGradients(Record):
    """The gradients of a network.

    Attributes:
        graph: the network.
        asked: how they were asked for.
        loss: the value of the loss.
        layers: every layer, in execution order.
    """

    graph: Graph
    asked: Asked
    loss: float
    layers: tuple[LayerGradient, ...]

    @property
    def weighty(self) -> tuple[LayerGradient, ...]:
        """The layers that multiply, and of whose weights there is a gradient."""
        return tuple(one for one in self.layers if one.is_weighty and one.of_weights is not None)

    @property
    def ratio(self) -> float | None:
        """The gradient of a usual weight of the first such layer by that of the last."""
        several = self.weighty
        if len(several) < 2:
            return None
        first, last = several[0].usual, several[-1].usual
        return first / last if first is not None and last else None


def gradients(graph: Graph, asked: Asked) -> NetworkGradients:
    """Draw weights, run one training step forward and backward, and measure every gradient.

    Raises:
        LayerError: the arrays that reach a layer do not suit it, or gradients have no finite norm.
    """
    tensors = initial_weights(graph, asked.seed, DTYPE, asked.initialisation)
    inputs = initial_inputs(graph, asked.seed, DTYPE, asked.batch)
    norms: dict[str, float] = {}

    def note(layer: Layer, gradient: Array) -> None:
        norms[layer.name] = _norm(gradient)

    with np.errstate(all="ignore"):  # what comes of it is looked at
        run = forward(graph, tensors, inputs, asked.seed)
        loss: Loss = loss_of(graph, run.outputs, asked.loss, asked.seed)
        back = backward(graph, tensors, run.kept, loss.gradients, noting=note)
        every = [_measured(layer, tensors, back.tensors, norms) for layer in graph.layers]
    for one in reversed(every):  # the way that gradients come
        if not isfinite(one.of_output or 0.0) or not isfinite(one.of_weights or 0.0):
            raise LayerError(one.layer.name, "its gradient has NaN or infinity")
    return NetworkGradients(graph, asked, loss.value, tuple(every))


def _measured(
    layer: Layer,
    tensors: Tensors,
    learned: Mapping[str, Mapping[str, Array]],
    norms: Mapping[str, float],
) -> LayerGradient:
    own = {} if layer.shares else learned.get(layer.name, {})
    held = {} if layer.shares else tensors.get(layer.name, {})
    return LayerGradient(
        layer=layer,
        weights=sum(one.size for one in own.values()),
        of_weights=sqrt(sum(_norm(one) ** 2 for one in own.values())) if own else None,
        of_output=norms.get(layer.name),
        is_weighty=any(one.ndim > 1 for one in held.values()),
    )


def _norm(values: Array) -> float:
    """The Euclidean norm, scaled so that squares of small values are not lost."""
    largest = float(np.abs(values).max(initial=0.0))
    if not largest or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.square(values / largest).sum()))
