"""Attention and products of activations.

Source: ONNX operators MatMul, opset 13, and Softmax, opset 13, of which attention is written;
PyTorch `F.scaled_dot_product_attention`.
"""

from collections.abc import Iterator
from itertools import product
from math import inf, prod, sqrt

from cnncalc.graph import Layer
from cnncalc.interchange.terms.call import Argument, Call, Join, channels_in, join, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.row import plain
from cnncalc.ops.attention import Attend, Attention, Matmul, WindowAttention
from cnncalc.ops.heads import Projected
from cnncalc.ops.values import Shape

plain(Matmul, "MatMul", None)


@join(Matmul)
def matmul_to_torch(_op: Matmul, _layer: Layer) -> Join:
    """Source: PyTorch `torch.matmul`."""
    return Join("torch.matmul(", ", ", ")")


@module(Attend)
def attend_to_torch(op: Attend, _layer: Layer) -> Call:
    """A class of ours, which parts the heads."""
    arguments = (
        same(op, "heads", 1),
        Argument("scale", op.scale, None, "scale"),
        Argument("distances", op.distances, None),
        same(op, "stride", 1),
        Argument("over", str(op.over), "positions"),
        same(op, "temperature", False),  # noqa: FBT003 - the default of our class
    )
    return Call("Attend", arguments, "Attend")


@module(Attention)
def attention_to_torch(op: Attention, layer: Layer) -> Call:
    """A class of ours: that of PyTorch has its channels last, and no width of its own."""
    return Call("Attention", _projected(op, layer), "Attention")


@module(WindowAttention)
def window_attention_to_torch(op: WindowAttention, layer: Layer) -> Call:
    """A class of ours: PyTorch has none."""
    arguments = (
        *_projected(op, layer),
        Argument("window", op.window),
        Argument("shift", op.shift, (0, 0)),
        same(op, "grid", False),  # noqa: FBT003 - the default of our class
        same(op, "position", True),  # noqa: FBT003
    )
    return Call("WindowAttention", arguments, "WindowAttention")


def _projected(op: Projected, layer: Layer) -> tuple[Argument, ...]:
    return (
        channels_in(layer, "channels"),
        same(op, "heads", ...),
        Argument("dim", op.dim, None, "dim"),
        same(op, "bias", True),  # noqa: FBT003 - the default of our class
        Argument("out_channels", op.out_channels, None, "out_channels", "out"),
    )


# ONNX out


