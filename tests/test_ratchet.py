"""The baseline as a team uses it: grown, smaller, accepted, merged by git, and large."""

import json
from pathlib import Path

import pytest
import repositories
from click.testing import CliRunner, Result
from repositories import LARGE, commit, git, tried

from cnncalc.cli.main import main


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, sep: int = 2) -> None:
    repositories.put(Path(f"{name}.yaml"), sep, LARGE)


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", ".", "--baseline", "base.json", *arguments])


def update(*arguments: str) -> Result:
    return check("--update-baseline", *arguments)


def findings(*arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(check("--format", "json", *arguments).stdout)[
        "findings"
    ]
    return found


def test_one_changed_line_is_one_finding_at_that_line() -> None:
    put("a")
    assert update().exit_code == 0
    put("a", sep=3)
    [found] = findings()
    assert (found["code"], found["file"], found["line"]) == ("E803", "a.yaml", 7)
    assert found["layer"] == "sep"
    assert found["variants"] == ["l", "s"]
    assert {"parameters", "macs"} <= {*found["metrics"]}  # type: ignore[misc]
    assert "weight_bytes" not in found["metrics"]  # type: ignore[operator]
    assert found["notes"][-1]["file"] == "base.json"  # type: ignore[index]


def test_growth_that_no_label_has_is_told_in_the_spec() -> None:
    text = "name: a\ninput: 3x8x8\nlayers:\n  - conv3x3 {}\n  - relu\n"
    Path("a.yaml").write_text(text.format(8), "utf-8")
    update()
    Path("a.yaml").write_text(text.format(9), "utf-8")
    [found] = findings()
    assert (found["code"], found["file"], found["line"]) == ("E803", "a.yaml", 4)
    assert found["notes"][-1]["text"] == "stored here"  # type: ignore[index]


def test_growth_is_stored_only_where_it_is_accepted() -> None:
    put("a")
    update()
    stored = Path("base.json").read_bytes()
    put("a", sep=3)
    refused = update()
    assert refused.exit_code == 1
    assert "`base.json` is not written: counts grew" in refused.stderr
    assert Path("base.json").read_bytes() == stored
    accepted = update("--accept-growth")
    assert accepted.exit_code == 0
    assert "grown `a.yaml`: parameters" in accepted.stderr
    assert "most by `sep`" in accepted.stderr
    assert accepted.stderr.endswith("stored: 3 grown\n")
    assert check().exit_code == 0


def test_what_is_smaller_passes_and_is_told() -> None:
    put("a", sep=3)
    update()
    put("a")
    smaller = check()
    assert smaller.exit_code == 0
    assert "3 networks of `a.yaml` fell below what is stored" in smaller.output
    assert update().stderr.endswith("stored: 3 smaller\n")
    assert "fell" not in check().output


def test_small_steps_do_not_add_up() -> None:
    put("a", sep=100)
    update()
    for sep in (101, 102, 103):
        put("a", sep=sep)
        done = update("--tolerance", "2%")
    assert done.exit_code == 1
    assert "grew" in done.output


def test_tolerances_of_the_project_file() -> None:
    put("a", sep=100)
    project = Path("cnncalc.toml")
    project.write_text('[check]\nbaseline = "base.json"\n', "utf-8")
    update()
    put("a", sep=101)
    assert check().exit_code == 1
    put("b", sep=100)
    project.write_text(
        '[check]\nbaseline = "base.json"\ntolerance = "2%"\n'
        '[[tolerances]]\nspecs = "b.yaml"\nmacs = "0"\n',
        "utf-8",
    )
    assert [one["code"] for one in findings()] == ["W801"]  # `b.yaml` is not stored
    project.write_text(
        '[check]\nbaseline = "base.json"\ntolerance = "2%"\n'
        '[[tolerances]]\nspecs = "a.yaml:l"\nlayers.sep.macs = "0"\n',
        "utf-8",
    )
    found, _ = findings()
    assert (found["layer"], found["variants"], found["metrics"]) == ("sep", ["l"], ["macs"])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('macs = "much"', "`much` is not a number"),
        ("macs = true", "`macs` must be a percentage"),
        ('mcas = "2%"', "has no key `mcas`"),
        ('layers.fc.depth = "2%"', "`depth` of a label is not stored"),
        ('layers.fc = "2%"', "has no metric"),
        ('layers = "2%"', "`layers` must be a table"),
        ('specs = ""\nmacs = "2%"', ""),
    ],
)
def test_faults_of_tolerances_are_told_at_their_place(table: str, message: str) -> None:
    Path("cnncalc.toml").write_text(f"[[tolerances]]\n{table}\n", "utf-8")
    put("a")
    done = CliRunner().invoke(main, ["check", "."])
    assert done.exit_code == 2
    assert message in done.output
    assert "cnncalc.toml:2" in done.output


def test_growth_is_not_accepted_without_an_update() -> None:
    put("a")
    done = check("--accept-growth")
    assert done.exit_code == 2
    assert "--accept-growth needs --update-baseline" in done.output


# Many, and by several hands


def test_two_branches_that_add_networks_merge() -> None:
    git("init", "-q", "-b", "main")
    for name in ("a", "c", "e", "g"):
        put(name)
    update()
    commit("start")
    for branch, name in (("one", "b"), ("two", "d")):
        git("checkout", "-qb", branch, "main")
        put(name)
        assert update().exit_code == 0
        commit(name)
    git("checkout", "-q", "one")
    assert tried("merge", "-q", "--no-edit", "two").returncode == 0
    assert check().exit_code == 0


