"""Attention and products: how the laws draw them, and loops that do the same."""

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value, Word
from ops.case import Counts, Law, OpCase, Tensors, Try, Use, few, moves_as, values
from ops.peers import PeerCase
from ops.plain import Drawn, plain
from ops.tokens import naive_rows
from ops.windows import places

# Products


@st.composite
def matmul_uses(draw: st.DrawFn, name: str) -> Use:
    """Two matrices that suit each other."""
    rows, length, columns = (draw(st.integers(1, 4)) for _ in range(3))
    stack, other = draw(st.sampled_from([((), ()), ((1,), (2,)), ((3,), (1,)), ((3,), (3,))]))
    inputs = [(*stack, rows, length), (*other, length, columns)]

    def naive(one: Array, other: Array) -> Array:
        return naive_rows(one, np.zeros(rows), other)

    if not stack:
        return Use(OPS[name](1), inputs, lambda x, _t: naive(x[0], x[1]))
    each = max(stack[0], other[0])
    return Use(
        OPS[name](2),
        inputs,
        lambda x, _t: np.stack([naive(*(one[at % len(one)] for one in x)) for at in range(each)]),
    )


@st.composite
def matmul_is_of_numpy(draw: st.DrawFn, name: str) -> Try:
    """And refuses what NumPy refuses."""
    axes = draw(st.integers(1, 2))
    one, other = draw(few((axes,))), draw(few((axes,)))
    op = OPS[name](axes)

    return moves_as(op, [one, other], lambda: values(one) @ values(other), "cannot multiply")


def matmul_peers(torch: Any, _name: str) -> Iterator[PeerCase]:
    """Source: PyTorch `torch.matmul`."""
    yield 1, {}, torch.matmul, ((4, 5), (5, 3))
    yield 2, {}, torch.matmul, ((2, 4, 5), (2, 5, 3))
    yield 2, {}, torch.matmul, ((2, 4, 5), (1, 5, 3))


MATMUL = OpCase(matmul_uses, (Law(matmul_is_of_numpy),), matmul_peers)

# Attention


def naive_attend(
    heads: int,
    parts: Sequence[Array],
    score: Any = lambda *_: 0.0,
    sees: Any = lambda *_: True,
    scale: float | None = None,
) -> Array:
    """Every query with every key that it sees, head by head."""
    q, k, v = parts
    y = np.zeros((len(v), q.shape[1]), q.dtype)
    depth, width = len(q) // heads, len(v) // heads
    for head, at in product(range(heads), range(q.shape[1])):
        seen = [other for other in range(k.shape[1]) if sees(at, other)]
        factor = scale if scale is not None else depth**-0.5
        scores = [
            factor
            * sum(
                float(q[head * depth + c, at]) * float(k[head * depth + c, o])
                for c in range(depth)
            )
            + score(head, at, o)
            for o in seen
        ]
        total = sum(math.exp(one) for one in scores)
        for c in range(head * width, (head + 1) * width):
            terms = zip(scores, seen, strict=True)
            y[c, at] = sum(math.exp(one) / total * float(v[c, o]) for one, o in terms)
    return y


@st.composite
def attend_uses(draw: st.DrawFn, name: str) -> Use:
    """Queries, keys and values of heads."""
    heads, depth, width, queries, keys = (draw(st.integers(1, 3)) for _ in range(5))
    inputs = [(heads * depth, queries), (heads * depth, keys), (heads * width, keys)]
    scale = draw(st.sampled_from([None, 0.5]))
    if draw(st.booleans()):
        op = OPS[name](1, heads=heads, scale=scale)
        return Use(op, inputs, lambda x, _t: naive_attend(heads, x, scale=scale))
    if draw(st.booleans()):
        return channel_attention(draw, name, heads)
    size = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = draw(st.integers(1, 2))
    op = OPS[name](1, heads=heads, distances=size, stride=stride)
    spots = places(size)
    asking = [spot for spot in spots if all(at % stride == 0 for at in spot)]
    inputs = [
        (heads * depth, len(asking)), (heads * depth, len(spots)), (heads * width, len(spots))
    ]  # fmt: skip

    def naive(arrays: Sequence[Array], tensors: Tensors) -> Array:
        def score(head: int, at: int, other: int) -> float:
            apart = [abs(a - b) for a, b in zip(asking[at], spots[other], strict=True)]
            return float(tensors["position"][(head, *apart)])

        return naive_attend(heads, arrays, score)

    return Use(op, inputs, naive)


