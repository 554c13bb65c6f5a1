"""Findings as annotations of a GitHub workflow, and as the summary of its step."""

from collections.abc import Iterator, Mapping

from cnncalc.checks.finding import Report, counted
from cnncalc.diagnostics import Diagnostic, Severity
from cnncalc.render.findings.entries import Entry, entries_of, project_path
from cnncalc.render.findings.markdown import page
from cnncalc.render.text import printable

LEVELS: Mapping[Severity, tuple[str, str]] = {
    "error": ("error", "error"),
    "warning": ("warning", "warning"),
    "information": ("notice", "remark"),
}
"""For each severity, the worst first, the workflow command and our word for one."""

MOST = 10
"""Annotations of each level that GitHub shows of one step; of a job it shows 50."""

STEP_SUMMARY_BYTES = 500_000
"""Half of what GitHub takes: other steps and tools write to the same page."""


def render_github(report: Report) -> str:
    """A workflow command for the worst findings; a last line says how many were left off.

    Source: GitHub Docs, Workflow commands for GitHub Actions; limits: Annotations of check runs.
    """
    entries, lines, left = entries_of(report), [], []
    for severity, (level, noun) in LEVELS.items():
        found = [entry for entry in entries if entry.finding.severity == severity]
        lines += [_command(level, entry) for entry in found[:MOST]]
        if len(found) > MOST:
            left.append(counted(len(found) - MOST, noun))
    if left:
        lines.append(f"{', '.join(left)} left off: GitHub shows {MOST} of each level a step")
    return "".join(f"{line}\n" for line in lines)


def render_step_summary(report: Report) -> str:
    """Markdown for the file that `GITHUB_STEP_SUMMARY` names."""
    return f"### cnncalc check\n\n{page(report, STEP_SUMMARY_BYTES)}"


def _command(level: str, entry: Entry) -> str:
    fault = entry.finding.diagnostic
    places = "".join(f",{name}={value}" for name, value in _place(entry.file, fault))
    return f"::{level} title=cnncalc ({fault.code}){places}::{_data(printable(str(fault)))}"


def _place(file: str | None, fault: Diagnostic) -> Iterator[tuple[str, str | int]]:
    if file is not None:
        yield "file", _property(project_path(file))
    if span := fault.span:
        is_one_line = span.line == span.end_line
        yield "line", span.line
        if is_one_line:
            yield "col", span.column
        yield "endLine", span.end_line
        if is_one_line:
            yield "endColumn", span.end_column


def _data(text: str) -> str:
    """Text that a workflow command gives back as it was, breaks included."""
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
