"""The rules of lint: each on its own examples, on real networks, and against counting."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result
from fuzz.clock import stopwatch
from lint_specs import CHECKED, RULES, met_in, said, spec

import cnncalc
from cnncalc.checks import lint
from cnncalc.checks.examples import diagnostics_of, marks_in
from cnncalc.checks.lint import load_rule
from cnncalc.checks.lint.rule import Rule
from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES, SpecError


def code_of(rule: Rule) -> str:
    return str(rule.code)


# The registry


def test_every_code_of_lint_has_a_rule_in_order() -> None:
    assert [rule.code for rule in RULES] == [code for code in CODES if code.startswith("W6")]


def test_a_rule_stands_in_the_file_of_its_fault() -> None:
    files = {path.stem for path in Path(lint.__file__).parent.glob("*.py")}
    for rule in RULES:
        words = [word for word in rule.name.split() if word not in {"a", "the"}]
        assert "_".join(words) in files


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_documentation(rule: Rule) -> None:
    first = rule.about.partition("\n\n")[0]
    assert len(first) <= 74
    for paragraph in (*rule.about.split("\n\n"), rule.why):
        assert paragraph == " ".join(paragraph.split())
        assert paragraph.endswith((".", ")"))
    assert rule.failing != rule.passing


# The examples of the rules


@pytest.mark.parametrize("rule", CHECKED, ids=code_of)
def test_the_failing_example_has_one_fault(rule: Rule) -> None:
    assert [one.code for one, _ in met_in(rule.failing)] == [rule.code]


@pytest.mark.parametrize("rule", CHECKED, ids=code_of)
def test_the_passing_example_has_none(rule: Rule) -> None:
    assert said(rule.passing) == []


class Golden(NamedTuple):
    """What is said of a failing example, and the text under the caret."""

    marked: str
    message: str
    hint: str | None = None


GOLDEN = {
    "W601": Golden(
        "4", "the last row and column of 224x224 are read by no window", "use padding=2"
    ),
    "W602": Golden(
        "2",
        "3 of 4 inputs are never read: the 1x1 kernel has a stride of 2",
        "give the stride to a layer with a kernel of 2x2 or larger",
    ),
    "W603": Golden(
        "conv3x3", "`bn1` cancels the bias: 16 parameters without effect", "write `bias=false`"
    ),
    "W604": Golden(
        "half",
        "half padding of the even 4x4 kernel turns 32x32 into 33x33, half a pixel off",
        "write `padding=same`, which makes 32x32",
    ),
    "W605": Golden(
        "1",
        "116 of 900 windows cover padding only: the padding is 1, the window 1",
        "write `padding=0`",
    ),
    "W606": Golden(
        "conv3x3",
        "no non-linearity between `conv1` and `conv2`: one linear map from 3x32x32 to 16x32x32",
        "put `relu` after `conv1`",
    ),
    "W607": Golden("3x8x8", "the last map has a receptive field of 9x9, the input is 8x8"),
    "W608": Golden("skip", "nothing reads the label `skip`", "remove it"),
    "W609": Golden("wide", "no layer calls the block `wide`", "remove it"),
    "W610": Golden("depth", "nothing reads the variable `depth`", "remove it"),
    "W611": Golden(
        "stride",
        "the block `unit` never reads its parameter `stride`",
        "remove it, here and in the calls",
    ),
    "W612": Golden(
        "dropout", "no layer with weights follows this dropout of 0.5", "move it before `linear2`"
    ),
    "W613": Golden(
        "add",
        "the branches begin centred on 1 and 0 along the height of `input`",
        "give the branches one stride, or kernels and paddings with one centre",
    ),
    "W614": Golden(
        "softmax",
        "`linear2` reads 300 values that a softmax has scaled to a sum of 1",
        "use `relu`, and keep softmax for the end",
    ),
    "W615": Golden(
        "linear",
        "`linear1` holds 1,048,640 of 1,049,738 parameters, 99.9 %",
        "put `globalavgpool` before `flatten1`: it would have 1,088 parameters",
    ),
    "W616": Golden(
        "linear",
        "nothing reads `rotation`; it and 2 layers before it cost 68 parameters and 64 MACs for "
        "nothing",
        "remove it, or name it under `outputs`",
    ),
    "W617": Golden(
        "relu", "`maxpool1` gives nothing below 0: `relu` after it changes nothing", "remove it"
    ),
    "W618": Golden(
        "W612",
        "line 6 has no finding `W612`",
        "remove it, or move it to the line that it is about",
    ),
    "W619": Golden("softmax", "a softmax over 1 channel gives 1 for every input", "use `sigmoid`"),
    "W620": Golden(
        "3x3",
        "6 of the 9 taps of the 3x3 kernel meet padding only: 384 of 576 weights have no effect",
        "use a kernel of 3x1",
    ),
    "W621": Golden(
        "3x3",
        "each output is made of 1 to 4 taps: the 3x3 kernel has a stride of 2",
        "use a kernel of 4x4",
    ),
    "W622": Golden(
        "lrn",
        "the block `lrn` hides the op of that name",
        "rename it, if the op is meant anywhere",
    ),
    "W623": Golden(
        "flatten",
        "the label `flatten` has the name of an op",
        "rename it, if the op is meant here",
    ),
    "W624": Golden(
        "if stride != 1",
        "the `if` changes nothing: `x` is all that it gives",
        "remove it, or write the layers that it is about",
    ),
    "W625": Golden(
        "32x32x3",
        "the input 32x32x3 has 32 channels and is 3 wide",
        "if it is height x width x channels, write `3x32x32`",
    ),
    "W626": Golden(
        "sum",
        "`sum` is a label: its layers run one after the other",
        "to join them, write `add`, else rename it",
    ),
    "W627": Golden(
        "layrs",
        "the layers are under `layrs`, which is no key of a spec: the file is not taken for one",
        "did you mean `layers`?",
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_what_is_said_of_the_failing_example(rule: Rule) -> None:
    [fault] = diagnostics_of(rule)
    assert fault.span is not None
    line = rule.failing.splitlines()[fault.span.line - 1]
    marked = line[fault.span.column - 1 : fault.span.end_column - 1]
    assert Golden(marked, fault.message, fault.hint) == GOLDEN[rule.code]
    assert fault.severity == rule.severity


def test_a_spec_with_faults_is_not_looked_over() -> None:
    with pytest.raises(SpecError, match="E204"):
        list(met_in(spec("3x8x8", "conf3x3 8")))


# Large networks

LARGE = {
    "branches": spec(
        "8x16x16",
        "repeat 7000:\n      - concat: [[conv1x1 4, bn, relu], [conv3x3 4 padding=1, bn, relu]]",
    ),
    "skips": spec(
        "8x16x16",
        "repeat 12000:\n      - t: relu\n      - conv1x1 8 stride=2\n      - t\n      - dropout",
    ),
    "softmax": spec("8x16x16", "repeat 50000: softmax", "conv1x1 8"),
    "one map, many readers": "name: t\ninput: 8x16x16\nlayers:\n  - a: relu\n"
    + "  - a\n  - conv3x3 8 stride=2\n" * 10_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_rules_are_linear(name: str) -> None:
    text = LARGE[name]
    marks = marks_in(text)
    next(marks, None)  # the network is expanded by then
    with stopwatch() as took:
        for _ in marks:
            pass
    assert took.seconds < 2


# The command


def run(*arguments: str, columns: int = 80) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(main, arguments, catch_exceptions=False)


PAGE = """\
W612 dropout at the end (warning)

  No layer with weights follows a dropout.

  What it gives reaches an output of the network, or of an auxiliary head,
  without passing a layer with weights; softmax or pooling make no difference. A
  dropout of 0 drops nothing and is no fault.

