"""How gradients go back through each operation, under the file names of the forward kernels.

A family module registers its backward kernels when it is imported.
"""

from cnncalc.engine.backward import (
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
from cnncalc.engine.backward.base import (
    BACKWARD,
    TRAINED,
    WITHOUT,
    Gradients,
    Kept,
    Made,
    NotKeptError,
)

__all__ = [
    "BACKWARD",
    "TRAINED",
    "WITHOUT",
    "Gradients",
    "Kept",
    "Made",
    "NotKeptError",
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
