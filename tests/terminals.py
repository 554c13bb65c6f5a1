"""The program from outside: in a pipe, and on a terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

UNSET = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PAGER", "LESS"}
"""What would change what is printed."""


def run(
    *arguments: str, stdin: str | None = None, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The program with its output caught, as in a pipe."""
    held = {k: v for k, v in os.environ.items() if k not in UNSET}
    return subprocess.run(
        [sys.executable, "-m", "cnncalc", *arguments],
        input=stdin,
        cwd=cwd,
        env={**held, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def on_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """What the program prints on a terminal of that width."""
    parent, child = pty.openpty()
    held = {k: v for k, v in os.environ.items() if k not in UNSET}
    held |= {"COLUMNS": str(columns), "TERM": "xterm", **environment}
    command = [sys.executable, "-m", "cnncalc", *arguments]
    process = subprocess.Popen(command, stdout=child, stderr=child, env=held)
    os.close(child)
    output = b""
    try:
        while chunk := os.read(parent, 65536):
            output += chunk
    except OSError:
        pass  # the terminal closes with the program
    finally:
        os.close(parent)
    process.wait()
    return output.decode()


ON_ITS_OWN = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "cnncalc", *sys.argv[1:]])
"""
"""What makes a terminal that of its session, as a shell finds it, and becomes the program."""


class Seen(NamedTuple):
    """What a terminal was shown, and how the program ended."""

    text: str
    code: int


def session(
    *arguments: str,
    keys: Sequence[tuple[str, str]] = (),
    size: tuple[int, int] = (80, 24),
    seconds: float = 60,
    **environment: str,
) -> Seen:
    """The program alone on a terminal of some columns and lines, which it can ask for keys.

    Args:
        arguments: the command line.
        keys: pairs of what is waited for, and what is then typed.
        size: columns and lines.
        seconds: when to give up.
        environment: variables laid over ours.
    """
    held = {k: v for k, v in os.environ.items() if k not in UNSET}
    held |= {"TERM": "xterm", "PYTHONIOENCODING": "utf-8", "LESSHISTFILE": "-", **environment}
    terminal, inner = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size[::-1], 0, 0))
    # A fork of our own is no choice: the tests may have threads.
    program = subprocess.Popen(
        [sys.executable, "-c", ON_ITS_OWN, *arguments],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=held,
        start_new_session=True,
    )
    os.close(inner)
    output, end, waiting = b"", time.monotonic() + seconds, list(keys)
    since = 0
    try:
        while time.monotonic() < end:
            if waiting and waiting[0][0].encode() in output[since:]:
                time.sleep(0.1)
                since = len(output)
                os.write(terminal, waiting.pop(0)[1].encode())
            if select.select([terminal], [], [], 0.05)[0]:
                output += os.read(terminal, 65536)
    except OSError:
        pass  # the terminal closes with the program
    finally:
        os.close(terminal)
    if time.monotonic() >= end:
        program.kill()
    return Seen(output.decode(errors="replace"), program.wait())
