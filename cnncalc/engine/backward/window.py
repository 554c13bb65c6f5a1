"""Windows, backwards: what lay under a tap gets what went through it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnncalc.engine.base import Array, Index


def under(op: Any, tap: Sequence[int], out: Sequence[int]) -> Index:
    """The cells of a padded input that lie under one tap of every output."""
    dilation = op.dilation or (1,) * len(tap)
    axes = zip(tap, dilation, out, op.stride, strict=True)
    starts = [(step * apart, many, stride) for step, apart, many, stride in axes]
    return (..., *(slice(at, at + (many - 1) * stride + 1, stride) for at, many, stride in starts))


def unpadded(whole: Array, around: Sequence[tuple[int, int]]) -> Array:
    """A padded map without its padding."""
    lengths = zip(whole.shape[2:], around, strict=True)
    inner: Index = (..., *(slice(before, n - after) for n, (before, after) in lengths))
    return np.ascontiguousarray(whole[inner])
