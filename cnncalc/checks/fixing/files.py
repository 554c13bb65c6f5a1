"""A file that is mended: read as it is, and written only where it is still that."""

import os
import stat
from collections.abc import Mapping

from cnncalc.checks.files import check_source
from cnncalc.checks.finding import Checked
from cnncalc.checks.fixing.mend import Wanted, mend
from cnncalc.checks.networks import Plan
from cnncalc.diagnostics import SpecError
from cnncalc.files import alone_in, write_whole
from cnncalc.records import Record
from cnncalc.spec.library import SUFFIXES, Source, decode, encode_as, read_kept


class ChangedFile(Record):
    """A file, and what it says once it is mended.

    Attributes:
        path: the file.
        before: its text as it is.
        after: its text with the remedies.
        data: its bytes as they are.
        checked: what is found in it then.
        fixed: by their codes, how many findings are gone.
        untried: how many remedies there was no time for.
    """

    path: str
    before: str
    after: str
    data: bytes
    checked: Checked
    fixed: Mapping[str, int]
    untried: int


class NotMendedError(Exception):
    """A file that is left as it is, with the reason in words."""


def file_of(name: str) -> tuple[str, str | None] | None:
    """The file and the variant of a target's name; None where it is no spec's file."""
    path, variant = name, None
    if not os.path.lexists(path):
        path, _, rest = name.rpartition(":")
        variant = rest or None
    is_file = path.lower().endswith(SUFFIXES) and os.path.isfile(path)
    return (path, variant) if is_file else None


def mended_file(path: str, variant: str | None, plan: Plan, wanted: Wanted) -> ChangedFile | None:
    """What a file says once it is mended; None where nothing can be.

    Raises:
        SpecError: it cannot be read.
        NotMendedError: it cannot be written as it was read, or takes too long to mend.
    """
    data = read_kept(path, plan.bounds.file_bytes)
    text = decode(data, path, plan.bounds)
    trial = plan._replace(has_figures=True)

    def check(text: str) -> Checked | None:
        return check_source(Source(text, path, variant), trial, is_sure=True)

    checked = check(text)
    found = None if checked is None else mend(text, checked, check, wanted)
    if found is None:
        return None
    if not found.fixed:
        if found.untried:
            raise NotMendedError("to find which of its fixes go together takes too long")
        return None
    if encode_as(data, text) != data:
        raise NotMendedError("its bytes are not those that its text is written in")
    checked = found.checked
    if not plan.has_figures:
        checked = checked._replace(figures={})
    return ChangedFile(path, text, found.text, data, checked, found.fixed, found.untried)


def write_mended(file: ChangedFile) -> None:
    """Write a file, as `write_over` does.

    Raises:
        NotMendedError: it is not written.
    """
    write_over(file.path, file.data, encode_as(file.data, file.after))


def write_over(path: str, before: bytes, after: bytes) -> None:
    """Write a file whole or not at all, where it holds what was read.

    A link is followed where it stays in its tree. Of a file with several names, the others keep
    what they have.

    Raises:
        NotMendedError: it is read-only, has changed, or cannot be written.
    """
    target = os.path.realpath(path)
    try:
        if not os.stat(target).st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise NotMendedError("it is read-only")
        with alone_in(os.path.dirname(target)):
            if not _holds(path, before):
                raise NotMendedError("it has changed meanwhile")
            write_whole(path, after)
    except OSError as fault:
        raise NotMendedError((fault.strerror or str(fault)).lower()) from None


def _holds(path: str, data: bytes) -> bool:
    """Whether a file has these bytes."""
    try:
        return read_kept(path, len(data)) == data
    except SpecError:
        return False
