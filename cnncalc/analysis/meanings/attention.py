"""What layers of attention and products of activations compute."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.analysis.meanings.base import Meaning, Tell
from cnncalc.ops import Op
from cnncalc.ops.attention import Attend, Attention, Matmul, WindowAttention
from cnncalc.ops.values import Shape, show_shape

SOFTMAX = "softmax: exp of each score by the sum of these, so that the weights of a query sum to 1"
DISTANCES = ("distances", "a score that is learned for each distance of two positions, one a head")


def _scores(depth: int, scale: float | None, *, has_factor: bool = False) -> str:
    if has_factor:
        factor = "temperature" if scale is None else f"{scale} * temperature"
        return f"{factor} * Q K^T"
    return f"Q K^T / sqrt({depth})" if scale is None else f"{scale} * Q K^T"


def _heads(heads: int) -> str:
    return f"for each of {heads} heads" if heads > 1 else "with one head"


def _matmul(_op: Any, inputs: Sequence[Shape]) -> Meaning:
    value = f"y = sum of a * b over the {inputs[0][-1]} columns of a row of the first"
    where = (("a, b", "a row of the first, a column of the second"),)
    return Meaning(value, where, "dy/da is its b, dy/db its a")


OVER_CHANNELS = 'El-Nouby et al. 2021, "XCiT", §3'
OVER_DISTANCES = 'Graham et al. 2021, "LeViT", §4.2'


def _attend(op: Any, inputs: Sequence[Shape]) -> Meaning:
    depth = inputs[0][0] // op.heads
    if op.over == "channels":
        depth = inputs[0][1]
    scores = _scores(depth, op.scale, has_factor=op.temperature)
    more = " + distances" if op.distances else ""
    where = [("weights", SOFTMAX)]
    sources = []
    if op.over == "channels":
        where.append(("scores", "of the channels of a head with each other"))
        sources.append(OVER_CHANNELS)
    if op.distances:
        where.append(DISTANCES)
        sources.append(OVER_DISTANCES)
    value = f"y = softmax({scores}{more}) V {_heads(op.heads)}"
    return Meaning(value, tuple(where), sources=tuple(sources))


def _attention(op: Any, inputs: Sequence[Shape]) -> Meaning:
    depth = op.width(inputs) // op.heads
    is_windowed = isinstance(op, WindowAttention)
    more = " + distances" if is_windowed and op.position else ""
    seen = f"all {inputs[0][1]} positions"
    told = ""
    if is_windowed:
        seen = f"the {prod(op.window)} positions of its window"
        told = f", in windows of {show_shape(op.window)}"
    value = f"y = softmax({_scores(depth, None)}{more}) V {_heads(op.heads)}{told}, projected"
    where = [
        ("Q, K, V", "qkv_weight * x + qkv_bias at each position, in three parts"),
        ("weights", f"{SOFTMAX}; a query sees {seen}"),
        ("projected", "weight * heads + bias, the heads one after the other"),
    ]
    if more:
        where.insert(1, DISTANCES)
    return Meaning(value, tuple(where))


MEANINGS: Mapping[type[Op], Tell] = {
    Matmul: _matmul,
    Attend: _attend,
    Attention: _attention,
    WindowAttention: _attention,
}
