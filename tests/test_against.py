"""What changed since a branch began: by the real git, in a repository of several specs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import repositories
from click.testing import CliRunner, Result
from repositories import SPEC, commit, git

from cnncalc.checks.change.records import Cause, Change, NetworkChange
from cnncalc.checks.finding import Finding, Report
from cnncalc.cli.main import main
from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.render.change import render_change_markdown


def put(name: str, sep: int = 2) -> None:
    repositories.put(Path(f"nets/{name}.yaml"), sep)


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for number, name in enumerate("abcd", 2):
        put(name, number)
    Path("nets/other.yaml").write_text("key: value\n", "utf-8")
    commit("start")
    git("checkout", "-qb", "topic")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", "nets", "--against", "main", *arguments])


def change(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(check("--format", "json", *arguments).stdout)["change"]
    return found


def test_nothing_changed() -> None:
    assert change()["networks"] == []
    assert change()["unchanged"] == 8
    assert check().stdout.startswith("8 networks: 8 unchanged since main (")
    assert check("--format", "markdown").stdout.count("\n") < 10


def test_every_kind_of_change_is_told() -> None:
    put("a", sep=3)
    Path("nets/b.yaml").rename("nets/moved.yaml")
    Path("nets/c.yaml").unlink()
    put("new", sep=9)
    Path("nets/d.yaml").write_text(
        f"# a comment\n{SPEC.format(name='d', sep=5, more='')}", "utf-8"
    )
    found = {one["name"]: one for one in change()["networks"]}
    assert {name: one["status"] for name, one in found.items()} == {
        "nets/a.yaml": "changed",
        "nets/a.yaml:s": "changed",
        "nets/c.yaml": "removed",
        "nets/c.yaml:s": "removed",
        "nets/moved.yaml": "renamed",
        "nets/moved.yaml:s": "renamed",
        "nets/new.yaml": "added",
        "nets/new.yaml:s": "added",
    }
    assert change()["unchanged"] == 2
    assert found["nets/moved.yaml:s"]["before"] == "nets/b.yaml:s"
    changed = found["nets/a.yaml"]
    # sep: 8 more channels of 3x3x8 and a bias, read by fc of 10 outputs
    more = 8 * (9 * 8 + 1)
    old, new = (changed["figures"]["parameters"][side] for side in ("old", "new"))
    assert new - old == more + 8 * 10
    [sep, fc] = changed["causes"]
    assert (sep["name"], sep["file"], sep["line"]) == ("sep", "nets/a.yaml", 7)
    assert sep["change"] == {"parameters": more, "macs": 16 * 16 * 8 * 9 * 8}
    assert (fc["name"], fc["change"]["parameters"]) == ("fc", 80)
    assert (sep["status"], fc["status"]) == ("changed", "reshaped")


def test_what_somebody_changed_comes_before_what_only_follows() -> None:
    text = "input: 3x8x8\nlayers:\n  - a: conv1x1 {}\n  - relu\n  - b: conv3x3 64\n"
    Path("nets/w.yaml").write_text(text.format(4), "utf-8")
    commit("one more")
    git("branch", "-f", "main")
    Path("nets/w.yaml").write_text(text.format(6), "utf-8")
    Path("cnncalc.toml").write_text('[change]\nparameters = "0"\n', "utf-8")
    found = json.loads(check("--format", "json").stdout)
    [network] = found["change"]["networks"]
    # 2 more channels: 3 weights and a bias each, and 9 weights of each of 64 filters
    assert [
        (one["name"], one["status"], one["change"]["parameters"]) for one in network["causes"]
    ] == [
        ("a", "changed", 2 * 4),
        ("b", "reshaped", 2 * 9 * 64),
    ]
    [finding] = found["findings"]
    assert (finding["code"], finding["line"], finding["layer"]) == ("E806", 3, "a")
    assert "b: only in shape +1,152 parameters" in check().stdout


def test_it_is_the_base_of_the_branch_that_counts() -> None:
    commit_of_base = git("rev-parse", "main")
    git("checkout", "-q", "main")
    put("a", sep=7)
    commit("main goes on")
    git("checkout", "-q", "topic")
    assert change()["networks"] == []
    assert commit_of_base.startswith(change()["base"])


def test_the_comment_of_a_pull_request_is_compact() -> None:
    for name in "abcd":
        put(name, sep=9)
    text = check("--format", "markdown").stdout
    assert text.startswith("<!-- cnncalc change -->\n\n**8 networks: 8 changed, 0 unchanged")
    assert text.count("\n") < 30
    assert "`sep` (`nets/a.yaml:7`): changed" in text
    assert "| `nets/a.yaml` |" in text


def test_limits_on_a_change_are_one_finding_for_a_cause() -> None:
    put("a", sep=3)
    Path("cnncalc.toml").write_text(
        '[change]\nmacs = "+2%"\nparameters = "+1K"\n'
        '[[changes]]\nspecs = "nets/b*"\nparameters = "0"\n',
        "utf-8",
    )
    done = check("--format", "json")
    assert done.exit_code == 1
    [found] = json.loads(done.stdout)["findings"]
    assert (found["code"], found["file"], found["line"]) == ("E806", "nets/a.yaml", 7)
    assert (found["layer"], found["variants"], found["metrics"]) == ("sep", ["s"], ["macs"])
    assert "2 networks of `nets/a.yaml` grew by `sep` in this change" in found["message"]
    Path("cnncalc.toml").write_text('[change]\nmacs = "+200% or +9M"\n', "utf-8")
    assert check().exit_code == 0
    Path("cnncalc.toml").write_text(
        '[change]\nmacs = "+2%"\n[check]\nfail-on = "error"\nseverity = {E806 = "warning"}\n',
        "utf-8",
    )
    done = check("--format", "json")
    assert [one["severity"] for one in json.loads(done.stdout)["findings"]] == ["warning"]
    assert done.exit_code == 0


def test_limits_hold_for_a_file_whose_name_has_a_colon() -> None:
    path = Path("nets/d: e.yaml")
    path.write_text(Path("nets/a.yaml").read_text("utf-8"), "utf-8")
    commit("a file")
    path.write_text(path.read_text("utf-8").replace("sep: conv3x3 ", "sep: conv3x3 2*"), "utf-8")
    Path("cnncalc.toml").write_text('[[changes]]\nspecs = "nets/d*.yaml"\nmacs = "+2%"\n', "utf-8")
    arguments = ["check", "nets", "--against", "HEAD", "--format", "json"]
    [found] = json.loads(CliRunner().invoke(main, arguments).stdout)["findings"]
    assert (found["code"], found["file"], found["variants"]) == ("E806", "nets/d: e.yaml", ["s"])


def test_a_spec_with_faults_is_said_to_be_left_out() -> None:
    Path("nets/a.yaml").write_text("name: a\ninput: 3x8x8\nlayers: [rellu]\n", "utf-8")
    found = change()
    assert found["unread"] == ["nets/a.yaml"]
    assert found["networks"] == []
    assert "not compared, for faults on one side: nets/a.yaml" in check().stdout


def test_what_is_not_asked_for_is_not_removed() -> None:
    put("b", sep=9)
    done = CliRunner().invoke(
        main, ["check", "nets/a.yaml", "--against", "main", "--format", "json"]
    )
    assert json.loads(done.stdout)["change"]["networks"] == []
    Path("cnncalc.toml").write_text('[check]\nexclude = ["nets/c.yaml"]\n', "utf-8")
    Path("nets/c.yaml").unlink()
    assert [one["name"] for one in change()["networks"]] == ["nets/b.yaml", "nets/b.yaml:s"]


def test_a_folder_that_became_a_link_has_lost_its_files() -> None:
    for folder in ("one", "two"):
        repositories.put(Path(f"nets/{folder}/n.yaml"))
    commit("two folders")
    git("branch", "-f", "main")
    Path("nets/one/n.yaml").unlink()
    Path("nets/one").rmdir()
    Path("nets/one").symlink_to("two")
    removed = {one["name"] for one in change()["networks"] if one["status"] == "removed"}
    assert removed == {"nets/one/n.yaml", "nets/one/n.yaml:s"}
    assert change()["unchanged"] == 10


@pytest.mark.parametrize("revision", ["nope", "--upload-pack=x", ""])
def test_an_unknown_revision_is_refused(revision: str) -> None:
    done = CliRunner().invoke(main, ["check", "nets", f"--against={revision}"])
    assert done.exit_code == 2
    assert "unknown git revision" in done.output


def test_outside_of_a_repository(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "a.yaml").write_text(SPEC.format(name="a", sep=2, more=""), "utf-8")
    done = CliRunner().invoke(main, ["check", str(folder), "--against", "main"])
    assert done.exit_code == 2
    assert "in no repository that git can read" in done.output


def test_the_step_summary_of_a_workflow_has_the_change_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a", sep=3)
    page = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    check()
    assert page.read_text("utf-8").count("<!-- cnncalc change -->") == 1


def test_names_stay_text_in_the_comment() -> None:
    hostile = "nets/<img src=x onerror=alert(1)>|`b`.yaml"
    Path("nets/<img src=x onerror=alert(1)>|`b`.yaml").write_text(
        SPEC.format(name="x", sep=2, more=""), "utf-8"
    )
    text = check("--format", "markdown").stdout
    assert "<img" not in text.replace("`` ", "`").split("| --: |")[0]
    assert hostile.split("<", maxsplit=1)[0] in text


def test_a_long_comment_loses_whole_rows_and_says_how_many() -> None:
    old, new = {"parameters": 1, "macs": 10}, {"parameters": 2, "macs": 20}
    networks = []
    for number in range(80):
        name = f"nets/{'n' * 700}{number}.yaml"
        span = Span(name, 7, 3, 7, 9)
        causes = tuple(
            Cause(f"{'c' * 200}{cause}", "changed", span, {"parameters": 1, "macs": 10})
            for cause in range(3)
        )
        networks.append(NetworkChange(name, name, "changed", None, None, old, new, causes))
    unread = tuple(f"{'u' * 900}{number}.yaml" for number in range(30))
    faults = [Diagnostic("E402", f"{'m' * 2000} {number}", None) for number in range(40)]
    report = Report((), tuple(map(Finding, faults)))
    told = Change("main", "1a2b3c", tuple(networks), 3, unread)
    text = render_change_markdown(told, report)
    assert 40_000 < len(text.encode()) < 60_000
    rows = text.count("| `nets/")
    assert f"\n{80 - rows} more networks left off.\n" in text
    causes_told = len(re.findall(r"^- `c+\d`", text, re.MULTILINE))
    assert f"\n- and {50 * 3 - causes_told} more causes\n" in text
    found = text.count("- `E402` m")
    assert f"\n- and {40 - found} more findings\n" in text
    assert min(rows, causes_told, found) > 5


def test_a_comment_with_nothing_to_tell_says_so_where_nobody_sees_it() -> None:
    assert "<!-- nothing to tell -->" in check("--format", "markdown").stdout
    put("a", sep=9)
    assert "<!-- nothing to tell -->" not in check("--format", "markdown").stdout
    git("checkout", "-q", "nets/a.yaml")
    Path("nets/a.yaml").write_text("name: a\ninput: 3x8x8\nlayers: [rellu]\n", "utf-8")
    assert "<!-- nothing to tell -->" not in check("--format", "markdown").stdout
