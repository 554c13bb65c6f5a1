"""The one home of sliding arithmetic: windows that step along an axis."""

from collections.abc import Iterator, Sequence
from math import gcd
from typing import NamedTuple

from cnncalc.ops.base import Op
from cnncalc.ops.footprint import Footprint, Reach, listed
from cnncalc.ops.formula import AXIS_NAMES, Formula
from cnncalc.ops.values import Padding, Shape, Sizes, reject, show_shape


class Window(NamedTuple):
    """A kernel sliding along one axis.

    Source: Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning", §2-5.

    Example:
        >>> Window(kernel=7, stride=2, dilation=1, before=3, after=3).steps(224)
        112
    """

    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def extent(self) -> int:
        """Inputs from the first tap to the last: `dilation*(kernel - 1) + 1`."""
        return self.dilation * (self.kernel - 1) + 1

    def footprint(self) -> Footprint:
        """The inputs under the window."""
        taps = range(-self.before, self.extent - self.before, self.dilation)
        return Footprint(1, self.stride, (taps,))

    def scattered(self) -> Footprint:
        """The inputs that reach each output when the window scatters: the transposed window.

        Input `i` reaches the outputs `i*stride - before + dilation*tap`. So of an output's taps
        every `stride/g`-th counts, with `g = gcd(stride, dilation)`, and the inputs that it reads
        are `dilation/g` apart.
        """
        common = gcd(self.stride, self.dilation)
        every, apart = self.stride // common, self.dilation // common
        reaching = []
        for phase in range(listed(self.stride)):
            place, rest = divmod(phase + self.before, common)
            first = place * pow(apart, -1, every) % every
            count = 0 if rest else max(0, -((first - self.kernel) // every))
            last = (place - apart * first) // every
            reaching.append(range(last - apart * (count - 1), last + 1, apart))
        return Footprint(self.stride, 1, tuple(reaching))

    def explain(self, quantity: str, length: int, *, up: bool = False) -> Formula:
        """`steps`, or `steps_up`, as a formula: the words are those of Dumoulin & Visin."""
        n, k, s, d = length, self.kernel, self.stride, self.dilation
        words, values = ("f", str(k)) if d == 1 else ("(d*(f - 1) + 1)", f"({d}*({k} - 1) + 1)")
        if self.before or self.after:
            is_even = self.before == self.after
            words = f"n + 2p - {words}" if is_even else f"n + p1 + p2 - {words}"
            around = f"2*{self.before}" if is_even else f"{self.before} + {self.after}"
            values = f"{n} + {around} - {values}"
        else:
            words, values = f"n - {words}", f"{n} - {values}"
        steps, note = self.steps(length), None
        rounding = "ceil" if up else "floor"
        words, values = f"{rounding}(({words})/s) + 1", f"{rounding}(({values})/{s}) + 1"
        if up:
            steps = self.steps_up(length)
            reached = -((self.extent - n - self.before - self.after) // s) + 1
            if steps < reached:
                words, values = f"{words} - 1", f"{values} - 1"
                note = "ceil mode: the last window would start beyond the input, and is dropped"
        return Formula(quantity, words, values, steps, note)

    def steps(self, length: int) -> int:
        """How many whole windows fit; below 1 when none does."""
        return (length + self.before + self.after - self.extent) // self.stride + 1

    def steps_up(self, length: int) -> int:
        """How many windows it takes to reach the end, as `ceil_mode` counts.

        A last window that would start beyond the input and the leading padding is dropped.

        Source: ONNX MaxPool, opset 19, `ceil_mode`; PyTorch `pooling_output_shape`.
        """
        steps = -((self.extent - length - self.before - self.after) // self.stride) + 1
        return steps - ((steps - 1) * self.stride >= length + self.before)


def pads(words: Padding, window: Window, length: int) -> tuple[int, int]:
    """The padding (before, after) that a word asks for along one axis of `length`.

    `same` is TensorFlow's and ONNX's SAME_UPPER: the output is `ceil(length / stride)` and an
    odd row goes to the end.

    Source: Dumoulin & Visin 2016, §2.2-2.4; ONNX Conv, opset 11, `auto_pad`.
    """
    if words == "half":
        return window.extent // 2, window.extent // 2
    if words == "full":
        return window.extent - 1, window.extent - 1
    if words == "same":
        steps = -(-length // window.stride)
        total = max(0, (steps - 1) * window.stride + window.extent - length)
        return total // 2, total - total // 2
    return 0, 0


class Sliding(Op, axes=(1, 2, 3), on_head="kernel_size", backward_reads=("input",)):
    """An op whose kernel slides over the spatial axes; a subclass declares these attributes."""

    kernel_size: Sizes
    stride: Sizes
    padding: Padding
    dilation: Sizes = ()

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        """The window along each spatial axis, with its padding in numbers."""
        kernel, stride = self.kernel_size, self.stride
        dilation = self.dilation or (1,) * len(kernel)
        padding = self.padding
        if isinstance(padding, str):
            bare = zip(kernel, stride, dilation, inputs[0][1:], strict=True)
            padding = tuple([self.pads(Window(k, s, d, 0, 0), length) for k, s, d, length in bare])
        taps = zip(kernel, stride, dilation, padding, strict=True)
        return tuple([Window(k, s, d, before, after) for k, s, d, (before, after) in taps])

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        first, *others = self.windows(inputs)
        seen = first.footprint()
        return (seen, *[seen if window == first else window.footprint() for window in others])

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        names = AXIS_NAMES[len(output)][1:]
        up = bool(getattr(self, "ceil_mode", False))
        for name, window, length in zip(names, self.windows(inputs), inputs[0][1:], strict=True):
            yield from self.padding_explained(name, window, length)
            yield window.explain(f"out {name}", length, up=up)

    def padding_explained(self, name: str, window: Window, length: int) -> Iterator[Formula]:
        """Where the numbers of a padding come from that is given as a word."""
        total = window.before + window.after
        if self.padding == "same":
            words, s, n = "max(0, (ceil(n/s) - 1)*s + f - n)", window.stride, length
            values = f"max(0, (ceil({n}/{s}) - 1)*{s} + {window.extent} - {n})"
            note = f"same padding: {window.before} before, {window.after} after"
            yield Formula(f"padding of {name}", words, values, total, note)
        elif self.padding == "half":
            values = f"floor({window.extent}/2)"
            yield Formula(
                f"padding of {name}", "floor(f/2)", values, window.before, "on each side"
            )
        elif self.padding == "full":
            values = f"{window.extent} - 1"
            yield Formula(f"padding of {name}", "f - 1", values, window.before, "on each side")

    def pads(self, window: Window, length: int) -> tuple[int, int]:
        """What the word in `padding` means along one axis."""
        return pads(self.padding, window, length)

    def resolved(self, inputs: Sequence[Shape]) -> dict[str, object]:
        explicit = self.padding
        if isinstance(explicit, str):
            explicit = tuple((window.before, window.after) for window in self.windows(inputs))
        return {**super().resolved(inputs), "padding": explicit}

    def slide(self, inputs: Sequence[Shape], *, up: bool = False) -> Sizes:
        """The number of steps along each spatial axis.

        Raises:
            RejectedError: the kernel does not fit.
        """
        size = inputs[0][1:]
        windows = self.windows(inputs)
        steps = tuple(
            window.steps_up(length) if up else window.steps(length)
            for window, length in zip(windows, size, strict=True)
        )
        if min(steps) < 1:
            reject("E401", "kernel_size", _misfit(windows, size), _MISFIT_HINT)
        return steps


_MISFIT_HINT = "raise `padding`, or drop an earlier stride"


def _misfit(windows: Sequence[Window], size: Shape) -> str:
    kernel = show_shape(tuple(window.kernel for window in windows))
    extent = show_shape(tuple(window.extent for window in windows))
    reach = "" if extent == kernel else f", dilated to {extent},"
    padded = show_shape(
        tuple(
            length + window.before + window.after
            for window, length in zip(windows, size, strict=True)
        )
    )
    around = "" if padded == show_shape(size) else f", padded to {padded}"
    if len(size) == 1:
        return f"a kernel of {kernel}{reach} does not fit in an input of {size[0]}{around}"
    return f"the {kernel} kernel{reach} does not fit in a {show_shape(size)} input{around}"
