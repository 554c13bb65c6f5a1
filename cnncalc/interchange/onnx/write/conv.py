"""Convolutions in ONNX. Source: ONNX operators Conv and ConvTranspose, opset 11."""

from typing import Any

from cnncalc.interchange.onnx.write.base import Draft, writes
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.window import Sliding


def sliding(op: Sliding, draft: Draft) -> dict[str, Any]:
    """The attributes of whatever slides, the padding in numbers."""
    windows = op.windows(draft.shapes)
    attributes: dict[str, Any] = {
        "kernel_shape": [window.kernel for window in windows],
        "strides": [window.stride for window in windows],
        "pads": [*(window.before for window in windows), *(window.after for window in windows)],
    }
    if op.dilation:
        attributes["dilations"] = [window.dilation for window in windows]
    return attributes


@writes(Conv, DepthwiseConv)
def conv(op: Any, draft: Draft) -> str:
    """Conv; a depthwise one has as many groups as input channels."""
    groups = draft.shapes[0][0] if isinstance(op, DepthwiseConv) else op.groups
    tensors = draft.given("weight", "bias")
    return draft.node("Conv", *draft.inputs, *tensors, **sliding(op, draft), group=groups)


@writes(TransposedConv)
def upconv(op: TransposedConv, draft: Draft) -> str:
    """ConvTranspose.

    Runtimes take an output padding below the stride alone. A larger one, as a dilation allows,
    crops less behind, and what is left of it stands as zeros before the bias.
    """
    attributes = {**sliding(op, draft), "group": op.groups}
    pads, axes = attributes["pads"], len(op.stride)
    if all(extra < stride for extra, stride in zip(op.output_padding, op.stride, strict=True)):
        if any(op.output_padding):
            attributes["output_padding"] = list(op.output_padding)
        tensors = draft.given("weight", "bias")
        return draft.node("ConvTranspose", *draft.inputs, *tensors, **attributes)
    kept = [after - extra for after, extra in zip(pads[axes:], op.output_padding, strict=True)]
    attributes["pads"] = [*pads[:axes], *(max(after, 0) for after in kept)]
    y = draft.node("ConvTranspose", *draft.inputs, *draft.given("weight"), **attributes)
    zeros = [max(-after, 0) for after in kept]
    y = draft.node("Pad", y, draft.constant(*[0] * (axes + 4), *zeros))
    return draft.node("Add", y, draft.per_channel("bias")) if op.bias else y
