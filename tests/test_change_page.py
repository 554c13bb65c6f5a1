"""What changed since a branch began, as one page: `check --against REV --format html`."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from documents_of import held_in
from repositories import LARGE, SPEC, commit, git, put

from cnncalc.cli.main import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A branch on which every kind of change was made."""
    folder = tmp_path_factory.mktemp("change")
    before = Path.cwd()
    os.chdir(folder)
    git("init", "-q", "-b", "main")
    for number, name in enumerate("abcd", 2):
        put(Path(f"nets/{name}.yaml"), number)
    commit("start")
    git("checkout", "-qb", "topic")
    put(Path("nets/a.yaml"), sep=3)
    text = (
        Path("nets/a.yaml").read_text("utf-8").replace("  - globalavgpool\n", "  - maxpool2x2\n")
    )
    Path("nets/a.yaml").write_text(f"{text}budget: {{macs: 1K}}\n", "utf-8")
    Path("nets/b.yaml").rename("nets/moved.yaml")
    Path("nets/c.yaml").unlink()
    put(Path("nets/new.yaml"), sep=9, more=LARGE)
    yield folder
    os.chdir(before)


def check(folder: Path, *arguments: str) -> Result:
    os.chdir(folder)
    environment = dict.fromkeys(("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"))
    return CliRunner().invoke(main, ["check", "nets", *arguments], env=environment)


def text_of(folder: Path, *arguments: str) -> str:
    path = folder / "page.html"
    done = check(folder, "--against", "main", "--format", "html", "-o", str(path), *arguments)
    assert done.exit_code in {0, 1}, done.output
    return path.read_text("ascii")


@pytest.fixture(scope="module")
def page(folder: Path) -> Any:
    return held_in(text_of(folder))


def test_each_network_that_differs_is_there_with_what_changed(folder: Path, page: Any) -> None:
    told = json.loads(check(folder, "--against", "main", "--format", "json").stdout)["change"]
    assert [one["titles"][1] for one in page["difference"]] == [
        one["name"] for one in told["networks"]
    ]
    assert len(page["networks"]) == len(told["networks"]) == 9
    for one, difference in zip(told["networks"], page["difference"], strict=True):
        if one["status"] in {"added", "removed"}:
            assert difference["only"] == one["status"]
            assert difference["totals"] == {}
        else:
            before = one["before"] or one["name"]
            assert difference["titles"] == [f"main:{before}", one["name"]]
            for metric in ("parameters", "macs", "peak_activation_bytes"):
                told_of = difference["totals"][metric]
                assert {key: told_of[key] for key in ("old", "new")} == one["figures"][metric]


def test_the_layers_say_what_became_of_them(page: Any) -> None:
    [place] = [
        place for place, one in enumerate(page["difference"]) if one["titles"][1] == "nets/a.yaml"
    ]
    network = page["networks"][place]
    changes = {one["name"]: one.get("change", {}).get("status") for one in network["layers"]}
    assert changes["conv1"] is None
    assert changes["sep"] == changes["fc"] == "changed"
    assert "removed" in changes.values()
    # sep: 8 more channels of 3x3x8 and a bias
    [sep] = [one for one in network["layers"] if one["name"] == "sep"]
    assert sep["change"]["change"]["parameters"] == 8 * (9 * 8 + 1)
    assert [one["name"] for one in network["files"]] == ["main:nets/a.yaml", "nets/a.yaml"]
    [gone] = [one for one in network["layers"] if one.get("change", {}).get("status") == "removed"]
    [[file, line, *_]] = network["origins"][gone["origin"]]
    assert network["files"][file]["text"].splitlines()[line - 1] == "  - globalavgpool"


