"""Which modules a process of the program loads."""

import json
import subprocess
import sys

WATCH = """
import sys
from cnncalc.cli.main import main
code = main(sys.argv[2:], prog_name="cnncalc", standalone_mode=False)
assert not code, code
import json
print(json.dumps([name for name in sys.argv[1].split(",") if name in sys.modules]))
"""
"""The command itself, without what runs tests of it: that loads much of the standard library."""


def loaded(watched: str, *arguments: str) -> list[str]:
    command = [sys.executable, "-c", WATCH, watched, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return list(json.loads(done.stdout.splitlines()[-1]))
