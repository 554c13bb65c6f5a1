"""The spec language as a JSON Schema, for editors.

Everything is told by the tables that the parser reads: the keys, the metrics and their units, the
ops with their attributes and what those take. The schema refuses nothing that the parser accepts.
What only the whole file tells, it lets pass: what a block is called, whether shapes fit.
"""

from collections.abc import Mapping

from cnncalc.spec.document.read import KEYS, VARIANT_KEYS
from cnncalc.spec.kernels import KERNELS
from cnncalc.spec.schema import patterns
from cnncalc.spec.schema.bodies import body_definitions, unless_cut
from cnncalc.spec.schema.patterns import Schema
from cnncalc.spec.schema.quantities import quantity_definitions


def spec_schema() -> Schema:
    """The schema of a spec, draft 7: what YAML language servers know best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cnncalc spec",
        "description": "A convolutional network: its input, its layers, and what must hold.",
        **_mapping(KEYS),
        "required": ["input", "layers"],
        "definitions": {
            "text": {"type": ["string", "number", "boolean"]},
            "name": _name(patterns.NAME),
            "input": _input(),
            "vars": unless_cut(
                {
                    "type": ["object", "null"],
                    "propertyNames": _name(patterns.VARIABLE),
                    "additionalProperties": {"$ref": "#/definitions/value"},
                }
            ),
            "value": unless_cut(
                {
                    "type": ["string", "number", "boolean", "null", "array"],
                    "pattern": r"\S",
                    "items": {"$ref": "#/definitions/value"},
                }
            ),
            "require": unless_cut(
                {
                    "type": ["object", "null"],
                    "additionalProperties": {"$ref": "#/definitions/text"},
                }
            ),
            "blocks": _blocks(),
            "outputs": _outputs(),
            "auxiliary": {
                "type": ["object", "null"],
                "propertyNames": {"$ref": "#/definitions/name"},
                "additionalProperties": {"$ref": "#/definitions/start"},
            },
            "variants": {
                "type": ["object", "null"],
                "additionalProperties": {"$ref": "#/definitions/variant"},
            },
            "variant": {
                "description": "What the variant lays over the file.",
                **_mapping(VARIANT_KEYS),
                "type": ["object", "null"],
            },
            "weights": _weights(),
            **quantity_definitions(),
            **body_definitions(),
        },
    }


_KINDS: Mapping[str, str] = {
    "name": "text",
    "source": "text",
    "reference": "text",
    "description": "text",
    "layers": "body",
}
"""The definitions of keys that have no definition of their own name."""


KEY_TEXTS: Mapping[str, str] = {
    "name": "What the network is called.",
    "source": "The paper or the code that the network follows.",
    "reference": "What the counts are equal to: `torchvision:resnet50`, `timm:mixnet_s`, or a "
    "table of the paper. A variant states its own.",
    "description": "What else there is to say, in sentences.",
    "input": "The shape of the input: `3x224x224` is C x H x W, `2x100` C x L, `3x16x112x112` "
    "C x D x H x W, `784` features. Several inputs are a mapping of label to shape.",
    "vars": "Variables: numbers, true or false, lists, the name of a block or an op, or what "
    "others give, `(depth-2)//6`. A variant or `--set name=value` overrides them; null waits for "
    "one of these.",
    "require": "Conditions that the variables must fulfil, each with what to say where one does "
    "not: `depth % 6 == 2: depth is 6n + 2`.",
    "blocks": "Reusable groups of layers: name and parameters, as `bottleneck width stride=1`, "
    "and a body below it.",
    "layers": "The layers of the network, in order.",
    "outputs": "What the network gives: a list of labels, or a mapping of name to a body that "
    "starts from a label. Unless said, the last layer.",
    "auxiliary": "Heads for training only: name to a body that starts from a label. They count "
    "with `--auxiliary` alone.",
    "variants": "Networks of one family: each lays its own variables, input, expectations and "
    "budget over the file. `vgg.yaml:16` names one.",
    "weights": "Values of weights, by the name of a layer: lists, `[[1, 0, -1], [2, 0, -2]]`, the "
    "outermost axis first, or of the last axes for all others alike; a number; a kernel that has "
    "a name, as `blur`; or a mapping of `weight` and `bias` to these.",
    "expect": "Numbers that must hold: exact, `61_100_840`, or rounded as printed, `61.1M`. Of "
    "the network by metric, of a layer or group under its label.",
    "budget": 'Limits: `61M` or `"<= 61M"`, `">= 224"`, `224..512`; bytes have a unit, `4 MiB`. '
    "Of the network by metric, of a layer or group under its label.",
    "published": "Figures that the source prints, shown beside ours: by metric, or under a label.",
}
"""What an editor shows of each key: the words that no table has."""


def _mapping(keys: tuple[str, ...]) -> Schema:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {
            key: {
                "description": KEY_TEXTS.get(key, key),
                "allOf": [{"$ref": f"#/definitions/{_KINDS.get(key, key)}"}],
            }
            for key in keys
        },
        "additionalProperties": False,
    }


def _name(pattern: str) -> Schema:
    message = "a name has letters, digits and _, and is no op and no word of the language"
    return {"pattern": pattern, "errorMessage": message}


def _weights() -> Schema:
    """Values, or tensors by their names; a kernel is a word."""
    value = {"allOf": [{"$ref": "#/definitions/value"}], "type": ["string", "number", "array"]}
    tensors = {"type": "object", "additionalProperties": value}
    of_layer = {"if": {"type": "object"}, "then": tensors, "else": value}
    return unless_cut(
        {
            "type": ["object", "null"],
            "additionalProperties": {**of_layer, "examples": list(KERNELS)},
        }
    )


def _input() -> Schema:
    shape = {"$ref": "#/definitions/shape"}
    several = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"$ref": "#/definitions/name"},
        "additionalProperties": shape,
    }
    return {"if": {"type": "object"}, "then": several, "else": shape, "examples": ["3x224x224"]}


def _blocks() -> Schema:
    parameters = "after its name come parameters, those with defaults last: `unit width stride=1`"
    return unless_cut(
        {
            "type": ["object", "null"],
            "propertyNames": {
                "pattern": patterns.SIGNATURE,
                "errorMessage": "a block begins with a name of its own",
                "allOf": [{"pattern": patterns.PARAMETERS, "errorMessage": parameters}],
            },
            "additionalProperties": {"$ref": "#/definitions/body"},
        }
    )


def _outputs() -> Schema:
    """Labels are names, be they `True` or `null`, which YAML reads as no text."""
    label = {
        "type": ["string", "boolean", "null"],
        "pattern": patterns.LABEL,
        "errorMessage": "an output in a list is a label; else `outputs: {name: [label, layer]}`",
    }
    several = {"type": "array", "items": label}
    return {"if": {"type": "array"}, "then": several, "else": {"$ref": "#/definitions/auxiliary"}}
