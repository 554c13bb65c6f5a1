"""What each operation is, in integers: attributes, shapes, tensors, MACs, what its outputs read.

A family module registers its ops when it is imported. No arrays (`engine`), no text of specs
(`spec`) and no other format (`interchange`) belong here.
"""

from cnncalc.ops import (
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
from cnncalc.ops.base import OPS, Op, make_op

__all__ = [
    "OPS",
    "Op",
    "activation",
    "attention",
    "conv",
    "linear",
    "make_op",
    "merge",
    "norm",
    "pool",
    "reshape",
    "tokens",
    "views",
]
