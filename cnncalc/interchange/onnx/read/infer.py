"""Shapes by ONNX's own rules, for operators that have none here."""

from collections.abc import Mapping
from math import prod
from typing import Any

import onnx
from onnx import checker, defs, helper, inliner, numpy_helper, shape_inference

from cnncalc.interchange.families.einsum import summed_shape
from cnncalc.interchange.onnx_model.bounds import INFERENCE_STEPS, NUMBERS_A_STEP, Allowance
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.schema import NESTED
from cnncalc.interchange.onnx_model.tensors import attributes
from cnncalc.interchange.onnx_model.values import Node, Site, Value
from cnncalc.ops.values import Shape

FAILURES = (
    checker.ValidationError,
    shape_inference.InferenceError, RuntimeError, ValueError, TypeError, AttributeError, KeyError,
)  # fmt: skip
"""What ONNX raises on models that are not sound."""

MOST_CALLS = 200
"""Functions that call each other, one within another."""

MOST_NODES = 200_000
"""Nodes of a model when the bodies of its functions stand in the place of their calls."""


def inlined(model: Any, allowance: Allowance) -> Any:
    """The model with the bodies of its own functions in the place of their calls.

    Raises:
        SpecError: its functions are not sound.
    """
    _check_length(model, allowance)
    try:
        return inliner.inline_local_functions(model)
    except FAILURES:
        refuse("E702", "the functions that the model defines are not sound")


def _check_length(model: Any, allowance: Allowance) -> None:
    """Refuse functions that call each other until their nodes are past counting."""
    bodies = {(one.domain, one.name): one.node for one in model.functions}
    lengths: dict[tuple[str, str], int] = {}

    most = min(MOST_NODES, allowance.steps)

    def length(nodes: Any, depth: int) -> int:
        if not depth:
            refuse("E702", "the functions that the model defines call each other without end")
        total = 0
        for node in nodes:
            key = (node.domain, node.op_type)
            if key in bodies and key not in lengths:
                lengths[key] = length(bodies[key], depth - 1)
            total += lengths.get(key, 1)
            total += sum(
                length(one.g.node, depth - 1) for one in node.attribute if one.HasField("g")
            )
        return total

    found = length(model.graph.node, MOST_CALLS)
    if found > most:
        told = f"with its functions the model has {found:,} nodes; {most:,} are read"
        refuse("E703", told, allowance.hint)


ENDLESS = "Einsum"
"""The operator that ONNX's own inference is never asked about, wherever it stands: it does not
come back from some equations that are none."""


def _is_endless(node: Any) -> bool:
    """Whether that operator stands in a graph within a node."""
    pending = [node]
    while pending:
        for attribute in pending.pop().attribute:
            inner = [one for graph in (attribute.g, *attribute.graphs) for one in graph.node]
            if any(one.op_type == ENDLESS for one in inner):
                return True
            pending += [one for one in inner if one.attribute]
    return False


class Inference:
    """The shapes that ONNX infers for single nodes, from all that is known of their inputs."""

    def __init__(self, model: Any, axes: Mapping[str, int], allowance: Allowance) -> None:
        self.allowance = allowance
        self.axes = axes
        self.opsets = {one.domain: one.version for one in model.opset_import}
        self.imports = list(model.opset_import)
        self.ir_version = model.ir_version
        self.declared = {one.name: one.type for one in model.graph.value_info}
        self.declared |= {one.name: one.type for one in model.graph.output}

    def outputs(self, site: Site) -> list[tuple[Shape | None, int]]:
        """The shape and element type of each output; no shape where that depends on values.

        Raises:
            SpecError: the node is not sound.
        """
        inferred = self._inferred(site)
        found: list[tuple[Shape | None, int]] = []
        for name in site.node.outputs:
            told = _plain(inferred.get(name), {}) or _plain(self.declared.get(name), self.axes)
            element = inferred[name].tensor_type.elem_type if name in inferred else 0
            found.append(told or (None, element))
        return found

    def _inferred(self, site: Site) -> dict[str, Any]:
        node, proto = site.node, _proto(site.node)
        if proto is None:
            return {}
        if node.op_type == ENDLESS:
            told = helper.make_tensor_type_proto(1, summed_shape(site))
            return dict.fromkeys(node.outputs, told)
        if node.op_type in NESTED and _is_endless(proto):
            return {}
        read = sum(prod(one.shape) for one in site.known if one.told is not None)
        self.allowance.spend(INFERENCE_STEPS + proto.ByteSize() // 4096 + read // NUMBERS_A_STEP)
        try:
            schema = defs.get_schema(node.op_type, self.opsets.get(node.domain, 1), node.domain)
        except defs.SchemaError:
            return {}
        both = zip(node.inputs, site.values, strict=True)
        named = {name: value for name, value in both if value is not None}
        try:
            types = {name: _type(value) for name, value in named.items()}
            data = {
                name: numpy_helper.from_array(data)
                for name, value in named.items()
                if (data := value.data) is not None
            }
            return dict(
                shape_inference.infer_node_outputs(
                    schema,
                    proto,
                    types,
                    data,
                    opset_imports=self.imports,
                    ir_version=self.ir_version or onnx.IR_VERSION,
                )
            )
        except FAILURES:
            is_declared = all(_plain(self.declared.get(name), self.axes) for name in node.outputs)
            if len(named) < sum(map(bool, node.inputs)) or node.op_type in NESTED or is_declared:
                return {}  # lists are shown to no one, and bodies read what is around them
            shown = f"{node.domain}::{node.op_type}".removeprefix("::")
            refuse("E703", f"`{site.title}` ({shown}) does not suit what it reads")


def _proto(node: Node) -> Any:
    """A node of the file with the names that it reads; None for one that the file has not."""
    told = node.proto
    if node.parts or node.op_type != told.op_type or len(node.inputs) != len(told.input):
        return None
    if node.inputs == tuple(told.input):
        return told
    if node.op_type in NESTED or node.attributes != attributes(told):
        return None
    proto = onnx.NodeProto()
    proto.CopyFrom(told)
    del proto.input[:]
    proto.input.extend(node.inputs)
    return proto


def _type(value: Value) -> Any:
    return helper.make_tensor_type_proto(value.dtype or 1, value.shape)


def _plain(told: Any, axes: Mapping[str, int]) -> tuple[Shape, int] | None:
    """The axes and the element type that are told, when no axis is left open."""
    if told is None or not told.HasField("tensor_type"):
        return None
    tensor = told.tensor_type
    if not tensor.HasField("shape"):
        return None
    found = [_axis(axis, axes) for axis in tensor.shape.dim]
    shape = tuple(axis for axis in found if axis is not None)
    return (shape, tensor.elem_type) if len(shape) == len(found) else None


def _axis(axis: Any, axes: Mapping[str, int]) -> int | None:
    return int(axis.dim_value) if axis.HasField("dim_value") else axes.get(axis.dim_param)
