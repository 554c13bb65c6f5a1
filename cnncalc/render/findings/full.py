"""Findings for people: each with its place drawn."""

from cnncalc.checks.finding import Report
from cnncalc.render.diagnostic import Style, plain, render_diagnostics


def render_full(report: Report, style: Style = plain) -> str:
    """Every finding with its line of the file, notes and remedy; then what it comes to."""
    faults = (one.diagnostic for one in report.findings)
    text = render_diagnostics(faults, report.texts, style)
    summary = f"{style(report.summary(), 'strong')}\n"
    return f"{text}\n{summary}" if text else summary
