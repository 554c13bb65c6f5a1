"""Pooling on arrays: by definition over whole windows, fast along one axis after the other."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnncalc.engine.base import (
    SCALED,
    SLIDING,
    SPREAD,
    WHOLE,
    Array,
    Index,
    apart,
    definition,
    kernel,
    marks,
)
from cnncalc.engine.blocks import by_blocks
from cnncalc.engine.window import borders, extent, padded, windows
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AveragePool,
    Blur,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    MaxUnpool,
)

Pairs = list[tuple[int, int]]
Join = Callable[..., Array]
"""Two arrays of one shape into one: `np.maximum` or `np.add`, with `out`."""


@definition(MaxPool)
def maxpool_by_definition(op: Any, x: Array) -> Array:
    """The largest value of each window; around the input lies what is below every value.

    Source: ONNX operator MaxPool, opset 12.
    """
    around = borders(op, x)
    taps = windows(padded(padded(x, around, -np.inf), overhang(op), -np.inf), op)
    which: Index = (..., *starts(op, x, around), *[slice(None)] * (x.ndim - 2))
    taps = taps[which]
    largest: Array = taps.max(axis=tuple(range(x.ndim, taps.ndim)))
    return largest


@definition(AveragePool)
def avgpool_by_definition(op: Any, x: Array) -> Array:
    """The sum of each window by the number of its cells that count.

    Padding counts if `count_include_pad` says so; what `ceil_mode` adds beyond it never does.

    Source: ONNX operator AveragePool, opset 11; PyTorch `nn.AvgPool2d`.
    """
    around = borders(op, x)
    which: Index = (..., *starts(op, x, around), *[slice(None)] * (x.ndim - 2))
    axes = tuple(range(x.ndim, 2 * x.ndim - 2))
    counting = padded(np.ones_like(x), around, float(op.count_include_pad))
    total, cells = (
        windows(padded(each, overhang(op)), op)[which].sum(axis=axes)
        for each in (padded(x, around), counting)
    )
    mean: Array = total / cells
    return mean


@kernel(MaxPool, reads=SLIDING)
def maxpool(op: Any, x: Array) -> Array:
    """The largest along one axis, and of these along the next."""

    def pool(part: Array) -> Array:
        around = borders(op, part)
        which = starts(op, part, around)
        whole = padded(part, sum_pairs(around, overhang(op)), -np.inf)
        return _slide(op, whole, np.maximum, which)

    return by_blocks(x, pool)


@kernel(AveragePool, reads=SLIDING)
def avgpool(op: Any, x: Array) -> Array:
    """Sums along one axis, and of these along the next, by the cells that count on each."""
    around = borders(op, x)
    which = starts(op, x, around)
    beyond = overhang(op)
    counted = counted_cells(op, x)

    def pool(part: Array) -> Array:
        total = _slide(op, padded(part, sum_pairs(around, beyond)), np.add, which)
        total /= counted
        return total

    return by_blocks(x, pool)


def counted_cells(op: Any, x: Array) -> Array:
    """How many cells count under each window of an average pooling, `1 1 *out`."""
    around = borders(op, x)
    beyond = overhang(op)
    counted = np.ones((), x.dtype)
    for axis, length in enumerate(x.shape[2:]):
        alone = (1, 1, *(length if axis == other else 1 for other in range(x.ndim - 2)))
        only = [pair if axis == other else (0, 0) for other, pair in enumerate(around)]
        rim = [pair if axis == other else (0, 0) for other, pair in enumerate(beyond)]
        cells = padded(np.ones(alone, x.dtype), only, float(op.count_include_pad))
        counted = counted * _along(op, padded(cells, rim), np.add, axis)
    inner: Index = (..., *starts(op, x, around))
    return counted[inner]


@kernel(MaxUnpool, reads=SPREAD)
def max_unpool(op: Any, x: Array, pooled: Array) -> Array:
    """Each value put where the first of the largest values of its window stands.

    Source: ONNX operator MaxUnpool, opset 11; PyTorch `nn.MaxUnpool2d`.
    """
    taps = pooled_windows(op, pooled)
    best = taps.reshape(*taps.shape[: pooled.ndim], -1).argmax(axis=-1)
    return _spread(op, pooled, x, [np.unravel_index(best, op.kernel_size)])


@marks(MaxUnpool)
def unpool_marks(op: Any, x: Array, pooled: Array) -> Array:
    """A window is marked where its value is, or any cell that was pooled."""
    most = pooled_windows(op, pooled).max(axis=tuple(range(pooled.ndim, 2 * pooled.ndim - 2)))
    return _spread(op, pooled, np.maximum(x, most), np.ndindex(*op.kernel_size))


def pooled_windows(op: Any, pooled: Array) -> Array:
    """The windows of a max pooling, the axes within them the last."""
    around = borders(op, pooled)
    every: Index = (..., *starts(op, pooled, around), *[slice(None)] * (pooled.ndim - 2))
    return windows(padded(pooled, sum_pairs(around, overhang(op)), -np.inf), op)[every]


def _spread(op: Any, pooled: Array, values: Array, cells: Iterable[tuple[Any, ...]]) -> Array:
    """The values of windows put at one or several of the cells of each; elsewhere 0."""
    beyond = sum_pairs(borders(op, pooled), overhang(op))
    whole = padded(np.zeros_like(pooled), beyond)
    places = np.indices(values.shape)
    for inner in cells:
        moved = zip(places[2:], op.stride, inner, strict=True)
        where = (place * stride + tap for place, stride, tap in moved)
        whole[(places[0], places[1], *where)] = values
    kept = zip(beyond, pooled.shape[2:], strict=True)
    inside: Index = (..., *(slice(before, before + n) for (before, _), n in kept))
    return whole[inside].copy()


def binomial(size: int) -> Array:
    """The coefficients of `(1/2 + z/2) ** (size - 1)`: two cells averaged, over and over."""
    taps = np.ones(1)
    for _ in range(1, size):
        taps = np.convolve(taps, [0.5, 0.5])
    return taps


def mirrored(op: Any, x: Array) -> Array:
    """`x` with as many rows around it, mirrored at the outermost, as the padding asks for."""
    return np.pad(x, [(0, 0), (0, 0), *borders(op, x)], mode="reflect")


@definition(Blur)
def blur_by_definition(op: Any, x: Array) -> Array:
    """Each window of the mirrored map times the filter, summed.

    Source: Zhang 2019, §3; timm `BlurPool2d`.
    """
    taps = windows(mirrored(op, x), op)
    for size in reversed(op.kernel_size):
        taps = taps @ binomial(size).astype(x.dtype)
    return taps


@kernel(Blur, reads=SLIDING)
def blur(op: Any, x: Array) -> Array:
    """Weighted sums along one axis, and of these along the next."""
    y = mirrored(op, x)
    for axis, (size, stride) in enumerate(zip(op.kernel_size, op.stride, strict=True), 2):
        under = sliding_window_view(y, size, axis=axis)
        every: Index = (*[slice(None)] * axis, slice(None, None, stride))
        y = under[every] @ binomial(size).astype(x.dtype)
    return y


@kernel(GlobalAveragePool, reads=WHOLE)
def globalavgpool(_op: Any, x: Array) -> Array:
    """The mean of each channel's map."""
    mean: Array = x.mean(axis=tuple(range(2, x.ndim)), keepdims=True)
    return mean


