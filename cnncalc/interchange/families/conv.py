"""Convolutions.

Source: ONNX operators Conv, opset 11 and 22, and ConvTranspose, opset 11; PyTorch `nn.Conv2d`,
`nn.ConvTranspose2d`.
"""

from math import isclose, prod
from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, Value
from cnncalc.interchange.terms.call import (
    Argument,
    Call,
    axes_of,
    channels_in,
    flat_pads,
    module,
    same,
    short,
)
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.holding import bias_names, weight_names
from cnncalc.interchange.terms.made import (
    MOST_TAPS,
    Made,
    batched,
    decimal,
    each_place,
    foreign,
    reads,
)
from cnncalc.ops.activation import Times
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.values import Shape
from cnncalc.ops.window import Sliding, Window, pads

# PyTorch out


@module(Conv, DepthwiseConv)
def conv_to_torch(op: Any, layer: Layer) -> Call:
    """A convolution; a border that is uneven stands before it."""
    return _conv(op, layer, f"Conv{axes_of(layer)}d", ())


@module(TransposedConv)
def upconv_to_torch(op: TransposedConv, layer: Layer) -> Call:
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
    if isinstance(op, Conv) and op.standardized:
        gain = same(op, "gain", False)  # noqa: FBT003 - of our class
        border = () if is_even else (Argument("pads", flat_pads(pads)),)
        return Call(f"Std{name}", (*arguments, gain, same(op, "eps", 1e-6), *border), f"Std{name}")
    if is_even:
        return Call(f"nn.{name}", arguments)
    return Call(f"Padded{name}", (*arguments, Argument("pads", flat_pads(pads))), f"Padded{name}")


# ONNX out


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
def conv_to_onnx(op: Any, draft: Draft) -> str:
    """Conv; a depthwise one has as many groups as input channels."""
    groups = draft.shapes[0][0] if isinstance(op, DepthwiseConv) else op.groups
    tensors = draft.given("weight", "bias")
    if isinstance(op, Conv) and op.standardized:
        tensors[0] = standardized(op, draft)
    return draft.node("Conv", *draft.inputs, *tensors, **sliding(op, draft), group=groups)


def standardized(op: Conv, draft: Draft) -> str:
    """The weights with each output channel's as one channel that is normalised.

    Source: ONNX operator InstanceNormalization, opset 6.
    """
    shape = draft.declared["weight"]
    flat = draft.node("Reshape", draft.parameter("weight"), draft.constant(1, shape[0], -1))
    factor = draft.repeated(1.0, shape[0])
    if op.gain:
        root = draft.scalar(prod(shape[1:]) ** -0.5)
        factor = draft.node("Mul", draft.parameter("gain"), root)
    shift = draft.repeated(0.0, shape[0])
    flat = draft.node("InstanceNormalization", flat, factor, shift, epsilon=op.eps)
    return draft.node("Reshape", flat, draft.constant(*shape))


@writes(TransposedConv)
def upconv_to_onnx(op: TransposedConv, draft: Draft) -> str:
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


# ONNX in


def each_axis(site: Site, name: str, axes: int, default: int) -> tuple[int, ...]:
    """An attribute with one number for each spatial axis.

    Raises:
        SpecError: it has another length, or absurd numbers.
    """
    found = tuple(site.get(name) or (default,) * axes)
    if len(found) != axes:
        refuse("E703", f"`{site.title}` has {len(found)} `{name}` for {axes} spatial axes")
    if any(abs(number) > MOST_TAPS for number in found):
        refuse("E703", f"`{site.title}` has `{name}` of {max(found)}")
    return found


def padding_of(
    site: Site, size: Shape, windows: tuple[Window, ...]
) -> tuple[tuple[int, int], ...]:
    """The padding before and after along each axis, from `pads` or `auto_pad`."""
    auto = site.get("auto_pad", "NOTSET")
    if auto in {"SAME_UPPER", "SAME_LOWER"}:
        both = [pads("same", one, n) for one, n in zip(windows, size, strict=True)]  # type: ignore[arg-type]
        return tuple(pair if auto == "SAME_UPPER" else pair[::-1] for pair in both)
    given = site.get("pads") if auto == "NOTSET" else None
    flat = tuple(given or (0,) * (2 * len(size)))
    if len(flat) != 2 * len(size):
        refuse("E703", f"`{site.title}` has {len(flat)} `pads` for {len(size)} spatial axes")
    return tuple(zip(flat[: len(size)], flat[len(size) :], strict=True))


def windows_of(site: Site, kernel: Shape) -> tuple[Window, ...]:
    """The kernel sliding along each axis, its padding not known yet."""
    axes = len(kernel)
    strides = each_axis(site, "strides", axes, 1)
    dilations = each_axis(site, "dilations", axes, 1)
    if min((*kernel, *strides, *dilations), default=1) < 1 or max(kernel, default=1) > MOST_TAPS:
        refuse("E703", f"`{site.title}` has a kernel, stride or dilation out of bounds")
    sliding = zip(kernel, strides, dilations, strict=True)
    return tuple(Window(k, s, d, 0, 0) for k, s, d in sliding)


