"""Ops that move, drop or repeat values, in PyTorch."""

from cnncalc.graph import Layer
from cnncalc.interchange.torch_write.base import (
    Argument,
    Call,
    axes_of,
    flat_pads,
    module,
    plain,
    same,
)
from cnncalc.ops.reshape import ChannelShuffle, Crop, Flatten, Pad, PixelShuffle, Slice, Upsample

plain(Flatten, "nn.Flatten")


@module(Pad)
def pad(op: Pad, layer: Layer) -> Call:
    """Source: PyTorch `nn.ConstantPad2d`."""
    pads = Argument("padding", flat_pads(op.amounts))
    return Call(f"nn.ConstantPad{axes_of(layer)}d", (pads, Argument("value", 0)))


@module(Crop)
def crop(op: Crop, _layer: Layer) -> Call:
    """A class of ours: PyTorch has no centred crop of a map."""
    return Call("Crop", (Argument("size", tuple(op.size)),), "Crop")


@module(Slice)
def slice_channels(op: Slice, _layer: Layer) -> Call:
    """A class of ours: in PyTorch it is an index."""
    return Call("Channels", (same(op, "start", ...), same(op, "stop", ...)), "Channels")


@module(Upsample)
def upsample(op: Upsample, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Upsample`."""
    arguments = (
        Argument("size", op.size, None),
        Argument("scale_factor", op.factor, None),
        Argument("mode", str(op.mode), "nearest"),
    )
    return Call("nn.Upsample", arguments)


@module(PixelShuffle)
def pixel_shuffle(op: PixelShuffle, _layer: Layer) -> Call:
    """Source: PyTorch `nn.PixelShuffle`."""
    return Call("nn.PixelShuffle", (same(op, "upscale_factor", ..., "factor"),))


@module(ChannelShuffle)
def channel_shuffle(op: ChannelShuffle, _layer: Layer) -> Call:
    """A class of ours: PyTorch's takes no flat input."""
    return Call("ChannelShuffle", (same(op, "groups", ...),), "ChannelShuffle")
