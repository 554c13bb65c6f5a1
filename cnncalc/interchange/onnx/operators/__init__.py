"""What the operators of ONNX are in our terms. Importing a family module registers its readers."""

from cnncalc.interchange.onnx.operators import (
    activation,
    contrib,
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
from cnncalc.interchange.onnx.operators.base import Made, foreign, reader_of

__all__ = [
    "Made",
    "activation",
    "contrib",
    "conv",
    "einsum",
    "foreign",
    "linear",
    "merge",
    "norm",
    "pool",
    "quantized",
    "reader_of",
    "reshape",
    "select",
]
