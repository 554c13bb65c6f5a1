"""How the processes of a check are started: the same on every Python."""

import multiprocessing
import sys

from cnncalc.checks.run import START, in_processes

METHODS = {"linux": "fork", "darwin": "spawn", "win32": "spawn"}


def test_the_method_does_not_depend_on_the_python() -> None:
    assert METHODS.get(sys.platform, "spawn") == START
    assert START in multiprocessing.get_all_start_methods()


def test_it_is_the_one_that_is_used() -> None:
    names = {"fork": "ForkProcess", "spawn": "SpawnProcess"}
    found = set(in_processes(process_kind, [1, 2, 3], 2))
    assert found == {names[START]}


def process_kind(_: int) -> str:
    return type(multiprocessing.current_process()).__name__
