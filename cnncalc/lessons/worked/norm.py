"""Values of normalisations: mean, variance, what is added to it, scale and shift."""

from collections.abc import Iterator
from math import sqrt
from typing import Any

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.parts import Note, Part, Step, largest_terms, short, signed
from cnncalc.ops.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    L2Norm,
    LayerNorm,
    LocalResponseNorm,
    ResponseNorm,
    RmsNorm,
)


@works(BatchNorm)
def bn(task: Task) -> Iterator[Part]:
    """By the running mean and variance of its channel."""
    channel = task.at[0]
    yield Note(f"running mean and variance of channel {channel}, as a run uses them")
    mean, variance = (
        float(task.tensors[name][channel]) for name in ("running_mean", "running_var")
    )
    yield Step("mean", "running_mean of the channel", "", mean)
    yield Step("variance", "running_var of the channel", "", variance)
    yield from _standardised(task, mean, variance)


@works(InstanceNorm, LayerNorm, GroupNorm)
def by_own(task: Task) -> Iterator[Part]:
    """By the mean and variance of some values of the same example."""
    values, whose = _own(task)
    yield Note(f"mean and variance of {whose}")
    mean = float(values.mean())
    spread = float(np.square(values - mean).sum())
    yield Step("mean", "sum / n", f"{short(float(values.sum()))} / {values.size}", mean)
    variance = spread / values.size
    words = "sum of (x - mean)**2 / n"
    yield Step("variance", words, f"{short(spread)} / {values.size}", variance)
    yield from _standardised(task, mean, variance)


def _own(task: Task) -> tuple[Array, str]:
    op, x = task.op, task.x
    if isinstance(op, InstanceNorm):
        values = x[task.at[0]]
        return values, f"the n = {values.size} values of channel {task.at[0]}"
    if isinstance(op, LayerNorm):
        values = task.column
        return values, f"the n = {values.size} channels at this place"
    each = len(x) // op.groups
    group = task.at[0] // each
    values = x[group * each : (group + 1) * each]
    told = f"channels {group * each} to {(group + 1) * each - 1}, group {group}"
    return values, f"the n = {values.size} values of {told}"


def _standardised(task: Task, mean: float, variance: float) -> Iterator[Part]:
    op, x = task.op, float(task.x[task.at])
    root = sqrt(variance + op.eps)
    yield Step("x", "the input in its place", "", x)
    yield Step("root", "sqrt(variance + eps)", f"sqrt({short(variance)} + {op.eps})", root)
    y = (x - mean) / root
    told = f"({signed([x, -mean])}) / {short(root)}"
    if not op.affine:
        yield Step("value", "(x - mean) / root", told, y)
        return
    yield Step("standardised", "(x - mean) / root", told, y)
    yield from _affine(task, y)


def _affine(task: Task, y: float) -> Iterator[Part]:
    weight = float(task.tensors["weight"][task.at[0]])
    bias = task.tensors.get("bias")
    if bias is None:
        words = "standardised * weight"
        yield Step("value", words, f"{short(y)} * {short(weight)}", y * weight)
        return
    own = float(bias[task.at[0]])
    told = f"{short(y)} * {signed([weight, own])}"
    yield Step("value", "standardised * weight + bias", told, y * weight + own)


@works(RmsNorm)
def rms_norm(task: Task) -> Iterator[Part]:
    """By the root of the mean square of the channels."""
    x, eps = float(task.x[task.at]), task.op.eps
    column = task.column
    yield Note(f"the squares of the n = {column.size} channels at this place")
    total = float(np.square(column).sum())
    mean = total / column.size
    yield Step("mean square", "sum of x*x / n", f"{short(total)} / {column.size}", mean)
    root = sqrt(mean + eps)
    yield Step("root", "sqrt(mean square + eps)", f"sqrt({short(mean)} + {eps})", root)
    if not task.op.affine:
        yield Step("value", "x / root", f"{short(x)} / {short(root)}", x / root)
        return
    weight = float(task.tensors["weight"][task.at[0]])
    told = f"{short(x)} / {short(root)} * {short(weight)}"
    yield Step("value", "x / root * weight", told, x / root * weight)


@works(L2Norm)
def l2_norm(task: Task) -> Iterator[Part]:
    """By the Euclidean length of the channels."""
    x, eps = float(task.x[task.at]), task.op.eps
    column = task.column
    total = float(np.square(column).sum())
    yield Note(f"the squares of the {column.size} channels at this place")
    yield Step("sum of squares", "sum of x*x", "", total)
    length = max(sqrt(total), eps)
    yield Step("length", "max(sqrt(sum), eps)", f"max(sqrt({short(total)}), {eps})", length)
    yield Step("value", "x / length", f"{short(x)} / {short(length)}", x / length)


@works(ResponseNorm)
def grn(task: Task) -> Iterator[Part]:
    """By the length of its channel, relative to the mean of all."""
    x, channel = float(task.x[task.at]), task.at[0]
    lengths = np.sqrt(np.square(task.x).reshape(len(task.x), -1).sum(axis=1))
    g, mean = float(lengths[channel]), float(lengths.mean())
    yield Step("g", f"root of the sum of squares of channel {channel}", "", g)
    yield Step("mean of g", f"over {len(lengths)} channels", "", mean)
    n = g / (mean + task.op.eps)
    told = f"{short(g)} / ({short(mean)} + {task.op.eps})"
    yield Step("n", "g / (mean of g + eps)", told, n)
    weight, bias = (float(task.tensors[name][channel]) for name in ("weight", "bias"))
    told = f"{short(x)} + {short(weight)} * {short(x)} * {signed([n, bias])}"
    yield Step("value", "x + weight * x * n + bias", told, x * (1 + weight * n) + bias)


@works(LocalResponseNorm)
def lrn(task: Task) -> Iterator[Part]:
    """By the squares of the channels around it."""
    op: Any = task.op
    column, channel = task.column, task.at[0]
    first = max(channel - op.size // 2, 0)
    last = min(channel + (op.size - 1) // 2, len(column) - 1)
    rows = [
        (f"channel {one}", float(column[one]), float(column[one] ** 2))
        for one in range(first, last + 1)
    ]
    yield Note(f"channels {first} to {last}, up to {op.size} of them, at this place")
    yield largest_terms("squares", ("", "input", "square"), rows)
    total, x = sum(row[2] for row in rows), float(column[channel])
    yield Step("sum", "sum of squares", signed([row[2] for row in rows][:9]), total)
    below = op.k + op.alpha / op.size * total
    told = f"{op.k} + {op.alpha}/{op.size} * {short(total)}"
    yield Step("denominator", "k + alpha/size * sum", told, below)
    power = below**op.beta
    yield Step("its power", "denominator ** beta", f"{short(below)} ** {op.beta}", power)
    yield Step("value", "x / power", f"{short(x)} / {short(power)}", x / power)
