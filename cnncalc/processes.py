"""Processes that work for this one: started safely, and none of which outlives it."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Work = TypeVar("Work")
Result = TypeVar("Result")

START = "fork" if sys.platform == "linux" else "spawn"
"""How processes are started, on every Python, where this one has no threads.

A copy of it is safe then, and has all that is loaded. Elsewhere the libraries of the system may
have threads.
"""

THREADS = "/proc/self/task"
"""Where Linux lists the threads of a process, those of libraries too. Source: proc(5)."""


class WorkerLostError(Exception):
    """A process has ended before its work was done."""


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_processes(
    function: Callable[[Work], Result], works: Sequence[Work], jobs: int
) -> Iterator[Result]:
    """The result of each piece of work, in order.

    Raises:
        WorkerLostError: the system has ended a process.
    """
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - slow to load

    pool = start_pool(min(jobs, len(works)))
    try:
        with starting():
            results = pool.map(function, works)  # which starts the others
        yield from results
    except BrokenProcessPool:
        raise WorkerLostError from None
    except BaseException:
        end_pool(pool)
        raise
    pool.shutdown()


def start_pool(jobs: int) -> "ProcessPoolExecutor":
    """Processes for as many pieces of work at once; whoever gives them some is `starting` them."""
    # Slow to load.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    with _safe_path():  # it may start a process that keeps count of locks
        context = multiprocessing.get_context(START if _is_alone() else "spawn")
        return ProcessPoolExecutor(jobs, context, initializer=_begin)


def _is_alone() -> bool:
    """Whether this process has one thread: NumPy's library of linear algebra starts others."""
    try:
        return len(os.listdir(THREADS)) == 1
    except OSError:
        return False


@contextmanager
def starting() -> Iterator[None]:
    """Where a pool is given work, which may start processes of it."""
    with _safe_path(), _uninterrupted():
        yield


def end_pool(pool: "ProcessPoolExecutor") -> None:
    """End a pool at once, whatever its processes are at."""
    import multiprocessing  # noqa: PLC0415 - as above

    pool.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        child.kill()


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


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off an interrupt: a copy that is just being made would take it for its own."""
    import signal  # noqa: PLC0415

    if not hasattr(signal, "pthread_sigmask"):  # on Windows nothing is copied
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def _begin() -> None:
    """In a new process: an interrupt is the starter's to handle, and its end is ours."""
    import signal  # noqa: PLC0415
    from threading import Thread  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    Thread(target=_end_with_starter, daemon=True).start()


def _end_with_starter() -> None:
    from multiprocessing import connection, parent_process  # noqa: PLC0415

    starter = parent_process()
    if starter is not None:
        connection.wait([starter.sentinel])
        os._exit(1)
