"""Maps as tokens and back, and tensors that are learned.

Source: ONNX operators Reshape, opset 14, Transpose, opset 13, and Expand, opset 13; PyTorch
`nn.Flatten`, `nn.Unflatten`.
"""

from collections.abc import Iterator
from itertools import product
from math import cos, sin, tau

from cnncalc.graph import Layer
from cnncalc.interchange.terms.call import Argument, Call, module
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.row import plain
from cnncalc.ops.tokens import AsMap, Learned, Sinusoids, Tokens, Transpose
from cnncalc.ops.values import Shape

plain(Transpose, "Transpose", Call("Transpose", helper="Transpose"), perm=[0, 2, 1])
plain(Tokens, None, Call("nn.Flatten", (Argument("start_dim", 2, 1),)))


@writes(Tokens, AsMap)
def reshaped_to_onnx(_op: Tokens | AsMap, draft: Draft) -> str:
    """Reshape, which keeps the batch and the channels."""
    return draft.node("Reshape", *draft.inputs, draft.constant(0, *draft.output))


@module(AsMap)
def as_map_to_torch(op: AsMap, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Unflatten`."""
    return Call("nn.Unflatten", (Argument("dim", 2), Argument("unflattened_size", op.size)))


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
    flat = draft.constant(*_waves(op.shape))
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
