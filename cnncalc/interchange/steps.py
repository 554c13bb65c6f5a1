"""The ops of the spec language that a layer which only moves or pools values is."""

from math import prod

from cnncalc.graph import Layer
from cnncalc.interchange.moves import Moved
from cnncalc.interchange.terms.onnx_ops import OnnxOp
from cnncalc.ops.base import Op
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.pool import GlobalAveragePool, GlobalMaxPool
from cnncalc.ops.reshape import Slice
from cnncalc.ops.tokens import Transpose
from cnncalc.ops.values import MOST_AXES, Shape, Word
from cnncalc.ops.views import Permute, Reshape

Step = tuple[Op, Shape]
"""An op of one input, and the shape that it gives."""

VIEWS = {"onnx:Reshape", "onnx:Squeeze", "onnx:Unsqueeze", "onnx:Flatten", "onnx:Identity"}
POOLS: dict[str, type[Op]] = {
    "onnx:ReduceMean": GlobalAveragePool,
    "onnx:ReduceMax": GlobalMaxPool,
}


def brief(shape: Shape) -> Shape:
    """A shape with no more axes than a spec has, if those of length 1 are too many."""
    if len(shape) <= MOST_AXES:
        return shape
    brief = tuple(n for n in shape if n != 1)
    return brief if 1 <= len(brief) <= MOST_AXES else shape


def permuted(order: Shape, rank: int) -> Op:
    """The axes in another order: of tokens, and of the rows of maps, `transpose`."""
    if rank in {2, 3} and order == (*range(1, rank - 1), rank, rank - 1):
        return Transpose(rank - 1)
    return Permute(rank - 1, order=order)


def run_of(rank: int, start: int, stop: int, axis: str) -> Op:
    """The places of an axis from one on and before another."""
    return Slice(rank - 1, start=start, stop=stop, axis=Word(axis))


def steps_of_layer(layer: Layer, whole: Shape) -> list[Step] | None:
    """The ops that a layer which only moves or pools values is; None if there are none.

    Its input is whole where it has all axes of the file, too many ones of length 1 among them.
    """
    op = layer.op
    assert isinstance(op, OnnxOp)  # noqa: S101 - asked before
    [own], other = layer.input_shapes, layer.output_shape
    if not (0 < len(own) <= MOST_AXES and 0 < len(other) <= MOST_AXES):
        return None
    if op.name in VIEWS:
        return [(Reshape(len(own) - 1, shape=other), other)] if prod(own) == prod(other) else None
    if op.order:
        return _ordered(op.order, whole, own, other)
    if op.part:
        return _part(op.part, whole, own, other)
    kind = POOLS.get(op.name)
    if kind and op.along and max(-axis for axis in op.along) <= len(own):
        return _pooled(kind, [len(own) + axis for axis in op.along], own, other)
    return None


def _ordered(order: Shape, whole: Shape, own: Shape, other: Shape) -> list[Step] | None:
    """The axes that are longer than 1 in their order, and the others where they are wanted."""
    if len(order) == len(whole) + 1:
        whole = (1, *whole)
    if len(order) != len(whole) or prod(own) != prod(other):
        return None
    if len(whole) == len(own) + 1 and not order[0] and len(own) == len(other):
        plain = tuple(order[1:])
        if tuple(own[axis - 1] for axis in plain) == other and plain != tuple(sorted(plain)):
            return [(permuted(plain, len(own)), other)]
    moved = [axis for axis in order if whole[axis] > 1]
    kept = sorted(moved)
    shape, turned = (tuple(whole[axis] for axis in axes) for axes in (kept, moved))
    if moved == kept or len(kept) > MOST_AXES:
        return [(Reshape(0, shape=other), other)] if moved == kept else None
    steps: list[Step] = [] if shape == own else [(Reshape(0, shape=shape), shape)]
    places = tuple(kept.index(axis) + 1 for axis in moved)
    steps.append((permuted(places, len(shape)), turned))
    return steps if turned == other else [*steps, (Reshape(0, shape=other), other)]


def _part(part: Shape, whole: Shape, own: Shape, other: Shape) -> list[Step] | None:
    """A run of places along an axis, then without the axis if it goes."""
    back, start, stop = part
    axis = len(whole) + back
    if axis < 0 or stop > whole[axis]:
        return None
    if whole != own:
        axis = sum(n > 1 for n in whole[:axis])
    if not axis < len(own) or stop > own[axis]:
        return None
    taken = (*own[:axis], stop - start, *own[axis + 1 :])
    if prod(taken) != prod(other):
        return None
    steps: list[Step] = [(run_of(len(own), start, stop, AXIS_NAMES[len(own)][axis]), taken)]
    return steps if taken == other else [*steps, (Reshape(0, shape=other), other)]


def _pooled(kind: type[Op], axes: list[int], own: Shape, other: Shape) -> list[Step] | None:
    """The axes that are pooled behind the others, in one, pooled, and the shape put right."""
    rest = [axis for axis in range(len(own)) if axis not in axes]
    kept, pooled = prod(own[axis] for axis in rest), prod(own[axis] for axis in axes)
    if kept != prod(other):
        return None
    steps: list[Step] = []
    order = tuple(axis + 1 for axis in (*rest, *axes))
    shape = tuple(own[axis - 1] for axis in order)
    if order != tuple(range(1, len(own) + 1)):
        steps.append((permuted(order, len(own)), shape))
    if shape != (kept, pooled):
        steps.append((Reshape(0, shape=(kept, pooled)), (kept, pooled)))
    steps.append((kind(1), (kept, 1)))
    return steps if other == (kept, 1) else [*steps, (Reshape(1, shape=other), other)]


def start(name: str, own: Shape, whole: Shape) -> Moved | None:
    """A tensor that nothing was moved in yet, if a spec has its axes; `whole` has all of them."""
    return Moved(name, own, whole) if len(own) <= MOST_AXES else None


def moved_on(before: Moved, op: OnnxOp, whole: Shape, other: Shape) -> Moved | None:
    """What a layer makes of a moved tensor; None if it does not only move values."""
    after = before.copy()
    if op.order:
        shape = (1, *whole) if len(op.order) == len(whole) + 1 else whole
        if len(op.order) != len(shape) or not after.reshape(shape):
            return None
        after.permute(op.order)
    elif op.part:
        back, first, last = op.part
        axis = len(whole) + back
        if axis < 0 or not after.reshape(whole) or not after.take(axis, first, last):
            return None
    elif op.name not in VIEWS:
        return None
    return after if prod(after.shape_now) == prod(other) and after.reshape(other) else None


def steps_of(moved: Moved, other: Shape) -> list[Step] | None:
    """The ops that give a moved tensor its values; None where they need too many axes."""
    told = moved.steps(MOST_AXES)
    if told is None:
        return None
    steps: list[Step] = []
    shape = moved.shape
    for axis, first, last in told.parts:
        name = AXIS_NAMES[len(shape)][axis]
        op = run_of(len(shape), first, last, name)
        shape = (*shape[:axis], last - first, *shape[axis + 1 :])
        steps.append((op, shape))
    order = tuple(axis + 1 for axis in told.order)
    if order != tuple(sorted(order)):
        if shape != told.axes:
            steps.append((Reshape(0, shape=told.axes), told.axes))
        shape = tuple(told.axes[axis] for axis in told.order)
        steps.append((permuted(order, len(shape)), shape))
    return steps if shape == other else [*steps, (Reshape(0, shape=other), other)]
