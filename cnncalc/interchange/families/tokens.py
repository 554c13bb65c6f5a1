"""Maps as tokens and back, and tensors that are learned.

Source: ONNX operators Reshape, opset 14, Transpose, opset 13, and Expand, opset 13; PyTorch
`nn.Flatten`, `nn.Unflatten`.
"""

from cnncalc.graph import Layer
from cnncalc.interchange.terms.call import Argument, Call, module
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.row import plain
from cnncalc.ops.tokens import AsMap, Learned, MergeHeads, SplitHeads, Tokens, Transpose

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
    batch = draft.node("Shape", draft.network_input, start=0, end=1)
    rest = draft.constant(*op.shape)
    shape = draft.node("Concat", batch, rest, axis=0)
    return draft.node("Expand", draft.parameter("weight", (1, *op.shape)), shape)


@module(Learned)
def learned_to_torch(op: Learned, _layer: Layer) -> Call:
    """A class of ours that holds it."""
    return Call("Learned", (Argument("shape", op.shape),), "Learned")
