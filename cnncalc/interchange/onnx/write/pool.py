"""Pooling in ONNX."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Any

from cnncalc.interchange.onnx.write.base import Draft, plain, writes
from cnncalc.interchange.onnx.write.conv import sliding
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AdaptivePool,
    AveragePool,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    Pool,
)

plain(GlobalAveragePool, "GlobalAveragePool")
plain(GlobalMaxPool, "GlobalMaxPool")


@writes(MaxPool)
def maxpool(op: MaxPool, draft: Draft) -> str:
    """MaxPool; a padding as wide as a dilated kernel allows stands before it, in a node.

    Source: ONNX operator MaxPool, opset 12.
    """
    [x], attributes = draft.inputs, rounding(op, draft, sliding(op, draft))
    if all(pad < size for pad, size in zip(attributes["pads"], op.kernel_size * 2, strict=True)):
        return draft.node("MaxPool", x, **attributes)
    wide = widened(op, draft)
    x = padded(draft, x, wide, draft.scalar(-inf))
    return draft.node("MaxPool", x, **{**attributes, "pads": [0] * len(wide), "ceil_mode": 0})


@writes(AveragePool)
def avgpool(op: AveragePool, draft: Draft) -> str:
    """AveragePool; what `ceil_mode` adds beyond the padding never counts.

    Source: ONNX operator AveragePool, opset 19.
    """
    [x], attributes = draft.inputs, sliding(op, draft)
    rounded = rounding(op, draft, attributes)
    counts_pad = op.count_include_pad and any(attributes["pads"])
    if counts_pad and rounded["pads"] != attributes["pads"]:
        x = padded(draft, x, attributes["pads"])
        pairs = zip(rounded["pads"], attributes["pads"], strict=True)
        rounded["pads"] = [wide - own for wide, own in pairs]
        counts_pad = False
    return draft.node("AveragePool", x, **rounded, count_include_pad=int(counts_pad))


def padded(draft: Draft, x: str, pads: Sequence[int], *value: str) -> str:
    """Some value around the map, 0 unless said otherwise."""
    axes = len(pads) // 2
    amounts = draft.constant(0, 0, *pads[:axes], 0, 0, *pads[axes:])
    return draft.node("Pad", x, amounts, *value)


def rounding(op: Pool, draft: Draft, attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes with `ceil_mode`, or with a border in its place.

    Runtimes disagree on a last window that starts beyond the input. Where it occurs the mode is
    not needed, unless another axis needs it: then a wider border behind stands for it.
    """
    windows, size = op.windows(draft.shapes), draft.shapes[0][1:]
    axes = list(zip(windows, size, draft.output[1:], strict=True))
    if all(steps == window.steps(n) for window, n, steps in axes):
        return {**attributes, "ceil_mode": 0}
    reached = [
        -((one.extent - n - one.before - one.after) // one.stride) + 1 for one, n, _ in axes
    ]
    if isinstance(op, MaxPool) and reached == list(draft.output[1:]):
        return {**attributes, "ceil_mode": 1}
    return {**attributes, "pads": widened(op, draft), "ceil_mode": 0}


def widened(op: Pool, draft: Draft) -> list[int]:
    """The padding with what the last windows reach beyond it."""
    axes = list(zip(op.windows(draft.shapes), draft.shapes[0][1:], draft.output[1:], strict=True))
    behind = [
        max(one.after, (steps - 1) * one.stride + one.extent - n - one.before)
        for one, n, steps in axes
    ]
    return [*(one.before for one, _, _ in axes), *behind]


@writes(AdaptiveAveragePool, AdaptiveMaxPool)
def adaptive(op: Any, draft: Draft) -> str:
    """A global or an ordinary pool where the windows are equal, else one slice a window.

    Source: PyTorch `aten/src/ATen/native/AdaptivePooling.h`.
    """
    is_mean = isinstance(op, AdaptiveAveragePool)
    kind = "AveragePool" if is_mean else "MaxPool"
    if set(op.output_size) == {1}:
        return draft.node(f"Global{kind}", *draft.inputs)
    axes = [parts(op, draft, axis) for axis in range(len(op.output_size))]
    if all(map(is_even, axes)):
        kernel = [stop - start for (start, stop), *_ in axes]
        strides = [windows[1][0] if len(windows) > 1 else 1 for windows in axes]
        return draft.node(kind, *draft.inputs, kernel_shape=kernel, strides=strides)
    [x] = draft.inputs
    for axis, windows in enumerate(axes, 2):
        pooled = [reduced(draft, x, axis, window, is_mean=is_mean) for window in windows]
        x = draft.node("Concat", *pooled, axis=axis)
    return x


Parts = list[tuple[int, int]]


def parts(op: AdaptivePool, draft: Draft, axis: int) -> Parts:
    """The cells, first and one past the last, behind each output along an axis."""
    n, m = draft.shapes[0][1 + axis], op.output_size[axis]
    return [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]


def is_even(windows: Parts) -> bool:
    """Whether windows are of one length and one distance."""
    strides = {later - start for (start, _), (later, _) in pairwise(windows)}
    lengths = {stop - start for start, stop in windows}
    return len(lengths) == 1 and len(strides) <= 1 and 0 not in strides


def reduced(draft: Draft, x: str, axis: int, window: tuple[int, int], *, is_mean: bool) -> str:
    """The cells of one output. Source: ONNX operators Slice 13, ReduceMean 18, ReduceMax 20."""
    start, stop, over = (draft.constant(place) for place in (*window, axis))
    part = draft.node("Slice", x, start, stop, over)
    return draft.node("ReduceMean" if is_mean else "ReduceMax", part, over, keepdims=1)
