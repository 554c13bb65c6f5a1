"""The values of a tensor under other axes, and its axes in another order.

Source: ONNX operators Reshape, opset 14, and Transpose, opset 13; PyTorch `nn.Unflatten`.
"""

from cnncalc.graph import Layer
from cnncalc.interchange.terms.call import Argument, Call, module
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.ops.views import Permute, Reshape


@writes(Reshape)
def reshape_to_onnx(_op: Reshape, draft: Draft) -> str:
    """Reshape, which keeps the batch."""
    return draft.node("Reshape", *draft.inputs, draft.constant(0, *draft.output))


@writes(Permute)
def permute_to_onnx(op: Permute, draft: Draft) -> str:
    """Transpose, which keeps the batch."""
    return draft.node("Transpose", *draft.inputs, perm=[0, *op.order])


@module(Reshape)
def reshape_to_torch(op: Reshape, _layer: Layer) -> Call:
    """A class of ours: `nn.Unflatten` takes one axis."""
    return Call("Reshape", (Argument("shape", op.shape),), "Reshape")


@module(Permute)
def permute_to_torch(op: Permute, _layer: Layer) -> Call:
    """A class of ours: PyTorch has a function."""
    return Call("Permute", (Argument("order", op.order),), "Permute")
