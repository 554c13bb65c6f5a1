"""Many files, in one process or in several."""

import gc
from collections.abc import Iterator, Sequence
from functools import cache, partial

from cnncalc.checks.files import Target, check_target, targets
from cnncalc.checks.finding import Checked, Report
from cnncalc.checks.lint import chosen
from cnncalc.checks.memo import Memo
from cnncalc.checks.networks import Plan
from cnncalc.processes import cores, in_processes
from cnncalc.spec.bounds import TIGHT, WIDE

FEWEST_FILES = 40
"""Files from which on further processes are worth their start."""

MOST_LEFT = 300_000
"""Objects left behind from which on looking for those that nothing holds is worth its time."""

CHUNK = 8
"""Files that a process takes at once."""


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
        yield from _check_all(targets, plan, Memo())
        return
    chunks = [targets[start : start + CHUNK] for start in range(0, len(targets), CHUNK)]
    for checked in in_processes(partial(_check_chunk, plan=plan), chunks, jobs):
        yield from checked


def _check_all(targets: Sequence[Target], plan: Plan, memo: Memo) -> Iterator[Checked | None]:
    """One target after the other; where no collector runs, what they leave behind is freed."""
    is_ours = not gc.isenabled()
    if is_ours:
        gc.freeze()  # what is there already stays: looking through it took longer than the check
    for target in targets:
        yield check_target(target, plan, memo)
        if is_ours and gc.get_count()[0] > MOST_LEFT:
            gc.collect()
            gc.freeze()  # what is left is known of these networks, and is not looked through again


def _check_chunk(targets: Sequence[Target], plan: Plan) -> list[Checked | None]:
    """Targets in a process of their own."""
    return list(_check_all(targets, plan, _memo_of_process()))


@cache
def _memo_of_process() -> Memo:
    """What a process that was started for this knows of the files that it had before."""
    return Memo()


def check_paths(
    paths: Sequence[str], select: tuple[str, ...], ignore: tuple[str, ...], *, is_trusted: bool
) -> Report:
    """As `cnncalc.check` says."""
    codes = chosen(select, ignore) if select else frozenset[str]()
    plan = Plan(codes, bounds=WIDE if is_trusted else TIGHT)
    found = targets(paths, lambda _: False, specs_only=False)
    return Report(tuple(one for one in check_files(found, plan, 1) if one is not None))
