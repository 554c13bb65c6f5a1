"""Where `check` keeps results for the next run: the options, and the folder that they name."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.checks.run import check_each
from cnncalc.cli.options import noted
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.checks.finding import Checked
    from cnncalc.checks.run import Job
    from cnncalc.cli.options import Decorator

FEWEST = 20
"""Files from which on reading what is kept is quicker than the check."""

NO_CACHE, CACHE_DIR = "no_cache", "cache_dir"
"""The options by the names of their parameters; `context.params` has neither."""


def cache_options() -> "Decorator":
    """`--no-cache` and `--cache-dir`, for `checked_before` to look at."""
    no_cache = click.option(
        "--no-cache",
        is_flag=True,
        expose_value=False,
        callback=noted(f"cnncalc.{NO_CACHE}"),
        help="Check every file anew, and keep nothing.",
    )
    cache_dir = click.option(
        "--cache-dir",
        metavar="DIR",
        expose_value=False,
        callback=noted(f"cnncalc.{CACHE_DIR}"),
        help="Folder for results of unchanged files.  [default: in your cache folder]",
    )
    return lambda function: no_cache(cache_dir(function))


def checked_before(
    pairs: "Sequence[Job]", project_of: "Callable[[str], str]", jobs: int | None
) -> "Iterator[Checked | None]":
    """The result for each target, of an earlier run where nothing has changed since.

    Args:
        pairs: what to check, and what to look for in it.
        project_of: the text of the project file that holds for a file, with the name of that.
        jobs: processes.

    Raises:
        UsageError: the folder for results is not one to be trusted.
        WorkerLostError: the system has ended a process.
    """
    meta = click.get_current_context().meta
    named: str | None = meta.get(f"cnncalc.{CACHE_DIR}")
    if meta.get(f"cnncalc.{NO_CACHE}"):
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
