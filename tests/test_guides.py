"""Pages stay true: commands print what they show, Python runs, each path they name is there."""

import doctest
import re
from pathlib import Path

import pytest
from shown_commands import sessions_in
from shown_files import DOCS, hold, named_files, programs

import cnncalc
from cnncalc.analysis.summary import Summary
from cnncalc.cli.main import COMMANDS
from cnncalc.ops import OPS

ROOT = Path(__file__).parent.parent
LONGEST = {"ARCHITECTURE.md": 200, "CONTRIBUTING.md": 250, "SECURITY.md": 170}
FOLDERS = (
    "",
    "cnncalc",
    "tests",
    "cnncalc/spec",
    "cnncalc/analysis",
    "cnncalc/engine",
    "cnncalc/cli",
)
"""Where a path may begin: a page names a file of the room that it is about by its name alone."""


def paths(page: str) -> list[str]:
    """What a page names as a file or a folder."""
    text = (ROOT / page).read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    quoted = re.findall(r"`([\w][\w./-]*|\.ci/run|\.pre[\w.-]+)`", text)
    return [one for one in quoted if re.search(r"\.(py|md|yml|yaml)$|/$|^\.ci/", one)]


@pytest.mark.parametrize("page", LONGEST)
def test_a_page_can_be_read_at_one_sitting(page: str) -> None:
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST[page]


@pytest.mark.parametrize("page", LONGEST)
def test_every_path_is_there(page: str) -> None:
    found = paths(page)
    assert len(found) > 10
    missing = [one for one in found if not any((ROOT / at / one).exists() for at in FOLDERS)]
    assert missing == []


def test_the_table_of_commands_has_all_of_them() -> None:
    table = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`cnncalc {name}" not in table] == []


def test_a_path_that_is_not_there_would_be_seen() -> None:
    assert not any((ROOT / at / "ops/nowhere.py").exists() for at in FOLDERS)
    assert "tests/test_architecture.py" in paths("ARCHITECTURE.md")


PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
TEXTS = {page: (DOCS / page).read_text(encoding="utf-8") for page in PAGES}


def original(page: str) -> str:
    """The page that a page is the translation of, or the page itself."""
    there = page.removeprefix("ko/")
    return there if there in TEXTS else page


SESSIONS = [
    (page, *session)
    for page in PAGES
    if original(page) == page
    for session in sessions_in(TEXTS[page])
]
"""Commands of translations are not run again: they show what the original shows."""
SPECS = [
    (page, name, text)
    for page in PAGES
    for name, text in named_files(TEXTS[page]).items()
    if name.endswith(".yaml")
]


@pytest.mark.parametrize(
    ("page", "command", "output"), SESSIONS, ids=[f"{page} {line}" for page, line, _ in SESSIONS]
)
def test_commands_print_what_is_shown(
    page: str, command: str, output: str, tmp_path: Path, *, update: bool
) -> None:
    hold(DOCS / page, command, output, tmp_path, update=update)
    if update and (translated := f"ko/{page}") in TEXTS:
        for line, shown in sessions_in(TEXTS[translated]):
            if line == command:
                hold(DOCS / translated, command, shown, tmp_path, update=True)
    if "filtered.png" in command:
        assert (tmp_path / "filtered.png").stat().st_size > 1000


@pytest.mark.parametrize("page", PAGES)
def test_a_number_that_is_held_does_not_begin_a_line(page: str) -> None:
    """Markdown takes such a comment out of its paragraph, with all that follows it."""
    assert re.findall(r"^\s*<!-- cnncalc .*", TEXTS[page], flags=re.MULTILINE) == []


def test_there_are_commands() -> None:
    assert len(SESSIONS) > 50


@pytest.mark.parametrize("page", [page for page in PAGES if ">>>" in TEXTS[page]])
def test_sessions_in_python_are_true(page: str) -> None:
    found = doctest.testfile(str(DOCS / page), module_relative=False, encoding="utf-8")
    assert found.attempted > 1
    assert found.failed == 0


@pytest.mark.parametrize(("page", "name", "text"), SPECS, ids=[name for _, name, _ in SPECS])
def test_specs_that_are_shown_are_networks(page: str, name: str, text: str) -> None:
    """Or have a fault, which the page shows."""
    try:
        graph = cnncalc.parse(text)
    except cnncalc.SpecError as error:
        shown = {fault.code: f"[{fault.code}]" in TEXTS[page] for fault in error.diagnostics}
        assert all(shown.values()), (name, shown)
    else:
        assert cnncalc.summarize(graph).totals.layers > 0


def test_the_first_program_runs() -> None:
    space: dict[str, object] = {}
    exec(programs(TEXTS["guide/python.md"])[0], space)  # noqa: S102 - our own page
    summary = space["summary"]
    assert isinstance(summary, Summary)
    assert summary.totals.parameters == 25_557_032


def test_every_op_is_named_in_the_language() -> None:
    text = TEXTS["reference/language.md"]
    table = text[text.index("| ops |") : text.index("`padding` takes")]
    ops = (name for name, kind in OPS.items() if not kind.merges)
    assert [name for name in ops if not re.search(rf"`{name}(?![a-z_])", table)] == []


def test_every_family_of_ops_has_a_page() -> None:
    homes = {kind.__module__.rpartition(".")[2] for kind in OPS.values()}
    made = {*re.findall(r"<!-- made: ops (\w+) -->", "".join(TEXTS.values()))}
    assert made == homes


def test_a_page_of_learning_and_its_translation_name_each_other() -> None:
    """Both show the same: commands, outputs, and the files that these read."""
    korean = [page for page in PAGES if re.match(r"ko/learn/\d", page)]
    assert korean
    for page in korean:
        english = page.removeprefix("ko/")
        assert english in TEXTS
        assert f"](../../{english})" in TEXTS[page]
        assert f"](../{page})" in TEXTS[english]
        assert sessions_in(TEXTS[page]) == sessions_in(TEXTS[english])
        assert named_files(TEXTS[page]) == named_files(TEXTS[english])
