"""Maps as tokens and back, and tensors that are learned."""

from collections.abc import Iterator, Mapping, Sequence
from math import isqrt, prod

from cnncalc.ops.base import Op, own_channel
from cnncalc.ops.conv import divisors
from cnncalc.ops.footprint import EVERYWHERE, SAME_PLACE, UNTOLD, Reach
from cnncalc.ops.formula import AXIS_NAMES, Formula, product
from cnncalc.ops.values import Shape, Sizes, count, reject, shape, show_shape, sizes


class Tokens(Op, name="tokens", axes=(1, 2, 3), is_view=True, keeps_range=True):
    """The positions of a map in one row, `C x H x W -> C x L`, line by line.

    Source: Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words", §3.1.

    Example:
        >>> Tokens(2).output_shape([(768, 14, 14)])
        (768, 196)
    """

    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = inputs[0]
        return (channels, prod(size))

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return SAME_PLACE if len(inputs[0]) == 2 else UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        names = AXIS_NAMES[len(inputs[0])][1:]
        yield product("out length", tuple(zip(names, inputs[0][1:], strict=True)))


class AsMap(Op, name="as_map", axes=(1,), positional=("size",), is_view=True, keeps_range=True):
    """Tokens as a map again, `C x L -> C x H x W`, line by line.

    Source: ONNX operator Reshape, opset 14.

    Example:
        >>> AsMap(1, size=(14, 14)).output_shape([(768, 196)])
        (768, 14, 14)
    """

    size: Shape = shape("Size of the map.")
    lanes = own_channel

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, length = inputs[0]
        if prod(self.size) != length:
            has = f"{show_shape(self.size)} has {prod(self.size)} positions"
            hint, side = None, isqrt(length)
            if prod(self.size) + 1 == length:
                hint = "a class token is taken out by `slice` with `axis=length`"
            elif side * side == length:
                hint = f"the length is that of {side}x{side}"
            reject("E406", "size", f"{has}, the input a length of {length}", hint)
        if len(self.size) + 1 not in AXIS_NAMES:
            reject("E406", "size", f"a map has 1 to 3 axes, not {len(self.size)}")
        return (channels, *self.size)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return SAME_PLACE if len(self.size) == 1 else UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, length in zip(AXIS_NAMES[len(output)][1:], self.size, strict=True):
            yield Formula(f"out {name}", "size", str(length), length)


