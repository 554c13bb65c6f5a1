"""One value of a layer's output worked by hand, a file a family under the names of `ops/`."""

from cnncalc.lessons.worked import (
    activation,
    attention,
    conv,
    linear,
    merge,
    moves,
    norm,
    pool,
)
from cnncalc.lessons.worked.base import WORKED, Place
from cnncalc.lessons.worked.work import Worked, work

__all__ = [
    "WORKED",
    "Place",
    "Worked",
    "activation",
    "attention",
    "conv",
    "linear",
    "merge",
    "moves",
    "norm",
    "pool",
    "work",
]
