"""Work in several processes, none of which outlives the one that started them."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")


START = "fork" if sys.platform == "linux" else "spawn"
"""How processes are started, on every Python.

We have no threads then, so a copy is safe, and has all that is loaded. Elsewhere the libraries of
the system may have threads.
"""


class WorkerLostError(Exception):
    """A process has ended before its work was done."""


def in_processes(
    function: Callable[[Work], Result], works: Sequence[Work], jobs: int
) -> Iterator[Result]:
    """The result of each piece of work, in order.

    Raises:
        WorkerLostError: the system has ended a process.
    """
    # Slow to load.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    with _safe_path():  # it may start a process that keeps count of locks
        context = multiprocessing.get_context(START)
        pool = ProcessPoolExecutor(min(jobs, len(works)), context, initializer=_begin)
    try:
        with _safe_path():
            results = pool.map(function, works)  # which starts the others
        yield from results
    except BrokenProcessPool:
        raise WorkerLostError from None
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.kill()
        raise
    pool.shutdown()


@contextmanager
def _safe_path() -> Iterator[None]:
    """Have new processes import nothing from the folder that we are in.

    Where they are started afresh, they begin as `python -c`, which looks there first: a stranger's
    `socket.py` would be run.
    """
    name = "PYTHONSAFEPATH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _begin() -> None:
    """In a new process: an interrupt is the starter's to handle, and its end is ours."""
    import signal  # noqa: PLC0415
    from threading import Thread  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_starter, daemon=True).start()


def _end_with_starter() -> None:
    from multiprocessing import connection, parent_process  # noqa: PLC0415

    starter = parent_process()
    if starter is not None:
        connection.wait([starter.sentinel])
        os._exit(1)
