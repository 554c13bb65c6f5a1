"""Element-wise functions: shapes stay, nothing is a MAC."""

from collections.abc import Mapping, Sequence
from math import inf

from cnncalc.ops.base import SameShape, same_place
from cnncalc.ops.conv import divisors
from cnncalc.ops.footprint import EVERYWHERE, SAME_PLACE, Lanes, Reach, shifted
from cnncalc.ops.merge import AXES, place_of
from cnncalc.ops.values import Shape, count, number, reject, word

MOST = 1e12
"""No constant of a function is larger, whatever its sign."""


class Elementwise(
    SameShape, is_elementwise=True, is_nonlinearity=True, backward_reads=("output",)
):
    """A function of each value alone; unless said otherwise its derivative reads its output."""

    reach = same_place


class Relu(Elementwise, name="relu", largest_value=inf, keeps_positive=True):
    """`max(x, 0)`. Source: ONNX operator Relu, opset 14."""


class Relu6(Elementwise, name="relu6", largest_value=6):
    """`min(max(x, 0), 6)`. Source: Howard et al. 2017; ONNX operator Clip, opset 13."""


class Elu(Elementwise, name="elu", positional=("alpha",), keeps_positive=True):
    """`x` above 0, `alpha*(exp(x) - 1)` below. Source: ONNX operator Elu, opset 6."""

    alpha: float = number("The factor below zero.", default=1.0, low=0)


class Gelu(Elementwise, name="gelu", backward_reads=("input",)):
    """`x * Phi(x)` with the exact error function. Source: ONNX operator Gelu, opset 20."""


class Silu(Elementwise, name="silu", backward_reads=("input",)):
    """`x * sigmoid(x)`, also called swish. Source: Ramachandran et al. 2017."""


class Sigmoid(Elementwise, name="sigmoid", largest_value=1):
    """`1 / (1 + exp(-x))`. Source: ONNX operator Sigmoid, opset 13."""


class Tanh(Elementwise, name="tanh"):
    """The hyperbolic tangent. Source: ONNX operator Tanh, opset 13."""


class HardSwish(Elementwise, name="hardswish", backward_reads=("input",)):
    """`x * relu6(x + 3) / 6`. Source: ONNX operator HardSwish, opset 14."""


class HardSigmoid(Elementwise, name="hardsigmoid", largest_value=1):
    """`relu6(x + 3) / 6`. Source: Howard et al. 2019, §5.2; PyTorch `nn.Hardsigmoid`."""


class Mish(Elementwise, name="mish", backward_reads=("input",)):
    """`x * tanh(softplus(x))`. Source: Misra 2019; ONNX operator Mish, opset 18."""


class Softplus(Elementwise, name="softplus", positional=("beta",)):
    """`log(1 + exp(beta*x)) / beta`. Source: ONNX operator Softplus, opset 1; PyTorch's `beta`."""

    beta: float = number("How sharp the bend is.", default=1.0, low=1e-6, high=1e6)


class HardTanh(Elementwise, name="hardtanh", positional=("min_val", "max_val")):
    """`x` between two bounds, the bounds beyond them.

    Source: PyTorch `nn.Hardtanh`; ONNX operator Clip, opset 13.
    """

    min_val: float = number("The least value.", default=-1.0, low=-MOST, high=MOST)
    max_val: float = number("The largest value.", default=1.0, low=-MOST, high=MOST)

    def check(self, inputs: Sequence[Shape]) -> None:
        if self.min_val >= self.max_val:
            message = f"the bounds {self.min_val} and {self.max_val} leave nothing between them"
            reject("E406", "max_val", message, "give the lower bound first")


