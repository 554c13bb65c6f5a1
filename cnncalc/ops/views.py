"""The values of a tensor under other axes, and its axes in another order."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from cnncalc.ops.base import Op
from cnncalc.ops.footprint import UNTOLD, Reach
from cnncalc.ops.formula import AXIS_NAMES, Formula
from cnncalc.ops.values import (
    MOST_AXES,
    Attribute,
    Shape,
    UnfitError,
    Value,
    reject,
    shape,
    show_shape,
    whole,
)


def order_of_axes(text: str) -> Any:
    """Where each axis comes from: `(2, 3, 1)`."""

    def read(value: Value, _axes: int) -> Shape:
        axes = value if isinstance(value, tuple) else (value,)
        if not 1 <= len(axes) <= MOST_AXES:
            raise UnfitError("E212", f"has {len(axes)} axes; a tensor has 1 to {MOST_AXES}")
        return tuple(whole(axis, 1) for axis in axes)

    return Attribute(text, read, is_shape=True)


class Reshape(
    Op, name="reshape", axes=(0, 1, 2, 3), positional=("shape",), is_view=True, keeps_range=True
):
    """The same values in the same order under other axes, `C *size -> shape`.

    Source: ONNX operator Reshape, opset 14.

    Example:
        >>> Reshape(1, shape=(3, 64, 196)).output_shape([(192, 196)])
        (3, 64, 196)
    """

    shape: Shape = shape("Shape of the output.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if prod(self.shape) != prod(inputs[0]):
            has = f"{show_shape(self.shape)} has {prod(self.shape):,} values"
            hint = "give axes whose product is the number of values of the input"
            shown = f"{show_shape(inputs[0])}, which has {prod(inputs[0]):,}"
            reject("E406", "shape", f"{has}, the input is {shown}", hint)
        return self.shape

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, length in zip(AXIS_NAMES[len(output)], output, strict=True):
            yield Formula(f"out {name}", "shape", str(length), length)


class Permute(Op, name="permute", axes=(0, 1, 2, 3), positional=("order",), keeps_range=True):
    """The axes in another order: `permute 2x3x1` makes `C x H x W` to `H x W x C`.

    The first axis of one example is 1, as the batch before it stays.

    Source: ONNX operator Transpose, opset 13.

    Example:
        >>> Permute(2, order=(2, 3, 1)).output_shape([(64, 14, 7)])
        (14, 7, 64)
    """

    order: Shape = order_of_axes("The axis of the input that each axis of the output is.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        [x] = inputs
        if sorted(self.order) != list(range(1, len(x) + 1)):
            axes = "1 axis" if len(x) == 1 else f"{len(x)} axes"
            message = f"{show_shape(self.order)} is no order of the {axes} of the input"
            reject("E406", "order", message, f"name each of 1 to {len(x)} once")
        return tuple(x[axis - 1] for axis in self.order)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        names, own = AXIS_NAMES[len(output)], AXIS_NAMES[len(inputs[0])]
        for name, axis, length in zip(names, self.order, output, strict=True):
            yield Formula(f"out {name}", f"in {own[axis - 1]}", str(length), length)
