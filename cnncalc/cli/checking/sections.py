"""A check in sections: what the project file of some specs, and the options, say of them."""

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.causes import at_growth
from cnncalc.checks.choice import WARNINGS
from cnncalc.checks.files import Target
from cnncalc.checks.finding import SEVERITIES, Checked, Finding, Report
from cnncalc.checks.networks import Plan
from cnncalc.checks.project import OWN, SHARED
from cnncalc.checks.project.find import is_project
from cnncalc.checks.project.nearest import Projects
from cnncalc.checks.reason import ReasonOf, unknown
from cnncalc.cli.checking.settings import (
    basis_of,
    chosen_codes,
    found_project,
    lapsed_globs,
    plan_in,
    ratchet_of,
    read_project_file,
)
from cnncalc.diagnostics import Severity
from cnncalc.records import Record
from cnncalc.spec.bounds import TIGHT, Bounds

if TYPE_CHECKING:
    from cnncalc.bits import Precision
    from cnncalc.checks.change.records import Change
    from cnncalc.checks.project.values import Project
    from cnncalc.cli.checking.ratchet import Ratchet


class Asked(Record):
    """Options of a check, which hold for every spec, whatever its project file says."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    baseline: str | None = None
    tolerance: str | None = None
    is_updated: bool = False
    accepts_growth: bool = False
    bits: "Precision | None" = None
    bounds: Bounds = TIGHT


class Section(Record):
    """What holds for the specs of one project file, or for those without one.

    Attributes:
        least: the lowest severity that fails.
    """

    project: "Project | None"
    plan: Plan
    ratchet: "Ratchet | None"
    least: Severity


class Outcome(Record):
    """What is found in all sections, and whether any of it fails."""

    report: Report
    is_failing: bool


def projects_of(
    paths: Sequence[str], config: str | None, texts: dict[str, str] | None = None
) -> Projects:
    """The projects of a run: the nearest above each file, or the one that is given for all.

    Args:
        paths: what the run was given.
        config: the project file for all of it, or None.
        texts: is filled with the texts of project files.
    """
    read_text = found_project if config is None else read_project_file

    def read(file: str) -> "Project":
        project, text = read_text(file)
        if texts is not None:
            texts[file] = text
        return project

    return Projects(read, paths, config)


def named_by_hook(
    paths: Iterable[str], config: str | None, *, excludes_named: bool
) -> tuple[str, ...]:
    """Paths as a hook gives them: a project file is about all specs of its folder.

    A file of that name that is none of ours is left out, and so is one that is excluded.
    """
    given: list[str] = []
    projects = projects_of((), config)
    for path in paths:
        if os.path.basename(path) not in {OWN, SHARED} or os.path.isdir(path):
            given.append(path)
        elif is_project(path) and not (excludes_named and projects.is_excluded(path)):
            given.append(os.path.dirname(path) or os.curdir)
    return tuple(given)


class Sections:
    """The sections of a run, each made when the first of its specs is met."""

    def __init__(self, paths: Sequence[str], config: str | None, asked: Asked) -> None:
        """The sections of what is below some paths, whose projects are read at once.

        Raises:
            Exit: a project file has faults; they are printed.
            UsageError: it cannot be read, or an option lacks what it is about.
        """
        self.asked = asked
        self.paths = paths
        self.texts: dict[str, str] = {}
        self.projects = projects_of(paths, config, self.texts)
        self.sections: dict[str | None, Section] = {}
        for path in filter(os.path.isdir, paths):
            # It may have lost its specs, and have a baseline or a glob that speaks of them.
            self._section(self.projects.of_folder(path))

    def of(self, file: str) -> Section:
        """The section of a spec."""
        return self._section(self.projects.of(file))

    def _section(self, project: "Project | None") -> Section:
        key = None if project is None else project.file
        if key not in self.sections:
            self.sections[key] = _section_of(project, self.asked)
        return self.sections[key]

    def jobs(self, found: Iterable[Target]) -> list[tuple[Target, Plan]]:
        """Each target with what to look for in it; equal plans are one."""
        plans: dict[tuple[str | None, frozenset[str]], Plan] = {}
        jobs = []
        for target in found:
            section = self.of(target.file)
            project, plan = section.project, section.plan
            if project is not None and project.per_file_ignores:
                plan = plan_in(plan, project, target.file)
                plan = plans.setdefault((project.file, plan.codes), plan)
            jobs.append((target, plan))
        return jobs

    def said_of(self, file: str) -> str:
        """The project file of a spec, with its name; empty where there is none."""
        project = self.projects.of(file)
        return "" if project is None else repr((project.file, self.texts[project.file]))

    def basis_of(self, file: str) -> Basis:
        """How the networks of a spec are counted."""
        return self.of(file).plan.basis

    def outcome(
        self, checked: Sequence[Checked], against: str | None
    ) -> "tuple[Outcome, Change | None]":
        """What is found of the specs and of their projects; with a revision, what has changed.

        Raises:
            Exit: a baseline has faults; they are printed.
            UsageError: a baseline or git cannot be read.
        """
        files: dict[str | None, list[Checked]] = {key: [] for key in self.sections}
        for one in checked:
            project = self.projects.of(one.file)
            files[None if project is None else project.file].append(one)
        change = None if against is None else self._change(against, checked)
        reason_of = unknown if change is None else change.reason_of
        reports = {key: self._report(self.sections[key], files[key], reason_of) for key in files}
        if change is not None:
            for key, report in reports.items():
                beyond = self._beyond(self.sections[key], change)
                reports[key] = report._replace(others=(*report.others, *beyond))
        is_failing = any(
            fails(report.findings, self.sections[key].least) for key, report in reports.items()
        )
        return Outcome(_joined(list(reports.values())), is_failing), change

    def _report(self, section: Section, files: Sequence[Checked], reason_of: ReasonOf) -> Report:
        """The report of one section, with what lapsed in its project and what a baseline holds."""
        files = [at_growth(one, reason_of) for one in files]
        project, ratchet = section.project, section.ratchet
        sources = {} if project is None else {project.file: self.texts[project.file]}
        report = Report(tuple(files), (), sources)
        if project is not None:
            globs = lapsed_globs(project, report, self.paths, self.projects.met)
            report = report._replace(others=globs)
        if ratchet is not None and (files or os.path.lexists(ratchet.file)):
            outside, owner = partial(self._is_outside, section), partial(self._owner, section)
            basis = section.plan.basis
            report = ratchet.compare(report, basis, self.paths, outside, owner, reason_of)
            report = report._replace(others=tuple(_chosen(report.others, section.plan)))
        return report

    def _is_outside(self, section: Section, place: str) -> bool:
        """Whether a file is left out, or of another section that has the same baseline."""
        if self.projects.is_excluded(place):
            return True
        other, ratchet = self.of(place), section.ratchet
        if other is section or other.project is None:
            return other is not section
        return bool(ratchet and other.ratchet and _is_same(ratchet.file, other.ratchet.file))

    def _owner(self, section: Section, place: str) -> str | None:
        """The project file of another section that a file is of; its baseline is another."""
        project = self.projects.of(place) if os.path.lexists(place) else None
        is_other = project is not None and project is not section.project
        return project.file if project is not None and is_other else None

    def _change(self, revision: str, checked: Sequence[Checked]) -> "Change":
        from cnncalc.cli.checking.against import change_since  # noqa: PLC0415 - one use of many

        report = Report(tuple(checked))
        excluded = self.projects.is_excluded
        return change_since(revision, report, self.paths, excluded, self.basis_of)

    def _beyond(self, section: Section, change: "Change") -> tuple[Finding, ...]:
        """What grew in a change by more than the project of a section allows."""
        from cnncalc.checks.change.limits import hold_change  # noqa: PLC0415 - one use of many
        from cnncalc.checks.severity import with_severities  # noqa: PLC0415

        project = section.project
        if project is None:
            return ()
        own = tuple(one for one in change.networks if self.projects.of(one.path) is project)
        from cnncalc.checks.project.values import project_path  # noqa: PLC0415

        path_of = partial(project_path, project)
        found = hold_change(change._replace(networks=own), project.changes, path_of)
        return tuple(with_severities(found, section.plan.severities))


def _section_of(project: "Project | None", asked: Asked) -> Section:
    ratchet = ratchet_of(
        project,
        asked.baseline,
        asked.tolerance,
        is_updated=asked.is_updated,
        accepts_growth=asked.accepts_growth,
        is_trusted=asked.bounds is not TIGHT,
    )
    codes = chosen_codes(
        asked.select or (project and project.select) or (),
        asked.ignore or (project and project.ignore) or (),
    )
    basis = basis_of(project, asked.bits)
    plan = Plan(codes, basis, asked.bounds, project, has_figures=ratchet is not None)
    if project is not None and project.severity:
        from cnncalc.checks.severity import severities_of  # noqa: PLC0415 - few state some

        plan = plan._replace(severities=severities_of(project.severity))
    return Section(project, plan, ratchet, least_of(project, asked.fail_on))


def _chosen(findings: Iterable[Finding], plan: Plan) -> Iterator[Finding]:
    """What a baseline warns of, as far as it takes part, as bad as the project says."""
    from cnncalc.checks.severity import with_severities  # noqa: PLC0415 - few have a baseline

    kept = (
        one
        for one in findings
        if one.diagnostic.code in plan.codes or one.diagnostic.code not in WARNINGS
    )
    return with_severities(kept, plan.severities)


def least_of(project: "Project | None", fail_on: Severity | None) -> Severity:
    """The lowest severity that fails."""
    return fail_on or (project and project.fail_on) or "warning"


def fails(findings: Iterable[Finding], least: Severity) -> bool:
    """Whether any finding is as bad as what fails."""
    failing = SEVERITIES[: SEVERITIES.index(least) + 1]
    return any(one.severity in failing for one in findings)


def _is_same(file: str, other: str) -> bool:
    return os.path.realpath(file) == os.path.realpath(other)


def _joined(reports: Sequence[Report]) -> Report:
    """All sections as one report, its files in the order of their names."""
    files = sorted((one for report in reports for one in report.files), key=lambda one: one.file)
    sources: dict[str, str] = {}
    for report in reports:
        sources |= report.sources
    others = tuple(one for report in reports for one in report.others)
    return Report(tuple(files), others, sources)
