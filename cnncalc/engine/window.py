"""Windows on arrays: padding, and the view that holds every tap of every output."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnncalc.engine.base import Array


def extent(kernel: int, dilation: int) -> int:
    """The cells that a window lies on, from its first tap to its last."""
    return range(0, dilation * kernel, dilation)[-1] + 1


def fit(cells: int, stride: int, padding: Any, length: int) -> tuple[int, int]:
    """The cells before and after an axis of `length` that a padding asks for, by a window's cells.

    A word is answered by laying the window down: `half` puts its middle on the first cell, `full`
    its last tap; `same` adds cells until a window starts at every stride of the input, an odd one
    at the end.

    Source: Dumoulin & Visin 2016, §2.2-2.4; ONNX Conv, opset 11, SAME_UPPER.
    """
    if padding == "half":
        return cells // 2, cells // 2
    if padding == "full":
        return cells - 1, cells - 1
    if padding == "same":
        last = range(0, length, stride)[-1]
        added = max(last + cells - length, 0)
        return added // 2, added - added // 2
    before, after = (0, 0) if isinstance(padding, str) else padding
    return before, after


def borders(op: Any, x: Array) -> list[tuple[int, int]]:
    """The cells before and after each spatial axis of `x` that the op's padding asks for."""
    axes = len(op.kernel_size)
    paddings = [op.padding] * axes if isinstance(op.padding, str) else op.padding
    dilation = op.dilation or (1,) * axes
    cells = map(extent, op.kernel_size, dilation)
    return [fit(*axis) for axis in zip(cells, op.stride, paddings, x.shape[2:], strict=True)]


def padded(x: Array, around: Sequence[tuple[int, int]], value: float = 0.0) -> Array:
    """`x` with cells of a value before and after each spatial axis; itself when there are none.

    The rims alone are filled, the map is written once.
    """
    if not any(before or after for before, after in around):
        return x
    lengths = zip(x.shape[2:], around, strict=True)
    size = [before + length + after for length, (before, after) in lengths]
    whole = np.empty((*x.shape[:2], *size), x.dtype)
    inner = [slice(None), slice(None)]
    for (before, _), length in zip(around, x.shape[2:], strict=True):
        whole[(*inner, slice(0, before))] = value
        whole[(*inner, slice(before + length, None))] = value
        inner.append(slice(before, before + length))
    whole[tuple(inner)] = x
    return whole


def windows(x: Array, op: Any, stride: Sequence[int] | None = None) -> Array:
    """Every tap of every output, `N C *out *kernel`: a view of an input that is padded already.

    The outputs are the starts, a stride apart, from which a whole window lies on the input.

    Raises:
        ValueError: no window does.
    """
    axes = len(op.kernel_size)
    dilation = op.dilation or (1,) * axes
    extents = [extent(*axis) for axis in zip(op.kernel_size, dilation, strict=True)]
    every = sliding_window_view(x, extents, axis=tuple(range(2, 2 + axes)))
    starts = tuple(slice(None, None, step) for step in stride or op.stride)
    taps = tuple(slice(None, None, step) for step in dilation)
    return every[(slice(None), slice(None), *starts, *taps)]
