"""What functions of single values compute, and their slopes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnncalc.analysis.meanings.base import Meaning, Tell
from cnncalc.ops import Op
from cnncalc.ops.activation import (
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
    Softmax,
    Softplus,
    Tanh,
    Times,
)
from cnncalc.ops.values import Shape

LOGISTIC = ("s(x)", "1 / (1 + exp(-x)), the logistic function")


def _plain(value: str, slope: str, *where: tuple[str, str]) -> Tell:
    return lambda _op, _inputs: Meaning(f"y = {value}", where, slope)


def _with(tell: Callable[[Any], tuple[str, str]], *where: tuple[str, str]) -> Tell:
    def told(op: Any, _inputs: Sequence[Shape]) -> Meaning:
        value, slope = tell(op)
        return Meaning(f"y = {value}", where, slope)

    return told


RADIX = 'Zhang et al. 2020, "ResNeSt", §3, radix softmax'


def _softmax(op: Any, inputs: Sequence[Shape]) -> Meaning:
    channels = inputs[0][0]
    if op.axis == "groups":
        over = f"the same channel of {op.groups} groups"
    elif op.groups > 1:
        over = f"the {channels // op.groups} channels of a group, one of {op.groups}"
    elif op.axis == "channels":
        over = f"{channels} channels at the place of x"
    else:
        over = f"the {op.axis} along which x lies"
    where = (("sum", f"over {over}; the largest x is taken off first, which changes nothing"),)
    slope = "y*(1 - y) by its own x, -y*y' by the x of another value y'"
    sources = (RADIX,) if op.axis == "groups" else ()
    return Meaning("y = exp(x) / the sum of exp(x)", where, slope, sources=sources)


def _dropout(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    keeps = f"{1 - op.p:.6g}"
    training = (
        f"y = 0 with probability {op.p}, else x / {keeps}, drawn anew for each value, so that "
        "the mean stays; the slope is 0 or the same factor"
    )
    if op.p == 1:
        training = "y = 0: every value is dropped"
    return Meaning("y = x", (("x", "handed on: a run drops nothing"),), "1", training)


def _prelu(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    whose = "one for all channels" if op.num_parameters == 1 else "one for each channel"
    where = (("weight", f"the slope below 0, learned, {whose}"),)
    slope = "1 for x > 0, weight for x < 0; dy/dweight is min(x, 0)"
    return Meaning("y = max(x, 0) + weight * min(x, 0)", where, slope)


MEANINGS: Mapping[type[Op], Tell] = {
    Relu: _plain("max(x, 0)", "1 for x > 0, 0 for x < 0"),
    Relu6: _plain("min(max(x, 0), 6)", "1 for 0 < x < 6, 0 elsewhere"),
    Elu: _with(
        lambda op: (
            f"x for x > 0, {op.alpha}*(exp(x) - 1) for x <= 0",
            f"1 for x > 0, {op.alpha}*exp(x) for x < 0",
        )
    ),
    Gelu: _plain(
        "x * P(x)",
        "P(x) + x * exp(-x*x/2) / sqrt(2*pi)",
        ("P(x)", "(1 + erf(x / sqrt(2))) / 2, the normal distribution's share below x"),
    ),
    Silu: _plain("x * s(x)", "s(x) * (1 + x*(1 - s(x)))", LOGISTIC),
    Sigmoid: _plain("1 / (1 + exp(-x))", "y*(1 - y), at most 1/4"),
    Tanh: _plain("tanh(x)", "1 - y*y, at most 1"),
    HardSwish: _plain(
        "x * min(max(x + 3, 0), 6) / 6", "0 for x < -3, 1 for x > 3, (2*x + 3)/6 between"
    ),
    HardSigmoid: _plain("min(max(x + 3, 0), 6) / 6", "1/6 for -3 < x < 3, 0 elsewhere"),
    Mish: _plain(
        "x * tanh(log(1 + exp(x)))",
        "t + x*(1 - t*t) * s(x)",
        ("t", "tanh(log(1 + exp(x)))"),
        LOGISTIC,
    ),
    Softplus: _with(
        lambda op: (
            f"log(1 + exp({op.beta}*x)) / {op.beta}",
            f"1 / (1 + exp(-{op.beta}*x))",
        )
    ),
    HardTanh: _with(
        lambda op: (
            f"min(max(x, {op.min_val}), {op.max_val})",
            f"1 for {op.min_val} < x < {op.max_val}, 0 elsewhere",
        )
    ),
    LeakyRelu: _with(
        lambda op: (
            f"x for x > 0, {op.slope}*x for x <= 0",
            f"1 for x > 0, {op.slope} for x < 0",
        )
    ),
    PRelu: _prelu,
    Softmax: _softmax,
    Dropout: _dropout,
    Identity: _plain("x", "1"),
    Times: _with(lambda op: (f"{op.factor} * x", f"{op.factor}")),
    Scale: _plain(
        "weight * x",
        "weight; dy/dweight is x",
        ("weight", "a factor that each channel learns"),
    ),
}
