"""Pooling in PyTorch."""

from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.torch_write.base import (
    Argument,
    Call,
    axes_of,
    flat_pads,
    module,
    same,
    short,
)
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AveragePool,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    Pool,
)


@module(MaxPool)
def maxpool(op: MaxPool, layer: Layer) -> Call:
    """Source: PyTorch `nn.MaxPool2d`, whose padding is even and at most half of the kernel."""
    name = f"MaxPool{axes_of(layer)}d"
    if fits(op, layer):
        arguments = (*sliding(op, layer), same(op, "dilation", 1), ceil(op))
        return Call(f"nn.{name}", arguments)
    pads = Argument("pads", flat_pads(widened(op, layer)))
    arguments = (*sliding(op, layer)[:2], pads, same(op, "dilation", 1))
    return Call(f"Padded{name}", arguments, f"Padded{name}")


@module(AveragePool)
def avgpool(op: AveragePool, layer: Layer) -> Call:
    """Source: PyTorch `nn.AvgPool2d`, whose padding is even and at most half of the kernel."""
    name = f"AvgPool{axes_of(layer)}d"
    if fits(op, layer):
        counts = same(op, "count_include_pad", True)  # noqa: FBT003 - PyTorch's default
        return Call(f"nn.{name}", (*sliding(op, layer), ceil(op), counts))
    own = [(window.before, window.after) for window in op.windows(layer.input_shapes)]
    wide = widened(op, layer)
    counted = own if op.count_include_pad else [(0, 0)] * len(own)
    beyond = [(w[0] - c[0], w[1] - c[1]) for w, c in zip(wide, counted, strict=True)]
    pads = (Argument("counted", flat_pads(counted)), Argument("beyond", flat_pads(beyond)))
    return Call(f"Padded{name}", (*sliding(op, layer)[:2], *pads), f"Padded{name}")


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


def sliding(op: Pool, layer: Layer) -> tuple[Argument, ...]:
    """Kernel, stride and even padding."""
    before = short(tuple(window.before for window in op.windows(layer.input_shapes)))
    kernel = same(op, "kernel_size", ...)
    stride = same(op, "stride", kernel.value)
    return kernel, stride, Argument("padding", before, 0, "padding")


def ceil(op: Pool) -> Argument:
    """Whether sizes are rounded up."""
    return same(op, "ceil_mode", False)  # noqa: FBT003 - PyTorch's default


def widened(op: Pool, layer: Layer) -> list[tuple[int, int]]:
    """The padding with what the last windows reach beyond it."""
    windows, size = op.windows(layer.input_shapes), layer.input_shapes[0][1:]
    axes = zip(windows, size, layer.output_shape[1:], strict=True)
    return [
        (one.before, max(one.after, (steps - 1) * one.stride + one.extent - n - one.before))
        for one, n, steps in axes
    ]


@module(GlobalAveragePool, GlobalMaxPool)
def global_pool(op: Any, layer: Layer) -> Call:
    """An adaptive pool to size 1."""
    kind = "Avg" if isinstance(op, GlobalAveragePool) else "Max"
    return Call(f"nn.Adaptive{kind}Pool{axes_of(layer)}d", (Argument("output_size", 1),))


@module(AdaptiveAveragePool, AdaptiveMaxPool)
def adaptive_pool(op: Any, layer: Layer) -> Call:
    """Source: PyTorch `nn.AdaptiveAvgPool2d`."""
    kind = "Avg" if isinstance(op, AdaptiveAveragePool) else "Max"
    return Call(f"nn.Adaptive{kind}Pool{axes_of(layer)}d", (same(op, "output_size", ...),))
