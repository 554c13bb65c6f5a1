"""Pooling.

Source: ONNX operators MaxPool, opset 12, AveragePool, opset 19, and their kin; PyTorch
`nn.MaxPool2d`, `nn.AvgPool2d`, whose padding is even and at most half of the kernel.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.families.conv import padding_of, sliding, windows_of
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, per_example
from cnncalc.interchange.terms.call import Argument, Call, axes_of, flat_pads, module, same, short
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.made import Made, batched, fitted, foreign, reads, real_axis
from cnncalc.interchange.terms.row import plain
from cnncalc.ops import Op
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
from cnncalc.ops.reshape import Flatten
from cnncalc.ops.values import Shape

plain(GlobalAveragePool, "GlobalAveragePool", None)
plain(GlobalMaxPool, "GlobalMaxPool", None)


Pads = list[tuple[int, int]]


def widened(op: Pool, inputs: Sequence[Shape], output: Shape) -> Pads:
    """The padding with what the last windows reach beyond it, before and behind each axis."""
    axes = zip(op.windows(inputs), inputs[0][1:], output[1:], strict=True)
    return [
        (one.before, max(one.after, (steps - 1) * one.stride + one.extent - n - one.before))
        for one, n, steps in axes
    ]


# PyTorch out


@module(MaxPool)
def maxpool_to_torch(op: MaxPool, layer: Layer) -> Call:
    """Source: PyTorch `nn.MaxPool2d`, whose padding is even and at most half of the kernel."""
    name = f"MaxPool{axes_of(layer)}d"
    if fits(op, layer):
        arguments = (*arguments_of(op, layer), same(op, "dilation", 1), ceil(op))
        return Call(f"nn.{name}", arguments)
    pads = Argument("pads", flat_pads(widened(op, layer.input_shapes, layer.output_shape)))
    arguments = (*arguments_of(op, layer)[:2], pads, same(op, "dilation", 1))
    return Call(f"Padded{name}", arguments, f"Padded{name}")


@module(AveragePool)
def avgpool_to_torch(op: AveragePool, layer: Layer) -> Call:
    """Source: PyTorch `nn.AvgPool2d`, whose padding is even and at most half of the kernel."""
    name = f"AvgPool{axes_of(layer)}d"
    if fits(op, layer):
        counts = same(op, "count_include_pad", True)  # noqa: FBT003 - PyTorch's default
        return Call(f"nn.{name}", (*arguments_of(op, layer), ceil(op), counts))
    own = [(window.before, window.after) for window in op.windows(layer.input_shapes)]
    wide = widened(op, layer.input_shapes, layer.output_shape)
    counted = own if op.count_include_pad else [(0, 0)] * len(own)
    beyond = [(w[0] - c[0], w[1] - c[1]) for w, c in zip(wide, counted, strict=True)]
    pads = (Argument("counted", flat_pads(counted)), Argument("beyond", flat_pads(beyond)))
    return Call(f"Padded{name}", (*arguments_of(op, layer)[:2], *pads), f"Padded{name}")


def fits(op: Pool, layer: Layer) -> bool:
    """Whether PyTorch takes the padding, and a window lies on the padded map.

    Average pooling over three axes wants it to lie on the bare map.
    """
    windows, size = op.windows(layer.input_shapes), layer.input_shapes[0][1:]
    if len(size) == 3 and any(n < one.kernel for one, n in zip(windows, size, strict=True)):
        return False
    return all(
        one.before == one.after and 2 * one.before <= one.kernel and one.steps(n) > 0
        for one, n in zip(windows, size, strict=True)
    )


def arguments_of(op: Pool, layer: Layer) -> tuple[Argument, ...]:
    """Kernel, stride and even padding."""
    before = short(tuple(window.before for window in op.windows(layer.input_shapes)))
    kernel = same(op, "kernel_size", ...)
    stride = same(op, "stride", kernel.value)
    return kernel, stride, Argument("padding", before, 0, "padding")


def ceil(op: Pool) -> Argument:
    """Whether sizes are rounded up."""
    return same(op, "ceil_mode", False)  # noqa: FBT003 - PyTorch's default


@module(GlobalAveragePool, GlobalMaxPool)
def global_pool_to_torch(op: Any, layer: Layer) -> Call:
    """An adaptive pool to size 1."""
    kind = "Avg" if isinstance(op, GlobalAveragePool) else "Max"
    return Call(f"nn.Adaptive{kind}Pool{axes_of(layer)}d", (Argument("output_size", 1),))


@module(AdaptiveAveragePool, AdaptiveMaxPool)
def adaptive_to_torch(op: Any, layer: Layer) -> Call:
    """Source: PyTorch `nn.AdaptiveAvgPool2d`."""
    kind = "Avg" if isinstance(op, AdaptiveAveragePool) else "Max"
    return Call(f"nn.Adaptive{kind}Pool{axes_of(layer)}d", (same(op, "output_size", ...),))


# ONNX out


@writes(MaxPool)
def maxpool_to_onnx(op: MaxPool, draft: Draft) -> str:
    """MaxPool; a padding as wide as a dilated kernel allows stands before it, in a node.

    Source: ONNX operator MaxPool, opset 12.
    """
    [x], attributes = draft.inputs, rounding(op, draft, sliding(op, draft))
    if all(pad < size for pad, size in zip(attributes["pads"], op.kernel_size * 2, strict=True)):
        return draft.node("MaxPool", x, **attributes)
    wide = flat(widened(op, draft.shapes, draft.output))
    x = padded(draft, x, wide, draft.scalar(-inf))
    return draft.node("MaxPool", x, **{**attributes, "pads": [0] * len(wide), "ceil_mode": 0})


@writes(AveragePool)
def avgpool_to_onnx(op: AveragePool, draft: Draft) -> str:
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


def flat(pads: Pads) -> list[int]:
    """As ONNX takes them: all before, then all behind."""
    return [before for before, _ in pads] + [behind for _, behind in pads]


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
    wide = widened(op, draft.shapes, draft.output)
    return {**attributes, "pads": flat(wide), "ceil_mode": 0}


@writes(AdaptiveAveragePool, AdaptiveMaxPool)
def adaptive_to_onnx(op: Any, draft: Draft) -> str:
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
    draft.reserve(m)
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


# ONNX in

_GLOBAL: dict[str, type[Op]] = {
    "GlobalAveragePool": GlobalAveragePool,
    "GlobalMaxPool": GlobalMaxPool,
    "ReduceMean": GlobalAveragePool,
    "ReduceMax": GlobalMaxPool,
}


@reads("MaxPool", "AveragePool", "LpPool")
def pool_from_onnx(site: Site) -> Made | list[Made] | None:
    """`maxpool` or `avgpool`; the indices of the largest values count as the same layer."""
    size, kernel = site.x.shape[2:], tuple(site.get("kernel_shape") or ())
    if len(kernel) != len(size) or not size:
        refuse("E703", f"`{site.title}` slides over {len(kernel)} axes of {len(size)}")
    windows = windows_of(site, kernel)
    settings: dict[str, Any] = {
        "kernel_size": kernel,
        "stride": tuple(one.stride for one in windows),
        "padding": padding_of(site, size, windows),
        "ceil_mode": bool(site.get("ceil_mode")),
    }
    kind: type[Op] = MaxPool
    if site.node.op_type == "MaxPool":
        settings["dilation"] = tuple(one.dilation for one in windows)
    elif site.node.op_type == "AveragePool" and all(one.dilation == 1 for one in windows):
        kind = AveragePool
        settings["count_include_pad"] = bool(site.get("count_include_pad"))
    else:
        return None
    made = batched(site, kind, settings)
    return [made] * len(site.node.outputs) if made else None


@reads("AdaptiveAveragePool", "AdaptiveMaxPool")
def adaptive_from_torch(site: Site) -> Made | list[Made] | None:
    """As many windows as are asked for; ONNX has no such operator, PyTorch has."""
    kind: type[Op] = AdaptiveMaxPool if "Max" in site.node.op_type else AdaptiveAveragePool
    made = batched(site, kind, {"output_size": tuple(site.get("output_size") or ())})
    return [made] * len(site.node.outputs) if made else None


@reads("GlobalAveragePool", "GlobalMaxPool")
def global_pool_from_onnx(site: Site) -> Made | None:
    """`globalavgpool` or `globalmaxpool`."""
    return batched(site, _GLOBAL[site.node.op_type], {})


@reads(
    "ReduceMean", "ReduceMax", "ReduceSum", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceProd",
    "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp",
)  # fmt: skip
def reduce_from_onnx(site: Site) -> Made | None:
    """Global pooling over all of space, then `flatten` where the axes are dropped."""
    x, rank = site.x, len(site.x.shape)
    found = site.integers(1, "axes")
    if found is None and site.optional(1) is not None:
        return None
    if not found and site.get("noop_with_empty_axes"):
        return foreign(site, x.shape, elementwise=True)
    axes = {real_axis(site, int(axis), rank) for axis in found or range(rank)}
    has_axes = bool(site.get("keepdims", 1))
    kind = _GLOBAL.get(site.node.op_type)
    if kind and rank > 2 and axes == set(range(2, rank)) and x.shape[0] == 1:
        pooled = batched(site, kind, {})
        if pooled and not has_axes:
            flat = fitted(Flatten, {}, per_example(pooled.shape))
            if flat:
                return Made(flat[0], (1, *flat[1]), pooled.reads, after=pooled)
        if pooled:
            return pooled
    shape = tuple(
        1 if axis in axes else length
        for axis, length in enumerate(x.shape)
        if has_axes or axis not in axes
    )
    return foreign(site, shape, along=tuple(sorted(axis - rank for axis in axes)))
