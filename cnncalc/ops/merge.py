"""Where branches meet."""

from collections.abc import Iterator, Sequence

from cnncalc.ops.base import Op, same_place
from cnncalc.ops.footprint import SAME_PLACE, UNTOLD, Reach
from cnncalc.ops.formula import AXIS_NAMES, Formula
from cnncalc.ops.values import Shape, number, reject, show_shape, word


class Merge(Op, merges=True):
    """Several inputs of one rank, one output."""

    reach = same_place

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len({len(shape) for shape in inputs}) > 1:
            shown = " and ".join(map(show_shape, inputs))
            message = f"`{self.name}` cannot join {shown}: the ranks differ"
            reject("E404", None, message, "flatten all of the branches, or none")
        return self.joined(inputs)

    def joined(self, inputs: Sequence[Shape]) -> Shape:
        """The output's shape, the ranks being equal."""
        raise NotImplementedError


class Broadcast(Merge):
    """Value by value; an axis of size 1 stretches to the others.

    Source: ONNX, "Broadcasting in ONNX", multidirectional, without the axes it would add.
    """

    def joined(self, inputs: Sequence[Shape]) -> Shape:
        sizes = [set(axis) - {1} for axis in zip(*inputs, strict=True)]
        if any(len(size) > 1 for size in sizes):
            shown = " and ".join(map(show_shape, inputs))
            hint = "give the branches one shape"
            hint += ", say by a 1x1 convolution with a stride" if len(inputs[0]) > 2 else ""
            reject("E404", None, f"`{self.name}` cannot join {shown}", hint)
        return tuple(size.pop() if size else 1 for size in sizes)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        for name, sizes, length in zip(
            AXIS_NAMES[len(output)], zip(*inputs, strict=True), output, strict=True
        ):
            if len(set(sizes)) > 1:
                values = f"max({', '.join(map(str, sizes))})"
                yield Formula(f"out {name}", "the longest of the branches", values, length)


class Add(Broadcast, name="add"):
    """The sum of the inputs. Source: ONNX operator Add, opset 14."""


class Mul(Broadcast, name="mul", backward_reads=("input",)):
    """The product of the inputs. Source: ONNX operator Mul, opset 14."""


class _OfTwo(Broadcast):
    """Two inputs whose order tells."""

    remedy = ""

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs) != 2:
            shown = " and ".join(map(show_shape, inputs))
            message = f"`{self.name}` takes two branches, it has {len(inputs)}: {shown}"
            reject("E404", None, message, self.remedy)
        return super().output_shape(inputs)


class Sub(_OfTwo, name="sub"):
    """The first of two inputs less the second. Source: ONNX operator Sub, opset 14."""

    remedy = "take off a sum with `add` as the second branch"


class Div(_OfTwo, name="div", backward_reads=("input",)):
    """The first of two inputs by the second, to which `eps` is added.

    Source: ONNX operator Div, opset 14.
    """

    remedy = "divide by a product with `mul` as the second branch"
    eps: float = number("Added to the second, so that it may be 0.", default=0.0, low=0)


class Maximum(Broadcast, name="max", backward_reads=("input",)):
    """The largest of the inputs. Source: ONNX operator Max, opset 13."""


class Mean(Broadcast, name="mean"):
    """The mean of the inputs. Source: ONNX operator Mean, opset 13."""


AXES = ("channels", "length", "depth", "height", "width")
"""The axes of a tensor by their names; of a flat one the features are the channels."""


def place_of(op: str, axis: str, shape: Shape) -> int:
    """The number of a named axis.

    Raises:
        RejectedError: a tensor of this shape has none of that name.
    """
    names = ("channels", *AXIS_NAMES[len(shape)][1:])
    if axis not in names:
        message = f"`{op}` is told the {axis}, and {show_shape(shape)} has {', '.join(names)}"
        reject("E405", "axis", message)
    return names.index(axis)


class Concat(Merge, name="concat"):
    """The inputs one after the other, along the channels or `axis`; all other axes agree.

    Source: ONNX operator Concat, opset 13.

    Example:
        >>> Concat(2).output_shape([(64, 28, 28), (128, 28, 28), (32, 28, 28)])
        (224, 28, 28)
    """

    axis: str = word("The axis along which the inputs are joined.", *AXES, default="channels")

    def joined(self, inputs: Sequence[Shape]) -> Shape:
        at = place_of("concat", self.axis, inputs[0])
        if len({(*shape[:at], *shape[at + 1 :]) for shape in inputs}) > 1:
            shown = " and ".join(map(show_shape, inputs))
            hint = "give the branches one size: pad, pool, crop or upsample one of them"
            hint = hint if not at else "give the branches the same channels, say by `linear`"
            message = f"`concat` cannot join {shown}: only the {self.axis} may differ"
            reject("E404", None, message, hint)
        total = sum(shape[at] for shape in inputs)
        return (*inputs[0][:at], total, *inputs[0][at + 1 :])

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return SAME_PLACE if self.axis == "channels" else UNTOLD

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        at = place_of("concat", self.axis, output)
        name = AXIS_NAMES[len(output)][at]
        values = " + ".join(str(shape[at]) for shape in inputs)
        yield Formula(f"out {name}", f"sum of the branches' {name}", values, output[at])
