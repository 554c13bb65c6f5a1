"""`cnncalc check --watch`: checks again whenever a file that it read is saved."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import click

from cnncalc.checks.files import files_below
from cnncalc.checks.finding import counted
from cnncalc.checks.project import LARGEST_PROJECT, OWN, SHARED
from cnncalc.cli import options
from cnncalc.cli.output import print_message, show_error
from cnncalc.diagnostics import SpecError
from cnncalc.files import read_regular, repository_of
from cnncalc.records import Record
from cnncalc.spec.bounds import TIGHT
from cnncalc.spec.library import SUFFIXES, find

PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds between two looks: of many files fewer, so that looking takes a tenth of the time."""

SETTLES, SETTLING = 8, 0.05
"""How often files that are still being saved are waited for, and for how many seconds."""

Marks = Mapping[str, tuple[int, int, int]]
"""For each file that is there, by what it is seen to have changed."""


def watch(context: click.Context, run: Callable[[click.Context], Any]) -> None:
    """Run a check again and again; it ends with an interrupt, or when nobody reads any more.

    Whatever a later run finds is told, and so is what keeps it from running; what keeps the first
    from running ends it, and so does a name of which there is no file: it may be misspelt.

    Raises:
        UsageError: it writes what it would watch, or what it reads cannot be watched.
        Exit: a file that is named is not there, which is told.
    """
    paths: tuple[str, ...] = context.params["paths"] or (os.curdir,)
    if "-" in paths:
        raise click.UsageError("standard input cannot be watched: name a file or a folder")
    unused = ("list_files", "update_baseline", "fix", "diff")
    options.refuse_unused(unused, "--watch", "run it by itself")
    context.meta[options.NO_PAGER] = True
    is_first = True
    while True:
        files = Files(context.params, paths)
        before = files.seen()  # what changes during the check is seen after it
        if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
            click.clear()
        try:
            run(context)
        except click.exceptions.Exit:
            if is_first and any(map(_is_missing, paths)):
                raise
        except click.ClickException as fault:
            if is_first:
                raise
            show_error(fault)
        is_first = False
        sys.stdout.flush()
        _free()
        print_message(f"\nwatching {counted(len(before.marks), 'file')}; Ctrl-C ends it\n")
        files.wait(before)


def _is_missing(path: str) -> bool:
    """Whether a name is neither a folder nor a file or a network that can be read."""
    if os.path.isdir(path) or os.path.isfile(path):
        return False
    try:
        find(path, TIGHT)
    except SpecError:
        return True
    return False


def _free() -> None:
    """Free what a run left behind: the program frees nothing by itself, as it soon ends."""
    gc.unfreeze()
    gc.collect()


class Seen(Record):
    """What a check depends on: its files, and the commit that they are compared with, if any.

    A revision that git does not know is in the place of that commit as its message.
    """

    marks: Marks
    base: str | None


class Files:
    """The files that a check reads, and those that it would read were they there."""

    def __init__(self, params: Mapping[str, Any], paths: tuple[str, ...]) -> None:
        self.paths = paths
        self.output = params.get("output")
        self.against: str | None = params.get("against")
        self.suffixes: tuple[str, ...] = (*SUFFIXES, OWN, SHARED)
        if params.get("docs"):
            from cnncalc.cli.checking.documents import SUFFIXES as OF_DOCUMENTS  # noqa: PLC0415 - rare

            self.suffixes += OF_DOCUMENTS
        named = [params.get("config"), params.get("baseline")]
        self.others = {os.path.normpath(one) for one in named if one} | {*self._above()}
        self.others |= {*self._baselines()}

    def _above(self) -> Iterator[str]:
        """Where a project file may stand: from the paths up to the root of the repository."""
        for path in {*self.paths, os.curdir}:
            place = os.path.abspath(path)
            folder = place if os.path.isdir(place) else os.path.dirname(place)
            last = repository_of(folder)
            while True:
                yield from (os.path.join(folder, name) for name in (OWN, SHARED))
                above = os.path.dirname(folder)
                if folder in {last, above}:
                    break
                folder = above

    def _baselines(self) -> Iterator[str]:
        """The baselines that project files name."""
        from cnncalc.checks.project.read import decode_project, read_project  # noqa: PLC0415

        for file in self.marks():
            if os.path.basename(file) in {OWN, SHARED}:
                with suppress(OSError):
                    text, faults = decode_project(read_regular(file, LARGEST_PROJECT), file)
                    project, _ = (None, ()) if faults else read_project(text, file)
                    if project is not None and project.baseline is not None:
                        yield os.path.join(os.path.dirname(file), project.baseline)

    def seen(self) -> Seen:
        """The marks of all files, and with `--against` the commit where a branch began."""
        return Seen(self.marks(), None if self.against is None else self._base(self.against))

    def _base(self, revision: str) -> str:
        """The commit; a branch may move, and a commit be made, without any file being saved."""
        from cnncalc.cli.revision import merge_base, top_of  # noqa: PLC0415 - one use of many

        try:
            return merge_base(top_of(self.paths[0]), revision)
        except click.UsageError as fault:
            return fault.message

    def marks(self) -> Marks:
        """Every file that is there, with its time, its size and its place on the disk."""
        found: dict[str, tuple[int, int, int]] = {}
        for path in (*self._specs(), *sorted(self.others)):
            if path != self.output:
                with suppress(OSError, ValueError):
                    status = os.stat(path)
                    found[path] = status.st_mtime_ns, status.st_size, status.st_ino
        return found

    def _specs(self) -> Iterator[str]:
        for path in self.paths:
            if os.path.isdir(path):
                yield from files_below(path, self.suffixes)
            else:
                yield path
                yield path.rpartition(":")[0]  # of a variant

    def wait(self, before: Seen) -> None:
        """Wait until they are others, and have been saved whole as far as that can be seen."""
        pause = PAUSE
        while True:
            time.sleep(pause)
            start = time.monotonic()
            now = self.seen()
            if now != before:
                break
            pause = min(max(PAUSE, 10 * (time.monotonic() - start)), LONGEST_PAUSE)
        for _ in range(SETTLES):
            time.sleep(SETTLING)
            before, now = now, self.seen()
            if before == now:
                return
