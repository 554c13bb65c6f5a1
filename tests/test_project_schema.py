"""The schema of the project file and its reader say the same, as far as a schema can."""

import json
import re
import tomllib
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from project_tables import VALUES, projects
from thorough import thorough

from cnncalc.checks.project.read import TABLES, read_project
from cnncalc.checks.project.schema import project_schema
from cnncalc.checks.project.settings import SETTINGS
from cnncalc.cli.main import main
from cnncalc.facts import STATED

Draft7Validator: Any = import_module("jsonschema").Draft7Validator

VALIDATOR = Draft7Validator(project_schema())

ROOT = Path(__file__).parent.parent


def accepts(text: str) -> bool:
    return bool(VALIDATOR.is_valid(tomllib.loads(text)))


def reads(text: str) -> bool:
    return read_project(text, "cnncalc.toml")[0] is not None


SOUND = (
    "",
    "[check]\n[budget]\n[change]\n",
    "[check]\nselect = 'W6'\nignore = ['W607', 'W80', 'W']\nfail-on = 'information'\n",
    "[check]\nexclude = ['a/', './b', '**/c[!x].yaml', 'd//', 'e f']\nallow_empty = false\n",
    "[check]\nbaseline = 'ci/b.json'\ntolerance = '0.5 %'\ndtype = 'float16'\nbatch = 8\n",
    "[check]\ntolerance = 0\nbits = 'w8a8, fc: w32a32'\noptimizer = 'sgd'\n",
    "[check.severity]\nW603 = 'error'\nW8 = 'information'\n",
    "[check.per_file_ignores]\n'old/' = 'W603'\n'**/x.yaml' = ['W6', 'W612']\n",
    "[budget]\nparameters = '30M'\nmacs = '<= 4_000'\nweight_bytes = '1 MiB..4 MiB'\n",
    "[budget]\noutput = '10x20'\nlayers.fc.macs = '40%'\nlayers.a.b.share = '<= 12.5%'\n",
    "[budget]\nlayers = {macs = {macs = 3}, fc = {}}\ninput = '3x{8..16:8} x {1..2}'\n",
    "[[budgets]]\nspecs = ['nets/vgg.yaml:1*', './a.yaml']\nlayers = {}\n",
    "[[budgets]]\nfamily = 'resnet*'\nlabel = 'stage4'\nmacs = '40%'\nallow_empty = true\n",
    "[[budgets]]\nlabel = 'stage4'\ninput = {a = '3', b = '{1..2}'}\nmacs = 1\n",
    "[[tolerances]]\nspecs = []\nmacs = '1% or 10K'\nlayers.fc6.parameters = '0'\n",
    "[[tolerances]]\nmacs = 1000\nweight_bytes = '2 KiB or 1%'\nparameters = '+1.5 %'\n",
    "[change]\nmacs = '+2%'\nparameters = '+1% or +10K'\n[[changes]]\nspecs = '*'\nmacs = 0\n",
)

