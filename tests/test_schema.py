"""The schema of the spec language and the parser of it say the same, as far as a schema can."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from schema_specs import (
    BROKEN,
    FOLDER,
    SCHEMA,
    SOUND,
    Draft7Validator,
    accepts,
    check_soundness,
    codes,
    read,
)

from cnncalc.cli.schema import schema as command
from cnncalc.facts import STATED
from cnncalc.ops import OPS, Op
from cnncalc.spec.document.read import KEYS, VARIANT_KEYS

ERR = sorted((FOLDER / "diagnostics" / "err").glob("*.yaml"))


# What an editor reads: YAML 1.2 by its core schema, keys as text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("61_100_840", "61_100_840"),
        ("1000", 1000),
        ("010", 10),
        ("0x1F", 31),
        ("1:30", "1:30"),
        ("on", "on"),
        ("TRUE", True),
        ("5e-1", 0.5),
        ("~", None),
        ("'3'", "3"),
        ("{50: [x, ]}", {"50": ["x"]}),
    ],
)
def test_the_reader_is_that_of_an_editor(text: str, value: object) -> None:
    assert read(text) == value
    assert type(read(text)) is type(value)


def mappings(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping within a tree."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from mappings(value)
    elif isinstance(node, list):
        for item in node:
            yield from mappings(item)


# The schema itself


def test_the_schema_is_one_of_draft_7() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$id" not in SCHEMA


def test_every_reference_has_a_definition_and_every_definition_a_reference() -> None:
    used = {
        node["$ref"].removeprefix("#/definitions/") for node in mappings(SCHEMA) if "$ref" in node
    }
    assert used == SCHEMA["definitions"].keys()


def patterns() -> list[str]:
    found: set[str] = set()
    for node in mappings(SCHEMA):
        found |= {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
        found |= node.get("patternProperties", {}).keys()
    return sorted(found)


@pytest.mark.parametrize("pattern", patterns())
def test_patterns_are_those_of_javascript_too(pattern: str) -> None:
    """Only what both languages of patterns have, and read alike with and without the flag `u`."""
    re.compile(pattern)
    assert set(re.findall(r"\\(.)", pattern)) <= set(r"sSxu1^$.*+?()[]{}|/")
    unescaped = re.sub(r"\\.", "a", pattern)
    assert not re.search(r"\(\?(?![:!=])|[*+?}]\+", unescaped)


def test_keys_are_told() -> None:
    top = SCHEMA["properties"]
    variant = SCHEMA["definitions"]["variant"]["properties"]
    assert (tuple(top), tuple(variant)) == (KEYS, VARIANT_KEYS)
    for key, told in (*top.items(), *variant.items()):
        assert told["description"].endswith("."), key


@pytest.mark.parametrize("part", ["expect", "budget", "published"])
def test_metrics_are_told(part: str) -> None:
    for name in (part, f"{part}.layer"):
        told = SCHEMA["definitions"][name]["properties"]
        assert {*told} - {"note"} >= {*STATED} - {"share"}
        assert all(metric["description"].endswith(".") for metric in told.values())


@pytest.mark.parametrize("kind", OPS.values(), ids=OPS)
def test_ops_and_attributes_are_told(kind: type[Op]) -> None:
    definitions = SCHEMA["definitions"]
    assert kind.name in definitions["layer"]["properties"]
    assert kind.name in definitions[f"about.{kind.name}"]["description"]
    if kind.merges:
        return
    told = definitions[f"op.{kind.name}"]["properties"]
    assert list(told) == list(kind.attributes)
    for key, attribute in kind.attributes.items():
        said = told[key]["description"]
        assert re.fullmatch(r"[A-Z].*[a-z].*\. ?.*\.", said), said
        assert all(word in said for word in attribute.words)
        assert ("Required" in said) == attribute.is_required


def test_a_new_op_is_in_the_schema_by_itself() -> None:
    code = """
