"""Findings as text: each with the line of its file, or one a line for editors and `grep`."""

from typing import TYPE_CHECKING

from cnncalc.checks.finding import Report

if TYPE_CHECKING:
    from cnncalc.render.diagnostic import Style


def render_full(report: Report, style: "Style | None" = None) -> str:
    """Every finding with the line of its file, notes and remedy; then the summary."""
    summary = report.summary()
    summary = f"{style(summary, 'strong') if style else summary}\n"
    if not report.findings:
        return summary
    from cnncalc.render.diagnostic import plain, render_diagnostics  # noqa: PLC0415 - where there are any

    faults = (one.diagnostic for one in report.findings)
    return f"{render_diagnostics(faults, report.texts, style or plain)}\n{summary}"


def render_concise(report: Report) -> str:
    """`path:line:col: W601 message` for every finding; then the summary."""
    from cnncalc.render.diagnostic import render_concise as render_lines  # noqa: PLC0415 - as above

    return f"{render_lines(one.diagnostic for one in report.findings)}{report.summary()}\n"
