"""What a shift of the input does: whether the output moves along, or stays as it is."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import summarize
from cnncalc.engine.base import Array
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import initial_weights
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.bounds import RefusedError, check_effort
from cnncalc.lessons.demonstrations.base import (
    Demonstration,
    Figures,
    only_input,
    some_of,
    subject_of,
)
from cnncalc.ops.conv import Conv, DepthwiseConv
from cnncalc.ops.pool import GlobalAveragePool, MaxPool
from cnncalc.ops.values import RejectedError, Shape
from cnncalc.records import Record

SAME = 1e-9
"""A difference below this part of the largest output is one of rounding."""

LARGEST = 64
"""Pixels of a shift: what has a larger stride is looked at after a shift by 1 alone."""

HEADINGS = ("layer", "stride", "stays", "moves along", "pixels", "columns that differ")


SAYS = (
    (
        "equivariance: the input shifts, and the output moves along; invariance: it stays as it "
        "is. Both are called shift invariance at times: a convolution is equivariant"
    ),
    (
        "numbers are the largest difference relative to the largest output: `stays` after a "
        "shift by 1 pixel, `moves along` after one by the stride: an output moves by whole places"
    ),
    "where zeros pad the map, columns at the border differ: the border does not shift",
)


class Pair(Record):
    """An output before and after a shift."""

    before: Array
    after: Array


def shift(graph: Graph, seed: int) -> Demonstration:
    """How far each output is from staying, and from moving along, when the input shifts.

    Of one convolution alone its twin with or without padding and pools behind are looked at, too.

    Raises:
        RefusedError: it would take minutes, or the input has no places.
    """
    _, shape = only_input(graph)
    if len(shape) == 1:
        raise RefusedError("the input has no places that could be shifted")
    rows: list[tuple[str | int | float | None, ...]] = []
    is_equivariant = True
    for label, one in _variants(graph):
        check_effort(one, 8, "shifting")
        found = list(_rows(one, seed, label))
        rows += found
        is_equivariant &= bool(label) or all(row[3] in {None, 0.0} for row in found)
    numbers = {"shift": 1, "is_equivariant": is_equivariant}
    figures = Figures(HEADINGS, tuple(rows))
    return Demonstration("shift", subject_of(graph), SAYS, numbers, figures)


def _variants(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """The network; of one convolution also with other padding, and with pools behind."""
    yield "", graph
    if len(graph.layers) > 1 or not isinstance(graph.layers[0].op, Conv | DepthwiseConv):
        return
    [layer] = graph.layers
    op: Any = layer.op
    kind, axes = type(op), len(layer.output_shape) - 1
    own = {key: getattr(op, key) for key in op.attributes}
    is_padded = any(one.before or one.after for one in op.windows(layer.input_shapes))
    padding = 0 if is_padded else "half"
    with suppress(RejectedError):  # without padding, a kernel may not fit in the input
        yield f"padding={padding}", _chain(graph, [kind(axes, **{**own, "padding": padding})])
    pool = MaxPool(axes, kernel_size=2)
    if min(layer.output_shape[1:]) >= 2:
        yield f"+ {pool.notation()}", _chain(graph, [op, pool])
    yield "+ globalavgpool", _chain(graph, [op, GlobalAveragePool(axes)])


def _chain(graph: Graph, ops: list[Any]) -> Graph:
    [first] = graph.layers
    layers: list[Layer] = []
    names, shapes = first.inputs, first.input_shapes
    for op in ops:
        output = op.output_shape(shapes)
        name = first.name if not layers else op.name
        layers.append(Layer(name, (), op, names, shapes, output))
        names, shapes = (name,), (output,)
    return graph._replace(layers=tuple(layers))


def _rows(graph: Graph, seed: int, label: str) -> Iterator[tuple[str | int | float | None, ...]]:
    name, shape = only_input(graph)
    strides = _strides(graph)
    told = some_of(graph.layers) if not label else list(graph.layers[-1:])
    shifts = sorted({1, *(strides[one.name] or 1 for one in told)})
    room = min(LARGEST, max(shape[-1] // 2, 1))
    shifts = [by for by in shifts if by <= room]
    scene = _scene(shape, max(shifts), seed)
    tensors = initial_weights(graph, seed, "float64")
    keep = [one.name for one in told]
    made = {
        by: execute(graph, tensors, {name: scene[..., by : by + shape[-1]]}, keep=keep).tensors
        for by in (0, *shifts)
    }
    for one in told:
        stride = strides[one.name]
        stays = _apart(made[0][one.name], made[1][one.name])
        head = f"{graph.layers[0].name} {label}" if label else one.name
        if stride is None or stride not in made or made[0][one.name].shape[-1] < 2:
            yield head, stride, stays, None, None, None
            continue
        pair = Pair(made[0][one.name][..., 1:], made[stride][one.name][..., :-1])
        width = pair.before.shape[-1]
        yield head, stride, stays, _apart(*pair), stride, f"{_columns(pair)} of {width}"


def _strides(graph: Graph) -> dict[str, int | None]:
    """How far apart the fields of neighbouring outputs are along the last axis."""
    rank = len(next(iter(graph.inputs.values())))
    found: dict[str, int | None] = {}
    for row in summarize(graph, Basis()).rows:
        field = next(iter(row.fields.values()), None)
        stride = field.stride[-1] if field and field.stride else None
        is_map = len(row.layer.output_shape) == rank
        found[row.layer.name] = stride if is_map and isinstance(stride, int) and stride else None
    return found


def _scene(shape: Shape, more: int, seed: int) -> Array:
    """A smooth random picture, wider than the input by the largest shift."""
    random = np.random.default_rng(seed)
    scene = random.standard_normal((1, *shape[:-1], shape[-1] + more))
    for axis in range(2, scene.ndim):
        for _ in range(2):
            near = np.take(scene, range(1, scene.shape[axis]), axis)
            rest = np.take(scene, [-1], axis)
            scene = (scene + np.concatenate([near, rest], axis)) / 2
    return scene


def _apart(before: Array, after: Array) -> float:
    """The largest difference, relative to the largest value; 0 where it is one of rounding."""
    largest = float(np.abs(before).max()) or 1.0
    apart = float(np.abs(after - before).max()) / largest
    return apart if apart > SAME else 0.0


def _columns(pair: Pair) -> int:
    """The columns in which any value differs."""
    largest = float(np.abs(pair.before).max()) or 1.0
    differs = np.abs(pair.after - pair.before) > SAME * largest
    return int(differs.any(axis=tuple(range(differs.ndim - 1))).sum())
