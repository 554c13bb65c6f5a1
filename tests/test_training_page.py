"""The page about training stays true: its commands print what it shows."""

from pathlib import Path

import pytest
from shown_commands import run, sessions_in, without_usage

PAGE = Path(__file__).parent.parent / "docs" / "training.md"
SESSIONS = sessions_in(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("command", "output"), SESSIONS, ids=[c for c, _ in SESSIONS])
def test_commands_print_what_is_shown(
    command: str, output: str, tmp_path: Path, *, update: bool
) -> None:
    real = run(command, tmp_path)
    if update:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(text.replace(f"$ {command}\n{output}", f"$ {command}\n{real}"), "utf-8")
        return
    # How to call a command is told in the words of click, which differ from release to release.
    assert without_usage(real) == without_usage(output)


def test_there_are_commands() -> None:
    assert len(SESSIONS) > 4
