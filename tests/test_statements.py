"""The statements of a course, each with the command that shows it."""

import shlex
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from click.testing import CliRunner

from cnncalc.cli.main import main

FILE = Path(__file__).parent / "lectures" / "statements.yaml"

REQUIRED = {"number", "page", "english", "korean"}
OPTIONAL = {"command", "shows", "outside", "slip", "waits"}
PAGES = ["000", "001", "002", "003"]


class Statement(NamedTuple):
    """A row of the table; a statement that waits has a command that is still to come."""

    number: int
    commands: tuple[str, ...]
    shows: tuple[str, ...]
    waits: bool


def rows() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def statements() -> list[Statement]:
    """Those that a command shows."""
    found = []
    for row in rows():
        command = row.get("command", [])
        commands = (command,) if isinstance(command, str) else tuple(command)
        if commands:
            shows = tuple(map(str, row["shows"]))
            found.append(Statement(row["number"], commands, shows, row.get("waits", False)))
    return found


WAITS = pytest.mark.skip(reason="its command is still to come")
"""So many are skipped: whoever adds a command takes `waits` from the statements it shows."""

SHOWN = [
    pytest.param(one, id=str(one.number), marks=[WAITS] if one.waits else [])
    for one in statements()
]


def test_the_table_is_whole() -> None:
    """Seventy statements in the order of the pages, each with a command or a reason."""
    table = rows()
    assert [row["number"] for row in table] == list(range(1, 71))
    pages = [row["page"] for row in table]
    assert pages == sorted(pages)
    assert sorted(set(pages)) == PAGES
    for row in table:
        assert row.keys() >= REQUIRED
        assert row.keys() <= REQUIRED | OPTIONAL
        assert ("command" in row) == ("shows" in row) != ("outside" in row), row["number"]
        assert all(row[key].strip() for key in ("english", "korean"))
        assert any("\uac00" <= mark <= "\ud7a3" for mark in row["korean"]), row["number"]


@pytest.mark.parametrize("one", SHOWN)
def test_the_command_shows_the_statement(one: Statement) -> None:
    done = [CliRunner().invoke(main, shlex.split(command)) for command in one.commands]
    assert [each.exit_code for each in done] == [0] * len(done), done[0].output
    text = "".join(each.stdout for each in done)
    for wanted in one.shows:
        assert wanted in text, wanted
