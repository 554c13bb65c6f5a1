"""What normalisations compute."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.analysis.meanings.base import Meaning, Tell
from cnncalc.ops import Op
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
from cnncalc.ops.values import Shape

SAME = "training computes the same: nothing is averaged over the batch"


def _learned(op: Any) -> tuple[str, tuple[tuple[str, str], ...]]:
    if not op.affine:
        return "", ()
    if not getattr(op, "bias", True):
        return " * weight", (("weight", "a scale that each channel learns"),)
    both = (("weight, bias", "a scale and a shift that each channel learns"),)
    return " * weight + bias", both


def _standardised(op: Any, mean: str, training: str) -> Meaning:
    tail, learned = _learned(op)
    value = f"y = (x - mean) / sqrt(variance + {op.eps}){tail}"
    told = ("mean, variance", mean)
    return Meaning(value, (told, *learned), training=training)


def _bn(op: Any, inputs: Sequence[Shape]) -> Meaning:
    cells = prod(inputs[0][1:])
    training = (
        f"mean and variance are those of the batch in a channel, over batch*{cells} values; "
        "running ones are moved towards them, the variance of n values times n/(n - 1)"
    )
    factor = "weight / sqrt(variance + eps)" if op.affine else "1 / sqrt(variance + eps)"
    made = _standardised(op, "buffers: running values of the channel, kept in training", training)
    return made._replace(slope=f"{factor}: with fixed mean and variance the layer is linear")


def _of(told: Callable[[Any, Shape], str]) -> Tell:
    def tell(op: Any, inputs: Sequence[Shape]) -> Meaning:
        return _standardised(op, f"{told(op, inputs[0])}; variance is divided by n", SAME)

    return tell


def _instance(_op: Any, x: Shape) -> str:
    return f"of the n = {prod(x[1:])} values of the channel, in one example"


def _layer(_op: Any, x: Shape) -> str:
    return f"of the n = {x[0]} channels at the place of x"


def _group(op: Any, x: Shape) -> str:
    each = x[0] // op.groups
    return f"of the n = {each}*{prod(x[1:])} values of {each} channels, one of {op.groups} groups"


def _rms(op: Any, inputs: Sequence[Shape]) -> Meaning:
    tail = " * weight" if op.affine else ""
    value = f"y = x / sqrt(the mean of {inputs[0][0]} squares + {op.eps}){tail}"
    return Meaning(value, (("squares", "of the channels at the place of x"),), training=SAME)


def _l2(op: Any, inputs: Sequence[Shape]) -> Meaning:
    value = f"y = x / max(sqrt(the sum of {inputs[0][0]} squares), {op.eps})"
    return Meaning(value, (("squares", "of the channels at the place of x"),), training=SAME)


def _grn(op: Any, inputs: Sequence[Shape]) -> Meaning:
    value = f"y = x + weight * x * g / (mean of {inputs[0][0]} g + {op.eps}) + bias"
    told = f"the root of the sum of {prod(inputs[0][1:])} squares of a channel"
    return Meaning(value, (("g", told),), training=SAME)


def _lrn(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    value = f"y = x / ({op.k} + {op.alpha}/{op.size} * the sum of squares) ** {op.beta}"
    before, after = op.size // 2, (op.size - 1) // 2
    told = f"of the channel, {before} before and {after} after it, at the place of x"
    return Meaning(value, (("squares", told),), training=SAME)


MEANINGS: Mapping[type[Op], Tell] = {
    BatchNorm: _bn,
    InstanceNorm: _of(_instance),
    LayerNorm: _of(_layer),
    GroupNorm: _of(_group),
    RmsNorm: _rms,
    L2Norm: _l2,
    ResponseNorm: _grn,
    LocalResponseNorm: _lrn,
}