@writes(Attend)
def attend_to_onnx(op: Attend, draft: Draft) -> str:
    """The two products of matrices with the softmax between them."""
    (width, queries), (keyed, keys), (valued, _) = draft.shapes
    q, k, v = draft.inputs
    parts = (
        shaped(draft, q, op.heads, width // op.heads, queries),
        shaped(draft, k, op.heads, keyed // op.heads, keys),
        shaped(draft, v, op.heads, valued // op.heads, keys),
    )
    length = queries if op.over == "channels" else width // op.heads
    factor = op.scale
    if op.temperature:
        learned = draft.parameter("temperature", (op.heads, 1, 1))
        parts = (draft.node("Mul", parts[0], learned), *parts[1:])
        factor = factor or 1.0
    factor = 1 / sqrt(length) if factor is None else factor
    if op.over == "channels":
        scaled = draft.node("Mul", parts[0], draft.scalar(factor))
        turned = draft.node("Transpose", parts[1], perm=[0, 1, 3, 2])
        weights = draft.node("Softmax", draft.node("MatMul", scaled, turned), axis=-1)
        return shaped(draft, draft.node("MatMul", weights, parts[2]), *draft.output)
    scores = ""
    if op.distances is not None:
        flat = draft.parameter("position", (op.heads, prod(op.distances)))
        size = op.distances
        places = draft.series(queries * keys, lambda: _far(size, op.stride), whole=True)
        scores = draft.node("Gather", flat, places, axis=1)
        scores = draft.node("Reshape", scores, draft.constant(op.heads, queries, keys))
    return shaped(draft, attended(draft, parts, factor, scores), *draft.output)


def _far(size: Shape, stride: int) -> Iterator[int]:
    """For each query and key where the score of their distance stands."""
    keys = list(product(*map(range, size)))
    for query in product(*(range(0, n, stride) for n in size)):
        for key in keys:
            place = 0
            for length, a, b in zip(size, query, key, strict=True):
                place = place * length + abs(a - b)
            yield place


def shaped(draft: Draft, x: str, *shape: int) -> str:
    """The same values in another shape; the batch stays."""
    return draft.node("Reshape", x, draft.constant(0, *shape))


def attended(
    draft: Draft, parts: tuple[str, str, str], factor: float, scores: str = "", *, rank: int = 4
) -> str:
    """`V softmax(factor * Q^T K + scores)^T`, the last axes being channels and places."""
    q, k, v = parts
    perm = [*range(rank - 2), rank - 1, rank - 2]
    scaled = draft.node("Mul", draft.node("Transpose", q, perm=perm), draft.scalar(factor))
    found = draft.node("MatMul", scaled, k)
    if scores:
        found = draft.node("Add", found, scores)
    weights = draft.node("Softmax", found, axis=-1)
    return draft.node("MatMul", v, draft.node("Transpose", weights, perm=perm))


def linear(draft: Draft, x: str, weight: str, bias: str) -> str:
    """A linear layer on the channels of tokens `N C L`, with the bias where there is one."""
    y = draft.node("MatMul", draft.parameter(weight), x)
    if bias not in draft.declared:
        return y
    return draft.node("Add", y, draft.per_channel(bias, 2))


def part(draft: Draft, x: str, places: tuple[int, int], axis: int) -> str:
    """The places from the first up to, not including, the second."""
    start, stop = places
    bounds = (draft.constant(start), draft.constant(stop), draft.constant(axis))
    return draft.node("Slice", x, *bounds)


@writes(Attention)
def attention_to_onnx(op: Attention, draft: Draft) -> str:
    """A linear layer, its three parts by heads, attention, and a linear layer."""
    [(_, length)] = draft.shapes
    width = op.width(draft.shapes)
    qkv = linear(draft, draft.inputs[0], "qkv_weight", "qkv_bias")
    q, k, v = (
        shaped(
            draft, part(draft, qkv, (n * width, (n + 1) * width), 1),
            op.heads, width // op.heads, length,
        )
        for n in range(3)
    )  # fmt: skip
    y = attended(draft, (q, k, v), 1 / sqrt(width // op.heads))
    return linear(draft, shaped(draft, y, width, length), "weight", "bias")


@writes(WindowAttention)
def window_attention_to_onnx(op: WindowAttention, draft: Draft) -> str:
    """The same with the map cut in windows, which are rolled and masked where they are shifted.

    Source: Liu et al. 2021, §3.2.
    """
    [(channels, h, w)], (a, b) = draft.shapes, op.window
    width, places, count = op.width(draft.shapes), h * w, h * w // (a * b)
    flat = shaped(draft, draft.inputs[0], channels, places)
    qkv = linear(draft, flat, "qkv_weight", "qkv_bias")
    moved = rolled(draft, shaped(draft, qkv, 3 * width, h, w), op.shift, (h, w))
    cut, order, back = _cut(op, h, w)
    moved = draft.node("Transpose", shaped(draft, moved, 3 * width, *cut), perm=order)
    windows = shaped(draft, moved, count, 3 * width, a * b)
    q, k, v = (
        shaped(
            draft, part(draft, windows, (n * width, (n + 1) * width), 2),
            count, op.heads, width // op.heads, a * b,
        )
        for n in range(3)
    )  # fmt: skip
    y = attended(draft, (q, k, v), 1 / sqrt(width // op.heads), _scores(op, draft, (h, w)), rank=5)
    y = draft.node("Transpose", shaped(draft, y, h // a, w // b, width, a, b), perm=back)
    ends = tuple((n - s) % n for n, s in zip((h, w), op.shift, strict=True))
    y = rolled(draft, shaped(draft, y, width, h, w), ends, (h, w))
    y = linear(draft, shaped(draft, y, width, places), "weight", "bias")
    return shaped(draft, y, *draft.output)


def _cut(op: WindowAttention, h: int, w: int) -> tuple[Shape, list[int], list[int]]:
    """The axes of a map when it is cut, their order in windows, and the order that leads back."""
    a, b = op.window
    if op.grid:
        return (a, h // a, b, w // b), [0, 3, 5, 1, 2, 4], [0, 3, 4, 1, 5, 2]
    return (h // a, a, w // b, b), [0, 2, 4, 1, 3, 5], [0, 3, 1, 4, 2, 5]


def rolled(draft: Draft, x: str, shift: Shape, size: Shape) -> str:
    """A map whose first rows and columns follow the last."""
    for axis, (amount, length) in enumerate(zip(shift, size, strict=True), 2):
        if amount:
            ends = part(draft, x, (amount, length), axis), part(draft, x, (0, amount), axis)
            x = draft.node("Concat", *ends, axis=axis)
    return x


def _scores(op: WindowAttention, draft: Draft, size: Shape) -> str:
    """What is added to the scores: those of distances, and minus infinity across the border."""
    a, b = op.window
    found = ""
    if op.position:
        flat = draft.parameter("position", (op.heads, (2 * a - 1) * (2 * b - 1)))
        places = draft.series((a * b) ** 2, lambda: _distances(a, b), whole=True)
        found = draft.node("Gather", flat, places, axis=1)
        found = draft.node("Reshape", found, draft.constant(op.heads, a * b, a * b))
    if any(op.shift):
        mask = draft.series(prod(size) * a * b, lambda: _apart(op, size), whole=False)
        shape = draft.constant(prod(size) // (a * b), 1, a * b, a * b)
        mask = draft.node("Reshape", mask, shape)
        found = draft.node("Add", mask, found) if found else mask
    return found


def _distances(a: int, b: int) -> Iterator[int]:
    """For each pair of places in a window where the score of their distance stands."""
    places = list(product(range(a), range(b)))
    for (i, j), (k, m) in product(places, places):
        yield (i - k + a - 1) * (2 * b - 1) + j - m + b - 1


def _apart(op: WindowAttention, size: Shape) -> Iterator[float]:
    """For each window and pair of places in it minus infinity where the border parts them."""
    (h, w), (a, b), (down, right) = size, op.window, op.shift
    for top, left in product(range(0, h, a), range(0, w, b)):
        numbers = [
            (top + i >= h - down, left + j >= w - right) for i in range(a) for j in range(b)
        ]
        for one, other in product(numbers, numbers):
            yield 0.0 if one == other else -inf
