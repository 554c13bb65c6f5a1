"""Element-wise functions, and a factor a channel.

Source: ONNX operators of the same names, opsets 6 to 24; PyTorch `torch.nn`.
"""

from math import inf, isclose

from cnncalc.graph import Layer
from cnncalc.interchange.onnx_model.values import Site, per_example
from cnncalc.interchange.terms.call import Argument, Call, axes_of, channels_in, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.made import (
    Made,
    alias,
    decimal,
    each_place,
    fitted,
    foreign,
    reads,
)
from cnncalc.interchange.terms.row import element, plain
from cnncalc.ops.activation import (
    MOST,
    Dropout,
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    HardTanh,
    Identity,
    LeakyRelu,
    Mish,
    PRelu,
    Relu,
    Relu6,
    Scale,
    Sigmoid,
    Silu,
    Softplus,
    Tanh,
    Times,
)

element(Relu, "Relu", "nn.ReLU")
element(Sigmoid, "Sigmoid", "nn.Sigmoid")
element(Tanh, "Tanh", "nn.Tanh")
element(HardSwish, "HardSwish", "nn.Hardswish")
element(Gelu, "Gelu", "nn.GELU", approximate="none")
element(Mish, "Mish", "nn.Mish")
element(Silu, None, "nn.SiLU", "Silu", "Swish")
plain(HardSigmoid, "HardSigmoid", "nn.Hardsigmoid", alpha=1 / 6, beta=0.5)
plain(Relu6, None, "nn.ReLU6")
plain(Identity, "Identity", "nn.Identity")


@writes(Silu)
def silu_to_onnx(_op: Silu, draft: Draft) -> str:
    """`x * Sigmoid(x)`: the operator Swish came with opset 24."""
    [x] = draft.inputs
    return draft.node("Mul", x, draft.node("Sigmoid", x))


@reads("HardSigmoid")
def hard_sigmoid_from_onnx(site: Site) -> Made:
    """`hardsigmoid` with a slope of 1/6; that of Keras, 0.2, is another function."""
    slope, offset = site.get("alpha", 0.2), site.get("beta", 0.5)
    if isclose(slope, 1 / 6, rel_tol=1e-4) and isclose(offset, 0.5):
        return each_place(site, HardSigmoid, {})
    return foreign(site, site.x.shape, elementwise=True)


# Clip


@reads("Clip")
def clip_from_onnx(site: Site) -> Made:
    """`relu6` from 0 to 6, `relu` from 0 on; with other bounds on both sides `hardtanh`."""
    low, high = _limit(site, 1, "min", -inf), _limit(site, 2, "max", inf)
    if (low, high) == (0, 6):
        return each_place(site, Relu6, {})
    if low == 0 and high is not None and high > 1e38:
        return each_place(site, Relu, {})
    if low is not None and high is not None and -MOST <= low < high <= MOST:
        return each_place(site, HardTanh, {"min_val": decimal(low), "max_val": decimal(high)})
    return foreign(site, site.x.shape, elementwise=True)


def _limit(site: Site, place: int, name: str, default: float) -> float | None:
    """One bound; None when its value is not known."""
    if site.optional(place) is None and site.get(name) is None:
        return default
    found = site.numbers(place, name)
    return float(found[0]) if found else None


@writes(Relu6)
def relu6_to_onnx(_op: Relu6, draft: Draft) -> str:
    """Clip from 0 to 6. Source: ONNX operator Clip, opset 13."""
    return draft.node("Clip", *draft.inputs, draft.scalar(0.0), draft.scalar(6.0))


@writes(HardTanh)
def hardtanh_to_onnx(op: HardTanh, draft: Draft) -> str:
    """Clip. Source: ONNX operator Clip, opset 13."""
    return draft.node("Clip", *draft.inputs, draft.scalar(op.min_val), draft.scalar(op.max_val))