def channel_attention(draw: st.DrawFn, name: str, heads: int) -> Use:
    """Channels that attend to the channels of their head, positions being what is summed over."""
    depth, width, length = (draw(st.integers(1, 3)) for _ in range(3))
    temperature = draw(st.booleans())
    scale = draw(st.sampled_from([None, 0.5]))
    op = OPS[name](1, heads=heads, scale=scale, over=Word("channels"), temperature=temperature)
    inputs = [(heads * depth, length), (heads * width, length), (heads * width, length)]

    def naive(arrays: Sequence[Array], tensors: Tensors) -> Array:
        factor = scale if scale is not None else (1 if temperature else length**-0.5)
        found = []
        for head, part in enumerate(zip(*(np.split(one, heads) for one in arrays), strict=True)):
            own = factor * (float(tensors["temperature"][head]) if temperature else 1)
            turned = [one.T for one in part]
            found.append(naive_attend(1, turned, scale=own).T)
        return np.concatenate(found)

    return Use(op, inputs, naive)


@st.composite
def attend_needs_a_key_for_each_value(draw: st.DrawFn, name: str) -> Try:
    """And refuses other keys, values and heads."""
    heads = draw(st.integers(1, 3))
    inputs = [draw(few((1,), channels=6)) for _ in range(3)]
    op = OPS[name](1, heads=heads)
    (width, queries), (keyed, keys), (valued, values) = inputs
    if keyed != width or keys != values or width % heads or valued % heads:
        return Try(op, inputs, None, refusal="cannot compare|cannot join|cannot share")
    return Try(op, inputs, (valued, queries))


def attend_peers(torch: Any, _name: str) -> Iterator[PeerCase]:
    """Source: PyTorch `F.scaled_dot_product_attention`."""
    for heads, scale in product((1, 2), (None, 0.3)):

        def attend(q: Any, k: Any, v: Any, heads: int = heads, scale: Any = scale) -> Any:
            parts = [x.unflatten(1, (heads, -1)).transpose(2, 3) for x in (q, k, v)]
            y = torch.nn.functional.scaled_dot_product_attention(*parts, scale=scale)
            return y.transpose(2, 3).flatten(1, 2)

        attributes: dict[str, Value] = (
            {"heads": heads} if scale is None else {"heads": heads, "scale": scale}
        )
        yield 1, attributes, attend, ((8, 5), (8, 7), (4, 7))


ATTEND = OpCase(
    attend_uses, (Law(attend_needs_a_key_for_each_value),), attend_peers, may_cancel=True
)


def naive_projected(op: Any, x: Array, tensors: Tensors, score: Any, sees: Any) -> Array:
    """Two layers of `naive_rows`, with attention between them."""
    flat = x.reshape(len(x), -1)
    weight = tensors["qkv_weight"]
    bias = tensors.get("qkv_bias", np.zeros(len(weight)))
    parts = np.split(naive_rows(weight, bias, flat), 3)
    y = naive_attend(op.heads, parts, score, sees)
    return naive_rows(tensors["weight"], tensors["bias"], y).reshape(-1, *x.shape[1:])


