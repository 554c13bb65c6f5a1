"""What each operation does to real numbers, in NumPy, and networks run to verify what is counted.

A family module registers its kernels when it is imported; each finds sizes and windows on the
arrays. No arithmetic of `ops` or `analysis` is used in computing: what verifies shares nothing
with what it verifies.
"""

from cnncalc.engine import (
    activation,
    attention,
    conv,
    linear,
    merge,
    norm,
    pool,
    reshape,
    tokens,
    views,
)
from cnncalc.engine.base import DEFINITIONS, KERNELS, Array

__all__ = [
    "DEFINITIONS",
    "KERNELS",
    "Array",
    "activation",
    "attention",
    "conv",
    "linear",
    "merge",
    "norm",
    "pool",
    "reshape",
    "tokens",
    "views",
]
