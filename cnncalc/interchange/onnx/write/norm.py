"""Normalisation in ONNX."""

from math import prod

from cnncalc.interchange.onnx.write.base import Draft, writes
from cnncalc.ops.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LocalResponseNorm


@writes(BatchNorm)
def bn(op: BatchNorm, draft: Draft) -> str:
    """BatchNormalization; what is not learned is a constant.

    Source: ONNX operator BatchNormalization, opset 15.
    """
    channels = draft.shapes[0][0]
    learned = ("weight", "bias") if op.affine else ()
    factors = draft.given(*learned) or [fixed(draft, value, channels) for value in (1.0, 0.0)]
    running = draft.given("running_mean", "running_var")
    return draft.node(
        "BatchNormalization", *draft.inputs, *factors, *running, epsilon=float(op.eps)
    )


@writes(InstanceNorm)
def instance_norm(op: InstanceNorm, draft: Draft) -> str:
    """InstanceNormalization. Source: ONNX operator InstanceNormalization, opset 6."""
    channels = draft.shapes[0][0]
    factors = draft.given("weight", "bias") or [
        fixed(draft, value, channels) for value in (1.0, 0.0)
    ]
    return draft.node("InstanceNormalization", *draft.inputs, *factors, epsilon=float(op.eps))


@writes(LayerNorm)
def layer_norm(op: LayerNorm, draft: Draft) -> str:
    """LayerNormalization over the last axis, where the channels are put for it.

    Source: ONNX operator LayerNormalization, opset 17.
    """
    [x], axes = draft.inputs, len(draft.shapes[0]) - 1
    if axes:
        x = draft.node("Transpose", x, perm=[0, *range(2, 2 + axes), 1])
    factors = draft.given("weight", "bias") or [fixed(draft, 1.0, draft.shapes[0][0])]
    y = draft.node("LayerNormalization", x, *factors, axis=-1, epsilon=float(op.eps))
    return draft.node("Transpose", y, perm=[0, axes + 1, *range(1, 1 + axes)]) if axes else y


@writes(GroupNorm)
def group_norm(op: GroupNorm, draft: Draft) -> str:
    """Each group as a channel of InstanceNormalization; then a factor and a term a channel.

    The operator GroupNormalization has a parameter a channel only from opset 21 on.

    Source: Wu & He 2018; ONNX operator InstanceNormalization, opset 6.
    """
    channels, *size = draft.shapes[0]
    groups = draft.node("Reshape", *draft.inputs, draft.constant(0, op.groups, -1))
    unit = [fixed(draft, value, op.groups) for value in (1.0, 0.0)]
    y = draft.node("InstanceNormalization", groups, *unit, epsilon=float(op.eps))
    y = draft.node("Reshape", y, draft.constant(0, channels, *size))
    if not op.affine:
        return y
    y = draft.node("Mul", y, draft.per_channel("weight"))
    return draft.node("Add", y, draft.per_channel("bias"))


@writes(LocalResponseNorm)
def lrn(op: LocalResponseNorm, draft: Draft) -> str:
    """LRN where neighbours are an odd number and the map has two axes; else by its parts.

    Source: ONNX operators LRN, opset 13, and AveragePool over the squares along the channels.
    """
    [x], [channels, *size] = draft.inputs, draft.shapes[0]
    alpha, beta, k = float(op.alpha), float(op.beta), float(op.k)
    if op.size % 2 and len(size) == 2:
        return draft.node("LRN", x, size=op.size, alpha=alpha, beta=beta, bias=k)
    flat = draft.node("Reshape", x, draft.constant(0, 1, channels, prod(size)))
    squares = draft.node("Mul", flat, flat)
    around = [op.size // 2, 0, (op.size - 1) // 2, 0]
    mean = draft.node(
        "AveragePool", squares, kernel_shape=[op.size, 1], pads=around, count_include_pad=1
    )
    scaled = draft.node("Mul", mean, draft.scalar(alpha))
    raised = draft.node("Pow", draft.node("Add", scaled, draft.scalar(k)), draft.scalar(beta))
    return draft.node(
        "Reshape", draft.node("Div", flat, raised), draft.constant(0, channels, *size)
    )


def fixed(draft: Draft, value: float, channels: int) -> str:
    """The same value for every channel, which is not learned."""
    return draft.constant(*[value] * channels)
