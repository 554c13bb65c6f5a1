"""A model that was written here, known again: the graph of the spec that stands in it.

ONNX has no words for much that a spec says: several nodes are one layer, equal windows may come
of an adaptive pooling. The spec in a model's metadata is taken for no more than a claim, as anyone
can have written it. Its network is written as nodes once more, and is the model's only where these
are the nodes of the file, with the same inputs, outputs, attributes and tensors; else the model is
read like any other.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import prod
from struct import pack, unpack
from typing import Any

from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.interchange.onnx_model.bounds import WIDE, Allowance
from cnncalc.interchange.onnx_model.numbers import has_numbers, plain_numbers
from cnncalc.interchange.terms.draft import OPSET, WRITERS, Node, Series, TooLongError
from cnncalc.interchange.terms.written import SPEC, Part, heads_part, network_part
from cnncalc.ops.values import Shape
from cnncalc.spec import TIGHT, Bounds, Selection, build
from cnncalc.spec import WIDE as WIDE_SPEC

LONGEST = 200
"""Characters of the spec for each node, beside those of a short one."""

MOST_PARTS = 65_536
"""Nodes of a layer, or windows of a pooling; those of a file are as many where it has more."""

_FLOAT, _INTEGER = 1, 7


def own_graph(model: Any, allowance: Allowance) -> Graph | None:
    """The graph of a model that was written here, or None.

    Raises:
        SpecError: the model has more nodes than may be read.
    """
    text = next((one.value for one in model.metadata_props if one.key == SPEC), None)
    if not isinstance(text, str) or not _may_be_own(model):
        return None
    most = len(model.graph.node) + sum(len(one.algorithm.node) for one in model.training_info)
    if len(text) > 4096 + LONGEST * most:
        return None
    bounds = WIDE_SPEC if allowance.most >= WIDE else TIGHT
    graph = _built(text, bounds._replace(layers=min(bounds.layers, most)))
    if graph is None or not _is_written(graph, model, max(most, MOST_PARTS)):
        return None
    allowance.spend(most)
    bare = graph._replace(expect=(), budget=(), published=(), reference=None)
    return bare._replace(
        layers=tuple(one._replace(origin=()) for one in graph.layers),
        auxiliary=tuple(one._replace(origin=()) for one in graph.auxiliary),
    )


def _may_be_own(model: Any) -> bool:
    """Whether a model has nothing that none has that was written here."""
    opsets = [(one.domain, one.version) for one in model.opset_import]
    others = (model.functions, model.graph.sparse_initializer)
    return opsets == [("", OPSET)] and not any(others) and len(model.training_info) < 2


def _built(text: str, bounds: Bounds) -> Graph | None:
    """The network that a text of anyone's may hold."""
    try:
        return build(text, "metadata", Selection(None, {}, {}), bounds)
    except SpecError:
        return None


def _is_written(graph: Graph, model: Any, most: int) -> bool:
    """Whether a graph gives the nodes of a model, and what they hold."""
    layers = (*graph.layers, *graph.auxiliary)
    if any(type(one.op) not in WRITERS for one in layers):
        return False
    try:
        part = network_part(graph, most)
        heads = heads_part(graph, part.tensors, most) if graph.auxiliary else None
    except TooLongError:
        return False
    if (heads is not None) != bool(model.training_info):
        return False
    held = {name: one.shape for name, one in part.tensors.items()}
    is_same = _is_part(part, model.graph, graph.inputs) and _is_held(held, model.graph)
    if heads is None or not is_same:
        return is_same
    algorithm = model.training_info[0].algorithm
    known = len(heads.given)
    own = {name: one.shape for name, one in heads.tensors.items()}
    given = [_shape_of(one) for one in algorithm.input[known:]]
    return (
        _is_part(heads, algorithm, heads.given, known)
        and not algorithm.initializer
        and given == list(own.items())
    )


def _is_part(
    part: Part, graph: Any, inputs: Mapping[str, Shape], known: int | None = None
) -> bool:
    """Whether a graph of a file has these nodes between these inputs and outputs."""
    given = [_shape_of(one, is_batched=True) for one in graph.input[:known]]
    results = [_shape_of(one, is_batched=True) for one in graph.output]
    return (
        given == list(inputs.items())
        and results == list(part.outputs.items())
        and len(part.nodes) == len(graph.node)
        and all(map(_is_node, part.nodes, graph.node))
    )


def _shape_of(info: Any, *, is_batched: bool = False) -> tuple[str, Shape] | None:
    """The name of an input or output and its shape, the open axis of the batch left out."""
    told = info.type.tensor_type
    axes = [axis.dim_value if axis.HasField("dim_value") else 0 for axis in told.shape.dim]
    if told.elem_type != _FLOAT or (is_batched and axes[:1] != [0]):
        return None
    return info.name, tuple(axes[is_batched:])


def _is_held(tensors: Mapping[str, Shape], graph: Any) -> bool:
    """Whether a file holds these tensors, and no others."""
    held = [(one.name, tuple(one.dims), one.data_type) for one in graph.initializer]
    return held == [(name, shape, _FLOAT) for name, shape in tensors.items()]


def _is_node(node: Node, one: Any) -> bool:
    """Whether a node of a file is this one."""
    return (
        (one.op_type, one.domain, one.name) == (node.operator, "", node.name)
        and tuple(one.input) == node.inputs
        and tuple(one.output) == (node.output, *node.others)
        and _has_attributes(node, one.attribute)
    )


def _has_attributes(node: Node, attributes: Sequence[Any]) -> bool:
    wanted = {name: value for name, value in node.attributes.items() if value is not None}
    if len(attributes) != len(wanted):
        return False
    return all(one.name in wanted and _is_value(wanted[one.name], one) for one in attributes)


def _is_value(value: Any, one: Any) -> bool:
    """Whether an attribute of a file has this value, of its kind."""
    if one.HasField("t"):
        return _is_tensor(value, one.t)
    if isinstance(value, str):
        return bool(one.type == 3 and one.s == value.encode())
    if isinstance(value, float):
        return bool(one.type == 1 and one.f == _single(value))
    if isinstance(value, int):
        return bool(one.type == 2 and one.i == value)
    if one.type == 6:
        return list(one.floats) == [_single(number) for number in value]
    return one.type == 7 and list(one.ints) == list(value)


def _is_tensor(value: Any, tensor: Any) -> bool:
    """Whether a constant has these numbers, as far as they were read: of long ones none is."""
    shape: Shape
    numbers: Iterable[float] = ()
    if isinstance(value, Series):
        shape, is_whole = (value.length,), value.is_whole
    else:
        numbers = value if isinstance(value, Sequence) else (value,)
        shape = (len(numbers),) if isinstance(value, Sequence) else ()
        is_whole = all(isinstance(number, int) for number in numbers)
    if (tuple(tensor.dims), tensor.data_type) != (shape, _INTEGER if is_whole else _FLOAT):
        return False
    if not has_numbers(tensor):
        return prod(shape) > MOST_TOLD
    held = plain_numbers(tensor)
    if held is None:
        return False
    made = islice(value.make(), value.length) if isinstance(value, Series) else numbers
    return all(a == (b if is_whole else _single(b)) for a, b in zip(held, made, strict=True))


MOST_TOLD = 256
"""Numbers of a constant that every file tells; those of longer ones may have been left out."""


def _single(number: float) -> float:
    """The number in single precision."""
    try:
        return float(unpack("f", pack("f", number))[0])
    except OverflowError:
        return number
