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
from cnncalc.lessons.worked.base import WORKED
from cnncalc.lessons.worked.work import Ran, Worked, leading_to, run_to, worked_in

__all__ = [
    "WORKED",
    "Ran",
    "Worked",
    "activation",
    "attention",
    "conv",
    "leading_to",
    "linear",
    "merge",
    "moves",
    "norm",
    "pool",
    "run_to",
    "worked_in",
]
