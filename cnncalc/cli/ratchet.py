"""The baseline of a check: read, compared, and written."""

import os
from collections.abc import Callable, Sequence
from fractions import Fraction

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.compare import compare_baseline
from cnncalc.checks.baseline.read import decode_baseline, is_baseline, read_baseline
from cnncalc.checks.baseline.records import Baseline as Stored
from cnncalc.checks.baseline.records import Figures, Key, Run
from cnncalc.checks.baseline.write import merge, write_baseline
from cnncalc.checks.finding import Report
from cnncalc.cli.output import deliver, fail, read_settings
from cnncalc.diagnostics import SpecError
from cnncalc.files import alone_in
from cnncalc.records import Record


class Ratchet(Record):
    """The file of stored counts beyond which current counts may not grow.

    Attributes:
        file: its path.
        tolerance: by which share they may grow nevertheless.
        is_updated: whether current counts are written to it.
    """

    file: str
    tolerance: Fraction
    is_updated: bool

    def compare(
        self,
        report: Report,
        basis: Basis,
        paths: Sequence[str],
        is_excluded: Callable[[str], bool],
    ) -> Report:
        """The report with the findings of the baseline; or write the baseline, if asked for.

        Raises:
            Exit: the baseline has faults; they are printed.
            UsageError: there is none yet, or it cannot be read or written.
        """
        if not os.path.lexists(self.file) and not self.is_updated:
            message = f"there is no baseline `{self.file}`: `--update-baseline` writes it"
            raise click.UsageError(message)
        run = self.run(report, basis, paths, is_excluded)
        if self.is_updated:
            self.update(run)
            return report
        stored = self.read()
        found = compare_baseline(stored, run, self.tolerance)
        files = (
            one._replace(claims=one.claims + found.claims.get(self.path(one.file), ()))
            for one in report.files
        )
        sources = {**report.sources, self.file: stored.text}
        return Report(tuple(files), found.findings, sources)

    def update(self, run: Run) -> None:
        """Write the counts of a run; counts that another run writes meanwhile are kept."""
        folder = os.path.dirname(os.path.realpath(self.file))
        try:
            with alone_in(folder):
                stored = self.read() if os.path.lexists(self.file) else None
                deliver(write_baseline(merge(stored, run), run.basis), self.file)
        except TimeoutError as fault:
            message = f"cannot write `{self.file}`: {fault.strerror}"
            raise click.UsageError(message) from None

    def read(self) -> Stored:
        """What is stored."""
        text = read_settings(self.file, decode_baseline)
        stored, faults = read_baseline(text, self.file)
        if stored is None:
            fail(SpecError(faults, {self.file: text} if is_baseline(text) else {}))
        return stored

    def run(
        self,
        report: Report,
        basis: Basis,
        paths: Sequence[str],
        is_excluded: Callable[[str], bool],
    ) -> Run:
        """The counts of this run, by the names of the baseline."""
        figures: dict[Key, Figures] = {}
        failed = set()
        for checked in report.files:
            path = self.path(checked.file)
            figures |= {(path, variant): one for variant, one in checked.figures.items()}
            if len(checked.figures) < max(1, len(checked.networks)):
                failed.add(path)
        given = [os.path.abspath(path) for path in paths or (os.curdir,)]

        def covers(path: str) -> bool:
            place = os.path.normpath(os.path.join(self.folder, path))
            is_below = any(place == one or place.startswith(f"{one}{os.sep}") for one in given)
            return is_below and not is_excluded(place)

        return Run(basis, figures, frozenset(failed), covers)

    @property
    def folder(self) -> str:
        """The folder that its paths start from."""
        return os.path.dirname(os.path.abspath(self.file))

    def path(self, file: str) -> str:
        """A spec as the baseline names it."""
        return os.path.relpath(os.path.abspath(file), self.folder).replace(os.sep, "/")
