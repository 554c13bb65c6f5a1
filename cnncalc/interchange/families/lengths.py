"""Normalisation by lengths, without a mean that is taken off.

Source: ONNX operators RMSNormalization, opset 23, LpNormalization, opset 1; Woo et al. 2023,
"ConvNeXt V2", §3.2; PyTorch `nn.RMSNorm`, `F.normalize`.
"""

from cnncalc.graph import Layer
from cnncalc.interchange.families.norm import eps_of, learned
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.call import Argument, Call, axes_of, channels_in, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.made import (
    Made,
    axis_of,
    batched,
    decimal,
    fitted,
    foreign,
    last_axis,
    reads,
)
from cnncalc.interchange.terms.onnx_ops import ChannelsLast
from cnncalc.ops.norm import L2Norm, ResponseNorm, RmsNorm

# PyTorch out


@module(RmsNorm)
def rms_norm_to_torch(op: RmsNorm, layer: Layer) -> Call:
    """Over the channels: of a map they are put last for it, in a class of ours."""
    affine = same(op, "elementwise_affine", True, "affine")  # noqa: FBT003 - PyTorch's default
    eps = Argument("eps", op.eps, None, "eps")
    arguments = (channels_in(layer, "normalized_shape"), eps, affine)
    if not axes_of(layer):
        return Call("nn.RMSNorm", arguments)
    return Call("ChannelRMSNorm", arguments, "ChannelRMSNorm")


@module(L2Norm)
def l2_norm_to_torch(op: L2Norm, _layer: Layer) -> Call:
    """A class of ours: PyTorch has a function."""
    return Call("L2Norm", (same(op, "eps", 1e-12),), "L2Norm")


@module(ResponseNorm)
def grn_to_torch(op: ResponseNorm, layer: Layer) -> Call:
    """A class of ours: PyTorch has none."""
    axes = Argument("axes", axes_of(layer), 2)
    arguments = (channels_in(layer, "channels"), same(op, "eps", 1e-06), axes)
    return Call("ResponseNorm", arguments, "ResponseNorm")


# ONNX out


@writes(RmsNorm)
def rms_norm_to_onnx(op: RmsNorm, draft: Draft) -> str:
    """By its parts: the operator RMSNormalization came with opset 23.

    Source: ONNX operators ReduceMean, opset 18, Sqrt and Div.
    """
    [x] = draft.inputs
    square = draft.node("ReduceMean", draft.node("Mul", x, x), draft.constant(1), keepdims=1)
    root = draft.node("Sqrt", draft.node("Add", square, draft.scalar(op.eps)))
    y = draft.node("Div", x, root)
    return draft.node("Mul", y, draft.per_channel("weight")) if op.affine else y


@writes(L2Norm)
def l2_norm_to_onnx(op: L2Norm, draft: Draft) -> str:
    """By its parts: what LpNormalization makes of a length of 0 is not told.

    Source: ONNX operators ReduceL2, opset 18, Clip, opset 13, and Div.
    """
    [x] = draft.inputs
    length = draft.node("ReduceL2", x, draft.constant(1), keepdims=1)
    return draft.node("Div", x, draft.node("Clip", length, draft.scalar(op.eps)))


@writes(ResponseNorm)
def grn_to_onnx(op: ResponseNorm, draft: Draft) -> str:
    """By its parts. Source: Woo et al. 2023, §3.2, algorithm 1."""
    [x], rank = draft.inputs, len(draft.shapes[0]) + 1
    length = draft.node("ReduceL2", x, draft.constant(*range(2, rank)), keepdims=1)
    mean = draft.node("ReduceMean", length, draft.constant(1), keepdims=1)
    share = draft.node("Div", length, draft.node("Add", mean, draft.scalar(op.eps)))
    scaled = draft.node("Mul", draft.node("Mul", x, share), draft.per_channel("weight"))
    return draft.node("Add", x, draft.node("Add", scaled, draft.per_channel("bias")))


# ONNX in


@reads("RMSNormalization", "SimplifiedLayerNormalization")  # the name that ONNX Runtime gave it
def rms_norm_from_onnx(site: Site) -> Made | None:
    """`rms_norm` of the last axis at every place, or, put together, of the channels."""
    rank = len(site.x.shape)
    scale = site.optional(1)
    holds = scale.sources if scale is not None else ()
    settings = {"eps": eps_of(site), "affine": bool(holds)}
    axis = axis_of(site, rank, -1)
    if axis == rank - 1:
        return last_axis(site, RmsNorm, settings, holds)
    if axis == 1 and site.node.parts:
        return batched(site, RmsNorm, settings, holds)
    return foreign(site, site.x.shape, name="rms_norm")


@reads("LpNormalization")
def lp_norm_from_onnx(site: Site) -> Made | None:
    """`l2_norm` over the channels, or over the last axis at every place."""
    rank = len(site.x.shape)
    axis, eps = axis_of(site, rank, -1), decimal(site.get("epsilon", 1e-12))
    if int(site.get("p", 2)) == 2 and axis == rank - 1:
        return last_axis(site, L2Norm, {"eps": eps})
    if int(site.get("p", 2)) == 2 and axis == 1:
        return batched(site, L2Norm, {"eps": eps})
    return foreign(site, site.x.shape)


@reads("ResponseNormalization")
def grn_from_onnx(site: Site) -> Made | None:
    """`grn`, put together by `onnx.read.patterns`; None where it is over other axes."""
    x, rank, holds = site.x, len(site.x.shape), learned(site)
    channel, settings = axis_of(site, rank, 1), {"eps": eps_of(site)}
    space = {axis % rank for axis in site.get("axes") if -rank <= axis < rank}
    if rank < 3 or space != set(range(1, rank)) - {channel}:
        return None
    if channel == 1:
        return batched(site, ResponseNorm, settings, holds)
    made = fitted(ResponseNorm, settings, (x.shape[-1], *x.shape[1:-1]))
    if made is None or channel != rank - 1 or x.shape[0] != 1:
        return None
    return Made(ChannelsLast(made[0]), x.shape, (x,), holds)
