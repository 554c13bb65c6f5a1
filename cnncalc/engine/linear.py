"""Dense layers on arrays."""

from typing import Any

from cnncalc.engine.base import WHOLE, Array, kernel
from cnncalc.engine.conv import biased
from cnncalc.ops.linear import Linear


@kernel(Linear, reads=WHOLE)
def linear(op: Any, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """A matrix product: every output is all features times one row of weights.

    Source: ONNX operator Gemm, opset 13, `transB`.
    """
    return biased(op, x @ weight.T, bias)
