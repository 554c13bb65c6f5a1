"""The settings of a check: the project file, and the options that override it."""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.choice import WARNINGS
from cnncalc.checks.finding import Finding
from cnncalc.checks.lint import chosen
from cnncalc.checks.networks import Plan
from cnncalc.cli.output import fail, read_settings
from cnncalc.diagnostics import CODES, Diagnostic, Span, SpecError, closest
from cnncalc.spec.bounds import TIGHT, Bounds

if TYPE_CHECKING:
    from cnncalc.bits import Precision
    from cnncalc.checks.finding import Report
    from cnncalc.checks.project.globs import Pattern
    from cnncalc.checks.project.values import Project
    from cnncalc.cli.checking.ratchet import Ratchet


def read_project_file(file: str) -> tuple["Project", str]:
    """What a project file says, and its text.

    Raises:
        Exit: the file has faults, or it cannot be read; that is printed.
    """
    from cnncalc.checks.project.read import decode_project, read_project  # noqa: PLC0415

    text = read_settings(file, decode_project)
    project, faults = read_project(text, file)
    if project is None:
        fail(SpecError(faults, {file: text}))
    return project, text


def found_project(file: str) -> tuple["Project", str]:
    """What a project file says that was looked for, as `read_project_file`; it has no second.

    Raises:
        Exit: as there, or its folder has two.
    """
    from cnncalc.checks.project.find import second_file  # noqa: PLC0415

    if (fault := second_file(file)) is not None:
        fail(SpecError([fault], {}))
    return read_project_file(file)


def project_near(file: str) -> "Project | None":
    """The project of a spec, or of a network that is no file.

    Raises:
        Exit: as `found_project`.
    """
    from cnncalc.checks.project.find import find_project  # noqa: PLC0415

    found = find_project(os.path.dirname(file) or os.curdir)
    return None if found is None else found_project(found)[0]


def plan_for(project: "Project | None", file: str, bounds: Bounds = TIGHT) -> Plan:
    """What a check of one file looks for, by the project file alone."""
    codes = chosen_codes((project and project.select) or (), (project and project.ignore) or ())
    plan = Plan(codes, basis_of(project), bounds, project)
    return plan if project is None else plan_in(plan, project, file)


def plan_in(plan: Plan, project: "Project", file: str) -> Plan:
    """A plan for one file of a project, with the severities and without what is ignored there."""
    from cnncalc.checks.project.values import ignored_in, project_path  # noqa: PLC0415
    from cnncalc.checks.severity import severities_of  # noqa: PLC0415

    if project.severity and not plan.severities:
        plan = plan._replace(severities=severities_of(project.severity))
    ignored = ignored_in(project, project_path(project, file)) if project.per_file_ignores else ()
    if ignored:
        kept = frozenset(code for code in plan.codes if not code.startswith(ignored))
        plan = plan._replace(codes=kept)
    return plan


