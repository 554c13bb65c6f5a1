"""The program from outside: in a pipe, and on a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path


def run(
    *arguments: str, stdin: str | None = None, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The program with its output caught, as in a pipe."""
    held = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "NO_COLOR"}}
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
    held = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm", **environment}
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
