"""Where the report of a check goes, and in which form: printed, written, on the page of a job."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from cnncalc.checks.finding import Report
from cnncalc.cli.output import colored, deliver, has_color, print_message, reason_of
from cnncalc.render.findings import render_findings
from cnncalc.render.text import gated, printable

if TYPE_CHECKING:
    from cnncalc.checks.change.records import Change

    Style = Callable[[str, str], str]

HUMAN = ("full", "concise")
"""Forms for people, with colours on a terminal."""

JOBS = (("GITHUB_ACTIONS", "GITHUB_WORKSPACE"), ("GITLAB_CI", "CI_PROJECT_DIR"))
"""What says that a CI system runs us, and the folder to which it checks out."""


def print_report(
    report: Report, change: "Change | None" = None, *, form: str, output: str | None
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


def _job() -> str | None:
    """The folder of the job in which we run."""
    given = (os.environ.get(folder) for mark, folder in JOBS if os.environ.get(mark) == "true")
    return next(filter(None, given), None)


def _step_summary(report: Report, change: "Change | None") -> str:
    """What stands on the page of a job."""
    if change is not None:
        return f"### cnncalc check\n\n{_change_markdown(change, report)}"
    from cnncalc.render.findings.github import render_step_summary  # noqa: PLC0415 - rare
    from cnncalc.render.findings.places import Places  # noqa: PLC0415 - as above

    return render_step_summary(Places(_job()).report(report))


def _change_markdown(change: "Change", report: Report) -> str:
    """The comment of a pull request."""
    from cnncalc.render.change import render_change_markdown  # noqa: PLC0415 - one use of many
    from cnncalc.render.findings.places import Places  # noqa: PLC0415 - as above

    places = Places(_job())
    return render_change_markdown(places.change(change), places.report(report))


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
        return render_findings(report, form, style, job=_job())
    if form == "markdown":
        return _change_markdown(change, report)
    from cnncalc.render.change import change_to_dict, render_change  # noqa: PLC0415

    text = render_findings(report, form, style)
    if form == "json":
        from cnncalc.render.findings.encoding import encoded  # noqa: PLC0415

        return text.removesuffix("}\n") + f',\n "change": {encoded(change_to_dict(change))}}}\n'
    return f"{render_change(change)}\n{text}"
