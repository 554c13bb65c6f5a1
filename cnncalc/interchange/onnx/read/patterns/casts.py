"""Casts of numbers to the type that they have, as Keras writes around each of its layers."""

from collections.abc import Iterable, Mapping, Sequence

from cnncalc.interchange.onnx_model.values import Node, Value

_FLOAT = 1
"""The number of float32 in `TensorProto.DataType`."""

_KEEPS = frozenset(
    {
        "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Conv",
        "ConvTranspose", "Div", "Elu", "Erf", "Exp", "Flatten", "Gelu", "Gemm",
        "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity",
        "LayerNormalization", "LeakyRelu", "MatMul", "MaxPool", "Mul", "Pad", "Pow", "PRelu",
        "ReduceMax", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Resize", "Sigmoid", "Slice",
        "Softmax", "Softplus", "Split", "Sqrt", "Squeeze", "Sub", "Tanh", "Transpose",
        "Unsqueeze",
    }
)  # fmt: skip
"""Operators whose outputs have the type of their first input."""


def without_casts(
    nodes: Sequence[Node], kept: Iterable[str], values: Mapping[str, Value]
) -> Sequence[Node]:
    """The nodes without casts from float32 to float32, whose readers read what they read."""
    if not any(node.op_type == "Cast" for node in nodes):
        return nodes
    floats = {name for name, value in values.items() if value.dtype == _FLOAT}
    ends, same = {*kept}, dict[str, str]()
    found = []
    for node in nodes:
        if any(name in same for name in node.inputs):
            node = node._replace(inputs=tuple(same.get(name, name) for name in node.inputs))  # noqa: PLW2901 - the same node with other names
        if node.domain or node.op_type not in _KEEPS or not node.inputs:
            found.append(node)
            continue
        is_cast, is_float = node.op_type == "Cast", node.inputs[0] in floats
        to_float = is_cast and node.attributes.get("to") == _FLOAT
        if is_cast and is_float and to_float and ends.isdisjoint(node.outputs):
            same[node.outputs[0]] = node.inputs[0]
            continue
        if to_float or (is_float and not is_cast):
            floats.update(node.outputs)
        found.append(node)
    return found
