"""Maps as tokens and back, and tensors that are learned, backwards."""

from typing import Any

from cnncalc.engine.backward.base import (
    Gradients,
    Kept,
    Tensors,
    backward,
    without_gradient,
)
from cnncalc.engine.backward.reshape import moved_back
from cnncalc.engine.base import Array
from cnncalc.ops.tokens import (
    AsMap,
    Coordinates,
    FromPatches,
    Learned,
    MergeHeads,
    Patches,
    Sinusoids,
    SplitHeads,
    Tokens,
    Transpose,
)

backward(AsMap, FromPatches, MergeHeads, Patches, SplitHeads, Tokens, Transpose)(moved_back)

without_gradient(
    Coordinates, Sinusoids, because="it reads no input and learns nothing: its output is fixed"
)


@backward(Learned)
def learned(_op: Any, gradient: Array, _kept: Kept, _tensors: Tensors) -> Gradients:
    """One tensor for all examples: the sum of their gradients."""
    return Gradients((), {"weight": gradient.sum(axis=0)})
