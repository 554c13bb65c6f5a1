"""Tokens and learned tensors: how the laws draw them, and loops that do the same."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.engine.base import Index
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value, Word
from ops.case import Counts, Law, OpCase, Tensors, Try, Use, few, moves_as, values
from ops.peers import PeerCase
from ops.plain import Drawn, alone, plain
from ops.windows import places

# Tokens


def naive_tokens(op: Any, x: Array) -> Array:
    """Position by position, the last axis running fastest."""
    spots = places(x.shape[1:])
    if op.name == "tokens":
        found: list[Index] = [(slice(None), *spot) for spot in spots]
        return np.stack([x[where] for where in found], axis=1)
    if op.name == "transpose":
        return np.stack([x[..., at] for at in range(x.shape[-1])], axis=-2)
    if op.name == "merge_heads":
        return np.array([row for head in x for row in head])
    if op.name == "split_heads":
        if len(x) % op.heads:
            raise ValueError("parts of unlike size")
        each = len(x) // op.heads
        return np.stack([x[each * head : each * (head + 1)] for head in range(op.heads)])
    if len(x[0]) != math.prod(op.size):
        raise ValueError("another number of positions")
    y = np.zeros((len(x), *op.size), x.dtype)
    for at, spot in enumerate(places(op.size)):
        where: Index = (slice(None), *spot)
        y[where] = x[:, at]
    return y


def map_size(draw: st.DrawFn, shape: Shape) -> Drawn:
    """A size of one to three axes, and tokens for it."""
    size = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    return {"size": tuple(size)}, (shape[0], math.prod(size))


def heads_of(draw: st.DrawFn, shape: Shape) -> Drawn:
    """A number of heads, and channels for them."""
    heads = draw(st.integers(1, 3))
    return {"heads": heads}, (heads * shape[0], *shape[1:])


GIVEN = {"as_map": map_size, "split_heads": heads_of}


@st.composite
def tokens_keep_every_value(draw: st.DrawFn, name: str) -> Try:
    """And refuse a map of another number of positions, and heads that do not divide."""
    shape = draw(few(OPS[name].axes))
    attributes, _ = GIVEN[name](draw, shape) if name in GIVEN else ({}, shape)
    op = OPS[name](len(shape) - 1, **attributes)
    refusal = "positions, the input|cannot share"
    return moves_as(op, [shape], lambda: naive_tokens(op, values(shape)), refusal)


def token_peers(torch: Any, name: str) -> Iterator[PeerCase]:
    """Views of PyTorch."""
    if name == "as_map":
        for size in ((12,), (3, 4), (2, 3, 2)):
            yield 1, {"size": size}, torch.nn.Unflatten(2, size), ((5, 12),)
    elif name == "transpose":
        yield 1, {}, lambda x: x.transpose(1, 2), ((5, 12),)
        yield 2, {}, lambda x: x.transpose(2, 3), ((2, 5, 12),)
    elif name == "split_heads":
        for heads in (1, 2, 3, 6):
            yield 1, {"heads": heads}, torch.nn.Unflatten(1, (heads, -1)), ((6, 5),)
    elif name == "merge_heads":
        yield 2, {}, torch.nn.Flatten(1, 2), ((2, 5, 12),)
    else:
        for shape in ((5, 4), (5, 4, 3), (5, 4, 3, 2)):
            yield len(shape) - 1, {}, torch.nn.Flatten(2), (shape,)


TOKENS = OpCase(plain(alone(naive_tokens)), (Law(tokens_keep_every_value),), token_peers)

# Patches


def naive_patches(op: Any, x: Array) -> Array:
    """Place by place; patches line by line."""
    a, b = op.size
    h, w = x.shape[1:] if op.name == "patches" else op.map
    corners = [(i, j) for i in range(0, h, a) for j in range(0, w, b)]
    inside = places((a, b))
    if h % a or w % b or len(corners) * len(inside) != x[0].size:
        raise ValueError("the patches do not fill the map")
    if op.name == "patches":
        rows = [np.stack([x[:, i + k, j + m] for i, j in corners], 1) for k, m in inside]
        return np.stack(rows, axis=1)
    if x.shape[1:] != (len(inside), len(corners)):
        raise ValueError("other patches")
    y = np.zeros((len(x), h, w), x.dtype)
    for place, (k, m) in enumerate(inside):
        for patch, (i, j) in enumerate(corners):
            y[:, i + k, j + m] = x[:, place, patch]
    return y


def patch_sizes(draw: st.DrawFn, shape: Shape, *, back: bool) -> Drawn:
    """Patches that fill a map."""
    size = draw(st.tuples(st.integers(1, 2), st.integers(1, 3)))
    times = draw(st.tuples(st.integers(1, 3), st.integers(1, 2)))
    whole = tuple(n * m for n, m in zip(size, times, strict=True))
    if not back:
        return {"size": size}, (shape[0], *whole)
    return {"size": size, "map": whole}, (shape[0], math.prod(size), math.prod(times))


@st.composite
def patches_keep_every_value(draw: st.DrawFn, name: str) -> Try:
    """And refuse what they do not fill."""
    shape = draw(few((2,), longest=6))
    size = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    more = {"map": draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))}
    op = OPS[name](2, size=size, **(more if name == "from_patches" else {}))
    return moves_as(op, [shape], lambda: naive_patches(op, values(shape)), "do not divide|is not")


def patch_peers(torch: Any, name: str) -> Iterator[PeerCase]:
    """Source: PyTorch `F.unfold` and `F.fold`."""
    size: dict[str, Value] = {"size": (2, 3)}
    unfold = torch.nn.Unfold((2, 3), stride=(2, 3))
    if name == "patches":
        yield 2, size, lambda x: unfold(x).unflatten(1, (5, 6)), ((5, 4, 9),)
        return
    fold = torch.nn.Fold((4, 9), (2, 3), stride=(2, 3))
    yield 2, size | {"map": (4, 9)}, lambda x: fold(x.flatten(1, 2)), ((5, 6, 6),)


PATCHES = OpCase(
    plain(alone(naive_patches), lambda draw, shape: patch_sizes(draw, shape, back=False)),
    (Law(patches_keep_every_value),),
    patch_peers,
)
FROM_PATCHES = PATCHES._replace(
    uses=plain(alone(naive_patches), lambda draw, shape: patch_sizes(draw, shape, back=True))
)

# Learned


@st.composite
def learned_uses(draw: st.DrawFn, name: str) -> Use:
    """A tensor of any shape."""
    shape = draw(few(range(4)))
    return Use(OPS[name](0, shape=shape), [], lambda _x, t: t["weight"])


@st.composite
def learned_counts_its_values(draw: st.DrawFn, name: str) -> Try:
    """Each is a parameter."""
    shape = draw(few(range(4)))
    return Try(OPS[name](0, shape=shape), [], shape, Counts(weights=len(places(shape))))


def learned_peers(torch: Any, _name: str) -> Iterator[PeerCase]:
    """A parameter of a module."""
    factor = torch.nn.Parameter(torch.ones(3, 4))
    module = torch.nn.Module()
    module.part = factor
    module.forward = lambda: factor[None]
    yield 0, {"shape": (3, 4)}, module, ()


LEARNED = OpCase(learned_uses, (Law(learned_counts_its_values, 20),), learned_peers)

# Coordinates


@st.composite
def coordinates_uses(draw: st.DrawFn, name: str) -> Use:
    """Of one to three axes."""
    size = draw(few(range(3)))
    return Use(OPS[name](0, size=size), [], lambda _x, _t: naive_coordinates(size))


def naive_coordinates(size: Shape) -> Array:
    """Place by place."""
    y = np.zeros((len(size), *size))
    for spot in np.ndindex(*size):
        y[(slice(None), *spot)] = spot
    return y


@st.composite
def coordinates_are_free(draw: st.DrawFn, name: str) -> Try:
    """Nothing of them is trained or kept."""
    size = draw(few(range(3)))
    return Try(OPS[name](0, size=size), [], (len(size), *size))


def coordinates_peers(torch: Any, _name: str) -> Iterator[PeerCase]:
    """The grid of PyTorch."""
    grid = torch.stack(torch.meshgrid(torch.arange(3), torch.arange(4), indexing="ij"))
    module = torch.nn.Module()
    module.forward = grid[None].float().clone
    yield 0, {"size": (3, 4)}, module, ()


COORDINATES = OpCase(coordinates_uses, (Law(coordinates_are_free, 20),), coordinates_peers)

# Fixed


def naive_sinusoids(shape: Shape) -> Array:
    """Value by value, as the appendix has it."""
    channels, height, width = shape
    y = np.zeros(shape)
    for channel, row, column in np.ndindex(*shape):
        is_row = channel < channels // 2
        place, length = (row, height) if is_row else (column, width)
        angle = 2 * math.pi * (place + 1) / (length + 1e-6)
        number = channel - (0 if is_row else channels // 2)
        angle /= 10_000 ** (2 * (number // 2) / (channels // 2))
        y[channel, row, column] = math.sin(angle) if number % 2 == 0 else math.cos(angle)
    return y


@st.composite
def sinusoids_uses(draw: st.DrawFn, name: str) -> Use:
    """Of any map."""
    shape = (4 * draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    return Use(OPS[name](0, shape=shape), [], lambda _x, _t: naive_sinusoids(shape))


@st.composite
def sinusoids_are_free(draw: st.DrawFn, name: str) -> Try:
    """And come by four channels."""
    shape = draw(few((2,), channels=9))
    op = OPS[name](0, shape=shape)
    if shape[0] not in {4, 8}:
        return Try(op, [], None, refusal="multiple of 4 channels")
    return Try(op, [], shape)


def no_peers(_torch: Any, _name: str) -> Iterator[PeerCase]:
    """PyTorch has no such module."""
    yield from ()


SINUSOIDS = OpCase(sinusoids_uses, (Law(sinusoids_are_free, 20),), no_peers)

# Dense layers along an axis


def out_features_along(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Of tokens either axis."""
    axis = (
        Word(draw(st.sampled_from(["channels", "length"]))) if len(shape) > 1 else Word("channels")
    )
    return {
        "out_features": draw(st.integers(1, 4)),
        "bias": draw(st.booleans()),
        "axis": axis,
    }, shape


