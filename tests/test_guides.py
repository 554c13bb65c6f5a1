"""The pages for contributors: short enough to be read, and every path that they name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = {"ARCHITECTURE.md": 200, "CONTRIBUTING.md": 250, "SECURITY.md": 150}
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


def test_a_path_that_is_not_there_would_be_seen() -> None:
    assert not any((ROOT / at / "ops/nowhere.py").exists() for at in FOLDERS)
    assert "tests/test_architecture.py" in paths("ARCHITECTURE.md")
