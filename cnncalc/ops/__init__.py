"""What each operation is, in integers. Importing a family module registers its ops."""

from cnncalc.ops import activation, conv, linear, merge, norm, pool, reshape
from cnncalc.ops.base import OPS, Op, check_rank

__all__ = [
    "OPS",
    "Op",
    "activation",
    "check_rank",
    "conv",
    "linear",
    "merge",
    "norm",
    "pool",
    "reshape",
]
