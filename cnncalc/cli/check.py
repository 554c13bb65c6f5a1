"""`cnncalc check`: faults, stated numbers and lint of specs."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.checks.files import check_target, is_spec, is_stdin, targets
from cnncalc.checks.finding import SEVERITIES, Checked, Report
from cnncalc.cli import options
from cnncalc.cli.checking.reporting import check_form, print_report
from cnncalc.cli.checking.sections import Asked, Outcome, Sections, named_by_hook
from cnncalc.cli.habits import Command
from cnncalc.cli.output import deliver
from cnncalc.diagnostics import Diagnostic, Severity, shortened
from cnncalc.render.findings import FORMATS
from cnncalc.render.text import printable
from cnncalc.spec.bounds import TIGHT, WIDE
from cnncalc.spec.conflicts import MESSAGE

if TYPE_CHECKING:
    from cnncalc.bits import Precision
    from cnncalc.checks.change.records import Change
    from cnncalc.checks.run import Job
    from cnncalc.cli.checking.fix import Fixing

WATCH = "cnncalc.watch"
"""What the context of a command holds where `--watch` was given."""

UNREADABLE = ("E001", "E002")
"""Findings for which nothing could be checked."""

BASELINE = "E902"
"""With the message of a conflict: nothing could be compared."""

UNKNOWN_VARIANT = "E213"
"""Without a place in the file, it is the name on the command line that leads nowhere."""

NOT_LISTED = (
    "form", "select", "ignore", "fail_on", "exit_zero", "baseline", "tolerance",
    "update_baseline", "accept_growth", "against", "statistics", "trusted", "jobs", "bits", "fix",
    "no_cache", "cache_dir",
)  # fmt: skip
"""Options that have no use where files are only named."""


OF_SPECS = (
    "baseline", "update_baseline", "accept_growth", "tolerance", "against", "select", "ignore",
    "specs_only", "force_exclude", "stdin_filename", "list_files", "jobs", "trusted", "bits",
    "no_cache", "cache_dir",
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
        from cnncalc.cli.checking.watching import watch  # noqa: PLC0415 - one use of many

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
@click.option(
    "--watch",
    is_flag=True,
    expose_value=False,
    callback=options.noted(WATCH),
    help="Check again whenever a spec, project file or baseline is saved, or what --against names "
    "moves, until Ctrl-C.",
)
@click.option("--docs", is_flag=True, help="Check the numbers marked in documents, not specs.")
@click.option("--fix", is_flag=True, help="Correct slips of the pen; with --docs, the numbers.")
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="With --fix: also what changes networks or stated numbers.",
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
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
@click.option("--no-cache", is_flag=True, help="Check every file anew, and keep nothing.")
@click.option(
    "--cache-dir",
    metavar="DIR",
    help="Folder for results of unchanged files.  [default: in your cache folder]",
)
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
    no_cache: bool,
    cache_dir: str | None,
) -> None:
    """Check specs: faults, expectations, budgets, lint.

    A PATH is a file, a folder with all specs in it, `-` for standard input, or a bundled
    network; by default, the current folder. Every variant of a spec is checked.

    Exits with 0 when nothing fails, with 1 when something does, and with 2 when a file could
    not be read.
    """
    _refuse_unused(has_docs=docs, lists=list_files, exits_zero=exit_zero)
    check_form(form, output)
    fixing = _fixing(paths, fix, unsafe_fixes, diff, has_docs=docs)
    if stdin_filename is not None and not any(map(is_stdin, paths)):
        raise click.UsageError("--stdin-filename names standard input: give `-` as well")
    asked = Asked(
        select, ignore, fail_on, baseline, tolerance, update_baseline, accept_growth, bits,
        WIDE if trusted else TIGHT,
    )  # fmt: skip
    change: Change | None = None
    if show_settings:
        from cnncalc.cli.checking.shown_settings import show_settings as show  # noqa: PLC0415 - rare

        named = paths if stdin_filename is None else (stdin_filename,)
        return show(named, config, asked, form, output)
    has_failed = False
    if docs:
        from cnncalc.cli.checking.documents import check_documents  # noqa: PLC0415 - one use of many

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
        checked = _checked(jobs_of, sections, jobs, cache_dir, has_cache=not no_cache)
        if not checked and not specs_only and not force_exclude:
            raise click.UsageError(f"no spec found in {', '.join(given)}")
        _refuse_absent(checked)
        mended = Report(checked)
        if fixing is not None:
            mended, has_failed = fixing.report(mended, jobs_of, output)
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


def _fixing(
    paths: Sequence[str], writes: bool, has_unsafe: bool, shows: bool, *, has_docs: bool
) -> "Fixing | None":
    """What is to be corrected, if anything is.

    Raises:
        UsageError: an option would have no effect.
    """
    if not (writes or has_unsafe or shows):
        return None
    from cnncalc.cli.checking.fix import Fixing  # noqa: PLC0415 - one use of many

    fixing = Fixing(writes, has_unsafe, shows)
    fixing.refuse_unused(paths, has_docs=has_docs)
    return fixing


def _checked(
    found: "Sequence[Job]",
    sections: Sections,
    jobs: int | None,
    named: str | None,
    *,
    has_cache: bool,
) -> tuple[Checked, ...]:
    """The findings of each spec; `named` is the folder for what an earlier run has kept."""
    if len(found) == 1 and found[0][0].is_sure and named is None:
        checked = check_target(*found[0])
        return () if checked is None else (checked,)
    from cnncalc.cli.checking.many import check_many  # noqa: PLC0415 - for several files, and for folders

    return check_many(found, sections.said_of, jobs, named=named, has_cache=has_cache)


def _code(outcome: Outcome, *, exits_zero: bool) -> int:
    """The exit code: 2 when a file could not be read, 1 when a finding fails."""
    if any(_is_unreadable(one.diagnostic) for one in outcome.report.findings):
        return 2
    return int(outcome.is_failing and not exits_zero)


def _is_unreadable(fault: Diagnostic) -> bool:
    """Whether nothing could be checked, by a file, network, variant or baseline."""
    if fault.code == BASELINE:
        return fault.message == MESSAGE
    return fault.code in UNREADABLE or (fault.code == UNKNOWN_VARIANT and fault.span is None)
