"""Convolutions in PyTorch. Source: PyTorch `nn.Conv2d`, `nn.ConvTranspose2d`."""

from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.torch_write.base import (
    Argument,
    Call,
    axes_of,
    channels_in,
    flat_pads,
    module,
    same,
    short,
)
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv


@module(Conv, DepthwiseConv)
def conv(op: Any, layer: Layer) -> Call:
    """A convolution; a border that is uneven stands before it."""
    return _conv(op, layer, f"Conv{axes_of(layer)}d", ())


@module(TransposedConv)
def upconv(op: TransposedConv, layer: Layer) -> Call:
    """A transposed convolution; a border that is uneven is cut off behind it."""
    more = (same(op, "output_padding", 0),)
    return _conv(op, layer, f"ConvTranspose{axes_of(layer)}d", more)


def _conv(op: Any, layer: Layer, name: str, more: tuple[Argument, ...]) -> Call:
    windows = op.windows(layer.input_shapes)
    pads = [(window.before, window.after) for window in windows]
    is_even = all(before == after for before, after in pads)
    if isinstance(op, DepthwiseConv):
        groups = Argument("groups", layer.input_shapes[0][0], 1, role="in")
    else:
        groups = same(op, "groups", 1)
    arguments = (
        channels_in(layer, "in_channels"),
        Argument("out_channels", layer.output_shape[0], ..., "out_channels", "out"),
        same(op, "kernel_size", ...),
        same(op, "stride", 1),
        Argument("padding", short(tuple(b for b, _ in pads)) if is_even else 0, 0, "padding"),
        *more,
        same(op, "dilation", 1),
        groups,
        same(op, "bias", True),  # noqa: FBT003 - PyTorch's default
    )
    if is_even:
        return Call(f"nn.{name}", arguments)
    return Call(f"Padded{name}", (*arguments, Argument("pads", flat_pads(pads))), f"Padded{name}")
