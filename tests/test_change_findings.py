"""Findings of one cause stand at one line: by the command, a real git, a baseline and budgets."""

import json
from pathlib import Path
from typing import Any

import pytest
from changed_net import NET
from click.testing import CliRunner
from repositories import commit, git

from cnncalc import parse, summarize
from cnncalc.cli.main import main


@pytest.fixture
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    Path("net.yaml").write_text(NET, "utf-8")
    Path("cnncalc.toml").write_text(
        '[check]\nignore = ["W6"]\nbaseline = "counts.json"\n[change]\nmacs = "0"\n', "utf-8"
    )
    assert CliRunner().invoke(main, ["check", "--update-baseline"]).exit_code == 0
    commit("start")


def findings(*arguments: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(main, ["check", "--format", "json", *arguments])
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def rewrite(old: str, new: str) -> int:
    """Change the spec; the line that is another."""
    Path("net.yaml").write_text(NET.replace(old, new, 1), "utf-8")
    return NET[: NET.index(old)].count("\n") + 1


def limit(macs: int) -> None:
    """A budget of the project file, and one of the spec itself."""
    project = Path("cnncalc.toml")
    project.write_text(f"{project.read_text('utf-8')}[budget]\nmacs = {macs}\n", "utf-8")
    spec = Path("net.yaml")
    spec.write_text(f"{spec.read_text('utf-8')}budget: {{macs: {macs}}}\n", "utf-8")


@pytest.mark.usefixtures("_repository")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  width: 8", "  width: 12"),
        ("input: 3x32x32", "input: 3x40x40"),
        ("bias=false", "bias=true stride=1"),
        ("repeat 2:", "repeat 3:"),
        ("mid: conv3x3 12", "mid: conv3x3 20"),
    ],
)
def test_all_findings_of_one_cause_stand_at_one_line(old: str, new: str) -> None:
    line = rewrite(old, new)
    limit(summarize(parse(NET)).totals.macs)
    found = findings("--against", "main")
    grown = [one for one in found if one["code"] in {"E802", "E803", "E806"}]
    codes = {one["code"] for one in grown if one["line"] == line}
    if "bias" in old:  # which costs no MACs
        assert codes == {"E803"}
    else:
        assert codes == {"E802", "E803", "E806"}
        assert {(one["file"], one["line"]) for one in grown} == {("net.yaml", line)}
        [budget] = [one for one in grown if one["code"] == "E802"]
        assert "the budget is here" in str(budget["notes"])


@pytest.mark.usefixtures("_repository")
def test_a_budget_without_a_comparison_says_that_its_place_is_that_of_most() -> None:
    Path("cnncalc.toml").write_text('[check]\nignore = ["W6"]\n[budget]\nmacs = 1\n', "utf-8")
    found = findings()
    assert {one["code"] for one in found} == {"E802"}
    assert all("told at the layer that holds most of it" in str(one["notes"]) for one in found)
    # One that was broken as much before is not of this change.
    assert findings("--against", "main") == found


@pytest.mark.usefixtures("_repository")
@pytest.mark.parametrize("arguments", [(), ("--against", "main")])
def test_a_variant_that_is_new_is_told_at_its_line(arguments: tuple[str, ...]) -> None:
    limit(summarize(parse(NET)).totals.macs)
    spec = Path("net.yaml")
    spec.write_text(NET.replace("  s: {", "  l: {vars: {width: 9}}\n  s: {"), "utf-8")
    found = [one for one in findings(*arguments) if one["code"] in {"E802", "W801"}]
    assert {one["code"]: (one["line"], one["variants"]) for one in found} == {
        "E802": (NET.count("\n"), ["l"]),
        "W801": (NET.count("\n"), ["l"]),
    }
    assert "the variant is new" in str(found)


