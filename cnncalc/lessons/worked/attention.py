"""Values of attention, score by score, and of products of activations."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod, sqrt
from typing import Any

import numpy as np

from cnncalc.engine.attended import apart_in_window, in_one_window
from cnncalc.engine.attention import projected
from cnncalc.engine.base import Array, Index
from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.parts import Note, Part, Step, largest_terms, short, signed
from cnncalc.ops.attention import Attend, Attention, Matmul, WindowAttention
from cnncalc.records import Record


class Query(Record):
    """A query, and what it attends to.

    Attributes:
        queries: `heads depth`.
        keys: `heads depth others`.
        values: `heads width others`.
        factor: of the scores, one a head.
        names: of the others.
        added: to the scores, `heads others`.
    """

    queries: Array
    keys: Array
    values: Array
    factor: Array
    names: Sequence[str]
    added: Array


@works(Matmul)
def matmul(task: Task) -> Iterator[Part]:
    """A row times a column."""
    one, other = task.inputs
    (*stack, row, column) = task.at
    stacks = [(0,) if len(x) == 1 else tuple(stack) for x in (one, other)]
    first, second = (x[at] if stack else x for x, at in zip((one, other), stacks, strict=True))
    a, b = first[row], second[:, column]
    rows = [
        (f"{place}", float(p), float(q), float(p * q))
        for place, (p, q) in enumerate(zip(a, b, strict=True))
    ]
    yield Note(f"row {row} of the first, column {column} of the second")
    many = f" (the largest of {len(rows):,})" if len(rows) > 9 else ""
    yield largest_terms(f"products{many}", ("", "a", "b", "product"), rows)
    yield Step("value", f"sum of {len(rows):,} products", "", float(a @ b))


@works(Attend)
def attend(task: Task) -> Iterator[Part]:
    """The values of all positions, or channels of a head, by the share of their scores."""
    op, (queries, keys, values) = task.op, task.inputs
    channel, place = task.at
    factor = np.full(op.heads, 1.0 if op.scale is None else op.scale)
    if op.temperature:
        factor = factor * task.tensors["temperature"]
    if op.over == "channels":
        head = channel // (len(queries) // op.heads)
        if op.scale is None and not op.temperature:
            factor = factor / sqrt(queries.shape[1])
        each = range(head * (len(keys) // op.heads), (head + 1) * (len(keys) // op.heads))
        scores = keys[each.start : each.stop] @ queries[channel] * factor[head]
        row = values[each.start : each.stop, place]
        yield Note(f"head {head}: channel {channel} attends to the channels of its head")
        yield from weighed([f"channel {one}" for one in each], scores, row, "value")
        return
    depth = len(queries) // op.heads
    if op.scale is None and not op.temperature:
        factor = factor / sqrt(depth)
    added = np.zeros((op.heads, keys.shape[1]))
    if op.distances:
        spots = list(product(*map(range, op.distances)))
        asking = [spot for spot in spots if not any(one % op.stride for one in spot)][place]
        for other, spot in enumerate(spots):
            apart = tuple(abs(a - b) for a, b in zip(asking, spot, strict=True))
            every_head: Index = (slice(None), *apart)
            added[:, other] = task.tensors["position"][every_head]
    names = [f"position {one}" for one in range(keys.shape[1])]
    query = _query((queries[:, place], keys, values), factor, names, added)
    head, own = divmod(channel, len(values) // op.heads)
    yield Note(f"position {place} asks, head {head}")
    yield from _attended(query, head, own, "value")


def _query(
    parts: tuple[Array, Array, Array], factor: Array, names: Sequence[str], added: Array
) -> Query:
    (query, keys, values), heads = parts, len(factor)
    return Query(
        query.reshape(heads, -1),
        keys.reshape(heads, -1, keys.shape[-1]),
        values.reshape(heads, -1, values.shape[-1]),
        factor,
        names,
        added,
    )


def _scores(query: Query, head: int) -> Array:
    made: Array = query.queries[head] @ query.keys[head] * query.factor[head] + query.added[head]
    return made


def _attended(query: Query, head: int, own: int, quantity: str) -> Iterator[Part]:
    yield from weighed(query.names, _scores(query, head), query.values[head][own], quantity)


def weighed(names: Sequence[str], scores: Array, values: Array, quantity: str) -> Iterator[Part]:
    """Scores, their shares by softmax, and the values summed by them."""
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum()
    rows = [
        (name, float(score), float(weight), float(value), float(weight * value))
        for name, score, weight, value in zip(names, scores, weights, values, strict=True)
    ]
    many = f" (the largest of {len(rows):,})" if len(rows) > 9 else ""
    headings = ("", "score", "softmax", "value", "product")
    yield largest_terms(f"scores, shares and values{many}", headings, rows)
    total = float(weights @ values)
    yield Step(quantity, "sum of softmax * value", "", total)


@works(Attention, WindowAttention)
def attention(task: Task) -> Iterator[Part]:
    """Queries, keys, values, the attention of every head, and the projection."""
    op, x = task.op, task.x
    size = x.shape[1:]
    channel, *at = task.at
    flat = projected(
        task.tensors["qkv_weight"], task.tensors.get("qkv_bias"), x.reshape(len(x), -1)
    )
    queries, keys, values = np.split(flat, 3)
    place = int(np.ravel_multi_index(at, size))
    seen, added = _seen(task, at)
    heads, depth = op.heads, len(queries) // op.heads
    names = [f"position {','.join(map(str, np.unravel_index(one, size)))}" for one in seen]
    parts = (queries[:, place], keys[:, seen], values[:, seen])
    query = _query(parts, np.full(heads, 1 / sqrt(depth)), names, added)
    yield Note(f"Q, K, V = qkv_weight * x + qkv_bias; {heads} heads of {depth} channels each")
    yield Note(f"head 0, channel 0: this position and the {len(seen)} that it sees")
    first = signed((query.queries[0] * query.keys[0][:, 0]).tolist()[:6])
    more = " + ..." if depth > 6 else ""
    distance = float(query.added[0][0])
    yield Step(
        "first score",
        "Q * K / sqrt(depth)" + " + distance" * bool(distance),
        f"({first}{more}) / sqrt({depth})" + f" + {short(distance)}" * bool(distance),
        float(_scores(query, 0)[0]),
    )
    yield from _attended(query, 0, 0, "head 0")
    joined = np.concatenate([_mixed(query, head) for head in range(heads)])
    weight, bias = task.tensors["weight"][channel], float(task.tensors["bias"][channel])
    rows = [
        (f"head {one // depth}, channel {one % depth}", float(a), float(b), float(a * b))
        for one, (a, b) in enumerate(zip(joined, weight, strict=True))
    ]
    many = f" (the largest of {len(rows):,})" if len(rows) > 9 else ""
    yield largest_terms(f"projection{many}", ("", "head", "weight", "product"), rows)
    total = float(joined @ weight)
    yield Step("sum", f"of {len(rows):,} products", "", total)
    yield Step("value", "sum + bias", signed([total, bias]), total + bias)


def _mixed(query: Query, head: int) -> Array:
    scores = _scores(query, head)
    powers = np.exp(scores - scores.max())
    made: Array = query.values[head] @ (powers / powers.sum())
    return made


def _seen(task: Task, at: Sequence[int]) -> tuple[list[int], Array]:
    """The positions that a position attends to, and what is added to their scores."""
    op: Any = task.op
    size = task.x.shape[1:]
    every = list(range(prod(size)))
    if not isinstance(op, WindowAttention):
        return every, np.zeros((op.heads, len(every)))
    spots = [tuple(map(int, np.unravel_index(one, size))) for one in every]
    seen = [one for one in every if in_one_window(op, size, at, spots[one])]
    added = np.zeros((op.heads, len(seen)))
    if op.position:
        for place, one in enumerate(seen):
            apart = tuple(apart_in_window(op, size, at, spots[one]))
            every_head: Index = (slice(None), *apart)
            added[:, place] = task.tensors["position"][every_head]
    return seen, added