def chosen_codes(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """The warnings that take part: those selected, without those ignored.

    Raises:
        UsageError: there is no rule of that code, or it is no rule but an error.
    """
    wanted, unwanted = _prefixes(select, "--select"), _prefixes(ignore, "--ignore")
    return chosen(wanted, unwanted)


def _prefixes(written: Iterable[str], option: str) -> tuple[str, ...]:
    prefixes = tuple(code.strip() for text in written for code in text.split(","))
    for prefix in prefixes:
        if not prefix or not any(code.startswith(prefix) for code in WARNINGS):
            near = closest(prefix, WARNINGS)
            hint = f"did you mean `{near}`?" if near else "`cnncalc rule` lists the rules"
            reason = f"matches no rule: {hint}"
            if prefix in CODES:
                reason = "is an error, not a lint rule"
            raise click.BadParameter(f"`{prefix}` {reason}", param_hint=option)
    return prefixes


def basis_of(project: "Project | None", bits: "Precision | None" = None) -> Basis:
    """Data type, batch and optimizer of the project file; bits of it, or of the option."""
    if project is None:
        return Basis(precision=bits)
    said = {"dtype": project.dtype, "batch": project.batch, "optimizer": project.optimizer}
    if bits is None and project.bits is not None:
        from cnncalc.analysis.precision import read_bits  # noqa: PLC0415 - few have any

        bits = read_bits([project.bits])
    basis = Basis(precision=bits, is_typed=project.dtype is not None)
    return basis._replace(**{key: value for key, value in said.items() if value is not None})


def lapsed_globs(
    project: "Project", report: "Report", paths: Sequence[str], met: Iterable["Pattern"]
) -> tuple[Finding, ...]:
    """Findings for globs that match nothing, where a run is about the project's whole folder."""
    from cnncalc.checks.files import files_below  # noqa: PLC0415 - few have a project file
    from cnncalc.checks.project.lapsed import Seen, is_of_spec, lapsed  # noqa: PLC0415
    from cnncalc.checks.project.values import project_path  # noqa: PLC0415
    from cnncalc.files import MODELS, is_within  # noqa: PLC0415

    folder = os.path.realpath(os.path.dirname(project.file) or os.curdir)
    given = [os.path.realpath(path) for path in paths]
    if not any(os.path.isdir(one) and is_within(folder, one) for one in given):
        return ()
    networks: list[tuple[str, str | None]] = []
    told: set[Span] = set()
    is_whole = True
    for checked in report.files:
        path = project_path(project, checked.file)
        networks += [(path, None), *((path, variant) for variant in checked.networks if variant)]
        told |= {claim.span for claim in checked.claims if claim.span is not None}
        is_whole = is_whole and not any(is_of_spec(one.diagnostic) for one in checked.findings)
    models = [(project_path(project, file), None) for file in files_below(folder, MODELS)]
    seen = Seen((*networks, *models), frozenset(met), frozenset(told) if is_whole else None)
    return tuple(map(Finding, lapsed(project, seen)))


def _own_file(project: "Project", key: str, path: str) -> str:
    """A file named by a project file, which is not trusted: only inside its own folder.

    Raises:
        Exit: it is outside of the project file's folder.
    """
    from cnncalc.files import is_within  # noqa: PLC0415 - few projects name one

    folder = os.path.dirname(project.file)
    file = os.path.normpath(os.path.join(folder, path))
    if not is_within(os.path.realpath(file), os.path.realpath(folder or os.curdir)):
        message = f"`{key}` is outside the folder of the project file"
        hint = f"`--{key}` may name any file"
        fail(SpecError([Diagnostic("E901", message, project.places[key], (), hint)], {}))
    return file


def ratchet_of(
    project: "Project | None",
    baseline: str | None,
    tolerance: str | None,
    *,
    is_updated: bool,
    accepts_growth: bool,
    is_trusted: bool = False,
) -> "Ratchet | None":
    """The baseline to compare counts with; None when there is none.

    Raises:
        UsageError: an option lacks what it is about, or is malformed.
    """
    if accepts_growth and not is_updated:
        raise click.UsageError("--accept-growth needs --update-baseline: it stores larger counts")
    file = baseline
    if file is None and project is not None and project.baseline is not None:
        file = _own_file(project, "baseline", project.baseline)
    if file is None:
        for option, given in (("--tolerance", tolerance), ("--update-baseline", is_updated)):
            if given:
                raise click.UsageError(f"{option} needs a --baseline")
        return None
    from cnncalc.checks.project.tolerances import Tolerances, read_tolerance  # noqa: PLC0415 - few have one
    from cnncalc.checks.project.values import project_path  # noqa: PLC0415
    from cnncalc.cli.checking.ratchet import Ratchet  # noqa: PLC0415

    stated = project.tolerance if project is not None else None
    rules = project.tolerances if project is not None else ()
    try:
        default = read_tolerance(tolerance or stated or "0")
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--tolerance") from None
    # What is said on the command line holds for every figure.
    folder = "" if project is None else project_path(project, os.path.dirname(file) or os.curdir)
    tolerances = Tolerances(default, () if tolerance is not None else rules, folder)
    return Ratchet(file, tolerances, is_updated, accepts_growth, is_trusted)
