"""Normalisation.

Source: ONNX operators BatchNormalization, opset 15, LayerNormalization, opset 17, and their kin;
PyTorch `torch.nn`.
"""

from math import prod
from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.call import Argument, Call, axes_of, channels_in, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.holding import weight_names
from cnncalc.interchange.terms.made import (
    Made,
    axis_of,
    batched,
    decimal,
    foreign,
    last_axis,
    reads,
)
from cnncalc.ops.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LocalResponseNorm

# PyTorch out


@module(BatchNorm)
def bn_to_torch(op: BatchNorm, layer: Layer) -> Call:
    """Source: PyTorch `nn.BatchNorm2d`."""
    return _norm(op, layer, f"nn.BatchNorm{max(1, axes_of(layer))}d", affine=True)


@module(InstanceNorm)
def instance_norm_to_torch(op: InstanceNorm, layer: Layer) -> Call:
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
def layer_norm_to_torch(op: LayerNorm, layer: Layer) -> Call:
    """Over the channels: of a map they are put last for it, in a class of ours."""
    channels = channels_in(layer, "normalized_shape")
    affine = same(op, "elementwise_affine", True, "affine")  # noqa: FBT003 - PyTorch's default
    bias = same(op, "bias", True)  # noqa: FBT003 - PyTorch's default
    arguments = (channels, same(op, "eps", 1e-05), affine, bias)
    if not axes_of(layer):
        return Call("nn.LayerNorm", arguments)
    return Call("ChannelNorm", arguments, "ChannelNorm")


@module(GroupNorm)
def group_norm_to_torch(op: GroupNorm, layer: Layer) -> Call:
    """Source: PyTorch `nn.GroupNorm`."""
    arguments = (
        same(op, "num_groups", ..., "groups"),
        channels_in(layer, "num_channels"),
        same(op, "eps", 1e-05),
        same(op, "affine", True),  # noqa: FBT003 - PyTorch's default
    )
    if op.affine and not op.bias:
        return Call("ScaledGroupNorm", arguments[:3], "ScaledGroupNorm")
    return Call("nn.GroupNorm", arguments)


@module(LocalResponseNorm)
def lrn_to_torch(op: LocalResponseNorm, layer: Layer) -> Call:
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


# ONNX out


@writes(BatchNorm)
def bn_to_onnx(op: BatchNorm, draft: Draft) -> str:
    """BatchNormalization; what is not learned is a constant.

    Source: ONNX operator BatchNormalization, opset 15.
    """
    channels = draft.shapes[0][0]
    learned = ("weight", "bias") if op.affine else ()
    factors = draft.given(*learned) or [draft.repeated(value, channels) for value in (1.0, 0.0)]
    running = draft.given("running_mean", "running_var")
    return draft.node(
        "BatchNormalization", *draft.inputs, *factors, *running, epsilon=float(op.eps)
    )


@writes(InstanceNorm)
def instance_norm_to_onnx(op: InstanceNorm, draft: Draft) -> str:
    """InstanceNormalization. Source: ONNX operator InstanceNormalization, opset 6."""
    channels = draft.shapes[0][0]
    factors = draft.given("weight", "bias") or [
        draft.repeated(value, channels) for value in (1.0, 0.0)
    ]
    return draft.node("InstanceNormalization", *draft.inputs, *factors, epsilon=float(op.eps))


@writes(LayerNorm)
def layer_norm_to_onnx(op: LayerNorm, draft: Draft) -> str:
    """LayerNormalization over the last axis, where the channels are put for it.

    Source: ONNX operator LayerNormalization, opset 17.
    """
    [x], axes = draft.inputs, len(draft.shapes[0]) - 1
    if axes:
        x = draft.node("Transpose", x, perm=[0, *range(2, 2 + axes), 1])
    factors = draft.given("weight", "bias") or [draft.repeated(1.0, draft.shapes[0][0])]
    y = draft.node("LayerNormalization", x, *factors, axis=-1, epsilon=float(op.eps))
    return draft.node("Transpose", y, perm=[0, axes + 1, *range(1, 1 + axes)]) if axes else y


@writes(GroupNorm)
def group_norm_to_onnx(op: GroupNorm, draft: Draft) -> str:
    """Each group as a channel of InstanceNormalization; then a factor and a term a channel.

    The operator GroupNormalization has a parameter a channel only from opset 21 on.

    Source: Wu & He 2018; ONNX operator InstanceNormalization, opset 6.
    """
    channels, *size = draft.shapes[0]
    groups = draft.node("Reshape", *draft.inputs, draft.constant(0, op.groups, -1))
    unit = [draft.repeated(value, op.groups) for value in (1.0, 0.0)]
    y = draft.node("InstanceNormalization", groups, *unit, epsilon=float(op.eps))
    y = draft.node("Reshape", y, draft.constant(0, channels, *size))
    if not op.affine:
        return y
    y = draft.node("Mul", y, draft.per_channel("weight"))
    return draft.node("Add", y, draft.per_channel("bias")) if op.bias else y


