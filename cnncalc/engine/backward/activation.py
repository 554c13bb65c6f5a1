"""Element-wise functions, backwards: by what each value was, or by what it became."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnncalc.engine.activation import erf, logistic, softplus
from cnncalc.engine.backward.base import (
    Gradients,
    Kept,
    Made,
    Tensors,
    backward,
    over_channels,
    to,
    trained,
)
from cnncalc.engine.base import Array, per_channel
from cnncalc.engine.merge import axis_of
from cnncalc.ops import Op
from cnncalc.ops.activation import (
    Dropout,
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    HardTanh,
    Identity,
    LeakyRelu,
    Mish,
    PRelu,
    Relu,
    Relu6,
    Scale,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
    Times,
)


def _silu(v: Array) -> Array:
    gate = logistic(v)
    return gate * (1 + v * (1 - gate))


def _mish(v: Array) -> Array:
    bent = np.tanh(softplus(v))
    slope: Array = bent + v * (1 - bent**2) * logistic(v)
    return slope


def _gelu(v: Array) -> Array:
    slope: Array = (1 + erf(v / math.sqrt(2))) / 2
    slope += v * np.exp(-(v**2) / 2) / math.sqrt(2 * math.pi)
    return slope


OF_INPUT: Mapping[type[Op], Callable[[Any, Array], Array]] = {
    Gelu: lambda _, v: _gelu(v),
    HardSwish: lambda _, v: np.where(v <= -3, 0, np.where(v >= 3, 1, (2 * v + 3) / 6)),
    Mish: lambda _, v: _mish(v),
    Silu: lambda _, v: _silu(v),
}
"""The slope at each value that went in."""

OF_OUTPUT: Mapping[type[Op], Callable[[Any, Array], Any]] = {
    Elu: lambda op, y: np.where(y > 0, 1, y + op.alpha),
    HardSigmoid: lambda _, y: ((y > 0) & (y < 1)) / 6,
    HardTanh: lambda op, y: (y > op.min_val) & (y < op.max_val),
    LeakyRelu: lambda op, y: np.where(y > 0, 1, op.slope),
    Relu: lambda _, y: y > 0,
    Relu6: lambda _, y: (y > 0) & (y < 6),
    Sigmoid: lambda _, y: y * (1 - y),
    Softplus: lambda op, y: -np.expm1(-op.beta * y),
    Tanh: lambda _, y: 1 - y**2,
}
"""The slope, found from what came out."""


@backward(*OF_INPUT)
def by_input(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The gradient times the slope."""
    return to(gradient * OF_INPUT[type(op)](op, kept.x).astype(gradient.dtype, copy=False))


@backward(*OF_OUTPUT)
def by_output(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The gradient times the slope; at a bend that of the flatter side."""
    return to(gradient * OF_OUTPUT[type(op)](op, kept.output).astype(gradient.dtype, copy=False))


@backward(Softmax)
def softmax(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """`y * (g - sum(g * y))` over the axis whose sum is 1.

    Source: Goodfellow et al. 2016, "Deep Learning", §6.2.2.3.
    """
    y = kept.output
    if op.groups > 1:
        over = 1 if op.axis == "groups" else 2
        shape = (len(y), op.groups, y.shape[1] // op.groups, *y.shape[2:])
        back = shares_back(gradient.reshape(shape), y.reshape(shape), over)
        return to(back.reshape(y.shape))
    return to(shares_back(gradient, y, axis_of(op.axis, y.ndim)))


def shares_back(gradient: Array, y: Array, axis: int) -> Array:
    """The gradient of what a softmax along an axis was taken of."""
    back: Array = y * (gradient - (gradient * y).sum(axis=axis, keepdims=True))
    return back


@backward(PRelu)
def prelu(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """Below 0 the slope; each slope gets what was below 0."""
    x, weight = kept.x, tensors["weight"]
    slopes = np.broadcast_to(weight, x.shape[1:2]) if op.num_parameters == 1 else weight
    below = over_channels(gradient * np.minimum(x, 0))
    learned = below.sum(keepdims=True) if op.num_parameters == 1 else below
    return to(gradient * np.where(x > 0, 1, per_channel(slopes, x)), weight=learned)


@trained(Dropout)
def drop(op: Any, x: Array, *, random: np.random.Generator) -> Made:
    """Each value zero with probability `p`, the others over `1 - p`; a byte says which.

    Source: Srivastava et al. 2014, §10, inverted dropout; PyTorch `nn.Dropout`.
    """
    mask = (random.random(x.shape) >= op.p).astype(np.uint8)
    return Made(x * mask * x.dtype.type(_raised(op)), mask)


@backward(Dropout)
def dropout(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """What was kept gets the gradient, as much larger as the value was."""
    return to(gradient * kept.mask * gradient.dtype.type(_raised(op)))


def _raised(op: Any) -> float:
    return 1 / (1 - op.p) if op.p < 1 else 0.0


@backward(Identity)
def identity(_op: Any, gradient: Array, _kept: Kept, _tensors: Tensors) -> Gradients:
    """The gradient as it is."""
    return to(gradient)


@backward(Times)
def times(op: Any, gradient: Array, _kept: Kept, _tensors: Tensors) -> Gradients:
    """The gradient times the constant."""
    return to(gradient * gradient.dtype.type(op.factor))


@backward(Scale)
def scale(_op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """The gradient times each channel's factor."""
    weight = tensors["weight"]
    return to(gradient * per_channel(weight, kept.x), weight=over_channels(gradient * kept.x))
