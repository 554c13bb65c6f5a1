"""What the tests of the schema share: the schema, and specs that it is held against."""

import json
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st
from shown_files import DOCS, named_files, small_spec

from cnncalc.ops import OPS, Op
from cnncalc.spec import parse_spec
from cnncalc.spec.library import STUDIES, bundled_names, find
from cnncalc.spec.schema import spec_schema

Draft7Validator: Any = import_module("jsonschema").Draft7Validator

FOLDER = Path(__file__).parent

OK = sorted((FOLDER / "diagnostics" / "ok").glob("*.yaml"))

SMALL = small_spec()

BROKEN = named_files((DOCS / "reference" / "language.md").read_text(encoding="utf-8"))[
    "broken.yaml"
]

SCHEMA = spec_schema()

VALIDATOR = Draft7Validator(SCHEMA)

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read(text: str) -> Any:
    return plain(yaml.compose(text, Loader=LOADER))


def plain(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        named = [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        return {key.value: plain(value) for key, value in named}
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.style else scalar(node.value)
    return None


WORDS: Mapping[str, object] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}


def scalar(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    if re.fullmatch("[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch("0o[0-7]+|0x[0-9a-fA-F]+", text):
        return int(text, 0)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)", text):
        return float(text.replace(".", ""))
    return text


def accepts(text: str) -> bool:
    """Whether the schema accepts a spec."""
    return bool(VALIDATOR.is_valid(read(text)))


def codes(text: str) -> set[str]:
    """What the parser has against the structure of a spec."""
    return {fault.code for fault in parse_spec(text, "spec")[1]}


def check_soundness(text: str) -> None:
    """What the parser accepts the schema accepts."""
    if codes(text):
        return
    assert list(VALIDATOR.iter_errors(read(text))) == []


def validator_of(definition: str) -> Any:
    """What holds a part of a spec against its definition."""
    return Draft7Validator(
        {**SCHEMA["definitions"][definition], "definitions": SCHEMA["definitions"]}
    )


def sound() -> dict[str, str]:
    """Every spec that there is."""
    names = [*bundled_names(), *bundled_names(STUDIES)]
    return {
        **{name: find(name).text for name in names},
        **{
            f"ok/{path.stem}": path.read_text(encoding="utf-8")
            for path in OK
            if path.stem
            != "own_names"  # which blocks have the name of an op, the file alone knows
        },
        "README": SMALL,
    }


SOUND = sound()

PREFIX = (
    "input: 3x32x32\nvars: {width: 8, kind: unit}\nblocks: {unit out stride=1: relu}\nlayers:\n"
)


def callable_ops() -> list[type[Op]]:
    return [kind for kind in OPS.values() if not kind.merges]


BODY = validator_of("body")


def check_layer(layer: Any) -> None:
    """What the parser accepts as a layer the schema accepts."""
    if not codes(PREFIX + json.dumps(layer, ensure_ascii=False)):
        assert BODY.is_valid(layer), layer


shapes = st.sampled_from(["3x32x32", "2x100", 784, "3x16x112x112", "1_0x1"])
