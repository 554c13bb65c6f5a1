"""Attention and products of activations, backwards: through values, weights and scores.

Source: Vaswani et al. 2017, §3.2.1, differentiated; the scores as softmax gives them are kept.
"""

from math import sqrt
from typing import Any

import numpy as np

from cnncalc.engine.attention import (
    attend_in_steps,
    attention_in_steps,
    distances,
    in_heads,
    joined,
    parted,
    tempered,
    window_distances,
    windows_in_steps,
)
from cnncalc.engine.backward.activation import shares_back
from cnncalc.engine.backward.base import (
    Gradients,
    Kept,
    Made,
    Tensors,
    backward,
    summed_to,
    to,
    trained,
)
from cnncalc.engine.base import Array
from cnncalc.ops.attention import Attend, Attention, Matmul, WindowAttention


@backward(Matmul)
def matmul(_op: Any, gradient: Array, kept: Kept, _tensors: Tensors) -> Gradients:
    """The gradient times the other matrix, on the side on which it stands."""
    one, other = kept.inputs
    first = np.matmul(gradient, other.swapaxes(-1, -2))
    second = np.matmul(one.swapaxes(-1, -2), gradient)
    return Gradients((summed_to(first, one.shape), summed_to(second, other.shape)))


@trained(Attend)
def attend(op: Any, queries: Array, keys: Array, values: Array, **tensors: Array) -> Made:
    """As at inference; the scores as softmax gives them are kept."""
    done = attend_in_steps(op, (queries, keys, values), tensors)
    return Made(done.output, within=done.within)


@backward(Attend)
def attend_back(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """To queries, keys and values, and to what is learned of the scores."""
    first, keys, values = kept.inputs
    queries, scale = tempered(op, first, tensors)
    weights, found = kept.within("weights"), {}
    q, k, v, g = (in_heads(one, op.heads) for one in (queries, keys, values, gradient))
    if op.over == "channels":
        factor = 1 / sqrt(q.shape[-1]) if scale is None else scale
        scores = shares_back(np.matmul(g, v.swapaxes(-1, -2)), weights, -1)
        to_q, to_k = (
            np.matmul(scores, k) * factor,
            np.matmul(scores.swapaxes(-1, -2), q) * factor,
        )
        to_v = np.matmul(weights.swapaxes(-1, -2), g)
    else:
        to_q, to_k, to_v, scores = _attended_back((q, k, v), weights, g, scale)
        if op.distances:
            table = np.zeros_like(tensors["position"])
            np.add.at(table, (slice(None), *distances(op)), scores.sum(axis=0))
            found["position"] = table
    to_queries = to_q.reshape(queries.shape)
    if op.temperature:
        each = (to_queries * first).reshape(len(first), op.heads, -1)
        found["temperature"] = each.sum(axis=(0, 2))
        to_queries, _ = tempered(op, to_queries, tensors)
    parts = (to_queries, to_k.reshape(keys.shape), to_v.reshape(values.shape))
    return Gradients(parts, found)


def _attended_back(
    parts: tuple[Array, Array, Array], weights: Array, gradient: Array, scale: float | None
) -> tuple[Array, Array, Array, Array]:
    """Back to queries, keys, values and scores; all are `... heads C/heads L`."""
    q, k, v = parts
    factor = 1 / sqrt(q.shape[-2]) if scale is None else scale
    to_v = np.matmul(gradient, weights)
    scores = shares_back(np.matmul(gradient.swapaxes(-1, -2), v), weights, -1)
    to_q = np.matmul(k, scores.swapaxes(-1, -2)) * factor
    to_k = np.matmul(q, scores) * factor
    return to_q, to_k, to_v, scores


@trained(Attention)
def attention(op: Any, x: Array, **tensors: Array) -> Made:
    """As at inference; queries, keys, values, scores and the sum of values are kept."""
    done = attention_in_steps(op, x, tensors)
    return Made(done.output, within=done.within)


@backward(Attention)
def attention_back(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """Through the second linear layer, the attention, and the first."""
    x = kept.x
    found, sums = _projected_back(kept.within("sums"), gradient, tensors["weight"])
    q, k, v, g = (
        in_heads(one, op.heads) for one in (*(kept.within(name) for name in "qkv"), sums)
    )
    three = _attended_back((q, k, v), kept.within("weights"), g, None)[:3]
    flat = np.concatenate([one.reshape(len(x), -1, x.shape[2]) for one in three], axis=1)
    first, back = _projected_back(x, flat, tensors["qkv_weight"])
    return to(back, **_named(op, found, first))


@trained(WindowAttention)
def window_attention(op: Any, x: Array, **tensors: Array) -> Made:
    """As at inference; of each window the same is kept as of all tokens."""
    done = windows_in_steps(op, x, tensors)
    return Made(done.output, within=done.within)


@backward(WindowAttention)
def window_back(op: Any, gradient: Array, kept: Kept, tensors: Tensors) -> Gradients:
    """The same in each window."""
    x = kept.x
    n, c, h, w = x.shape
    flat = gradient.reshape(n, -1, h * w)
    found, sums = _projected_back(kept.within("sums"), flat, tensors["weight"])
    g = in_heads(parted(op, sums.reshape(n, -1, h, w)), op.heads)
    q, k, v = (in_heads(kept.within(name), op.heads) for name in "qkv")
    *three, scores = _attended_back((q, k, v), kept.within("weights"), g, None)
    windows = (one.reshape(*one.shape[:2], -1, one.shape[-1]) for one in three)
    maps = [joined(op, one, (h, w)).reshape(n, -1, h * w) for one in windows]
    columns = np.concatenate(maps, axis=1)
    first, back = _projected_back(x.reshape(n, c, h * w), columns, tensors["qkv_weight"])
    named = _named(op, found, first)
    if op.position:
        table = np.zeros_like(tensors["position"])
        apart: Any = (slice(None), *window_distances(op.window))
        np.add.at(table, apart, scores.sum(axis=(0, 1)))
        named["position"] = table
    return to(back.reshape(x.shape), **named)


def _projected_back(x: Array, gradient: Array, weight: Array) -> tuple[tuple[Array, Array], Array]:
    """Back through a linear layer on channels: to its weight and bias, and to its input."""
    learned = np.matmul(gradient, x.swapaxes(1, 2)).sum(axis=0)
    return (learned, gradient.sum(axis=(0, 2))), np.matmul(weight.T, gradient)


def _named(op: Any, second: tuple[Array, Array], first: tuple[Array, Array]) -> dict[str, Array]:
    found = {"qkv_weight": first[0], "weight": second[0], "bias": second[1]}
    return {**found, "qkv_bias": first[1]} if op.bias else found
