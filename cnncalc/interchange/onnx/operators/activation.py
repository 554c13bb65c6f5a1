"""Element-wise functions. Source: ONNX operators of the same names, opsets 6 to 24."""

from math import inf, isclose

from cnncalc.interchange.onnx.model.values import Site, per_example
from cnncalc.interchange.onnx.operators.base import (
    Made,
    alias,
    axis_of,
    each_place,
    fitted,
    foreign,
    last_axis,
    reads,
)
from cnncalc.ops import Op
from cnncalc.ops.activation import (
    Dropout,
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    PRelu,
    Relu,
    Relu6,
    Sigmoid,
    Silu,
    Softmax,
    Tanh,
)

_PLAIN: dict[str, type[Op]] = {
    "Relu": Relu,
    "Sigmoid": Sigmoid,
    "Tanh": Tanh,
    "Gelu": Gelu,
    "Silu": Silu,
    "Swish": Silu,
    "HardSwish": HardSwish,
}


@reads(*_PLAIN)
def plain(site: Site) -> Made:
    """The op of the same name."""
    if site.get("alpha", 1.0) != 1.0:
        return foreign(site, site.x.shape, elementwise=True)
    return each_place(site, _PLAIN[site.node.op_type], {})


@reads(
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Cos", "Cosh", "Erf",
    "Exp", "Floor", "IsInf", "IsNaN", "Log", "LogSoftmax", "Mish", "Neg", "Not", "Reciprocal",
    "Round", "Selu", "Shrink", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Tan",
    "ThresholdedRelu", "BitwiseNot", "Hardmax", "CumSum",
)  # fmt: skip
def elementwise(site: Site) -> Made:
    """A function that the spec language does not have."""
    return foreign(site, site.x.shape, elementwise=True)


@reads("Elu")
def elu(site: Site) -> Made:
    """`elu`."""
    return each_place(site, Elu, {"alpha": float(f"{site.get('alpha', 1.0):.7g}")})


@reads("LeakyRelu")
def leaky_relu(site: Site) -> Made:
    """`leaky_relu`."""
    return each_place(site, LeakyRelu, {"slope": float(f"{site.get('alpha', 0.01):.7g}")})


@reads("HardSigmoid")
def hard_sigmoid(site: Site) -> Made:
    """`hardsigmoid` with a slope of 1/6; that of Keras, 0.2, is another function."""
    slope, offset = site.get("alpha", 0.2), site.get("beta", 0.5)
    if isclose(slope, 1 / 6, rel_tol=1e-4) and isclose(offset, 0.5):
        return each_place(site, HardSigmoid, {})
    return foreign(site, site.x.shape, elementwise=True)


@reads("Clip")
def clip(site: Site) -> Made:
    """`relu6` from 0 to 6, `relu` from 0 on."""
    low, high = _limit(site, 1, "min", -inf), _limit(site, 2, "max", inf)
    if (low, high) == (0, 6):
        return each_place(site, Relu6, {})
    if low == 0 and high is not None and high > 1e38:
        return each_place(site, Relu, {})
    return foreign(site, site.x.shape, elementwise=True)


def _limit(site: Site, place: int, name: str, default: float) -> float | None:
    """One bound; None when its value is not known."""
    if site.optional(place) is None and site.get(name) is None:
        return default
    found = site.numbers(place, name)
    return float(found[0]) if found else None


@reads("PRelu")
def prelu(site: Site) -> Made:
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


@reads("Softmax")
def softmax(site: Site) -> Made | None:
    """`softmax` over the channels, or over the last axis at every place."""
    x, rank = site.x, len(site.x.shape)
    axis = axis_of(site, rank, -1 if site.opset >= 13 else 1)
    if axis == rank - 1 and (rank < 3 or site.opset >= 13):
        return last_axis(site, Softmax, {})
    if axis == 1 and x.shape[0] == 1 and site.opset >= 13:
        return each_place(site, Softmax, {})
    return foreign(site, x.shape)


@reads("Dropout")
def dropout(site: Site) -> list[Made]:
    """`dropout`; its mask is not kept at inference."""
    ratio = site.numbers(1, "ratio")
    made = each_place(site, Dropout, {"p": float(f"{ratio[0]:.7g}") if ratio else 0.5})
    return [made] * len(site.node.outputs)


@reads("Identity", "Cast", "CastLike", "Optional", "OptionalGetElement")
def same(site: Site) -> Made:
    """Nothing that is counted."""
    return alias(site)
