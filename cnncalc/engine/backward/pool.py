"""Pooling, backwards: to the largest of each window, or to all of its cells."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cnncalc.engine.backward.base import Gradients, Kept, Tensors, backward, to
from cnncalc.engine.backward.window import under, unpadded
from cnncalc.engine.base import Array, Index
from cnncalc.engine.pool import (
    Pairs,
    binomial,
    counted_cells,
    mirrored,
    overhang,
    parts_of,
    pooled_windows,
    sum_pairs,
)
from cnncalc.engine.window import borders, padded
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AveragePool,
    Blur,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    MaxUnpool,
)


@backward(MaxPool)
def maxpool(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The first of the largest values of each window gets the gradient of its output."""
    x = kept.x
    winner = _winner(op, x)
    back, around = _room(op, x)
    out = gradient.shape[2:]
    for place, tap in enumerate(np.ndindex(*op.kernel_size)):
        back[under(op, tap, out)] += gradient * (winner == place)
    return to(unpadded(back, around))


@backward(AveragePool)
def avgpool(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Every cell of a window gets its part of the gradient."""
    nothing = _hollow(kept.shapes[0], gradient)
    share = gradient / counted_cells(op, nothing)
    back, around = _room(op, nothing)
    for tap in np.ndindex(*op.kernel_size):
        back[under(op, tap, gradient.shape[2:])] += share
    return to(unpadded(back, around))


@backward(MaxUnpool)
def max_unpool(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Each value gets the gradient of the cell that it was put at; the map only told where."""
    pooled = kept.second
    winner = _winner(op, pooled)
    whole = padded(gradient, sum_pairs(borders(op, pooled), overhang(op)))
    back = np.zeros(kept.shapes[0], gradient.dtype)
    for place, tap in enumerate(np.ndindex(*op.kernel_size)):
        back += whole[under(op, tap, back.shape[2:])] * (winner == place)
    return Gradients((back, np.zeros_like(pooled)))


@backward(Blur)
def blur(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Each cell by its taps, those of mirrored cells at the cells that they mirror."""
    shape = kept.shapes[0]
    around = borders(op, _hollow(shape, gradient))
    lengths = zip(shape[2:], around, strict=True)
    back = np.zeros((*shape[:2], *(n + a + b for n, (a, b) in lengths)), gradient.dtype)
    for tap in np.ndindex(*op.kernel_size):
        factor = 1.0
        for step, size in zip(tap, op.kernel_size, strict=True):
            factor *= binomial(size)[step]
        back[under(op, tap, gradient.shape[2:])] += gradient * gradient.dtype.type(factor)
    for axis, length in enumerate(shape[2:], 2):
        line = np.arange(length, dtype=float).reshape(1, 1, -1)
        source = mirrored(_Along(op, axis - 2), line).astype(int).ravel()
        folded = np.zeros((*back.shape[:axis], length, *back.shape[axis + 1 :]), back.dtype)
        for cell, origin in enumerate(source.tolist()):
            to_row, from_row = (cells.swapaxes(0, axis) for cells in (folded, back))
            to_row[origin] += from_row[cell]
        back = folded
    return to(back)


class _Along:
    """A filter along one of its axes."""

    dilation = ()

    def __init__(self, op: Any, axis: int) -> None:
        self.kernel_size = op.kernel_size[axis : axis + 1]
        self.stride, self.padding = op.stride[axis : axis + 1], op.padding


@backward(GlobalAveragePool)
def globalavgpool(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Every cell of the map gets its part."""
    [shape] = kept.shapes
    whole = np.ones(shape, gradient.dtype)
    return to(gradient * whole / whole[0, 0].size)


@backward(GlobalMaxPool)
def globalmaxpool(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The first of the largest values gets it all."""
    return to(_to_largest(kept.x, gradient))


@backward(AdaptiveAveragePool)
def adaptive_avgpool(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """Every cell of a part gets its share; cells of two parts get two."""
    back = np.zeros(kept.shapes[0], gradient.dtype)
    for place, part in _parts(op, back.shape):
        cells = back[part]
        cells += gradient[place] / cells[0, 0].size
    return to(back)


@backward(AdaptiveMaxPool)
def adaptive_maxpool(op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The first of the largest values of each part gets the gradient of its output."""
    x = kept.x
    back = np.zeros_like(x)
    for place, part in _parts(op, x.shape):
        back[part] += _to_largest(x[part], gradient[place])
    return to(back)


def _to_largest(x: Array, gradient: Array) -> Array:
    """One gradient a map, at the first of the map's largest values; elsewhere 0."""
    flat = x.reshape(*x.shape[:2], -1)
    back = np.zeros_like(flat)
    where = flat.argmax(axis=2)[..., None]
    np.put_along_axis(back, where, gradient.reshape(*x.shape[:2], 1), axis=2)
    return back.reshape(x.shape)


def _parts(op: Any, shape: Sequence[int]) -> Iterator[tuple[Index, Index]]:
    """Each output of an adaptive pool, and the cells that it sees."""
    axes = [parts_of(length, many) for length, many in zip(shape[2:], op.output_size, strict=True)]
    for place in np.ndindex(*op.output_size):
        output: Index = (..., *(slice(at, at + 1) for at in place))
        part: Index = (..., *(axis[at] for axis, at in zip(axes, place, strict=True)))
        yield output, part


def _winner(op: Any, x: Array) -> Any:
    """For each window the number of the tap that has its largest value, the first of several."""
    taps = pooled_windows(op, x)
    return taps.reshape(*taps.shape[: x.ndim], -1).argmax(axis=-1)


def _room(op: Any, x: Array) -> tuple[Array, Pairs]:
    """Zeros where a pool's input lies with all that is put around it, and what that is."""
    around = sum_pairs(borders(op, x), overhang(op))
    return padded(np.zeros_like(x), around), around


def _hollow(shape: Sequence[int], like: Array) -> Array:
    """An array of a shape that takes no memory: only its shape is looked at."""
    return np.broadcast_to(np.zeros((), like.dtype), tuple(shape))
