"""Maps as tokens and back, and tensors that are learned."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from cnncalc.ops.base import Op, own_channel
from cnncalc.ops.footprint import EVERYWHERE, SAME_PLACE, UNTOLD, Reach
from cnncalc.ops.formula import AXIS_NAMES, Formula, product
from cnncalc.ops.values import Shape, reject, shape, show_shape


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
            hint = "a class token is taken out by `slice` with `axis=length`"
            reject("E406", "size", f"{has}, the input a length of {length}", hint)
        if len(self.size) + 1 not in AXIS_NAMES:
            reject("E406", "size", f"a map has 1 to 3 axes, not {len(self.size)}")
        return (channels, *self.size)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return SAME_PLACE if len(self.size) == 1 else UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, length in zip(AXIS_NAMES[len(output)][1:], self.size, strict=True):
            yield Formula(f"out {name}", "size", str(length), length)


class Transpose(Op, name="transpose", axes=(1,), keeps_range=True):
    """Channels and positions of tokens change places, `C x L -> L x C`.

    Source: ONNX operator Transpose, opset 13.
    """

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, length = inputs[0]
        return (length, channels)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        channels, length = inputs[0]
        yield Formula("out channels", "length", str(length), length)
        yield Formula("out length", "channels", str(channels), channels)


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
