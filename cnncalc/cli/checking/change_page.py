"""The page of `cnncalc check --against REV --format html`."""

from cnncalc.checks.change.records import Change
from cnncalc.checks.finding import Report
from cnncalc.render.change import summary_of
from cnncalc.report.changes import page_of_changes
from cnncalc.report.page import render_note, render_page


def page_of_change(change: Change, report: Report) -> str:
    """Every network that differs, before and after, in one file; where none does, a line."""
    summary = summary_of(change)
    if not change.networks:
        return render_note(summary)
    return render_page(page_of_changes(change, report, summary))
