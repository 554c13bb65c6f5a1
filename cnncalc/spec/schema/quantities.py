"""Shapes and quantities as an editor knows them."""

from cnncalc.facts import BYTE_UNITS, COUNT_UNITS, STATED, is_shape
from cnncalc.metrics import METRICS
from cnncalc.ops.values import LARGEST
from cnncalc.spec.schema import patterns
from cnncalc.spec.schema.patterns import Schema


def quantity_definitions() -> dict[str, Schema]:
    """The kinds of quantity, and the parts of a spec that state some."""
    parts = ("expect", "budget", "published")
    return {
        "shape": {
            "type": ["string", "integer"],
            "pattern": patterns.SHAPE,
            "errorMessage": "a shape is written as 3x224x224, 2x100 or 784",
            "maxLength": 80,
            "minimum": 1,
            "maximum": LARGEST,
        },
        **_kinds("count", list(COUNT_UNITS), "61_100_840 or 25.6M"),
        **_kinds("bytes", list(BYTE_UNITS), "4 MiB or 4 MB"),
        **_kinds("percentage", ["%"], "12.5%"),
        **{part: _stated(part) for part in parts},
        **{f"{part}.layer": _stated_of_layer(part) for part in parts},
    }


def _kinds(name: str, units: list[str], form: str) -> dict[str, Schema]:
    """An amount with one of these units, and a limit of such amounts."""
    kinds: Schema = {"type": "string"}
    if "" in units:
        kinds = {"type": ["string", "number"], "minimum": 0}
    message = f"a number is written as {form}"
    return {
        name: {
            **kinds,
            "pattern": patterns.expectation(units),
            "errorMessage": message,
        },
        f"{name}.limit": {
            **kinds,
            "pattern": patterns.limit(units),
            "errorMessage": f"{message}, with <= or >= before it, or as two with .. between",
        },
    }


def _stated(part: str) -> Schema:
    """A part of a spec: metrics of the network, and of layers and groups under their labels."""
    of_layer = {"$ref": f"#/definitions/{part}.layer"}
    return {
        "type": ["object", "null"],
        "properties": {
            # A label may have the name of a metric.
            metric: {
                "description": sentence,
                "if": {"type": "object"},
                "then": of_layer,
                "else": any_of(forms_of(metric, part)),
            }
            for metric, sentence in _metrics(part).items()
        },
        "additionalProperties": of_layer,
    }


def _stated_of_layer(part: str) -> Schema:
    properties: dict[str, Schema] = {}
    for metric, sentence in _metrics(part).items():
        forms = forms_of(metric, part)
        if METRICS[metric].adds_up and part != "published":
            forms += forms_of("share", part)
        properties[metric] = {"description": sentence, **any_of(forms)}
    if part == "published":
        # A bare number is text to the parser: every scalar of a spec is.
        scalars = ["string", "number", "boolean", "null"]
        properties["note"] = {
            "description": "What is known to be wrong with these figures.",
            "type": scalars,
        }
    return {
        "type": "object",
        "errorMessage": "there is no such metric; the label of a layer opens a mapping of metrics",
        "properties": properties,
        "additionalProperties": False,
    }


def any_of(forms: list[Schema]) -> Schema:
    """Any of some forms."""
    return {"allOf" if len(forms) == 1 else "anyOf": forms}


def _metrics(part: str) -> dict[str, str]:
    """The metrics that a part can state, with what they are; no source prints a share."""
    names = (metric for metric in STATED if metric != "share" or part != "published")
    return {metric: METRICS[metric].description for metric in names}


def forms_of(metric: str, part: str) -> list[Schema]:
    """How a number of a metric may be written."""
    forms = [{"$ref": "#/definitions/shape"}] if is_shape(metric, "1x1") else []
    if is_shape(metric, "1"):
        return forms
    kind = "bytes" if METRICS[metric].is_bytes else "percentage" if metric == "share" else "count"
    suffix = ".limit" if part == "budget" else ""
    return [{"$ref": f"#/definitions/{kind}{suffix}"}, *forms]
