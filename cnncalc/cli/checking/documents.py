"""`cnncalc check --docs`: numbers in documents, and their mending."""

import os
from collections.abc import Iterable, Sequence

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.documents.check import check_marks, fix
from cnncalc.checks.documents.marks import read_marks
from cnncalc.checks.documents.networks import Figures
from cnncalc.checks.files import files_below
from cnncalc.checks.finding import Checked, Finding, Report, in_order
from cnncalc.checks.fixing.files import NotMendedError, write_over
from cnncalc.cli.checking.sections import Outcome, fails, least_of, projects_of
from cnncalc.cli.checking.settings import basis_of
from cnncalc.cli.progress import progress
from cnncalc.diagnostics import Diagnostic, Severity, SpecError
from cnncalc.graph import Graph
from cnncalc.spec import Selection, build
from cnncalc.spec.bounds import TIGHT
from cnncalc.spec.library import find, read_kept

SUFFIXES = (".md", ".markdown", ".rst", ".txt", ".html")
"""Documents that are looked for in folders."""

LARGEST = 1 << 21
"""Bytes of a document: each of its lines has a place that is kept."""


def check_documents(
    paths: Sequence[str], config: str | None, fail_on: Severity | None, *, has_fixes: bool
) -> Outcome:
    """The findings of every marked number; with fixes, of those that cannot be corrected.

    The project file nearest above a document says how it is counted, and what fails.
    Without paths, the documents of the current folder are checked.

    Raises:
        UsageError: there is no document, or one cannot be written.
    """
    given = tuple(paths) or (os.curdir,)
    projects = projects_of(given, config)
    figures: dict[Basis, Figures] = {}
    files, found, is_failing = [], _documents(given), False
    with progress("checking") as advance:
        for place, path in enumerate(found, 1):
            project = projects.of(path)
            basis = basis_of(project)
            if basis not in figures:
                figures[basis] = Figures(_load, basis)
            checked = _check(path, figures[basis], has_fixes=has_fixes)
            files.append(checked)
            is_failing = is_failing or fails(checked.findings, least_of(project, fail_on))
            advance(place, len(found))
    if not files:
        raise click.UsageError(f"no document found in {', '.join(given)}")
    return Outcome(Report(tuple(files), noun="document"), is_failing)


def _documents(paths: Iterable[str]) -> Sequence[str]:
    """The documents named, and those of folders; each once, in order."""
    found: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            found.update(dict.fromkeys(files_below(path, SUFFIXES)))
        else:
            found[path] = None
    return sorted(found)


def _check(path: str, figures: Figures, *, has_fixes: bool) -> Checked:
    try:
        data = read_kept(path, LARGEST)
        text = data.decode()
    except SpecError as error:
        return Checked(path, "", (), tuple(map(Finding, error.diagnostics)))
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        message = f"`{path}` is not UTF-8: byte {fault.start + 1}, line {line}"
        told = Diagnostic("E103", message, None, (), "save it as UTF-8")
        return Checked(path, "", (), (Finding(told),))
    marks, faults = read_marks(text, path)
    figures.begin()
    if has_fixes and (mended := fix(text, marks, figures)) != text:
        # It is the writer's own text: but for the numbers every byte stays.
        try:
            write_over(path, data, mended.encode())
        except NotMendedError as fault:
            raise click.UsageError(f"cannot write `{path}`: {fault}") from None
        text = mended
        marks, faults = read_marks(text, path)
    found = [*map(Finding, faults), *check_marks(marks, figures)]
    return Checked(path, text.removeprefix("\ufeff"), (), in_order(found))


def _load(name: str) -> Graph:
    source = find(name, TIGHT)
    return build(source.text, source.file, Selection(source.variant), TIGHT)