def heads_and_width(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Heads that the width, or else the channels, can be divided into."""
    heads, dim = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    attributes = {"heads": heads, "bias": draw(st.booleans())}
    if draw(st.booleans()):
        attributes["out_channels"] = draw(st.integers(1, 3))
    if draw(st.booleans()):
        return {**attributes, "dim": heads * dim}, shape
    return attributes, (heads * dim, *shape[1:])


def naive_attention(op: Any, x: Array, tensors: Tensors) -> Array:
    """Every position sees every other."""
    return naive_projected(op, x, tensors, lambda *_: 0.0, lambda *_: True)


def counted(op: Any, channels: int, positions: int) -> Counts:
    """The weights and products of the two linear layers, pair by pair."""
    width = op.dim or channels
    pairs = len(places([channels, 3 * width])) + len(places([width, channels]))
    scores = 0
    if op.name == "window_attention" and op.position:
        a, b = op.window
        apart = {(i - k, j - m) for (i, j), (k, m) in product(places([a, b]), repeat=2)}
        scores = op.heads * len(apart)
    biases = channels + (3 * width if op.bias else 0)
    return Counts(pairs + scores, biases, macs=pairs * positions)


@st.composite
def attention_has_two_linear_layers(draw: st.DrawFn, name: str) -> Try:
    """And heads that divide their width."""
    shape = draw(few((1,), channels=6))
    heads, dim = draw(st.integers(1, 4)), draw(st.sampled_from([None, 2, 3, 4]))
    op = OPS[name](1, heads=heads, dim=dim, bias=draw(st.booleans()))
    if (dim or shape[0]) % heads:
        return Try(op, [shape], None, refusal="heads cannot share")
    return Try(op, [shape], shape, counted(op, shape[0], shape[1]))


def attention_peers(torch: Any, _name: str) -> Iterator[PeerCase]:
    """Source: PyTorch `nn.MultiheadAttention`, its tensors under our names."""

    class Peer(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, heads: int) -> None:
            super().__init__()
            own = torch.nn.MultiheadAttention(8, heads)
            self.heads = heads
            self.qkv_weight, self.qkv_bias = own.in_proj_weight, own.in_proj_bias
            self.weight, self.bias = own.out_proj.weight, own.out_proj.bias

        def forward(self, x: Any) -> Any:
            x = x.permute(2, 0, 1)
            tensors = (self.qkv_weight, self.qkv_bias, None, None, False, 0.0)
            y, _ = torch.nn.functional.multi_head_attention_forward(
                x, x, x, 8, self.heads, *tensors, self.weight, self.bias, training=False,
                need_weights=False,
            )  # fmt: skip
            return y.permute(1, 2, 0)

    for heads in (1, 2, 4):
        yield 1, {"heads": heads}, Peer(heads), ((8, 6),)


ATTENTION = OpCase(
    plain(naive_attention, heads_and_width),
    (Law(attention_has_two_linear_layers),),
    attention_peers,
    may_cancel=True,
)


def windows(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Windows that divide a map, shifted or spread over it."""
    attributes, shape = heads_and_width(draw, shape)
    window = draw(st.tuples(st.integers(1, 2), st.integers(1, 3)))
    times = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    shift = tuple(draw(st.integers(0, n - 1)) for n in window)
    grid = draw(st.booleans())
    size = tuple(n * m for n, m in zip(window, times, strict=True))
    more: dict[str, Value] = {"window": window, "grid": grid, "position": draw(st.booleans())}
    moved = {} if grid else {"shift": shift}
    return {**attributes, **more, **moved}, (shape[0], *size)


def naive_windows(op: Any, x: Array, tensors: Tensors) -> Array:
    """Each position sees those of its window."""
    size = x.shape[1:]
    steps = [n // w if op.grid else 1 for n, w in zip(size, op.window, strict=True)]
    spots = places(size)

    def number(spot: Sequence[int]) -> list[int]:
        if op.grid:
            return [at % step for at, step in zip(spot, steps, strict=True)]
        return [(at - s) // w for at, s, w in zip(spot, op.shift, op.window, strict=True)]

    def score(head: int, one: int, other: int) -> float:
        if not op.position:
            return 0.0
        apart = [(a - b) // n for a, b, n in zip(spots[one], spots[other], steps, strict=True)]
        at = [n + w - 1 for n, w in zip(apart, op.window, strict=True)]
        return float(tensors["position"][(head, *at)])

    def sees(one: int, other: int) -> bool:
        return number(spots[one]) == number(spots[other])

    return naive_projected(op, x, tensors, score, sees)


@st.composite
def windows_divide_the_map(draw: st.DrawFn, name: str) -> Try:
    """And learn a score for each distance in one."""
    shape = draw(few((2,), channels=4))
    window = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    op = OPS[name](2, heads=1, window=window, position=draw(st.booleans()))
    if any(n % w for n, w in zip(shape[1:], window, strict=True)):
        return Try(op, [shape], None, refusal="do not divide a map")
    return Try(op, [shape], shape, counted(op, shape[0], len(places(shape[1:]))))


def no_peers(_torch: Any, _name: str) -> Iterator[PeerCase]:
    """PyTorch has no such module."""
    yield from ()


WINDOWS = OpCase(
    plain(naive_windows, windows), (Law(windows_divide_the_map),), no_peers, may_cancel=True
)
