"""The project file nearest above each spec holds for it: one run may be about several."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from project_files import SPEC, put
from repositories import commit, git

from cnncalc.checks.project.find import Finder, Reach
from cnncalc.cli.main import main
from cnncalc.cli.protocol.settings import Settings, project_of


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a spec in each of some folders."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    for folder in ("", "a", "a/deep", "b", "third_party/v"):
        put(f"{folder}/net.yaml" if folder else "net.yaml", SPEC)
    return tmp_path


def run(*arguments: str, stdin: str | None = None) -> Result:
    done = CliRunner().invoke(main, ["check", *arguments], input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def found(*arguments: str, stdin: str | None = None) -> list[str]:
    """What is found, as `FILE CODE`."""
    done = run(*arguments, "--format", "json", stdin=stdin)
    assert done.exit_code in {0, 1}, done.output
    return [f"{one['file']} {one['code']}" for one in json.loads(done.stdout)["findings"]]


# Which one holds


def test_each_spec_is_held_to_the_file_nearest_above_it() -> None:
    put("cnncalc.toml", '[budget]\nparameters = "100"\n')
    put("a/cnncalc.toml", '[check]\nignore = "W603"\n[[budgets]]\nspecs = "deep/*"\nmacs = "1K"\n')
    assert found("a", "b") == ["a/deep/net.yaml E802", "b/net.yaml E802", "b/net.yaml W603"]
    assert found("a/deep") == ["a/deep/net.yaml E802"]
    assert found("net.yaml", "a/net.yaml") == ["net.yaml E802", "net.yaml W603"]


def test_the_folder_that_a_check_is_run_in_does_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("a/cnncalc.toml", '[check]\nignore = "W603"\n')
    put("b/cnncalc.toml", '[check]\nexclude = ["net.yaml"]\n')
    monkeypatch.chdir("b")
    assert found("../a") == []
    assert found("../third_party") == ["../third_party/v/net.yaml W603"]
    assert run(".").exit_code == 2


def test_each_project_says_what_fails() -> None:
    put("a/cnncalc.toml", '[check]\nfail-on = "error"\n')
    assert run("a").exit_code == 0
    assert run("a", "b").exit_code == 1
    put("b/cnncalc.toml", '[check]\nfail-on = "error"\n')
    assert run("a", "b").exit_code == 0
    assert run("a", "b", "--fail-on", "warning").exit_code == 1


def test_a_file_that_is_given_holds_for_all() -> None:
    put("a/cnncalc.toml", "[check]\nbroken = 1\n")
    put("mine.toml", '[check]\nignore = "W6"\n')
    assert found(".", "--config", "mine.toml") == []
    assert run(".").exit_code == 2


def test_options_hold_for_every_project() -> None:
    put("a/cnncalc.toml", '[check]\nselect = "W601"\n')
    put("b/cnncalc.toml", '[check]\nignore = "W603"\n')
    assert found("a", "b", "--select", "W603") == ["a/deep/net.yaml W603", "a/net.yaml W603"]
    assert found("a", "b", "--select", "W603", "--ignore", "W601") == [
        f"{name}/net.yaml W603" for name in ("a/deep", "a", "b")
    ]


def test_processes_check_by_the_same_projects() -> None:
    put("cnncalc.toml", '[check.severity]\nW603 = "error"\n[[budgets]]\nlabel = "fc"\nmacs = 39\n')
    put("a/cnncalc.toml", '[check.per_file_ignores]\n"deep/*" = "W603"\n')
    alone = run(".", "--format", "json").stdout
    assert run(".", "--format", "json", "--jobs", "2").stdout == alone
    told = json.loads(alone)["findings"]
    assert [f"{one['file']} {one['code']} {one['severity']}" for one in told] == [
        "a/net.yaml W603 warning",
        *(
            f"{file} {code} error"
            for file in ("b/net.yaml", "net.yaml", "third_party/v/net.yaml")
            for code in ("W603", "E802")
        ),
    ]


def test_a_folder_is_looked_into_once(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    stat = os.stat

    def counting(path: object, **options: object) -> os.stat_result:
        asked.append(path)
        return stat(path, **options)  # type: ignore[arg-type]

    put("cnncalc.toml", "")
    monkeypatch.setattr(os, "stat", counting)
    finder = Finder()
    deep = str(here / "a" / "deep")
    assert finder.of(deep) == Reach("cnncalc.toml", str(here))
    count = len(asked)
    assert count <= 2 * 3
    for _ in range(100):
        assert finder.of(deep).file == "cnncalc.toml"
        assert finder.of(str(here / "a")).file == "cnncalc.toml"
    assert len(asked) == count


def test_pages_and_editors_are_told_the_same(here: Path) -> None:
    budget = '[budget]\nmacs = "1K"\n'
    put("a/cnncalc.toml", f'{budget}[check.per_file_ignores]\n"net.*" = "W603"\n')
    for name, has_budget in (("a/net.yaml", True), ("b/net.yaml", False)):
        done = CliRunner().invoke(main, ["report", name])
        assert done.exit_code == 0, done.output
        assert ("over the budget" in done.stdout) == has_budget, name
        plan = project_of(str(here / name), Settings()).plan
        assert (plan.project is not None) == has_budget
        assert ("W603" in plan.codes) != has_budget
    put("a/pyproject.toml", "[tool.cnncalc]\n")
    told = project_of(str(here / "a" / "net.yaml"), Settings())
    assert [one.code for one in told.faults] == ["E901"]
    done = CliRunner().invoke(main, ["report", "a/net.yaml"])
    assert done.exit_code == 2


def test_a_folder_that_is_gone_has_no_project(here: Path) -> None:
    gone = here / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    done = run("-", stdin=SPEC)
    assert (done.exit_code, "W603" in done.output) == (1, True)
    done = run(".")
    assert (done.exit_code, "no spec found" in done.output) == (2, True)


# Two of them in one folder


def test_two_files_of_one_folder_are_an_error() -> None:
    put("a/cnncalc.toml", "")
    put("a/pyproject.toml", "[project]\nname = 'cnncalc'\n")
    assert run("a").exit_code == 1
    put("a/pyproject.toml", "[tool.cnncalc]\n")
    done = run("a/net.yaml")
    assert done.exit_code == 2
    assert "`a/cnncalc.toml` and `[tool.cnncalc]` in `a/pyproject.toml` are both" in done.output
    assert "help: put all of it into `cnncalc.toml`" in done.output
    assert run("a", "--config", "a/cnncalc.toml").exit_code == 1
    assert run("b").exit_code == 1


# What is left out


def test_what_a_project_leaves_out_stays_out_whatever_is_said_below() -> None:
    put("cnncalc.toml", '[check]\nexclude = ["third_party/**"]\nignore = "W603"\n')
    put("third_party/v/cnncalc.toml", "[check]\nbroken = 1\n")
    assert found(".") == []
    assert run("third_party/v").exit_code == 2  # pointed at, it is a project as any other
    put("third_party/v/cnncalc.toml", "")
    assert found("third_party/v") == ["third_party/v/net.yaml W603"]


def test_a_repository_within_another_is_left_out_as_a_folder() -> None:
    put("cnncalc.toml", '[check]\nexclude = ["third_party"]\nignore = "W603"\n')
    Path("third_party/v/.git").mkdir()
    assert found(".") == []
    put("cnncalc.toml", '[check]\nignore = "W603"\n')
    assert found(".") == ["third_party/v/net.yaml W603"]


def test_files_that_are_named_can_be_left_out() -> None:
    put("cnncalc.toml", '[check]\nexclude = ["third_party/**"]\n')
    file = "third_party/v/net.yaml"
    assert found(file) == [f"{file} W603"]
    assert found(file, "--force-exclude") == []
    assert found(file, "net.yaml", "--force-exclude") == ["net.yaml W603"]
    put("third_party/v/cnncalc.toml", "")
    assert found(file, "--force-exclude") == []
    assert found("-", "--force-exclude", "--stdin-filename", file, stdin=SPEC) == []


def test_a_hook_that_names_a_project_file_means_its_folder() -> None:
    put("cnncalc.toml", '[check]\nexclude = ["third_party/**"]\n')
    put("pyproject.toml", "[project]\nname = 'x'\n" + "#" * 2_000_000)
    put("a/cnncalc.toml", '[check]\nexclude = ["gone"]\n')
    put("third_party/v/cnncalc.toml", "")
    hook = ("--specs-only", "--force-exclude")
    assert found("a/cnncalc.toml", *hook) == [
        "a/deep/net.yaml W603",
        "a/net.yaml W603",
        "a/cnncalc.toml E901",
    ]
    assert found("third_party/v/cnncalc.toml", "pyproject.toml", *hook) == []
    assert len(found("cnncalc.toml", *hook)) == 5


# Standard input


def test_standard_input_stands_for_a_file() -> None:
    put("a/cnncalc.toml", '[budget]\nparameters = "100"\n')
    named = ("-", "--stdin-filename", "a/new.yaml")
    assert found(*named, stdin=SPEC) == ["a/new.yaml E802", "a/new.yaml W603"]
    assert found("-", stdin=SPEC) == ["- W603"]
    done = run(*named, "--format", "concise", stdin="name: x\ninput: 3x8x8\nlayers: [rellu]\n")
    assert done.stdout.startswith("a/new.yaml:3:")
    assert run("a", "--stdin-filename", "a/new.yaml").exit_code == 2


# Baselines and changes


def test_each_project_has_its_baseline() -> None:
    for folder in ("a", "b"):
        put(f"{folder}/cnncalc.toml", '[check]\nignore = "W603"\nbaseline = "stored.json"\n')
    assert run("a", "b", "--update-baseline").exit_code == 0
    stored = json.loads(Path("a/stored.json").read_text("utf-8"))["figures"]
    assert [*stored] == ["deep/net.yaml", "net.yaml"]
    assert [*json.loads(Path("b/stored.json").read_text("utf-8"))["figures"]] == ["net.yaml"]
    assert found("a", "b") == []
    put("b/net.yaml", SPEC.replace("conv3x3 4", "conv3x3 5"))
    assert found("a", "b") == ["b/net.yaml E803"]
    os.unlink("b/net.yaml")
    assert found("a", "b") == ["b/stored.json W802"]


def test_one_baseline_may_be_of_several_projects() -> None:
    for folder in ("a", "b"):
        put(f"{folder}/cnncalc.toml", '[check]\nignore = "W603"\n')
    arguments = ("a", "b", "--baseline", "all.json")
    assert run(*arguments, "--update-baseline").exit_code == 0
    assert [*json.loads(Path("all.json").read_text("utf-8"))["figures"]] == [
        "a/deep/net.yaml",
        "a/net.yaml",
        "b/net.yaml",
    ]
    assert found(*arguments) == []


def test_a_baseline_that_another_project_takes_specs_from_is_told() -> None:
    put("cnncalc.toml", '[check]\nignore = "W603"\nbaseline = "b.json"\n')
    assert run(".", "--update-baseline").exit_code == 0
    put("a/cnncalc.toml", '[check]\nignore = "W603"\n')
    done = run(".", "--format", "concise")
    assert done.exit_code == 1
    told = "is held to `a/cnncalc.toml` now, which does not have this baseline"
    assert f"W802 `a/net.yaml` {told}\n" in done.stdout
    assert f"W802 `a/deep/net.yaml` {told}\n" in done.stdout
    put("a/cnncalc.toml", '[check]\nignore = "W603"\nbaseline = "b.json"\n')
    assert run("a", "--update-baseline").exit_code == 0
    assert run(".", "--update-baseline").exit_code == 0
    assert found(".") == []
    os.unlink("a/net.yaml")
    assert found(".") == ["a/b.json W802"]


def test_tolerances_start_from_the_project_wherever_the_baseline_is() -> None:
    put(
        "cnncalc.toml",
        '[check]\nignore = "W603"\nbaseline = "ci/b.json"\nexclude = "third_party"\n'
        '[[tolerances]]\nspecs = "a/**"\n'
        + "".join(f'{name} = "90%"\n' for name in ("parameters", "macs", "weight_bytes"))
        + "".join(
            f'{name} = "90%"\n'
            for name in ("activation_bytes", "peak_activation_bytes", "training_bytes")
        ),
    )
    put("ci/.keep", "")
    assert run(".", "--update-baseline").exit_code == 0
    larger = SPEC.replace("conv3x3 4", "conv3x3 5")
    put("a/net.yaml", larger)
    assert "E803" not in " ".join(found("."))
    put("b/net.yaml", larger)
    assert [one for one in found(".") if "E803" in one] == ["b/net.yaml E803"]


@pytest.fixture
def _committed(here: Path) -> None:
    os.rmdir(here / ".git")
    git("init", "-q", "-b", "main")
    for name in ("a", "b"):
        put(f"{name}/cnncalc.toml", '[[changes]]\nspecs = "*.yaml"\nmacs = "1%"\n')
    commit("start")


@pytest.mark.usefixtures("_committed")
def test_the_limits_of_a_change_are_those_of_each_project() -> None:
    larger = SPEC.replace("conv3x3 4", "conv3x3 5")
    for folder in ("a", "a/deep", "b", "third_party/v"):
        put(f"{folder}/net.yaml", larger)
    broken = [one for one in found(".", "--against", "main") if "E806" in one]
    assert broken == ["a/net.yaml E806", "b/net.yaml E806"]


# Globs that match nothing


def test_globs_of_each_project_must_match() -> None:
    put("cnncalc.toml", '[check]\nignore = "W603"\n[[budgets]]\nspecs = "a/*"\ndepth = 9\n')
    assert found(".") == []
    put("a/cnncalc.toml", '[check]\nignore = "W603"\n')
    assert found(".") == ["cnncalc.toml E901"]
    put("a/cnncalc.toml", '[check]\nignore = "W603"\nexclude = "gone.yaml"\n')
    assert found("a") == ["a/cnncalc.toml E901"]
    assert found("a/net.yaml", "b") == []
