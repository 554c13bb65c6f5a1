"""What a diagnostic can mend: its edits are applied, and the finding is gone."""

import json
from collections.abc import Iterable
from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnncalc import SpecError, load
from cnncalc.checks.lint import ENTRIES, load_rule
from cnncalc.cli.main import main
from cnncalc.diagnostics import Diagnostic, Edit, Fix, Span, rename, rewrite

FOLDER = Path(__file__).parent / "diagnostics" / "err"
ERR = [path for path in sorted(FOLDER.glob("*.yaml")) if not path.stem.startswith("E504")]
"""What is beyond a bound takes a million layers to find, and no word mends it."""


def applied(fix: Fix, text: str) -> str:
    """A text with the edits of a fix, the last one first so that places stay."""
    lines = text.splitlines(keepends=True)
    for span, new in sorted(fix.edits, reverse=True):
        assert span.line == span.end_line
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + new + line[span.end_column - 1 :]
    return "".join(lines)


@cache
def faults_of(path: Path) -> tuple[Diagnostic, ...]:
    """What loading a spec finds."""
    try:
        load(path)
    except SpecError as error:
        return error.diagnostics
    return ()


def fixes(faults: Iterable[Diagnostic]) -> list[Fix]:
    """The edits among some faults."""
    return [one.fix for one in faults if one.fix is not None]


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.stem)
def test_a_fix_removes_its_finding_and_adds_none(path: Path, tmp_path: Path) -> None:
    for fix in fixes(faults_of(path)):
        mended = tmp_path / path.name
        mended.write_text(applied(fix, path.read_text(encoding="utf-8")), encoding="utf-8")
        assert faults_of(mended) == ()


def test_misspelt_words_have_a_fix() -> None:
    codes = [path.stem[:4] for path in ERR if fixes(faults_of(path))]
    assert {code: codes.count(code) for code in sorted({*codes})} == {
        "E101": 3,
        "E201": 3,
        "E204": 9,
        "E205": 4,
        "E210": 2,
        "E211": 14,
        "E216": 2,
        "E220": 11,
        "E301": 4,
    }


