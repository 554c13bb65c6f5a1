"""Ops that move, drop or repeat values, in ONNX."""

from cnncalc.interchange.onnx.write.base import Draft, plain, writes
from cnncalc.ops.reshape import ChannelShuffle, Crop, Flatten, Pad, PixelShuffle, Slice, Upsample

plain(Flatten, "Flatten", axis=1)


@writes(Pad)
def pad(op: Pad, draft: Draft) -> str:
    """Pad with zeros. Source: ONNX operator Pad, opset 19."""
    before, after = zip(*op.amounts, strict=True)
    return draft.node("Pad", *draft.inputs, draft.constant(0, 0, *before, 0, 0, *after))


@writes(Crop)
def crop(op: Crop, draft: Draft) -> str:
    """Slice along every spatial axis. Source: ONNX operator Slice, opset 13."""
    starts = [(have - want) // 2 for have, want in zip(draft.shapes[0][1:], op.size, strict=True)]
    ends = [start + want for start, want in zip(starts, op.size, strict=True)]
    axes = range(2, 2 + len(starts))
    bounds = (draft.constant(*starts), draft.constant(*ends), draft.constant(*axes))
    return draft.node("Slice", *draft.inputs, *bounds)


@writes(Slice)
def slice_channels(op: Slice, draft: Draft) -> str:
    """Slice along the channels. Source: ONNX operator Slice, opset 13."""
    bounds = (draft.constant(op.start), draft.constant(op.stop), draft.constant(1))
    return draft.node("Slice", *draft.inputs, *bounds)


@writes(Upsample)
def upsample(op: Upsample, draft: Draft) -> str:
    """Resize to a size: nearest takes the cell that an output starts on.

    Source: ONNX operator Resize, opset 19; PyTorch `nn.Upsample` (`align_corners=False`).
    """
    is_nearest = op.mode == "nearest"
    size = draft.constant(*draft.output[1:])
    return draft.node(
        "Resize",
        *draft.inputs,
        "",
        "",
        size,
        axes=list(range(2, 1 + len(draft.output))),
        mode="nearest" if is_nearest else "linear",
        coordinate_transformation_mode="asymmetric" if is_nearest else "half_pixel",
        **({"nearest_mode": "floor"} if is_nearest else {}),
    )


@writes(PixelShuffle)
def pixel_shuffle(op: PixelShuffle, draft: Draft) -> str:
    """DepthToSpace, mode CRD. Source: ONNX operator DepthToSpace, opset 13."""
    return draft.node("DepthToSpace", *draft.inputs, blocksize=op.factor, mode="CRD")


@writes(ChannelShuffle)
def channel_shuffle(op: ChannelShuffle, draft: Draft) -> str:
    """Reshape, Transpose, Reshape. Source: Zhang et al. 2018, §3.1."""
    channels, *size = draft.shapes[0]
    dealt = draft.constant(0, op.groups, channels // op.groups, *size)
    parts = draft.node("Reshape", *draft.inputs, dealt)
    turned = draft.node("Transpose", parts, perm=[0, 2, 1, *range(3, 3 + len(size))])
    return draft.node("Reshape", turned, draft.constant(0, channels, *size))
