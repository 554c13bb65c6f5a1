"""A bar for what takes long: on a terminal only, drawn by the clock, gone when done."""

import io
import re
import sys

import pytest
from terminals import on_terminal, run

from cnncalc.cli import progress as module
from cnncalc.cli.progress import progress

CLEARED = "\x1b[1A\x1b[2K"
"""One line up, and that line emptied."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch, kind: str = "xterm") -> Terminal:
    """A terminal for standard error; pytest sets that anew before every test, so no fixture."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", kind)
    return stream


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds, as the test sets them."""
    now = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def test_nothing_is_shown_of_what_is_quick(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch)
    with progress("checking") as advance:
        for step in range(1, 101):
            clock[0] = step * 0.019
            advance(step, 100)
    assert screen.getvalue() == ""


def test_a_bar_is_shown_after_two_seconds_and_is_gone_when_done(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch)
    with progress("checking") as advance:
        clock[0] = 2.5
        advance(30, 100)
        shown = screen.getvalue()
    assert "checking" in shown
    assert "30/100" in shown
    assert screen.getvalue().endswith(CLEARED)


def test_steps_between_two_drawings_are_not_drawn(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch)
    with progress("checking", 0) as advance:
        for step in range(1, 1001):
            clock[0] += 0.001
            advance(step, 1000)
    drawn = set(re.findall(r"(\d+)/1000", screen.getvalue()))
    assert 5 <= len(drawn) <= 12


def test_a_fault_leaves_no_bar_behind(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)

    def failing() -> None:
        with progress("checking", 0) as advance:
            clock[0] = 1
            advance(1, 2)
            raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        failing()
    assert screen.getvalue().endswith(CLEARED)


@pytest.mark.parametrize("kind", ["dumb", None])
def test_no_bar_but_on_a_terminal(
    kind: str | None, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch, kind or "xterm")
    if kind is None:
        monkeypatch.setattr(screen, "isatty", lambda: False)
    with progress("checking", 0) as advance:
        clock[0] = 9
        advance(1, 2)
    assert screen.getvalue() == ""


def test_verify_shows_a_bar_and_a_pipe_none() -> None:
    assert "verifying" in on_terminal("verify", "lenet5", "--quiet")
    done = run("verify", "lenet5", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
