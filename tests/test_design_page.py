"""The pages about designs and explanations stay true: their commands print what they show."""

from pathlib import Path

import pytest
from shown_commands import run, sessions_in, without_usage

DOCS = Path(__file__).parent.parent / "docs"
PAGES = [DOCS / name for name in ("design.md", "explain.md")]
SESSIONS = [
    (page, command, output)
    for page in PAGES
    for command, output in sessions_in(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "command", "output"), SESSIONS, ids=[c for _, c, _ in SESSIONS])
def test_commands_print_what_is_shown(
    page: Path, command: str, output: str, tmp_path: Path, *, update: bool
) -> None:
    real = run(command, tmp_path)
    if update:
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(f"$ {command}\n{output}", f"$ {command}\n{real}"), "utf-8")
        return
    # How to call a command is told in the words of click, which differ from release to release.
    assert without_usage(real) == without_usage(output)


def test_there_are_commands() -> None:
    for page in PAGES:
        assert sum(shown == page for shown, _, _ in SESSIONS) > 5