import json
from cnncalc.ops.base import SameShape, same_place
from cnncalc.ops.values import count, word
class Twist(SameShape, name="twist", positional=("turns",)):
    "Turn the map round. Source: nowhere."
    turns: int = count("Turns.")
    side: str = word("The side.", "left", "right", default="left")
    reach = same_place
from cnncalc.spec.schema import spec_schema
print(json.dumps(spec_schema()))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    grown = Draft7Validator(json.loads(done.stdout))
    head = "input: 3x8x8\nlayers:\n  - "
    for layer in (
        "twist 3",
        "twist 3 side=right",
        "twist: {turns: 3}",
        "twist 3: {side: left}",
        "twist: relu",
    ):  # the last is a label
        assert grown.is_valid(read(head + layer)), layer
    for layer in ("twist", "twist 3 4", "twist 3 sides=1", "twist: {side: left}"):
        assert not grown.is_valid(read(head + layer)), layer
        assert accepts(head + layer.replace("twist", "twisted"))


# The command


def test_the_command_prints_the_schema(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == SCHEMA
    assert result.stdout.isascii()
    assert result.stdout.startswith('{\n  "$schema": "http')
    path = tmp_path / "cnncalc.schema.json"
    written = CliRunner().invoke(command, ["-o", str(path)], catch_exceptions=False)
    assert (written.exit_code, written.output) == (0, "")
    assert path.read_text(encoding="utf-8") == result.stdout


def test_the_schema_is_the_same_in_every_run() -> None:
    code = "from cnncalc.cli.schema import schema; schema(prog_name='schema')"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1


def test_nothing_of_it_is_loaded_at_a_start() -> None:
    code = """
import sys
from click.testing import CliRunner
from cnncalc.cli.main import main
assert CliRunner().invoke(main, ["summarize", "alexnet"]).exit_code == 0
print([name for name in sys.modules if "schema" in name and name.startswith("cnncalc")])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# Specs without a fault


@pytest.mark.parametrize("name", SOUND)
def test_sound_specs(name: str) -> None:
    assert not codes(SOUND[name])
    check_soundness(SOUND[name])


def test_all_bundled_specs_are_looked_at() -> None:
    texts = set(SOUND.values())
    for path in (FOLDER.parent / "specs").rglob("*.yaml"):
        assert path.read_text(encoding="utf-8") in texts, path


HEAD = "input: 3x32x32\nlayers:\n  - conv3x3 8\n"

ODD_BUT_SOUND = {
    "a label that YAML reads as true": "  - True: relu\n  - bn\n  - concat: [True, x]\n",
    "such a label as an output": "  - FALSE: relu\noutputs: [FALSE]\n",
    "an output that YAML reads as null": "  - null: relu\noutputs: [null]\n",
    "a label like a kernel": "  - repeat 2: {relu3x: relu}\n  - relu3x2\n",
    "a label like an op and its kernel": "  - conv3: relu\n  - conv3\n  - conv3: {bn: {}}\n",
    "a block like an op and its kernel": "  - conv3 8 9 what=1\nblocks: {conv3 a b what: relu}\n",
    "its long form": "  - conv3: {a: 1, b: 2}\nblocks: {conv3 a b: relu}\n",
    "its long form with an argument": "  - conv3 3: {b: 2}\nblocks: {conv3 a b: relu}\n",
    "a quoted bracket": "  - conv3x3 padding=1 (8 if kind == '(' else 16)\nvars: {kind: a}\n",
    "an open quoted bracket": "  - conv3x3 8 bias=kind=='('\nvars: {kind: a}\n",
    "a quoted argument": "  - conv3x3 8 bias=(kind=='x stride=0 y=1')\nvars: {kind: a}\n",
    "an equality as an argument": "  - lrn 5==5\n  - lrn n==3\n  - lrn n<=3\nvars: {n: 3}\n",
    "equalities of attributes' names": "  - slice start==false (8)\n"
    "  - conv3x3 stride==1 stride=1\n  - conv3x3 kernel_size==1\n"
    "vars: {start: 1, stride: 1, kernel_size: 1}\n",
    "blanks in brackets": "  - conv3x3 (2 * 4) padding=( (1, 2), (2, 1) )\n"
    "  - conv3x3 4 stride=(1 if 1 > 0 else 2)\n",
    "a number that no branch asks for": "  - if false: {conv3x3 8: {stride: 0.0, bias: 3.5}}\n",
    "a list that no branch asks for": "  - if false: {conv3x3 8: {groups: [1, 2], bias: -1}}\n",
    "blanks around keys": "  - {' if true ': relu, ' else ': bn}\n  - {' unit ': {a: 1}}\n"
    "blocks: {' unit  a=1 ': relu}\n",
    "tabs": '  - "conv3x3\\t8\\tpadding=1"\n  - {"repeat 2\\t": "relu"}\n',
    "line breaks": "  - |\n    conv3x3\n    8\n    padding=1\n",
    "a long form in a flow list": "  - [conv: {out_channels: 8, kernel_size: 3}, relu]\n",
    "nothing overridden": "variants: {a: , b: {}, c: {vars: , expect: ~, budget: null}}\n",
    "nothing defined": "vars:\nblocks:\noutputs:\nauxiliary:\nexpect:\nbudget:\npublished:\n",
    "numbers as texts": "name: 12\nsource: 1.5\ndescription: true\nvariants: {1: {source: 0x1}}\n",
    "an empty text": "name: ''\n",
    "labels named as metrics": "  - depth: relu\n  - output: relu\nexpect: {depth: {macs: 0}, "
    "output: {output: 8x30x30}}\npublished: {share: {depth: 1}, note: {macs: 1, note: x}}\n",
    "shares": "  - fc: relu\nexpect: {fc: {macs: 12.5%}}\nbudget: {fc: {macs: '<= 40%', flops: "
    "10%..20 %, weight_bytes: 3%, share: '>= 1%'}}\n",
    "a field as a shape": "budget: {receptive_field: 195x195}\nexpect: {receptive_field: 3}\n",
    "odd quantities": "budget: {macs: ' <=  1,000 K ', flops: 1_0..2.50M, depth: 007}\n",
    "odd shapes": "  - fc: relu\nexpect: {output: 0_08x_3_x0030, fc: {output: 1000000000000}}\n",
    "words of other languages": "  - größe: relu\n  - 特徴: conv3x3 ширина\nvars: {ширина: 8}\n",
    "keywords as labels": "  - class: relu\n  - lambda: relu\n  - None_: [class, bn]\n",
    "a list in a list": "  - [[relu], [[bn, relu]]]\n",
    "null in a list": "vars: {a: [1, ~, [x, 2.5]]}\n",
    "outputs from groups": "  - stem: relu\noutputs: {a: [[stem, bn], relu], b: stem, c: [x]}\n",
}


@pytest.mark.parametrize("name", ODD_BUT_SOUND)
def test_odd_but_sound_specs(name: str) -> None:
    text = HEAD + ODD_BUT_SOUND[name]
    assert not codes(text)
    check_soundness(text)


# Specs with one fault each

REFUSED: Mapping[str, Mapping[str, str]] = {
    "E105": {},
    "E201": {},
    "E202": {"no-layer": "whether a line is a layer, its head tells"},
    "E203": {"key-is-list": "the keys of JSON are text"},
    "E205": {
        "block": "the arguments of a block are known to the file alone",
        "variable-head": "what a variable holds is known to the file alone",
    },
    "E206": {
        "block": "the parameters of a block are known to the file alone",
        "max-unpool": "a head that a schema takes for a block",
    },
    "E207": {
        "block": "the parameters of a block are known to the file alone",
        "label": "what is a label is known to the file alone",
        "tensor-with-arguments": "what a parameter holds is known to the file alone",
    },
    "E208": {},
    "E215": {"blank-in-key": "what is a label is known to the file alone"},
    "E216": {},
    "E217": {
        "elif-after-else": "the order of keys",
        "elif-before-if": "the order of keys",
        "dash-of-a-text": "a head may be any word",
    },
    "E219": {"reversed-range": "a schema does not compare the ends"},
    "E305": {},
}
"""The codes that the schema refuses: every case but these, each with the reason."""

REFUSED_IN_PART: Mapping[str, str] = {
    "E104": "the merge key is no label; tags and what they do are gone when a schema is asked",
    "E204": "blocks and labels are known to the file alone; what cannot be a name is refused",
    "E209": "names are compared with ops and words of the language, not with one another",
    "E210": "expressions nest; a missing value and a stray `=` are seen",
    "E212": "of a literal on a line it can be told, not of an expression",
    "E220": "a label may be any word; a key with a count behind it begins with one of ours",
}
"""The codes of which the schema sees some cases: more than these would be welcome."""

PASSED: Mapping[str, str] = {
    "E102": "a key that repeats is gone when a schema is asked",
    "E211": "names are known to the file alone",
    "E214": "whether a variant gives a value, the variant tells",
    "E218": "values of expressions",
    "E221": "what follows `x` in a list",
    "E222": "what variables are made of",
    "E223": "values of variables",
    "E225": "the shapes of tensors",
    "E301": "the order of layers",
    "E302": "calls of blocks by blocks",
    "E303": "the order of layers",
    "E304": "what variables hold",
    "E306": "where an argument flows",
    "E307": "what a label names",
    "E401": "shapes",
    "E402": "shapes",
    "E403": "values of expressions",
    "E404": "shapes",
    "E405": "shapes",
    "E406": "shapes",
    "E504": "repeats of repeats",
    "E505": "expressions",
    "E506": "values of expressions",
}
"""The codes that no schema can see, each with what it would have to know."""

UNREAD: Mapping[str, str] = {
    "E101": "no tree",
    "E106": "no tree",
    "E502": "deeper than an editor's reader must go",
    "E503": "larger than an editor's reader must bear",
}
"""The codes of files that give no tree to hold against a schema."""


def code_of(path: Path) -> str:
    return path.stem.partition("-")[0]


def test_every_code_is_in_one_table() -> None:
    tables = [REFUSED, REFUSED_IN_PART, PASSED, UNREAD]
    listed = [code for table in tables for code in table]
    assert sorted(listed) == sorted({code_of(path) for path in ERR})
    assert all(reason for table in tables[1:] for reason in table.values())


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.stem)
def test_faults_that_a_schema_can_express(path: Path) -> None:
    code, _, case = path.stem.partition("-")
    text = path.read_text(encoding="utf-8")
    if code in REFUSED and case not in REFUSED[code]:
        assert code in codes(text)
        assert not accepts(text)
    elif code in REFUSED or code in PASSED:
        assert accepts(text)
    elif code not in UNREAD:
        check_soundness(text)


@pytest.mark.parametrize("code", REFUSED)
def test_exceptions_are_cases(code: str) -> None:
    assert {f"{code}-{case}" for case in REFUSED[code]} <= {path.stem for path in ERR}


def test_some_cases_are_refused_of_what_is_refused_in_part() -> None:
    seen = {
        code_of(path)
        for path in ERR
        if code_of(path) in REFUSED_IN_PART and not accepts(path.read_text(encoding="utf-8"))
    }
    assert seen == REFUSED_IN_PART.keys()


def test_the_broken_spec_that_is_shown() -> None:
    assert not accepts(BROKEN)
    assert accepts(BROKEN.replace(" paddding=1", ""))


def test_two_conditions_are_no_choice() -> None:
    assert not accepts(HEAD + "  - {if true: relu, if false: bn}\n")
