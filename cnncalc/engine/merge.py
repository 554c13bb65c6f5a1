"""Branches that meet, on arrays."""

from functools import reduce
from typing import Any

import numpy as np

from cnncalc.engine.base import DEALT, PLACE, Array, kernel
from cnncalc.ops.merge import Add, Concat, Div, Maximum, Mean, Mul, Sub


@kernel(Add, reads=PLACE)
def add(_op: Any, *branches: Array) -> Array:
    """The sum, value by value; an axis of size 1 stretches."""
    return _joined(np.add, branches)


@kernel(Mul, reads=PLACE)
def mul(_op: Any, *branches: Array) -> Array:
    """The product, value by value; an axis of size 1 stretches."""
    return _joined(np.multiply, branches)


@kernel(Sub, reads=PLACE)
def sub(_op: Any, first: Array, second: Array) -> Array:
    """The difference, value by value; an axis of size 1 stretches."""
    return _joined(np.subtract, (first, second))


@kernel(Div, reads=PLACE)
def div(op: Any, first: Array, second: Array) -> Array:
    """The quotient, value by value; an axis of size 1 stretches."""
    return _joined(np.divide, (first, second + second.dtype.type(op.eps)))


@kernel(Maximum, reads=PLACE)
def maximum(_op: Any, *branches: Array) -> Array:
    """The largest, value by value; an axis of size 1 stretches."""
    return _joined(np.maximum, branches)


@kernel(Mean, reads=PLACE)
def mean(_op: Any, *branches: Array) -> Array:
    """The mean, value by value; an axis of size 1 stretches."""
    total = _joined(np.add, branches)
    total /= len(branches)
    return total


@kernel(Concat, reads=lambda op, *_: PLACE if op.axis == "channels" else DEALT)
def concat(op: Any, *branches: Array) -> Array:
    """The channels, or other places, of all branches one after the other."""
    return np.concatenate(branches, axis=axis_of(op.axis, branches[0].ndim))


def axis_of(name: str, rank: int) -> int:
    """The number of a named axis of an array with so many axes, the batch the first."""
    if name == "channels":
        return 1
    return rank - {"length": 1, "width": 1, "height": 2, "depth": 3}[name]


def _joined(join: np.ufunc, branches: tuple[Array, ...]) -> Array:
    if len(branches) == 1:
        return branches[0].copy()
    joined: Array = reduce(join, branches)
    return joined
