"""Options as other commands and tools have them: the one that is meant here is named."""

import pytest
from click.testing import CliRunner

from cnncalc.cli.main import main


def refusal(*arguments: str) -> str:
    """What is said of a call that is refused."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert not done.stdout
    return done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["sweep", "--for", "alpha=1"], "--set width"),
        (["solve", "--of", "alpha"], "--for width"),
        (["formula", "--in", "size"], "--of width"),
        (["summarize", "--size", "224"], "--input 3x224x224"),
        (["check", "--json"], "--format json"),
    ],
)
def test_what_an_option_is_called_here(arguments: list[str], named: str) -> None:
    shown = refusal(*arguments, "mobilenet")
    assert f"no option `{arguments[1]}`: " in shown
    assert f"`{named}" in shown


def test_a_format_that_there_is_not_is_no_remedy() -> None:
    assert "--format" not in refusal("convert", "--csv", "mobilenet", "net.yaml")


@pytest.mark.parametrize(("command", "option"), [("solve", "--for"), ("formula", "--of width")])
def test_what_moves_is_asked_for(command: str, option: str) -> None:
    assert f"`{option}" in refusal(command, "mobilenet")


def test_any_other_option_is_left_to_click() -> None:
    assert "--batch" in refusal("summarize", "--batsh", "3", "mobilenet")
