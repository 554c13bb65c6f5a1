"""Convolutions on arrays: as the textbook writes them, and as they run fast.

The definition looks at one window after the other. The fast way is a matrix product for each block
of outputs, whose taps are gathered in scratch memory of bounded size.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from cnncalc.engine.base import SLIDING, Array, Index, definition, kernel, per_channel
from cnncalc.engine.blocks import channel_blocks, in_threads
from cnncalc.engine.window import borders, extent, padded, windows
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv

SCRATCH = 1 << 20
"""Bytes of gathered taps in one block: beside its outputs it stays in the cache."""

COLUMNS = 256
"""Outputs in a block at least, however many taps each has: with fewer BLAS is slow."""


@definition(Conv, DepthwiseConv)
def conv_by_definition(
    op: Any, x: Array, weight: Array, bias: Array | None = None, *, gain: Array | None = None
) -> Array:
    """Each output: its window times the weights of its channel, summed.

    Source: ONNX operator Conv, opset 11.
    """
    taps = windows(padded(x, borders(op, x)), op)
    n, _, *size = taps.shape[: x.ndim]
    groups, weight = groups_of(op, x), multiplied(op, weight, gain)
    taps = taps.reshape(n, groups, -1, *taps.shape[2:])
    weight = weight.reshape(groups, -1, *weight.shape[1:])
    out, tap = "xyz"[: len(size)], "ijk"[: len(size)]
    y: Array = np.einsum(f"ngc{out}{tap},goc{tap}->ngo{out}", taps, weight)
    return biased(op, y.reshape(n, -1, *size), bias)


@definition(TransposedConv)
def upconv_by_definition(op: Any, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """The input spread out, a stride apart, under the mirrored kernel that slides over all of it.

    Source: Dumoulin & Visin 2016, §4; ONNX operator ConvTranspose, opset 11.
    """
    n, c, *size = x.shape
    spread = np.zeros((n, c, *(m * s for m, s in zip(size, op.stride, strict=True))), x.dtype)
    places: Index = (..., *(slice(None, None, s) for s in op.stride))
    spread[places] = x
    inner: Index = (..., *(slice(None, 1 - s or None) for s in op.stride))
    spread = spread[inner]
    reaches = [extent(k, d) - 1 for k, d in zip(op.kernel_size, op.dilation, strict=True)]
    taps = windows(padded(spread, [(reach, reach) for reach in reaches]), op, (1,) * len(size))
    taps = taps.reshape(n, op.groups, -1, *taps.shape[2:])
    weight = np.flip(weight, tuple(range(2, weight.ndim)))
    weight = weight.reshape(op.groups, -1, *weight.shape[1:])
    out, tap = "xyz"[: len(size)], "ijk"[: len(size)]
    y: Array = np.einsum(f"ngc{out}{tap},gco{tap}->ngo{out}", taps, weight)
    y = padded(y.reshape(n, -1, *y.shape[3:]), [(0, extra) for extra in op.output_padding])
    return biased(op, y[cropping(op, x, y.shape[2:])].copy(), bias)


@kernel(Conv, DepthwiseConv, reads=SLIDING)
def conv(
    op: Any, x: Array, weight: Array, bias: Array | None = None, *, gain: Array | None = None
) -> Array:
    """The same as the definition, as matrix products; depthwise, tap by tap over all channels."""
    weight = multiplied(op, weight, gain)
    x = padded(x, borders(op, x))
    taps = windows(x, op)
    groups = groups_of(op, x)
    if groups == x.shape[1] > 1:
        return biased(op, _depthwise(op, x, taps.shape[2 : x.ndim], weight), bias)
    if prod(weight.shape[2:]) == 1:
        only: Index = (..., *[0] * (x.ndim - 2))
        return biased(op, _pointwise(taps[only], weight, groups), bias)
    return _gathered(taps, weight, groups, bias if op.bias else None)


@kernel(TransposedConv, reads=SLIDING)
def upconv(op: Any, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Each input times the weights of one tap, a matrix product, added where the tap falls."""
    n, c, *size = x.shape
    tall = weight.reshape(op.groups, c // op.groups, weight.shape[1], -1)
    flat = np.ascontiguousarray(x).reshape(n, op.groups, c // op.groups, -1)
    y = np.zeros((n, op.groups * weight.shape[1], *scattered(op, x)), x.dtype)
    for place, tap in enumerate(np.ndindex(*op.kernel_size)):
        part = np.matmul(tall[..., place].swapaxes(1, 2), flat).reshape(n, -1, *size)
        starts = [step * d for step, d in zip(tap, op.dilation, strict=True)]
        falls = zip(starts, size, op.stride, strict=True)
        where: Index = (..., *(slice(start, start + m * s, s) for start, m, s in falls))
        y[where] += part
    inner = y[cropping(op, x, y.shape[2:])]
    return biased(op, inner if inner.shape == y.shape else inner.copy(), bias)


def scattered(op: Any, x: Array) -> list[int]:
    """The cells along each axis that the inputs reach, with those of the output padding."""
    axes = zip(x.shape[2:], op.stride, op.kernel_size, op.dilation, op.output_padding, strict=True)
    return [range(0, m * s, s)[-1] + extent(k, d) + extra for m, s, k, d, extra in axes]


def cropping(op: Any, x: Array, reached: Sequence[int]) -> Index:
    """What stays of the cells that are reached when the padding of the op is cut off.

    `same` leaves as many outputs for each input as the stride has.
    """
    if op.padding == "same":
        axes = zip(reached, x.shape[2:], op.stride, strict=True)
        extra = [long - short * stride for long, short, stride in axes]
        around = [(more // 2, more - more // 2) for more in extra]
    else:
        around = borders(op, x)
    lengths = zip(around, reached, strict=True)
    return (..., *(slice(before, length - after) for (before, after), length in lengths))


def multiplied(op: Any, weight: Array, gain: Array | None = None) -> Array:
    """The weights as they multiply: those of each output channel standardized, if the op says so.

    Source: Qiao et al. 2019, "Weight Standardization", §3; Brock et al. 2021, §4.3.
    """
    if not getattr(op, "standardized", False):
        return weight
    flat = weight.reshape(len(weight), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat /= np.sqrt(np.square(flat).mean(axis=1, keepdims=True) + flat.dtype.type(op.eps))
    if op.gain:
        if gain is None:
            raise ValueError("the gain is missing")
        flat *= gain[:, None] / flat.dtype.type(flat.shape[1] ** 0.5)
    standardized: Array = flat.reshape(weight.shape)
    return standardized


def groups_of(op: Any, x: Array) -> int:
    """The groups of channels that a convolution keeps apart: in a depthwise one every channel."""
    return x.shape[1] if isinstance(op, DepthwiseConv) else int(op.groups)


def biased(op: Any, y: Array, bias: Array | None) -> Array:
    """`y` with the bias of each channel added in its place, when the op has one."""
    if not op.bias:
        return y
    if bias is None:
        raise ValueError("the bias is missing")
    y += per_channel(bias, y)
    return y


def _pointwise(x: Array, weight: Array, groups: int) -> Array:
    """One tap: a matrix product over the channels at every position."""
    n, c, *size = x.shape
    columns = x.reshape(n, groups, c // groups, -1)
    y: Array = np.matmul(weight.reshape(groups, -1, c // groups), columns)
    return y.reshape(n, -1, *size)


def _gathered(taps: Array, weight: Array, groups: int, bias: Array | None) -> Array:
    """Blocks of outputs, the taps of each copied side by side (im2col), into matrix products."""
    axes = weight.ndim - 2
    n, c, *size = taps.shape[: 2 + axes]
    columns = taps.transpose(0, 1, *range(2 + axes, 2 + 2 * axes), *range(2, 2 + axes))
    deep = c * prod(weight.shape[2:])
    tall = weight.reshape(groups, -1, deep // groups)
    y = np.empty((n, groups, tall.shape[1], prod(size)), taps.dtype)
    shift = None if bias is None else bias.reshape(groups, tall.shape[1], 1)
    most = max(SCRATCH // (deep * taps.itemsize), COLUMNS)
    scratch = np.empty(0, taps.dtype)
    for example, block, start, stop in _blocks(n, size, most):
        where: Index = (example, ..., *block)
        part = columns[where]
        if scratch.size < part.size:
            scratch = np.empty(part.size, taps.dtype)
        gathered = scratch[: part.size].reshape(part.shape)
        gathered[...] = part
        made = y[example, :, :, start:stop]
        np.matmul(tall, gathered.reshape(groups, deep // groups, -1), out=made)
        if shift is not None:
            made += shift
    return y.reshape(n, -1, *size)


def _blocks(
    n: int, size: Sequence[int], most: int
) -> Iterator[tuple[int, tuple[slice, ...], int, int]]:
    """Every example's outputs in runs of about `most`: the run along each axis, and its ends."""
    for example in range(n):
        start = 0
        for block in _runs(size, most):
            stop = start + prod(len(range(m)[run]) for run, m in zip(block, size, strict=True))
            yield example, block, start, stop
            start = stop


def _runs(size: Sequence[int], most: int) -> Iterator[tuple[slice, ...]]:
    """Boxes of at most `most` cells, in order, each contiguous; along the last axis, whole."""
    rest = prod(size[1:])
    if rest > most and len(size) > 2:
        for place, inner in product(range(size[0]), _runs(size[1:], most)):
            yield (slice(place, place + 1), *inner)
        return
    step = max(most // rest, 1)
    for start in range(0, size[0], step):
        yield (slice(start, start + step), *[slice(None)] * (len(size) - 1))


def _depthwise(op: Any, x: Array, size: Sequence[int], weight: Array) -> Array:
    """Every channel alone: its map, shifted to each tap, times one weight a channel.

    A shift of a map is a shift of its values in memory, so that every tap is one run of them, the
    cells between the rows of the outputs included; these are cut off. With a stride the map is
    first divided into as many maps as there are phases.

    Args:
        op: the convolution.
        x: its input, padded.
        size: how many outputs there are along each spatial axis.
        weight: its weights.
    """
    n, c, *lengths = x.shape
    many = weight.reshape(c, -1, prod(op.kernel_size))
    lengths = [-(-length // step) for length, step in zip(lengths, op.stride, strict=True)]
    pitches = [prod(lengths[axis + 1 :]) for axis in range(len(lengths))]
    run = 1 + sum((m - 1) * pitch for m, pitch in zip(size, pitches, strict=True))
    y = np.empty((n, c, many.shape[1], *size), x.dtype)
    inner: Index = (..., *(slice(m) for m in size[1:]))
    runs = list(_tap_runs(op, pitches))

    def convolve(part: slice) -> None:
        phases = _phases(x[:, part], op.stride, lengths)
        gathered = np.empty((n, phases.shape[1], len(runs), run), x.dtype)
        for place, (phase, start) in enumerate(runs):
            gathered[:, :, place] = phases[:, :, phase, start : start + run]
        total = np.empty((*gathered.shape[:2], many.shape[1], size[0] * pitches[0]), x.dtype)
        np.matmul(many[part], gathered, out=total[..., :run])
        y[:, part] = total.reshape(*total.shape[:3], size[0], *lengths[1:])[inner]

    in_threads(convolve, channel_blocks(y, SCRATCH // (many.shape[2] + 1)))
    return y.reshape(n, -1, *size)


def _tap_runs(op: Any, pitches: Sequence[int]) -> Iterator[tuple[int, int]]:
    """For every tap the map that its cells are on, and where on it they start."""
    for tap in np.ndindex(*op.kernel_size):
        cells = [step * d for step, d in zip(tap, op.dilation, strict=True)]
        turns = [divmod(cell, step) for cell, step in zip(cells, op.stride, strict=True)]
        phase = 0
        for (_, rest), step in zip(turns, op.stride, strict=True):
            phase = phase * step + rest
        yield phase, sum(turn * pitch for (turn, _), pitch in zip(turns, pitches, strict=True))


def _phases(x: Array, stride: Sequence[int], lengths: Sequence[int]) -> Array:
    """The cells of a map, divided into one map for each phase, `N C maps cells`.

    What the last turn lacks is zero: no window that lies on the map reads it.
    """
    n, c, *_ = x.shape
    if prod(stride) == 1:
        return x.reshape(n, c, 1, -1)
    phases = np.zeros((n, c, prod(stride), *lengths), x.dtype)
    for place, phase in enumerate(np.ndindex(*stride)):
        starts = zip(phase, stride, strict=True)
        where: Index = (..., *(slice(start, None, step) for start, step in starts))
        cells = x[where]
        held: Index = (slice(None), slice(None), place, *(slice(m) for m in cells.shape[2:]))
        phases[held] = cells
    return phases.reshape(n, c, prod(stride), -1)
