"""Paths of annotations: from the root of the repository, wherever a check is run."""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from reports import hostile
from repositories import commit, git, put

from cnncalc.checks.finding import Checked, Finding, Report
from cnncalc.cli.main import main
from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.render.findings import render_findings
from cnncalc.render.findings.places import Places

FAULTY = "name: faulty\ninput: 3x8x8\nlayers:\n  - conv3x3 8 groups=2\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a spec in a folder, in a folder that has no repository above it."""
    (tmp_path / "checkout" / "models" / "deep").mkdir(parents=True)
    (tmp_path / "checkout" / ".git").mkdir()
    (tmp_path / "checkout" / "models" / "x.yaml").write_text(FAULTY, "utf-8")
    return tmp_path / "checkout"


def sarif_paths(told: str) -> list[str]:
    [sarif] = json.loads(told)["runs"]
    places = [one["locations"][0]["physicalLocation"] for one in sarif["results"]]
    assert {one["artifactLocation"].get("uriBaseId") for one in places} == {"%SRCROOT%"}
    return [one["artifactLocation"]["uri"] for one in places]


READ: Mapping[str, Callable[[str], list[str]]] = {
    "github": lambda told: re.findall(r",file=([^,]*),", told),
    "gitlab": lambda told: [one["location"]["path"] for one in json.loads(told)],
    "sarif": sarif_paths,
    "junit": lambda told: re.findall(r'<testsuite name="([^"]*)"', told),
    "markdown": lambda told: re.findall(r"^\| `([^`]*):\d+` \|", told, re.MULTILINE),
    "json": lambda told: [one["file"] for one in json.loads(told)["findings"]],
    "concise": lambda told: re.findall(r"^(\S+?):\d+:\d+: E402", told, re.MULTILINE),
}


CI = ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "CI_PROJECT_DIR")
"""What a CI system says of a job; these tests may run in one."""


