"""What joins of branches compute."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.analysis.meanings.base import Meaning, Tell
from cnncalc.ops import Op
from cnncalc.ops.merge import Add, Concat, Div, Maximum, Mean, Mul, Sub
from cnncalc.ops.values import Shape

STRETCHED = ("x1, x2", "the values at the place of y; an axis of size 1 is stretched")


def _joined(value: str, slope: str) -> Tell:
    def tell(_op: Any, inputs: Sequence[Shape]) -> Meaning:
        where = (STRETCHED,) if len(set(inputs)) > 1 else ()
        return Meaning(f"y = {value}", where, slope)

    return tell


def _div(op: Any, inputs: Sequence[Shape]) -> Meaning:
    below = f"(x2 + {op.eps})" if op.eps else "x2"
    slope = f"1 / {below} by x1, -y / {below} by x2"
    return _joined(f"x1 / {below}", slope)(op, inputs)


def _mean(op: Any, inputs: Sequence[Shape]) -> Meaning:
    return _joined(f"(x1 + x2 + ...) / {len(inputs)}", f"1/{len(inputs)} by each")(op, inputs)


def _concat(op: Any, inputs: Sequence[Shape]) -> Meaning:
    value = f"y = the value of the branch whose {op.axis} holds the place of y"
    where = (("branches", f"{len(inputs)}, one after the other along the {op.axis}"),)
    return Meaning(value, where, "1 by that value")


MEANINGS: Mapping[type[Op], Tell] = {
    Add: _joined("x1 + x2 + ...", "1 by each: a skip hands its gradient on as it is"),
    Sub: _joined("x1 - x2", "1 by x1, -1 by x2"),
    Mul: _joined("x1 * x2 * ...", "by each the product of the others"),
    Div: _div,
    Maximum: _joined("the largest of x1, x2, ...", "1 by the largest, 0 by the others"),
    Mean: _mean,
    Concat: _concat,
}
