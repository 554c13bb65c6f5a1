"""Maps as tokens and back, and tensors that are learned.

Source: ONNX operators Reshape, opset 14, Transpose, opset 13, and Expand, opset 13; PyTorch
`nn.Flatten`, `nn.Unflatten`.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from math import cos, pi, sin

from cnncalc.graph import Layer
from cnncalc.interchange.terms.call import Argument, Call, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.row import plain
from cnncalc.ops.tokens import (
    AsMap,
    Coordinates,
    Learned,
    MergeHeads,
    Sinusoids,
    SplitHeads,
    Tokens,
    Transpose,
)

plain(
    MergeHeads, None, Call("nn.Flatten", (Argument("start_dim", 1, 1), Argument("end_dim", 2, -1)))
)
plain(Tokens, None, Call("nn.Flatten", (Argument("start_dim", 2, 1),)))


@module(Transpose)
def transpose_to_torch(_op: Transpose, _layer: Layer) -> Call:
    """A class of ours: PyTorch has a function."""
    return Call("Transpose", helper="Transpose")


@writes(Transpose)
def transpose_to_onnx(_op: Transpose, draft: Draft) -> str:
    """The last two axes in the other order."""
    axes = len(draft.output)
    return draft.node("Transpose", *draft.inputs, perm=[*range(axes - 1), axes, axes - 1])


@writes(Tokens, AsMap, SplitHeads, MergeHeads)
def reshaped_to_onnx(_op: Tokens | AsMap | SplitHeads | MergeHeads, draft: Draft) -> str:
    """Reshape, which keeps the batch."""
    return draft.node("Reshape", *draft.inputs, draft.constant(0, *draft.output))


@module(AsMap)
def as_map_to_torch(op: AsMap, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Unflatten`."""
    return Call("nn.Unflatten", (Argument("dim", 2), Argument("unflattened_size", op.size)))


@module(SplitHeads)
def split_heads_to_torch(op: SplitHeads, layer: Layer) -> Call:
    """Source: PyTorch `nn.Unflatten`."""
    size = layer.output_shape[:2]
    return Call("nn.Unflatten", (Argument("dim", 1), Argument("unflattened_size", size)))


@writes(Learned)
def learned_to_onnx(op: Learned, draft: Draft) -> str:
    """The tensor, once for every example: the input of the network tells how many there are."""
    return _for_each(draft, draft.parameter("weight", (1, *op.shape)))


def _for_each(draft: Draft, x: str) -> str:
    batch = draft.node("Shape", draft.network_input, start=0, end=1)
    shape = draft.node("Concat", batch, draft.constant(*draft.output), axis=0)
    return draft.node("Expand", x, shape)


@module(Learned)
def learned_to_torch(op: Learned, _layer: Layer) -> Call:
    """A class of ours that holds it."""
    return Call("Learned", (Argument("shape", op.shape),), "Learned")


def _along(draft: Draft, values: Iterable[float], channels: int, axis: int) -> str:
    """Values of some channels that differ along one axis of the output."""
    size = [1] * (len(draft.output) - 1)
    size[axis] = draft.output[axis + 1]
    flat = draft.constant(*map(float, values))
    x = draft.node("Reshape", flat, draft.constant(1, channels, *size))
    return draft.node("Expand", x, draft.constant(1, channels, *draft.output[1:]))


@writes(Coordinates)
def coordinates_to_onnx(op: Coordinates, draft: Draft) -> str:
    """The numbers of the places along each axis."""
    parts = [_along(draft, range(n), 1, axis) for axis, n in enumerate(op.size)]
    return _for_each(draft, draft.node("Concat", *parts, axis=1))


@module(Coordinates)
def coordinates_to_torch(op: Coordinates, _layer: Layer) -> Call:
    """A class of ours that holds them."""
    return Call("Coordinates", (Argument("size", op.size),), "Coordinates")


@writes(Sinusoids)
def sinusoids_to_onnx(op: Sinusoids, draft: Draft) -> str:
    """Sines and cosines of rows, and those of columns."""
    each = op.shape[0] // 2
    parts = [_along(draft, _waves(op, n), each, axis) for axis, n in enumerate(op.shape[1:])]
    return _for_each(draft, draft.node("Concat", *parts, axis=1))


def _waves(op: Sinusoids, length: int) -> Iterator[float]:
    """Each channel of half of them, place by place. Source: Carion et al. 2020, appendix A.4."""
    each = op.shape[0] // 2
    for channel, place in product(range(each), range(1, length + 1)):
        turn = 2 * pi * place / (length + 1e-6) / op.temperature ** (2 * (channel // 2) / each)
        yield cos(turn) if channel % 2 else sin(turn)


@module(Sinusoids)
def sinusoids_to_torch(op: Sinusoids, _layer: Layer) -> Call:
    """A class of ours that holds them."""
    arguments = (Argument("shape", op.shape), same(op, "temperature", 10_000.0))
    return Call("Sinusoids", arguments, "Sinusoids")