def test_a_conflict_is_put_together_by_an_update() -> None:
    git("init", "-q", "-b", "main")
    put("a")
    put("z")
    update()
    commit("start")
    for branch, name in (("one", "b"), ("two", "c")):
        git("checkout", "-qb", branch, "main")
        put(name)
        update()
        commit(name)
    git("checkout", "-q", "one")
    assert tried("merge", "-q", "--no-edit", "two").returncode != 0
    unsound = check()
    assert unsound.exit_code == 2
    assert "unresolved merge conflict" in unsound.output
    assert "--update-baseline" in unsound.output
    assert update().exit_code == 0
    assert check().exit_code == 0
    assert sum(line.startswith('"') for line in Path("base.json").read_text().split("\n")) == 12


def test_a_conflict_about_what_a_run_does_not_count_stays() -> None:
    git("init", "-q", "-b", "main")
    put("a")
    put("b")
    update()
    commit("start")
    for branch, sep in (("one", 3), ("two", 4)):
        git("checkout", "-qb", branch, "main")
        put("b", sep)
        update("--accept-growth")
        commit(branch)
    git("checkout", "-q", "one")
    assert tried("merge", "-q", "--no-edit", "two").returncode != 0
    before = Path("base.json").read_bytes()
    part = CliRunner().invoke(
        main, ["check", "a.yaml", "--baseline", "base.json", "--update-baseline"]
    )
    assert part.exit_code == 2
    assert "is about `b.yaml`, `b.yaml:l` and `b.yaml:s`" in part.output
    assert Path("base.json").read_bytes() == before


def test_a_conflict_of_a_spec_is_told_beside_that_of_the_baseline() -> None:
    git("init", "-q", "-b", "main")
    put("a")
    update()
    commit("start")
    for branch, sep in (("one", 3), ("two", 4)):
        git("checkout", "-qb", branch, "main")
        put("a", sep)
        update("--accept-growth")
        commit(branch)
    assert tried("merge", "-q", "--no-edit", "one").returncode != 0
    for done in (check(), update()):
        assert done.exit_code == 2
        assert "error[E106]: unresolved merge conflict" in done.output
        assert "error[E902]: unresolved merge conflict" in done.output
    assert "<<<<<<<" in Path("base.json").read_text("utf-8")
    put("a", 4)
    assert update("--accept-growth").exit_code == 0
    assert check().exit_code == 0


def test_a_baseline_of_twenty_thousand_networks() -> None:
    put("a")
    update()
    head, *lines = Path("base.json").read_text("utf-8").split("\n")
    entry = lines[0].partition(": ")[2].removesuffix(",")
    many = [f'"other/net{place:05}.yaml": {entry}' for place in range(20_000)]
    own = [line.removesuffix(",") for line in lines[:3]]
    Path("base.json").write_text("\n".join([head, ",\n".join(own + many), "}}", ""]), "utf-8")
    stored = Path("base.json").read_bytes()
    assert len(stored) > 5_000_000
    done = CliRunner().invoke(main, ["check", "a.yaml", "--baseline", "base.json"])
    assert done.exit_code == 0
    done = CliRunner().invoke(
        main, ["check", "a.yaml", "--baseline", "base.json", "--update-baseline"]
    )
    assert done.exit_code == 0
    assert done.stderr == "stored: 3 as before\n"
    assert Path("base.json").read_bytes() == stored


def test_a_baseline_outside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "nets"
    folder.mkdir()
    repositories.put(folder / "a.yaml", more=LARGE)
    arguments = ["check", "nets", "--baseline", str(tmp_path / "base.json")]
    assert CliRunner().invoke(main, [*arguments, "--update-baseline"]).exit_code == 0
    assert '"nets/a.yaml:l"' in (tmp_path / "base.json").read_text("utf-8")
    assert CliRunner().invoke(main, arguments).exit_code == 0


# Settings that lapse


def lapse(table: str, *paths: str) -> Result:
    Path("cnncalc.toml").write_text(table, "utf-8")
    return CliRunner().invoke(main, ["check", *paths, "--format", "concise"])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[[budgets]]\nspecs = "b.yaml"\nmacs = "1G"\n', "`b.yaml` matches no network"),
        ('[[budgets]]\nspecs = "a.yaml:xl"\nmacs = "1G"\n', "`a.yaml:xl` matches no network"),
        ('[[tolerances]]\nspecs = "b/*"\nmacs = "1%"\n', "`b/*` matches no network"),
        ('[[changes]]\nspecs = "b/*"\nmacs = "1%"\n', "`b/*` matches no network"),
        ('[check]\nexclude = ["b/**"]\n', "`b/**` matches no spec"),
    ],
)
def test_a_glob_that_matches_nothing_is_an_error(table: str, message: str) -> None:
    put("a")
    done = lapse(table)
    assert done.exit_code == 1
    assert f"E901 {message}" in done.output
    head, _, rest = table.partition("\n")
    assert lapse(f"{head}\nallow_empty = true\n{rest}").exit_code == 0
    assert lapse(table, "a.yaml").exit_code == 0  # one file says nothing of the others


def test_globs_that_match_are_silent() -> None:
    put("a")
    put("b")
    done = lapse(
        '[check]\nexclude = ["b.yaml"]\n[[budgets]]\nspecs = ["*.yaml", "a.yaml:l"]\nmacs = "1G"\n'
    )
    assert done.exit_code == 0
    assert lapse("[check]\nallow_empty = 3\n").exit_code == 2
