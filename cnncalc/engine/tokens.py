"""Maps as tokens and back, and tensors that are learned, on arrays."""

from typing import Any

import numpy as np

from cnncalc.engine.base import DEALT, PLACE, Array, apart, kernel, marks
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


@kernel(Tokens, reads=lambda _op, _place, axes: PLACE if axes == 1 else DEALT)
def tokens(_op: Any, x: Array) -> Array:
    """The positions of the map line by line."""
    return x.reshape(*x.shape[:2], -1)


@kernel(AsMap, reads=lambda op, *_: PLACE if len(op.size) == 1 else DEALT)
def as_map(op: Any, x: Array) -> Array:
    """The lines of positions under each other."""
    return x.reshape(*x.shape[:2], *op.size)


@kernel(Patches, reads=DEALT)
def patches(op: Any, x: Array) -> Array:
    """Every place of a patch with those of all other patches beside it."""
    n, c, h, w = x.shape
    a, b = op.size
    cut = x.reshape(n, c, h // a, a, w // b, b).transpose(0, 1, 3, 5, 2, 4)
    return apart(cut.reshape(n, c, a * b, -1), x)


@kernel(FromPatches, reads=DEALT)
def from_patches(op: Any, x: Array) -> Array:
    """The same backwards."""
    n, c, *_ = x.shape
    (a, b), (h, w) = op.size, op.map
    cut = x.reshape(n, c, a, b, h // a, w // b).transpose(0, 1, 4, 2, 5, 3)
    return apart(cut.reshape(n, c, h, w), x)


@kernel(Transpose, reads=DEALT)
def transpose(_op: Any, x: Array) -> Array:
    """The last two axes changed, and laid out anew."""
    return apart(np.ascontiguousarray(x.swapaxes(-1, -2)), x)


@kernel(SplitHeads, reads=DEALT)
def split_heads(op: Any, x: Array) -> Array:
    """The channels of each head by themselves."""
    return x.reshape(len(x), op.heads, -1, x.shape[-1])


@kernel(MergeHeads, reads=DEALT)
def merge_heads(_op: Any, x: Array) -> Array:
    """The channels of the heads one after the other."""
    return x.reshape(len(x), -1, x.shape[-1])


@kernel(Learned, reads=PLACE)
def learned(_op: Any, weight: Array) -> Array:
    """The tensor, once for all examples of the batch."""
    return weight[None]


@kernel(Sinusoids, reads=PLACE)
def sinusoids(op: Any) -> Array:
    """Places from just above 0 to a full turn, in waves of growing length.

    Source: Carion et al. 2020, appendix A.4.
    """
    channels, *size = op.shape
    waves = np.arange(channels // 4)
    found = []
    for axis, length in enumerate(size):
        places = np.arange(1, length + 1) / (length + 1e-6) * 2 * np.pi
        angles = places[:, None] / 10_000 ** (waves / (channels // 4))
        both = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, -1).T
        along = both[:, :, None] if axis == 0 else both[:, None, :]
        found.append(np.broadcast_to(along, (channels // 2, *size)))
    return np.concatenate(found)[None]


@marks(Learned, Sinusoids)
def learned_marks(op: Any) -> Array:
    """No input marks it."""
    return np.zeros((1, *op.shape), np.float32)


@kernel(Coordinates, reads=PLACE)
def coordinates(op: Any) -> Array:
    """The number of each place along each axis."""
    return np.indices(op.size)[None]


@marks(Coordinates)
def coordinates_marks(op: Any) -> Array:
    """No input marks them."""
    return np.zeros((1, len(op.size), *op.size), np.float32)
