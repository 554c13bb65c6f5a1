"""Element-wise functions in ONNX."""

from cnncalc.interchange.onnx.write.base import Draft, plain, writes
from cnncalc.ops.activation import (
    Dropout,
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    PRelu,
    Relu,
    Relu6,
    Scale,
    Sigmoid,
    Silu,
    Softmax,
    Tanh,
)

plain(Relu, "Relu")
plain(Gelu, "Gelu", approximate="none")
plain(Sigmoid, "Sigmoid")
plain(Tanh, "Tanh")
plain(HardSwish, "HardSwish")
plain(HardSigmoid, "HardSigmoid", alpha=1 / 6, beta=0.5)
plain(Softmax, "Softmax", axis=1)


@writes(Relu6)
def relu6(_op: Relu6, draft: Draft) -> str:
    """Clip from 0 to 6. Source: ONNX operator Clip, opset 13."""
    return draft.node("Clip", *draft.inputs, draft.scalar(0.0), draft.scalar(6.0))


@writes(Elu)
def elu(op: Elu, draft: Draft) -> str:
    """Elu. Source: ONNX operator Elu, opset 6."""
    return draft.node("Elu", *draft.inputs, alpha=float(op.alpha))


@writes(LeakyRelu)
def leaky_relu(op: LeakyRelu, draft: Draft) -> str:
    """LeakyRelu. Source: ONNX operator LeakyRelu, opset 16."""
    return draft.node("LeakyRelu", *draft.inputs, alpha=float(op.slope))


@writes(Silu)
def silu(_op: Silu, draft: Draft) -> str:
    """`x * Sigmoid(x)`: the operator Swish came with opset 24."""
    [x] = draft.inputs
    return draft.node("Mul", x, draft.node("Sigmoid", x))


@writes(PRelu)
def prelu(_op: PRelu, draft: Draft) -> str:
    """PRelu with a slope a channel, or one for all. Source: ONNX operator PRelu, opset 16."""
    return draft.node("PRelu", *draft.inputs, draft.per_channel("weight"))


@writes(Dropout)
def dropout(op: Dropout, draft: Draft) -> str:
    """Dropout, which does nothing at inference. Source: ONNX operator Dropout, opset 13."""
    return draft.node("Dropout", *draft.inputs, draft.scalar(op.p))


@writes(Scale)
def scale(_op: Scale, draft: Draft) -> str:
    """Mul by a factor a channel. Source: ONNX operator Mul, opset 14."""
    return draft.node("Mul", *draft.inputs, draft.per_channel("weight"))
