"""Normalisation, backwards: means and variances are found again from the input that is kept."""

from typing import Any

import numpy as np

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
from cnncalc.engine.norm import neighbouring, standardised
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


def _batch_axes(x: Array) -> tuple[int, ...]:
    return (0, *range(2, x.ndim))


@trained(BatchNorm)
def bn(op: Any, x: Array, **tensors: Array) -> Made:
    """Each channel by its mean and variance over the batch and all places.

    The variance divides by the number of values, not one less. Running means and variances are
    neither read nor moved.

    Source: Ioffe & Szegedy 2015, algorithm 1; PyTorch `nn.BatchNorm2d` in training.
    """
    y = standardised(x, _batch_axes(x), op.eps)
    if op.affine:
        y = y * per_channel(tensors["weight"], x) + per_channel(tensors["bias"], x)
    return Made(y)


@backward(BatchNorm)
def bn_back(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """Through the values, and through the mean and the variance that all of them share.

    Source: Ioffe & Szegedy 2015, §3, the equations after algorithm 1.
    """
    return _standardised_back(
        op, gradient, kept, tensors, over=(_batch_axes(kept.x), kept.x.shape)
    )


@backward(InstanceNorm)
def instance_norm(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """As batch normalisation, the mean and variance being those of each channel's map."""
    axes = tuple(range(2, kept.x.ndim))
    return _standardised_back(op, gradient, kept, tensors, over=(axes, kept.x.shape))


@backward(LayerNorm)
def layer_norm(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """The same, of the channels at each position."""
    return _standardised_back(op, gradient, kept, tensors, over=((1,), kept.x.shape))


@backward(GroupNorm)
def group_norm(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """The same, of each group of channels."""
    shape = (len(kept.x), op.groups, kept.x.size // len(kept.x) // op.groups)
    return _standardised_back(op, gradient, kept, tensors, over=((2,), shape))


def _standardised_back(
    op: Any,
    gradient: Array,
    kept: Kept,
    tensors: Tensors,
    *,
    over: tuple[tuple[int, ...], tuple[int, ...]],
) -> Gradients:
    """Back through `standardised` and the affine map after it.

    `over` are the axes whose mean and variance are taken, and the shape that has them.
    """
    axes, shape = over
    found: dict[str, Array] = {}
    inner = gradient
    x = kept.x.reshape(shape)
    y = standardised(x, axes, op.eps)
    if op.affine:
        found["weight"] = over_channels(gradient * y.reshape(gradient.shape))
        if getattr(op, "bias", True):
            found["bias"] = over_channels(gradient)
        inner = gradient * per_channel(tensors["weight"], gradient)
    inner = inner.reshape(shape)
    spread = np.sqrt(x.var(axis=axes, keepdims=True) + x.dtype.type(op.eps))
    apart = inner - inner.mean(axis=axes, keepdims=True)
    apart -= y * (inner * y).mean(axis=axes, keepdims=True)
    return to((apart / spread).reshape(gradient.shape), **found)


@backward(RmsNorm)
def rms_norm(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """As of a layer norm without its mean. Source: Zhang & Sennrich 2019, §4.1."""
    x = kept.x
    root = np.sqrt(np.square(x).mean(axis=1, keepdims=True) + x.dtype.type(op.eps))
    y = x / root
    found = {"weight": over_channels(gradient * y)} if op.affine else {}
    inner = gradient * per_channel(tensors["weight"], x) if op.affine else gradient
    return to((inner - y * (inner * y).mean(axis=1, keepdims=True)) / root, **found)


@backward(L2Norm)
def l2_norm(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Across the channels' direction, by their length; below `eps` the length is a constant."""
    x = kept.x
    length = np.sqrt(np.square(x).sum(axis=1, keepdims=True))
    divisor = np.maximum(length, x.dtype.type(op.eps))
    y = x / divisor
    along = y * (gradient * y).sum(axis=1, keepdims=True) * (length > op.eps)
    return to((gradient - along) / divisor)


@backward(ResponseNorm)
def grn(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """Through the values, through each channel's length, and through the mean length of all."""
    x = kept.x
    axes = tuple(range(2, x.ndim))
    weight = per_channel(tensors["weight"], x)
    length = np.sqrt(np.square(x).sum(axis=axes, keepdims=True))
    mean = length.mean(axis=1, keepdims=True) + x.dtype.type(op.eps)
    share = length / mean
    of_share = (gradient * weight * x).sum(axis=axes, keepdims=True)
    of_mean = -(of_share * share).sum(axis=1, keepdims=True) / mean
    of_length = of_share / mean + of_mean / x.shape[1]
    direction = x / np.where(length > 0, length, 1)
    back = gradient * (1 + weight * share) + of_length * direction
    found = {"weight": over_channels(gradient * x * share), "bias": over_channels(gradient)}
    return to(back, **found)


@backward(LocalResponseNorm)
def lrn(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Through each value, and through the sums of squares of all neighbours that it is in.

    Source: Krizhevsky et al. 2012, §3.3, differentiated; cuDNN's backward pass of the layer reads
    input and output as well.
    """
    x, y = kept.x, kept.output
    before, after = op.size // 2, (op.size - 1) // 2
    total = op.k + op.alpha / op.size * neighbouring(np.square(x), before, after)
    # A value is among the neighbours of those for which it stands on the other side.
    shared = neighbouring(gradient * y / total, after, before)
    return to(gradient * total**-op.beta - 2 * op.alpha * op.beta / op.size * x * shared)
