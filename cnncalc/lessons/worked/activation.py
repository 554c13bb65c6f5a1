"""Values and slopes of functions of single values, and shares by softmax."""

from collections.abc import Callable, Iterator, Mapping
from math import erf, exp, expm1, log1p, pi, sqrt, tanh
from typing import Any

import numpy as np

from cnncalc.analysis.meanings import Meaning, meaning_of
from cnncalc.engine.base import Array, Index
from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.parts import Note, Part, Step, largest_terms, short
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


def _logistic(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + log1p(exp(-abs(x)))


def _normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def _mish_slope(x: float) -> float:
    t = tanh(_softplus(x))
    return t + x * (1 - t * t) * _logistic(x)


def _between(low: float, high: float, x: float) -> float:
    return 1.0 if low < x < high else 0.0


Function = Callable[[Any, float], float]
"""A number of an op at an input."""

FUNCTIONS: Mapping[type[Op], tuple[Function, Function]] = {
    Relu: (lambda _, x: max(x, 0.0), lambda _, x: float(x > 0)),
    Relu6: (lambda _, x: min(max(x, 0.0), 6.0), lambda _, x: _between(0, 6, x)),
    Elu: (
        lambda op, x: x if x > 0 else op.alpha * expm1(x),
        lambda op, x: 1.0 if x > 0 else op.alpha * exp(x),
    ),
    Gelu: (
        lambda _, x: x * _normal(x),
        lambda _, x: _normal(x) + x * exp(-x * x / 2) / sqrt(2 * pi),
    ),
    Silu: (
        lambda _, x: x * _logistic(x),
        lambda _, x: _logistic(x) * (1 + x * (1 - _logistic(x))),
    ),
    Sigmoid: (lambda _, x: _logistic(x), lambda _, x: _logistic(x) * _logistic(-x)),
    Tanh: (lambda _, x: tanh(x), lambda _, x: 1 - tanh(x) ** 2),
    HardSwish: (
        lambda _, x: x * min(max(x + 3, 0.0), 6.0) / 6,
        lambda _, x: 0.0 if x <= -3 else 1.0 if x >= 3 else (2 * x + 3) / 6,
    ),
    HardSigmoid: (
        lambda _, x: min(max(x + 3, 0.0), 6.0) / 6,
        lambda _, x: _between(-3, 3, x) / 6,
    ),
    Mish: (lambda _, x: x * tanh(_softplus(x)), lambda _, x: _mish_slope(x)),
    Softplus: (
        lambda op, x: _softplus(op.beta * x) / op.beta,
        lambda op, x: _logistic(op.beta * x),
    ),
    HardTanh: (
        lambda op, x: min(max(x, op.min_val), op.max_val),
        lambda op, x: _between(op.min_val, op.max_val, x),
    ),
    LeakyRelu: (
        lambda op, x: x if x > 0 else op.slope * x,
        lambda op, x: 1.0 if x > 0 else op.slope,
    ),
    Times: (lambda op, x: op.factor * x, lambda op, _: op.factor),
    Dropout: (lambda _, x: x, lambda *_: 1.0),
    Identity: (lambda _, x: x, lambda *_: 1.0),
}
"""Value and slope; where a function bends, the slope is the one from the left."""


@works(*FUNCTIONS)
def by_value(task: Task) -> Iterator[Part]:
    """A function of the value in its place, and its slope there."""
    x = float(task.x[task.at])
    value, slope = FUNCTIONS[type(task.op)]
    yield from _told(task, x, value(task.op, x), slope(task.op, x))


@works(PRelu, Scale)
def by_weight(task: Task) -> Iterator[Part]:
    """The same with a weight of the channel, or of all."""
    x, weights = float(task.x[task.at]), task.tensors["weight"]
    weight = float(weights[task.at[0] if weights.size > 1 else 0])
    yield Step("weight", "of the channel" if weights.size > 1 else "of all channels", "", weight)
    slope = 1.0 if isinstance(task.op, PRelu) and x > 0 else weight
    yield from _told(task, x, slope * x, slope)


def _told(task: Task, x: float, value: float, slope: float) -> Iterator[Part]:
    meaning = meaning_of(task.op, [one.shape for one in task.inputs]) or Meaning("")
    if meaning.training:
        yield Note(f"in training: {meaning.training}")
    yield Step("x", "the input in its place", "", x)
    yield Step("slope", f"{meaning.slope}, at x = {short(x)}", "", slope)
    yield Step("value", f"{meaning.value.removeprefix('y = ')}, at x = {short(x)}", "", value)


@works(Softmax)
def softmax(task: Task) -> Iterator[Part]:
    """The exponential by the sum of all exponentials."""
    named, own = _shared(task)
    values = np.array([float(value) for _, value in named])
    yield from shares([name for name, _ in named], values, own)


def shares(names: list[str], values: Array, own: int) -> Iterator[Part]:
    """Exponentials, their sum, and the share of one of them."""
    top = float(values.max())
    powers = np.exp(values - top)
    yield Note(f"the largest, {short(top)}, is taken off first: that changes no share")
    rows = [
        (name, float(value), float(power))
        for name, value, power in zip(names, values, powers, strict=True)
    ]
    many = f" (the largest of {len(rows):,})" if len(rows) > 9 else ""
    yield largest_terms(f"exponentials{many}", ("", "x", "exp(x - largest)"), rows)
    total, power = float(powers.sum()), float(powers[own])
    yield Step("sum", f"of {len(rows):,} exponentials", "", total)
    value = power / total
    yield Step("slope", "value * (1 - value), by its own x", "", value * (1 - value))
    told = f"{short(power)} / {short(total)}"
    yield Step("value", f"exp(x - largest) / sum, of {names[own]}", told, value)


def _shared(task: Task) -> tuple[list[tuple[str, float]], int]:
    """The values that have a sum of 1, by name, and which of them is asked for."""
    op, x, at = task.op, task.x, task.at
    if op.axis not in {"channels", "groups"}:
        axis = x.ndim - {"length": 1, "width": 1, "height": 2, "depth": 3}[op.axis]
        along: Index = (*at[:axis], slice(None), *at[axis + 1 :])
        line = x[along]
        return [(f"{op.axis} {n}", float(one)) for n, one in enumerate(line)], at[axis]
    column = task.column
    each = len(x) // op.groups
    group, own = divmod(at[0], each)
    if op.axis == "groups":
        places, which = [one * each + own for one in range(op.groups)], group
    else:
        places, which = [group * each + one for one in range(each)], own
    head = "feature" if x.ndim == 1 else "channel"
    return [(f"{head} {one}", float(column[one])) for one in places], which
