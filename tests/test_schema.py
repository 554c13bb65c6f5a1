"""The schema of the spec language and the parser of it say the same, as far as a schema can."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnncalc.cli.schema import schema as command
from cnncalc.facts import STATED
from cnncalc.metrics import METRICS
from cnncalc.ops import OPS, Op
from cnncalc.spec import parse_spec
from cnncalc.spec.document.read import KEYS, VARIANT_KEYS
from cnncalc.spec.library import STUDIES, bundled_names, find
from cnncalc.spec.schema import spec_schema
from cnncalc.spec.schema.lines import fits

Draft7Validator: Any = import_module("jsonschema").Draft7Validator
FOLDER = Path(__file__).parent
ERR = sorted((FOLDER / "diagnostics" / "err").glob("*.yaml"))
OK = sorted((FOLDER / "diagnostics" / "ok").glob("*.yaml"))
README = re.findall(
    r"```yaml\n(.*?)```", (FOLDER.parent / "README.md").read_text(encoding="utf-8"), re.DOTALL
)

SCHEMA = spec_schema()
VALIDATOR = Draft7Validator(SCHEMA)

TIMES = int(os.environ.get("CNNCALC_EXAMPLES", "1"))
"""A factor on the examples of each test: 20 digs deeper."""


def thorough(examples: int) -> settings:
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# What an editor reads: YAML 1.2 by its core schema, keys as text


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


def mappings(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping within a tree."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from mappings(value)
    elif isinstance(node, list):
        for item in node:
            yield from mappings(item)


def validator_of(definition: str) -> Any:
    """What holds a part of a spec against its definition."""
    return Draft7Validator(
        {**SCHEMA["definitions"][definition], "definitions": SCHEMA["definitions"]}
    )


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
    for layer in ("twist 3", "twist 3 side=right", "twist: {turns: 3}", "twist 3: {side: left}"):
        assert grown.is_valid(read(head + layer)), layer
    for layer in ("twist", "twist 3 4", "twist 3 sides=1", "twist: {side: left}", "twist: relu"):
        assert not grown.is_valid(read(head + layer)), layer
        assert layer == "twist: relu" or accepts(head + layer.replace("twist", "twisted"))


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


def sound() -> dict[str, str]:
    """Every spec that there is."""
    names = [*bundled_names(), *bundled_names(STUDIES)]
    return {
        **{name: find(name).text for name in names},
        **{path.stem: path.read_text(encoding="utf-8") for path in OK},
        "README": README[0],
    }


SOUND = sound()


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
    "a comment of Python's": "  - 'conv3x3 8#( x y z=1'\n",
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
    "a long form in a flow list": "  - [conv: {out_channels: 8, kernel_size: 3}, x]\n",
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
    "E206": {"block": "the parameters of a block are known to the file alone"},
    "E207": {
        "block": "the parameters of a block are known to the file alone",
        "label": "what is a label is known to the file alone",
    },
    "E208": {},
    "E215": {"blank-in-key": "what is a label is known to the file alone"},
    "E216": {},
    "E217": {},
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
}
"""The codes of which the schema sees some cases: more than these would be welcome."""

PASSED: Mapping[str, str] = {
    "E102": "a key that repeats is gone when a schema is asked",
    "E211": "names are known to the file alone",
    "E214": "whether a variant gives a value, the variant tells",
    "E218": "values of expressions",
    "E301": "the order of layers",
    "E302": "calls of blocks by blocks",
    "E303": "the order of layers",
    "E304": "what variables hold",
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


def test_the_broken_spec_of_the_readme() -> None:
    broken = README[1]
    assert not accepts(broken)
    assert accepts(broken.replace(" paddding=1", ""))


def test_two_conditions_are_no_choice() -> None:
    assert not accepts(HEAD + "  - {if true: relu, if false: bn}\n")


# Texts against texts: what the parser reads and what a pattern matches

SHAPES = [
    "3x224x224", "784", "1", "0", "0784", "3x0", "3x", "x3", "x", "", "1x1x1x1", "1x1x1x1x1",
    "1_0x_3_", "_", "_x3", "0_1", "1000000000000", "1000000000001", "3x1_000_000_000_000",
    "9999999999999", "3 x 3", "3X3", "-3", "3x-3", "+3", "1e3", "3.5", "³x3", "0x10", "0b1",
    "7x" + "0" * 76 + "8", "7x" + "0" * 77 + "8", "3x224x224 ", "a", "true", "null",
]  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("form", ["input: {}\n", "input: {{a: {}}}\n"])
def test_shapes(text: str, form: str) -> None:
    spec = form.format(json.dumps(text)) + "layers: [relu]\n"
    assert accepts(spec) == (not codes(spec))
    check_soundness(form.format(text) + "layers: [relu]\n")


AMOUNTS = [
    "1", "0", "007", "1_000", "1,000", "_1", "_", ",", "", " ", "1.5", "1.", ".5", "1.5.2",
    "1_0.5_0",
    "25.6M", "25.6 M", "M", "61 Q", "61KM", "1e3", "-1", "+1", "4 MiB", "4MB", "4 kB", "4 KB",
    "4 mib", "4B", "4 B B", "12.5%", "12.5 %", "%", "12%%", "1x1", "96x55x55", "0x1", "9" * 39,
    "9" * 40, "1." + "9" * 39, "1." + "9" * 40, "about 450", "²", "1K", "1T", "1 G", "~", "true",
]  # fmt: skip
LIMITS = ["{}", "<= {}", ">= {}", "<={}", " >=  {} ", "< {}", "= {}", "<= <= {}", "{0}..{0}"]
LIMITS += ["{0} .. {0}", "{0}...{0}", "..{}", "{}..", "{0}..{0}..{0}", "<= {0}..{0}"]


OF_EACH_KIND = ["macs", "depth", "weight_bytes", "training_bytes", "receptive_field", "output"]
OF_EACH_KIND += ["share"]


@pytest.mark.parametrize("metric", OF_EACH_KIND)
@pytest.mark.parametrize("part", ["expect", "budget", "published"])
def test_quantities(part: str, metric: str) -> None:
    """Every amount, as it stands and as a limit, of the network and of a layer."""
    validator = validator_of(part)
    forms = LIMITS if part == "budget" else LIMITS[:2]
    for amount, form, is_labelled in product(AMOUNTS, forms, (False, True)):
        text = form.format(amount)
        stated: dict[str, Any] = {metric: text}
        stated = {"stem": stated} if is_labelled else stated
        spec = f"input: 3\nlayers: [stem: relu]\n{part}: {json.dumps(stated)}\n"
        assert validator.is_valid(stated) == (not codes(spec)), stated


@pytest.mark.parametrize("amount", ["1", "0", "7.5", "-1", "1e3", ".inf", "~", "007", "true"])
@pytest.mark.parametrize("metric", STATED)
def test_plain_quantities(metric: str, amount: str) -> None:
    for part in ("expect", "budget", "published"):
        check_soundness(f"input: 3\nlayers: [relu]\n{part}: {{{metric}: {amount}}}\n")


def test_shares_are_of_sums() -> None:
    form = "input: 3\nlayers: [stem: relu]\nbudget: {{{}}}\n"
    for metric in STATED:
        assert accepts(form.format(f"stem: {{{metric}: 5%}}")) == (
            METRICS[metric].adds_up or metric == "share"
        )
        assert accepts(form.format(f"{metric}: 5%")) == (metric == "share")


NAMES = [
    "a", "_", "A1", "1a", "", " ", "a b", " a", "a ", "a-b", "a.b", "größe", "特徴", "x", "xx",
    "x1", "if", "ifs", "else", "else_", "repeat", "repeat2", "true", "True", "not", "and", "or",
    "class", "None", "add", "add1", "add3x3", "concat", "relu", "relu6", "relu7", "relu3x3",
    "relu3x", "conv", "conv3", "conv3x3", "conv3x3x", "conv3x3_", "convx3", "softmax",
    "softmax3x3", "crop1x1", f"conv{'1' * 14}x1", f"conv{'1' * 15}x1", "layers", "input",
    "width=3", "(a)", "a,b",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    """A name is a text of its own: the parser and the schema agree of every place for one."""
    key = json.dumps(name)
    for form in (
        "vars: {{{}: 3}}\ninput: 3\nlayers: [relu]\n",
        "input: {{{}: 3}}\nlayers: [relu]\n",
        "input: 3\nlayers: [stem: relu]\noutputs: {{{}: stem}}\n",
        "input: 3\nlayers: [stem: relu]\nauxiliary: {{{}: [stem, relu]}}\n",
    ):
        spec = form.format(key)
        if name != "input":  # which is the name of the input, when it has no other
            assert accepts(spec) == (not codes(spec)), spec
    check_soundness(f"input: 3\nlayers: [relu]\nblocks: {{{key}: relu}}\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: relu}}]\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: {{relu: {{}}}}}}]\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: {{a: 1}}}}]\nblocks: {{{key}: relu}}\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: relu}}, {key}]\n")


SIGNATURES = [
    "{}", "{} a", "{} a b=1", "{} a=1 b", "{} a=", "{} a==1", "{} a=(1 if 2 > 1 else 2)", "{} 1",
    "{} a=1 b=2 c", "{} conv", "{} conv=1", "{} conv3", "{} class", "{} a=b==c", "{} a=')'",
    "{} ширина", "{} a-b", "{} a,b", "{} a = 1", "{}\ta", " {} a ", "{} a=[1, 2] b",
    "{} a=[1, 2] 3",
]  # fmt: skip


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures(signature: str) -> None:
    for name in ("unit", "conv3", "conv", "conv3x3", "if", "x", "1", "a-b"):
        key = json.dumps(signature.format(name))
        check_soundness(f"input: 3\nlayers: [relu]\nblocks: {{{key}: relu}}\n")


# Layers against layers

VALUES: list[tuple[str, Any]] = [
    ("0", 0), ("1", 1), ("2", 2), ("3", 3), ("8", 8), ("64", 64), ("-1", -1), ("0.5", 0.5),
    ("2.0", 2.0), ("1e-3", 1e-3), ("1.5", 1.5), ("100", 100), ("true", True), ("False", False),
    ("1x2", "1x2"), ("(1, 2)", [1, 2]), ("[2, 2]", ["2", "2"]),
    ("((0, 1), (1, 0))", [[0, 1], [1, 0]]),
    ("same", "same"), ("half", "half"), ("nearest", "nearest"), ("bilinear", "bilinear"),
    ("width", "width"), ("2*width", "2*width"), ("nowhere", "nowhere"),
    ("x.channels", "x.channels"),
    ("(1 if width == 8 else 2)", "1 if width == 8 else 2"), ("max(1, 2)", "max(1, 2)"),
    ("'same'", "'same'"), ("", ""), ("null", None), ("()", []), ("width==8", "width==8"),
    ("00", "00"), ("0x1", "0x1"), ("((1))", "((1))"), ("1,", "1,"),
]  # fmt: skip
LITERALS = {"0": 0, "1": 1, "2": 2, "3": 3, "8": 8, "64": 64, "100": 100, "true": True}

PREFIX = (
    "input: 3x32x32\nvars: {width: 8, kind: unit}\nblocks: {unit out stride=1: relu}\nlayers:\n"
)
PREFIX += "  - stem: conv3x3 8\n  - "


def callable_ops() -> list[type[Op]]:
    return [kind for kind in OPS.values() if not kind.merges]


def required(kind: type[Op], *, but: str | None = None) -> dict[str, str]:
    """Values for what an op requires; all but one attribute."""
    needed = (key for key, value in kind.attributes.items() if value.is_required)
    return {key: "2" for key in needed if key != but}


@pytest.mark.parametrize("kind", callable_ops(), ids=lambda kind: kind.name)
def test_attributes_on_a_line(kind: type[Op]) -> None:
    for (key, attribute), (value, _) in product(kind.attributes.items(), VALUES):
        given = {**required(kind, but=key), key: value}
        named = " ".join(f"{name}={text}" for name, text in given.items())
        line = f"{kind.name} {named}"
        check_layer(line)
        if value in LITERALS and not fits(attribute, LITERALS[value]):
            assert not accepts(PREFIX + json.dumps(line)), line
        if key in kind.positional:
            del given[key]
            before = [f"{name}=2" for name in given]
            check_layer(" ".join([kind.name, *before, value]))
            check_layer(" ".join([kind.name, value, *before]))
            check_layer(" ".join([kind.name, value, *before, f"{key}=2"]))


@pytest.mark.parametrize("kind", callable_ops(), ids=lambda kind: kind.name)
def test_attributes_in_the_long_form(kind: type[Op]) -> None:
    for key, (_, value) in product(kind.attributes, VALUES):
        given = {**required(kind, but=key), key: value}
        check_layer({kind.name: given})
        head, rest = next(iter(given.items()))
        check_layer({f"{kind.name} {head}={rest}": {k: v for k, v in given.items() if k != head}})
        check_layer({f"{kind.name}3x3": given})


@pytest.mark.parametrize("kind", callable_ops(), ids=lambda kind: kind.name)
def test_heads(kind: type[Op]) -> None:
    """With no argument, with any number of them, with each kernel, on a line and as a key."""
    numbers = ["", " 1", " 1 2", " 1 2 3", " 1 2 3 4", " (1) 2", " a=1", " = 2", " stride= 2"]
    for kernel, rest in product(["", "3", "3x3", "1x2x3", "x3", "3x", "0x3"], numbers):
        line = f"{kind.name}{kernel}{rest}"
        check_layer(line)
        below: list[Any] = [{"out_channels": 8}, [line], line, None, {"relu": {}}, {"unknown": 1}]
        for value in below:
            check_layer({line: value})
    for complete in (False, True):
        given = required(kind) if complete else {}
        line = " ".join([kind.name, *(f"{key}={value}" for key, value in given.items())])
        assert accepts(PREFIX + line) == (complete or not required(kind))
        assert not accepts(f"{PREFIX}{line} unknown=1")
        assert accepts(PREFIX + json.dumps({kind.name: given})) == (complete or not required(kind))
        assert not accepts(PREFIX + json.dumps({kind.name: {**given, "unknown": 1}}))


BODY = validator_of("body")


def check_layer(layer: Any) -> None:
    """What the parser accepts as a layer the schema accepts."""
    if not codes(PREFIX + json.dumps(layer, ensure_ascii=False)):
        assert BODY.is_valid(layer), layer


# Specs made of sound parts: the schema accepts all of them

EXPRESSIONS = ["width", "2*width", "x.channels//2", "depths[0]", "(1 if flag else 2)", "min(1, 2)"]
EXPRESSIONS += ["floor(ratio * 8)", "-(-1)", "1_000", "x.height-x.width+1", "len(depths)"]


def legal(kind: type[Op], key: str) -> st.SearchStrategy[tuple[str, Any]]:
    """Values of an attribute, as a line and as the long form have them."""
    attribute = kind.attributes[key]
    pool: list[tuple[str, Any]] = [(text, text) for text in (*EXPRESSIONS, *attribute.words)]
    pool += [(str(n).lower(), n) for n in (0, 1, 2, 3, 0.5, True, False) if fits(attribute, n)]
    if fits(attribute, (1, 2), 2):
        pool += [("1x2", "1x2"), ("(1, 2)", [1, 2]), ("[1, 2]", ["1", "2"])]
    if fits(attribute, ((1, 2), (0, 1)), 2):
        pool += [("((1, 2), (0, 1))", [[1, 2], [0, "1"]])]
    return st.sampled_from(pool)


@st.composite
def calls(draw: st.DrawFn) -> Any:
    """An op on a line, in the long form, or with arguments in both."""
    kind = draw(st.sampled_from(callable_ops()))
    keys = [
        key
        for key, attribute in kind.attributes.items()
        if attribute.is_required or draw(st.booleans())
    ]
    given = {key: draw(legal(kind, key)) for key in draw(st.permutations(keys))}
    head = kind.name
    if kind.on_head in given and draw(st.booleans()):
        del given[kind.on_head]
        head += draw(st.sampled_from(["3x3", "1x7", "3x3x3", "1x1"]))
    form = draw(st.sampled_from(["line", "mapping", "both"]))
    on_line = dict(given) if form == "line" else {}
    if form == "both" and given:
        on_line = dict([next(iter(given.items()))])
    rest = {key: value for key, (_, value) in given.items() if key not in on_line}
    line = " ".join([head, *_arguments(draw, kind, on_line)])
    return line if form == "line" else {line: rest}


def _arguments(draw: st.DrawFn, kind: type[Op], given: dict[str, tuple[str, Any]]) -> list[str]:
    """Arguments with their names, or some of them in their places without."""
    without = 0
    while without < len(kind.positional) and kind.positional[without] in given:
        without += 1
    without = draw(st.integers(0, without))
    placed = [given[key][0] for key in kind.positional[:without]]
    named = [
        f"{key}={text}" for key, (text, _) in given.items() if key not in kind.positional[:without]
    ]
    places = sorted(draw(st.integers(0, len(named))) for _ in placed)
    for place, text in zip(reversed(places), reversed(placed), strict=True):
        named.insert(place, text)
    return named


block_calls = st.sampled_from(
    [
        "plain", "unit 8", "unit 8 2", "unit out=8 stride=2", "unit 8 act=bn", "kind 8", "form",
        "x", {"unit": {"out": 8}}, {"unit 8": {"stride": 2}}, {"kind": {"out": [1, 2]}},
        {"plain": {}}, "unit (2 * width) stride=depths[1] act='relu'", "conv3 5", {"conv3 5": {}},
    ]
)  # fmt: skip
conditions = st.sampled_from(["flag", "not flag", "x.channels == 8", "width != 8 or flag", "true"])
counts = st.sampled_from(["0", "2", "depths[0]", "len(depths) - 1", "max(1, width)"])
labels = st.sampled_from(["stem", "head", "conv1", "größe", "macs", "True", "relu7", "conv3x"])


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    body = inner | st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.builds(
            lambda merge, branches: {merge: branches},
            st.sampled_from(["add", "mul", "concat"]),
            st.lists(body, min_size=2, max_size=3),
        ),
        st.builds(lambda count, inside: {f"repeat {count}": inside}, counts, body),
        st.builds(lambda text, inside: {f"if {text}": inside}, conditions, body),
        st.builds(
            lambda text, inside, other: {f"if {text}": inside, "else": other},
            conditions,
            body,
            body,
        ),
        st.builds(lambda label, inside: {label: inside}, labels, body),
    )


bodies = st.recursive(calls() | calls() | block_calls, _deeper, max_leaves=8)
quantities: dict[str, list[Any]] = {
    "count": ["1", 1000, 2.5, "61_100_840", "25.6M", "1,000 K"],
    "bytes": ["4 MiB", "4MB", "9.1875 KiB", "1_000 B"],
    "percentage": ["12.5%", "90 %"],
    "shape": ["1000", 1000, "96x55x55"],
}
shapes = st.sampled_from(["3x32x32", "2x100", 784, "3x16x112x112", "1_0x1"])


def kind_of(metric: str) -> str:
    known = {"output": "shape", "share": "percentage"}
    return known.get(metric, "bytes" if metric.endswith("_bytes") else "count")


@st.composite
def amounts(draw: st.DrawFn, part: str, metric: str, *, of_layer: bool) -> Any:
    kind = kind_of(metric)
    if of_layer and METRICS[metric].adds_up and part != "published" and draw(st.booleans()):
        kind = "percentage"
    amount = draw(st.sampled_from(quantities[kind]))
    if part != "budget" or kind == "shape":
        return amount
    return draw(st.sampled_from([amount, f"<= {amount}", f">={amount}", f"{amount}..{amount}"]))


@st.composite
def facts(draw: st.DrawFn, part: str) -> Any:
    """What a spec states, of the network and of labels."""
    metrics = [metric for metric in STATED if part != "published" or metric != "share"]
    stated: dict[str, Any] = {
        metric: draw(amounts(part, metric, of_layer=False))
        for metric in draw(st.lists(st.sampled_from(metrics), unique=True, max_size=3))
    }
    for label in draw(
        st.lists(st.sampled_from(["stem", "a.b1", "flops"]), unique=True, max_size=2)
    ):
        stated[label] = {
            metric: draw(amounts(part, metric, of_layer=True))
            for metric in draw(st.lists(st.sampled_from(metrics), unique=True, max_size=3))
        }
        if part == "published" and draw(st.booleans()):
            stated[label]["note"] = "a misprint"
    return draw(st.sampled_from([stated, stated, stated, None]))


def parts() -> dict[str, st.SearchStrategy[Any]]:
    return {part: facts(part) for part in ("expect", "budget", "published")}


variants = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "vars": st.sampled_from([None, {}, {"width": 3, "kind": "plain"}, {"depths": [3, None]}]),
        "input": shapes,
        "source": st.sampled_from(["a paper", 2016]),
        **parts(),
    },
)
starts = st.sampled_from(["stem", "conv1", "True", "x"])
heads = st.dictionaries(
    st.sampled_from(["score", "depth", "conv7"]),
    starts | st.builds(lambda start, rest: [start, *rest], starts, st.lists(bodies, max_size=2)),
    max_size=2,
)
sound_specs = st.fixed_dictionaries(
    {
        "input": shapes | st.dictionaries(st.sampled_from(["left", "right"]), shapes, min_size=1),
        "vars": st.just(
            {
                "width": 8,
                "depths": [1, 2],
                "flag": True,
                "ratio": 0.5,
                "kind": "unit",
                "form": "bn",
            }
        ),
        "blocks": st.fixed_dictionaries(
            {
                "plain": st.just(["relu"]),
                "unit out stride=1 act=relu": st.just(["conv3x3 out stride=stride", "act"]),
                "conv3 out": st.lists(calls(), min_size=1, max_size=2),
            }
        ),
        # Every label that another part may name.
        "layers": st.builds(
            lambda rest: [*({label: "relu"} for label in ("stem", "conv1", "True")), *rest],
            st.lists(bodies, max_size=4),
        ),
    },
    optional={
        "name": st.sampled_from(["A network", 12, True, ""]),
        "source": st.just("a paper"),
        "description": st.just("Some\nlines."),
        "outputs": heads | st.lists(starts.filter("x".__ne__), unique=True) | st.none(),
        "auxiliary": heads.map(
            lambda found: {f"{name}_aux": body for name, body in found.items()}
        ),
        "variants": st.none() | st.dictionaries(st.sampled_from(["a", 50, "50-b"]), variants),
        **parts(),
    },
)


@thorough(100)
@given(sound_specs, st.booleans())
def test_specs_made_of_sound_parts(spec: dict[str, Any], is_flow: bool) -> None:  # noqa: FBT001 - drawn
    text = yaml.safe_dump(spec, default_flow_style=is_flow, allow_unicode=True, sort_keys=False)
    assert parse_spec(text, "spec")[1] == []
    check_soundness(text)


# Specs that were right: whatever the schema refuses the parser refuses as well

JUNK: list[Any] = [
    None, True, 0, 3, -1, 0.5, "", " ", "x", "relu", "conv3x3 8", "conv3 8", "unit", "if",
    "else: x",
    "3x8x8", "61M", "<= 4 MiB", "40%", [], {}, [None], ["relu"], [["x"]], {"x": "relu"},
    {"a": None}, {"relu": None}, {"conv": {"out_channels": 8, "kernel_size": 3}}, {"stem": "relu"},
    {"a": {"b": 1}},
    {"if true": "relu"}, {"else": "relu"}, {"add": ["x", "relu"]}, {"repeat 2": ["relu"]}, "True",
    {"macs": 3}, {"vars": {}}, {"depth": {"depth": 3}}, "conv3x3 8 bias='('", "bn a=1", "same",
]  # fmt: skip
TOKENS = [
    " ",
    " 3",
    " stride=2",
    " bias=1",
    " same",
    "=",
    "(",
    ")",
    "'",
    "x",
    "3x3",
    "#",
    "\t",
    "\n",
]
TOKENS += [" padding=(1, 2)", " 8 8", "%", ".", "_", "é", "==1", ", ", "-", " relu", " x", "\x85"]


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    for key, value in items:
        yield from places(value, (*path, key))


@cache
def known_keys() -> list[str]:
    keys = {key for text in SOUND.values() for path in places(read(text)) for key in path}
    heads = {f"{name} 8" for name in OPS} | {f"{name}3x3" for name in OPS} | {*OPS, *STATED}
    return sorted({*map(str, keys), *heads, "if x", "else", "repeat 3", "x", "", "stem ", " relu"})


def changed(draw: st.DrawFn, tree: Any, path: tuple[Any, ...]) -> Any:
    """A tree with one accident at a place."""
    if path:
        key, *rest = path
        copy = dict(tree) if isinstance(tree, dict) else list(tree)
        copy[key] = changed(draw, tree[key], tuple(rest))
        return copy
    junk = st.sampled_from(JUNK)
    if isinstance(tree, dict) and draw(st.booleans()):
        items = list(tree.items())
        place = draw(st.integers(0, len(items)))
        fresh = (draw(st.sampled_from(known_keys())), draw(junk))
        renamed = (fresh[0], items[place][1]) if place < len(items) else fresh
        kept = draw(st.sampled_from([[], [renamed], [fresh]]))
        return dict([*items[:place], *kept, *items[place + 1 :]])
    if isinstance(tree, list) and draw(st.booleans()):
        place = draw(st.integers(0, len(tree)))
        kept = draw(st.sampled_from([[], [draw(junk)], [draw(junk), *tree[place : place + 1]]]))
        return [*tree[:place], *kept, *tree[place + 1 :]]
    if isinstance(tree, str) and draw(st.booleans()):
        place = draw(st.integers(0, len(tree)))
        return (
            tree[:place] + draw(st.sampled_from(TOKENS)) + tree[place + draw(st.integers(0, 2)) :]
        )
    return draw(junk)


@st.composite
def mutated_trees(draw: st.DrawFn) -> str:
    tree = read(SOUND[draw(st.sampled_from(sorted(SOUND)))])
    for _ in range(draw(st.integers(1, 2))):
        tree = changed(draw, tree, draw(st.sampled_from(sorted(places(tree), key=str))))
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


@thorough(200)
@given(mutated_trees())
def test_mutated_trees(text: str) -> None:
    check_soundness(text)


@thorough(150)
@given(st.data())
def test_mutated_texts(data: st.DataObject) -> None:
    text = SOUND[data.draw(st.sampled_from(sorted(SOUND)))]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        token = data.draw(
            st.sampled_from([*TOKENS, "", "\n  - ", ": ", "True", "~", "[", "{", "0"])
        )
        text = text[:place] + token + text[place + data.draw(st.integers(0, 2)) :]
    check_soundness(text)


HEADS = [*OPS, *(f"{name}3x3" for name in OPS), "conv3", "x", "stem", "kind", "unit"]
NAMED = sorted(
    f" {key}{sign}"
    for kind in OPS.values()
    for key in kind.attributes
    for sign in ("=", "==", "<=")
)
PIECES = ["0", "1", "2", "8", " 8", "true", "width", "1x2", ".5", " if ", " else ", "x.channels"]


@thorough(300)
@given(
    st.sampled_from(HEADS),
    st.lists(st.sampled_from([*TOKENS, *PIECES, *NAMED]), max_size=8).map("".join),
    st.sampled_from([None, {"bias": True}, {"out_channels": 8, "kernel_size": 3}, "relu"]),
)
def test_lines_of_any_pieces(head: str, rest: str, below: Any) -> None:
    line = f"{head}{rest}"
    check_layer(line if below is None else {line: below})
