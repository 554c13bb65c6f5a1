"""Tensors of a model as values: dimensions always, numbers where they are few."""

import re
from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.numbers import array_of, has_numbers
from cnncalc.interchange.onnx_model.values import Node, Value, check_axes

FLOATS = frozenset({1, 10, 11, 16})
"""The element types that are trained: float, float16, double, bfloat16."""

SMALL = frozenset({2, 3, *range(17, 24), 25, 26, 27, 28})
"""Those that only weights are made smaller to: integers of at most 8 bits, floats below 16."""

FEW = 1024
"""Numbers of an initializer that are read: axes, sizes, limits."""

BUFFERS = frozenset(
    {
        "anchor_points", "anchors", "attn_mask", "bands", "filt", "height_lookup",
        "imagenet_mean", "imagenet_std", "input_max", "input_min", "inv_freq", "k_bias", "mean",
        "moving_mean", "moving_variance", "num_batches_tracked", "output_max", "output_min",
        "periods", "position_ids",
        "rel_coords_log", "rel_indices", "relative_coordinates_log", "relative_coords_table",
        "relative_position_index", "rope.pos_embed", "running_mean", "running_var", "std", "t_x",
        "t_y", "var", "width_lookup",
    }
)  # fmt: skip
"""Names that networks of PyTorch, and of Keras, give to what they keep and do not train: one part,
or two."""


_MADE_UP = re.compile(r"_?lifted_tensor_\d+$|val_\d+$")
"""Names that PyTorch's exporter gives to constants; where a weight stands they count as well."""


_SCALE = re.compile(r"(weight|bias|quantized|Transposed)_scale$|_zero_point$")
"""Names that ONNX Runtime gives to what turns integers into numbers; none of these is trained."""


def initializer(tensor: Any) -> Value:
    """A stored tensor."""
    shape = check_axes(tuple(tensor.dims), tensor.name)
    told = tensor if prod(shape) <= FEW and has_numbers(tensor) else None
    return stored(Value(tensor.name, shape, tensor.data_type, told))


def sparse(tensor: Any) -> Value:
    """A stored tensor of which the file has only what is not zero."""
    shape = check_axes(tuple(tensor.dims), tensor.values.name)
    return stored(Value(tensor.values.name, shape, tensor.values.data_type))


def stored(value: Value) -> Value:
    """A value of the file, trained unless its type or its name says otherwise."""
    is_trained = value.dtype in FLOATS and _is_weight(value.name, prod(value.shape))
    sources = (value.name,) if is_trained else ()
    return value._replace(sources=sources, is_stored=not _is_buffer(value.name))


_PARAMETER = re.compile(r"(onnx::)?[A-Za-z_]\w*(\.\w+)*")


def is_equal_one(node: Node) -> bool:
    """Whether a node hands a stored tensor on as another that is equal to it.

    PyTorch's older exporter stores equal tensors once, as the scales of a network that is not
    trained yet, and gives each of the others its own name by such a node; a tensor that layers
    share has one name. What nodes give has a `/` or no letters in its name.
    """
    names = (*node.inputs, *node.outputs)
    is_copy = node.op_type == "Identity" and not node.domain and len(names) == 2
    return is_copy and not node.proto.metadata_props and all(map(_PARAMETER.fullmatch, names))


def _is_weight(name: str, length: int) -> bool:
    last = name.rpartition(".")[2]
    if _is_buffer(name) or _MADE_UP.match(last) or is_scale(name):
        return False
    return length > 1 or "." in name


def is_scale(name: str) -> bool:
    """Whether a name is one that ONNX Runtime gives to scales and zero points."""
    return _SCALE.search(name.rpartition(".")[2]) is not None


def _is_buffer(name: str) -> bool:
    parts = name.replace("/", ".").split(".")
    return parts[-1] in BUFFERS or ".".join(parts[-2:]) in BUFFERS


def of_array(array: Any, sources: tuple[str, ...] = ()) -> Value:
    """The value of an array, whose name is given later."""
    return Value("", tuple(array.shape), _TYPES.get(array.dtype.name, 1), array, sources=sources)


def of_numbers(numbers: Any, dtype: str) -> Value:
    """The value of a number or a list of them."""
    import numpy as np  # most constants are tensors

    return of_array(np.asarray(numbers, dtype))


_TYPES = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7,
    "bool": 9, "float16": 10, "float64": 11, "uint32": 12, "uint64": 13,
}  # fmt: skip


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


_READ: Mapping[int, Callable[[Any], Any]] = {
    1: lambda one: one.f,
    2: lambda one: one.i,
    3: lambda one: _text(one.s),
    4: lambda one: array_of(one.t) if has_numbers(one.t) else None,
    5: lambda one: one.g,
    6: lambda one: tuple(one.floats),
    7: lambda one: tuple(one.ints),
    8: lambda one: tuple(map(_text, one.strings)),
}
"""How the attributes of each kind are read, by the number of the kind."""


def attributes(proto: Any) -> Mapping[str, Any]:
    """The attributes of a node as Python has them; the tensor of a constant as it is."""
    if proto.op_type == "Constant":
        return {one.name: one.t if one.type == 4 else _value(one) for one in proto.attribute}
    return {one.name: _value(one) for one in proto.attribute}


def _value(one: Any) -> Any:
    read = _READ.get(one.type)
    return None if read is None else read(one)


_CONSTANTS = {
    "value_int": "int64",
    "value_ints": "int64",
    "value_float": "float32",
    "value_floats": "float32",
    "value_string": "str",
    "value_strings": "str",
}
"""The element types of constants that are written without a tensor."""


def of_node(node: Node) -> Value:
    """The value of a `Constant` node, which is not trained."""
    output = node.outputs[0] if node.outputs else ""
    given: list[tuple[str, Any]] = [
        (name, value) for name, value in node.attributes.items() if name.startswith("value")
    ]
    name, value = (*given, ("", None))[0]
    if name == "value" and hasattr(value, "dims"):
        shape = check_axes(tuple(value.dims), output)
        told = value if has_numbers(value) else None
        return Value(output, shape, value.data_type, told, is_stored=True)
    dtype = _CONSTANTS.get(name)
    if dtype is None:
        refuse("E702", f"the constant `{output}` has no value")
    return of_numbers(value, dtype)._replace(name=output)
