"""The baseline of a check: read, compared, and written."""

import os
from collections.abc import Callable, Sequence
from functools import partial

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.account import account
from cnncalc.checks.baseline.compare import compare_baseline
from cnncalc.checks.baseline.places import place_in
from cnncalc.checks.baseline.read import (
    ANYONES,
    OWN,
    Most,
    decode_baseline,
    excess,
    is_baseline,
    read_baseline,
)
from cnncalc.checks.baseline.records import Baseline as Stored
from cnncalc.checks.baseline.records import Key, Run, name_of
from cnncalc.checks.baseline.repair import has_markers, repaired
from cnncalc.checks.baseline.write import merge, write_baseline
from cnncalc.checks.causes import at_growth
from cnncalc.checks.finding import Finding, Report, listed
from cnncalc.checks.project.tolerances import Tolerances
from cnncalc.checks.reason import Reason, ReasonOf, unknown
from cnncalc.checks.stored import Figures
from cnncalc.cli.output import deliver, fail, print_message, read_settings
from cnncalc.diagnostics import Diagnostic, Span, SpecError
from cnncalc.files import alone_in
from cnncalc.records import Record
from cnncalc.render.text import printable


class ConflictError(Exception):
    """A baseline with conflict markers that this run cannot mend.

    Attributes:
        faults: what is told of it beside what else is found; a spec may have a conflict as well.
        text: what the file says.
    """

    def __init__(self, faults: Sequence[Diagnostic], text: str) -> None:
        super().__init__()
        self.faults = faults
        self.text = text


class Ratchet(Record):
    """The file of stored counts beyond which current counts may not grow.

    Attributes:
        file: its path.
        tolerances: how far they may grow nevertheless.
        is_updated: whether current counts are written to it.
        accepts_growth: whether that may store more than is allowed.
        is_trusted: whether it may be as large as one's own.
    """

    file: str
    tolerances: Tolerances
    is_updated: bool
    accepts_growth: bool = False
    is_trusted: bool = False

    @property
    def most(self) -> Most:
        """How large it may be."""
        return OWN if self.is_trusted else ANYONES

    def compare(
        self,
        report: Report,
        basis: Basis,
        paths: Sequence[str],
        is_excluded: Callable[[str], bool],
        owner_of: Callable[[str], str | None] = lambda _place: None,
        reason_of: ReasonOf = unknown,
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
        texts = {self.path(one.file): (one.text, one.file) for one in report.files if one.text}

        def reason_in(key: Key, figure: str) -> Reason | None:
            spec, variant = key
            return reason_of(texts[spec][1], variant, figure, 1) if spec in texts else None

        run = run._replace(
            owner_of=lambda path: owner_of(self.place(path)),
            reason_of=reason_in,
            text_of=texts.get,
        )
        try:
            if self.is_updated:
                return self.update(report, run)
            return self.held(report, run, self.read())
        except ConflictError as conflict:
            others = (*report.others, *map(Finding, conflict.faults))
            sources = {**report.sources, self.file: conflict.text}
            return report._replace(others=others, sources=sources)

    def held(self, report: Report, run: Run, stored: Stored) -> Report:
        """The report with what is found of a run against what is stored."""
        found = compare_baseline(stored, run, self.tolerances)

        def reason_of(file: str, variant: str | None, key: str, sign: int) -> Reason | None:
            """By what is stored, where a change at hand has not told it already."""
            name = self.path(file), variant
            is_told = sign < 0 or run.reason_of(name, key) is not None
            return None if is_told else found.reason_of(name, key)

        files = (
            one._replace(claims=one.claims + found.claims.get(self.path(one.file), ()))
            for one in (at_growth(one, reason_of) for one in report.files)
        )
        sources = {**report.sources, self.file: stored.text}
        return Report(tuple(files), (*report.others, *found.findings), sources)

    def update(self, report: Report, run: Run) -> Report:
        """Write the counts of a run; counts that another run writes meanwhile are kept.

        Nothing is written where a count has grown beyond what is allowed, unless that is accepted:
        the report says what has.

        Raises:
            ConflictError: the file has a conflict about specs with faults.
        """
        folder = os.path.dirname(os.path.realpath(self.file))
        try:
            with alone_in(folder):
                stored = self.read(run) if os.path.lexists(self.file) else None
                if stored is not None and not self.accepts_growth:
                    held = self.held(report, run, stored)
                    if any(one.diagnostic.code == "E803" for one in held.others):
                        print_message(f"`{printable(self.file)}` is not written: counts grew\n")
                        return held
                text = write_baseline(merge(stored, run, self.tolerances), run.basis)
                if told := excess(text, self.most):
                    remedy = self.most.remedy or "keep several baselines"
                    raise click.UsageError(f"`{self.file}` {told}: {remedy}")
                deliver(text, self.file)
                print_message(account(stored, run, self.tolerances))
        except TimeoutError as fault:
            message = f"cannot write `{self.file}`: {fault.strerror}"
            raise click.UsageError(message) from None
        return report

    def read(self, run: Run | None = None) -> Stored:
        """What is stored; of a file with conflict markers that a run is to mend, by both sides."""
        text = read_settings(self.file, partial(decode_baseline, most=self.most), self.most.size)
        is_conflict = has_markers(text)
        if run is not None and is_conflict:
            text = self.mended(text, run)
        stored, faults = read_baseline(text, self.file)
        if stored is None and is_conflict:
            raise ConflictError(faults, text)
        if stored is None:
            fail(SpecError(faults, {self.file: text} if is_baseline(text) else {}))
        return stored

    def mended(self, text: str, run: Run) -> str:
        """The text without its conflict markers, where this run counts what the sides dispute.

        Raises:
            UsageError: it does not, and neither side is known to be right.
            ConflictError: it cannot, as their specs have faults.
        """
        found = repaired(text)
        if found is None:
            return text  # reading it says what is wrong
        counted = {name_of(key) for key in run.figures}
        left = sorted(found.disputed - counted)
        if any(
            path == name or name.startswith(f"{path}:") for name in left for path in run.failed
        ):
            raise ConflictError(read_baseline(text, self.file)[1], text)
        if left:
            named = listed([f"`{printable(name)}`" for name in left])
            message = (
                f"the conflict in `{self.file}` is about {named}, which this run did not count"
            )
            raise click.UsageError(f"{message}: check them as well")
        return found.text

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
            place = self.place(path)
            is_below = any(place == one or place.startswith(f"{one}{os.sep}") for one in given)
            return is_below and not is_excluded(place)

        return Run(basis, figures, frozenset(failed), covers, self.places(report))

    def places(self, report: Report) -> Callable[[Key, str | None], Span | None]:
        """Where a label stands in its spec, or without one its first layer.

        The network is built once more for it, as few have grown.
        """
        by_path = {self.path(one.file): one for one in report.files}

        def place_of(key: Key, label: str | None) -> Span | None:
            checked = by_path.get(key[0])
            if checked is None or not checked.text:
                return None
            return place_in(checked.text, checked.file, key[1], label)

        return place_of

    @property
    def folder(self) -> str:
        """The folder that its paths start from."""
        return os.path.dirname(os.path.abspath(self.file))

    def place(self, path: str) -> str:
        """Where a spec is that the baseline names."""
        return os.path.normpath(os.path.join(self.folder, path))

    def path(self, file: str) -> str:
        """A spec as the baseline names it."""
        return os.path.relpath(os.path.abspath(file), self.folder).replace(os.sep, "/")
