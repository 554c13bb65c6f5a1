"""What moves when a part of the input moves: receptive fields, observed.

The input is zero but for one row, and every weight is one, so that nothing cancels: an output
that is not zero has the row in its field, and no other has. Convolutions, pools and whatever else
moves values about run their real kernels. Functions of single values hand them on, since what they
read is not in question and zero times zero would hide it; what reads a whole axis gives the
largest value on it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.engine.base import DEALT, KERNELS, MARKED, Array, reads_of
from cnncalc.engine.conv import groups_of
from cnncalc.engine.execute import LayerError, Step, walk
from cnncalc.engine.merge import axis_of
from cnncalc.engine.reach import Axis
from cnncalc.engine.taps import is_blind, with_plain_weights
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.ops.activation import Dropout, Elementwise, Softmax
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.merge import Add, Div, Mul, Sub
from cnncalc.ops.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    L2Norm,
    LayerNorm,
    LocalResponseNorm,
    ResponseNorm,
    RmsNorm,
)
from cnncalc.ops.reshape import PixelShuffle, Slice

TOGETHER = 8
"""Rows that are moved in one run, each in an example of its own."""

NARROW = (32, 64, 96, 128)
"""Lengths tried for the axes along which nothing is moved: the shortest that the network takes."""

Marks = npt.NDArray[np.bool_]
"""What moves."""


class Moved(NamedTuple):
    """What moved with each of some rows.

    Attributes:
        marks: for each layer `rows positions`; for a flat layer `rows 1`.
        partial: the layers of which something other than the axis may hide a row: channels that
            are left out or moved to places, or windows that read nothing along another axis.
    """

    marks: dict[str, Marks]
    partial: frozenset[str]


def moved(graph: Graph, axis: Axis, rows: Sequence[int]) -> Moved:
    """For each layer which outputs along an axis move with each of some rows of an input.

    Raises:
        LayerError: the network does not run, however long the other axes are.
    """
    found: dict[str, list[Marks]] = {}
    partial: frozenset[str] = frozenset()
    for start in range(0, len(rows), TOGETHER):
        marks, partial = _moved(graph, axis, rows[start : start + TOGETHER])
        for name, part in marks.items():
            found.setdefault(name, []).append(part)
    return Moved({name: np.concatenate(parts) for name, parts in found.items()}, partial)


def marked(graph: Graph, inputs: Mapping[str, Array], keep: Sequence[str]) -> Mapping[str, Array]:
    """Which outputs of some layers can move with what is 1, not 0, in the inputs.

    Raises:
        LayerError: the network does not run on the inputs.
    """
    return walk(graph, inputs, _mark, keep=keep).tensors


def _moved(graph: Graph, axis: Axis, rows: Sequence[int]) -> Moved:
    for length in (*NARROW, max(max(shape) for shape in graph.inputs.values())):
        inputs = {
            name: np.zeros((len(rows), *_narrowed(shape, axis, length)), np.float32)
            for name, shape in graph.inputs.items()
        }
        for example, row in enumerate(rows):
            inputs[axis.input][example].swapaxes(0, axis.place + 1)[row] = 1
        try:
            return _observed(graph, axis, inputs)
        except LayerError as fault:
            failure = fault
    raise failure


def _narrowed(shape: tuple[int, ...], axis: Axis, length: int) -> tuple[int, ...]:
    channels, *size = shape
    kept = (n if place == axis.place else min(n, length) for place, n in enumerate(size))
    return (channels, *kept)


def _observed(graph: Graph, axis: Axis, inputs: Mapping[str, Array]) -> Moved:
    found: dict[str, Marks] = {}
    partial: set[str] = set()

    def watch(step: Step) -> None:
        marks = step.output
        # What has other axes than the input is looked at as one.
        own = axis.place + 2 if marks.ndim == inputs[axis.input].ndim else 0
        others = tuple(n for n in range(1, marks.ndim) if n != own)
        found[step.layer.name] = marks.any(axis=others).reshape(len(marks), -1)
        if _may_hide(step, axis) or not partial.isdisjoint(step.layer.inputs):
            partial.add(step.layer.name)

    walk(graph, inputs, _mark, watch=watch)
    return Moved(found, frozenset(partial))


def _may_hide(step: Step, axis: Axis) -> bool:
    """Whether a layer leaves out channels, or an output reads nothing along another axis."""
    op = step.layer.op
    if not step.inputs:
        return False
    # Where places are dealt out anew an output may read a part of them.
    is_dealt = reads_of(op, axis.place, step.inputs[0].ndim - 2) == DEALT
    if is_dealt or isinstance(op, (Slice, PixelShuffle)):
        return True
    sizes = [one.shape[2:] for one in step.inputs]
    return any(
        is_blind(step.layer.op, place, sizes)
        for place in range(len(sizes[0]))
        if place != axis.place
    )


def _mark(layer: Layer, sources: Sequence[Array], _room: Array | None) -> Array:
    if not layer.inputs:  # nothing that moves reaches what reads a constant
        sources = [np.zeros_like(source) for source in sources]
    kind = type(layer.op)
    compute = MARKED.get(kind) or MARKS.get(kind) or KERNELS[kind]
    # As marks, 0 or 1: sums over many layers would leave the range of the type.
    return (compute(layer.op, *sources) > 0).astype(np.float32)


def _convolved(op: Any, x: Array) -> Array:
    """The kernel with weights of one; the channels of a group, treated alike, are joined first."""
    n, c, *size = x.shape
    groups = groups_of(op, x)
    merged = x.reshape(n, groups, c // groups, *size).max(axis=2)
    weight = np.ones((groups, 1, *op.kernel_size), x.dtype)
    bias = {"bias": np.zeros(groups, x.dtype)} if op.bias else {}
    y = KERNELS[type(op)](with_plain_weights(op), merged, weight, **bias)
    made = c * op.multiplier if isinstance(op, DepthwiseConv) else op.out_channels
    return np.repeat(y, made // groups, axis=1)


def _over(x: Array, axis: int) -> Array:
    return np.broadcast_to(x.max(axis=axis, keepdims=True), x.shape)


def _over_channels(_op: Op, x: Array) -> Array:
    return _over(x, 1)


def _over_group(op: Any, x: Array) -> Array:
    groups = x.reshape(len(x), op.groups, -1)
    return np.broadcast_to(groups.max(axis=2, keepdims=True), groups.shape).reshape(x.shape)


MARKS: dict[type[Op], Callable[..., Array]] = {
    **{kind: KERNELS[Dropout] for kind in KERNELS if issubclass(kind, Elementwise)},
    BatchNorm: KERNELS[Dropout],
    Softmax: lambda op, x: _over(
        x, 1 if op.axis in {"channels", "groups"} else axis_of(op.axis, x.ndim)
    ),
    LayerNorm: _over_channels,
    RmsNorm: _over_channels,
    L2Norm: _over_channels,
    ResponseNorm: lambda _, x: np.broadcast_to(
        x.max(axis=tuple(range(1, x.ndim)), keepdims=True), x.shape
    ),
    LocalResponseNorm: _over_channels,
    InstanceNorm: lambda _, x: np.broadcast_to(
        x.max(axis=tuple(range(2, x.ndim)), keepdims=True), x.shape
    ),
    GroupNorm: _over_group,
    Conv: _convolved,
    DepthwiseConv: _convolved,
    TransposedConv: _convolved,
    Mul: KERNELS[Add],
    Sub: KERNELS[Add],
    Div: KERNELS[Add],
}
"""What stands for a kernel that has weights, or whose values could cancel."""
