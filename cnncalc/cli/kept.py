"""What is kept of a sweep that does not come to its end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cnncalc.cli.output import print_message, reason_of
from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.evaluate import Block
from cnncalc.design.sweep.journal import Journal, JournalError, begin, resume
from cnncalc.design.sweep.space import Points
from cnncalc.files import is_whole
from cnncalc.printable import printable

PART = ".part.jsonl"
"""How the file ends that lies beside an output while that is not complete."""


class Kept:
    """The file to which finished designs are added; without a file, nothing is kept.

    Attributes:
        is_own: whether it lies beside the output, and goes when that is complete.
        is_finished: whether it is.
    """

    def __init__(self, journal: Journal | None, *, is_own: bool, has_designs: bool) -> None:
        self.journal = journal
        self.is_own = is_own
        self.has_designs = has_designs
        self.is_finished = False

    @property
    def is_kept(self) -> bool:
        """Whether designs stay when the run ends early."""
        return self.journal is not None and self.has_designs

    def add(self, block: Block) -> None:
        """Keep what has been found of some designs.

        Raises:
            UsageError: it cannot be written.
        """
        if self.journal is None:
            return
        try:
            self.journal.add(block)
        except OSError as fault:
            raise _unwritable(self.journal.path, fault) from None
        self.has_designs = True

    def tell_interrupted(self, done: int) -> None:
        """Say what is done, and how to go on."""
        count = f"{done:,} design{'' if done == 1 else 's'}"
        if self.journal is None:
            remedy = "`--resume FILE` keeps them, and goes on from there"
            print_message(f"Interrupted: {count} done, shown; {remedy}.\n")
        elif self.is_kept:
            path = printable(self.journal.path)
            told = f"go on with the same command and `--resume {path}`"
            print_message(f"Interrupted: {count} done, kept in `{path}`; {told}.\n")
        else:
            print_message("Interrupted: no design was evaluated.\n")

    def close(self) -> None:
        """Leave the file, or take it away where it is of no more use."""
        if self.journal is None:
            return
        self.journal.sync()
        self.journal.close()
        if self.is_own and (self.is_finished or not self.has_designs):
            os.unlink(self.journal.path)


@contextmanager
def kept_in(
    points: Points, columns: Columns, output: str | None, given: str | None
) -> Iterator[Kept]:
    """Where designs are kept: in the file to resume from, else beside the output.

    Args:
        points: all designs.
        columns: are filled with what a file has already.
        output: the file that the result goes to.
        given: the file to resume from; it is begun where it is not there.

    Raises:
        UsageError: a file is broken, of another sweep, or cannot be written.
    """
    if output is not None and output != "-":
        _check_folder(output)
    if given is not None and output is not None and _is_same(given, output):
        raise click.UsageError(f"`{given}` cannot be both --resume and the output")
    own = None if output in {None, "-"} or not is_whole(str(output)) else f"{output}{PART}"
    path = own if given is None else given
    kept = Kept(None, is_own=False, has_designs=False)
    if path is not None:
        journal = _opened(path, points, columns, is_resumed=given is not None)
        has_designs = len(columns.done_places()) > 0
        kept = Kept(journal, is_own=path == own, has_designs=has_designs)
    try:
        yield kept
    finally:
        kept.close()


def _opened(path: str, points: Points, columns: Columns, *, is_resumed: bool) -> Journal:
    try:
        if is_resumed and os.path.exists(path):
            return resume(path, points, columns)
        return begin(path, points)
    except JournalError as fault:
        raise click.UsageError(f"{fault}; give another --resume, or the options of then") from None
    except FileExistsError:
        remedy = f"go on with `--resume {path}`, or remove it"
        raise click.UsageError(f"`{path}` is of a sweep that was not ended: {remedy}") from None
    except OSError as fault:
        raise _unwritable(path, fault) from None


def _is_same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _check_folder(output: str) -> None:
    """Refuse an output before the work is done that could not be written after it.

    Raises:
        UsageError: there is no such folder, or it may not be written.
    """
    folder = os.path.dirname(output) or os.curdir
    if os.path.isdir(output):
        raise click.UsageError(f"cannot write `{output}`: it is a folder")
    if not os.path.isdir(folder):
        raise click.UsageError(f"cannot write `{output}`: there is no folder `{folder}`")


def _unwritable(path: str, fault: OSError) -> click.UsageError:
    return click.UsageError(f"cannot write `{path}`: {reason_of(fault)}")
