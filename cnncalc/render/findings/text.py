"""Findings as text: each with the line of its file, or one a line for editors and `grep`."""

from cnncalc.checks.finding import Report
from cnncalc.render.diagnostic import Style, plain, render_diagnostics
from cnncalc.render.diagnostic import render_concise as render_lines


def render_full(report: Report, style: Style = plain) -> str:
    """Every finding with the line of its file, notes and remedy; then the summary."""
    faults = (one.diagnostic for one in report.findings)
    text = render_diagnostics(faults, report.texts, style)
    summary = f"{style(report.summary(), 'strong')}\n"
    return f"{text}\n{summary}" if text else summary


def render_concise(report: Report) -> str:
    """`path:line:col: W601 message` for every finding; then the summary."""
    return f"{render_lines(one.diagnostic for one in report.findings)}{report.summary()}\n"
