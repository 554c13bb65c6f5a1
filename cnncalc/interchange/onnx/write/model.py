"""A graph as an ONNX model: its layers written one by one, under their own names."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.terms.draft import IR_VERSION, OPSET, WRITERS, Draft, Node
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

    Raises:
        ModelTooLargeError: the weights take more than 2 GiB.
    """
    layers = (*graph.layers, *graph.auxiliary) if auxiliary else graph.layers
    outputs = {**graph.outputs, **(graph.auxiliary_outputs if auxiliary else {})}
    names = tensor_names(graph, layers, outputs)
    shapes = {**graph.inputs, **{layer.name: layer.output_shape for layer in layers}}
    nodes: list[Node] = []
    initializers = []
    shared: set[str] = set()
    for layer in layers:
        draft = written(layer, names, next(iter(graph.inputs)))
        nodes += draft.nodes
        for full, (name, shape) in draft.parameters.items():
            if full in shared:  # it is the tensor of an earlier layer
                continue
            shared.add(full)
            if tensors is None:
                initializers.append(weightless(full, shape, f"{file}.data"))
            else:
                array = np.asarray(tensors[layer.name][name], np.float32).reshape(shape)
                initializers.append(numpy_helper.from_array(array, full))
    given = [info(name, shape) for name, shape in graph.inputs.items()]
    results = [info(name, shapes[source]) for name, source in outputs.items()]
    held = [info(names[one.name], one.output_shape) for one in layers]
    nodes += copies(outputs, names)
    made = helper.make_graph(
        list(map(proto, nodes)),
        graph.name,
        given,
        results,
        initializers,
        graph.source,
        [one for one in held if one.name not in outputs],
    )
    return helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="cnncalc",
    )


def written(layer: Layer, names: Mapping[str, str], network_input: str) -> Draft:
    """The nodes of one layer; the last gives its tensor under its name."""
    draft = Draft(layer, [names[name] for name in layer.inputs], network_input)
    result = WRITERS[type(layer.op)](layer.op, draft)
    last = draft.nodes[-1]
    if last.output != result:
        raise ValueError(f"the writer of `{layer.op.name}` ends with another node")
    name = f"{layer.name}/{last.operator}"  # a scope, for those who read the model
    draft.nodes[-1] = last._replace(output=names[layer.name], name=name)
    return draft


def tensor_names(
    graph: Graph, layers: tuple[Layer, ...], outputs: Mapping[str, str]
) -> dict[str, str]:
    """What each tensor is called: as its layer, unless an output gives it a name."""
    names = {name: name for name in (*graph.inputs, *(layer.name for layer in layers))}
    taken = set(names)
    for output, source in outputs.items():
        if output not in taken and names[source] == source and source not in graph.inputs:
            names[source] = output
            taken.add(output)
    return names


def copies(outputs: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Node]:
    """For an output that is another's tensor, or an input's, a node that hands it on."""
    for output, source in outputs.items():
        if names[source] != output:
            yield Node("Identity", (names[source],), output, output, {})


def proto(node: Node) -> onnx.NodeProto:
    """A node as ONNX holds it; the values of a constant are of the type that they show."""
    attributes = node.attributes
    if node.operator == "Constant":
        values = np.asarray(attributes["value"])
        kind = np.int64 if values.dtype.kind == "i" else np.float32
        attributes = {"value": numpy_helper.from_array(values.astype(kind))}
    return helper.make_node(
        node.operator, list(node.inputs), [node.output, *node.others], node.name, **attributes
    )


def info(name: str, shape: Shape) -> onnx.ValueInfoProto:
    """The shape of a tensor, the batch before it."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, *shape])


def weightless(name: str, shape: Shape, location: str) -> onnx.TensorProto:
    """An initializer whose values lie in a file that need not be there."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def check_size(layers: tuple[Layer, ...]) -> None:
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
