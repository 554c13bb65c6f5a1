"""Shapes by ONNX's own rules, for operators that have none here."""

import sys
from typing import Any

import onnx
from onnx import checker, defs, helper, numpy_helper, shape_inference

from cnncalc.interchange.onnx_file import refuse
from cnncalc.interchange.onnx_values import Node, Site, Value
from cnncalc.ops.values import Shape

FAILURES = (
    checker.ValidationError,
    shape_inference.InferenceError, RuntimeError, ValueError, TypeError, AttributeError, KeyError,
)  # fmt: skip
"""What ONNX raises on models that are not sound."""


def inlined(model: Any) -> Any:
    """The model with the bodies of its own functions in the place of their calls.

    Raises:
        SpecError: its functions are not sound.
    """
    if not model.functions:
        return model
    from onnx import inliner  # noqa: PLC0415 - few models have functions

    try:
        return inliner.inline_local_functions(model)
    except FAILURES:
        refuse("E702", "the functions that the model defines are not sound")


class Inference:
    """The shapes that ONNX infers for single nodes, from all that is known of their inputs."""

    def __init__(self, model: Any) -> None:
        self.opsets = {one.domain: one.version for one in model.opset_import}
        self.kinds: dict[str, dict[str, int]] = {}
        self.arity: dict[str, tuple[int, int]] = {}
        self.required: dict[str, set[str]] = {}
        self.imports = list(model.opset_import)
        self.ir_version = model.ir_version
        self.declared = {one.name: one.type for one in model.graph.value_info}
        self.declared |= {one.name: one.type for one in model.graph.output}

    def check(self, node: Node) -> None:
        """Refuse a node of ONNX's own whose attributes are not those of its operator.

        Raises:
            SpecError: one is of another kind, or missing.
        """
        kinds = self._kinds(node.op_type)
        title = node.name or node.op_type
        for one in node.proto.attribute:
            if kinds.get(one.name, one.type) != one.type:
                refuse("E702", f"`{title}` has a `{one.name}` of the wrong kind")
        fewest, most = self.arity[node.op_type]
        if not fewest <= len(node.inputs) <= most:
            refuse("E702", f"`{title}` ({node.op_type}) has {len(node.inputs)} inputs")
        missing = self.required[node.op_type] - node.attributes.keys()
        if missing:
            refuse("E702", f"`{title}` lacks its `{min(missing)}`")

    def _kinds(self, op_type: str) -> dict[str, int]:
        """The kind of each attribute of an operator, by its number."""
        found = self.kinds.get(op_type)
        if found is None:
            try:
                schema = defs.get_schema(op_type, self.opsets.get("", 1), "")
                told = schema.attributes
            except defs.SchemaError:
                schema, told = None, {}
            found = self.kinds[op_type] = {
                name: int(one.type.value if hasattr(one.type, "value") else one.type)
                for name, one in told.items()
            }
            self.arity[op_type] = (
                (schema.min_input, schema.max_input) if schema else (0, sys.maxsize)
            )
            self.required[op_type] = {name for name, one in told.items() if one.required}
        return found

    def outputs(self, site: Site) -> list[tuple[Shape, int]]:
        """The shape and element type of each output.

        Raises:
            SpecError: they cannot be told.
        """
        inferred = self._inferred(site)
        found = []
        for name in site.node.outputs:
            told = _plain(inferred.get(name)) or _plain(self.declared.get(name))
            if told is None and name:
                shown = f"{site.node.domain}::{site.node.op_type}".removeprefix("::")
                refuse("E703", f"the shape of what `{site.title}` ({shown}) gives cannot be told")
            found.append(told or ((), 0))
        return found

    def _inferred(self, site: Site) -> dict[str, Any]:
        node = site.node
        if node.is_fused:
            return {}
        try:
            schema = defs.get_schema(node.op_type, self.opsets.get(node.domain, 1), node.domain)
        except defs.SchemaError:
            return {}
        both = zip(node.inputs, site.values, strict=True)
        named = {name: value for name, value in both if value is not None}
        try:
            types = {name: _type(value) for name, value in named.items()}
            data = {
                name: numpy_helper.from_array(value.data)
                for name, value in named.items()
                if value.data is not None
            }
            return dict(
                shape_inference.infer_node_outputs(
                    schema,
                    node.proto,
                    types,
                    data,
                    opset_imports=self.imports,
                    ir_version=self.ir_version or onnx.IR_VERSION,
                )
            )
        except FAILURES:
            return {}


def _type(value: Value) -> Any:
    return helper.make_tensor_type_proto(value.dtype or 1, value.shape)


def _plain(told: Any) -> tuple[Shape, int] | None:
    """The axes and the element type that are told, when no axis is left open."""
    if told is None or not told.HasField("tensor_type"):
        return None
    tensor = told.tensor_type
    if not tensor.HasField("shape"):
        return None
    if not all(axis.HasField("dim_value") for axis in tensor.shape.dim):
        return None
    return tuple(axis.dim_value for axis in tensor.shape.dim), tensor.elem_type
