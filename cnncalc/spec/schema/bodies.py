"""Bodies as an editor knows them: lines, long forms, merges, what leads a body, labels, lists."""

import inspect

from cnncalc.ops import OPS, Op
from cnncalc.spec.labels import FIRST_OPS
from cnncalc.spec.names import callee_of_op
from cnncalc.spec.schema import patterns
from cnncalc.spec.schema.lines import attribute_schema, line_definitions, usage
from cnncalc.spec.schema.patterns import Schema

_BODY = {"$ref": "#/definitions/body"}
_CALL = {"$ref": "#/definitions/call"}
_ARGUMENTS = {"$ref": "#/definitions/arguments"}
_EXPRESSION = {"$ref": "#/definitions/expression"}


def body_definitions() -> dict[str, Schema]:
    """What stands below `layers`, a block, a branch, a label."""
    forms = [{"$ref": f"#/definitions/{form}"} for form in ("line", "layer", "list")]
    value = {"type": ["string", "number", "array"], "pattern": r"\S", "items": _EXPRESSION}
    return {
        "body": unless_cut({"anyOf": forms}),
        "cut": _cut(),
        "list": {"type": "array", "minItems": 1, "items": _BODY},
        "layer": _layer(),
        "labelled": unless_cut({"anyOf": [*forms, _ARGUMENTS]}),
        "start": unless_cut(_start()),
        **line_definitions(),
        "arguments": unless_cut({"type": "object", "additionalProperties": _EXPRESSION}),
        "quantity": value,
        "expression": {**value, "type": ["boolean", *value["type"]]},
        **{f"about.{name}": {"description": _about(kind)} for name, kind in OPS.items()},
        **{f"op.{kind.name}": _attributes(kind) for kind in OPS.values() if not kind.merges},
    }


def unless_cut(schema: Schema) -> Schema:
    """A schema that says nothing of a flow collection in which a comma parts what is one.

    An editor's reader of YAML cuts `[conv1x1 max(c, 8), relu]` at each comma.
    """
    return {"if": {"$ref": "#/definitions/cut"}, "else": schema}


def _cut() -> Schema:
    """A list or mapping with a part of something in it: an item, a key or a value."""
    part = {"type": "string", "pattern": patterns.CUT}
    mapping = {
        "type": "object",
        "anyOf": [
            {"not": {"propertyNames": {"not": {"pattern": patterns.CUT}}}},
            {"not": {"additionalProperties": {"not": part}}},
        ],
    }
    return {"anyOf": [{"type": "array", "contains": {"anyOf": [part, mapping]}}, mapping]}


def _about(kind: type[Op]) -> str:
    """What an op is: its docstring without the examples, each paragraph on one line."""
    text = inspect.cleandoc(kind.__doc__ or "").partition("\n\nExample:")[0]
    paragraphs = [paragraph.replace("\n", " ") for paragraph in text.split("\n\n")]
    shown = f"{kind.name}: [first, second]" if kind.merges else usage(kind)
    return "\n\n".join([f"`{shown}`", *filter(None, paragraphs)])


def _attributes(kind: type[Op]) -> Schema:
    """An op's attributes in the long form; which are required depends on the key."""
    listed = ", ".join(kind.attributes) or "nothing: write it without `:`"
    return {
        "allOf": [{"$ref": f"#/definitions/about.{kind.name}"}],
        # Over layers it is a label.
        "type": ["object", "array", *([] if kind.name in FIRST_OPS else ["string"])],
        "errorMessage": f"`{kind.name}:` opens a mapping of {listed}",
        "properties": {key: attribute_schema(kind, key) for key in kind.attributes},
        **unless_cut({"propertyNames": {"enum": list(kind.attributes)}}),
        "minItems": 1,
        "items": _BODY,
    }


