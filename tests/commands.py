"""The command line, run as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path


def run(*arguments: str, code: int = 0) -> str:
    """All that a command prints; it must leave with `code`."""
    command = [sys.executable, "-m", "cnncalc", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def check(
    *arguments: str, cwd: Path, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`cnncalc check` in a folder, with no environment but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "cnncalc", "check", *arguments],
        cwd=cwd,
        input=stdin,
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONIOENCODING": "utf-8",
            "CNNCALC_CACHE_DIR": os.environ["CNNCALC_CACHE_DIR"],
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
