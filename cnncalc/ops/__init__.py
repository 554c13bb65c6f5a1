"""What each operation is, in integers. Importing a family module registers its ops."""

from cnncalc.ops import activation, conv, linear, merge, norm, pool, reshape
from cnncalc.ops.base import OPS, Op, make_op

__all__ = [
    "OPS",
    "Op",
    "activation",
    "conv",
    "linear",
    "make_op",
    "merge",
    "norm",
    "pool",
    "reshape",
]
