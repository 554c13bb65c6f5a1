"""The examples of the codes, run as their reader would run them."""

import re
import shlex
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner

from cnncalc.checks.codes.explained import read_example
from cnncalc.cli.main import main


def codes_said(text: str, folder: Path) -> list[str]:
    """The codes that the last command of an example shows; the others must succeed."""
    example = read_example(text)
    for name, content in example.files.items():
        (folder / name).write_text(content, encoding="utf-8")
    shown = ""
    with chdir(folder):
        for command in example.commands:
            program, *arguments = shlex.split(command)
            if program == "cnncalc":
                result = CliRunner(env={"COLUMNS": "80"}).invoke(
                    main, arguments, catch_exceptions=False
                )
                shown = result.stdout + result.stderr
            elif program == "cp":
                shutil.copy(*arguments)
            else:
                words = [sys.executable if program == "python" else program, *arguments]
                subprocess.run(words, check=True, capture_output=True, timeout=60)
    return re.findall(r"^(?:error|warning|information)\[(\w+)\]", shown, re.MULTILINE)