@writes(LocalResponseNorm)
def lrn_to_onnx(op: LocalResponseNorm, draft: Draft) -> str:
    """LRN where neighbours are an odd number and the map has two axes; else by its parts.

    Source: ONNX operators LRN, opset 13, and AveragePool over the squares along the channels.
    """
    [x], [channels, *size] = draft.inputs, draft.shapes[0]
    alpha, beta, k = float(op.alpha), float(op.beta), float(op.k)
    if op.size % 2 and len(size) == 2:
        return draft.node("LRN", x, size=op.size, alpha=alpha, beta=beta, bias=k)
    flat = draft.node("Reshape", x, draft.constant(0, 1, channels, prod(size)))
    squares = draft.node("Mul", flat, flat)
    around = [op.size // 2, 0, (op.size - 1) // 2, 0]
    mean = draft.node(
        "AveragePool", squares, kernel_shape=[op.size, 1], pads=around, count_include_pad=1
    )
    scaled = draft.node("Mul", mean, draft.scalar(alpha))
    raised = draft.node("Pow", draft.node("Add", scaled, draft.scalar(k)), draft.scalar(beta))
    return draft.node(
        "Reshape", draft.node("Div", flat, raised), draft.constant(0, channels, *size)
    )


# ONNX in


def learned(site: Site) -> tuple[str, ...]:
    """The tensors behind a scale and a shift."""
    both = (site.optional(1), site.optional(2))
    return tuple(name for value in both if value is not None for name in value.sources)


@reads("BatchNormalization")
def bn_from_onnx(site: Site) -> Made | None:
    """`bn`; a scale and shift that no initializer holds are not learned."""
    holds = learned(site)
    settings = {"eps": eps_of(site), "affine": bool(holds)}
    return batched(site, BatchNorm, settings, holds)


@reads("InstanceNormalization")
def instance_norm_from_onnx(site: Site) -> Made | None:
    """`instance_norm`."""
    holds = learned(site)
    return batched(site, InstanceNorm, {"eps": eps_of(site), "affine": bool(holds)}, holds)


@reads("GroupNormalization")
def group_norm_from_onnx(site: Site) -> Made | None:
    """`group_norm`; put together by `onnx.read.patterns`, it has a scale and a shift."""
    written = (*weight_names(site.optional(1)), *weight_names(site.optional(2)))
    holds, groups = written if site.node.parts else learned(site), int(site.get("num_groups", 1))
    settings = {"groups": groups, "eps": eps_of(site), "affine": bool(holds)}
    return batched(site, GroupNorm, settings, holds)


@reads("LayerNormalization")
def layer_norm_from_onnx(site: Site) -> Made | None:
    """`layer_norm` of the last axis at every place; over several axes as it stands."""
    rank = len(site.x.shape)
    if axis_of(site, rank, -1) == rank - 1:
        return last_axis(site, LayerNorm, _layer_norm(site), learned(site))
    return foreign(site, site.x.shape, name="layer_norm")


@reads("ChannelNormalization")
def channel_norm_from_onnx(site: Site) -> Made | None:
    """`layer_norm` of the channels at each position, put together by `onnx.read.patterns`."""
    return batched(site, LayerNorm, _layer_norm(site), learned(site))


def _layer_norm(site: Site) -> dict[str, Any]:
    """The settings of a layer normalisation: a scale that is learned may have no shift."""
    scale, shift = (
        value is not None and bool(value.sources) for value in map(site.optional, (1, 2))
    )
    return {"eps": eps_of(site), "affine": scale or shift, "bias": shift or not scale}


@reads("MeanVarianceNormalization")
def other_norms(site: Site) -> Made:
    """A normalisation that the spec language does not have."""
    return foreign(site, site.x.shape)


@reads("LRN")
def lrn_from_onnx(site: Site) -> Made | None:
    """`lrn`."""
    settings = {
        "size": int(site.get("size", 1)),
        "alpha": decimal(site.get("alpha", 1e-4)),
        "beta": decimal(site.get("beta", 0.75)),
        "k": decimal(site.get("bias", 1.0)),
    }
    return batched(site, LocalResponseNorm, settings)


def eps_of(site: Site) -> float:
    """What is added to the variance."""
    return decimal(site.get("epsilon", 1e-5))
