"""Pooling: the largest or the mean value under a window, or over the whole map."""

from collections.abc import Iterator, Sequence

from cnncalc.ops.base import Op, own_channel
from cnncalc.ops.footprint import EVERYWHERE, UNTOLD, Footprint, Reach, divided, listed
from cnncalc.ops.formula import AXIS_NAMES, Formula
from cnncalc.ops.values import (
    PADDING,
    Padding,
    Shape,
    Sizes,
    Word,
    flag,
    padding,
    reject,
    show_shape,
    sizes,
)
from cnncalc.ops.window import Sliding


class Pool(Sliding, keeps_range=True):
    """A window that keeps the channels; its stride is its kernel unless said otherwise."""

    kernel_size: Sizes = sizes("Size of the window.")
    stride: Sizes = sizes("Steps of the window.", follows="kernel_size")
    padding: Padding = padding(PADDING)
    ceil_mode: bool
    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        for window in self.windows(inputs):
            widest = max(window.before, window.after)
            if widest >= window.extent:
                reject(
                    "E406",
                    "padding",
                    f"a padding of {widest} is not smaller than the window of {window.extent}",
                    "keep the padding below the window",
                )
        return (inputs[0][0], *self.slide(inputs, up=self.ceil_mode))


class MaxPool(Pool, name="maxpool", keeps_shifts=True):
    """The largest value under each window, `C *size -> C *size'`.

    Source: ONNX operator MaxPool, opset 12.

    Example:
        >>> MaxPool(2, kernel_size=3, stride=2).output_shape([(96, 55, 55)])
        (96, 27, 27)
    """

    dilation: Sizes = sizes("Distance between the taps of the kernel.", default=1)
    ceil_mode: bool = flag("Whether the number of windows is rounded up.", default=False)


class AveragePool(Pool, name="avgpool", backward_reads=()):
    """The mean under each window, `C *size -> C *size'`; padding counts unless said otherwise.

    Source: ONNX operator AveragePool, opset 11; the default of `count_include_pad` is PyTorch's.
    """

    ceil_mode: bool = flag("Whether the number of windows is rounded up.", default=False)
    count_include_pad: bool = flag("Whether padding counts in the mean.", default=True)

    def keeps_constants(self, inputs: Sequence[Shape]) -> bool:
        is_padded = any(window.before or window.after for window in self.windows(inputs))
        return not (is_padded and self.count_include_pad)


class MaxUnpool(
    Pool,
    name="max_unpool",
    merges=True,
    on_head=None,
    positional=("kernel_size",),
    backward_reads=("second",),
    keeps_range=False,
):
    """The reverse of a max pooling: each value where the largest of its window stood, else 0.

    The first branch is spread out over the second, the map that was pooled with the same window:
    `max_unpool 2: [x, enc1]`. Windows do not overlap.

    Source: ONNX operator MaxUnpool, opset 11; Badrinarayanan et al. 2017, "SegNet", §3; PyTorch
    `nn.MaxUnpool2d`, whose indices are those of the pooling.
    """

    ceil_mode: bool = flag("Whether the number of windows is rounded up.", default=False)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        shown = " and ".join(map(show_shape, inputs))
        if len(inputs) != 2:
            hint = "give it what is spread out and the map that was pooled: `[x, enc1]`"
            reject("E404", None, f"`max_unpool` takes two branches, it has {len(inputs)}", hint)
        if len(inputs[1]) != len(inputs[0]):
            reject("E404", None, f"`max_unpool` cannot join {shown}: the ranks differ")
        if any(s < k for s, k in zip(self.stride, self.kernel_size, strict=True)):
            message = "windows that overlap have no largest value each of its own"
            reject("E406", "stride", message, "use a stride of the kernel's size")
        pooled = super().output_shape(inputs[1:])
        if pooled != inputs[0]:
            message = (
                f"`max_unpool` cannot join {shown}: pooled, the second is {show_shape(pooled)}"
            )
            reject("E404", None, message, "give it the map that the pooling read")
        return inputs[1]

    def law(self, inputs: Sequence[Shape]) -> str:
        return "each value where the largest of its window stood, else 0"

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD  # of both inputs alike

    def reaches(self, inputs: Sequence[Shape]) -> Sequence[Reach]:
        windows = self.windows(inputs[1:])
        each = [(one.before, one.kernel, one.stride) for one in windows]
        return tuple(_spread_out(*one) for one in each), tuple(_pooled_in(*one) for one in each)

    def resolved(self, inputs: Sequence[Shape]) -> dict[str, object]:
        return super().resolved(inputs[1:])

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, size in zip(AXIS_NAMES[len(output)][1:], output[1:], strict=True):
            yield Formula(f"out {name}", "that of the map that was pooled", str(size), size)


