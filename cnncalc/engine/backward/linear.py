"""Dense layers, backwards."""

from typing import Any

from cnncalc.engine.backward.base import Gradients, Kept, Tensors, backward, to
from cnncalc.engine.base import Array
from cnncalc.ops.linear import Linear


@backward(Linear)
def linear(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """To the input the gradient times the weights, to the weights the gradient times the input.

    Source: Goodfellow et al. 2016, "Deep Learning", §6.5.6, matrix multiplication.
    """
    x, weight = kept.x, tensors["weight"]
    axis = 1 if op.axis == "channels" or x.ndim == 2 else 2
    last = axis == x.ndim - 1
    rows, columns = (one if last else one.swapaxes(1, 2) for one in (gradient, x))
    rows_flat, columns_flat = (one.reshape(-1, one.shape[-1]) for one in (rows, columns))
    back = rows @ weight
    found = {"weight": rows_flat.T @ columns_flat}
    if op.bias:
        found["bias"] = rows_flat.sum(axis=0)
    return to(back if last else back.swapaxes(1, 2), **found)
