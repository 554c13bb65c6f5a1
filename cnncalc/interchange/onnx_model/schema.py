"""What a node of ONNX's own must have to be read here: its attributes, and as many inputs.

Source: the schemas of ONNX's operators, opsets 1 to 25. An attribute is of the same kind in all
of them, save `to` of Cast before opset 6 and `value` of Pad before opset 11; `scales` of ONNX
Runtime's own Upsample are whole.
"""

from collections.abc import Mapping
from sys import maxsize

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import NCHWC, RUNTIME, Node

_FLOAT, _INT, _STRING, _TENSOR, _GRAPH, _FLOATS, _INTS, _STRINGS = range(1, 9)

_NAMES = {
    _FLOAT: "alpha beta bias epsilon max min ratio value_float",
    _INT: (
        "allowzero axis batch_dims blocksize ceil_mode count_include_pad end group hidden_size "
        "input_forget inverse keepdims kv_num_heads layout linear_before_reset new_axis "
        "noop_with_empty_axes num_groups num_outputs num_scan_inputs onesided output_dtype p "
        "q_num_heads size start to transA transB value_int"
    ),
    _STRING: "auto_pad coordinate_transformation_mode direction equation mode value_string",
    _TENSOR: "value",
    _GRAPH: "body else_branch then_branch",
    _FLOATS: "scales value_floats",
    _INTS: (
        "axes dilations directions ends kernel_shape output_padding output_shape pads paddings "
        "perm scan_input_axes scan_input_directions scan_output_axes scan_output_directions shape "
        "split starts strides value_ints"
    ),
    _STRINGS: "value_strings",
}

KINDS: Mapping[str, int] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""The kind of each attribute that is read, by the numbers of `AttributeProto.AttributeType`."""

RUNTIME_KINDS: Mapping[str, int] = {
    "K": _INT, "N": _INT, "activation": _STRING, "activation_params": _FLOATS, "bits": _INT,
    "channels": _INT, "channels_last": _INT, "gather_axis": _INT, "output_size": _INTS,
    "signal_ndim": _INT, "qkv_hidden_sizes": _INTS,
}  # fmt: skip
"""Those that only operators of ONNX Runtime have, and `output_size` of PyTorch's pools."""

_ALL_KINDS = {**KINDS, **RUNTIME_KINDS}

REQUIRED: Mapping[str, str] = {
    "AveragePool": "kernel_shape", "BitShift": "direction", "Cast": "to", "Concat": "axis",
    "DepthToSpace": "blocksize", "Einsum": "equation", "GroupNormalization": "num_groups",
    "If": "then_branch", "LRN": "size", "Loop": "body", "LpPool": "kernel_shape",
    "MaxPool": "kernel_shape", "Scan": "body", "SpaceToDepth": "blocksize",
}  # fmt: skip
"""What an operator cannot do without."""

_ARITIES = {
    (2, 2): (
        "Add And BitShift BitwiseAnd BitwiseOr BitwiseXor CastLike CumSum Div Equal Expand Gather "
        "GatherND Greater GreaterOrEqual GridSample Less LessOrEqual MatMul Mod Mul Or PRelu Pow "
        "RMSNormalization Sub Xor"
    ),
    (2, 3): "Conv ConvTranspose DequantizeLinear Gemm LayerNormalization QuantizeLinear Tile",
    (2, 4): "CausalConvWithState ConvInteger MatMulInteger STFT",
    (3, 3): "GroupNormalization InstanceNormalization Range Where",
    (3, 5): "DeformConv",
    (3, 6): "GRU RNN",
    (3, 7): "Attention",
    (3, 8): "LSTM",
    (5, 5): "BatchNormalization",
    (8, 8): "QLinearMatMul",
    (8, 9): "QLinearConv",
}

ARITIES: Mapping[str, tuple[int, int]] = {
    name: arity for arity, names in _ARITIES.items() for name in names.split()
}
"""The fewest and the most inputs of an operator over all opsets, where it needs several."""

NESTED = frozenset({"If", "Loop", "Scan", "SequenceMap", "FlexAttention"})
"""Operators with graphs of their own."""

SOURCES = frozenset(
    {
        "Constant", "Optional", "OptionalHasElement", "RandomNormal", "RandomUniform",
        "SequenceEmpty",
    }
)  # fmt: skip
"""Operators that may read nothing."""


def check_node(node: Node) -> None:
    """Refuse a node whose attributes or inputs are not those of its operator.

    Of one of ONNX Runtime's only the kinds of attributes are looked at, of others nothing.

    Raises:
        SpecError: an attribute is of another kind or missing, or the inputs are too few or many.
    """
    if not node.is_standard and node.domain not in {RUNTIME, NCHWC}:
        return
    for one in node.proto.attribute:
        if _ALL_KINDS.get(one.name, one.type) != one.type and (one.name, one.type) not in _OLD:
            refuse("E702", f"`{node.title}` has a `{one.name}` of the wrong kind")
    if not node.is_standard:
        return
    needed = REQUIRED.get(node.op_type)
    if needed and needed not in node.attributes:
        refuse("E702", f"`{node.title}` lacks its `{needed}`")
    fewest, most = ARITIES.get(node.op_type, (node.op_type not in SOURCES, maxsize))
    if not fewest <= len(node.inputs) <= most:
        refuse("E702", f"`{node.title}` ({node.op_type}) has {len(node.inputs)} inputs")


_OLD = {("to", _STRING), ("value", _FLOAT), ("scales", _INTS)}
