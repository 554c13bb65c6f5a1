"""`cnncalc check`: faults, stated numbers and lint of specs."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.checks.files import Target, is_spec, targets
from cnncalc.checks.finding import SEVERITIES, Checked, Report
from cnncalc.checks.networks import Plan
from cnncalc.cli import options
from cnncalc.cli.cache import CACHE_DIR, NO_CACHE, cache_options, checked_before
from cnncalc.cli.output import colored, deliver, has_color, print_message, reason_of
from cnncalc.cli.progress import progress
from cnncalc.cli.settings import (
    basis_of,
    chosen_codes,
    excludes,
    lapsed_globs,
    load_project,
    ratchet_of,
)
from cnncalc.diagnostics import Diagnostic, Severity, shortened
from cnncalc.processes import WorkerLostError
from cnncalc.render.findings import FORMATS, render_findings
from cnncalc.render.text import gated, printable
from cnncalc.spec.bounds import TIGHT, WIDE

if TYPE_CHECKING:
    from cnncalc.bits import Precision
    from cnncalc.checks.change.records import Change

    Style = Callable[[str, str], str]

HUMAN = ("full", "concise")
"""Forms for people, with colours on a terminal."""

UNREADABLE = ("E001", "E002")
"""Findings for which nothing could be checked."""

UNKNOWN_VARIANT = "E213"
"""Without a place in the file, it is the name on the command line that leads nowhere."""

NOT_LISTED = (
    "form", "select", "ignore", "fail_on", "exit_zero", "baseline", "tolerance",
    "update_baseline", "accept_growth", "against", "trusted", "jobs", "bits", NO_CACHE, CACHE_DIR,
)  # fmt: skip
"""Options that have no use where files are only named."""


OF_SPECS = (
    "baseline", "update_baseline", "accept_growth", "tolerance", "against", "select", "ignore",
    "specs_only", "list_files", "jobs", "trusted", "bits", NO_CACHE, CACHE_DIR,
)  # fmt: skip
"""Options that have no use where documents are checked."""


class Check(click.Command):
    """A command that hooks call with the names of a stranger's files."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A hook appends names behind its options, and one may begin with `-`: it is no option."""
        if "--specs-only" in args:
            end = args.index("--") if "--" in args else len(args)
            names = [one for one in args[:end] if one.startswith("-") and _is_name(one)]
            options = [one for one in args[:end] if one not in names]
            args = [*options, "--", *names, *args[end + 1 :]]
        return super().parse_args(ctx, args)


def _is_name(text: str) -> bool:
    return text != "-" and os.path.isfile(text)


@options.command(cls=Check)
@options.network_argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", *FORMATS]),
    default="auto",
    help="Output format; auto: github in a GitHub workflow, else full.",
)
@options.output_option
@click.option(
    "--select", multiple=True, metavar="CODES", help="Only these rules, such as W6 or W601,W603."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="All rules but these.")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Lowest severity that fails the check.  [default: warning]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--baseline", metavar="FILE", help="Compare with the counts stored in this file.")