class SplitHeads(
    Op, name="split_heads", axes=(1,), positional=("heads",), is_view=True, keeps_range=True
):
    """The channels of tokens in equal parts, `C x L -> heads x C/heads x L`.

    Source: Vaswani et al. 2017, "Attention Is All You Need", §3.2.2.

    Example:
        >>> SplitHeads(1, heads=4).output_shape([(256, 196)])
        (4, 64, 196)
    """

    heads: int = count("Parts that the channels are divided into.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, length = inputs[0]
        if channels % self.heads:
            message = f"{self.heads} heads cannot share {channels} channels"
            reject("E402", "heads", message, f"use a divisor: {divisors(channels)}")
        return (self.heads, channels // self.heads, length)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        heads, height, length = output
        yield Formula("out channels", "heads", str(heads), heads)
        yield Formula("out height", "in channels / heads", f"{inputs[0][0]} / {heads}", height)
        yield Formula("out width", "length", str(length), length)


class MergeHeads(Op, name="merge_heads", axes=(2,), is_view=True, keeps_range=True):
    """The parts of tokens one after the other again, `heads x C x L -> heads*C x L`.

    Source: Vaswani et al. 2017, §3.2.2.
    """

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        heads, channels, length = inputs[0]
        return (heads * channels, length)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        heads, channels, length = inputs[0]
        yield Formula("out channels", "heads * height", f"{heads}*{channels}", output[0])
        yield Formula("out length", "width", str(length), length)


class Patches(Op, name="patches", axes=(2,), positional=("size",), keeps_range=True):
    """A map in patches, `C x H x W -> C x P x N`: P places in a patch, N patches.

    Source: Mehta & Rastegari 2022, "MobileViT", §3.2, "unfold".
    """

    size: Sizes = sizes("Size of a patch.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = inputs[0]
        if any(n % p for n, p in zip(size, self.size, strict=True)):
            message = f"patches of {show_shape(self.size)} do not divide {show_shape(tuple(size))}"
            reject("E406", "size", message, "use a size that divides the map, or `pad` the map")
        return (channels, prod(self.size), prod(size) // prod(self.size))

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        height, width = inputs[0][1:]
        a, b = self.size
        yield Formula("out height", "places in a patch", f"{a}*{b}", output[1])
        yield Formula("out width", "patches", f"({height}/{a})*({width}/{b})", output[2])


class FromPatches(
    Op, name="from_patches", axes=(2,), positional=("size", "map"), keeps_range=True
):
    """Patches as a map again, `C x P x N -> C x H x W`.

    Source: Mehta & Rastegari 2022, "MobileViT", §3.2, "fold".
    """

    size: Sizes = sizes("Size of a patch.")
    map: Sizes = sizes("Size of the map.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, places, patches = inputs[0]
        divided = all(n % p == 0 for n, p in zip(self.map, self.size, strict=True))
        if not divided or (prod(self.size), prod(self.map)) != (places, places * patches):
            told = f"a map of {show_shape(self.map)} in patches of {show_shape(self.size)}"
            message = f"{told} is not {patches} patches of {places} places"
            reject("E406", "map", message, "give the map that `patches` cut")
        return (channels, *self.map)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, length in zip(AXIS_NAMES[3][1:], self.map, strict=True):
            yield Formula(f"out {name}", "map", str(length), length)


class Transpose(Op, name="transpose", axes=(1, 2), keeps_range=True):
    """Channels and positions of tokens change places, `C x L -> L x C`; of a map rows and columns.

    Source: ONNX operator Transpose, opset 13.
    """

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        *stack, rows, columns = inputs[0]
        return (*stack, columns, rows)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        *_, first, second = AXIS_NAMES[len(output)]
        yield Formula(f"out {first}", second, str(output[-2]), output[-2])
        yield Formula(f"out {second}", first, str(output[-1]), output[-1])


class Coordinates(Op, name="coordinates", positional=("size",), is_source=True):
    """The row and the column of each place of a map, counted from 0: `2 x H x W`.

    Source: Liu et al. 2018, "An Intriguing Failing of Convolutional Neural Networks and the
    CoordConv Solution", §3.

    Example:
        >>> Coordinates(0, size=(14, 14)).output_shape([])
        (2, 14, 14)
    """

    size: Shape = shape("Size of the map.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(self.size) + 1 not in AXIS_NAMES:
            reject("E406", "size", f"a map has 1 to 3 axes, not {len(self.size)}")
        return (len(self.size), *self.size)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE  # of nothing: it has no input

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        yield Formula("out channels", "number of axes", str(output[0]), output[0])
        for name, length in zip(AXIS_NAMES[len(output)][1:], self.size, strict=True):
            yield Formula(f"out {name}", "size", str(length), length)


class Learned(
    Op,
    name="learned",
    positional=("shape",),
    is_source=True,
    is_view=True,
    weight_axes=("channels", "length"),
):
    """A tensor that is trained and reads no input: positions, a class token, a layer scale.

    It is a branch like any other, the same for every example of a batch.

    Source: Dosovitskiy et al. 2021, §3.1; Touvron et al. 2021, "Going deeper with Image
    Transformers", §2.1.
    """

    shape: Shape = shape("Shape of the tensor.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return self.shape

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return {"weight": self.shape}

    def tensor_axes(self, tensor: str, shape: Shape) -> tuple[str, ...]:
        return AXIS_NAMES[len(shape)]

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE  # of nothing: it has no input

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, length in zip(AXIS_NAMES[len(output)], output, strict=True):
            yield Formula(f"out {name}", "shape", str(length), length)


class Sinusoids(Op, name="sinusoids", positional=("shape",), is_source=True):
    """Sines and cosines of the places of a map, which are not trained: C x H x W.

    The first half of the channels tells the row, the second the column: from one pair of channels
    to the next the wave is longer, up to 10,000 times.

    Source: Carion et al. 2020, "End-to-End Object Detection with Transformers", appendix A.4.
    """

    shape: Shape = shape("Shape of the map.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(self.shape) != 3 or self.shape[0] % 4:
            shown = show_shape(self.shape)
            message = f"`sinusoids` are C x H x W with a multiple of 4 channels, not {shown}"
            reject("E406", "shape", message, "write it as `64x16x16`")
        return self.shape

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE  # of nothing: it has no input

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, length in zip(AXIS_NAMES[len(output)], output, strict=True):
            yield Formula(f"out {name}", "shape", str(length), length)
