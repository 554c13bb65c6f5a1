"""`check --show-settings`: what holds for a file, and where each of it is said."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnncalc.checks.project.names import OF_BUDGETS
from cnncalc.checks.project.read import TABLES
from cnncalc.checks.project.settings import SETTINGS
from cnncalc.cli.main import main

PAGE = Path(__file__).parent.parent / "docs" / "guide" / "project.md"

PROJECT = """\
[check]
ignore = ["W615", "W607"]
fail-on = "error"
exclude = ["third_party/**"]
[check.severity]
W8 = "error"
[check.per_file_ignores]
"nets/old*.yaml" = "W603"
"other/*" = "W6"
[budget]
parameters = "30M"
[[budgets]]
specs = "nets/*.yaml:16"
input = "3x{8..16:8}x8"
macs = "1G"
[[budgets]]
family = "old_vgg"
label = "fc"
macs = "50%"
[[tolerances]]
macs = "1% or 10K"
[[tolerances]]
specs = "nets/**"
macs = "2%"
[change]
layers.fc.parameters = "+3%"
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "nets").mkdir()
    (tmp_path / "cnncalc.toml").write_text(PROJECT, encoding="utf-8")


def run(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["check", "--show-settings", *arguments])
    assert done.exit_code == code, done.output
    return done


WHOLE = """\
nets/old_vgg.yaml:16: project file cnncalc.toml
select                        default          W, without W607
ignore                        cnncalc.toml:2   W615, W607
per_file_ignores              cnncalc.toml:8   W603
severity W8                   cnncalc.toml:6   error
fail-on                       cnncalc.toml:3   error
exclude                       cnncalc.toml:4   third_party/**
baseline                      default          none
tolerance                     default          0
dtype                         default          float32
batch                         default          1
optimizer                     default          adam
bits                          default          none
allow_empty                   default          false
budget parameters             cnncalc.toml:11  30M
budget fc.macs                cnncalc.toml:19  50%
budget macs at 3x{8..16:8}x8  cnncalc.toml:15  1G
tolerances macs               cnncalc.toml:24  2 %
change fc.parameters          cnncalc.toml:26  3 %
"""


def test_everything_that_holds_for_a_network_with_its_place() -> None:
    assert run("nets/old_vgg.yaml:16").stdout == WHOLE


def test_the_page_has_every_setting() -> None:
    page = PAGE.read_text("utf-8")
    rows = [f"| `{name}` | {one.text} |" for name, one in SETTINGS.items()]
    assert "\n".join(rows) in page
    for name, table in TABLES.items():
        assert (f"[[{name}]]" if table.is_several else f"[{name}]") in page
    for key in OF_BUDGETS:
        assert f"`{key}" in page or f"\n{key} = " in page


def test_options_come_before_the_project_file() -> None:
    told = run("nets/a.yaml", "--ignore", "W6,W801", "--tolerance", "5%", "--fail-on", "warning")
    rows = [line.split() for line in told.stdout.split("\n")]
    assert ["ignore", "command", "line", "W6,", "W801"] in rows
    assert ["tolerance", "command", "line", "5%"] in rows
    assert ["fail-on", "command", "line", "warning"] in rows
    assert not [row for row in rows if row[:1] == ["tolerances"]]  # an option is for all figures


def test_the_same_as_json() -> None:
    told = json.loads(run("nets/old_vgg.yaml:16", "--format", "json").stdout)
    assert {key: value for key, value in told.items() if key != "settings"} == {
        "schema_version": 1,
        "file": "nets/old_vgg.yaml:16",
        "project": "cnncalc.toml",
        "excluded": False,
    }
    assert told["settings"][1] == {
        "name": "ignore",
        "value": ["W615", "W607"],
        "origin": "project file",
        "file": "cnncalc.toml",
        "line": 2,
    }
    by_name = {one["name"]: one for one in told["settings"]}
    assert (by_name["batch"]["value"], by_name["batch"]["origin"]) == (1, "default")
    assert by_name["allow_empty"]["value"] is False
    assert len(by_name) == WHOLE.count("\n") - 1


def test_a_folder_has_what_holds_for_all_in_it() -> None:
    names = [line.split("  ")[0] for line in run("nets").stdout.split("\n")[1:-1]]
    of_all = ["budget parameters", "tolerances macs", "change fc.parameters"]
    settings = ["severity W8" if one == "severity" else one for one in SETTINGS]
    assert names == [*settings, *of_all]
    assert run().stdout.split("\n")[1:] == run("nets").stdout.split("\n")[1:]


def test_files_without_a_project_and_files_that_are_left_out() -> None:
    assert run("third_party/a/x.yaml").stdout.startswith(
        "third_party/a/x.yaml: project file cnncalc.toml, left out by `exclude`\n"
    )
    Path("nets/.git").mkdir()
    told = run("nets/a.yaml").stdout.split("\n")
    assert told[0] == "nets/a.yaml: no project file"
    assert [line.split("  ")[0] for line in told[1:-1]] == [*SETTINGS]
    assert run("nets/a.yaml", "--config", "cnncalc.toml").stdout != "\n".join(told)


def test_standard_input_by_its_name() -> None:
    arguments = ("-", "--stdin-filename", "nets/old_vgg.yaml:16")
    assert run(*arguments).stdout == WHOLE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.yaml", "b.yaml"), "name one"),
        (("--docs",), "--docs has no effect with --show-settings"),
        (("--jobs", "2"), "--jobs has no effect with --show-settings"),
        (("--format", "sarif"), "not as sarif"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments: tuple[str, ...], said: str) -> None:
    assert said in run(*arguments, code=2).output


def test_names_stay_text() -> None:
    Path("nets/cnncalc.toml").write_text(
        '[check]\nexclude = "\\u001b]31m"\nbaseline = "\\u202e"\n', encoding="utf-8"
    )
    for form in ("full", "json"):
        told = run("nets/\x1b[31m.yaml", "--format", form).stdout
        assert told.replace("\n", "").isprintable()