def _spread_out(before: int, kernel: int, stride: int) -> Footprint:
    """Each output reads the value of the window that it lies in, if it lies in one."""
    places = [divmod(output + before, stride) for output in range(listed(stride))]
    return Footprint(stride, 1, tuple((at,) if tap < kernel else () for at, tap in places))


def _pooled_in(before: int, kernel: int, stride: int) -> Footprint:
    """Each output reads the window that it lies in, if it lies in one."""
    places = [divmod(output + before, stride) for output in range(listed(stride))]
    starts = [(at * stride - before, tap) for at, tap in places]
    taps = tuple(range(at, at + kernel if tap < kernel else at) for at, tap in starts)
    return Footprint(stride, stride, taps)


class Blur(Sliding, name="blur", keeps_range=True, keeps_shifts=True, backward_reads=()):
    """Anti-aliasing: each channel under a fixed binomial filter, the border mirrored.

    Nothing is learned and nothing kept, and its taps are no MACs: it is a pool whose means are
    weighted. The window is odd and steps by 1 or 2, so that what is mirrored lies under it.

    Source: Zhang 2019, "Making Convolutional Networks Shift-Invariant Again", §3; its layer
    BlurPool, as in timm (`BlurPool2d`).

    Example:
        >>> Blur(2).output_shape([(64, 56, 56)])
        (64, 28, 28)
    """

    kernel_size: Sizes = sizes("Size of the filter.", default=3)
    stride: Sizes = sizes("Steps of the window.", default=2)

    padding = Word("half")
    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        for kernel, stride, n in zip(self.kernel_size, self.stride, inputs[0][1:], strict=True):
            if kernel % 2 == 0:
                message = f"a filter of {kernel} has no middle"
                reject("E406", "kernel_size", message, f"use {kernel - 1} or {kernel + 1}")
            if stride > 2:
                message = f"`blur` steps by 1 or 2, not by {stride}"
                reject("E406", "stride", message, "put one after the other: `blur`, `blur`")
            if kernel // 2 >= n:
                message = f"a filter of {kernel} mirrors {kernel // 2} rows, its input has {n}"
                reject("E401", "kernel_size", message, f"use at most {2 * n - 1}")
        return (inputs[0][0], *self.slide(inputs))


class GlobalPool(Op, axes=(1, 2, 3), keeps_range=True, keeps_shifts=True):
    """One value a channel; the axes stay, with size 1: `C *size -> C 1 ...`."""

    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = inputs[0]
        return (channels, *(1 for _ in size))

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name in AXIS_NAMES[len(output)][1:]:
            yield Formula(f"out {name}", "1", "1", 1)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE


class GlobalAveragePool(GlobalPool, name="globalavgpool"):
    """The mean over the whole map. Source: ONNX operator GlobalAveragePool, opset 1."""


class GlobalMaxPool(GlobalPool, name="globalmaxpool", backward_reads=("input",)):
    """The largest value of the whole map. Source: ONNX operator GlobalMaxPool, opset 1."""


class AdaptivePool(Op, axes=(1, 2, 3), on_head="output_size", keeps_range=True, keeps_shifts=True):
    """Pooling to a given size, `C *size -> C *output_size`.

    Output `i` sees inputs `floor(i*n/m)` up to `ceil((i+1)*n/m)` of `n` inputs and `m` outputs.

    Source: PyTorch `nn.AdaptiveAvgPool2d`, `aten/src/ATen/native/AdaptivePooling.h`.
    """

    output_size: Sizes = sizes("Size of the output.")
    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (inputs[0][0], *self.output_size)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, size in zip(AXIS_NAMES[len(output)][1:], self.output_size, strict=True):
            yield Formula(f"out {name}", "output_size", str(size), size)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return tuple(map(divided, self.output_size, inputs[0][1:]))


class AdaptiveAveragePool(AdaptivePool, name="adaptive_avgpool"):
    """The mean under each adaptive window."""


class AdaptiveMaxPool(AdaptivePool, name="adaptive_maxpool", backward_reads=("input",)):
    """The largest value under each adaptive window."""