@module(HardTanh)
def hardtanh_to_torch(op: HardTanh, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Hardtanh`."""
    return Call("nn.Hardtanh", (same(op, "min_val", -1.0), same(op, "max_val", 1.0)))


# Functions with a number


@reads("Softplus")
def softplus_from_onnx(site: Site) -> Made:
    """`softplus`; put together by `onnx.read.patterns`, it has a sharpness."""
    return each_place(site, Softplus, {"beta": decimal(site.get("beta", 1.0))})


@writes(Softplus)
def softplus_to_onnx(op: Softplus, draft: Draft) -> str:
    """Softplus, whose bend is as sharp as `beta` says. Source: ONNX operator Softplus, opset 1."""
    [x] = draft.inputs
    if op.beta == 1:
        return draft.node("Softplus", x)
    bent = draft.node("Softplus", draft.node("Mul", x, draft.scalar(op.beta)))
    return draft.node("Div", bent, draft.scalar(op.beta))


@module(Softplus)
def softplus_to_torch(op: Softplus, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Softplus`."""
    return Call("nn.Softplus", (same(op, "beta", 1.0),))


@writes(Times)
def times_to_onnx(op: Times, draft: Draft) -> str:
    """Mul by a constant. Source: ONNX operator Mul, opset 14."""
    return draft.node("Mul", *draft.inputs, draft.scalar(op.factor))


@module(Times)
def times_to_torch(op: Times, _layer: Layer) -> Call:
    """A class of ours: PyTorch has none."""
    return Call("Times", (same(op, "factor", ...),), "Times")


@reads("Elu")
def elu_from_onnx(site: Site) -> Made:
    """`elu`."""
    return each_place(site, Elu, {"alpha": decimal(site.get("alpha", 1.0))})


@writes(Elu)
def elu_to_onnx(op: Elu, draft: Draft) -> str:
    """Elu. Source: ONNX operator Elu, opset 6."""
    return draft.node("Elu", *draft.inputs, alpha=float(op.alpha))


@module(Elu)
def elu_to_torch(op: Elu, _layer: Layer) -> Call:
    """Source: PyTorch `nn.ELU`."""
    return Call("nn.ELU", (same(op, "alpha", 1.0),))


@reads("LeakyRelu")
def leaky_relu_from_onnx(site: Site) -> Made:
    """`leaky_relu`."""
    return each_place(site, LeakyRelu, {"slope": decimal(site.get("alpha", 0.01))})


@writes(LeakyRelu)
def leaky_relu_to_onnx(op: LeakyRelu, draft: Draft) -> str:
    """LeakyRelu. Source: ONNX operator LeakyRelu, opset 16."""
    return draft.node("LeakyRelu", *draft.inputs, alpha=float(op.slope))


@module(LeakyRelu)
def leaky_relu_to_torch(op: LeakyRelu, _layer: Layer) -> Call:
    """Source: PyTorch `nn.LeakyReLU`."""
    return Call("nn.LeakyReLU", (same(op, "negative_slope", 0.01, "slope"),))


@reads("Dropout")
def dropout_from_onnx(site: Site) -> list[Made]:
    """`dropout`; its mask is not kept at inference."""
    ratio = site.numbers(1, "ratio")
    made = each_place(site, Dropout, {"p": decimal(ratio[0]) if ratio else 0.5})
    return [made] * len(site.node.outputs)


@writes(Dropout)
def dropout_to_onnx(op: Dropout, draft: Draft) -> str:
    """Dropout, which does nothing at inference. Source: ONNX operator Dropout, opset 13."""
    return draft.node("Dropout", *draft.inputs, draft.scalar(op.p))


@module(Dropout)
def dropout_to_torch(op: Dropout, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Dropout`."""
    return Call("nn.Dropout", (same(op, "p", 0.5),))


# Functions with learned numbers


@reads("PRelu")
def prelu_from_onnx(site: Site) -> Made:
    """`prelu` with one slope, or one a channel."""
    x, slope = site.x, site.value(1)
    shape = per_example(x.shape)
    length = max(slope.shape, default=1)
    axes = slope.shape[max(0, len(slope.shape) - len(shape)) :]
    is_each = len(axes) < 2 or length == 1 or axes == (shape[0], *(1,) * (len(shape) - 1))
    holds = slope.sources or ((slope.name,) if slope.is_static and slope.is_stored else ())
    made = fitted(PRelu, {"num_parameters": length}, shape) if is_each else None
    if made is None:
        return foreign(site, x.shape, elementwise=True, holds=holds)
    return Made(made[0], x.shape, (x,), holds)


@writes(PRelu)
def prelu_to_onnx(_op: PRelu, draft: Draft) -> str:
    """PRelu with a slope a channel, or one for all. Source: ONNX operator PRelu, opset 16."""
    return draft.node("PRelu", *draft.inputs, draft.per_channel("weight"))


@module(PRelu)
def prelu_to_torch(op: PRelu, _layer: Layer) -> Call:
    """Source: PyTorch `nn.PReLU`."""
    return Call("nn.PReLU", (same(op, "num_parameters", 1),))


@writes(Scale)
def scale_to_onnx(_op: Scale, draft: Draft) -> str:
    """Mul by a factor a channel. Source: ONNX operator Mul, opset 14."""
    return draft.node("Mul", *draft.inputs, draft.per_channel("weight"))


@module(Scale)
def scale_to_torch(_op: Scale, layer: Layer) -> Call:
    """A class of ours: PyTorch has none."""
    axes = Argument("axes", axes_of(layer), 2)
    return Call("Scale", (channels_in(layer, "channels"), axes), "Scale")


# Operators of ONNX alone


@reads(
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Cos", "Cosh", "Erf",
    "Exp", "Floor", "IsInf", "IsNaN", "Log", "LogSoftmax", "Neg", "Not", "Reciprocal",
    "Round", "Selu", "Shrink", "Sign", "Sin", "Sinh", "Softsign", "Sqrt", "Tan",
    "ThresholdedRelu", "BitwiseNot", "Hardmax", "CumSum",
)  # fmt: skip
def other_functions(site: Site) -> Made:
    """A function that the spec language does not have."""
    return foreign(site, site.x.shape, elementwise=True)


@reads("Identity", "Cast", "CastLike", "Optional", "OptionalGetElement")
def unchanged(site: Site) -> Made:
    """Nothing that is counted."""
    return alias(site)