def test_a_network_has_the_findings_and_claims_that_are_its_own(page: Any) -> None:
    by_name = dict(
        zip([one["titles"][1] for one in page["difference"]], page["networks"], strict=True)
    )
    for name in ("nets/a.yaml", "nets/a.yaml:s"):
        network = by_name[name]
        [budget] = [one for one in network["findings"] if one["code"] == "E802"]
        of_variant = name if name.endswith(":s") else "macs"
        assert f"`{of_variant}`" in budget["message"]
        [claim] = network["claims"]
        assert (claim["kind"], claim["metric"], claim["holds"]) == ("budget", "macs", False)
    assert by_name["nets/c.yaml"]["findings"] == []
    assert by_name["nets/c.yaml"]["variant"] is None
    assert by_name["nets/c.yaml:s"]["variant"] == "s"


def test_it_is_one_file_that_asks_for_nothing_and_is_the_same_each_time(folder: Path) -> None:
    text = text_of(folder)
    assert text == text_of(folder)
    assert not re.search(r"<(?:link|img|iframe|script src)", text.partition("<script")[0])
    assert "default-src 'none'" in text
    assert str(folder) not in text
    summary = "11 networks: 2 changed, 2 renamed, 3 added, 2 removed, 2 unchanged since main ("
    assert held_in(text)["title"].startswith(summary)


def test_findings_are_told_in_the_log_and_fail_the_check(folder: Path) -> None:
    done = check(folder, "--against", "main", "--format", "html", "-o", "page.html")
    assert done.exit_code == 1
    assert re.search(r"^nets/a\.yaml:\d+:\d+: E802 ", done.stdout, re.MULTILINE)
    assert "<html" in check(folder, "--against", "main", "--format", "html").stdout


def test_without_a_change_it_is_a_sentence(folder: Path) -> None:
    done = check(folder, "nets/d.yaml", "--against", "HEAD", "--format", "html", "-o", "d.html")
    assert done.exit_code == 1  # of nets/a.yaml
    os.chdir(folder)
    done = CliRunner().invoke(
        main, ["check", "nets/d.yaml", "--against", "main", "--format", "html", "-o", "d.html"]
    )
    assert done.exit_code == 0
    text = (folder / "d.html").read_text("ascii")
    assert "<p>2 networks: 2 unchanged since main (" in text
    assert "<script" not in text


def test_names_of_strangers_are_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    put(Path("nets/a.yaml"))
    commit("start")
    hostile = "</script><img src=x onerror=alert(1)>&\"'##[x]"
    for name in (hostile.replace("/", ""), "plain: colon"):
        text = SPEC.format(name="net", sep=5, more='  "a: b": {vars: {width: 9}}\n')
        text = text.replace("net", f'"{hostile}"', 1)
        Path(f"nets/{name}.yaml").write_text(text.replace('&"', "&"), "utf-8")
    git("checkout", "-qb", hostile.replace(" ", "").replace("[", "").replace("/", ""))
    text = text_of(tmp_path)
    assert text.count("<script") == 2
    assert "<img" not in text
    assert "##" not in text
    titles = {one["titles"][1] for one in held_in(text)["difference"]}
    name = "nets/plain: colon.yaml"
    assert {name, f"{name}:s", f"{name}:a: b"} <= titles
    put(Path("nets/a.yaml"), more='  "a: b": {vars: {width: 9}}\n')
    commit("a variant")
    put(Path("nets/a.yaml"), 3, '  "a: b": {vars: {width: 9}}\n')
    found = held_in(text_of(tmp_path, "--against", "HEAD"))["difference"]
    assert "nets/a.yaml:a: b" in {one["titles"][1] for one in found}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "html"], "`--format html --against REV`"),
        (["--format", "html", "--against", "main", "-o", "a.yaml"], "is the name of a network"),
        (["--format", "html", "--against", "main", "--bits", "w8a8"], "--bits has no effect"),
        (["--format", "html", "--against", "main", "--statistics"], "--statistics has no effect"),
    ],
)
def test_what_makes_no_page_is_refused(folder: Path, arguments: list[str], message: str) -> None:
    done = check(folder, *arguments)
    assert done.exit_code == 2
    assert message in done.output
