"""Layers that have weights, and normalisations. Source: PyTorch, `torch.nn.functional`."""

from typing import Any

from cnncalc.interchange.aten.call import Call, Ref
from cnncalc.interchange.aten.writer import Writer, writes


def spread(told: Any, axes: int) -> list[int]:
    """One number for each axis of space."""
    listed = [told] if isinstance(told, int) else list(told or ())
    return listed * axes if len(listed) == 1 else listed


@writes("conv1d", "conv2d", "conv3d", "convolution", "_convolution")
def convolved(w: Writer, call: Call) -> None:
    """A convolution; without a batch it gets one of 1."""
    weight, bias = call.get("weight"), call.get("bias")
    axes = len(weight.shape) - 2
    if call.get("transposed"):
        transposed(w, call)
        return
    padding, dilation = call.get("padding", 0), spread(call.get("dilation", 1), axes)
    kernel = weight.shape[2:]
    if isinstance(padding, str):
        total = [d * (k - 1) * (padding == "same") for d, k in zip(dilation, kernel, strict=True)]
        pads = [n // 2 for n in total] + [n - n // 2 for n in total]
    else:
        pads = spread(padding, axes) * 2
    _sliding(
        w, call, "Conv", [call.first, weight, *([bias] if bias else [])], axes,
        dilations=dilation, group=call.get("groups", 1), kernel_shape=kernel, pads=pads,
        strides=spread(call.get("stride", 1), axes),
    )  # fmt: skip


@writes("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def transposed(w: Writer, call: Call) -> None:
    """A transposed convolution."""
    weight, bias = call.get("weight"), call.get("bias")
    axes = len(weight.shape) - 2
    more = spread(call.get("output_padding", 0), axes)
    _sliding(
        w, call, "ConvTranspose", [call.first, weight, *([bias] if bias else [])], axes,
        dilations=spread(call.get("dilation", 1), axes), group=call.get("groups", 1),
        kernel_shape=weight.shape[2:], pads=spread(call.get("padding", 0), axes) * 2,
        strides=spread(call.get("stride", 1), axes),
        output_padding=more if any(more) else None,
    )  # fmt: skip


def _sliding(  # noqa: PLR0917 - a call and what it becomes
    w: Writer, call: Call, op_type: str, inputs: list[Ref], axes: int, **attributes: Any
) -> None:
    """The node, on a batch of one where the input has none."""
    x, *others = inputs
    if len(x.shape) == axes + 1:
        one = w.node("Unsqueeze", [x, w.ints(0)], shape=(1, *x.shape))
        found = w.node(op_type, [one, *others], shape=(1, *call.out.shape), **attributes)
        w.node("Squeeze", [found, w.ints(0)], call.out)
    else:
        w.node(op_type, inputs, call.out, **attributes)


@writes("deform_conv2d")
def deformed(w: Writer, call: Call) -> None:
    """A convolution that reads where another layer says. Source: torchvision `deform_conv2d`."""
    names = ("input", "weight", "offset", "bias", "mask")
    x, weight, offset, bias, mask = (call.get(name) for name in names)
    pairs = {
        name: [call.get(f"{short}_h"), call.get(f"{short}_w")]
        for name, short in (("strides", "stride"), ("pads", "pad"), ("dilations", "dilation"))
    }
    inputs = [x, weight, offset, bias, mask if call.get("use_mask") else None]
    while inputs[-1] is None:
        inputs.pop()
    w.node(
        "DeformConv", inputs, call.out, dilations=pairs["dilations"], strides=pairs["strides"],
        group=call.get("groups", 1), offset_group=call.get("offset_groups", 1),
        kernel_shape=weight.shape[2:], pads=pairs["pads"] * 2,
    )  # fmt: skip


@writes("linear")
def linear(w: Writer, call: Call) -> None:
    """A matrix of weights at every place."""
    x, weight, bias = call.first, call.get("weight"), call.get("bias")
    turned = w.node(
        "Transpose", [weight], shape=weight.shape[::-1], perm=[1, 0][: len(weight.shape)]
    )
    if bias is None:
        w.node("MatMul", [x, turned], call.out)
    elif len(x.shape) == 2:
        w.node("Gemm", [x, turned, bias], call.out)
    else:
        product = w.node("MatMul", [x, turned], shape=call.out.shape)
        w.node("Add", [bias, product], call.out)


@writes("addmm", "baddbmm", "addbmm", "addmv")
def added_product(w: Writer, call: Call) -> None:
    """A product and what is added to it."""
    bias, one, other = list(call.read)[:3]
    scale, share = call.get("alpha", 1), call.get("beta", 1)
    if call.op == "addmm" and (scale, share) == (1, 1):
        w.node("Gemm", [one, other, bias], call.out)
        return
    product = w.node("MatMul", [one, other], shape=call.out.shape)
    if scale != 1:
        product = w.node("Mul", [product, w.number(scale)], shape=call.out.shape)
    added: Ref | str = bias
    if share != 1:
        added = w.node("Mul", [bias, w.number(share)], shape=bias.shape)
    w.node("Add", [product, added], call.out)


@writes("batch_norm", "native_batch_norm", "_native_batch_norm_legit_no_training",
        "cudnn_batch_norm", "_batch_norm_impl_index", "_native_batch_norm_legit")  # fmt: skip
def batch_norm(w: Writer, call: Call) -> None:
    """By what was seen in training; without such by the batch itself."""
    x, channels = call.first, call.first.shape[1]
    mean, variance = call.get("running_mean"), call.get("running_var")
    factors = [
        call.get(name) or w.filled(number, channels)
        for name, number in (("weight", 1.0), ("bias", 0.0))
    ]
    running = [mean or w.filled(0.0, channels), variance or w.filled(1.0, channels)]
    if len(x.shape) < 2:
        w.node("batch_norm", list(call.read), call.out, domain="torch.aten.free")
        return
    w.node(
        "BatchNormalization", [x, *factors, *running], call.out,
        epsilon=float(call.get("eps", 1e-5)), training_mode=None if mean else 1,
    )  # fmt: skip


@writes("instance_norm")
def instance_norm(w: Writer, call: Call) -> None:
    """Of each channel by itself, or by what was seen in training."""
    if not call.get("use_input_stats", True) and call.get("running_mean"):
        batch_norm(w, call)
        return
    x, channels = call.first, call.first.shape[1]
    factors = [
        call.get(name) or w.filled(number, channels)
        for name, number in (("weight", 1.0), ("bias", 0.0))
    ]
    w.node("InstanceNormalization", [x, *factors], call.out, epsilon=float(call.get("eps", 1e-5)))


@writes("group_norm", "native_group_norm")
def group_norm(w: Writer, call: Call) -> None:
    """Of groups of channels."""
    x, channels = call.first, call.first.shape[1]
    factors = [
        call.get(name) or w.filled(number, channels)
        for name, number in (("weight", 1.0), ("bias", 0.0))
    ]
    groups = call.get("num_groups") or call.get("group")
    w.node(
        "GroupNormalization", [x, *factors], call.out, num_groups=groups,
        epsilon=float(call.get("eps", 1e-5)),
    )  # fmt: skip


@writes("layer_norm", "native_layer_norm")
def layer_norm(w: Writer, call: Call) -> None:
    """Of the last axes at every place."""
    shape = tuple(call.get("normalized_shape"))
    scale = call.get("weight") or w.filled(1.0, *shape)
    shift = call.get("bias")
    w.node(
        "LayerNormalization", [call.first, scale, *([shift] if shift else [])], call.outputs[0],
        axis=-len(shape), epsilon=float(call.get("eps", 1e-5)),
    )  # fmt: skip


@writes("rms_norm", "_fused_rms_norm")
def rms_norm(w: Writer, call: Call) -> None:
    """By the root of the mean of the squares; the least by default is that of float32."""
    shape = tuple(call.get("normalized_shape"))
    scale = call.get("weight") or w.filled(1.0, *shape)
    eps = float(call.get("eps", 2.0**-23))
    w.node("RMSNormalization", [call.first, scale], call.out, axis=-len(shape), epsilon=eps)


@writes("prelu")
def prelu(w: Writer, call: Call) -> None:
    """A learned slope below 0, one or one a channel."""
    x, slope = call.first, call.get("weight")
    name: Ref | str = slope
    if len(slope.shape) == 1 and len(x.shape) > 2:
        shape = (*slope.shape, *(1,) * (len(x.shape) - 2))
        axes = range(1, len(shape))
        name = w.node("Unsqueeze", [slope, w.ints(*axes)], shape=shape)
    w.node("PRelu", [x, name], call.out)
