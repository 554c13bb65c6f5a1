"""Small ONNX models for the tests, written node by node."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import cnncalc
from cnncalc import Graph
from cnncalc.interchange.onnx.read.graph import read_graph


def weight(name: str, *shape: int, dtype: int = TensorProto.FLOAT) -> Any:
    """An initializer of which only the dimensions are there, as with external data."""
    tensor = TensorProto(name=name, data_type=dtype, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="absent.bin")
    return tensor


def numbers(name: str, values: Any, dtype: Any = np.int64) -> Any:
    """An initializer that is read."""
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def model(
    nodes: Sequence[Any],
    inputs: Mapping[str, Sequence[int | str]],
    initializers: Sequence[Any] = (),
    outputs: Sequence[str] = ("y",),
    opset: int = 17,
) -> Any:
    """A model; its outputs have no shapes."""
    ins = [helper.make_tensor_value_info(k, TensorProto.FLOAT, list(v)) for k, v in inputs.items()]
    outs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    graph = helper.make_graph(list(nodes), "test", ins, outs, list(initializers))
    domains = [helper.make_opsetid("", opset), helper.make_opsetid("other", 1)]
    return helper.make_model(graph, opset_imports=domains)


def anonymous(built: Any) -> Any:
    """A model that was written here without what it says of that: read as anyone's is."""
    del built.metadata_props[:]
    del built.training_info[:]
    return built


def empty_nodes(count: int) -> bytes:
    """A model of one activation and many nodes without anything, two bytes each."""
    sound = model([helper.make_node("Relu", ["x"], ["y"])], {"x": (1, 3, 8, 8)})
    graph: bytes = sound.graph.SerializeToString() + bytes((0x0A, 0x00)) * count
    size, digits = len(graph), bytearray()
    while size > 127:
        digits.append(size & 127 | 128)
        size >>= 7
    return b"\x3a" + bytes([*digits, size]) + graph + b"\x42\x02\x10\x11"


def node(op_type: str, *inputs: str, to: str = "y", **attributes: Any) -> Any:
    """A node with one output."""
    return helper.make_node(op_type, list(inputs), [to], **attributes)


def read(built: Any, inputs: Mapping[str | None, tuple[int, ...]] | None = None) -> Graph:
    return read_graph(built, "test", inputs or {})


def one(
    op_type: str,
    shape: Sequence[int | str],
    *initializers: Any,
    opset: int = 17,
    outputs: Sequence[str] = ("y",),
    **attributes: Any,
) -> Graph:
    """The graph of one node on one input `x`, the initializers behind it."""
    names = ["x", *(tensor.name for tensor in initializers)]
    node = helper.make_node(op_type, names, list(outputs), **attributes)
    return read(model([node], {"x": shape}, initializers, outputs, opset))


def totals(graph: Graph) -> tuple[int, int]:
    """Parameters and MACs."""
    counted = cnncalc.summarize(graph).totals
    return counted.parameters, counted.macs


__all__ = [
    "TensorProto",
    "helper",
    "model",
    "node",
    "numbers",
    "one",
    "onnx",
    "read",
    "totals",
    "weight",
]
