"""Normalisation on arrays."""

from typing import Any

import numpy as np

from cnncalc.engine.base import PLACE, WHOLE, Array, kernel, per_channel
from cnncalc.engine.blocks import channel_blocks, in_threads
from cnncalc.ops.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    L2Norm,
    LayerNorm,
    LocalResponseNorm,
    ResponseNorm,
    RmsNorm,
)


@kernel(BatchNorm, reads=PLACE)
def bn(  # noqa: PLR0913, PLR0917 - the tensors of ONNX BatchNormalization
    op: Any,
    x: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    *,
    out: Array | None = None,
) -> Array:
    """`(x - mean) / sqrt(variance + eps) * weight + bias`, as one factor and one term a channel.

    Source: Ioffe & Szegedy 2015, algorithm 2; ONNX operator BatchNormalization, opset 15.
    """
    factor = 1 / np.sqrt(running_var + x.dtype.type(op.eps))
    if op.affine:
        factor = factor * _given(weight)
    term = -running_mean * factor
    if op.affine:
        term = term + _given(bias)
    y = np.empty_like(x) if out is None else out

    def normalise(run: slice) -> None:
        np.multiply(x[:, run], per_channel(factor[run], x[:, run]), out=y[:, run])
        y[:, run] += per_channel(term[run], x[:, run])

    in_threads(normalise, channel_blocks(x))
    return y


@kernel(InstanceNorm, reads=WHOLE)
def instance_norm(
    op: Any, x: Array, weight: Array | None = None, bias: Array | None = None
) -> Array:
    """Every channel of every example by its own mean and variance.

    Source: Ulyanov et al. 2016; ONNX operator InstanceNormalization, opset 6.
    """
    return _affine(op, standardised(x, tuple(range(2, x.ndim)), op.eps), weight, bias)


@kernel(LayerNorm, reads=PLACE)
def layer_norm(op: Any, x: Array, weight: Array | None = None, bias: Array | None = None) -> Array:
    """The channels at every position by their own mean and variance.

    Source: Ba et al. 2016; ONNX operator LayerNormalization, opset 17.
    """
    return _affine(op, standardised(x, (1,), op.eps), weight, bias)


@kernel(RmsNorm, reads=PLACE)
def rms_norm(op: Any, x: Array, weight: Array | None = None) -> Array:
    """`x / sqrt(mean of the channels' squares + eps) * weight`.

    Source: Zhang & Sennrich 2019, §3; ONNX operator RMSNormalization, opset 23.
    """
    square = np.square(x).mean(axis=1, keepdims=True)
    y: Array = x / np.sqrt(square + x.dtype.type(op.eps))
    if op.affine:
        y *= per_channel(_given(weight), y)
    return y


@kernel(L2Norm, reads=PLACE)
def l2_norm(op: Any, x: Array) -> Array:
    """`x / max(length of the channels, eps)`. Source: PyTorch `F.normalize`."""
    length = np.sqrt(np.square(x).sum(axis=1, keepdims=True))
    y: Array = x / np.maximum(length, x.dtype.type(op.eps))
    return y


@kernel(ResponseNorm, reads=WHOLE)
def grn(op: Any, x: Array, weight: Array, bias: Array) -> Array:
    """`x + weight * x * n + bias`, `n` being the channel's length by the mean length of all.

    Source: Woo et al. 2023, §3.2, algorithm 1.
    """
    length = np.sqrt(np.square(x).sum(axis=tuple(range(2, x.ndim)), keepdims=True))
    length /= length.mean(axis=1, keepdims=True) + x.dtype.type(op.eps)
    y: Array = x * (1 + per_channel(weight, x) * length)
    y += per_channel(bias, x)
    return y


@kernel(GroupNorm, reads=WHOLE)
def group_norm(op: Any, x: Array, weight: Array | None = None, bias: Array | None = None) -> Array:
    """Every group of channels by its own mean and variance.

    Source: Wu & He 2018; ONNX operator GroupNormalization, opset 21.
    """
    groups = x.reshape(len(x), op.groups, -1)
    return _affine(op, standardised(groups, (2,), op.eps).reshape(x.shape), weight, bias)


@kernel(LocalResponseNorm, reads=PLACE)
def lrn(op: Any, x: Array) -> Array:
    """`x / (k + alpha/size * sum of the squares of size neighbouring channels) ** beta`.

    Of an even number of neighbours the odd one comes before, as in PyTorch.

    Source: Krizhevsky et al. 2012, §3.3; PyTorch `nn.LocalResponseNorm`.
    """
    y = neighbouring(np.square(x), op.size // 2, (op.size - 1) // 2)
    y *= op.alpha / op.size
    y += op.k
    np.power(y, -op.beta, out=y)
    y *= x
    return y


def neighbouring(values: Array, before: int, after: int) -> Array:
    """The sum of each channel with so many before and after it, as far as there are any."""
    n, c, *size = values.shape
    whole = np.zeros((n, before + c + after, *size), values.dtype)
    whole[:, before : before + c] = values
    total: Array = whole[:, :c].copy()
    for shift in range(1, before + after + 1):
        total += whole[:, shift : shift + c]
    return total


def standardised(x: Array, axes: tuple[int, ...], eps: float) -> Array:
    """`x` less its mean, by the root of its variance, over some axes."""
    y: Array = x - x.mean(axis=axes, keepdims=True)
    variance = np.square(y).mean(axis=axes, keepdims=True)
    y /= np.sqrt(variance + x.dtype.type(eps))
    return y


def _affine(op: Any, y: Array, weight: Array | None, bias: Array | None) -> Array:
    """`y` times a weight and plus a bias for each channel, when the op learns them."""
    if op.affine:
        y *= per_channel(_given(weight), y)
        if getattr(op, "bias", True):
            y += per_channel(_given(bias), y)
    return y


def _given(tensor: Array | None) -> Array:
    if tensor is None:
        raise ValueError("the weight or the bias of an affine normalisation is missing")
    return tensor