def naive_dense(op: Any, x: Array, tensors: Tensors) -> Array:
    """Every output by itself."""
    weight = tensors["weight"]
    bias = tensors.get("bias", np.zeros(op.out_features, x.dtype))
    if op.axis == "length":
        return naive_rows(weight, bias, x.T).T
    return naive_rows(weight, bias, x)


def naive_rows(weight: Array, bias: Array, x: Array) -> Array:
    """The rows of a matrix times columns."""
    columns = x.reshape(len(x), -1)
    y = np.zeros((len(weight), columns.shape[1]), x.dtype)
    for row, column in np.ndindex(*y.shape):
        pairs = zip(weight[row], columns[:, column], strict=True)
        y[row, column] = sum(float(a) * float(b) for a, b in pairs) + float(bias[row])
    return y.reshape(len(weight), *x.shape[1:])


@st.composite
def dense_layer_of_tokens_multiplies_every_pair(draw: st.DrawFn, name: str) -> Try:
    """Of a feature and an output, at every place of the other axis."""
    shape = draw(few((1,), channels=6, longest=6))
    attributes, _ = out_features_along(draw, shape)
    op: Any = OPS[name](1, **attributes)
    out, at = op.out_features, int(attributes["axis"] == "length")
    applied = np.moveaxis(np.tensordot(np.ones((out, shape[at])), values(shape), (1, at)), 0, at)
    pairs = len(places([shape[at], out]))
    counts = Counts(pairs, out if op.bias else 0, macs=pairs * shape[1 - at])
    return Try(op, [shape], applied.shape, counts)


# Parts and joins along an axis


@st.composite
def slice_along_an_axis_is_of_numpy(draw: st.DrawFn, name: str) -> Try:
    """And refuses what NumPy gives nothing for."""
    shape, start, stop = draw(few((1,))), draw(st.integers(0, 4)), draw(st.integers(1, 5))
    op = OPS[name](1, start=start, stop=stop, axis=Word("length"))

    def taken() -> Array:
        return np.stack([values(shape)[:, place] for place in range(start, stop)], axis=1)

    return moves_as(op, [shape], taken, "`stop` is|empty slice")


@st.composite
def concat_along_an_axis_is_of_numpy(draw: st.DrawFn, name: str) -> Try:
    """And refuses what NumPy refuses."""
    inputs = draw(st.lists(few((2,)), min_size=1, max_size=3))
    axis = draw(st.sampled_from(["height", "width"]))
    op = OPS[name](2, axis=Word(axis))
    at = 1 + (axis == "width")
    joined = [values(shape) for shape in inputs]
    return moves_as(op, inputs, lambda: np.concatenate(joined, at), "cannot join")
