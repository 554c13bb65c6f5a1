"""Where the report of a check goes, and in which form: printed, written, on the page of a job."""

import os
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from cnncalc.checks.finding import Report
from cnncalc.cli import options
from cnncalc.cli.output import (
    check_page,
    colored,
    deliver,
    deliver_page,
    has_color,
    print_message,
    reason_of,
)
from cnncalc.render.findings import render_findings
from cnncalc.render.text import gated, printable

if TYPE_CHECKING:
    from cnncalc.checks.change.records import Change

    Style = Callable[[str, str], str]

HUMAN = ("full", "concise")
"""Forms for people, with colours on a terminal."""

JOBS = (("GITHUB_ACTIONS", "GITHUB_WORKSPACE"), ("GITLAB_CI", "CI_PROJECT_DIR"))
"""What says that a CI system runs us, and the folder to which it checks out."""


def check_form(form: str, output: str | None) -> None:
    """Refuse a form that does not go with other options.

    Raises:
        UsageError: there is one.
    """
    if options.is_given("statistics"):
        from cnncalc.render.findings.statistics import FORMS  # noqa: PLC0415 - one use of many

        if form not in {"auto", *FORMS}:
            told = f"statistics are {', '.join(FORMS)}"
            options.refuse_unused(["statistics"], f"--format {form}", told)
    if form == "html":
        if not options.is_given("against"):
            raise click.UsageError("the page is about a change: `--format html --against REV`")
        options.refuse_unused(["bits"], "--format html", "the page counts in a data type")
        check_page(output)


def print_report(
    report: Report,
    change: "Change | None" = None,
    *,
    form: str,
    output: str | None,
    has_statistics: bool = False,
) -> None:
    """Print the report, or write it, in the form asked for; in a GitHub workflow, its page too."""
    is_github = os.environ.get("GITHUB_ACTIONS") == "true"
    if form == "auto":
        form = "github" if is_github and not has_statistics else "full"
    if form == "html" and change is not None:
        from cnncalc.cli.checking.change_page import page_of_change  # noqa: PLC0415 - one form of several

        deliver_page(page_of_change(change, report), output)
        _tell_beside(report, output)
    else:
        _print(report, form, output, change, has_statistics=has_statistics)
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if is_github and page:
        try:
            with open(page, "a", encoding="utf-8") as stream:
                stream.write(gated(_step_summary(report, change)))
        except OSError as fault:
            named = f"the step summary `{printable(page)}`"
            print_message(f"warning: cannot write {named}: {reason_of(fault)}\n")


def _job() -> str | None:
    """The folder of the job in which we run."""
    given = (os.environ.get(folder) for mark, folder in JOBS if os.environ.get(mark) == "true")
    return next(filter(None, given), None)


def _tree() -> str | None:
    """The address of the commit's files on GitHub, in a job there."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
    server, repository, commit = (os.environ.get(name, "") for name in names)
    address = f"{server}/{repository}/blob/{commit}"
    known = r"https?://[\w.:-]+/[\w.-]+/[\w.-]+/blob/[0-9a-f]{40,64}"
    is_job = os.environ.get("GITHUB_ACTIONS") == "true"
    return address if is_job and re.fullmatch(known, address, re.ASCII) else None


def _step_summary(report: Report, change: "Change | None") -> str:
    """What stands on the page of a job."""
    if change is not None:
        return f"### cnncalc check\n\n{_change_markdown(change, report)}"
    from cnncalc.render.findings.github import render_step_summary  # noqa: PLC0415 - rare
    from cnncalc.render.findings.places import Places  # noqa: PLC0415 - as above

    return render_step_summary(Places(_job()).report(report), _tree())


def _change_markdown(change: "Change", report: Report) -> str:
    """The comment of a pull request."""
    from cnncalc.render.change import render_change_markdown  # noqa: PLC0415 - one use of many
    from cnncalc.render.findings.places import Places  # noqa: PLC0415 - as above

    places = Places(_job())
    return render_change_markdown(places.change(change), places.report(report), _tree())


def _print(
    report: Report,
    form: str,
    output: str | None,
    change: "Change | None",
    *,
    has_statistics: bool,
) -> None:
    """Findings are results: they go where results go, so that `> log` and `| grep` have them."""
    is_human = form in HUMAN
    style = colored if is_human and output is None and has_color(sys.stdout) else None
    if form == "markdown" and change is not None:
        text = _change_markdown(change, report)
    else:
        told = _findings(report, form, style, has_statistics=has_statistics)
        text = _with_change(told, form, change)
    deliver(text, output, has_commands=form == "github")
    if not is_human:
        _tell_beside(report, output)


def _tell_beside(report: Report, output: str | None) -> None:
    """Whoever reads the log of a job sees what the file says."""
    if output is not None and os.path.isfile(output):
        deliver(render_findings(report, "concise"), None)


def _findings(report: Report, form: str, style: "Style | None", *, has_statistics: bool) -> str:
    if not has_statistics:
        return render_findings(report, form, style, job=_job(), tree=_tree())
    from cnncalc.render.findings.statistics import render_statistics  # noqa: PLC0415 - as above

    return render_statistics(report, form)


def _with_change(text: str, form: str, change: "Change | None") -> str:
    """What was found with what changed, where the form has a place for it."""
    if change is None or form not in {*HUMAN, "json"}:
        return text
    from cnncalc.render.change import change_to_dict, render_change  # noqa: PLC0415 - as above

    if form == "json":
        from cnncalc.render.findings.encoding import encoded  # noqa: PLC0415 - as above

        return text.removesuffix("}\n") + f',\n "change": {encoded(change_to_dict(change))}}}\n'
    return f"{render_change(change)}\n{text}"
