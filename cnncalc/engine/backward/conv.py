"""Convolutions, backwards: tap by tap, each a matrix product over channels and places.

Source: Dumoulin & Visin 2016, "A guide to convolution arithmetic", §4: the gradient of a
convolution's input is a transposed convolution, and the reverse.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnncalc.engine.backward.base import Gradients, Kept, Tensors, backward, over_channels, to
from cnncalc.engine.backward.window import under, unpadded
from cnncalc.engine.base import Array, Index
from cnncalc.engine.conv import cropping, groups_of, multiplied, scattered
from cnncalc.engine.window import borders, padded
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv


@backward(Conv, DepthwiseConv)
def conv(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """Each input: the weights under which it lay, times the gradients of those outputs.

    Each weight: the inputs that it multiplied, times the gradients of those outputs.
    """
    x, around, groups = kept.x, borders(op, kept.x), groups_of(op, kept.x)
    weight = multiplied(op, tensors["weight"], tensors.get("gain"))
    n, out = len(gradient), gradient.shape[2:]
    # Channels stand before examples, so that one product has the places of all of these.
    made = gradient.swapaxes(0, 1).reshape(groups, weight.shape[0] // groups, -1)
    parted = weight.reshape(*made.shape[:2], weight.shape[1], -1)
    taps = np.ascontiguousarray(np.moveaxis(parted, -1, 0))
    whole = padded(x, around).swapaxes(0, 1)
    back, learned = np.zeros(whole.shape, x.dtype), np.empty_like(taps)
    for place, tap in enumerate(np.ndindex(*op.kernel_size)):
        where = under(op, tap, out)
        read = whole[where].reshape(groups, weight.shape[1], -1)
        np.matmul(made, read.swapaxes(-1, -2), out=learned[place])
        spread = np.matmul(taps[place].swapaxes(-1, -2), made)
        back[where] += spread.reshape(-1, n, *out)
    found = _of_weights(op, np.moveaxis(learned, 0, -1).reshape(weight.shape), tensors)
    if op.bias:
        found["bias"] = over_channels(gradient)
    return to(unpadded(back.swapaxes(0, 1), around), **found)


@backward(TransposedConv)
def upconv(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """Each input: its weights times the gradients of the outputs that it was added to."""
    x, weight = kept.x, tensors["weight"]
    n, c, *size = x.shape
    reached = np.zeros((*gradient.shape[:2], *scattered(op, x)), x.dtype)
    reached[cropping(op, x, reached.shape[2:])] = gradient
    parted = weight.reshape(op.groups, c // op.groups, *weight.shape[1:])
    given = x.reshape(n, op.groups, c // op.groups, -1)
    back, learned = np.zeros_like(given), np.zeros_like(parted)
    for tap in np.ndindex(*op.kernel_size):
        made = reached[_falls(op, tap, size)].reshape(n, op.groups, parted.shape[2], -1)
        back += np.matmul(parted[(..., *tap)], made)
        learned[(..., *tap)] = np.matmul(given, made.swapaxes(-1, -2)).sum(axis=0)
    found = {"weight": learned.reshape(weight.shape)}
    if op.bias:
        found["bias"] = over_channels(gradient)
    return to(back.reshape(x.shape), **found)


def _falls(op: Any, tap: tuple[int, ...], size: list[int]) -> Index:
    """The cells that a tap of every input falls on."""

    def along() -> Iterator[slice]:
        for step, dilation, many, stride in zip(tap, op.dilation, size, op.stride, strict=True):
            yield slice(step * dilation, step * dilation + many * stride, stride)

    return (..., *along())


def _of_weights(op: Any, learned: Array, tensors: Tensors) -> dict[str, Array]:
    """The gradient of the weights as they are kept, where those that multiply are standardized."""
    if not getattr(op, "standardized", False):
        return {"weight": learned}
    weight = tensors["weight"]
    flat = weight.reshape(len(weight), -1)
    spread = np.sqrt(flat.var(axis=1, keepdims=True) + flat.dtype.type(op.eps))
    standard = (flat - flat.mean(axis=1, keepdims=True)) / spread
    inner, found = learned.reshape(flat.shape), {}
    if op.gain:
        root = flat.dtype.type(flat.shape[1] ** 0.5)
        found["gain"] = (inner * standard).sum(axis=1) / root
        inner = inner * tensors["gain"][:, None] / root
    apart = inner - inner.mean(axis=1, keepdims=True)
    apart -= standard * (inner * standard).mean(axis=1, keepdims=True)
    return {"weight": (apart / spread).reshape(weight.shape), **found}
