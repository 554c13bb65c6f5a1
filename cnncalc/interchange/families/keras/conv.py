"""Convolutions of Keras, whose `same` is that of TensorFlow.

Source: Keras 3.15, `layers/convolutional`; for the sizes of a transposed one
`compute_conv_transpose_output_length`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.values import Shape, Word


@keras("Conv1D", "Conv2D", "Conv3D")
def conv(use: Use) -> Tensor:
    """`conv`."""
    axes = int(use.kind[-2])
    x = use.mapped(axes)
    window = _window(use, axes)
    groups = use.whole("groups", 1) or use.refuse("`groups` is 0", code="E712")
    y = use.ours(
        Conv, x, out_channels=use.whole("filters"), groups=groups,
        bias=use.flag("use_bias", default=True), **window,
    )  # fmt: skip
    return use.activated(y)


@keras("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(use: Use) -> Tensor:
    """`dwconv`."""
    axes = int(use.kind[-2])
    y = use.ours(
        DepthwiseConv, use.mapped(axes), multiplier=use.whole("depth_multiplier", 1),
        bias=use.flag("use_bias", default=True), **_window(use, axes),
    )  # fmt: skip
    return use.activated(y)


@keras("SeparableConv1D", "SeparableConv2D")
def separable(use: Use) -> Tensor:
    """`dwconv` without a bias, then a `conv` of one place."""
    axes = int(use.kind[-2])
    x = use.mapped(axes)
    use = use.grouped()
    y = use.ours(
        DepthwiseConv, x, label="depthwise", multiplier=use.whole("depth_multiplier", 1),
        bias=False, **_window(use, axes),
    )  # fmt: skip
    y = use.ours(
        Conv, y, label="pointwise", out_channels=use.whole("filters"), kernel_size=1,
        bias=use.flag("use_bias", default=True),
    )  # fmt: skip
    return use.activated(y)


@keras("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transposed(use: Use) -> Tensor:
    """`upconv`; a stride beyond the window leaves rows that nothing reaches."""
    axes = int(use.kind[4])
    x = use.mapped(axes)
    kernel, stride = use.taps("kernel_size", axes), use.taps("strides", axes, 1)
    dilation = use.taps("dilation_rate", axes, 1)
    extents = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    padding, extra = _cropped(use, extents, stride)
    y = use.ours(
        TransposedConv, x, out_channels=use.whole("filters"), kernel_size=kernel, stride=stride,
        dilation=dilation, padding=padding, output_padding=extra,
        groups=use.whole("groups", 1) or 1, bias=use.flag("use_bias", default=True),
    )  # fmt: skip
    return use.activated(y)


def _cropped(use: Use, extents: Shape, stride: Shape) -> tuple[Any, Shape]:
    """What is taken off a transposed convolution on both sides, and what is put at its end."""
    axes, is_same = len(stride), use.word("padding", "valid", "same") == "same"
    if use.value("output_padding", None) is not None:
        around = tuple((e // 2, e // 2) if is_same else (0, 0) for e in extents)
        return around, use.sizes("output_padding", axes)
    missing = tuple(max(s - e, 0) for e, s in zip(extents, stride, strict=True))
    totals = [max(e - s, 0) if is_same else 0 for e, s in zip(extents, stride, strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals), missing


def _window(use: Use, axes: int) -> dict[str, Any]:
    """The window of a convolution."""
    kernel, dilation = use.taps("kernel_size", axes), use.taps("dilation_rate", axes, 1)
    padding: Any = Word(use.word("padding", "valid", "same", "causal"))
    padding = 0 if padding == "valid" else padding
    if padding == "causal":
        if axes > 1:
            use.refuse("only sequences have a causal padding", code="E712")
        padding = ((dilation[0] * max(kernel[0] - 1, 0), 0),)
    stride = use.taps("strides", axes, 1)
    return {"kernel_size": kernel, "stride": stride, "dilation": dilation, "padding": padding}
