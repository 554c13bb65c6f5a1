"""Pooling in ONNX."""

from typing import Any

from cnncalc.interchange.onnx_write.base import Draft, plain, writes
from cnncalc.interchange.onnx_write.conv import sliding
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AdaptivePool,
    AveragePool,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
)

plain(GlobalAveragePool, "GlobalAveragePool")
plain(GlobalMaxPool, "GlobalMaxPool")


@writes(MaxPool)
def maxpool(op: MaxPool, draft: Draft) -> str:
    """MaxPool. Source: ONNX operator MaxPool, opset 12."""
    attributes = sliding(op, draft)
    return draft.node("MaxPool", *draft.inputs, **attributes, ceil_mode=int(op.ceil_mode))


@writes(AveragePool)
def avgpool(op: AveragePool, draft: Draft) -> str:
    """AveragePool. Source: ONNX operator AveragePool, opset 19."""
    return draft.node(
        "AveragePool",
        *draft.inputs,
        **sliding(op, draft),
        ceil_mode=int(op.ceil_mode),
        count_include_pad=int(op.count_include_pad),
    )


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
        x = reduced(draft, x, axis, windows, "ReduceMean" if is_mean else "ReduceMax")
    return x


Parts = list[tuple[int, int]]


def parts(op: AdaptivePool, draft: Draft, axis: int) -> Parts:
    """The cells, first and one past the last, behind each output along an axis."""
    n, m = draft.shapes[0][1 + axis], op.output_size[axis]
    return [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]


def is_even(windows: Parts) -> bool:
    """Whether windows are of one length and one distance."""
    strides = {later - start for (start, _), (later, _) in zip(windows, windows[1:], strict=False)}
    return len({stop - start for start, stop in windows}) == 1 and len(strides) <= 1


def reduced(draft: Draft, x: str, axis: int, windows: Parts, operator: str) -> str:
    """One axis pooled, a slice for each output. Source: ONNX operators Slice 13, ReduceMean 18."""
    over = draft.constant(axis)
    pooled = []
    for start, stop in windows:
        part = draft.node("Slice", x, draft.constant(start), draft.constant(stop), over)
        pooled.append(draft.node(operator, part, over, keepdims=1))
    return draft.node("Concat", *pooled, axis=axis)
