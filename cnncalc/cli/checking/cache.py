"""Where `check` keeps results for the next run: a folder that is named, or the usual one."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.checks.run import check_each
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.checks.finding import Checked
    from cnncalc.checks.run import Job

FEWEST = 20
"""Files from which on reading what is kept is quicker than the check."""


def checked_before(
    pairs: "Sequence[Job]",
    project_of: "Callable[[str], str]",
    jobs: int | None,
    *,
    named: str | None,
    has_cache: bool,
) -> "Iterator[Checked | None]":
    """The result for each target, of an earlier run where nothing has changed since.

    Args:
        pairs: what to check, and what to look for in it.
        project_of: the text of the project file that holds for a file, with the name of that.
        jobs: processes.
        named: the folder for results that was given.
        has_cache: whether results are kept; if not, every file is checked anew.

    Raises:
        UsageError: the folder for results is not one to be trusted.
        WorkerLostError: the system has ended a process.
    """
    if not has_cache:
        if named is not None:
            raise click.UsageError("--cache-dir has no use with --no-cache")
        return check_each(pairs, jobs)
    folder = _folder(named) if len(pairs) >= FEWEST or named is not None else None
    if folder is None or len(pairs) < FEWEST:
        return check_each(pairs, jobs)
    from cnncalc.checks.cache.run import check_with_cache  # noqa: PLC0415 - for many files

    return check_with_cache(folder, pairs, project_of, jobs=jobs)


def _folder(named: str | None) -> str | None:
    """The folder for results; None where the usual one is not to be trusted.

    Raises:
        UsageError: the one that was named is not.
    """
    from cnncalc.checks.cache.folder import (  # noqa: PLC0415 - as above
        VARIABLE,
        UnfitFolderError,
        check_place,
        usual_folder,
    )

    folder = named or usual_folder(os.environ)
    if folder is None:
        return None
    try:
        check_place(folder)
    except (UnfitFolderError, OSError, ValueError) as fault:
        if named is None and not os.environ.get(VARIABLE):
            return None
        option = "--cache-dir" if named else VARIABLE
        reason = getattr(fault, "strerror", None) or str(fault)
        message = f"{option}: cannot keep results in `{printable(folder)}`: {reason}"
        raise click.UsageError(message) from None
    return folder
