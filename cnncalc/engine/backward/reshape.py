"""Ops that move, drop or repeat values: a gradient goes back to where each value came from."""

from typing import Any

import numpy as np

from cnncalc.engine.backward.base import Gradients, Kept, Tensors, backward, moved, to
from cnncalc.engine.base import KERNELS, Array
from cnncalc.engine.reshape import neighbours, wanted_lengths
from cnncalc.ops.reshape import (
    ChannelShuffle,
    Crop,
    Flatten,
    Pad,
    PixelShuffle,
    PixelUnshuffle,
    Slice,
    Upsample,
)


@backward(Flatten, Pad, Crop, Slice, PixelShuffle, PixelUnshuffle, ChannelShuffle)
def moved_back(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """What each value came from gets its gradient; padding comes from nothing."""
    return moved(KERNELS[type(op)], op, gradient, kept)


@backward(Upsample)
def upsample(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Of an interpolated value each of its two cells gets its share, one axis after the other."""
    if op.mode == "nearest":
        return moved(KERNELS[Upsample], op, gradient, kept)
    [(_, _, *lengths)] = kept.shapes
    for axis, (length, wanted) in enumerate(
        zip(lengths, wanted_lengths(op, lengths), strict=True), 2
    ):
        low, high, share = neighbours(length, wanted)
        weights = np.zeros((wanted, length), gradient.dtype)
        weights[np.arange(wanted), low] += 1 - share
        weights[np.arange(wanted), high] += share
        gradient = np.moveaxis(np.moveaxis(gradient, axis, -1) @ weights, -1, axis)
    return to(gradient)
