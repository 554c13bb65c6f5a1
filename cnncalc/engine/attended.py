"""Attention and products of activations by their definitions, with every product counted.

Outputs at some positions are computed anew, one query at a time, in double precision. It shares
nothing with the kernels: windows are told by which positions lie in one, not by cutting the map.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import exp, prod, sqrt
from typing import Any, NamedTuple

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.engine.execute import Step
from cnncalc.ops import Op
from cnncalc.ops.attention import Attend, Attention, Matmul, WindowAttention

POSITIONS = 3
"""Positions whose outputs are computed anew, spread over all of them."""

Tensors = Mapping[str, Array]
Vector = list[float]


class Summed(NamedTuple):
    """What was found.

    Attributes:
        macs: products with weights, of the whole layer for one example.
        product_macs: products of activations with activations, likewise.
        error: the largest difference between an output and the kernel's, relative to the sum of
            the magnitudes of what it adds up.
    """

    macs: int
    product_macs: int
    error: float


class _Counter:
    """Sums of products, with the products counted."""

    def __init__(self) -> None:
        self.products = 0

    def dot(self, one: Sequence[float], other: Sequence[float]) -> float:
        total = 0.0
        for a, b in zip(one, other, strict=True):
            total += a * b
            self.products += 1
        return total


Definition = Callable[[Any, Sequence[Array], Tensors, int], "Output"]


class Output(NamedTuple):
    """The output at one position, and what it took.

    Attributes:
        values: one for each channel.
        magnitudes: of each the sum of the magnitudes that it adds up.
        weighed: the products with weights that belong to this position.
        multiplied: the products of activations.
    """

    values: Vector
    magnitudes: Vector
    weighed: int
    multiplied: int


def summed(step: Step, tensors: Tensors) -> Summed:
    """Compute the outputs at some positions anew, and count; the first example is looked at."""
    op: Any = step.layer.op
    inputs = [np.asarray(one[0], np.float64) for one in step.inputs]
    tensors = {name: np.asarray(one, np.float64) for name, one in tensors.items()}
    y = step.output[0].reshape(len(step.output[0]), -1)
    positions = y.shape[1]
    error, weighed, multiplied = 0.0, 0, 0
    for place in sorted({round(n * (positions - 1) / (POSITIONS - 1)) for n in range(POSITIONS)}):
        found = SUMS[type(op)](op, inputs, tensors, place)
        apart = np.abs(y[:, place] - np.array(found.values))
        error = max(error, float(np.max(apart / np.maximum(found.magnitudes, 1e-30))))
        weighed = max(weighed, found.weighed)
        multiplied = max(multiplied, found.multiplied)
    return Summed(weighed * positions, multiplied * positions, error)


def _matmul(_op: Any, inputs: Sequence[Array], _tensors: Tensors, place: int) -> Output:
    one, other = inputs
    if one.ndim == 3:  # one row and one column of each of the matrices
        row, column = divmod(place, other.shape[-1])
        rows, columns = one[:, row], other[:, :, column]
        pairs = list(zip(*np.broadcast_arrays(rows, columns), strict=True))
    else:
        pairs = [(row, other[:, place]) for row in one]
    counter = _Counter()
    values = [counter.dot(row.tolist(), column.tolist()) for row, column in pairs]
    magnitudes = [float(np.abs(row) @ np.abs(column)) for row, column in pairs]
    return Output(values, magnitudes, 0, counter.products)


def _attend(op: Any, inputs: Sequence[Array], tensors: Tensors, place: int) -> Output:
    queries, keys, values = inputs
    if op.temperature:
        factors = np.repeat(tensors["temperature"], len(queries) // op.heads)
        queries = queries * factors[:, None]
        scaled = queries if op.scale is None else queries * op.scale
        queries = scaled * sqrt(
            queries.shape[1] if op.over == "channels" else len(queries) // op.heads
        )
        op = op if op.scale is None else _Unscaled(op)
    if op.over == "channels":
        return _channels(op, (queries, keys, values), place)
    every = list(range(keys.shape[1]))
    if op.distances is None:
        return _by_heads(op, (queries[:, place], keys, values), every, lambda *_: 0.0)
    spots = list(product(*map(range, op.distances)))
    asking = [spot for spot in spots if not any(at % op.stride for at in spot)][place]

    def score(head: int, other: int) -> float:
        apart = (abs(a - b) for a, b in zip(asking, spots[other], strict=True))
        return float(tensors["position"][(head, *apart)])

    return _by_heads(op, (queries[:, place], keys, values), every, score)


class _Unscaled:
    """An op whose factor is in its queries."""

    scale = None

    def __init__(self, op: Any) -> None:
        self.heads, self.over, self.distances, self.stride = (
            op.heads, op.over, op.distances, op.stride
        )  # fmt: skip


def _channels(op: Any, parts: tuple[Array, Array, Array], place: int) -> Output:
    """The channels at one position; each position has one product of every score."""
    queries, keys, values = parts
    factor = 1 / sqrt(queries.shape[1]) if op.scale is None else op.scale
    counter = _Counter()
    made: Vector = []
    magnitudes: Vector = []
    depth, width = len(queries) // op.heads, len(keys) // op.heads
    for channel, query in enumerate(queries):
        head = channel // depth
        others = range(head * width, (head + 1) * width)
        scores = [factor * sum((query * keys[other]).tolist()) for other in others]
        counter.products += len(scores)
        powers = [exp(one - max(scores)) for one in scores]
        row = [float(values[other, place]) for other in others]
        made.append(counter.dot([one / sum(powers) for one in powers], row))
        magnitudes.append(float(np.abs(values[list(others)]).max()))
    return Output(made, magnitudes, 0, counter.products)


def _by_heads(
    op: Any,
    tensors: tuple[Array, Array, Array],
    seen: Sequence[int],
    score: Callable[[int, int], float],
) -> Output:
    """One query with the keys and values of the positions that it sees."""
    query, keys, values = tensors
    counter = _Counter()
    made: Vector = []
    magnitudes: Vector = []
    depth, width = len(query) // op.heads, len(values) // op.heads
    factor = 1 / sqrt(depth) if getattr(op, "scale", None) is None else op.scale
    for head in range(op.heads):
        part = slice(head * depth, (head + 1) * depth)
        asked = query[part].tolist()
        scores = [
            factor * counter.dot(asked, keys[part, other].tolist()) + score(head, other)
            for other in seen
        ]
        powers = [exp(one - max(scores)) for one in scores]
        weights = [one / sum(powers) for one in powers]
        for channel in range(head * width, (head + 1) * width):
            row = values[channel, seen]
            made.append(counter.dot(weights, row.tolist()))
            magnitudes.append(float(np.abs(values[channel]).max()))
    return Output(made, magnitudes, 0, counter.products)


def _attention(op: Any, inputs: Sequence[Array], tensors: Tensors, place: int) -> Output:
    x = inputs[0].reshape(len(inputs[0]), -1)
    return _projected(op, x, tensors, place, list(range(x.shape[1])), lambda *_: 0.0)


def _projected(  # noqa: PLR0913, PLR0917 - what attention has
    op: Any,
    x: Array,
    tensors: Tensors,
    place: int,
    seen: Sequence[int],
    score: Callable[[int, int], float],
) -> Output:
    weight, counter = tensors["qkv_weight"], _Counter()
    width = len(weight) // 3
    bias = tensors.get("qkv_bias", np.zeros(3 * width))
    # The products of one position's queries, keys and values, one by one.
    query = [counter.dot(row.tolist(), x[:, place].tolist()) for row in weight]
    keys, values = (
        weight[part] @ x + bias[part, None]
        for part in (slice(width, 2 * width), slice(2 * width, 3 * width))
    )
    first = np.array(query[:width]) + bias[:width]
    inner = _by_heads(op, (first, keys, values), seen, score)
    out = [counter.dot(row.tolist(), inner.values) for row in tensors["weight"]]
    result = (np.array(out) + tensors["bias"]).tolist()
    magnitudes = np.abs(tensors["weight"]) @ np.array(inner.magnitudes) + np.abs(tensors["bias"])
    return Output(result, magnitudes.tolist(), counter.products, inner.multiplied)


def _windowed(op: Any, inputs: Sequence[Array], tensors: Tensors, place: int) -> Output:
    channels, *size = inputs[0].shape
    own = divmod(place, size[1])
    seen = [
        other
        for other in range(prod(size))
        if in_one_window(op, size, own, divmod(other, size[1]))
    ]

    def score(head: int, other: int) -> float:
        if not op.position:
            return 0.0
        return float(
            tensors["position"][(head, *apart_in_window(op, size, own, divmod(other, size[1])))]
        )

    found = _projected(op, inputs[0].reshape(channels, -1), tensors, place, seen, score)
    # Windows that the border cuts are computed as if they were whole.
    return found._replace(multiplied=found.multiplied // len(seen) * prod(op.window))


def in_one_window(op: Any, size: Sequence[int], one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two positions of a map of some size lie in one window."""
    for length, window, shift, a, b in zip(size, op.window, op.shift, one, other, strict=True):
        if op.grid:
            if (a - b) % (length // window):
                return False
        elif (a - shift) // window != (b - shift) // window:
            return False
    return True


def apart_in_window(
    op: Any, size: Sequence[int], one: Sequence[int], other: Sequence[int]
) -> Iterator[int]:
    """Where the score of the distance of two positions stands along each axis."""
    for length, window, a, b in zip(size, op.window, one, other, strict=True):
        yield (a - b) // (length // window if op.grid else 1) + window - 1


SUMS: Mapping[type[Op], Definition] = {
    Attend: _attend,
    Attention: _attention,
    Matmul: _matmul,
    WindowAttention: _windowed,
}
"""The definition of each op at one position."""