def run(folder: Path, form: str, *arguments: str, **environment: str) -> str:
    """What a check in a folder prints."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        command = ["check", "--format", form, *arguments]
        env = {**dict.fromkeys(CI), **environment}
        done = CliRunner().invoke(main, command, env=env, catch_exceptions=False)
    finally:
        os.chdir(before)
    assert done.exit_code in {0, 1}, done.output
    return done.stdout


def paths(form: str, folder: Path, *arguments: str, **environment: str) -> list[str]:
    """The paths that a form names, in a folder."""
    return READ[form](run(folder, form, *arguments, **environment))


OF_CI = ("github", "gitlab", "sarif", "junit", "markdown")


@pytest.mark.parametrize("form", OF_CI)
def test_a_job_with_a_working_directory_names_the_file_from_the_root(
    checkout: Path, form: str
) -> None:
    assert paths(form, checkout / "models") == ["models/x.yaml"]
    assert paths(form, checkout / "models", "./x.yaml") == ["models/x.yaml"]
    assert paths(form, checkout / "models" / "deep", "..") == ["models/x.yaml"]
    assert paths(form, checkout, str(checkout / "models" / "x.yaml")) == ["models/x.yaml"]


@pytest.mark.parametrize("form", ["concise", "json"])
def test_people_and_programs_beside_us_have_paths_from_where_we_are(
    checkout: Path, form: str
) -> None:
    assert paths(form, checkout / "models") == ["x.yaml"]
    assert paths(form, checkout) == [os.path.join("models", "x.yaml")]


def test_a_checkout_below_the_current_folder_has_its_own_root(checkout: Path) -> None:
    assert paths("github", checkout.parent) == ["models/x.yaml"]


def test_a_repository_within_the_repository_is_part_of_it(checkout: Path) -> None:
    (checkout / "models" / ".git").write_text("gitdir: ../.git/modules/models\n", "utf-8")
    assert paths("github", checkout) == ["models/x.yaml"]
    assert paths("github", checkout / "models") == ["x.yaml"]


def test_without_a_repository_paths_start_from_the_folder_of_the_job(checkout: Path) -> None:
    (checkout / ".git").rmdir()
    inner = checkout / "models"
    assert paths("gitlab", inner) == ["x.yaml"]
    for mark, folder in (("GITHUB_ACTIONS", "GITHUB_WORKSPACE"), ("GITLAB_CI", "CI_PROJECT_DIR")):
        env = {mark: "true", folder: str(checkout)}
        assert paths("gitlab", inner, **env) == ["models/x.yaml"]
        assert paths("gitlab", inner, **{folder: str(checkout)}) == ["x.yaml"]
        assert paths("gitlab", inner, **{**env, folder: str(inner / "deep")}) == ["x.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="a drive's colon is spelt out")
def test_what_lies_elsewhere_keeps_its_name(checkout: Path) -> None:
    other = checkout.parent / "other.yaml"
    other.write_text(FAULTY, "utf-8")
    assert paths("github", checkout / "models", str(other)) == [str(other)]
    assert paths("github", checkout / "models", "../../other.yaml") == ["../../other.yaml"]


def test_names_that_are_no_files_are_kept(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout / "models")
    places = Places()
    for name in ("resnet", "<stdin>", "gone.yaml", "a\0b", "half \ud800"):
        assert places.path(name) == name


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the current folder")
def test_a_folder_that_is_gone_has_no_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    fault = Diagnostic("E402", "no", Span("/else/a.yaml", 1, 1, 1, 2))
    report = Report((Checked("/else/a.yaml", "", (), (Finding(fault),)),))
    assert "file=/else/a.yaml," in render_findings(report, "github")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_within_the_repository_are_files_of_it(checkout: Path, tmp_path: Path) -> None:
    (checkout / "models" / "link.yaml").symlink_to("x.yaml")
    assert paths("gitlab", checkout / "models") == ["models/link.yaml", "models/x.yaml"]
    (tmp_path / "way").symlink_to(checkout)
    given = str(tmp_path / "way" / "models" / "x.yaml")
    assert paths("gitlab", checkout / "models", given) == ["models/x.yaml"]


def test_the_notes_are_placed_as_well(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout / "models")
    span = Span("x.yaml", 4, 5, 4, 9)
    fault = Diagnostic("E402", "no", span, (Note("from here", span._replace(line=3)),))
    report = Report((Checked("x.yaml", FAULTY, (None,), (Finding(fault),)),), (Finding(fault),))
    told = json.loads(render_findings(report, "sarif"))["runs"][0]["results"]
    places = [
        one["physicalLocation"]["artifactLocation"]["uri"]
        for result in told
        for one in (*result["locations"], *result["relatedLocations"])
    ]
    assert places == ["models/x.yaml"] * 4
    assert "note: from here (models/x.yaml:3:5)" in told[0]["message"]["text"]


def test_a_message_names_a_network_as_its_place_does(checkout: Path) -> None:
    text = "name: n\ninput: 784\nlayers: [linear 9]\nvariants:\n  a: {}\n  b: {}\n"
    (checkout / "models" / "x.yaml").write_text(text, "utf-8")
    (checkout / "cnncalc.toml").write_text('[budget]\nmacs = "1K"\n', "utf-8")
    for form in ("github", "gitlab", "sarif", "junit", "markdown"):
        told = run(checkout / "models", form, "x.yaml")
        assert "`macs` of `models/x.yaml` is 7,056" in told
        assert "`macs` of `models/x.yaml:b` is 7,056" in told
    for form in ("json", "concise"):
        assert "`macs` of `x.yaml` is 7,056" in run(checkout / "models", form, "x.yaml")


def test_a_change_is_told_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for name in "abc":
        put(Path(f"nets/{name}.yaml"), ord(name) - ord("a") + 2)
    commit("start")
    git("checkout", "-qb", "topic")
    put(Path("nets/a.yaml"), sep=9)
    Path("nets/b.yaml").unlink()
    Path("nets/c.yaml").rename("nets/moved.yaml")
    summary = tmp_path / "summary.md"
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    nets = tmp_path / "nets"
    told = run(nets, "markdown", "--against", "main", **env)
    assert "| `nets/a.yaml` |" in told
    assert "| `nets/b.yaml:s` removed |" in told
    assert "| `nets/moved.yaml` renamed (was `nets/c.yaml`) |" in told
    assert "`sep` (`nets/a.yaml:7`): changed" in told
    assert told in summary.read_text("utf-8")
    told = run(nets, "full", "--against", "main")
    assert "a.yaml  (changed)\n" in told
    assert "nets/" not in told
    assert "sep: changed" in told


JOB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "o/r",
    "GITHUB_SHA": "1a2b" * 10,
}
TREE = f"https://github.com/o/r/blob/{'1a2b' * 10}"


def test_markdown_links_to_lines_of_the_commit(checkout: Path) -> None:
    (checkout / "models" / "a (b)?#.yaml").write_text(FAULTY, "utf-8")
    told = run(checkout / "models", "markdown", **JOB)
    assert f"| [`models/x.yaml:4`]({TREE}/models/x.yaml#L4) |" in told
    assert f"| [`models/a (b)?#.yaml:4`]({TREE}/models/a%20%28b%29%3F%23.yaml#L4) |" in told
    for name, other in (
        ("GITHUB_ACTIONS", "false"),
        ("GITHUB_SHA", "main"),
        ("GITHUB_REPOSITORY", "o/r)[x](y"),
        ("GITHUB_SERVER_URL", "javascript:x"),
    ):
        assert "](" not in run(checkout / "models", "markdown", **{**JOB, name: other})


def test_only_files_of_the_repository_are_linked(checkout: Path) -> None:
    (checkout.parent / "other.yaml").write_text(FAULTY, "utf-8")
    for name in (str(checkout.parent / "other.yaml"), "../other.yaml"):
        assert "](" not in run(checkout, "markdown", name, **JOB)


def test_links_of_strangers_names_lead_into_the_repository() -> None:
    text = render_findings(hostile(), "markdown", tree=TREE)
    parser = MarkdownIt("commonmark").enable("table")
    tokens = [
        one for token in parser.parse(text) if token.children for one in (token, *token.children)
    ]
    links = [str(one.attrs["href"]) for one in tokens if one.type == "link_open"]
    assert len(links) > 5
    for link in links:
        assert re.fullmatch(rf"{TREE}/[\w./%~-]+#L3", link, re.ASCII)
