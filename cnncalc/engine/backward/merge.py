"""Branches that meet, backwards: what was stretched gets the sum over what it was stretched to."""

from typing import Any

import numpy as np

from cnncalc.engine.backward.base import Gradients, Kept, Tensors, backward, moved, summed_to
from cnncalc.engine.base import KERNELS, Array
from cnncalc.ops.merge import Add, Concat, Div, Maximum, Mean, Mul, Sub


@backward(Add)
def add(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Every branch gets the gradient."""
    return _summed([gradient] * len(kept.shapes), kept)


@backward(Sub)
def sub(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The second branch gets the gradient with the other sign."""
    return _summed([gradient, -gradient], kept)


@backward(Mean)
def mean(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Every branch gets its part of the gradient."""
    return _summed([gradient / len(kept.shapes)] * len(kept.shapes), kept)


@backward(Mul)
def mul(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Every branch gets the gradient times the product of all others."""
    found = []
    for place in range(len(kept.inputs)):
        product = gradient
        for other, factor in enumerate(kept.inputs):
            product = product * factor if other != place else product
        found.append(product)
    return _summed(found, kept)


@backward(Div)
def div(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """`1/b` for the first, `-a/b^2` for the second, with `eps` in `b`."""
    first, second = kept.inputs
    by = second + second.dtype.type(op.eps)
    return _summed([gradient / by, -gradient * first / by**2], kept)


@backward(Maximum)
def maximum(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The first branch that has the largest value gets the gradient of it."""
    branches = np.stack(np.broadcast_arrays(*kept.inputs))
    winner = branches.argmax(axis=0)
    return _summed([gradient * (winner == place) for place in range(len(branches))], kept)


@backward(Concat)
def concat(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Each branch gets its own part."""
    return moved(KERNELS[Concat], op, gradient, kept)


def _summed(gradients: list[Array], kept: Kept) -> Gradients:
    both = zip(gradients, kept.shapes, strict=True)
    return Gradients(tuple(summed_to(gradient, shape) for gradient, shape in both))
