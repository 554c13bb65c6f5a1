"""The values of a tensor under other axes, and its axes in another order, on arrays."""

from typing import Any

import numpy as np

from cnncalc.engine.base import DEALT, Array, apart, kernel
from cnncalc.ops.views import Permute, Reshape


@kernel(Reshape, reads=DEALT)
def reshape(op: Any, x: Array) -> Array:
    """The values in their order."""
    return x.reshape(len(x), *op.shape)


@kernel(Permute, reads=DEALT)
def permute(op: Any, x: Array) -> Array:
    """The axes moved, and laid out anew."""
    return apart(np.ascontiguousarray(x.transpose(0, *op.order)), x)
