"""The statements of a course, each with the command that shows it and where a page tells it."""

import shlex
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from click.testing import CliRunner
from shown_commands import sessions_in
from shown_sections import section

from cnncalc.cli.main import main

FILE = Path(__file__).parent / "lectures" / "statements.yaml"

REQUIRED = {"number", "page", "english", "korean", "found"}
OPTIONAL = {"command", "shows", "says", "outside", "slip"}
PAGES = ["000", "001", "002", "003"]
HOMES = ("learn", "ko/learn")
"""Where the pages of both languages are."""


class Statement(NamedTuple):
    """A row of the table; without commands it is outside.

    Attributes:
        number: its place in the course.
        commands: what shows it.
        shows: texts that the commands print.
        sections: the texts of the sections that tell it, in English and in Korean.
        says: what these sections say, one for each.
    """

    number: int
    commands: tuple[str, ...]
    shows: tuple[str, ...]
    sections: tuple[str, ...]
    says: tuple[str, ...]


@cache
def rows() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def statement(row: dict[str, Any]) -> Statement:
    command = row.get("command", [])
    commands = (command,) if isinstance(command, str) else tuple(command)
    places = zip(HOMES, row["found"], strict=True)
    return Statement(
        row["number"],
        commands,
        tuple(map(str, row.get("shows", ()))),
        tuple(section(f"{home}/{place}") for home, place in places),
        tuple(row.get("says", ())),
    )


ALL = [pytest.param(row, id=str(row["number"])) for row in rows()]
SHOWN = [pytest.param(row, id=str(row["number"])) for row in rows() if "command" in row]


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
        english, korean = zip(*(texts(row)), strict=True)
        assert not any(map(is_korean, english)), row["number"]
        assert all(map(is_korean, korean)), row["number"]


def texts(row: dict[str, Any]) -> list[tuple[str, str]]:
    """What a row says to a reader, in both languages."""
    pairs = [(row["english"], row["korean"])]
    return pairs + [(row[key][0], row[key][1]) for key in ("outside", "slip") if key in row]


def is_korean(text: str) -> bool:
    return any("\uac00" <= mark <= "\ud7a3" for mark in text)


@cache
def printed(command: str) -> str:
    """What a command prints; several statements have the same one."""
    done = CliRunner().invoke(main, shlex.split(command), env={"COLUMNS": "100"})
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("row", SHOWN)
def test_the_command_shows_the_statement(row: dict[str, Any]) -> None:
    one = statement(row)
    text = "".join(map(printed, one.commands))
    for wanted in one.shows:
        assert wanted in text, wanted


@pytest.mark.parametrize("row", ALL)
def test_a_reader_finds_the_statement_in_both_languages(row: dict[str, Any]) -> None:
    """The section has one of its commands, or a text that they print; or it says so itself."""
    one = statement(row)
    assert one.says or one.commands
    for place, text in enumerate(one.sections):
        if one.says:
            assert one.says[place] in text
            continue
        there = [command.removeprefix("cnncalc ") for command, _ in sessions_in(text)]
        is_run = any(command in there for command in one.commands)
        assert is_run or any(wanted in text for wanted in one.shows)


def test_a_slip_is_a_box_on_its_page() -> None:
    for row in rows():
        if "slip" in row:
            pages = [f"{home}/{place}" for home, place in zip(HOMES, row["found"], strict=True)]
            assert all(":class: slip" in whole(page) for page in pages), row["number"]


def whole(address: str) -> str:
    page, _, _ = address.partition("#")
    path = FILE.parent.parent.parent / "docs" / page
    return path.read_text(encoding="utf-8")
