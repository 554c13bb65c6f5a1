"""The numbers in a tensor of a model, read when they are asked for.

Few tensors are ever asked: axes, sizes, limits. NumPy is loaded for those only that something is
computed from. Source: onnx/onnx.proto3, message TensorProto.
"""

from math import prod
from struct import calcsize, unpack
from typing import Any

MOST = 65_536
"""Numbers that are computed with; what is longer is a weight or a mask, not a shape."""

_EXTERNAL = 1
"""The `data_location` of what another file holds."""

_PLAIN = {1: ("f", "float_data"), 6: ("i", "int32_data"), 7: ("q", "int64_data")}
"""The element types that are read without NumPy: as `struct` calls them, and their own field."""


def has_numbers(tensor: Any) -> bool:
    """Whether the file holds the numbers of a tensor, and they are few."""
    length = prod(tensor.dims)
    if tensor.data_location == _EXTERNAL or length > MOST:
        return False
    return not length or bool(
        tensor.raw_data
        or tensor.float_data
        or tensor.int32_data
        or tensor.int64_data
        or tensor.double_data
        or tensor.uint64_data
        or tensor.string_data
    )


def plain_numbers(tensor: Any) -> tuple[Any, ...] | None:
    """The numbers in their order; None when they are of no usual type, or not as many as told."""
    letter, field = _PLAIN.get(tensor.data_type, (None, ""))
    if letter is None:
        return None
    layout = f"<{prod(tensor.dims)}{letter}"
    if len(tensor.raw_data) == calcsize(layout):
        return unpack(layout, tensor.raw_data)
    found = tuple(getattr(tensor, field))
    return found if len(found) == prod(tensor.dims) else None


def array_of(tensor: Any) -> Any:
    """The numbers as an array; None when they are damaged."""
    import numpy as np  # few models need it
    from onnx.numpy_helper import to_array  # as NumPy

    try:
        return np.asarray(to_array(tensor))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        return None
