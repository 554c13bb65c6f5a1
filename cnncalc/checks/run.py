"""Many files, in one process or in several."""

import gc
from collections.abc import Iterator, Sequence
from functools import cache

from cnncalc.checks.files import Target, check_target, targets
from cnncalc.checks.finding import Checked, Report
from cnncalc.checks.lint import chosen
from cnncalc.checks.memo import Memo
from cnncalc.checks.networks import Plan
from cnncalc.spec.bounds import TIGHT, WIDE

FEWEST_FILES = 40
"""Files from which on further processes are worth their start."""

MOST_LEFT = 300_000
"""Objects left behind from which on looking for those that nothing holds is worth its time."""

CHUNK = 8
"""Files that a process takes at once."""


Job = tuple[Target, Plan]
"""What to check, and what to look for in it."""


def check_files(
    targets: Sequence[Target], plan: Plan, jobs: int | None = None
) -> Iterator[Checked | None]:
    """The result for each target, in order; as `check_each`, with one plan for all."""
    return check_each([(target, plan) for target in targets], jobs)


def check_each(pairs: Sequence[Job], jobs: int | None = None) -> Iterator[Checked | None]:
    """The result for each target by its own plan, in order; None for a file that is not a spec.

    Args:
        pairs: what to check, and what to look for.
        jobs: processes; by default one, and as many as there are cores for many files.

    Raises:
        WorkerLostError: the system has ended one of the processes.
    """
    jobs = 1 if jobs is None and len(pairs) < FEWEST_FILES else jobs
    if jobs == 1 or len(pairs) < 2:
        yield from _check_all(pairs, Memo())
        return
    from cnncalc.processes import cores, in_processes  # noqa: PLC0415 - for many files

    chunks = [pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK)]
    for checked in in_processes(_check_chunk, chunks, jobs or cores()):
        yield from checked


def _check_all(pairs: Sequence[Job], memo: Memo) -> Iterator[Checked | None]:
    """One target after the other; where no collector runs, what they leave behind is freed."""
    is_ours = not gc.isenabled()
    if is_ours:
        gc.freeze()  # what is there already stays: looking through it took longer than the check
    for target, plan in pairs:
        yield check_target(target, plan, memo)
        if is_ours and gc.get_count()[0] > MOST_LEFT:
            gc.collect()
            gc.freeze()  # what is left is known of these networks, and is not looked through again


def _check_chunk(pairs: Sequence[Job]) -> list[Checked | None]:
    """Targets in a process of their own."""
    return list(_check_all(pairs, _memo_of_process()))


@cache
def _memo_of_process() -> Memo:
    """What a process that was started for this knows of the files that it had before."""
    return Memo()


def with_passed_over(pairs: Sequence[Job], checked: Sequence[Checked]) -> tuple[Checked, ...]:
    """The files of a run, and those beside specs that are most likely meant as specs."""
    if all(target.is_sure for target, _ in pairs):
        return tuple(checked)
    from cnncalc.checks.overlooked import with_overlooked  # noqa: PLC0415 - for folders alone

    return with_overlooked(pairs, checked)


def check_paths(
    paths: Sequence[str], select: tuple[str, ...], ignore: tuple[str, ...], *, is_trusted: bool
) -> Report:
    """As `cnncalc.check` says."""
    codes = chosen(select, ignore) if select else frozenset[str]()
    plan = Plan(codes, bounds=WIDE if is_trusted else TIGHT)
    pairs = [(one, plan) for one in targets(paths, lambda _: False, specs_only=False)]
    checked = [one for one in check_each(pairs, 1) if one is not None]
    return Report(with_passed_over(pairs, checked))