class Softmax(Elementwise, name="softmax", largest_value=1, is_elementwise=False):
    """`exp(x) / sum(exp(x))` over the channels, another axis, or the groups of channels.

    With `groups` each group has a sum of 1; with `axis=groups` it is the same channel of all
    groups that has, as where paths are weighted against each other (Zhang et al. 2020, §3).

    Source: ONNX operator Softmax, opset 13.
    """

    axis: str = word("The axis whose sum is 1.", *AXES, "groups", default="channels")
    groups: int = count("Groups that the channels are divided into.", default=1)

    def check(self, inputs: Sequence[Shape]) -> None:
        channels, is_in_groups = inputs[0][0], self.axis in {"channels", "groups"}
        if not is_in_groups:
            place_of("softmax", self.axis, inputs[0])
        if self.groups > 1 and not is_in_groups:
            message = f"groups divide the channels, and `softmax` is told the {self.axis}"
            reject("E406", "groups", message, "leave off one of the two")
        if self.groups == 1 and self.axis == "groups":
            message = "a softmax over 1 group gives 1 for every input"
            reject("E406", "axis", message, "say how many `groups` there are")
        if channels % self.groups:
            message = f"{self.groups} groups cannot share {channels} channels"
            reject("E402", "groups", message, f"use a divisor: {divisors(channels)}")

    def lanes(self, inputs: Sequence[Shape]) -> Lanes | None:
        channels = inputs[0][0]
        if self.axis not in {"channels", "groups"}:
            return Lanes(channels)
        each = channels // self.groups
        return Lanes(self.groups, each, each) if self.axis == "channels" else None

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        if self.axis in {"channels", "groups"}:
            return SAME_PLACE
        along = place_of("softmax", self.axis, inputs[0]) - 1
        axes = range(len(inputs[0]) - 1)
        return tuple(EVERYWHERE if axis == along else shifted(0) for axis in axes)


class PRelu(Elementwise, name="prelu", keeps_positive=True, backward_reads=("input",)):
    """`x` above 0, a learned slope times `x` below: one slope, or one a channel.

    Source: He et al. 2015, "Delving Deep into Rectifiers"; PyTorch `nn.PReLU`, whose default is
    one slope for all channels.
    """

    num_parameters: int = count(
        "Slopes that are learned: 1 for all channels, or one for each.", default=1
    )

    def check(self, inputs: Sequence[Shape]) -> None:
        channels = inputs[0][0]
        if self.num_parameters not in (1, channels):
            reject(
                "E406",
                "num_parameters",
                f"expected 1 or {channels} slopes, found {self.num_parameters}",
                f"use 1, or {channels} for a slope of its own in each channel",
            )

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return {"weight": (self.num_parameters,)}


class LeakyRelu(Elementwise, name="leaky_relu", positional=("slope",), keeps_positive=True):
    """`x` above 0, `slope * x` below. Source: ONNX operator LeakyRelu, opset 16."""

    slope: float = number("The factor below zero.", default=0.01, low=0)


class Dropout(
    Elementwise,
    name="dropout",
    positional=("p",),
    is_view=True,
    is_nonlinearity=False,
    backward_reads=("mask",),
):
    """In training zeroes each value with probability `p`; does nothing at inference.

    Source: Srivastava et al. 2014; ONNX operator Dropout, opset 13.
    """

    p: float = number("Probability of a zero.", default=0.5, low=0, high=1)


class Identity(
    Elementwise,
    name="identity",
    is_view=True,
    is_nonlinearity=False,
    backward_reads=(),
    keeps_range=True,
    keeps_shifts=True,
):
    """Its input as it is: a shortcut, or what is left of a layer that trains alone.

    Source: ONNX operator Identity, opset 1; PyTorch `nn.Identity`.
    """


class Times(
    Elementwise, name="times", positional=("factor",), is_nonlinearity=False, backward_reads=()
):
    """Every value times a constant, which is not learned.

    Source: Szegedy et al. 2017, "Inception-v4", §3.3, residual scaling; ONNX operator Mul,
    opset 14.
    """

    factor: float = number("What every value is multiplied by.", low=-MOST, high=MOST)


class Scale(Elementwise, name="scale", is_nonlinearity=False, backward_reads=("input",)):
    """One learned factor a channel. Source: Touvron et al. 2021 (CaiT), §2.1, LayerScale."""

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return {"weight": (inputs[0][0],)}
