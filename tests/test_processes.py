"""How the processes of a check are started: the same on every Python."""

import multiprocessing
import subprocess
import sys
from pathlib import Path

from cnncalc.processes import START

METHODS = {"linux": "fork", "darwin": "spawn", "win32": "spawn"}

PROGRAM = """
import multiprocessing
from cnncalc.processes import in_processes

def kind(_):
    return type(multiprocessing.current_process()).__name__

if __name__ == "__main__":
    print(*set(in_processes(kind, [1, 2, 3], 2)))
"""


def test_the_method_does_not_depend_on_the_python() -> None:
    assert METHODS.get(sys.platform, "spawn") == START
    assert START in multiprocessing.get_all_start_methods()


def test_it_is_the_one_that_is_used(tmp_path: Path) -> None:
    program = tmp_path / "program.py"  # of its own: a run of tests may have threads
    program.write_text(PROGRAM, "utf-8")
    command = [sys.executable, "-W", "error", str(program)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split() == [{"fork": "ForkProcess", "spawn": "SpawnProcess"}[START]]
