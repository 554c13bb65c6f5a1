"""Element-wise functions on arrays. Each writes to `out`, which may be its input."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnncalc.engine.base import PLACE, WHOLE, Array, kernel, per_channel
from cnncalc.engine.blocks import channel_blocks, in_threads
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


@kernel(Relu, reads=PLACE)
def relu(_op: Any, x: Array, *, out: Array | None = None) -> Array:
    """`max(x, 0)`."""
    y, zero = np.empty_like(x) if out is None else out, x.dtype.type(0)

    def rectify(run: slice) -> None:
        np.maximum(x[:, run], zero, out=y[:, run])

    in_threads(rectify, channel_blocks(x))
    return y


@kernel(Relu6, reads=PLACE)
def relu6(_op: Any, x: Array, *, out: Array | None = None) -> Array:
    """`min(max(x, 0), 6)`."""
    return np.clip(x, 0, 6, out=out)


def _softmax_reads(op: Any, place: int, axes: int) -> str:
    if op.axis in {"channels", "groups"}:
        return PLACE
    return WHOLE if axis_of(op.axis, axes + 2) == place + 2 else PLACE


@kernel(Softmax, reads=_softmax_reads)
def softmax(op: Any, x: Array) -> Array:
    """`exp(x) / sum(exp(x))` over an axis, the largest taken off first."""
    if op.groups > 1:
        over = 1 if op.axis == "groups" else 2
        parts = x.reshape(len(x), op.groups, x.shape[1] // op.groups, *x.shape[2:])
        return _shares(parts, over).reshape(x.shape)
    return _shares(x, axis_of(op.axis, x.ndim))


def _shares(x: Array, axis: int) -> Array:
    y: Array = np.exp(x - x.max(axis=axis, keepdims=True))
    y /= y.sum(axis=axis, keepdims=True)
    return y


@kernel(PRelu, reads=PLACE)
def prelu(op: Any, x: Array, weight: Array, *, out: Array | None = None) -> Array:
    """`x` above 0, below it times one slope, or times that of its channel."""
    slopes = np.broadcast_to(weight, x.shape[1:2]) if op.num_parameters == 1 else weight
    below = np.minimum(x, 0) * per_channel(slopes, x)
    y = np.maximum(x, x.dtype.type(0), out=out)
    y += below
    return y


@kernel(Dropout, Identity, reads=PLACE)
def dropout(_op: Any, x: Array) -> Array:
    """Its input: nothing is done to it at inference."""
    return x


@kernel(Scale, reads=PLACE)
def scale(_op: Any, x: Array, weight: Array, *, out: Array | None = None) -> Array:
    """Every channel times its factor."""
    return np.multiply(x, per_channel(weight, x), out=out)


def logistic(x: Array) -> Array:
    """`1 / (1 + exp(-x))` without an overflow: the exponent is never above 0."""
    small = np.exp(-np.abs(x))
    y: Array = np.where(x >= 0, 1, small) / (1 + small)
    return y


def softplus(x: Array) -> Array:
    """`log(1 + exp(x))` without an overflow."""
    y: Array = np.logaddexp(x, x.dtype.type(0))
    return y


def erf(x: Array) -> Array:
    """The error function, value by value: NumPy has none."""
    return np.fromiter(map(math.erf, x.ravel().tolist()), x.dtype, x.size).reshape(x.shape)


FUNCTIONS: Mapping[type[Op], Callable[[Any, Array], Array]] = {
    Elu: lambda op, v: np.where(v > 0, v, op.alpha * np.expm1(np.minimum(v, 0))),
    Gelu: lambda _, v: v * (1 + erf(v / math.sqrt(2))) / 2,
    HardSigmoid: lambda _, v: np.clip(v + 3, 0, 6) / 6,
    HardSwish: lambda _, v: v * np.clip(v + 3, 0, 6) / 6,
    HardTanh: lambda op, v: np.clip(v, op.min_val, op.max_val),
    LeakyRelu: lambda op, v: np.where(v > 0, v, op.slope * v),
    Mish: lambda _, v: v * np.tanh(softplus(v)),
    Sigmoid: lambda _, v: logistic(v),
    Silu: lambda _, v: v * logistic(v),
    Softplus: lambda op, v: softplus(v * op.beta) / op.beta,
    Tanh: lambda _, v: np.tanh(v),
    Times: lambda op, v: v * op.factor,
}
"""What becomes of each value."""


@kernel(*FUNCTIONS, reads=PLACE)
def by_value(op: Any, x: Array, *, out: Array | None = None) -> Array:
    """A function of each value, a run of channels at a time: its terms stay in the cache."""
    function, y = FUNCTIONS[type(op)], np.empty_like(x) if out is None else out

    def apply(run: slice) -> None:
        y[:, run] = function(op, x[:, run])

    in_threads(apply, channel_blocks(x))
    return y
