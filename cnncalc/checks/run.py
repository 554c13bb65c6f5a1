"""Many files, in one process or in several."""

import gc
import os
from collections.abc import Iterator, Sequence
from functools import partial

from cnncalc.checks.files import Target, check_target, targets
from cnncalc.checks.finding import Checked, Report
from cnncalc.checks.networks import EVERY_RULE, Plan
from cnncalc.spec.bounds import TIGHT, WIDE

FEWEST_FILES = 40
"""Files from which on further processes are worth their start."""

CHUNK = 8
"""Files that a process takes at once."""

COLLECTED = 20
"""Files after which what they left behind is freed; the program runs without a collector."""


def check_files(
    targets: Sequence[Target], plan: Plan, jobs: int | None = None
) -> Iterator[Checked | None]:
    """What is said of each target, in order; None for a file that is no spec.

    Args:
        targets: what to check.
        plan: what to look for.
        jobs: processes; by default one, and as many as there are cores for many files.
    """
    if jobs is None:
        jobs = cores() if len(targets) >= FEWEST_FILES else 1
    if jobs == 1 or len(targets) < 2:
        for place, target in enumerate(targets, 1):
            yield check_target(target, plan)
            if place % COLLECTED == 0:
                gc.collect()
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - slow to load

    with ProcessPoolExecutor(min(jobs, len(targets))) as pool:
        yield from pool.map(partial(_check_one, plan=plan), targets, chunksize=CHUNK)


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check_one(target: Target, plan: Plan) -> Checked | None:
    """One target in a process of its own; a text that nobody will quote stays there."""
    checked = check_target(target, plan)
    gc.collect()
    if checked is None or checked.findings:
        return checked
    return checked._replace(text="")


def check_paths(
    paths: Sequence[str], select: tuple[str, ...], ignore: tuple[str, ...], *, is_trusted: bool
) -> Report:
    """As `cnncalc.check` says."""
    codes = (code for code in EVERY_RULE if code.startswith(select))
    chosen = frozenset(code for code in codes if not code.startswith(ignore))
    plan = Plan(chosen, bounds=WIDE if is_trusted else TIGHT)
    found = targets(paths, lambda _: False, specs_only=False)
    return Report(tuple(one for one in check_files(found, plan, 1) if one is not None))
