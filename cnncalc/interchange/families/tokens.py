"""Maps as tokens and back, and tensors that are learned.

Source: ONNX operators Reshape, opset 14, Transpose, opset 13, and Expand, opset 13; PyTorch
`nn.Flatten`, `nn.Unflatten`.
"""

from collections.abc import Iterator
from itertools import product
from math import cos, prod, sin, tau

from cnncalc.graph import Layer
from cnncalc.interchange.terms.call import Argument, Call, module
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.row import plain
from cnncalc.ops.tokens import (
    AsMap,
    Coordinates,
    FromPatches,
    Learned,
    MergeHeads,
    Patches,
    Sinusoids,
    SplitHeads,
    Tokens,
    Transpose,
)
from cnncalc.ops.values import Shape

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


@writes(Patches)
def patches_to_onnx(op: Patches, draft: Draft) -> str:
    """Reshape, Transpose, Reshape."""
    [(channels, h, w)], (a, b) = draft.shapes, op.size
    cut = draft.node("Reshape", *draft.inputs, draft.constant(0, channels, h // a, a, w // b, b))
    moved = draft.node("Transpose", cut, perm=[0, 1, 3, 5, 2, 4])
    return draft.node("Reshape", moved, draft.constant(0, *draft.output))


@writes(FromPatches)
def from_patches_to_onnx(op: FromPatches, draft: Draft) -> str:
    """The same backwards."""
    channels, (a, b), (h, w) = draft.output[0], op.size, op.map
    cut = draft.node("Reshape", *draft.inputs, draft.constant(0, channels, a, b, h // a, w // b))
    moved = draft.node("Transpose", cut, perm=[0, 1, 4, 2, 5, 3])
    return draft.node("Reshape", moved, draft.constant(0, *draft.output))


@module(Patches)
def patches_to_torch(op: Patches, _layer: Layer) -> Call:
    """A class of ours."""
    return Call("Patches", (Argument("size", op.size),), "Patches")


@module(FromPatches)
def from_patches_to_torch(op: FromPatches, _layer: Layer) -> Call:
    """A class of ours."""
    return Call("FromPatches", (Argument("size", op.size), Argument("map", op.map)), "FromPatches")


@writes(Learned)
def learned_to_onnx(op: Learned, draft: Draft) -> str:
    """The tensor, once for every example: the input of the network tells how many there are."""
    return for_every_example(draft, draft.parameter("weight", (1, *op.shape)))


def for_every_example(draft: Draft, tensor: str) -> str:
    """A tensor of one example as often as there are examples."""
    batch = draft.node("Shape", draft.network_input, start=0, end=1)
    shape = draft.node("Concat", batch, draft.constant(*draft.output), axis=0)
    return draft.node("Expand", tensor, shape)


@writes(Sinusoids)
def sinusoids_to_onnx(op: Sinusoids, draft: Draft) -> str:
    """The values as a constant."""
    flat = draft.series(prod(op.shape), lambda: _waves(op.shape), whole=False)
    return for_every_example(draft, draft.node("Reshape", flat, draft.constant(1, *op.shape)))


def _waves(shape: Shape) -> Iterator[float]:
    """Source: Carion et al. 2020, appendix A.4."""
    channels, height, width = shape
    for channel, row, column in product(range(channels), range(height), range(width)):
        place, length = (row, height) if channel < channels // 2 else (column, width)
        wave, part = divmod(channel % (channels // 2), 2)
        angle = (place + 1) / (length + 1e-6) * tau / 10_000 ** (wave / (channels // 4))
        yield cos(angle) if part else sin(angle)


@module(Sinusoids)
def sinusoids_to_torch(op: Sinusoids, _layer: Layer) -> Call:
    """A class of ours that makes them."""
    return Call("Sinusoids", (Argument("shape", op.shape),), "Sinusoids")


@module(Learned)
def learned_to_torch(op: Learned, _layer: Layer) -> Call:
    """A class of ours that holds it."""
    return Call("Learned", (Argument("shape", op.shape),), "Learned")


def _along(draft: Draft, axis: int) -> str:
    """The numbers of the places along one axis of the output, as a channel."""
    count = draft.output[axis + 1]
    size = [1] * (len(draft.output) - 1)
    size[axis] = count
    flat = draft.series(count, lambda: map(float, range(count)), whole=False)
    x = draft.node("Reshape", flat, draft.constant(1, 1, *size))
    return draft.node("Expand", x, draft.constant(1, 1, *draft.output[1:]))


@writes(Coordinates)
def coordinates_to_onnx(op: Coordinates, draft: Draft) -> str:
    """The numbers of the places along each axis."""
    parts = [_along(draft, axis) for axis in range(len(op.size))]
    return for_every_example(draft, draft.node("Concat", *parts, axis=1))


@module(Coordinates)
def coordinates_to_torch(op: Coordinates, _layer: Layer) -> Call:
    """A class of ours that holds them."""
    return Call("Coordinates", (Argument("size", op.size),), "Coordinates")
