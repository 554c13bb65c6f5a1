"""What a new name of a label or a variant changes in the project file."""

import tomllib

import pytest

from cnncalc.checks.networks import Plan
from cnncalc.checks.project.read import read_project
from cnncalc.diagnostics import Edit
from cnncalc.editor.document import Document
from cnncalc.editor.elsewhere import edits_in_project
from cnncalc.editor.names import RenameError, rename

SPEC = """\
name: two
input: 3x8x8
vars: {width: 8}
blocks:
  unit out: [conv3x3 out padding=1, {act: relu}]
layers:
  - stem: conv3x3 width padding=1
  - stage:
      - first: unit width
      - low: conv1x1 4
  - flatten
  - fc: linear 10
variants:
  wide: {vars: {width: 16}}
"""

PROJECT = """\
[[budgets]]
specs = "nets/two.yaml"
layers.stem.macs = "1M"
layers . "stem" . parameters = '1K'   # stem
layers.stage.low.macs = "1M"
layers."stage.low".parameters = "1K"

[budgets.layers.stage.first.act]
macs = 0

[[budgets]]
specs = ["nets/two.yaml:wide", "nets/two.yaml"]
layers = {stem = {macs = "2M"}, fc = {macs = "1M"}}

[[budgets]]
specs = "nets/*.yaml"
layers.stem.macs = "3M"

[[budgets]]
specs = "nets/other.yaml:wide"
layers.stem.macs = "4M"

[[tolerances]]
specs = 'nets/two.yaml:wide'
layers.stem.macs = "1%"
"""


def after(name: str, new: str, project: str = PROJECT, file: str = "cnncalc.toml") -> str:
    """The project file when the first place of a name in the spec has a new one."""
    document = Document(SPEC, "nets/two.yaml", Plan())
    read, faults = read_project(project, file)
    assert read is not None, faults
    edits = rename(document, SPEC.index(f"{name}:"), new)
    return applied(project, edits_in_project(document, edits, read, project))


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda one: one.span[1:], reverse=True):
        span = edit.span
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + edit.text + line[span.end_column - 1 :]
    return "".join(lines)


def test_a_label_is_another_in_the_tables_of_its_file_alone() -> None:
    found = after("stem", "entry")
    was, now = tomllib.loads(PROJECT), tomllib.loads(found)
    names = [sorted(table["layers"]) for table in now["budgets"]]
    assert names == [["entry", "stage", "stage.low"], ["entry", "fc"], ["stem"], ["stem"]]
    assert [*now["tolerances"][0]["layers"]] == ["entry"]
    assert [*map(str, was["budgets"][0]["layers"]["stem"].values())] == [
        *map(str, now["budgets"][0]["layers"]["entry"].values())
    ]
    assert "# stem" in found  # a comment is anyone's text
    assert len(found.splitlines()) == len(PROJECT.splitlines())


def test_a_label_within_a_path() -> None:
    assert after("low", "last") == PROJECT.replace("stage.low", "stage.last")
    found = after("stage", "body")
    assert found == PROJECT.replace("stage", "body")
    assert after("act", "squash") == PROJECT.replace("first.act", "first.squash")


def test_a_variant() -> None:
    assert after("wide", "large") == PROJECT.replace("two.yaml:wide", "two.yaml:large")


@pytest.mark.parametrize("new", ['x"y', "x'y", "x\\y", "w*", "w[a]", "a/b"])
def test_a_variant_that_no_glob_can_name_is_refused(new: str) -> None:
    with pytest.raises(RenameError, match="cannot stand in a glob"):
        after("wide", new)


def test_a_label_that_needs_quotes_gets_them() -> None:
    tables = tomllib.loads(after("stem", "stämme"))["budgets"]
    assert "stämme" in tables[0]["layers"]
    assert "stämme" in tables[1]["layers"]


def test_what_no_table_names_changes_nothing() -> None:
    assert after("fc", "head") == PROJECT.replace("fc =", "head =")
    assert after("width", "size") == PROJECT


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_table_of_pyproject(line_break: str) -> None:
    text = line_break.join(
        ["[tool.cnncalc.check]", 'ignore = ["W6"]', "[[tool.cnncalc.budgets]]",
         'specs = "nets/two.yaml"', 'layers.stem.macs = "1M"', ""]
    )  # fmt: skip
    found = after("stem", "entry", text, "pyproject.toml")
    assert found == text.replace("stem", "entry")
