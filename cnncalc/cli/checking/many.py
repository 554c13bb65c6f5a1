"""The check of many files: results that are kept, a progress bar, processes that may be lost."""

from collections.abc import Callable, Sequence

import click

from cnncalc.checks.finding import Checked
from cnncalc.checks.run import Job, with_passed_over
from cnncalc.cli.checking.cache import checked_before
from cnncalc.cli.progress import progress
from cnncalc.processes import WorkerLostError


def check_many(
    found: Sequence[Job],
    project_of: Callable[[str], str],
    jobs: int | None,
    *,
    named: str | None,
    has_cache: bool,
) -> tuple[Checked, ...]:
    """The findings of each spec; on a terminal with a progress bar when that takes long.

    The arguments are those of `checked_before`.

    Raises:
        UsageError: the folder for results is not to be trusted, or a process was lost.
    """
    results = []
    try:
        with progress("checking") as advance:
            anew = checked_before(found, project_of, jobs, named=named, has_cache=has_cache)
            for place, checked in enumerate(anew, 1):
                if checked is not None:
                    results.append(checked)
                advance(place, len(found))
    except WorkerLostError:
        message = "the system has ended a process of the check: it may lack memory"
        raise click.UsageError(f"{message}; try `--jobs 1`") from None
    return with_passed_over(found, results)
