"""What is longer than the terminal, in a pager: in that of the environment, as git does it.

Source: git-var(1) and the description of `core.pager` in git-config(1).
"""

import os
import re
import shutil
import sys
from contextlib import suppress

import click

from cnncalc.cli.options import NO_PAGER
from cnncalc.cli.programs import find_program
from cnncalc.render.grid import width_of

SETTINGS = {"LESS": "FRX", "LV": "-c"}
"""For pagers that have none: colours pass, and what was read stays on the screen."""

FOR_SHELL = re.compile(r"[|&;<>()$`\\\"' \t\n*?\[#~=%]")
"""What makes a command one for a shell."""

NOT_RUN = (126, 127)
"""How a shell ends that cannot run what it should."""


def page(text: str) -> bool:
    """Show a text in a pager; whether it was shown, and need not be printed.

    It is not where it fits the terminal, where that is dumb, or where no pager is wanted.
    """
    context = click.get_current_context(silent=True)
    if os.name != "posix" or os.environ.get("TERM", "dumb") == "dumb":
        return False
    if (context is not None and NO_PAGER in context.meta) or not _is_long(text):
        return False
    command = _command()
    return command is not None and _shown(command, text)


def _is_long(text: str) -> bool:
    """Whether a text takes more lines than the terminal has, or all of them."""
    columns, lines = shutil.get_terminal_size((80, 0))
    if not lines:
        return False  # nothing is known of the terminal
    shown = re.sub(r"\x1b\[\d+m", "", text).splitlines()
    if len(shown) >= lines:
        return True
    return sum(max(1, -(-width_of(line) // columns)) for line in shown) >= lines


def _command() -> list[str] | None:
    """What shows a text page by page; None for nothing."""
    wanted = os.environ.get("PAGER")
    if wanted is None:
        wanted = "less"
    if wanted.strip() in {"", "cat"}:
        return None
    if FOR_SHELL.search(wanted):
        return ["/bin/sh", "-c", wanted]
    if os.sep in wanted:
        return [wanted]
    try:
        return [find_program(wanted)]
    except FileNotFoundError:
        return None


def _shown(command: list[str], text: str) -> bool:
    """Run a pager on a text until its reader leaves it."""
    import signal  # noqa: PLC0415 - most texts fit
    import subprocess  # noqa: PLC0415 - as above

    data = text.encode(sys.stdout.encoding or "utf-8", errors="backslashreplace")
    sys.stdout.flush()
    sys.stderr.flush()
    # An interrupt is the pager's: were we to end, two would read the keyboard. A function is not
    # handed on to the pager, as it would be that interrupts are ignored.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        pager = subprocess.Popen(  # noqa: S603 - the reader's own choice
            command, stdin=subprocess.PIPE, env={**SETTINGS, **os.environ}
        )
        with suppress(BrokenPipeError):  # the reader has left it
            pager.communicate(data)
        return pager.wait() not in NOT_RUN
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
