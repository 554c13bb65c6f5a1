"""What the result of a check follows from, as hashes; what is left out would be told wrongly."""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator

from cnncalc.checks.files import Target
from cnncalc.checks.networks import Plan

FORM = 2
"""The form of what is kept; another one is not read."""


def code_identity() -> str:
    """What tells one state of this package from another: its files, as the system has them.

    A version alone is not enough where the package is one's own checkout.
    """
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    found = sorted(_files_of(package))
    return hashlib.sha256(repr((package, found)).encode()).hexdigest()


def _files_of(package: str) -> Iterator[tuple[str, int, int]]:
    """Every file that a check may read: sources, and the blocks of Ultralytics."""
    pending = [package]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in {"__pycache__", "specs"}:
                        pending.append(entry.path)
                elif not entry.name.endswith((".js", ".css", ".html")):
                    status = entry.stat()
                    yield entry.path, status.st_mtime_ns, status.st_size


def looks_for(plan: Plan) -> str:
    """What a check looks for, but for what its project file says."""
    said = sorted(plan.codes), plan.basis, plan.bounds, plan.has_figures, {**plan.severities}
    return repr(said)


def key_of(plans: Iterable[Plan]) -> str:
    """What the results of runs have in common that look for the same, from the same folder.

    Raises:
        OSError: the folder that we are in is gone.
    """
    import yaml  # noqa: PLC0415 - whose messages are shown, too

    reader = yaml.__version__, yaml.__with_libyaml__
    # A spec is named as it is seen from here, and a project file's globs are held against that.
    here = os.path.realpath(os.getcwd())
    said = sorted({looks_for(plan) for plan in plans})
    told = FORM, code_identity(), sys.version, reader, said, here
    return hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()


def digest(target: Target, data: bytes, plan: Plan, project: str) -> str:
    """What the result for one file follows from beside that.

    Args:
        target: the file, and whether it is checked in any case.
        data: its text.
        plan: what is looked for in it.
        project: the text of the project file that holds for it, with the name of that.
    """
    said = repr((looks_for(plan), project, target.is_sure)).encode("utf-8", "backslashreplace")
    return hashlib.sha256(b"%d %s %s" % (len(said), said, data)).hexdigest()
