"""Attention and products of activations on arrays."""

from collections.abc import Mapping
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from cnncalc.engine.base import DEALT, WHOLE, WINDOWED, Array, kernel, marks
from cnncalc.ops.attention import Attend, Attention, Matmul, WindowAttention


@kernel(Matmul, reads=DEALT)
def matmul(_op: Any, one: Array, other: Array) -> Array:
    """Rows times columns. Source: ONNX operator MatMul, opset 13."""
    y: Array = np.matmul(one, other)
    return y


@marks(Matmul)
def matmul_marks(_op: Any, one: Array, other: Array) -> Array:
    """A value is marked where its row or its column is."""
    marked: Array = np.maximum(one.max(axis=-1, keepdims=True), other.max(axis=-2, keepdims=True))
    return marked


class Steps(NamedTuple):
    """An output, and by name what is made on the way to it and training keeps."""

    output: Array
    within: Mapping[str, Array]


@kernel(Attend, reads=WHOLE)
def attend(op: Any, queries: Array, keys: Array, values: Array, **tensors: Array) -> Array:
    """The values of all positions, by how well their keys suit each query.

    Source: Vaswani et al. 2017, §3.2.1; Graham et al. 2021, §4.2, for scores of distances.
    """
    return attend_in_steps(op, (queries, keys, values), tensors).output


def attend_in_steps(
    op: Any, parts: tuple[Array, Array, Array], tensors: Mapping[str, Array]
) -> Steps:
    """The output of `attend`, and the scores that softmax gives."""
    first, keys, values = parts
    queries, scale = tempered(op, first, tensors)
    if op.over == "channels":
        return over_channels(queries, keys, values, heads=op.heads, scale=scale)
    scores = tensors["position"][(slice(None), *distances(op))] if op.distances else None
    return attended(queries, keys, values, heads=op.heads, scale=scale, scores=scores)


