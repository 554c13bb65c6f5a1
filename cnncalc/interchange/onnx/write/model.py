"""A graph as an ONNX model: its layers written one by one, under their own names.

The model holds the spec of its network as well, for what ONNX cannot say: that windows came of an
adaptive pooling, or that several nodes are one layer. Who reads it holds it against the nodes.
"""

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.auxiliary import with_auxiliary
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.terms.draft import IR_VERSION, OPSET, Node, Series
from cnncalc.interchange.terms.written import SPEC, Part, Tensor, heads_part, network_part
from cnncalc.interchange.unwritable import UnwritableError
from cnncalc.ops.values import Shape

Tensors = Mapping[str, Mapping[str, Any]]

BATCH = "N"
"""The name of the batch's axis: a model takes any number of examples."""

LARGEST = 2**31 - 2**20
"""The bytes that a protobuf message holds, less room for the nodes."""


class ModelTooLargeError(ValueError):
    """The weights do not fit into one file."""


def model(
    graph: Graph, tensors: Tensors | None, file: str, *, auxiliary: bool = False
) -> onnx.ModelProto:
    """The model of a network; without weights its initializers have their dims alone.

    These then stand as external data in the file `<file>.data`, which nobody writes: ONNX's own
    form for weights that lie elsewhere, so that shapes are inferred and pictures are drawn.

    Heads for training are outputs like others where they are asked for. Else they stand where
    ONNX has what is used in training alone, without weights: no runtime looks there.

    Raises:
        ModelTooLargeError: the weights take more than 2 GiB.
    """
    graph = with_auxiliary(graph) if auxiliary else graph
    part = network_part(graph)
    made = helper.make_graph(
        list(map(proto, part.nodes)),
        graph.name,
        infos(graph.inputs),
        infos(part.outputs),
        initializers(part.tensors, tensors, f"{file}.data"),
        graph.source,
        infos({name: one for name, one in part.shapes.items() if name not in part.outputs}),
    )
    found = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="cnncalc",
    )
    if text := spec_of(graph):
        helper.set_model_props(found, {SPEC: text})
    if graph.auxiliary:
        add_heads(found, heads_part(graph, part.tensors))
    return found


def spec_of(graph: Graph) -> str:
    """The spec of the network alone: what its author states of it is no part of a model."""
    bare = graph._replace(expect=(), budget=(), published=(), reference=None)
    try:
        return render_resolved(bare)
    except UnwritableError:
        return ""


def add_heads(found: onnx.ModelProto, part: Part) -> None:
    """Put heads for training into a model, their weights as inputs.

    Source: onnx/onnx.proto3, message TrainingInfoProto.
    """
    held = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, one.shape)
        for name, one in part.tensors.items()
    ]
    heads = helper.make_graph(
        list(map(proto, part.nodes)), "heads", infos(part.given) + held, infos(part.outputs)
    )
    found.training_info.add().algorithm.CopyFrom(heads)


def initializers(
    held: Mapping[str, Tensor], tensors: Tensors | None, location: str
) -> list[onnx.TensorProto]:
    """The tensors of layers, with values where there are some."""
    if tensors is None:
        return [weightless(full, one.shape, location) for full, one in held.items()]
    return [
        numpy_helper.from_array(
            np.asarray(tensors[one.layer][one.name], np.float32).reshape(one.shape), full
        )
        for full, one in held.items()
    ]


def proto(node: Node) -> onnx.NodeProto:
    """A node as ONNX holds it; the values of a constant are of the type that they show."""
    attributes = node.attributes
    if node.operator == "Constant":
        attributes = {"value": numpy_helper.from_array(array(attributes["value"]))}
    return helper.make_node(
        node.operator, list(node.inputs), [node.output, *node.others], node.name, **attributes
    )


def array(value: Any) -> Any:
    """The values of a constant."""
    if isinstance(value, Series):
        kind: Any = np.int64 if value.is_whole else np.float32
        return np.fromiter(value.make(), kind, value.length)
    values = np.asarray(value)
    return values.astype(np.int64 if values.dtype.kind == "i" else np.float32)


def infos(shapes: Mapping[str, Shape]) -> list[onnx.ValueInfoProto]:
    """The shapes of tensors, the batch before them."""
    return [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, *shape])
        for name, shape in shapes.items()
    ]


def weightless(name: str, shape: Shape, location: str) -> onnx.TensorProto:
    """An initializer whose values lie in a file that need not be there."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def check_size(layers: Iterable[Layer]) -> None:
    """Refuse weights that one file cannot hold.

    Raises:
        ModelTooLargeError: they take more than 2 GiB.
    """
    held = sum(
        4 * prod(shape)
        for layer in layers
        for tensors in (layer.parameters, layer.buffers)
        for shape in tensors.values()
    )
    if held > LARGEST:
        raise ModelTooLargeError(
            f"the weights take {held:,} bytes, an ONNX file holds 2 GiB at most"
        )
