"""Dense layers in ONNX."""

from cnncalc.interchange.onnx.write.base import Draft, writes
from cnncalc.ops.linear import Linear


@writes(Linear)
def linear(_op: Linear, draft: Draft) -> str:
    """Gemm with the weight transposed. Source: ONNX operator Gemm, opset 13."""
    return draft.node("Gemm", *draft.inputs, *draft.given("weight", "bias"), transB=1)
