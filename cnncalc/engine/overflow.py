"""Values that are too large for their type: no fault of a count or of a kernel."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from cnncalc.engine.base import Array

FACTORS = 4
"""Factors of one input or tensor in a value: of attention's queries times keys two of each, and of
its values one more; a squared one of norms has two."""


def may_overflow(arrays: Iterable[Array], dtype: Any) -> bool:
    """Whether NaN or infinity may come of some arrays: one holds some, or their product is large.

    What comes of values that are neither is a fault.
    """
    magnitude = 1.0
    for array in arrays:
        if not array.size:
            continue
        largest = float(max(abs(float(array.max())), abs(float(array.min()))))
        if not largest <= float(np.finfo(array.dtype).max):
            return True
        magnitude *= max(largest, 1.0)
    return magnitude > float(np.finfo(dtype).max) ** (1 / FACTORS)