@kernel(GlobalMaxPool, reads=WHOLE)
def globalmaxpool(_op: Any, x: Array) -> Array:
    """The largest value of each channel's map."""
    largest: Array = x.max(axis=tuple(range(2, x.ndim)), keepdims=True)
    return largest


@kernel(AdaptiveAveragePool, reads=SCALED)
def adaptive_avgpool(op: Any, x: Array) -> Array:
    """The mean of each part of the map; parts share the cells that they cut through."""
    return _adapt(op, x, np.mean)


@kernel(AdaptiveMaxPool, reads=SCALED)
def adaptive_maxpool(op: Any, x: Array) -> Array:
    """The largest value of each part of the map."""
    return _adapt(op, x, np.max)


def overhang(op: Any) -> Pairs:
    """The cells beyond the padding that let a window in `ceil_mode` hang over the end."""
    return [(0, stride - 1 if op.ceil_mode else 0) for stride in op.stride]


def starts(op: Any, x: Array, around: Pairs) -> tuple[slice, ...]:
    """The windows that start on the input or the padding before it: all, but in `ceil_mode`."""
    if not op.ceil_mode:
        return (slice(None),) * len(around)
    axes = zip(op.stride, x.shape[2:], around, strict=True)
    return tuple(slice(len(range(0, before + n, stride))) for stride, n, (before, _) in axes)


def sum_pairs(one: Pairs, other: Pairs) -> Pairs:
    """The cells before and after each axis that two paddings come to."""
    return [(a + c, b + d) for (a, b), (c, d) in zip(one, other, strict=True)]


def _slide(op: Any, x: Array, join: Join, which: Sequence[slice]) -> Array:
    """Windows joined along every axis in turn; `which` of them stay on each."""
    y = x
    for axis in range(x.ndim - 2):
        y = _along(op, y, join, axis)
    inner: Index = (..., *which)
    kept = apart(y, x)[inner]
    # A part, even one in a single run, would hold the memory of the whole.
    return np.ascontiguousarray(kept) if kept.size == y.size else kept.copy()


def _along(op: Any, x: Array, join: Join, axis: int) -> Array:
    """Windows joined along one spatial axis: the map, shifted to each tap, joined to the sum."""
    kernel_size, stride = op.kernel_size[axis], op.stride[axis]
    dilation = op.dilation[axis] if op.dilation else 1
    if kernel_size == 1:
        return x[(*[slice(None)] * (axis + 2), slice(None, None, stride))]
    every = sliding_window_view(x, extent(kernel_size, dilation), axis=axis + 2)
    taps = every[(*[slice(None)] * (axis + 2), slice(None, None, stride))][..., ::dilation]
    joined = join(taps[..., 0], taps[..., 1])
    for tap in range(2, kernel_size):
        join(joined, taps[..., tap], out=joined)
    return joined


def _adapt(op: Any, x: Array, reduce: Callable[..., Array]) -> Array:
    """Each axis cut into as many equal parts as there are outputs.

    The cells are repeated so often that the parts have whole lengths: part `i` sees every cell
    that it has a piece of.

    Source: PyTorch `nn.AdaptiveAvgPool2d`.
    """
    for axis, outputs in enumerate(op.output_size, 2):
        before = (slice(None),) * axis
        parts = [
            reduce(x[(*before, part)], axis=axis, keepdims=True)
            for part in parts_of(x.shape[axis], outputs)
        ]
        x = np.concatenate(parts, axis=axis)
    return x


def parts_of(length: int, outputs: int) -> list[slice]:
    """The cells of an axis that each output sees."""
    pieces = np.repeat(np.arange(length), outputs).reshape(outputs, -1)
    return [slice(int(part[0]), int(part[-1]) + 1) for part in pieces]