Why
  Dropout makes the layer after it learn from a random part of its input. After
  the last layer with weights nothing learns: in training, logits are set to
  zero at random, half of the classes with the usual `p=0.5`, and the loss is
  noise.

Found
    name: Dropout at the end
    input: 784
    layers:
      - linear 300
      - relu
      - linear 10
      - dropout 0.5

    warning[W612]: no layer with weights follows this dropout of 0.5
     --> example.yaml:7:5
      |
    7 |   - dropout 0.5
      |     ^^^^^^^
      = help: move it before `linear2`

Not found
    name: Dropout at the end
    input: 784
    layers:
      - linear 300
      - relu
      - dropout 0.5
      - linear 10

To silence it
  End the line with `# cnncalc: ignore[W612] reason`, or put that comment on the
  line above. To leave the rule out everywhere: `cnncalc check --ignore W612`.
"""


@pytest.mark.parametrize("code", ["W612", "w612"])
def test_the_page_of_a_rule(code: str) -> None:
    result = run("rule", code)
    assert result.exit_code == 0
    assert result.stdout == PAGE


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_every_page_fits(rule: Rule, columns: int) -> None:
    text = run("rule", rule.code, columns=columns).stdout
    prose = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= columns
    assert [line for line in prose if line.endswith(" ")] == []
    golden = GOLDEN[rule.code]
    assert golden.message in text
    assert golden.hint is None or f"= help: {golden.hint}\n" in text


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_every_page_as_markdown(rule: Rule) -> None:
    text = run("rule", rule.code, "--format", "markdown").stdout
    assert text.startswith(f"# {rule.code}: {rule.name}\n\nLevel: {rule.severity}.\n\n")
    assert text.count("```") == 6
    assert f"```yaml\n{rule.failing}```" in text
    assert f"```yaml\n{rule.passing}```" in text


@pytest.mark.parametrize("columns", [80, 100])
def test_the_list_has_every_code_below_its_stage(columns: int) -> None:
    lines = run("rule", columns=columns).stdout.splitlines()
    assert lines[:2] == [
        "E0: the file cannot be read",
        "  E001  error        unreadable file",
    ]
    assert max(map(len, lines)) <= columns
    heads = [line.split(maxsplit=2) for line in lines if line.startswith("  ")]
    assert [(code, name) for code, _, name in heads] == [*CODES.items()]
    severities = {rule.code: rule.severity for rule in RULES}
    assert {code: severity for code, severity, _ in heads if code in severities} == severities
    titles = [line.partition(":")[0] for line in lines if re.match("[EW][0-9]:", line)]
    assert titles == [*dict.fromkeys(code[:2] for code in CODES)]


def test_the_list_as_markdown() -> None:
    lines = run("rule", "--format", "markdown").stdout.splitlines()
    assert len(lines) == len(CODES) + 2
    assert lines[2] == "| E001 | error | unreadable file | A file cannot be read. |"


def test_the_list_as_json() -> None:
    records = json.loads(run("rule", "--format", "json").stdout)
    assert [one["code"] for one in records] == [*CODES]
    assert [one for one in records if one["can_be_ignored"] != (one["remedy"] is None)] == []
    one = json.loads(run("rule", "e106", "--format", "json").stdout)
    assert one in records
    assert one["failing"].splitlines()[2] == "<<<<<<< HEAD"


@pytest.mark.parametrize("code", [code for code in CODES if not code.startswith("W6")])
def test_every_other_code_has_its_name(code: str) -> None:
    result = run("rule", code)
    assert result.exit_code == 0
    level = "error" if code.startswith("E") else "warning"
    assert result.stdout.startswith(f"{code} {CODES[code]} ({level})\n\n")
    titles = [line for line in result.stdout.splitlines()[1:] if line and line[0] != " "]
    assert titles == ["Why", "Found", "Not found", "To mend it"]
    prose = [line for line in result.stdout.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= 80
    page = run("rule", code, "--format", "markdown").stdout
    assert page.startswith(f"# {code}: {CODES[code]}\n\nLevel: {level}.\n\n")


def test_an_unknown_code() -> None:
    result = run("rule", "W162")
    assert result.exit_code == 2
    assert "there is no rule `W162`: did you mean `W612`?" in result.stderr


def test_a_code_like_no_other() -> None:
    result = run("rule", "dropout")
    assert result.exit_code == 2
    assert "there is no rule `DROPOUT`: `cnncalc rule` lists the rules" in result.stderr


def test_a_rule_on_request_takes_part_where_its_code_is_given(tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(load_rule("W607").failing, encoding="utf-8")

    def codes(select: tuple[str, ...]) -> list[str]:
        files = cnncalc.check(path, select=select).files
        return [one.diagnostic.code for file in files for one in file.findings]

    assert codes(("W",)) == codes(("W6",)) == []
    assert codes(("W607",)) == ["W607"]
