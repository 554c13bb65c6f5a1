"""What the operators of ONNX are in our terms. Importing a family module registers its readers."""

from cnncalc.interchange.onnx_operators import (
    activation,
    conv,
    einsum,
    linear,
    merge,
    norm,
    pool,
    quantized,
    reshape,
    select,
)
from cnncalc.interchange.onnx_operators.base import READERS, Made, foreign

__all__ = [
    "READERS",
    "Made",
    "activation",
    "conv",
    "einsum",
    "foreign",
    "linear",
    "merge",
    "norm",
    "pool",
    "quantized",
    "reshape",
    "select",
]
