"""Ops that move, drop or repeat values, on arrays. None but flatten hands out a view."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnncalc.engine.base import PLACE, SCALED, SHIFTED, WHOLE, Array, apart, kernel
from cnncalc.engine.merge import axis_of
from cnncalc.engine.window import padded
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


@kernel(Flatten, reads=WHOLE)
def flatten(_op: Any, x: Array) -> Array:
    """All values of an example in one axis."""
    return x.reshape(len(x), -1)


@kernel(Pad, reads=SHIFTED)
def pad(op: Any, x: Array) -> Array:
    """Zeros around the map. Source: ONNX operator Pad, opset 13, mode `constant`."""
    return apart(padded(x, op.amounts), x)


@kernel(Crop, reads=SHIFTED)
def crop(op: Any, x: Array) -> Array:
    """The centre of the map: as many rows cut before as after, an odd one after."""
    for axis, size in enumerate(op.size, 2):
        spare = x.shape[axis] - size
        x = x[(*[slice(None)] * axis, slice(spare // 2, spare // 2 + size))]
    return x.copy()


def _slice_reads(op: Any, place: int, axes: int) -> str:
    if op.axis == "channels":
        return PLACE
    return SHIFTED if axis_of(op.axis, axes + 2) == place + 2 else PLACE


@kernel(Slice, reads=_slice_reads)
def slice_channels(op: Any, x: Array) -> Array:
    """Some of the channels, or of the places along another axis."""
    before = (slice(None),) * axis_of(op.axis, x.ndim)
    return x[(*before, slice(op.start, op.stop))].copy()


@kernel(Upsample, reads=SCALED)
def upsample(op: Any, x: Array) -> Array:
    """Values repeated, or interpolated between the middles of the cells.

    Source: ONNX operator Resize, opset 19, `half_pixel`; PyTorch `nn.Upsample` with
    `align_corners=False`.
    """
    between = _nearest if op.mode == "nearest" else _interpolated
    for axis, wanted in enumerate(wanted_lengths(op, x.shape[2:]), 2):
        x = between(x, axis, wanted)
    return x


def wanted_lengths(op: Any, lengths: Sequence[int]) -> list[int]:
    """How long each axis of a map becomes."""
    if op.factor is None:
        return list(op.size)
    pieces = zip(lengths, op.factor, strict=True)
    return [len(np.repeat(np.arange(length), factor)) for length, factor in pieces]


def _nearest(x: Array, axis: int, wanted: int) -> Array:
    """Each output takes the cell that it starts on, when both lie over one stretch."""
    cells = np.repeat(np.arange(x.shape[axis]), wanted).reshape(wanted, -1)[:, 0]
    return x.take(cells, axis)


def _interpolated(x: Array, axis: int, wanted: int) -> Array:
    """Each output takes the two cells whose middles lie around its own, by their nearness."""
    low, high, nearness = neighbours(x.shape[axis], wanted)
    share = nearness.astype(x.dtype).reshape(-1, *[1] * (x.ndim - axis - 1))
    y: Array = x.take(low, axis) * (1 - share)
    y += x.take(high, axis) * share
    return y


def neighbours(length: int, wanted: int) -> tuple[Any, Any, Array]:
    """For each output the cells before and after its middle, and how near it is to the second."""
    middles = (np.arange(wanted) + 0.5) * length / wanted - 0.5
    middles = np.maximum(middles, 0)
    low = np.minimum(np.floor(middles).astype(int), length - 1)
    return low, np.minimum(low + 1, length - 1), middles - low


@kernel(PixelShuffle, reads=SCALED)
def pixel_shuffle(op: Any, x: Array) -> Array:
    """Channels moved to the rows and columns of a larger map.

    Source: ONNX operator DepthToSpace, opset 13, mode `CRD`.
    """
    n, c, h, w = x.shape
    r = op.factor
    moved = x.reshape(n, c // r**2, r, r, h, w).transpose(0, 1, 4, 2, 5, 3)
    return apart(moved.reshape(n, c // r**2, h * r, w * r), x)


@kernel(PixelUnshuffle, reads=SCALED)
def pixel_unshuffle(op: Any, x: Array) -> Array:
    """Rows and columns moved to channels. Source: PyTorch `nn.PixelUnshuffle`."""
    n, c, h, w = x.shape
    r = op.factor
    moved = x.reshape(n, c, h // r, r, w // r, r).transpose(0, 1, 3, 5, 2, 4)
    return apart(moved.reshape(n, c * r * r, h // r, w // r), x)


@kernel(ChannelShuffle, reads=PLACE)
def channel_shuffle(op: Any, x: Array) -> Array:
    """The first channel of every group, then the second. Source: Zhang et al. 2018, §3.1."""
    groups = x.reshape(len(x), op.groups, -1, *x.shape[2:])
    return apart(groups.swapaxes(1, 2).reshape(x.shape), x)
