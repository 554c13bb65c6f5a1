"""What the options of `cnncalc check` that have specs corrected come to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.output import deliver
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.checks.finding import Report
    from cnncalc.checks.run import Job


class Fixing(Record):
    """What `--fix` does, as it is asked for."""

    writes: bool
    has_unsafe: bool
    shows: bool

    def refuse_unused(self, paths: Sequence[str], *, has_docs: bool) -> None:
        """Refuse options of fixes that would have no effect.

        Raises:
            UsageError: one is given.
        """
        if self.has_unsafe and not (self.writes or self.shows):
            raise click.UsageError("--unsafe-fixes needs --fix or --diff")
        if has_docs and (self.has_unsafe or self.shows):
            option = "--diff" if self.shows else "--unsafe-fixes"
            raise click.UsageError(f"{option} is about specs: it has no effect with --docs")
        if "-" in paths and not has_docs:
            raise click.UsageError("--fix writes files: standard input is none")
        if self.shows:
            if self.writes:
                raise click.UsageError("--fix writes what --diff only shows: give one of the two")
            unused = ("form", "update_baseline", "baseline", "against", "list_files", "fail_on")
            options.refuse_unused(unused, "--diff", "it shows changes, not findings")

    def report(
        self, report: "Report", jobs: "Sequence[Job]", output: str | None
    ) -> "tuple[Report, bool]":
        """What is found once the files are mended, and whether one could not be.

        Raises:
            Exit: the changes are only shown: 1 where there are any, as for findings.
            UsageError: they cannot be written where they are to go.
        """
        from cnncalc.cli.checking.fix_files import fix_files  # noqa: PLC0415 - not for documents

        done = fix_files(report, jobs, has_unsafe=self.has_unsafe, writes=self.writes)
        if self.shows:
            deliver(done.patch, output)
            raise click.exceptions.Exit(2 if done.has_failed else int(bool(done.files)))
        return done.report, done.has_failed
