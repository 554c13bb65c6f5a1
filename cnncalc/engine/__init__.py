"""What each operation does to real numbers, in NumPy. Importing a family registers its kernels."""

from cnncalc.engine import activation, conv, linear, merge, norm, pool, reshape
from cnncalc.engine.base import DEFINITIONS, KERNELS, Array

__all__ = [
    "DEFINITIONS",
    "KERNELS",
    "Array",
    "activation",
    "conv",
    "linear",
    "merge",
    "norm",
    "pool",
    "reshape",
]