@click.option(
    "--tolerance",
    metavar="PERCENT",
    help="How far a count may grow beyond the baseline.  [default: 0]",
)
@click.option("--update-baseline", is_flag=True, help="Write current counts to the baseline.")
@options.bits_option
@click.option(
    "--accept-growth",
    is_flag=True,
    help="With --update-baseline: store counts that grew beyond the tolerance.",
)
@click.option(
    "--against",
    metavar="REV",
    help="Show what changed in every network since a branch left this git revision.",
)
@click.option("--docs", is_flag=True, help="Check the numbers marked in documents, not specs.")
@click.option("--fix", is_flag=True, help="With --docs: correct the numbers.")
@click.option("--config", metavar="FILE", help="Project file to use instead of the one found.")
@click.option("--list-files", is_flag=True, help="List the specs that would be checked.")
@click.option("--specs-only", is_flag=True, help="Skip files that are not specs, even if named.")
@click.option("--trusted", is_flag=True, help="Allow specs as large as `summarize` does.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Number of processes.")
@cache_options()
def check(
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Severity | None,
    exit_zero: bool,
    baseline: str | None,
    tolerance: str | None,
    update_baseline: bool,
    bits: "Precision | None",
    accept_growth: bool,
    against: str | None,
    docs: bool,
    fix: bool,
    config: str | None,
    list_files: bool,
    specs_only: bool,
    trusted: bool,
    jobs: int | None,
) -> None:
    """Check specs: faults, expectations, budgets, lint.

    A PATH is a file, a folder with all specs in it, `-` for standard input, or a bundled
    network; by default, the current folder. Every variant of a spec is checked.

    Exits with 0 when nothing fails, with 1 when something does, and with 2 when a file could
    not be read.
    """
    _refuse_unused(has_docs=docs, has_fixes=fix, lists=list_files, exits_zero=exit_zero)
    project, sources = load_project(config)
    change: Change | None = None
    if docs:
        from cnncalc.cli.documents import check_documents  # noqa: PLC0415 - one use of many

        report = check_documents(paths, project, has_fixes=fix)
    else:
        ratchet = ratchet_of(
            project,
            baseline,
            tolerance,
            is_updated=update_baseline,
            accepts_growth=accept_growth,
        )
        codes = chosen_codes(
            select or (project and project.select) or (),
            ignore or (project and project.ignore) or (),
        )
        bounds = WIDE if trusted else TIGHT
        basis = basis_of(project, bits, has_baseline=ratchet is not None)
        plan = Plan(codes, basis, bounds, project, has_figures=ratchet is not None)
        excluded = excludes(project)
        found = targets(paths or (os.curdir,), excluded, specs_only=specs_only)
        if list_files:
            # A line break within a name makes no second one.
            names = (printable(one.name) for one in found if is_spec(one, plan))
            return deliver("".join(f"{name}\n" for name in names), output)
        try:
            report = Report(tuple(_checked(found, plan, jobs, sources)), (), sources)
        except WorkerLostError:
            message = "the system has ended a process of the check: it may lack memory"
            raise click.UsageError(f"{message}; try `--jobs 1`") from None
        if not report.files and not specs_only:
            raise click.UsageError(f"no spec found in {', '.join(paths or (os.curdir,))}")
        _refuse_absent(report)
        if project is not None and not specs_only:
            globs = lapsed_globs(project, report, paths, excluded)
            report = report._replace(others=(*report.others, *globs))
        if ratchet is not None:
            report = ratchet.compare(report, plan.basis, paths, excluded)
        if against is not None:
            from cnncalc.checks.change.limits import hold_change  # noqa: PLC0415 - one use of many
            from cnncalc.cli.against import change_since  # noqa: PLC0415

            change = change_since(against, report, paths, excluded, plan.basis)
            limits = project.changes if project is not None else ()
            found_beyond = tuple(hold_change(change, limits))
            report = report._replace(others=(*report.others, *found_beyond))
    _print_report(report, form, output, change)
    least = fail_on or (project and project.fail_on) or "warning"
    raise click.exceptions.Exit(_code(report, None if exit_zero else least))


def _refuse_absent(report: Report) -> None:
    """Refuse labels of bits that no network has."""
    counted = [one.absent for one in report.files if one.absent is not None]
    for label in sorted(frozenset.intersection(*counted) if counted else ()):
        hint = "`cnncalc summarize NET --depth all` names those that there are"
        what = f"no network has a layer or group `{shortened(printable(label))}`"
        raise click.BadParameter(f"{what}: {hint}", param_hint="--bits")


