"""Dense layers."""

from collections.abc import Iterator, Mapping, Sequence

from cnncalc.ops.base import Op
from cnncalc.ops.conv import weights
from cnncalc.ops.footprint import EVERYWHERE, SAME_PLACE, Lanes, Reach
from cnncalc.ops.formula import Factors, Formula, axis_names
from cnncalc.ops.values import Shape, count, flag, reject, word

TOKEN_AXES = ("channels", "length")
"""The axes of tokens."""


class Linear(
    Op,
    name="linear",
    axes=(0, 1),
    positional=("out_features",),
    backward_reads=("input",),
    weight_axes=("out features", "in features"),
):
    """Dense (fully connected) layer, `features -> out_features`.

    On tokens, C x L, it works on the channels of every position (Vaswani et al. 2017, §3.3), or
    with `axis=length` on the positions of every channel (Tolstikhin et al. 2021, §2). One MAC is
    one weight used once; the bias does not count.

    Source: ONNX operators Gemm and MatMul, opset 13; PyTorch `nn.Linear`.

    Example:
        >>> Linear(0, out_features=10).macs([(84,)], (10,))
        840
    """

    out_features: int = count("Features of the output.")
    bias: bool = flag("Whether a bias is learned for each output.", default=True)

    axis: str = word("The axis of tokens that it works on.", *TOKEN_AXES, default="channels")

    @property
    def place(self) -> int:
        """The number of the axis that it works on."""
        return TOKEN_AXES.index(self.axis)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        [x] = inputs
        if self.place >= len(x):
            message = f"`linear` works along the length of C x L, its input has {x[0]} features"
            reject("E405", "axis", message, "remove `axis`")
        return (*x[: self.place], self.out_features, *x[self.place + 1 :])

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        name = axis_names(len(output))[self.place]
        yield Formula(f"out {name}", "out_features", str(self.out_features), output[self.place])

    def lanes(self, inputs: Sequence[Shape]) -> Lanes | None:
        return Lanes(inputs[0][0]) if self.place else None

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return SAME_PLACE if len(inputs[0]) > 1 and not self.place else EVERYWHERE

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        taken = inputs[0][self.place]
        return weights((self.out_features, taken), self.out_features, self.bias)

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        [x] = inputs
        others = zip(TOKEN_AXES, x, strict=False)
        each = tuple((name, n) for name, n in others if name != self.axis)
        return (*each, ("in features", x[self.place]), ("out features", self.out_features))