def tempered(op: Any, queries: Array, tensors: Mapping[str, Array]) -> tuple[Array, float | None]:
    """The queries with the learned factor of each head, and the factor of the scores."""
    if not op.temperature:
        return queries, op.scale
    factors = np.repeat(tensors["temperature"], queries.shape[1] // op.heads)
    return queries * factors[:, None], op.scale or 1.0


def distances(op: Any) -> tuple[Any, ...]:
    """For each query and key how far apart they are along each axis of the keys' map."""
    axes = [np.arange(length) for length in op.distances]
    every = np.stack(np.meshgrid(*axes, indexing="ij"))
    some = every[(slice(None), *[slice(None, None, op.stride)] * len(axes))]
    apart = some.reshape(len(axes), -1, 1) - every.reshape(len(axes), 1, -1)
    return tuple(np.abs(apart))


def over_channels(
    queries: Array, keys: Array, values: Array, *, heads: int, scale: float | None
) -> Steps:
    """The channels of each head by how well they go together over all positions.

    Source: El-Nouby et al. 2021, "XCiT", §3.
    """
    q, k, v = (in_heads(x, heads) for x in (queries, keys, values))
    factor = 1 / sqrt(q.shape[-1]) if scale is None else scale
    weights = attention_weights(q.swapaxes(-1, -2), k.swapaxes(-1, -2), scale=factor)
    return Steps(np.matmul(weights, v).reshape(queries.shape), {"weights": weights})


def attended(  # noqa: PLR0913 - what the formula has
    queries: Array,
    keys: Array,
    values: Array,
    *,
    heads: int,
    scale: float | None = None,
    scores: Array | None = None,
) -> Steps:
    """`softmax(scale * K^T Q + scores)` for each head, and the values summed by it.

    Arrays are `... C L`; `scores` are `heads L M`, or `... heads L M`.
    """
    q, k, v = (in_heads(x, heads) for x in (queries, keys, values))
    weights = attention_weights(q, k, scale=scale, scores=scores)
    y = np.matmul(v, weights.swapaxes(-1, -2))
    return Steps(np.reshape(y, (*y.shape[:-3], -1, y.shape[-1])), {"weights": weights})


def in_heads(x: Array, heads: int) -> Array:
    """The channels of `... C L` in equal parts, `... heads C/heads L`."""
    return np.reshape(x, (*x.shape[:-2], heads, -1, x.shape[-1]))


def attention_weights(
    q: Array, k: Array, *, scale: float | None = None, scores: Array | None = None
) -> Array:
    """How much of each value every query takes, `... heads L M`; of each query the sum is 1."""
    factor = 1 / sqrt(q.shape[-2]) if scale is None else scale
    weights: Array = np.matmul(q.swapaxes(-1, -2) * q.dtype.type(factor), k)
    if scores is not None:
        weights += scores
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


@marks(Attend)
def attend_marks(op: Any, queries: Array, keys: Array, values: Array) -> Array:
    """An output is marked where its query is, and everywhere where some key or value is."""
    if op.over == "channels":
        parts = [one.max(axis=(1, 2), keepdims=True) for one in (queries, keys, values)]
        every = np.maximum(np.maximum(parts[0], parts[1]), parts[2])
        return np.broadcast_to(every, queries.shape)
    both = np.maximum(*(one.max(axis=(1, 2), keepdims=True) for one in (keys, values)))
    marked = np.maximum(queries.max(axis=1, keepdims=True), both)
    return np.repeat(marked, values.shape[1], axis=1)


def projected(weight: Array, bias: Array | None, x: Array) -> Array:
    """A linear layer on the channels of every position of `... C L`."""
    y: Array = np.matmul(weight, x)
    return y if bias is None else y + bias[:, None]


@kernel(Attention, reads=WHOLE)
def attention(op: Any, x: Array, **tensors: Array) -> Array:
    """Queries, keys and values of every position, attention, and a linear layer.

    Source: Vaswani et al. 2017, §3.2.2.
    """
    return attention_in_steps(op, x, tensors).output


def attention_in_steps(op: Any, x: Array, tensors: Mapping[str, Array]) -> Steps:
    """The output of `attention`; queries, keys, values, scores and the sums of values."""
    q, k, v = np.split(projected(tensors["qkv_weight"], tensors.get("qkv_bias"), x), 3, axis=1)
    y, within = attended(q, k, v, heads=op.heads)
    output = projected(tensors["weight"], tensors["bias"], y)
    return Steps(output, {"q": q, "k": k, "v": v, **within, "sums": y})


@marks(Attention)
def attention_marks(op: Any, x: Array) -> Array:
    """Everything is marked where anything is."""
    shape = (len(x), op.out_channels or x.shape[1], x.shape[2])
    return np.broadcast_to(x.max(axis=(1, 2), keepdims=True), shape)


@kernel(WindowAttention, reads=lambda op, *_: DEALT if op.grid else WINDOWED)
def window_attention(op: Any, x: Array, **tensors: Array) -> Array:
    """Attention in each window apart; windows at the border are cut by it.

    Source: Liu et al. 2021, §3.2: maps are rolled, and positions that were not neighbours before
    do not see each other; Tu et al. 2022, §3.2, for the grid.
    """
    return windows_in_steps(op, x, tensors).output


def windows_in_steps(op: Any, x: Array, tensors: Mapping[str, Array]) -> Steps:
    """The output of `window_attention`; of each window the same as of all tokens."""
    n, c, h, w = x.shape
    flat = projected(tensors["qkv_weight"], tensors.get("qkv_bias"), x.reshape(n, c, h * w))
    q, k, v = (parted(op, part.reshape(n, -1, h, w)) for part in np.split(flat, 3, axis=1))
    each, within = attended(q, k, v, heads=op.heads, scores=window_scores(op, x, tensors))
    y = joined(op, each, (h, w)).reshape(n, -1, h * w)
    output = projected(tensors["weight"], tensors["bias"], y).reshape(n, -1, h, w)
    return Steps(output, {"q": q, "k": k, "v": v, **within, "sums": y})


def window_scores(op: Any, x: Array, tensors: Mapping[str, Array]) -> Array:
    """What is added to the scores of a window: of each distance, and where the border parts it."""
    scores = np.zeros((1, 1, 1), x.dtype)
    if op.position:
        rows, columns = window_distances(op.window)
        scores = tensors["position"][:, rows, columns]
    if any(op.shift):
        scores = scores + _borders(op, *x.shape[2:])[:, None].astype(x.dtype)
    return scores


@marks(WindowAttention)
def window_marks(op: Any, x: Array) -> Array:
    """A window is marked where any of its positions is."""
    size, channels = x.shape[2:], op.out_channels or x.shape[1]
    if len(size) == 1:  # along one of its axes
        op = _Along((*op.window, 1), (*op.shift, 0), op.grid)
        x = x[..., None]
    h, w = x.shape[2:]
    marked = parted(op, x)
    apart = np.zeros((1, 1, 1)) if not any(op.shift) else _borders(op, h, w)
    sees = np.isfinite(np.broadcast_to(apart, (marked.shape[1], *[marked.shape[-1]] * 2)))
    rows = marked.max(axis=2)[:, :, None, :] * sees
    each = np.repeat(rows.max(axis=-1)[:, :, None], channels, axis=2)
    return joined(op, each, (h, w)).reshape(len(x), channels, *size)


class _Along:
    """A window along one axis, as a window of two."""

    def __init__(self, window: tuple[int, int], shift: tuple[int, int], grid: Any) -> None:
        self.window, self.shift, self.grid = window, shift, grid


def parted(op: Any, x: Array) -> Array:
    """A map `N C H W` in its windows, `N windows C positions`."""
    n, c, h, w = x.shape
    a, b = op.window
    if any(op.shift):
        x = np.roll(x, [-shift for shift in op.shift], axis=(2, 3))
    if op.grid:
        cut = x.reshape(n, c, a, h // a, b, w // b).transpose(0, 3, 5, 1, 2, 4)
    else:
        cut = x.reshape(n, c, h // a, a, w // b, b).transpose(0, 2, 4, 1, 3, 5)
    return cut.reshape(n, -1, c, a * b)


def joined(op: Any, x: Array, size: tuple[int, int]) -> Array:
    """Windows put together to a map again."""
    n, _, c, _ = x.shape
    (a, b), (h, w) = op.window, size
    if op.grid:
        y = x.reshape(n, h // a, w // b, c, a, b).transpose(0, 3, 4, 1, 5, 2)
    else:
        y = x.reshape(n, h // a, w // b, c, a, b).transpose(0, 3, 1, 4, 2, 5)
    y = y.reshape(n, c, h, w)
    return np.roll(y, op.shift, axis=(2, 3)) if any(op.shift) else y


def window_distances(window: tuple[int, int]) -> tuple[Any, Any]:
    """For each pair of positions in a window where the score of their distance stands."""
    places = np.stack(np.meshgrid(*map(np.arange, window), indexing="ij")).reshape(2, -1)
    apart = places[:, :, None] - places[:, None, :]
    rows, columns = (apart[axis] + window[axis] - 1 for axis in range(2))
    return rows, columns


def _borders(op: Any, h: int, w: int) -> Array:
    """Minus infinity for positions of one window that the border of the map parts.

    For each window `positions positions`: those that the roll brought from the other end of the
    map have another number than the rest.
    """
    parts = np.zeros((1, 1, h, w))
    for axis, (length, shift) in enumerate(zip((h, w), op.shift, strict=True), 2):
        moved = (np.arange(length) < shift).astype(float) * (1 + axis)
        parts += moved.reshape([-1 if place == axis else 1 for place in range(4)])
    numbers = parted(op, parts)[0, :, 0]
    return np.where(numbers[:, :, None] == numbers[:, None, :], 0.0, -np.inf)