def checked(text: str, tmp_path: Path, name: str = "net.yaml") -> list[dict[str, object]]:
    """What a check says of a spec, as programs read it."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with chdir(tmp_path):
        result = CliRunner().invoke(main, ["check", name, "--format", "json"])
    found: list[dict[str, object]] = json.loads(result.stdout)["findings"]
    return found


def mended(text: str, edits: object, file: str = "net.yaml") -> str:
    """A text with edits as JSON has them."""
    assert isinstance(edits, list)
    assert edits
    spans = [
        Edit(Span(*(one[key] for key in Span._fields)), one["text"])
        for one in edits
        if one["file"] == file
    ]
    return applied(Fix(tuple(spans), ""), text)


@pytest.mark.parametrize("code", ENTRIES)
def test_a_fix_of_a_rule_removes_its_finding_and_adds_none(code: str, tmp_path: Path) -> None:
    text = load_rule(code).failing
    for finding in checked(text, tmp_path):
        if finding["fix"] is not None:
            assert checked(mended(text, finding["fix"]), tmp_path) == []


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("conv3x3 16", "conv3x3 16 bias=false"),
        ("conv3x3 16 padding=1", "conv3x3 16 padding=1 bias=false"),
        ("conv3x3 16 bias=true padding=1", "conv3x3 16 bias=false padding=1"),
        ('"conv3x3 16"', '"conv3x3 16 bias=false"'),
        ("conv: {out_channels: 16, kernel_size: 3}", None),
        ("conv: {out_channels: 16, kernel_size: 3, bias: true}",
         "conv: {out_channels: 16, kernel_size: 3, bias: false}"),
        ("conv3x3 16 bias=has_bias", None),
    ],
)  # fmt: skip
def test_a_bias_before_a_normalisation(line: str, fixed: str | None, tmp_path: Path) -> None:
    text = f"name: N\ninput: 3x8x8\nvars: {{has_bias: true}}\nlayers:\n  - {line}\n  - bn\n"
    [finding] = [one for one in checked(text, tmp_path) if one["code"] == "W603"]
    assert finding["hint"] == "write `bias=false`"
    if fixed is None:
        assert finding["fix"] is None
    else:
        assert mended(text, finding["fix"]).splitlines()[4] == f"  - {fixed}"


@pytest.mark.parametrize(
    ("stated", "fixed"),
    [
        ("expect: {parameters: 447}", "expect: {parameters: 448}"),
        ('expect: {parameters: "447"}', 'expect: {parameters: "448"}'),
        ("expect: {output: 16x6x7}", "expect: {output: 16x6x6}"),
        ("expect: {macs: 1.5K}", "expect: {macs: 15_552}"),
        ("expect: {weight_bytes: 1 KiB}", "expect: {weight_bytes: 1_792 B}"),
        ("budget: {parameters: 400}", "budget: {parameters: 448}"),
        ('budget: {parameters: "<= 0.4K"}', 'budget: {parameters: "0.45K"}'),
        ('budget: {parameters: ">= 500"}', 'budget: {parameters: ">= 448"}'),
        ("budget: {weight_bytes: 1 KiB}", "budget: {weight_bytes: 1.75 KiB}"),
    ],
)
def test_a_stated_number_that_does_not_hold(stated: str, fixed: str, tmp_path: Path) -> None:
    text = f"name: N\ninput: 3x8x8\nlayers: [conv3x3 16, relu]\n{stated}\n"
    [finding] = checked(text, tmp_path)
    new = mended(text, finding["fix"])
    assert new.splitlines()[3] == fixed
    assert checked(new, tmp_path) == []


def test_a_budget_of_the_project_file(tmp_path: Path) -> None:
    project = '[budget]\nparameters = "400"\nmacs = 15_000\n'
    (tmp_path / "cnncalc.toml").write_text(project, encoding="utf-8")
    text = "name: N\ninput: 3x8x8\nlayers: [conv3x3 16, relu]\n"
    for metrics in (["parameters", "macs"], ["macs"]):  # each remedy is that of the first
        [finding] = checked(text, tmp_path)
        assert (finding["code"], finding["line"], finding["metrics"]) == ("E802", 3, metrics)
        project = mended(project, finding["fix"], "cnncalc.toml")
        (tmp_path / "cnncalc.toml").write_text(project, encoding="utf-8")
    assert project == '[budget]\nparameters = "448"\nmacs = 15_552\n'
    assert checked(text, tmp_path) == []


def test_a_number_of_a_document(tmp_path: Path) -> None:
    text = "It has <!-- cnncalc vgg:16 parameters -->**138 K**<!-- /cnncalc --> weights.\n"
    (tmp_path / "doc.md").write_text(text, encoding="utf-8")
    with chdir(tmp_path):
        result = CliRunner().invoke(main, ["check", "--docs", "doc.md", "--format", "json"])
    [finding] = json.loads(result.stdout)["findings"]
    assert finding["code"] == "E804"
    assert "-->**138358 K**<!--" in mended(text, finding["fix"], "doc.md")


def test_a_label_of_an_expectation(tmp_path: Path) -> None:
    text = (
        "name: N\ninput: 3x8x8\nlayers: [stem: conv3x3 16, relu]\n"
        "expect:\n  stme: {parameters: 448}\n"
    )
    [finding] = checked(text, tmp_path)
    assert finding["code"] == "E805"
    new = mended(text, finding["fix"])
    assert new.splitlines()[4] == "  stem: {parameters: 448}"
    assert checked(new, tmp_path) == []


PLACE = Span("a.yaml", 4, 9, 4, 14)


@pytest.mark.parametrize(
    ("name", "near", "text", "columns"),
    [
        ("widht", "width", None, [9]),
        ("activation", "dilation", None, []),  # alike, and another word
        ("w", "v", "w+w*2", [9, 11]),
        ("w", "v", "x.w+a", []),  # a property of the same name
    ],
)
def test_a_word_is_renamed_where_it_stands(
    name: str, near: str, text: str | None, columns: list[int]
) -> None:
    remedy = rename(name, near, PLACE, text)
    assert str(remedy) == f"did you mean `{near}`?"
    edits = remedy.edits if isinstance(remedy, Fix) else ()
    assert [one.span.column for one in edits] == columns


def test_a_value_written_otherwise_than_it_reads_is_no_edit() -> None:
    assert rewrite("61M", PLACE, "6 1 M and more") == "write `61M`"
    assert rewrite("61M", PLACE._replace(end_line=5), "60_00") == "write `61M`"
    assert rewrite("61M", PLACE, "60M") == Fix(
        (Edit(Span("a.yaml", 4, 10, 4, 13), "61M"),), "write `61M`"
    )
