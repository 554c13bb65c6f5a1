"""Ops that only move, drop or repeat values."""

from collections.abc import Iterator, Sequence
from math import gcd, prod

from cnncalc.ops.base import Op, SameShape, own_channel, same_place
from cnncalc.ops.conv import divisors
from cnncalc.ops.footprint import (
    EVERYWHERE,
    SAME_PLACE,
    Footprint,
    Lanes,
    Reach,
    interpolated,
    shifted,
    stretched,
)
from cnncalc.ops.formula import AXIS_NAMES, Formula, product
from cnncalc.ops.merge import AXES, place_of
from cnncalc.ops.values import (
    Shape,
    Sizes,
    count,
    padding,
    reject,
    show_shape,
    sizes,
    word,
)


class Flatten(Op, name="flatten", is_view=True, keeps_range=True, keeps_shifts=True):
    """All values in one axis, `C *size -> features`. Source: ONNX operator Flatten, opset 13."""

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (prod(inputs[0]),)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        # The axes are gone: the features together hold the whole map.
        return EVERYWHERE

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        names = AXIS_NAMES[len(inputs[0])]
        yield product("out features", tuple(zip(names, inputs[0], strict=True)))


class Pad(Op, name="pad", axes=(1, 2, 3), positional=("amounts",), keeps_range=True):
    """Zeros around the map. Source: ONNX operator Pad, opset 13, mode `constant`."""

    amounts: tuple[tuple[int, int], ...] = padding(
        "Rows of zeros around the map.", default=..., words=()
    )
    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = inputs[0]
        around = zip(size, self.amounts, strict=True)
        return (channels, *(before + length + after for length, (before, after) in around))

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return tuple(shifted(-before) for before, _ in self.amounts)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        names, lengths = AXIS_NAMES[len(output)][1:], inputs[0][1:]
        for name, n, (before, after) in zip(names, lengths, self.amounts, strict=True):
            values = f"{n} + {before} + {after}"
            yield Formula(f"out {name}", "n + before + after", values, n + before + after)


