"""Pages that show commands: each with its output, and what it prints now."""

import re
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path


def sessions_in(page: str) -> list[tuple[str, str]]:
    """Every command that a page shows, with the output that is shown below it.

    A command that goes on in the next line, behind a backslash, is given in one.
    """
    found = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            goes_on = takewhile(lambda line: line.endswith("\\\n"), lines)
            count = len(list(goes_on)) + 1
            command = "".join(lines[:count]).removesuffix("\n")
            found.append((re.sub(r" \\\n +", " ", command), "".join(lines[count:])))
    return found


def run(command: str, folder: Path) -> str:
    name, *arguments = shlex.split(command)
    assert name == "cnncalc"
    done = subprocess.run(
        [sys.executable, "-m", "cnncalc", *arguments],
        cwd=folder,
        env={"PATH": "", "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout
