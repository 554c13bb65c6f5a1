"""A fixed filter over each channel: neither ONNX nor PyTorch has it as a layer.

Source: Zhang 2019, "Making Convolutional Networks Shift-Invariant Again", §3; ONNX operators Pad,
opset 13, mode `reflect`, and Conv, opset 11; timm `BlurPool2d`.
"""

from math import comb, prod

from cnncalc.graph import Layer
from cnncalc.interchange.families.conv import windows_of
from cnncalc.interchange.onnx_model.tensors import FEW
from cnncalc.interchange.onnx_model.values import Site, Value
from cnncalc.interchange.terms.call import Call, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.made import Made, batched, reads
from cnncalc.ops.pool import Blur
from cnncalc.ops.values import Shape

MOST_TAPS = 1000
"""Taps of a filter that are compared with those of a blur."""


def filter_of(kernel: Shape) -> list[float]:
    """The taps of all axes, the last axis first to move on."""
    taps = [1.0]
    for size in kernel:
        along = [comb(size - 1, place) / 2 ** (size - 1) for place in range(size)]
        taps = [tap * other for tap in taps for other in along]
    return taps


@writes(Blur)
def blur_to_onnx(op: Blur, draft: Draft) -> str:
    """A mirrored border, and a convolution with the same filter for every channel."""
    [x], channels, axes = draft.inputs, draft.shapes[0][0], len(op.kernel_size)
    around = [0, 0, *(size // 2 for size in op.kernel_size)] * 2
    x = draft.node("Pad", x, draft.constant(*around), mode="reflect")
    count = prod(op.kernel_size)
    draft.reserve(count * max(op.kernel_size))  # binomials grow with them
    taps = draft.series(count, lambda: filter_of(op.kernel_size), whole=False)
    taps = draft.node("Reshape", taps, draft.constant(1, 1, *op.kernel_size))
    weight = draft.node("Expand", taps, draft.constant(channels, *[1] * (axes + 1)))
    attributes = {"kernel_shape": list(op.kernel_size), "strides": list(op.stride)}
    return draft.node("Conv", x, weight, group=channels, **attributes)


@reads("Blurred")
def blur_from_onnx(site: Site) -> Made | None:
    """What `onnx.read.patterns` puts together of Pad and Conv; None if it is another filter."""
    x, around, weight = site.x, site.integers(1), site.value(2)
    kernel = weight.shape[2:]
    channels = x.shape[1] if len(x.shape) > 2 else 0
    if len(weight.shape) != len(x.shape) or weight.shape[:2] != (channels, 1):
        return None
    if int(site.get("group", 1)) != channels or any(site.get("pads") or ()):
        return None
    wanted = (0, 0, *(size // 2 for size in kernel)) * 2
    if around is None or tuple(around) != wanted or not _is_binomial(weight):
        return None
    windows = windows_of(site, kernel)
    if any(one.dilation > 1 for one in windows):
        return None
    settings = {"kernel_size": kernel, "stride": tuple(one.stride for one in windows)}
    return batched(site, Blur, settings, ())


def _is_binomial(weight: Value) -> bool:
    """Whether a weight, which is not trained, has these taps for every channel.

    Of many channels the numbers are not read: no other filter is known that is the same for all
    channels, fixed, and slides over a mirrored border.
    """
    taps = prod(weight.shape[2:])
    if weight.sources or not 0 < taps <= MOST_TAPS:
        return False
    numbers = weight.numbers
    if numbers is None:
        return prod(weight.shape) > FEW
    wanted = filter_of(weight.shape[2:])
    return all(abs(number - wanted[place % taps]) < 1e-6 for place, number in enumerate(numbers))


@module(Blur)
def blur_to_torch(op: Blur, _layer: Layer) -> Call:
    """A class of ours: PyTorch has none."""
    return Call("Blur", (same(op, "kernel_size", 3), same(op, "stride", 2)), "Blur")