@pytest.mark.usefixtures("_repository")
def test_a_baseline_names_a_variable_only_where_that_is_sure() -> None:
    line = rewrite("  width: 8", "  width: 12")
    [found] = findings()
    assert (found["code"], found["line"]) == ("E803", line)
    assert "`net.yaml` grew by the variable `width` (8 to 12): " in found["message"]
    assert "with 8 for `width`, all counts are those that are stored" in str(found["notes"])
    # Wider by hand in one line: `width` is read in several, and no value of it gives this.
    line = rewrite("- stem: unit width", "- stem: unit width+4")
    [found] = [one for one in findings() if not one["variants"] or "s" in one["variants"]]
    assert (found["code"], found["line"], found["layer"]) == ("E803", line, "stem")
    assert "a baseline has counts alone" in str(found["notes"])


@pytest.mark.usefixtures("_repository")
def test_a_variable_of_one_line_is_not_named_by_a_baseline_alone() -> None:
    once = "input: 3x8x8\nvars: {n: 8}\nlayers:\n  - a: conv1x1 n\n  - b: conv1x1 4\n"
    Path("net.yaml").write_text(once, "utf-8")
    CliRunner().invoke(main, ["check", "--update-baseline", "--accept-growth"])
    Path("net.yaml").write_text(once.replace("conv1x1 n", "conv1x1 n+4"), "utf-8")
    [found] = [one for one in findings() if one["code"] == "E803"]
    assert (found["line"], found["layer"]) == (4, "a")  # `n` may have been 4, and need not


@pytest.mark.usefixtures("_repository")
def test_a_file_that_was_renamed_and_rewritten_is_held() -> None:
    Path("net.yaml").unlink()
    Path("moved.yaml").write_text(NET.replace("mid: conv3x3 12", "mid: conv3x3 20"), "utf-8")
    done = CliRunner().invoke(main, ["check", "--format", "json", "--against", "main"])
    found = json.loads(done.stdout)
    assert {
        (one["name"], one["status"], one["before"]) for one in found["change"]["networks"]
    } == {
        ("moved.yaml", "renamed", "net.yaml"),
        ("moved.yaml:s", "renamed", "net.yaml:s"),
    }
    [beyond] = [one for one in found["findings"] if one["code"] == "E806"]
    line = NET[: NET.index("mid:")].count("\n") + 1
    assert (beyond["file"], beyond["line"]) == ("moved.yaml", line)


@pytest.mark.usefixtures("_repository")
def test_every_form_tells_the_same_reason() -> None:
    line = rewrite("  width: 8", "  width: 12")
    words = "by the variable `width` (8 to 12)"
    assert f"  {words}  (net.yaml:{line})\n" in text("full")
    assert f"- {words} (`net.yaml:{line}`): +" in text("markdown")
    networks = json.loads(text("json"))["change"]["networks"]
    [[reason]] = [one["reasons"] for one in networks]
    assert (reason["kind"], reason["text"], reason["line"]) == ("variable", words, line)
    assert reason["layers"] == ["stem", "stage1", "stage2"]
    page = CliRunner().invoke(
        main, ["check", "--against", "main", "--format", "html", "-o", "page.html"]
    )
    assert page.exit_code == 1
    assert words in Path("page.html").read_text("utf-8")


def text(form: str) -> str:
    done: str = CliRunner().invoke(main, ["check", "--against", "main", "--format", form]).stdout
    return done


@pytest.mark.usefixtures("_repository")
def test_an_expectation_stays_at_its_number_and_says_what_changed() -> None:
    stated = f"{NET}expect: {{macs: {summarize(parse(NET)).totals.macs}}}\n"
    Path("net.yaml").write_text(stated, "utf-8")
    commit("a number")
    Path("net.yaml").write_text(stated.replace("mid: conv3x3 12", "mid: conv3x3 20"), "utf-8")
    line = NET[: NET.index("mid:")].count("\n") + 1
    of_file = [one for one in findings("--against", "HEAD") if one["code"] == "E801"]
    unmet = next(
        one for one in of_file if not one["variants"] and "changed by" in str(one["notes"])
    )
    assert unmet["line"] == stated.count("\n")
    assert "changed by `mid`" in str(unmet["notes"])
    assert f"'line': {line}" in str(unmet["notes"])
