"""Normalisation in PyTorch."""

from math import prod
from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.torch_write.base import (
    Argument,
    Call,
    axes_of,
    channels_in,
    module,
    same,
)
from cnncalc.ops.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LocalResponseNorm


@module(BatchNorm)
def bn(op: BatchNorm, layer: Layer) -> Call:
    """Source: PyTorch `nn.BatchNorm2d`."""
    return _norm(op, layer, f"nn.BatchNorm{max(1, axes_of(layer))}d", affine=True)


@module(InstanceNorm)
def instance_norm(op: InstanceNorm, layer: Layer) -> Call:
    """Source: PyTorch `nn.InstanceNorm2d`; one over a single value needs a class of ours."""
    name = f"InstanceNorm{axes_of(layer)}d"
    if prod(layer.input_shapes[0][1:]) > 1:
        return _norm(op, layer, f"nn.{name}", affine=False)
    return _norm(op, layer, f"Lone{name}", affine=False)._replace(helper=f"Lone{name}")


def _norm(op: Any, layer: Layer, name: str, *, affine: bool) -> Call:
    arguments = (
        channels_in(layer, "num_features"),
        same(op, "eps", 1e-05),
        same(op, "affine", affine),
    )
    return Call(name, arguments)


@module(LayerNorm)
def layer_norm(op: LayerNorm, layer: Layer) -> Call:
    """Over the channels: of a map they are put last for it, in a class of ours."""
    channels = channels_in(layer, "normalized_shape")
    affine = same(op, "elementwise_affine", True, "affine")  # noqa: FBT003 - PyTorch's default
    arguments = (channels, same(op, "eps", 1e-05), affine)
    if not axes_of(layer):
        return Call("nn.LayerNorm", arguments)
    return Call("ChannelNorm", arguments, "ChannelNorm")


@module(GroupNorm)
def group_norm(op: GroupNorm, layer: Layer) -> Call:
    """Source: PyTorch `nn.GroupNorm`."""
    arguments = (
        same(op, "num_groups", ..., "groups"),
        channels_in(layer, "num_channels"),
        same(op, "eps", 1e-05),
        same(op, "affine", True),  # noqa: FBT003 - PyTorch's default
    )
    return Call("nn.GroupNorm", arguments)


@module(LocalResponseNorm)
def lrn(op: LocalResponseNorm, layer: Layer) -> Call:
    """Source: PyTorch `nn.LocalResponseNorm`; a flat input gets an axis for it."""
    arguments = (
        same(op, "size", ...),
        same(op, "alpha", 0.0001),
        same(op, "beta", 0.75),
        Argument("k", op.k, 1.0, "k"),
    )
    if axes_of(layer):
        return Call("nn.LocalResponseNorm", arguments)
    return Call("FlatResponseNorm", arguments, "FlatResponseNorm")
