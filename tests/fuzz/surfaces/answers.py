"""A command run in this process, and what must hold of whatever it answers."""

import io
import re
import resource
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import click

from cnncalc.cli.main import main
from cnncalc.cli.output import show_error
from fuzz.clock import stopwatch

MOST_SECONDS = 2.0
MOST_KIB = 300 << 10

COMMAND = re.compile(r"^\s*::|##\[|##\w+\[", re.MULTILINE)
"""What a CI system takes for a command."""

ANNOTATION = re.compile(r"^::(error|warning|notice) title=cnncalc \(\w+\)(?=[,:])", re.MULTILINE)
"""Our own."""


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def answer(arguments: Sequence[str]) -> Answer:
    """What the program answers; an exception that it does not expect comes through."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        try:
            code = main(list(arguments), prog_name="cnncalc", standalone_mode=False) or 0
        except click.ClickException as fault:
            show_error(fault)
            code = fault.exit_code
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return Answer(code, *texts)


def is_plain(mark: str) -> bool:
    """Whether a mark does nothing to a terminal but stand there."""
    is_blank = mark.isspace() and mark >= "\xa0" and mark not in "\u2028\u2029"
    return mark in "\n\t" or mark.isprintable() or is_blank


def held(arguments: Sequence[str]) -> Answer:
    """A clean answer, soon, in little memory, of which nothing steers a terminal or a CI system.

    Raises:
        AssertionError: it is not; any other exception is a traceback of the program.
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with stopwatch() as took:
        found = answer(arguments)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert took.seconds < MOST_SECONDS, f"{took.seconds:.1f} s"
    assert grown < MOST_KIB, f"{grown:,} KiB"
    assert found.code in {0, 1, 2}, found.code
    for text in (found.out, found.err):
        wrong = {mark for mark in text if not is_plain(mark)}
        assert not wrong, f"{wrong} in {text!r}"
        commands = COMMAND.search(ANNOTATION.sub("", text))
        assert commands is None, f"{commands} in {text!r}"
    return found
