"""Findings one a line, as editors and `grep` read them."""

from cnncalc.checks.finding import Report
from cnncalc.render.diagnostic import render_concise as render_lines


def render_concise(report: Report) -> str:
    """`path:line:col: W601 message` for every finding; then what it comes to."""
    faults = (one.diagnostic for one in report.findings)
    return f"{render_lines(faults)}{report.summary()}\n"
