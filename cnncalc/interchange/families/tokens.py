"""Maps as tokens and back, and tensors that are learned.

Source: ONNX operators Reshape, opset 14, Transpose, opset 13, and Expand, opset 13; PyTorch
`nn.Flatten`, `nn.Unflatten`.
"""

from cnncalc.graph import Layer
from cnncalc.interchange.terms.call import Argument, Call, module
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.row import plain
from cnncalc.ops.tokens import AsMap, Learned, Tokens, Transpose

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
    batch = draft.node("Shape", draft.network_input, start=0, end=1)
    rest = draft.constant(*op.shape)
    shape = draft.node("Concat", batch, rest, axis=0)
    return draft.node("Expand", draft.parameter("weight", (1, *op.shape)), shape)


@module(Learned)
def learned_to_torch(op: Learned, _layer: Layer) -> Call:
    """A class of ours that holds it."""
    return Call("Learned", (Argument("shape", op.shape),), "Learned")
