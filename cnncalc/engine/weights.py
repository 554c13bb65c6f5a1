"""Weights for a network that has none: seeded, made from the shapes that its ops declare."""

from collections.abc import Mapping
from math import prod, sqrt
from typing import Any

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.graph import Graph, Layer
from cnncalc.ops.conv import DepthwiseConv, TransposedConv
from cnncalc.ops.values import Shape, Value

Tensors = Mapping[str, Mapping[str, Array]]
"""For each layer's name its parameters and buffers by their names."""


def declared(layer: Layer) -> dict[str, Shape]:
    """The shapes of a layer's parameters and buffers."""
    return layer.op.tensor_shapes(layer.input_shapes)


def unstated(graph: Graph) -> Layer | None:
    """The first layer that works with tensors whose values the spec does not state."""
    return next(
        (one for one in graph.layers if declared(one) and one.holder not in graph.weights), None
    )


INITIALISATIONS: Mapping[str, str] = {
    "he": "He et al. 2015: normal with variance 2 / fan in",
    "xavier": "Glorot & Bengio 2010: normal with variance 2 / (fan in + fan out)",
}
"""How weights of convolutions and dense layers may be drawn."""


def initial_weights(
    graph: Graph, seed: int = 0, dtype: str = "float32", initialisation: str = "he"
) -> Tensors:
    """Weights by He et al. for every layer; each layer draws from a stream of its own.

    Weights of convolutions and dense layers are normal with the variance `2 / fan in`, or as
    another of `INITIALISATIONS` says. Factors of
    normalisation lie around 1, biases and running means around 0, running variances from 1/2 to
    3/2, so that values keep their magnitude from layer to layer and no term is trivial. A layer
    whose values the spec states has these.

    Source: He et al. 2015, "Delving Deep into Rectifiers", §2.2; Glorot & Bengio 2010,
    "Understanding the difficulty of training deep feedforward neural networks", §4.2.1.
    """
    tensors: dict[str, dict[str, Array]] = {}
    for place, layer in enumerate(graph.layers):
        if layer.shares is not None:
            tensors[layer.name] = tensors[layer.shares]
            continue
        stated = graph.weights.get(layer.name)
        if stated is not None:
            tensors[layer.name] = filled(stated, declared(layer), dtype)
            continue
        random = np.random.default_rng([seed, place])
        tensors[layer.name] = {
            name: _drawn(random, layer, name, np.dtype(dtype)) for name in declared(layer)
        }
        if initialisation == "xavier":
            _as_xavier(layer, tensors[layer.name])
    return tensors


def filled(
    stated: Mapping[str, Value], shapes: Mapping[str, Shape], dtype: str
) -> dict[str, Array]:
    """The tensors of a layer whose values are stated, each in its whole shape."""
    return {
        name: np.broadcast_to(np.array(stated[name], dtype), shape).copy()
        for name, shape in shapes.items()
    }


def initial_inputs(
    graph: Graph, seed: int = 0, dtype: str = "float32", batch: int = 1
) -> dict[str, Array]:
    """Standard normal values for every input."""
    random = np.random.default_rng(seed)
    return {
        name: random.standard_normal((batch, *shape), np.dtype(dtype))
        for name, shape in graph.inputs.items()
    }


def _drawn(random: np.random.Generator, layer: Layer, name: str, dtype: Any) -> Array:
    shape = declared(layer)[name]
    if name == "running_var":
        return random.uniform(0.5, 1.5, shape).astype(dtype)
    values: Array = random.standard_normal(shape, np.dtype(dtype))
    if len(shape) > 1:
        values *= dtype.type(sqrt(2 / _fan_in(layer, shape)))
    else:
        values *= dtype.type(0.1)
        values += dtype.type(name in {"weight", "gain"})
    return values


def _as_xavier(layer: Layer, tensors: dict[str, Array]) -> None:
    """Draw weights of the variance `2 / fan in` together to `2 / (fan in + fan out)`."""
    for values in tensors.values():
        if values.ndim > 1:
            taken = _fan_in(layer, values.shape)
            given = _fan_out(layer, values.shape)
            np.multiply(values, values.dtype.type(sqrt(taken / (taken + given))), out=values)


def _fan_out(layer: Layer, shape: Shape) -> float:
    """The outputs that one input has a part in, at a stride of 1."""
    op = layer.op
    if isinstance(op, TransposedConv):
        return prod(shape[1:])
    if isinstance(op, DepthwiseConv):
        return op.multiplier * prod(shape[2:])
    groups = getattr(op, "groups", 1) if len(shape) > 2 else 1
    return shape[0] / groups * prod(shape[2:])


def _fan_in(layer: Layer, shape: Shape) -> float:
    """The products that are summed in one output."""
    op = layer.op
    if isinstance(op, TransposedConv):
        # Of the taps of each input an output meets one in every stride.
        return shape[0] / op.groups * prod(shape[2:]) / prod(op.stride)
    return prod(shape[1:])