class Crop(
    Op, name="crop", axes=(1, 2, 3), positional=("size",), keeps_range=True, keeps_shifts=True
):
    """The centre of the map; when the border is odd, the extra row goes from the end.

    Source: Ronneberger et al. 2015, "U-Net", §2.
    """

    size: Sizes = sizes("Size of the output.")
    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *have = inputs[0]
        if any(want > length for want, length in zip(self.size, have, strict=True)):
            wants, has = show_shape(self.size), show_shape(tuple(have))
            reject("E406", "size", f"cannot crop {wants} out of a {has} input")
        return (channels, *self.size)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        around = zip(self.size, inputs[0][1:], strict=True)
        return tuple(shifted((length - size) // 2) for size, length in around)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, size in zip(AXIS_NAMES[len(output)][1:], self.size, strict=True):
            yield Formula(f"out {name}", "size", str(size), size)


class Slice(Op, name="slice", positional=("start", "stop"), keeps_range=True):
    """The channels, or the places along `axis`, from `start` up to, not including, `stop`.

    Source: ONNX operator Slice, opset 13.
    """

    start: int = count("The first channel.", at_least=0)
    stop: int = count("The channel after the last.", at_least=1)
    axis: str = word("The axis of which a part is taken.", *AXES, default="channels")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        [x] = inputs
        at = place_of("slice", self.axis, x)
        if self.start >= self.stop:
            reject("E406", "stop", f"empty slice {self.start}:{self.stop}")
        if self.stop > x[at]:
            has = f"{x[at]} channels" if self.axis == "channels" else f"a {self.axis} of {x[at]}"
            hint = f"take at most {x[at]}"
            reject("E406", "stop", f"`stop` is {self.stop}, the input has {has}", hint)
        return (*x[:at], self.stop - self.start, *x[at + 1 :])

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        if self.axis == "channels":
            return SAME_PLACE
        along = place_of("slice", self.axis, inputs[0]) - 1
        axes = range(len(inputs[0]) - 1)
        return tuple(shifted(self.start if axis == along else 0) for axis in axes)

    def lanes(self, inputs: Sequence[Shape]) -> Lanes:
        if self.axis != "channels":
            return Lanes(inputs[0][0])
        return Lanes(self.stop - self.start, start=self.start)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        at = place_of("slice", self.axis, output)
        name = AXIS_NAMES[len(output)][at]
        yield Formula(f"out {name}", "stop - start", f"{self.stop} - {self.start}", output[at])


class Upsample(
    Op,
    name="upsample",
    axes=(1, 2, 3),
    positional=("factor",),
    keeps_range=True,
    keeps_shifts=True,
):
    """A larger map, by a whole factor or to a size, repeating or interpolating values.

    Source: ONNX operator Resize, opset 19; PyTorch `nn.Upsample` (`align_corners=False`).
    """

    factor: Sizes | None = sizes("How many times as long each axis becomes.", default=None)
    size: Sizes | None = sizes("Size of the output.", default=None)
    mode: str = word(
        "How the values between are found.",
        "nearest",
        "linear",
        "bilinear",
        "trilinear",
        default="nearest",
    )
    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = inputs[0]
        if (self.factor is None) == (self.size is None):
            both = "neither" if self.factor is None else "both"
            reject("E406", None, f"`upsample` takes a factor or a size, {both} is given")
        fits = ("nearest", ("linear", "bilinear", "trilinear")[len(size) - 1])
        if self.mode not in fits:
            axes = f"{len(size)} spatial axes" if len(size) > 1 else "1 spatial axis"
            reject(
                "E406",
                "mode",
                f"`{self.mode}` does not apply to {axes}",
                f"use {' or '.join(fits)}",
            )
        if self.factor is None:
            return (channels, *(self.size or ()))
        return (channels, *(n * f for n, f in zip(size, self.factor, strict=True)))

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        kind = stretched if self.mode == "nearest" else interpolated
        return tuple(map(kind, self.output_shape(inputs)[1:], inputs[0][1:]))

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        names, lengths = AXIS_NAMES[len(output)][1:], inputs[0][1:]
        if self.factor is None:
            for name, size in zip(names, self.size or (), strict=True):
                yield Formula(f"out {name}", "size", str(size), size)
            return
        for name, n, factor in zip(names, lengths, self.factor, strict=True):
            yield Formula(f"out {name}", "n * factor", f"{n}*{factor}", n * factor)


class PixelShuffle(Op, name="pixel_shuffle", axes=(2,), positional=("factor",), keeps_range=True):
    """Channels become space, `C*r*r H W -> C H*r W*r`.

    Source: Shi et al. 2016; ONNX operator DepthToSpace, opset 13, mode `CRD`.
    """

    factor: int = count("How many times as long each axis becomes.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, height, width = inputs[0]
        square = self.factor**2
        if channels % square:
            reject(
                "E406",
                "factor",
                f"{channels} channels are not divisible by {square}",
                f"give it a multiple of {square} channels",
            )
        return (channels // square, height * self.factor, width * self.factor)

    def lanes(self, inputs: Sequence[Shape]) -> Lanes:
        taken = self.factor**2
        return Lanes(inputs[0][0] // taken, taken)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return (stretched(self.factor, 1),) * 2

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        channels, height, width = inputs[0]
        r = self.factor
        yield Formula("out channels", "c/(r*r)", f"{channels}/({r}*{r})", output[0])
        yield Formula("out height", "n*r", f"{height}*{r}", output[1])
        yield Formula("out width", "n*r", f"{width}*{r}", output[2])


class PixelUnshuffle(Op, name="pixel_unshuffle", axes=(2,), positional=("factor",)):
    """Space becomes channels, `C H*r W*r -> C*r*r H W`.

    Source: PyTorch `nn.PixelUnshuffle`; the inverse of Shi et al. 2016.
    """

    factor: int = count("How many times as short each axis becomes.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = inputs[0]
        r = self.factor
        for length in size:
            if length % r:
                common = gcd(*size)
                hint = "pad or crop the map before it"
                if common > 1:
                    hint = f"use a factor of {divisors(common)}, or {hint}"
                reject("E406", "factor", f"an axis of {length} is not divisible by {r}", hint)
        return (channels * r * r, *(length // r for length in size))

    def lanes(self, inputs: Sequence[Shape]) -> Lanes:
        return Lanes(inputs[0][0], 1, self.factor**2)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return (Footprint(1, self.factor, (tuple(range(self.factor)),)),) * 2

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        channels, height, width = inputs[0]
        r = self.factor
        yield Formula("out channels", "c*r*r", f"{channels}*{r}*{r}", output[0])
        yield Formula("out height", "n/r", f"{height}/{r}", output[1])
        yield Formula("out width", "n/r", f"{width}/{r}", output[2])


class ChannelShuffle(SameShape, name="channel_shuffle", positional=("groups",), keeps_range=True):
    """The channels of all groups interleaved. Source: Zhang et al. 2018, "ShuffleNet", §3.1."""

    groups: int = count("Groups that the channels are divided into.")

    def check(self, inputs: Sequence[Shape]) -> None:
        channels = inputs[0][0]
        if channels % self.groups:
            message = f"{self.groups} groups cannot share {channels} channels"
            reject("E402", "groups", message, f"use a divisor: {divisors(channels)}")

    reach = same_place

    def lanes(self, inputs: Sequence[Shape]) -> Lanes:
        return Lanes(inputs[0][0], interleaved=self.groups)
