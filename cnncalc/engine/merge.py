"""Branches that meet, on arrays."""

from functools import reduce
from typing import Any

import numpy as np

from cnncalc.engine.base import PLACE, Array, kernel
from cnncalc.ops.merge import Add, Concat, Mul


@kernel(Add, reads=PLACE)
def add(_op: Any, *branches: Array) -> Array:
    """The sum, value by value; an axis of size 1 stretches."""
    return _joined(np.add, branches)


@kernel(Mul, reads=PLACE)
def mul(_op: Any, *branches: Array) -> Array:
    """The product, value by value; an axis of size 1 stretches."""
    return _joined(np.multiply, branches)


@kernel(Concat, reads=PLACE)
def concat(_op: Any, *branches: Array) -> Array:
    """The channels of all branches one after the other."""
    return np.concatenate(branches, axis=1)


def _joined(join: np.ufunc, branches: tuple[Array, ...]) -> Array:
    if len(branches) == 1:
        return branches[0].copy()
    joined: Array = reduce(join, branches)
    return joined
