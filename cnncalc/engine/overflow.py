"""Values that are too large to be compared: no fault of a count or of a kernel."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from cnncalc.engine.base import Array

FACTORS = 4
"""Factors of one input or tensor in a value: of attention's queries times keys two of each, and of
its values one more; a squared one of norms has two."""

STEEP = 1e8
"""Beyond this a value cannot be moved so little in float64 that a softmax stays what it is."""


def may_overflow(arrays: Iterable[Array], dtype: Any) -> bool:
    """Whether NaN or infinity may come of some arrays: one holds some, or their product is large.

    What comes of values that are neither is a fault.
    """
    largest = float(np.finfo(dtype).max)
    return bool(magnitude(arrays) > largest ** (1 / FACTORS))


def magnitude(arrays: Iterable[Array]) -> float:
    """The product of the largest magnitudes of arrays, those below 1 left out; infinity of NaN."""
    product = 1.0
    for array in arrays:
        if array.size:
            largest = float(max(abs(float(array.max())), abs(float(array.min()))))
            product *= max(largest, 1.0) if np.isfinite(largest) else np.inf
    return product
