"""Maps as tokens and back, and tensors that are learned, on arrays."""

from typing import Any

import numpy as np

from cnncalc.engine.base import DEALT, PLACE, Array, apart, kernel, marks
from cnncalc.ops.tokens import AsMap, Learned, Tokens, Transpose


@kernel(Tokens, reads=lambda _op, _place, axes: PLACE if axes == 1 else DEALT)
def tokens(_op: Any, x: Array) -> Array:
    """The positions of the map line by line."""
    return x.reshape(*x.shape[:2], -1)


@kernel(AsMap, reads=lambda op, *_: PLACE if len(op.size) == 1 else DEALT)
def as_map(op: Any, x: Array) -> Array:
    """The lines of positions under each other."""
    return x.reshape(*x.shape[:2], *op.size)


@kernel(Transpose, reads=DEALT)
def transpose(_op: Any, x: Array) -> Array:
    """Channels and positions changed, and laid out anew."""
    return apart(np.ascontiguousarray(x.swapaxes(1, 2)), x)


@kernel(Learned, reads=PLACE)
def learned(_op: Any, weight: Array) -> Array:
    """The tensor, once for all examples of the batch."""
    return weight[None]


@marks(Learned)
def learned_marks(op: Any) -> Array:
    """No input marks it."""
    return np.zeros((1, *op.shape), np.float32)
