"""Which channels of its input each output channel of a layer reads, as its kernel has it.

Channels that see alike have one number: a map is an array of the number of each channel. Kernels
that only move channels about are run on these numbers.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cnncalc.engine.base import KERNELS
from cnncalc.ops import Op
from cnncalc.ops.activation import Softmax
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.norm import GroupNorm, InstanceNorm
from cnncalc.ops.pool import AdaptivePool, Blur, GlobalPool, Pool
from cnncalc.ops.reshape import (
    ChannelShuffle,
    Crop,
    Pad,
    PixelShuffle,
    PixelUnshuffle,
    Slice,
    Upsample,
)
from cnncalc.ops.tokens import AsMap, FromPatches, Patches, Tokens

Numbers = npt.NDArray[np.int64]
"""For each channel the number of those that see alike."""

Join = Callable[[Sequence[int]], int]
"""Gives the number of what channels of some numbers see together."""

APART = (
    Pool, Blur, GlobalPool, AdaptivePool, Pad, Crop, Upsample, InstanceNorm, Tokens, AsMap,
    Patches, FromPatches,
)  # fmt: skip
"""What does the same to every channel alone."""

MOVING = (Slice, ChannelShuffle, PixelShuffle, PixelUnshuffle)
"""What only moves channels."""


def channels_read(op: Op, numbers: Numbers, axes: int, join: Join) -> Numbers:
    """The numbers of the output channels of an op with one input."""
    if len(set(numbers.tolist())) == 1 and not isinstance(op, MOVING):
        return numbers[:1]
    is_apart = getattr(op, "axis", "channels") not in {"channels", "groups"}
    if op.is_elementwise or is_apart or isinstance(op, APART):
        return numbers
    if isinstance(op, MOVING):
        return _moved(op, numbers, axes, join)
    is_grouped = isinstance(op, (Conv, DepthwiseConv, TransposedConv, GroupNorm))
    if is_grouped or (isinstance(op, Softmax) and op.axis == "channels"):
        return _grouped(op, numbers, join)
    return np.array([join(np.unique(numbers).tolist())])


def widened(numbers: Numbers, channels: int) -> Numbers:
    """One number for all channels, or one for each, as one for each."""
    return np.broadcast_to(numbers, (channels,)) if len(numbers) == 1 else numbers


def _moved(op: Any, numbers: Numbers, axes: int, join: Join) -> Numbers:
    side = op.factor if isinstance(op, PixelUnshuffle) else 1
    marks = np.broadcast_to(
        numbers.reshape(1, -1, *[1] * axes), (1, len(numbers), *[side] * axes)
    ).astype(np.float64)
    moved = KERNELS[type(op)](op, marks)[0].astype(np.int64)
    each = moved.reshape(len(moved), -1)
    return np.array([join(sorted(set(one))) for one in each.tolist()])


def _grouped(op: Any, numbers: Numbers, join: Join) -> Numbers:
    groups = len(numbers) if isinstance(op, DepthwiseConv) else op.groups
    outputs = len(numbers)
    if isinstance(op, DepthwiseConv):
        outputs *= op.multiplier
    elif not isinstance(op, (GroupNorm, Softmax)):
        outputs = op.out_channels
    joined = [join(sorted(set(one))) for one in numbers.reshape(groups, -1).tolist()]
    return np.repeat(np.array(joined), outputs // groups)
