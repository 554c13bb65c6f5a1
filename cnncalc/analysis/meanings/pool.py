"""What pools compute."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.analysis.meanings.base import Meaning, Tell
from cnncalc.ops import Op
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AveragePool,
    Blur,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    MaxUnpool,
)
from cnncalc.ops.values import Shape, show_shape

WINNER = "1 for the x that is largest (the first of equal ones), 0 for all others"
PART = "from floor(i*n/m) up to, not including, ceil((i+1)*n/m) of n places, for output i of m"


def _cells(op: Any) -> str:
    return f"{show_shape(op.kernel_size)} = {prod(op.kernel_size)} cells"


def _maxpool(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    where = (("x", "those of one channel that lie in the window; padding never wins"),)
    return Meaning(f"y = the largest x of {_cells(op)}", where, WINNER)


def _avgpool(op: Any, inputs: Sequence[Shape]) -> Meaning:
    is_padded = any(one.before or one.after for one in op.windows(inputs))
    counted = "the cells of the window"
    if is_padded:
        rule = f"count_include_pad={str(op.count_include_pad).lower()}"
        counts = "counts" if op.count_include_pad else "does not count"
        counted += f"; padding {counts} ({rule})"
    if op.ceil_mode:
        counted += "; what ceil_mode adds beyond the padding does not count"
    value = f"y = sum of x / cells, over {_cells(op)}"
    return Meaning(value, (("cells", counted),), "1 / cells for each x of the window")


def _unpool(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    where = (("largest", f"of the {_cells(op)} of the second input that were pooled to one"),)
    return Meaning(
        "y = x where the largest of its window stood, 0 elsewhere", where, "1 there, 0 elsewhere"
    )


def _blur(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    told = (
        "binomial along each axis, as 1 2 1 / 4 is of 3, and not trained; beyond the border the "
        "map is mirrored"
    )
    return Meaning(
        f"y = sum of x * filter over {_cells(op)}", (("filter", told),), "its filter value"
    )


def _globalavgpool(_op: Any, inputs: Sequence[Shape]) -> Meaning:
    cells = prod(inputs[0][1:])
    value = f"y = sum of x / {cells}, over the whole map of a channel"
    return Meaning(value, slope=f"1/{cells} for each x of the channel")


def _globalmaxpool(_op: Any, inputs: Sequence[Shape]) -> Meaning:
    return Meaning(f"y = the largest x of the {prod(inputs[0][1:])} of a channel", slope=WINNER)


def _adaptive_avgpool(_op: Any, _inputs: Sequence[Shape]) -> Meaning:
    return Meaning("y = the mean of x over a part", (("part", PART),), "1 / cells of the part")


def _adaptive_maxpool(_op: Any, _inputs: Sequence[Shape]) -> Meaning:
    return Meaning("y = the largest x of a part", (("part", PART),), WINNER)


MEANINGS: Mapping[type[Op], Tell] = {
    MaxPool: _maxpool,
    AveragePool: _avgpool,
    MaxUnpool: _unpool,
    Blur: _blur,
    GlobalAveragePool: _globalavgpool,
    GlobalMaxPool: _globalmaxpool,
    AdaptiveAveragePool: _adaptive_avgpool,
    AdaptiveMaxPool: _adaptive_maxpool,
}
