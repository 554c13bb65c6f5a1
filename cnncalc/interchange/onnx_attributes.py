"""The attributes of ONNX's operators, as far as they are read here: each is of one kind.

Source: the schemas of ONNX's own operators, opsets 1 to 25; a name is of the same kind in all of
them, save `to` of Cast before opset 6 and `value` of Pad before opset 11.
"""

from collections.abc import Mapping

from cnncalc.interchange.onnx_file import refuse
from cnncalc.interchange.onnx_values import Node

_FLOAT, _INT, _STRING, _TENSOR, _GRAPH, _FLOATS, _INTS = 1, 2, 3, 4, 5, 6, 7

_NAMES = {
    _FLOAT: "alpha beta bias epsilon max min ratio",
    _INT: (
        "allowzero axis blocksize ceil_mode count_include_pad end group keepdims "
        "noop_with_empty_axes num_groups num_outputs size start to transA transB"
    ),
    _STRING: "auto_pad coordinate_transformation_mode mode",
    _TENSOR: "value",
    _GRAPH: "body else_branch then_branch",
    _FLOATS: "scales",
    _INTS: (
        "axes dilations ends kernel_shape output_padding output_shape pads paddings perm shape "
        "split starts strides"
    ),
}

KINDS: Mapping[str, int] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""The kind of each attribute that is read, by the numbers of `AttributeProto.AttributeType`."""

REQUIRED: Mapping[str, str] = {
    "AveragePool": "kernel_shape", "Cast": "to", "Concat": "axis", "DepthToSpace": "blocksize",
    "GroupNormalization": "num_groups", "If": "then_branch", "LRN": "size", "Loop": "body",
    "LpPool": "kernel_shape", "MaxPool": "kernel_shape", "SpaceToDepth": "blocksize",
}  # fmt: skip
"""What an operator cannot do without."""


def check_attributes(node: Node) -> None:
    """Refuse a node of ONNX's own whose attributes are not those of its operator.

    Raises:
        SpecError: one is of another kind, or missing.
    """
    for one in node.proto.attribute:
        if KINDS.get(one.name, one.type) != one.type and (one.name, one.type) not in _OLD:
            refuse("E702", f"`{node.title}` has a `{one.name}` of the wrong kind")
    needed = REQUIRED.get(node.op_type)
    if needed and needed not in node.attributes:
        refuse("E702", f"`{node.title}` lacks its `{needed}`")


_OLD = {("to", _STRING), ("value", _FLOAT)}