def weighed(site: Site, weight: Value, bias: Value | None) -> Made | None:
    """A convolution with this weight and bias; None when no op of ours is the same."""
    x, group = site.x, int(site.get("group", 1))
    if len(x.shape) != len(weight.shape) or len(x.shape) < 3:
        ranks = f"{len(x.shape)} axes and its weight {len(weight.shape)}"
        refuse("E703", f"the input of `{site.title}` has {ranks}")
    channels, size = x.shape[1], x.shape[2:]
    if weight.shape[1] * group != channels:
        taken = f"{weight.shape[1]} channels in each of {group} groups"
        refuse("E703", f"`{site.title}` takes {taken}, its input has {channels}")
    windows = windows_of(site, weight.shape[2:])
    settings: dict[str, Any] = {
        "kernel_size": weight.shape[2:],
        "stride": tuple(one.stride for one in windows),
        "dilation": tuple(one.dilation for one in windows),
        "padding": padding_of(site, size, windows),
        "bias": bool(bias_names(bias)),
    }
    holds = (*weight_names(weight), *bias_names(bias))
    is_standardized = site.node.op_type == "StandardizedConv"
    if 1 < group == channels and not weight.shape[0] % group and not is_standardized:
        settings["multiplier"] = weight.shape[0] // group
        return batched(site, DepthwiseConv, settings, holds)
    settings |= {"out_channels": weight.shape[0], "groups": group}
    if is_standardized:
        gain = site.optional(3)
        settings |= {"standardized": True, "gain": gain is not None}
        settings["eps"] = decimal(site.get("epsilon"))
        holds += weight_names(gain)
    return batched(site, Conv, settings, holds)


@reads("Conv", multiplies=True)
def conv_from_onnx(site: Site) -> Made | None:
    """`conv`, or `dwconv` with as many groups as channels."""
    return weighed(site, site.value(1), site.optional(2))


@reads("StandardizedConv", multiplies=True)
def standardized_from_onnx(site: Site) -> Made | None:
    """`conv`, put together by `onnx.read.patterns`; a factor of its own stands before it."""
    made = weighed(site, site.value(1), site.optional(2))
    factor = site.get("factor")
    if made is None or not isinstance(made.op, Conv) or isclose(factor, 1, rel_tol=1e-5):
        return made
    before = each_place(site, Times, {"factor": decimal(factor)})
    return made._replace(after=before._replace(holds=()))


@reads("ConvTranspose", multiplies=True)
def upconv_from_onnx(site: Site) -> Made | None:
    """`upconv`; `output_shape` and `auto_pad` become explicit padding."""
    x, weight, bias = site.x, site.value(1), site.optional(2)
    if len(x.shape) != len(weight.shape) or len(x.shape) < 3 or x.shape[1] != weight.shape[0]:
        refuse("E703", f"the input of `{site.title}` does not suit its weight")
    group, size = int(site.get("group", 1)), x.shape[2:]
    windows = windows_of(site, weight.shape[2:])
    around, extra = _cropped(site, size, windows)
    settings: dict[str, Any] = {
        "out_channels": weight.shape[1] * group,
        "kernel_size": weight.shape[2:],
        "stride": tuple(one.stride for one in windows),
        "dilation": tuple(one.dilation for one in windows),
        "padding": around,
        "output_padding": extra,
        "groups": group,
        "bias": bool(bias_names(bias)),
    }
    made = batched(site, TransposedConv, settings, (*weight_names(weight), *bias_names(bias)))
    if made is not None:
        return made
    grown = tuple(
        (n - 1) * one.stride + one.extent + more - before - after
        for n, one, more, (before, after) in zip(size, windows, extra, around, strict=True)
    )
    terms = (("inputs", prod(x.shape)), ("taps", prod(weight.shape[1:])))
    return foreign(site, (x.shape[0], weight.shape[1] * group, *grown), terms=terms)


def _cropped(
    site: Site, size: Shape, windows: tuple[Window, ...]
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """The padding that a transposed convolution takes away, and what it adds behind.

    Source: ONNX ConvTranspose, opset 11: `total_padding = stride*(input - 1) + output_padding +
    extent - output_shape`, the odd row before for SAME_LOWER and behind for SAME_UPPER. Where the
    shape that is wanted is larger, what is missing is added behind.
    """
    extra = each_axis(site, "output_padding", len(size), 0)
    auto, wanted = site.get("auto_pad", "NOTSET"), site.get("output_shape")
    if not wanted and auto in {"SAME_UPPER", "SAME_LOWER"}:
        wanted = tuple(n * one.stride for n, one in zip(size, windows, strict=True))
    if not wanted:
        return padding_of(site, size, windows), extra
    if len(wanted) < len(size) or max(wanted) > MOST_TAPS:
        refuse("E703", f"`{site.title}` has an `output_shape` that does not suit its input")
    found, added = [], []
    for n, one, more, out in zip(size, windows, extra, tuple(wanted)[-len(size) :], strict=True):
        total = (n - 1) * one.stride + more + one.extent - out
        halves = (max(0, total) // 2, max(0, total) - max(0, total) // 2)
        found.append(halves if auto == "SAME_UPPER" else halves[::-1])
        added.append(more + max(0, -total))
    return tuple(found), tuple(added)


@reads("DeformConv", multiplies=True)
def deformable_from_onnx(site: Site) -> Made | None:
    """A convolution whose taps lie where another input says; reading between places is free.

    Source: ONNX operator DeformConv, opset 22; its inputs are x, weight, offsets, bias, mask.
    """
    made = weighed(site, site.value(1), site.optional(3))
    if made is None or made.op is None:
        return None
    terms = (("outputs", prod(made.shape)), ("taps", prod(site.value(1).shape[1:])))
    return foreign(site, made.shape, terms=terms, holds=made.holds)


@reads("CausalConvWithState", multiplies=True)
def causal_from_onnx(site: Site) -> Made:
    """Each channel along time for itself, with what came before. Source: ONNX, opset 27."""
    x, weight = site.x, site.value(1)
    terms = (("values", prod(x.shape)), ("taps", prod(weight.shape[1:])))
    holds = (*weight_names(weight), *bias_names(site.optional(2)))
    return foreign(site, x.shape, terms=terms, holds=holds)
