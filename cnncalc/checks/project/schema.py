"""The project file as a JSON Schema, for editors.

It is told by the tables that the reader reads: its tables and settings, the metrics and their
units, the codes of warnings. It refuses nothing that the reader accepts. What takes more than the
file to tell, or arithmetic, it lets pass: whether a range is empty, whether a label is there.
"""

from collections.abc import Callable, Iterable, Mapping

from cnncalc.checks.choice import BEYOND, RULES, WARNINGS
from cnncalc.checks.finding import SEVERITIES
from cnncalc.checks.project.globs import LONGEST
from cnncalc.checks.project.names import OF_BUDGET, OF_BUDGETS, OF_RULES
from cnncalc.checks.project.read import TABLES
from cnncalc.checks.project.reader import MOST_ENTRIES
from cnncalc.checks.project.settings import LARGEST_BATCH, SETTINGS, Setting
from cnncalc.checks.project.sizes import LONGEST as LONGEST_SIZE
from cnncalc.checks.stored import GROWING, LAYER_METRICS
from cnncalc.facts import BYTE_UNITS, COUNT_UNITS, MOST_AXES, STATED
from cnncalc.metrics import METRICS
from cnncalc.spec.schema.patterns import Schema, amount
from cnncalc.spec.schema.quantities import any_of, forms_of, quantity_definitions

_PART = r"(?!\.{{1,2}}(?:/|{}$))[^/\\]+"
_GLOB = rf"^(?:\./)?{_PART.format('')}(?:/{_PART.format('')})*/*$"
_SPECS = rf"^(?!.*:$)(?:\./)?{_PART.format(':|')}(?:/{_PART.format(':|')})*$"
"""Globs: of no place outside of the folder; that of a folder with all that it holds, or not."""

_FAMILY = r"^(?=[\s\S]*\S)[^/\\:.]*$"

_LENGTH = "[0-9][0-9_]*"
_AXIS = rf"(?:{_LENGTH}|\{{ *{_LENGTH} *\.\. *{_LENGTH} *(?:: *{_LENGTH} *)?\}})"
_SIZE = rf"^\s*{_AXIS}(?:\s*x\s*{_AXIS}){{0,{MOST_AXES - 1}}}\s*$"

_PERCENT = r"[0-9]{1,6}(?:\.[0-9]{1,12})? ?%"


