"""Branches that meet, in ONNX. Source: ONNX operators Add, Mul (14), Sum, Concat (13)."""

from functools import reduce

from cnncalc.interchange.onnx.write.base import Draft, plain, writes
from cnncalc.ops.merge import Add, Concat, Mul

plain(Concat, "Concat", axis=1)


@writes(Add)
def add(_op: Add, draft: Draft) -> str:
    """Add for two branches; Sum takes any number."""
    return draft.node("Add" if len(draft.inputs) == 2 else "Sum", *draft.inputs)


@writes(Mul)
def mul(_op: Mul, draft: Draft) -> str:
    """Mul, once for every branch beyond the first."""
    if len(draft.inputs) == 1:
        return draft.node("Identity", *draft.inputs)
    return reduce(lambda product, branch: draft.node("Mul", product, branch), draft.inputs)
