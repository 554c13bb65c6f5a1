"""Many files, in one process or in several, none of which outlives the one that started them."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from cnncalc.checks.files import Target, check_target, targets
from cnncalc.checks.finding import Checked, Report
from cnncalc.checks.lint import chosen
from cnncalc.checks.networks import Plan
from cnncalc.spec.bounds import TIGHT, WIDE

Work = TypeVar("Work")
Result = TypeVar("Result")

START = "fork" if sys.platform == "linux" else "spawn"
"""How processes are started, on every Python.

We have no threads then, so a copy is safe, and has all that is loaded. Elsewhere the libraries of
the system may have threads.
"""

FEWEST_FILES = 40
"""Files from which on further processes are worth their start."""

CHUNK = 8
"""Files that a process takes at once."""


class WorkerLostError(Exception):
    """A process has ended before its work was done."""


def check_files(
    targets: Sequence[Target], plan: Plan, jobs: int | None = None
) -> Iterator[Checked | None]:
    """The result for each target, in order; None for a file that is not a spec.

    Args:
        targets: what to check.
        plan: what to look for.
        jobs: processes; by default one, and as many as there are cores for many files.

    Raises:
        WorkerLostError: the system has ended one of the processes.
    """
    jobs = jobs or (cores() if len(targets) >= FEWEST_FILES else 1)
    if jobs == 1 or len(targets) < 2:
        yield from _check_all(targets, plan)
        return
    chunks = [targets[start : start + CHUNK] for start in range(0, len(targets), CHUNK)]
    for checked in in_processes(partial(_check_chunk, plan=plan), chunks, jobs):
        yield from checked


def _check_all(targets: Sequence[Target], plan: Plan) -> Iterator[Checked | None]:
    """One target after the other; where no collector runs, what each leaves behind is freed."""
    is_ours = not gc.isenabled()
    if is_ours:
        gc.freeze()  # what is there already stays: looking through it took longer than the check
    for target in targets:
        yield check_target(target, plan)
        if is_ours:
            gc.collect()


def _check_chunk(targets: Sequence[Target], plan: Plan) -> list[Checked | None]:
    """Targets in a process of their own; a text that nobody will quote stays there."""
    return [
        one if one is None or one.findings else one._replace(text="")
        for one in _check_all(targets, plan)
    ]


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_paths(
    paths: Sequence[str], select: tuple[str, ...], ignore: tuple[str, ...], *, is_trusted: bool
) -> Report:
    """As `cnncalc.check` says."""
    codes = chosen(select, ignore) if select else frozenset[str]()
    plan = Plan(codes, bounds=WIDE if is_trusted else TIGHT)
    found = targets(paths, lambda _: False, specs_only=False)
    return Report(tuple(one for one in check_files(found, plan, 1) if one is not None))


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
        with _safe_path(), _uninterrupted():
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
