"""Pooling. Source: ONNX operators MaxPool, opset 12, AveragePool, opset 19, and their kin."""

from typing import Any

from cnncalc.interchange.onnx.model.file import refuse
from cnncalc.interchange.onnx.model.values import Site, per_example
from cnncalc.interchange.onnx.operators.base import (
    Made,
    batched,
    fitted,
    foreign,
    reads,
    real_axis,
)
from cnncalc.interchange.onnx.operators.conv import padding_of, windows_of
from cnncalc.ops import Op
from cnncalc.ops.pool import AveragePool, GlobalAveragePool, GlobalMaxPool, MaxPool
from cnncalc.ops.reshape import Flatten

_GLOBAL: dict[str, type[Op]] = {
    "GlobalAveragePool": GlobalAveragePool,
    "GlobalMaxPool": GlobalMaxPool,
    "ReduceMean": GlobalAveragePool,
    "ReduceMax": GlobalMaxPool,
}


@reads("MaxPool", "AveragePool", "LpPool")
def pool(site: Site) -> Made | list[Made] | None:
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


@reads("GlobalAveragePool", "GlobalMaxPool")
def global_pool(site: Site) -> Made | None:
    """`globalavgpool` or `globalmaxpool`."""
    return batched(site, _GLOBAL[site.node.op_type], {})


@reads(
    "ReduceMean", "ReduceMax", "ReduceSum", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceProd",
    "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp",
)  # fmt: skip
def reduce(site: Site) -> Made | None:
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
    return foreign(site, shape)