FAULTY = (
    "checker = {}",
    "check = 1",
    "[[check]]",
    "[budgets]\nmacs = 1",
    "budgets = [3]",
    "[check]\nselct = 'W6'",
    "[check]\nselect = 6",
    "[check]\nselect = 'W9'",
    "[check]\nignore = ['W6033']",
    "[check]\nselect = ''",
    "[check]\nselect = 'E8'",
    "[check]\nfail-on = 'warnings'",
    "[check]\nfail_on = 'error'",
    "[check]\nexclude = '/a'",
    "[check]\nexclude = 'a/../b'",
    "[check]\nexclude = '..'",
    "[check]\nexclude = 'a//b'",
    "[check]\nexclude = 'a\\b'",
    "[check]\nexclude = ''",
    "[check]\nexclude = '%s'" % ("a" * 501),
    "[check]\nbaseline = ' '",
    "[check]\ntolerance = 2",
    "[check]\ntolerance = '2'",
    "[check]\ntolerance = '10K'",
    "[check]\ntolerance = true",
    "[check]\nbatch = 0",
    "[check]\nbatch = true",
    "[check]\nbatch = 10_000_000_000",
    "[check]\ndtype = 'flaot32'",
    "[check]\nbits = 8",
    "[check]\nallow_empty = 'yes'",
    "[check.severity]\nW603 = 'off'",
    "[check.severity]\nE801 = 'warning'",
    "[check.per_file_ignores]\n'a' = 'W801'",
    "[check.per_file_ignores]\n'/a' = 'W6'",
    "[budget]\nspecs = '*'",
    "[budget]\nmcas = 1",
    "[budget]\nmacs = true",
    "[budget]\nmacs = -5",
    "[budget]\nmacs = '40%'",
    "[budget]\nmacs = '30MB'",
    "[budget]\nweight_bytes = 12",
    "[budget]\noutput = 'big'",
    "[budget]\nlayers = 3",
    "[budget]\nlayers.fc = '10M'",
    "[budget]\nlayers.fc.mac = 1",
    "[budget]\ninput = 3",
    "[budget]\ninput = '3x'",
    "[budget]\ninput = {}",
    "[[budgets]]\nmacs = 1",
    "[[budgets]]\nspecs = '*'",
    "[[budgets]]\nspecs = []\nmacs = 1",
    "[[budgets]]\nspecs = 'a:'\nmacs = 1",
    "[[budgets]]\nspecs = 'n/'\nmacs = 1",
    "[[budgets]]\nfamily = 'a.yaml'\nmacs = 1",
    "[[budgets]]\nfamily = []\nmacs = 1",
    "[[budgets]]\nlabel = ''\nmacs = 1",
    "[[tolerances]]\nmacs = 'much'",
    "[[tolerances]]\nmacs = true",
    "[[tolerances]]\ndepth = '2%'",
    "[[tolerances]]\nmacs = {a = '2%'}",
    "[[tolerances]]\nlayers.fc.depth = '2%'",
    "[[tolerances]]\nlayers.fc = '2%'",
    "[change]\nweight_bytes = 1000",
)


@pytest.mark.parametrize("text", SOUND)
def test_what_is_read_is_accepted(text: str) -> None:
    assert reads(text), read_project(text, "cnncalc.toml")[1]
    assert accepts(text), [*VALIDATOR.iter_errors(tomllib.loads(text))]


@pytest.mark.parametrize("text", FAULTY)
def test_what_a_schema_can_refuse_is_refused(text: str) -> None:
    assert not reads(text)
    assert not accepts(text)


def test_the_cases_are_about_every_key() -> None:
    read = [tomllib.loads(text) for text in SOUND]
    assert {name for one in read for name in one} == {*TABLES}
    assert {key for one in read for key in one.get("check", {})} == {*SETTINGS}


@thorough(120)
@given(projects)
def test_the_schema_refuses_nothing_that_is_read(text: str) -> None:
    if reads(text):
        assert accepts(text), text


def test_the_values_are_sound_and_not() -> None:
    """The law above says nothing unless some of its files are read, and some are not."""
    for key in ("macs", "specs", "tolerance", "family"):
        table = {"tolerance": "[check]", "macs": "[budget]"}.get(key, "[[budgets]]\nmacs = 1")
        told = {reads(f"{table}\n{key} = {value}\n") for value in VALUES[key]}
        assert told == {True, False}, key


def test_an_editor_is_told_what_each_key_means() -> None:
    schema = project_schema()
    Draft7Validator.check_schema(schema)
    for name, table in TABLES.items():
        assert schema["properties"][name]["description"] == table.text
    check = schema["properties"]["check"]["properties"]
    assert [*check] == [*SETTINGS]
    assert all(check[key]["description"].startswith(one.text) for key, one in SETTINGS.items())
    assert {*STATED} < {*schema["properties"]["budget"]["properties"]}
    assert "W603" in schema["definitions"]["codes"]["anyOf"][0]["enum"]


def test_it_is_printed_as_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["schema", "--project"])
    assert done.exit_code == 0
    assert done.stdout.isascii()
    assert json.loads(done.stdout) == project_schema()
    assert json.loads(CliRunner().invoke(main, ["schema"]).stdout) != project_schema()
    file = tmp_path / "project.json"
    assert CliRunner().invoke(main, ["schema", "--project", "-o", str(file)]).exit_code == 0
    assert json.loads(file.read_text("utf-8")) == project_schema()


@pytest.mark.parametrize(("page", "count"), [("ci", 3), ("project", 1)])
def test_the_project_files_that_are_shown_are_accepted(page: str, count: int) -> None:
    shown = (ROOT / "docs" / "guide" / f"{page}.md").read_text("utf-8")
    found = re.findall(r"```toml[^\n]*\n(.*?)```", shown, re.DOTALL)
    assert len(found) == count
    for text in map(dedent, found):
        assert reads(text), text
        assert accepts(text), text
