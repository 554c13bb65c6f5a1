"""`cnncalc check`: faults, stated numbers and lint of specs."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.checks.files import is_spec, is_stdin, targets
from cnncalc.checks.finding import SEVERITIES, Checked, Report
from cnncalc.checks.run import Job, with_passed_over
from cnncalc.cli import options
from cnncalc.cli.cache import CACHE_DIR, NO_CACHE, cache_options, checked_before
from cnncalc.cli.fixing import Fixing, fix_options, fixed_report
from cnncalc.cli.habits import Command
from cnncalc.cli.output import deliver
from cnncalc.cli.progress import progress
from cnncalc.cli.reporting import check_form, print_report
from cnncalc.cli.sections import Asked, Outcome, Sections, named_by_hook
from cnncalc.cli.watching import WATCH, watch, watch_option
from cnncalc.diagnostics import Diagnostic, Severity, shortened
from cnncalc.processes import WorkerLostError
from cnncalc.render.findings import FORMATS
from cnncalc.render.text import printable
from cnncalc.spec.bounds import TIGHT, WIDE

if TYPE_CHECKING:
    from cnncalc.bits import Precision
    from cnncalc.checks.change.records import Change

UNREADABLE = ("E001", "E002")
"""Findings for which nothing could be checked."""

UNKNOWN_VARIANT = "E213"
"""Without a place in the file, it is the name on the command line that leads nowhere."""

NOT_LISTED = (
    "form", "select", "ignore", "fail_on", "exit_zero", "baseline", "tolerance",
    "update_baseline", "accept_growth", "against", "statistics", "trusted", "jobs", "bits", "fix",
    NO_CACHE, CACHE_DIR,
)  # fmt: skip
"""Options that have no use where files are only named."""


OF_SPECS = (
    "baseline", "update_baseline", "accept_growth", "tolerance", "against", "select", "ignore",
    "specs_only", "force_exclude", "stdin_filename", "list_files", "jobs", "trusted", "bits",
    NO_CACHE, CACHE_DIR,
)  # fmt: skip
"""Options that have no use where documents are checked."""


class Check(Command):
    """A command that hooks call with the names of a stranger's files."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A hook appends names behind its options, and one may begin with `-`: it is no option."""
        if "--specs-only" in args:
            end = args.index("--") if "--" in args else len(args)
            names = [one for one in args[:end] if one.startswith("-") and _is_name(one)]
            options = [one for one in args[:end] if one not in names]
            args = [*options, "--", *names, *args[end + 1 :]]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Check once, or as often as files are saved."""
        if WATCH not in ctx.meta:
            return super().invoke(ctx)
        watch(ctx, super().invoke)
        return None


def _is_name(text: str) -> bool:
    return text != "-" and os.path.isfile(text)


@options.command(cls=Check)
@options.network_argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", *FORMATS, "html"]),
    default="auto",
    help="Output format; auto: github in a GitHub workflow, else full. html, with --against: a "
    "page of what changed.",
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
@click.option("--statistics", is_flag=True, help="Count the findings of each code.")
@watch_option
@click.option("--docs", is_flag=True, help="Check the numbers marked in documents, not specs.")
@fix_options
@click.option("--config", metavar="FILE", help="Project file to use instead of the one found.")
@click.option(
    "--show-settings", is_flag=True, help="Show what holds for one PATH, and where it is said."
)
@click.option("--list-files", is_flag=True, help="List the specs that would be checked.")
@click.option(
    "--force-exclude", is_flag=True, help="Leave out what a project file excludes, even if named."
)
@click.option(
    "--stdin-filename", metavar="FILE", help="File that standard input, `-`, is taken for."
)
@click.option("--specs-only", is_flag=True, help="Skip files that are not specs, even if named.")
@click.option("--trusted", is_flag=True, help="Allow larger specs, models and baselines.")
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
    statistics: bool,
    docs: bool,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    config: str | None,
    show_settings: bool,
    list_files: bool,
    force_exclude: bool,
    stdin_filename: str | None,
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
    _refuse_unused(has_docs=docs, lists=list_files, exits_zero=exit_zero)
    check_form(form, output)
    fixing = Fixing(fix, unsafe_fixes, diff)
    fixing.refuse_unused(paths, has_docs=docs)
    if stdin_filename is not None and not any(map(is_stdin, paths)):
        raise click.UsageError("--stdin-filename names standard input: give `-` as well")
    asked = Asked(
        select, ignore, fail_on, baseline, tolerance, update_baseline, accept_growth, bits,
        WIDE if trusted else TIGHT,
    )  # fmt: skip
    change: Change | None = None
    if show_settings:
        from cnncalc.cli.shown_settings import show_settings as show  # noqa: PLC0415 - rare

        named = paths if stdin_filename is None else (stdin_filename,)
        return show(named, config, asked, form, output)
    has_failed = False
    if docs:
        from cnncalc.cli.documents import check_documents  # noqa: PLC0415 - one use of many

        outcome = check_documents(paths, config, fail_on, has_fixes=fix)
    else:
        given = paths or (os.curdir,)
        if specs_only:
            given = named_by_hook(given, config, excludes_named=force_exclude)
        sections = Sections(given, config, asked)
        found = targets(
            given,
            sections.projects.is_excluded,
            specs_only=specs_only,
            excludes_named=force_exclude,
            stdin_name=stdin_filename,
        )
        jobs_of = sections.jobs(found)
        if list_files:
            # A line break within a name makes no second one.
            names = (printable(one.file) for one, plan in jobs_of if is_spec(one, plan))
            return deliver("".join(f"{name}\n" for name in names), output)
        try:
            results = tuple(_checked(jobs_of, sections, jobs))
            checked = with_passed_over(jobs_of, results)
        except WorkerLostError:
            message = "the system has ended a process of the check: it may lack memory"
            raise click.UsageError(f"{message}; try `--jobs 1`") from None
        if not checked and not specs_only and not force_exclude:
            raise click.UsageError(f"no spec found in {', '.join(given)}")
        _refuse_absent(checked)
        mended, has_failed = fixed_report(Report(checked), jobs_of, fixing, output)
        outcome, change = sections.outcome(mended.files, against)
        outcome = outcome._replace(report=outcome.report._replace(fixed=mended.fixed))
    print_report(outcome.report, change, form=form, output=output, has_statistics=statistics)
    code = 2 if has_failed else _code(outcome, exits_zero=exit_zero)
    raise click.exceptions.Exit(code)


def _refuse_absent(checked: Sequence[Checked]) -> None:
    """Refuse labels of bits that no network has."""
    counted = [one.absent for one in checked if one.absent is not None]
    for label in sorted(frozenset.intersection(*counted) if counted else ()):
        hint = "`cnncalc summarize NET --depth all` names those that there are"
        what = f"no network has a layer or group `{shortened(printable(label))}`"
        raise click.BadParameter(f"{what}: {hint}", param_hint="--bits")


def _refuse_unused(*, has_docs: bool, lists: bool, exits_zero: bool) -> None:
    """Refuse options that would have no effect."""
    for parameter in filter(options.is_given, OF_SPECS if has_docs else ()):
        option = f"--{parameter.replace('_', '-')}"
        raise click.UsageError(f"{option} is about specs: it has no effect with --docs")
    if exits_zero:
        options.refuse_unused(["fail_on"], "--exit-zero", "it exits with 0 whatever is found")
    if lists:
        options.refuse_unused(NOT_LISTED, "--list-files", "it checks nothing")


def _checked(found: Sequence[Job], sections: Sections, jobs: int | None) -> Iterator[Checked]:
    """The findings of each spec; on a terminal with a progress bar when that takes long."""
    with progress("checking") as advance:
        results = checked_before(found, sections.said_of, jobs)
        for place, checked in enumerate(results, 1):
            if checked is not None:
                yield checked
            advance(place, len(found))


def _code(outcome: Outcome, *, exits_zero: bool) -> int:
    """The exit code: 2 when a file could not be read, 1 when a finding fails."""
    if any(_is_unreadable(one.diagnostic) for one in outcome.report.findings):
        return 2
    return int(outcome.is_failing and not exits_zero)


def _is_unreadable(fault: Diagnostic) -> bool:
    """Whether nothing could be checked: there is no such file, network or variant."""
    return fault.code in UNREADABLE or (fault.code == UNKNOWN_VARIANT and fault.span is None)