def _start() -> Schema:
    """A body that begins with a label."""
    label = {
        "type": ["string", "boolean"],
        "pattern": patterns.START,
        "errorMessage": "an output starts from a label: `name: [label, layer]`",
    }
    first = {"$ref": "#/definitions/start"}
    several = {"type": "array", "minItems": 1, "items": [first], "additionalItems": _BODY}
    return {"anyOf": [label, several]}


def _layer() -> Schema:
    """A mapping: one key and what it opens, or an `if` with its `elif` and `else`."""
    keys: dict[str, Schema] = {}
    forms: dict[str, Schema] = {
        patterns.REPEAT: _below("So many times in a row: `repeat 6: dense_layer`."),
        patterns.FOR: _below(
            "For each value of a list: `for i in range(4): conv3x3 2**i`. In a merge's list each "
            "round is a branch."
        ),
        patterns.IF: _below("Where the condition holds: `if stride != 1: conv1x1 64 stride=2`."),
        patterns.ELIF: _below("Where no condition before holds, and this one does."),
        patterns.ELSE: _below("Where no condition beside it holds."),
        patterns.CALL: _ARGUMENTS,
    }
    for name, kind in OPS.items():
        if kind.merges:
            keys[name] = _merge(name)
            continue
        keys[name] = _complete(kind, callee_of_op(kind).required)
        forms.update(_keys_with_arguments(kind))
    lonely = {"pattern": patterns.NO_ELSE, "errorMessage": "it has no `if` beside it"}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": keys,
        "patternProperties": forms,
        "additionalProperties": {"$ref": "#/definitions/labelled"},
        "propertyNames": {
            "pattern": patterns.KEY,
            "errorMessage": "a key is a keyword with what it takes, an op, a block or a label",
            "allOf": [_CALL],
        },
        "if": {"minProperties": 2},
        "then": _choice(),
        "else": {"propertyNames": lonely},
    }


def _below(told: str) -> Schema:
    return {"description": told, "allOf": [_BODY]}


def _merge(name: str) -> Schema:
    return {
        "allOf": [{"$ref": f"#/definitions/about.{name}"}],
        "type": "array",
        "errorMessage": f"`{name}` takes a list of branches",
        **unless_cut(
            {
                "minItems": 1,
                "items": _BODY,
                "if": {"maxItems": 1},
                "then": {"items": {"type": "object", "propertyNames": {"pattern": patterns.FOR}}},
            }
        ),
    }


def _choice() -> Schema:
    alone = [{"not": {"propertyNames": {"pattern": key}}} for key in _PARTS]
    message = "a layer has one key, or an `if` with its `elif` and `else`"
    return {
        "propertyNames": {"pattern": patterns.CHOICE, "errorMessage": message},
        "allOf": alone,
    }


_PARTS = (patterns.IF, patterns.ELIF_OR_ELSE)
"""Keys of a choice that make none without others beside them."""


def _complete(kind: type[Op], required: tuple[str, ...]) -> Schema:
    """The long form of an op whose key leaves these to the mapping."""
    attributes = {"$ref": f"#/definitions/op.{kind.name}"}
    return {"allOf": [attributes], "required": list(required)} if required else attributes


def _keys_with_arguments(kind: type[Op]) -> dict[str, Schema]:
    """The keys of an op that hold its kernel or arguments: the mapping has what they leave."""
    attributes = {"$ref": f"#/definitions/op.{kind.name}"}
    if not patterns.has_kernel(kind):
        return {rf"^\s*{kind.name}\s": attributes} if kind.attributes else {}
    kernel = f"{kind.name}{patterns.KERNEL}"
    others = tuple(key for key in callee_of_op(kind).required if key != kind.on_head)
    once = {"properties": {kind.on_head: False}}
    return {
        rf"^\s*{kernel}\s*$": {**_complete(kind, others), **once},
        rf"^\s*{kernel}\s+\S": {"allOf": [attributes], **once},
        rf"^\s*{kind.name}\s": attributes,
    }
