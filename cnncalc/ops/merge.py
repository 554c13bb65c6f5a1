"""Where branches meet."""

from collections.abc import Iterator, Sequence

from cnncalc.ops.base import Op, same_place
from cnncalc.ops.formula import AXIS_NAMES, Formula
from cnncalc.ops.values import Shape, reject, show_shape


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
            hint = "give the branches one shape, say by a 1x1 convolution with a stride"
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


class Concat(Merge, name="concat"):
    """The inputs' channels one after the other; all other axes agree.

    Source: ONNX operator Concat, opset 13.

    Example:
        >>> Concat(2).output_shape([(64, 28, 28), (128, 28, 28), (32, 28, 28)])
        (224, 28, 28)
    """

    def joined(self, inputs: Sequence[Shape]) -> Shape:
        if len({shape[1:] for shape in inputs}) > 1:
            shown = " and ".join(map(show_shape, inputs))
            hint = "give the branches one size: pad, pool, crop or upsample one of them"
            message = f"`concat` cannot join {shown}: only the channels may differ"
            reject("E404", None, message, hint)
        return (sum(shape[0] for shape in inputs), *inputs[0][1:])

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        name = AXIS_NAMES[len(output)][0]
        values = " + ".join(str(shape[0]) for shape in inputs)
        yield Formula(f"out {name}", f"sum of the branches' {name}", values, output[0])
