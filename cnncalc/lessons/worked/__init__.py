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
from cnncalc.lessons.worked.work import PlaceError, Worked, leading_to, place_in, work

__all__ = [
    "WORKED",
    "Place",
    "PlaceError",
    "Worked",
    "activation",
    "attention",
    "conv",
    "leading_to",
    "linear",
    "merge",
    "moves",
    "norm",
    "place_in",
    "pool",
    "work",
]
