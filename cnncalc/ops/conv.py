"""Convolutions: ordinary, depthwise and transposed, over one, two or three spatial axes."""

from collections.abc import Iterator, Mapping, Sequence
from math import gcd

from cnncalc.ops.footprint import Lanes, Reach
from cnncalc.ops.formula import AXIS_NAMES, Factors, Formula
from cnncalc.ops.values import (
    PADDING,
    Padding,
    Shape,
    Sizes,
    count,
    flag,
    number,
    padding,
    reject,
    show_shape,
    sizes,
)
from cnncalc.ops.window import Sliding, Window

STANDARD_EPS = 1e-6
"""What timm adds to the variance of standardized weights: `StdConv2d`, `ScaledStdConv2d`."""


class Convolution(Sliding, positional=("out_channels",)):
    """What convolutions of groups of channels take, ordinary and transposed."""

    out_channels: int = count("Channels of the output.")
    kernel_size: Sizes = sizes("Size of the window.")
    stride: Sizes = sizes("Steps of the window.", default=1)
    padding: Padding = padding(PADDING)
    dilation: Sizes = sizes("Distance between the taps of the kernel.", default=1)
    groups: int = count("Groups that the channels are divided into.", default=1)
    bias: bool = flag("Whether a bias is learned for each output.", default=True)

    def lanes(self, inputs: Sequence[Shape]) -> Lanes:
        return Lanes(self.groups, inputs[0][0] // self.groups, self.out_channels // self.groups)


class Conv(Convolution, name="conv"):
    """Convolution (cross-correlation), `C *size -> C' *size'`.

    `size' = floor((size + padding - dilation*(kernel - 1) - 1) / stride) + 1`. One MAC is one
    kernel tap of one output element: taps on padding count, the bias does not.

    With `standardized` the weights of each output channel are brought to mean 0 and variance 1
    when it runs: other values, the same counts (Qiao et al. 2019, §3). With `gain` they are then
    divided by the root of their number and multiplied by a factor that each channel learns (Brock
    et al. 2021, §4.3).

    Source: ONNX operator Conv, opset 11.

    Example:
        >>> stem = Conv(2, out_channels=64, kernel_size=7, stride=2, padding=3)
        >>> stem.output_shape([(3, 224, 224)])
        (64, 112, 112)
        >>> stem.macs([(3, 224, 224)], (64, 112, 112))
        118013952
    """

    standardized: bool = flag("Whether each channel's weights are standardized.", default=False)
    gain: bool = flag("Whether standardized weights have a learned factor.", default=False)
    eps: float = number(
        "What is added to the variance of the weights.", default=STANDARD_EPS, low=0
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if self.eps != STANDARD_EPS and not self.standardized:
            message = "`eps` is for standardized weights, and these are not"
            reject("E406", "eps", message, "add `standardized=true`")
        if self.gain and not self.standardized:
            message = "`gain` is the factor of standardized weights, and these are not"
            reject("E406", "gain", message, "add `standardized=true`")
        divide(self.groups, inputs[0][0], self.out_channels)
        return (self.out_channels, *self.slide(inputs))

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        channels, out = inputs[0][0] // self.groups, self.out_channels
        learned = weights((out, channels, *self.kernel_size), out, self.bias)
        return {**learned, "gain": (out,)} if self.gain else learned

    def resolved(self, inputs: Sequence[Shape]) -> dict[str, object]:
        # What few convolutions have is told of those alone.
        told = super().resolved(inputs)
        rare = ("standardized", "gain", "eps")
        return {
            key: value
            for key, value in told.items()
            if key not in rare or (value and self.standardized)
        }

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return (*places(output), *taps(self.parameters(inputs)["weight"], self.groups))


class DepthwiseConv(Sliding, name="dwconv"):
    """Convolution of each channel alone, `C *size -> C*multiplier *size'`.

    The convolution with as many groups as input channels. MACs as for `conv`.

    Source: Howard et al. 2017, "MobileNets", §3.1; ONNX operator Conv, opset 11, `group`.
    """

    multiplier: int = count("Output channels of each input channel.", default=1)
    kernel_size: Sizes = sizes("Size of the window.")
    stride: Sizes = sizes("Steps of the window.", default=1)
    padding: Padding = padding(PADDING)
    dilation: Sizes = sizes("Distance between the taps of the kernel.", default=1)
    bias: bool = flag("Whether a bias is learned for each output.", default=True)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (inputs[0][0] * self.multiplier, *self.slide(inputs))

    def lanes(self, inputs: Sequence[Shape]) -> Lanes:
        return Lanes(inputs[0][0], 1, self.multiplier)

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        channels = inputs[0][0] * self.multiplier
        return weights((channels, 1, *self.kernel_size), channels, self.bias)

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return (*places(output), *taps(self.parameters(inputs)["weight"], inputs[0][0]))


class TransposedConv(
    Convolution,
    name="upconv",
    weight_axes=("in channels", "out channels/groups"),
):
    """Transposed convolution, `C *size -> C' *size'`.

    `size' = (size - 1)*stride - padding + dilation*(kernel - 1) + output_padding + 1`. One MAC
    is one kernel tap of one input element: taps that fall on the cropped border count. With
    `padding=same` the output is `size * stride`, which needs a window as long as the stride.

    Source: ONNX operator ConvTranspose, opset 11; Dumoulin & Visin 2016, §4.

    Example:
        >>> up = TransposedConv(2, out_channels=64, kernel_size=2, stride=2)
        >>> up.output_shape([(128, 28, 28)])
        (64, 56, 56)
    """

    output_padding: Sizes = sizes("Rows that are added at the end.", default=0, at_least=0)

    def pads(self, window: Window, length: int) -> tuple[int, int]:
        if self.padding != "same":
            return super().pads(window, length)
        total = window.extent - window.stride
        if total < 0 or any(self.output_padding):
            message = f"`same` cannot make {window.stride} outputs of each input"
            if total < 0:
                reject("E406", "padding", f"{message}: the window has {window.extent}")
            reject("E406", "output_padding", f"{message}: `output_padding` adds to them")
        return total // 2, total - total // 2

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return tuple(window.scattered() for window in self.windows(inputs))

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = inputs[0]
        divide(self.groups, channels, self.out_channels)
        windows = self.windows(inputs)
        for window, extra in zip(windows, self.output_padding, strict=True):
            if extra and extra >= max(window.stride, window.dilation):
                reject(
                    "E406",
                    "output_padding",
                    f"`output_padding` is {extra}; it stays below the stride of {window.stride}",
                )
        steps = tuple(
            (length - 1) * window.stride - window.before - window.after + window.extent + extra
            for window, length, extra in zip(windows, size, self.output_padding, strict=True)
        )
        if min(steps) < 1:
            reject(
                "E401",
                "padding",
                f"the padding crops away the whole {show_shape(tuple(size))} input",
                "lower `padding`",
            )
        return (self.out_channels, *steps)

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        out = self.out_channels
        return weights((inputs[0][0], out // self.groups, *self.kernel_size), out, self.bias)

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        weight = self.parameters(inputs)["weight"]
        names = [f"in {name}" for name in AXIS_NAMES[len(output)]]
        channels = ("out channels/groups" if self.groups > 1 else "out channels", weight[1])
        kernel = (("f", size) for size in weight[2:])
        return (*zip(names, inputs[0], strict=True), channels, *kernel)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        names = AXIS_NAMES[len(output)][1:]
        axes = zip(names, self.windows(inputs), self.output_padding, strict=True)
        for (name, window, extra), n, size in zip(axes, inputs[0][1:], output[1:], strict=True):
            words = "(n - 1)*s - p1 - p2 + d*(f - 1) + output_padding + 1"
            k, s, d = window.kernel, window.stride, window.dilation
            values = (
                f"({n} - 1)*{s} - {window.before} - {window.after} + {d}*({k} - 1) + {extra} + 1"
            )
            yield Formula(f"out {name}", words, values, size)


def places(output: Shape) -> Factors:
    """The positions and channels of an output, each axis a factor."""
    names = AXIS_NAMES[len(output)]
    sizes = [(f"out {name}", size) for name, size in zip(names, output, strict=True)]
    return (*sizes[1:], sizes[0])


def taps(weight: Shape, groups: int) -> Factors:
    """The taps behind one output: the kernel's axes and the channels that it reads."""
    channels = "in channels/groups" if groups > 1 else "in channels"
    return (*(("f", size) for size in weight[2:]), (channels, weight[1]))


def weights(weight: Shape, channels: int, bias: bool) -> Mapping[str, Shape]:  # noqa: FBT001
    """A weight tensor and, when there is one, a bias for each output channel."""
    return {"weight": weight, "bias": (channels,)} if bias else {"weight": weight}


def divide(groups: int, channels: int, out_channels: int) -> None:
    """Check that groups of equal size can share the input and the output channels."""
    common = gcd(channels, out_channels)
    for side, whole in (("share", channels), ("make", out_channels)):
        if whole % groups:
            taken = "input" if side == "share" else "output"
            reject(
                "E402",
                "groups",
                f"{groups} groups cannot {side} {whole} {taken} channels",
                f"use a divisor of {common}: {divisors(common)}" if common > 1 else "use 1 group",
            )


def divisors(number: int) -> str:
    """The divisors of a number as a remedy lists them."""
    small = [n for n in range(1, min(number, 1000) + 1) if number % n == 0]
    shown = [str(n) for n in small[:8]]
    return ", ".join(shown) + (", ..." if len(small) > 8 else "")
