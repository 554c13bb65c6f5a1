"""Dense layers on arrays."""

from typing import Any

import numpy as np

from cnncalc.engine.base import PLACE, WHOLE, Array, kernel, marks
from cnncalc.engine.conv import biased
from cnncalc.ops.linear import Linear


@kernel(Linear, reads=lambda op, *_: PLACE if op.axis == "channels" else WHOLE)
def linear(op: Any, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """A matrix product: every output is all features times one row of weights.

    Of tokens those of each position, or the positions of each channel.

    Source: ONNX operators Gemm, opset 13, `transB`, and MatMul, opset 13.
    """
    if op.axis == "channels" and x.ndim > 2:
        return biased(op, weight @ x, bias)
    y = x @ weight.T
    if x.ndim > 2 and bias is not None:
        return y + bias
    return biased(op, y, bias)


@marks(Linear)
def linear_marks(op: Any, x: Array) -> Array:
    """An output is marked where some feature is."""
    axis = 1 if op.axis == "channels" else 2
    return np.repeat(x.max(axis=axis, keepdims=True), op.out_features, axis=axis)
