"""Tensors of a model as values: dimensions always, numbers where they are few."""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
import onnx
from onnx.numpy_helper import to_array

from cnncalc.interchange.onnx_file import refuse
from cnncalc.interchange.onnx_fold import MOST
from cnncalc.interchange.onnx_values import Node, Value, check_axes

FLOATS = frozenset({1, 10, 11, 16})
"""The element types that are trained: float, float16, double, bfloat16."""

FEW = 1024
"""Numbers of an initializer that are read: axes, sizes, limits."""

BUFFERS = frozenset(
    {
        "anchor_points", "anchors", "attn_mask", "filt", "inv_freq", "num_batches_tracked",
        "position_ids", "relative_coords_table", "relative_position_index", "running_mean",
        "running_var",
    }
)  # fmt: skip
"""Names that PyTorch's networks give to what they keep and do not train."""


def initializer(tensor: Any) -> Value:
    """A stored tensor, trained unless its type or its name says otherwise."""
    shape = check_axes(tuple(tensor.dims), tensor.name)
    is_trained = tensor.data_type in FLOATS and _is_weight(tensor.name, prod(shape))
    data = numbers(tensor) if prod(shape) <= FEW else None
    sources = (tensor.name,) if is_trained else ()
    return Value(tensor.name, shape, tensor.data_type, data, None, sources)


def _is_weight(name: str, length: int) -> bool:
    last = name.rpartition(".")[2]
    if last in BUFFERS or name.startswith(("lifted_tensor", "_lifted_tensor")):
        return False
    return length > 1 or "." in name


def numbers(tensor: Any) -> Any:
    """The values of a tensor, or None when the file does not hold them."""
    length = prod(tensor.dims)
    if tensor.data_location == onnx.TensorProto.EXTERNAL or length > MOST:
        return None
    if length and not _has_values(tensor):
        return None
    try:
        return np.asarray(to_array(tensor))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        return None


def _has_values(tensor: Any) -> bool:
    return bool(
        tensor.raw_data
        or tensor.float_data
        or tensor.int32_data
        or tensor.int64_data
        or tensor.double_data
        or tensor.uint64_data
        or tensor.string_data
    )


def number_type(array: Any) -> int:
    """The number of ONNX's element type for an array."""
    return _TYPES.get(array.dtype.name, 1)


_TYPES = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9,
    "float16": 10, "float64": 11, "uint32": 12, "uint64": 13,
}  # fmt: skip


def attributes(proto: Any) -> Mapping[str, Any]:
    """The attributes of a node as Python has them; tensors and graphs as they are."""
    found: dict[str, Any] = {}
    for one in proto.attribute:
        kind = one.type
        if kind == 1:
            found[one.name] = one.f
        elif kind == 2:
            found[one.name] = one.i
        elif kind == 3:
            found[one.name] = one.s.decode(errors="replace")
        elif kind == 4:
            found[one.name] = numbers(one.t) if one.name != "value" else one.t
        elif kind == 5:
            found[one.name] = one.g
        elif kind == 6:
            found[one.name] = tuple(one.floats)
        elif kind == 7:
            found[one.name] = tuple(one.ints)
        elif kind == 8:
            found[one.name] = tuple(text.decode(errors="replace") for text in one.strings)
    return found


def of_node(node: Node) -> Value:
    """The value of a `Constant` node, which is not trained."""
    output = node.outputs[0] if node.outputs else ""
    for name, value in node.attributes.items():
        if name == "value" and hasattr(value, "dims"):
            shape = check_axes(tuple(value.dims), output)
            return Value(output, shape, value.data_type, numbers(value))
        if name in {"value_int", "value_ints"}:
            array = np.asarray(value, np.int64)
            return Value(output, array.shape, 7, array)
        if name in {"value_float", "value_floats"}:
            array = np.asarray(value, np.float32)
            return Value(output, array.shape, 1, array)
        if name in {"value_string", "value_strings"}:
            texts = np.asarray(value, np.object_)
            return Value(output, texts.shape, 8)
    refuse("E702", f"the constant `{output}` has no value")