def project_schema() -> Schema:
    """The schema of a project file, draft 7: what editors know best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cnncalc project file",
        "description": "What `cnncalc check` looks for: `cnncalc.toml`, or `[tool.cnncalc]` in "
        "`pyproject.toml`.",
        **_mapping({name: _table(name) for name in TABLES}),
        "definitions": _definitions(),
    }


def _definitions() -> dict[str, Schema]:
    known = quantity_definitions()
    quantities = ("shape", "count.limit", "bytes.limit", "percentage.limit")
    return {
        **{name: known[name] for name in quantities},
        "codes": _several({"enum": _beginnings(WARNINGS)}),
        "rules": _several({"enum": _beginnings(RULES)}),
        "globs": _several(_pattern(_GLOB, LONGEST)),
        "specs": _several(_pattern(_SPECS, LONGEST)),
        "family": _several(_pattern(_FAMILY, LONGEST)),
        "size": _pattern(_SIZE, LONGEST_SIZE),
        "limits": _labels("limits", {one: _limit(one, is_of_label=True) for one in STATED}),
        "growths": _labels("growths", {one: _growth(one) for one in LAYER_METRICS}),
    }


# The tables


def _table(name: str) -> Schema:
    table = TABLES[name]
    one = _TABLES[name]()
    if table.is_several:
        one = {"type": "array", "maxItems": MOST_ENTRIES, "items": one}
    return {"description": table.text, **one}


def _check() -> Schema:
    return _mapping({key: _setting(one) for key, one in SETTINGS.items()})


def _budget() -> Schema:
    return _mapping(_limits(OF_BUDGET, is_of_label=False))


def _budgets() -> Schema:
    """As `[budget]`, of what it names; where that is a label, shares of it are limits, too."""
    limited: Schema = {"anyOf": [{"required": [one]} for one in (*STATED, "layers")]}
    meant: Schema = {"anyOf": [{"required": [one]} for one in ("specs", "family", "label")]}
    return _mapping(_limits(OF_BUDGETS, is_of_label=True)) | {"allOf": [limited, meant]}


def _limits(others: Iterable[str], *, is_of_label: bool) -> dict[str, Schema]:
    figures = {one: _limit(one, is_of_label=is_of_label) for one in STATED}
    return figures | {"layers": _layers("limits")} | {one: _PARTS[one] for one in others}


def _rule() -> Schema:
    figures = {one: _growth(one) for one in GROWING}
    others = {one: _PARTS[one] for one in OF_RULES if one != "specs"}
    specs: Schema = {"$ref": "#/definitions/specs"}
    return _mapping(figures | {"layers": _layers("growths"), "specs": specs} | others)


_TABLES: Mapping[str, Callable[[], Schema]] = {
    "check": _check,
    "budget": _budget,
    "budgets": _budgets,
    "tolerances": _rule,
    "change": _rule,
    "changes": _rule,
}

# Figures


def _limit(metric: str, *, is_of_label: bool) -> Schema:
    forms = forms_of(metric, "budget")
    if is_of_label and METRICS[metric].adds_up:
        forms += forms_of("share", "budget")
    return {"description": METRICS[metric].description, **any_of(forms)}


def _growth(metric: str) -> Schema:
    """A percentage, an amount, or the larger of the two."""
    is_bytes = METRICS[metric].is_bytes
    units = amount(BYTE_UNITS if is_bytes else COUNT_UNITS)
    one = rf"\+?\s*(?:{_PERCENT}|0|{units})"
    return {
        "description": METRICS[metric].description,
        "type": ["string", "number"],
        "pattern": rf"^\s*{one}(?:\s* or \s*{one})?\s*$",
        "minimum": 0,
        **({"maximum": 0} if is_bytes else {}),
    }


def _labels(name: str, figures: Mapping[str, Schema]) -> Schema:
    """Figures of a label, which may have the name of a metric, or labels below it."""
    below: Schema = {"$ref": f"#/definitions/{name}"}
    either = {
        metric: {"if": {"type": "object"}, "then": below, "else": one}
        for metric, one in figures.items()
    }
    return {"type": "object", "properties": either, "additionalProperties": below}


def _layers(name: str) -> Schema:
    return {
        "description": "Figures of labels: `layers.LABEL.parameters`.",
        "type": "object",
        "additionalProperties": {"$ref": f"#/definitions/{name}"},
    }


# Values


def _setting(setting: Setting) -> Schema:
    default = f" Unless given: {setting.default}." if setting.default else ""
    choices: Schema = {"enum": list(setting.choices)} if setting.choices else {}
    return {"description": f"{setting.text}{default}", **_kinds()[setting.kind], **choices}


def _kinds() -> Mapping[str, Schema]:
    """What each kind of setting takes."""
    severity: Schema = {"enum": list(SEVERITIES)}
    text: Schema = {"type": "string", "pattern": r"\S"}
    return {
        "codes": {"allOf": [{"$ref": "#/definitions/codes"}]},
        "globs": {"allOf": [{"$ref": "#/definitions/globs"}]},
        "choice": {"type": "string"},
        "flag": {"type": "boolean"},
        "file": text,
        "bits": text,
        "percentage": {
            "type": ["string", "number"],
            "pattern": rf"^\s*(?:{_PERCENT}|0)\s*$",
            "minimum": 0,
            "maximum": 0,
        },
        "whole": {"type": "integer", "minimum": 1, "maximum": LARGEST_BATCH},
        "severities": _mapping(dict.fromkeys([*_beginnings(WARNINGS), BEYOND], severity)),
        "file_ignores": {
            "type": "object",
            "maxProperties": MOST_ENTRIES,
            "propertyNames": _pattern(_GLOB, LONGEST),
            "additionalProperties": {"$ref": "#/definitions/rules"},
        },
    }


def _given(schema: Schema) -> Schema:
    """What names something, not nothing."""
    return {"allOf": [schema, {"minItems": 1}]}


_PARTS: Mapping[str, Schema] = {
    "specs": {
        "description": "Globs of networks: `nets/*.yaml`, `nets/vgg.yaml:16`.",
        **_given({"$ref": "#/definitions/specs"}),
    },
    "family": {
        "description": "Names of files before their first dot, in any folder: `resnet`.",
        **_given({"$ref": "#/definitions/family"}),
    },
    "label": {
        "description": "The label that the limits are on, in the networks that have it.",
        "type": "string",
        "pattern": r"\S",
    },
    "input": {
        "description": "Inputs at which it must hold: `3x{224..320:32}x{224..320:32}`.",
        "if": {"type": "object"},
        "then": {"minProperties": 1, "additionalProperties": {"$ref": "#/definitions/size"}},
        "else": {"$ref": "#/definitions/size"},
    },
    "allow_empty": {
        "description": "Whether it may be about no network.",
        "type": "boolean",
    },
}
"""What tables have besides figures."""


def _mapping(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _pattern(pattern: str, longest: int) -> Schema:
    return {"type": "string", "pattern": pattern, "maxLength": longest}


def _several(one: Schema) -> Schema:
    """A text, or a list of such."""
    return {"anyOf": [one, {"type": "array", "maxItems": MOST_ENTRIES, "items": one}]}


def _beginnings(codes: Iterable[str]) -> list[str]:
    """Codes, and all that some begin with."""
    found = {code[:length] for code in codes for length in range(1, len(code) + 1)}
    return sorted(found)
