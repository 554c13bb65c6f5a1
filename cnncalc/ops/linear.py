"""Dense layers."""

from collections.abc import Iterator, Mapping, Sequence

from cnncalc.ops.base import Op
from cnncalc.ops.conv import weights
from cnncalc.ops.footprint import EVERYWHERE, Reach
from cnncalc.ops.formula import Factors, Formula
from cnncalc.ops.values import Shape, count, flag


class Linear(
    Op,
    name="linear",
    axes=(0,),
    positional=("out_features",),
    backward_reads=("input",),
    weight_axes=("out features", "in features"),
):
    """Dense (fully connected) layer, `features -> out_features`.

    One MAC is one weight; the bias does not count.

    Source: ONNX operator Gemm, opset 13; PyTorch `nn.Linear`.

    Example:
        >>> Linear(0, out_features=10).macs([(84,)], (10,))
        840
    """

    out_features: int = count("Features of the output.")
    bias: bool = flag("Whether a bias is learned for each output.", default=True)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (self.out_features,)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        yield Formula("out features", "out_features", str(self.out_features), output[0])

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return weights((self.out_features, *inputs[0]), self.out_features, self.bias)

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return (("in features", inputs[0][0]), ("out features", output[0]))
