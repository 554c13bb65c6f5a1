"""Text of strangers, in every field of every input, in every form of every output."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import click
import numpy as np
import pytest
from fuzz.surfaces.answers import Answer, held
from onnx import helper
from onnx_models import model, weight

import cnncalc
from cnncalc.cli.main import COMMANDS, main
from cnncalc.printable import gated, printable
from cnncalc.render.findings import FORMATS

MARK = "FORGED"
HOSTILE = (
    "a\x1b[2J\x1b]0;t\x07\x08\x7f\x9b3m\u202e\u2066\u200b\u200f\ufeff\u2028\u2029\x85\r"
    f"{MARK}\n{MARK}::error::\n::error::{MARK}\n##vso[task.complete]\n##[error]b"
)
"""Controls of both kinds, marks that turn or hide text, breaks, commands of CI systems."""

MARKS = '<img src=x onerror=alert(1)> [a](b) `c` | d @someone \\input{e} "f" \'\'\' """ \\'


def quoted(text: str) -> str:
    """Text as YAML, JSON and TOML take it in quotes."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def look(found: Answer) -> Answer:
    """No line is forged: none begins with what stands behind a break in the text."""
    for text in (found.out, found.err):
        assert not [line for line in text.splitlines() if line.lstrip().startswith(MARK)], text
    return found


NETWORK_COMMANDS: list[tuple[str, ...]] = [
    *(("summarize", "NET", "--format", form)
      for form in ("table", "json", "csv", "markdown", "latex")),
    *(("summarize", "NET", "--depth", "all", "--columns", "inputs,op,line", "--format", form)
      for form in ("table", "markdown", "latex")),
    *(("summarize", "NET", "--count", "fvcore", "--format", form)
      for form in ("table", "json", "markdown", "latex")),
    *(("solve", "NET", "--for", "size", "--where", "parameters >= 1", "--format", form)
      for form in ("table", "json")),
    ("solve", "NET", "--for", "size", "--match", "lenet5"),
    ("summarize", "NET", "--published"),
    ("summarize", "NET", "--published", "--format", "json"),
    ("summarize", "NET", "--fit", "1GiB"),
    *(("compare", "NET", "NET", "--format", form) for form in ("table", "json", "markdown")),
    *(("explain", "NET", "--format", form) for form in ("text", "json", "markdown")),
    *(("diff", "lenet5", "NET", "--format", form)
      for form in ("table", "json", "markdown", "html")),
    ("summarize", "NET", "--format", "json", "--full"),
    ("report", "NET", "-o", "-"),
    ("report", "NET", "lenet5", "-o", "-"),
    *(("verify", "NET", "--format", form) for form in ("table", "json")),
    *(("estimate", "NET", "--device", "rtx4090", "--layers", "--format", form)
      for form in ("table", "json", "csv", "markdown")),
    ("estimate", "NET", "lenet5", "--device", "rtx4090"),
    *(("check", "NET", "--format", form) for form in FORMATS),
    ("check", "NET", "--list-files"),
    *(("convert", "NET", "-", "--to", form) for form in ("torch", "yaml", "mermaid", "dot")),
    ("run", "NET", "--input", "X", "--seed", "1"),
    *(("demonstrate", "NET", "receptive-field", "--format", form) for form in ("text", "json")),
    ("show", "NET"),
]  # fmt: skip
"""Every command that reads a network, in every form."""


def answers(net: object, commands: Sequence[Sequence[str]] = NETWORK_COMMANDS) -> Iterator[Answer]:
    for command in commands:
        arguments = [str(net) if word == "NET" else word for word in command]
        found = look(held(arguments))
        if "json" in command and found.out:
            json.loads(found.out)
        if "junit" in command and found.out:
            ET.fromstring(found.out)  # noqa: S314 - our own
        yield found


# Specs

TEXTS = f"""
name: {quoted(HOSTILE + MARKS)}
source: {quoted(HOSTILE + MARKS)}
description: {quoted(HOSTILE + MARKS)}
vars: {{a: 8}}
input: 3x8x8
layers: [conv3x3 a, relu, flatten, linear 4]
expect: {{parameters: 1}}
published: {{conv1: {{macs: 1, note: {quoted(HOSTILE + MARKS)}}}}}
variants: {{b: {{vars: {{a: 4}}, source: {quoted(HOSTILE)}}}}}
"""


@pytest.mark.filterwarnings("error")
def test_the_texts_of_a_spec_steer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, page = tmp_path / "n.yaml", tmp_path / "page.md"
    spec.write_text(TEXTS, encoding="utf-8")
    found = list(answers(spec))
    # Most have a result: the hostile text went through them, not through a fault.
    assert sum(one.code < 2 for one in found) >= 30
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    look(held(["check", str(spec)]))
    assert "\x1b" not in page.read_text(encoding="utf-8")


FIELDS = [
    "{}: 1", "name: [{}]", "input: {}", "input: {{{}: 3x8x8}}", "vars: {{{}: 1}}",
    "vars: {{a: {}}}",
    "require: {{{}: no}}", "blocks: {{{}: [relu]}}", "blocks: {{b: [{}]}}", "layers: [{}]",
    "layers: [{{{}: conv3x3 4}}]", "layers: [conv: {{{}: 3}}]", "layers: [conv: {{padding: {}}}]",
    "layers: [{{add: [x, {}]}}]", "layers: [{{if {}: relu}}]", "layers: [{{share: {}}}]",
    "outputs: {{{}: x}}", "outputs: [{}]", "auxiliary: {{{}: relu}}", "expect: {{{}: 1}}",
    "expect: {{macs: {}}}", "expect: {{{}: {{macs: 1}}}}", "budget: {{{}: 1}}",
    "budget: {{macs: {}}}",
    "published: {{{}: 1}}", "published: {{macs: {}}}", "published: {{{}: {{macs: 1}}}}",
    "variants: {{{}: {{}}}}", "variants: {{v: {{{}: 1}}}}", "variants: {{v: {{vars: {{{}: 1}}}}}}",
    "variants: {{v: {{vars: {{a: {}}}}}}}", "ignore: {}", "&a {}: 1", "*{}", "!<{}> a: 1", "{}",
]  # fmt: skip
"""Every other field of a spec."""


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "text", [HOSTILE, "::error::a", "##vso[a]", MARKS], ids=["all", "github", "azure", "marks"]
)
def test_every_field_of_a_spec_steers_nothing(tmp_path: Path, field: str, text: str) -> None:
    spec = tmp_path / "n.yaml"
    key = field.format(quoted(text)) + "\n"
    rest = "".join(
        line
        for line in ("input: 3x8x8\n", "layers: [conv3x3 4, relu]\n", "vars: {a: 1}\n")
        if line.split(":")[0] != field.split(":", maxsplit=1)[0]
    )
    spec.write_text(key + rest, encoding="utf-8")
    commands = [
        ("summarize", "NET"),
        ("summarize", "NET", "--published"),
        ("convert", "NET", "-", "--to", "yaml"),
        *(("check", "NET", "--format", form) for form in FORMATS),
    ]
    list(answers(spec, commands))


@pytest.mark.parametrize("data", [
    b"name: a # \xc2\x9b \xe2\x80\xae \xe2\x80\xa8\n::error::a: 1\ninput: 3x8x8\nlayers: [relu]\n",
    b"name: \x1b[31m\n", b"\xff\xfe\x1b", b"layers: [\r::error::a\r", b"'##vso[a]': \"\\x1b\n",
    b"#\n##vso[task.a]\n##[error]\ninput: 3x8x8\nlayers: [relu]\n",
])  # fmt: skip
def test_the_bytes_of_a_spec_steer_nothing(tmp_path: Path, data: bytes) -> None:
    spec = tmp_path / "n.yaml"
    spec.write_bytes(data)
    list(answers(spec))


# Models


def hostile_model(text: str) -> Any:
    """Names of all kinds, an operator that is unknown, and one of each kind that is counted."""
    nodes = [
        helper.make_node("Conv", ["in" + text, "w" + text], ["c" + text], "n" + text),
        helper.make_node(text, ["c" + text], ["u" + text], "u/" + text, domain="other"),
        helper.make_node("Relu", ["c" + text], ["r" + text], ""),
        helper.make_node("Add", ["r" + text, "u" + text], ["y" + text], text, doc_string=text),
    ]
    built = model(
        nodes, {"in" + text: [1, 3, 8, 8]}, [weight("w" + text, 4, 3, 3, 3)], ["y" + text]
    )
    built.graph.name = built.graph.doc_string = built.producer_name = built.domain = text
    built.metadata_props.add(key=text, value=text)
    return built


@pytest.mark.parametrize(
    "text",
    [HOSTILE, 'A", "parameters": 0, "macs": 0, "x": "', "::error::a", MARKS, "=1+1", "²\0"],
    ids=["all", "json", "command", "marks", "formula", "nul"],
)
def test_the_names_of_a_model_steer_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(hostile_model(text).SerializeToString())
    found = list(answers(path))
    assert any(one.code < 2 for one in found)


def test_an_operator_of_a_model_forges_no_field(tmp_path: Path) -> None:
    path = tmp_path / "n.onnx"
    text = 'A", "parameters": 7, "macs": 7, "x": "'
    path.write_bytes(hostile_model(text).SerializeToString())
    layers = json.loads(held(["summarize", str(path), "--format", "json"]).out)["layers"]
    [unknown] = [layer for layer in layers if text in layer["op"]]
    assert (unknown["parameters"], "x" in unknown) == (0, False)


# Marks of the form itself

MARKDOWN = [command for command in NETWORK_COMMANDS if "markdown" in command]
SHOWN = re.compile(r"\\.|`[^`\n]*`|&#?\w+;|</?code>")
"""What Markdown shows as it is: an escaped mark, code, an entity; and our only tag."""


@pytest.mark.parametrize("command", MARKDOWN, ids=" ".join)
def test_markdown_shows_a_name_as_it_is(tmp_path: Path, command: tuple[str, ...]) -> None:
    spec, path = tmp_path / "n.yaml", tmp_path / "n.onnx"
    spec.write_text(TEXTS.replace("FORGED", ""), encoding="utf-8")
    path.write_bytes(hostile_model(MARKS).SerializeToString())
    for net in (spec, path):
        [found] = answers(net, [command])
        strokes = 0
        for line in found.out.splitlines():
            bare = SHOWN.sub("", line.replace("<br>", ""))  # ours: what is told beside a finding
            assert not set(bare) & set("<`[]"), line
            assert "@someone" not in re.sub(r"`[^`]*`", "", line), line
            assert bare.count("|") == strokes or not strokes or not line.startswith("|"), line
            strokes = bare.count("|")


@pytest.mark.parametrize("text", [MARKS, "^^M\\input{/etc/passwd}", "%\n\\input{a}"])
def test_no_name_is_a_command_of_latex(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(hostile_model(text).SerializeToString())
    found = held(["summarize", str(path), "--format", "latex"])
    lines = [line for line in found.out.splitlines() if not line.startswith("%")]
    assert "\\input" not in "\n".join(lines)
    assert "^^" not in "\n".join(lines)


def test_no_key_adds_to_a_spec(tmp_path: Path) -> None:
    spec, resolved = tmp_path / "n.yaml", tmp_path / "resolved.yaml"
    key = "a: {macs: 1}\nlayers: [relu]\nb"
    spec.write_text(
        f"name: {quoted(HOSTILE)}\ninput: 3x8x8\nlayers: [conv3x3 4]\n"
        f"published: {{{quoted(key)}: {{macs: 1}}, "
        f"{quoted(HOSTILE)}: {{macs: 2, note: {quoted(MARKS)}}}}}\n",
        encoding="utf-8",
    )
    before = cnncalc.load(str(spec))
    assert held(["convert", str(spec), str(resolved)]).code == 0
    after = cnncalc.load(str(resolved))
    assert after.name == before.name
    for one, other in zip(after.published, before.published, strict=True):
        assert (one.layer, one.metric, one.text) == (other.layer, other.metric, other.text)
    assert len(after.layers) == 1


LABEL_OF_DIAGRAM = '"]; evil [label="&lt;b&#27;" %%{init: {}}%% <b> $$x$$ \\'


def test_a_label_of_mermaid_is_text(tmp_path: Path) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(hostile_model(LABEL_OF_DIAGRAM).SerializeToString())
    out = held(["convert", str(path), "-", "--to", "mermaid"]).out
    assert "%%{init" not in out.split("---", 2)[-1]
    assert "<b>" not in out
    for line in out.splitlines():
        unescaped = line.replace("\\\\", "").replace('\\"', "")
        assert unescaped.count('"') % 2 == 0, line
    assert "&lt;" not in out.replace("&amp;lt;", "")


def test_a_label_of_graphviz_is_text(tmp_path: Path) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(hostile_model(LABEL_OF_DIAGRAM).SerializeToString())
    out = held(["convert", str(path), "-", "--to", "dot"]).out
    labels = re.findall(r"label=<(<TABLE.*?</TABLE>)>", out)
    rest = re.sub(r"label=<<TABLE.*?</TABLE>>", "", out)
    assert not re.search("evil|[<&]", rest)
    shown = set()
    for one in map(ET.fromstring, labels):
        assert {part.tag for part in one.iter()} <= {"TABLE", "TR", "TD", "B", "FONT"}
        shown |= {*one.itertext()}
    assert any(LABEL_OF_DIAGRAM.replace("\\", "\\\\") in text for text in shown)


# Project files, baselines, documents

PROJECT = [
    "{} = 1", "select = [{}]", "ignore = [{}]", "exclude = [{}]", "fail-on = {}", "baseline = {}",
    "tolerance = {}", "dtype = {}", "[budget]\n{} = 1", "[budget]\nmacs = {}",
    "[budget.{}]\nmacs = 1", '[budget."*.yaml"]\nmacs = {}', "[[overrides]]\nfiles = [{}]",
    "[{}]\na = 1", "a = {", "{}", "batch = {}", "input = {}",
]  # fmt: skip


@pytest.mark.parametrize("line", PROJECT)
@pytest.mark.parametrize(
    "form", ["full", "concise", "json", "github", "markdown", "junit", "sarif"]
)
def test_a_project_file_steers_nothing(tmp_path: Path, line: str, form: str) -> None:
    spec, project = tmp_path / "n.yaml", tmp_path / "cnncalc.toml"
    spec.write_text("input: 3x8x8\nlayers: [conv3x3 4, relu]\n", encoding="utf-8")
    project.write_text(line.replace("{}", quoted(HOSTILE.replace("\0", ""))), encoding="utf-8")
    look(held(["check", str(spec), "--config", str(project), "--format", form]))


BASELINES = [
    "{}", '{{}: 1}', '{"schema_version": {}}', '{"schema_version": 1, {}: 1}',
]  # fmt: skip


def replaced(value: object, way: str) -> object:
    """A baseline with hostile text for all keys of a level, or for all values."""
    if not isinstance(value, dict):
        return HOSTILE if way == "values" else value
    if way == "values":
        return {key: replaced(one, way) for key, one in value.items()}
    level = int(way)
    inner = {key: replaced(one, str(level - 1)) for key, one in value.items()} if level else value
    return inner if level else {f"{HOSTILE}{key}": one for key, one in inner.items()}


@pytest.mark.parametrize("way", ["values", "0", "1", "2", "3", *BASELINES])
@pytest.mark.parametrize(
    "form", ["full", "json", "github", "markdown", "junit", "sarif", "gitlab"]
)
def test_a_baseline_steers_nothing(tmp_path: Path, way: str, form: str) -> None:
    spec, baseline = tmp_path / "n.yaml", tmp_path / "b.json"
    spec.write_text("input: 3x8x8\nlayers: [conv3x3 4, relu]\n", encoding="utf-8")
    held(["check", str(spec), "--baseline", str(baseline), "--update-baseline"])
    text = way.replace("{}", quoted(HOSTILE))
    if way not in BASELINES:
        text = json.dumps(replaced(json.loads(baseline.read_text(encoding="utf-8")), way))
    baseline.write_text(text, encoding="utf-8")
    look(held(["check", str(spec), "--baseline", str(baseline), "--format", form]))


@pytest.mark.parametrize("mark", [
    "<!-- cnncalc {} macs -->1<!-- /cnncalc -->", "<!-- cnncalc {} -->1<!-- /cnncalc -->",
    "<!-- cnncalc lenet5 {} -->1<!-- /cnncalc -->",
    "<!-- cnncalc lenet5 macs -->{}<!-- /cnncalc -->",
    "<!-- cnncalc lenet5 macs {} -->1<!-- /cnncalc -->",
])  # fmt: skip
@pytest.mark.parametrize("form", ["full", "concise", "json", "github", "markdown", "junit"])
def test_a_document_steers_nothing(tmp_path: Path, mark: str, form: str) -> None:
    document = tmp_path / "d.md"
    document.write_text(mark.replace("{}", HOSTILE), encoding="utf-8")
    look(held(["check", "--docs", str(document), "--format", form]))


def test_a_mended_document_keeps_every_other_mark(tmp_path: Path) -> None:
    document = tmp_path / "d.md"
    text = f"{HOSTILE} <!-- cnncalc lenet5 parameters -->{{}}<!-- /cnncalc -->\n:: a\n"
    document.write_bytes(text.format("61,700").encode())
    look(held(["check", "--docs", str(document), "--fix"]))
    assert document.read_bytes() == text.format("61,706").encode()


# Names of files, and of what is in them


def test_the_name_of_a_file_steers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = HOSTILE.replace("/", "")[:120] + "\udcff.yaml"
    (tmp_path / name).write_text("input: 3x8x8\nlayers: [conv3x3 4, oops]\n", encoding="utf-8")
    (tmp_path / "::error::a.yaml").write_text("input: 3x8x8\nlayers: [relu]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for given in (name, "::error::a.yaml", "."):
        list(answers(given))
    look(held(["check", ".", "--list-files", "-o", "list.txt"]))
    text = (tmp_path / "list.txt").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 2
    assert not [line for line in text.splitlines() if line.startswith("::")]


def test_the_names_of_arrays_steer_nothing(tmp_path: Path) -> None:
    spec, array, weights = (tmp_path / name for name in ("n.yaml", "x.npy", "w.npz"))
    spec.write_text("input: 3x8x8\nlayers: [conv3x3 4, relu]\n", encoding="utf-8")
    np.save(array, np.ones((3, 8, 8), np.float32))
    name = HOSTILE.encode("utf-8", "replace").decode()
    np.savez(weights, **{name: np.ones(2), "::error::a": np.ones(2)})  # type: ignore[arg-type]
    found = look(held(["run", str(spec), "--input", str(array), "--weights", str(weights)]))
    assert found.code == 2
    assert "holds `a\\x1b[2J" in found.err


# What is typed


def options() -> Iterator[tuple[str, list[str]]]:
    """Every option and argument of every command, with a hostile value."""
    context = click.Context(main)
    yield "command", [HOSTILE]
    yield "option", [f"--{HOSTILE}"]
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield f"{name} argument", [name, HOSTILE]
        yield f"{name} two", [name, HOSTILE, f"{HOSTILE}2"]
        yield f"{name} option", [name, f"--{HOSTILE}"]
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.is_flag:
                for value in (HOSTILE, f"a={HOSTILE}", "::error::a"):
                    given = [] if name in {"check", "schema"} else ["lenet5"]
                    yield f"{name} {parameter.name}", [name, *given, parameter.opts[-1], value]


@pytest.mark.parametrize("arguments", [pytest.param(given, id=name) for name, given in options()])
def test_what_is_typed_steers_nothing(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    look(held(arguments))


# The gate


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\n", "a\tb\n"),
        ("a\r\nb\rc", "a\r\nb\\u000dc"),
        ("\x1b[31m \x9b \x7f", "\\u001b[31m \\u009b \\u007f"),
        ("\u202e\u2066\u200b\u2028\ud800", "\\u202e\\u2066\\u200b\\u2028\\ud800"),
        ("\U000e0001", "\\udb40\\udc01"),
        ("a\u3000b é 中", "a\u3000b é 中"),
        ("a\n  ::error::b ::c", "a\n  \\u003a:error::b ::c"),
        ("a ##vso[b] ##[c] ## d", "a \\u0023#vso[b] \\u0023#[c] ## d"),
    ],
)
def test_the_gate_spells_what_cannot_be_printed(text: str, shown: str) -> None:
    assert gated(text) == shown
    assert gated(shown) == shown


def test_json_keeps_its_values_behind_the_gate() -> None:
    text = HOSTILE + "\U000e0001 ##vso["
    assert json.loads(gated(json.dumps([text], ensure_ascii=False))) == [text]


def test_our_colours_pass_and_no_other_sequence() -> None:
    text = "\x1b[1ma\x1b[0m \x1b[31mb \x1b[8m \x1b[2J"
    assert gated(text, has_colors=True) == "\x1b[1ma\x1b[0m \x1b[31mb \\u001b[8m \\u001b[2J"


def test_one_value_is_one_line() -> None:
    assert printable("a\nb\x1b\u202e") == "a\\nb\\x1b\\u202e"


def test_no_cell_of_csv_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(hostile_model("=1+1").SerializeToString())
    text = held(["summarize", str(path), "--format", "csv"]).out
    rows = list(csv.reader(io.StringIO(text)))
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]