def _refuse_unused(*, has_docs: bool, has_fixes: bool, lists: bool, exits_zero: bool) -> None:
    """Refuse options that would have no effect."""
    if has_fixes and not has_docs:
        raise click.UsageError("--fix needs --docs: only numbers in documents are put right")
    for parameter in filter(options.is_given, OF_SPECS if has_docs else ()):
        option = f"--{parameter.replace('_', '-')}"
        raise click.UsageError(f"{option} is about specs: it has no effect with --docs")
    if exits_zero:
        options.refuse_unused(["fail_on"], "--exit-zero", "it exits with 0 whatever is found")
    if lists:
        options.refuse_unused(NOT_LISTED, "--list-files", "it checks nothing")


def _checked(
    found: Sequence[Target], plan: Plan, jobs: int | None, sources: Mapping[str, str]
) -> Iterator[Checked]:
    """The findings of each spec; on a terminal with a progress bar when that takes long."""
    with progress("checking") as advance:
        results = checked_before(found, plan, jobs, lambda _: repr([*sources.items()]))
        for place, checked in enumerate(results, 1):
            if checked is not None:
                yield checked
            advance(place, len(found))


def _print_report(
    report: Report, form: str, output: str | None, change: "Change | None" = None
) -> None:
    """Print the report, or write it, in the form asked for; in a GitHub workflow, its page too."""
    is_github = os.environ.get("GITHUB_ACTIONS") == "true"
    if form == "auto":
        form = "github" if is_github else "full"
    _print(report, form, output, change)
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if is_github and page:
        try:
            with open(page, "a", encoding="utf-8") as stream:
                stream.write(gated(_step_summary(report, change)))
        except OSError as fault:
            named = f"the step summary `{printable(page)}`"
            print_message(f"warning: cannot write {named}: {reason_of(fault)}\n")


def _step_summary(report: Report, change: "Change | None") -> str:
    """What stands on the page of a job."""
    if change is not None:
        from cnncalc.render.change import render_change_markdown  # noqa: PLC0415 - one use of many

        return f"### cnncalc check\n\n{render_change_markdown(change, report)}"
    from cnncalc.render.findings.github import render_step_summary  # noqa: PLC0415 - rare

    return render_step_summary(report)


def _print(report: Report, form: str, output: str | None, change: "Change | None") -> None:
    """Findings are results: they go where results go, so that `> log` and `| grep` have them."""
    is_human = form in HUMAN
    style = colored if is_human and output is None and has_color(sys.stdout) else None
    text = _with_change(report, form, change, style)
    deliver(text, output, has_commands=form == "github")
    if not is_human and output is not None and os.path.isfile(output):
        # Whoever reads the log of a job sees what the file says.
        deliver(_with_change(report, "concise", change, None), None)


def _with_change(report: Report, form: str, change: "Change | None", style: "Style | None") -> str:
    """The report in a form, with what changed where the form has a place for it."""
    if change is None or form not in {*HUMAN, "markdown", "json"}:
        return render_findings(report, form, style)
    from cnncalc.render.change import (  # noqa: PLC0415 - one use of many
        change_to_dict,
        render_change,
        render_change_markdown,
    )

    if form == "markdown":
        return render_change_markdown(change, report)
    text = render_findings(report, form, style)
    if form == "json":
        from cnncalc.render.findings.encoding import encoded  # noqa: PLC0415

        return text.removesuffix("}\n") + f',\n "change": {encoded(change_to_dict(change))}}}\n'
    return f"{render_change(change)}\n{text}"


def _code(report: Report, least: Severity | None) -> int:
    """The exit code: 2 when a file could not be read, 1 when a finding fails."""
    findings = report.findings
    if any(_is_unreadable(one.diagnostic) for one in findings):
        return 2
    failing = SEVERITIES[: SEVERITIES.index(least) + 1] if least else ()
    return int(any(one.severity in failing for one in findings))


def _is_unreadable(fault: Diagnostic) -> bool:
    """Whether nothing could be checked: there is no such file, network or variant."""
    return fault.code in UNREADABLE or (fault.code == UNKNOWN_VARIANT and fault.span is None)
