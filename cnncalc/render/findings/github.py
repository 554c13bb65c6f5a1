"""A report for GitHub: annotations of a workflow, and Markdown for its summary or a comment."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from cnncalc.checks.finding import Checked, Claim, Finding, Report, counted
from cnncalc.diagnostics import Diagnostic, Severity
from cnncalc.render.findings.entries import (
    Entry,
    entries_of,
    project_path,
    rank,
    told_beside,
)
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import code, escaped, place, prose, within
from cnncalc.render.text import printable

LEVELS: Mapping[Severity, tuple[str, str]] = {
    "error": ("error", "error"),
    "warning": ("warning", "warning"),
    "information": ("notice", "remark"),
}
"""For each severity, the worst first, the workflow command and our word for one."""

HOLDS = "yes"
"""What is said of a claim that holds."""

MOST = 10
"""Annotations of each level that GitHub shows of one step; of a job it shows 50."""

COMMENT_BYTES = 60_000
"""A comment on GitHub has 65,536 characters at most."""

STEP_SUMMARY_BYTES = 500_000
"""Half of what GitHub takes: other steps and tools write to the same page."""


def render_github(report: Report) -> str:
    """A workflow command for each of the worst findings; a last line counts the others.

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


def _command(level: str, entry: Entry) -> str:
    fault = entry.finding.diagnostic
    places = "".join(f",{name}={value}" for name, value in _place(entry.file, fault))
    lines = (str(fault), *told_beside(entry.finding))
    text = "\n  ".join(printable(line) for line in lines)
    return f"::{level} title=cnncalc ({fault.code}){places}::{_data(text)}"


def _place(file: str | None, fault: Diagnostic) -> Iterator[tuple[str, str | int]]:
    if file is not None:
        yield "file", _data(project_path(file)).replace(":", "%3A").replace(",", "%2C")
    if span := fault.span:
        is_one_line = span.line == span.end_line
        yield "line", span.line
        if is_one_line:
            yield "col", span.column
        yield "endLine", span.end_line
        if is_one_line:
            yield "endColumn", span.end_column


def _data(text: str) -> str:
    """Text that a workflow command gives back as it was, line breaks included."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)


def render_step_summary(report: Report, tree: str | None = None) -> str:
    """Markdown for the file that `GITHUB_STEP_SUMMARY` names, well within its limit."""
    return f"### cnncalc check\n\n{_page(report, STEP_SUMMARY_BYTES, tree)}"


def render_markdown(report: Report, tree: str | None = None) -> str:
    """The summary, then findings, the worst first, then every stated number.

    Args:
        report: what was found.
        tree: the address of the repository's files, where lines can be linked to.
    """
    return _page(report, COMMENT_BYTES, tree)


def _page(report: Report, most_bytes: int, tree: str | None) -> str:
    """The report within some bytes: each table gets half of them, and counts the rows left off."""
    room = (most_bytes - 1000) // 2
    findings = [_finding(entry, tree) for entry in sorted(entries_of(report), key=rank)]
    claims = [_claim(one, claim) for one in report.files for claim in one.claims]
    parts = [f"**{report.summary()}**\n"]
    if findings:
        parts.append(_table(("Place", "Code", "Finding"), findings, room, "finding"))
    if claims:
        headings = ("Network", "Claim", "Stated", "Actual", "Holds")
        parts.append(_table(headings, claims, room, "claim", is_last=lambda row: row[-1] == HOLDS))
    return "\n".join(parts)


def _finding(entry: Entry, tree: str | None) -> tuple[str, ...]:
    file, finding, _ = entry
    fault = finding.diagnostic
    where = "" if file is None else place(file, fault.span.line if fault.span else None, tree)
    return where, code(fault.code), whole_text(finding)


def whole_text(finding: Finding) -> str:
    """A message as Markdown, with its notes and its remedy below it."""
    lines = (finding.diagnostic.message, *told_beside(finding))
    return "<br>".join(map(prose, lines))


def _claim(checked: Checked, claim: Claim) -> tuple[str, ...]:
    network = checked.file if claim.variant is None else f"{checked.file}:{claim.variant}"
    of = "" if claim.layer is None else f" of {code(claim.layer)}"
    name = f"{claim.kind} {code(claim.metric)}{of}"
    holds = HOLDS if claim.finding is None else "**no**"
    return code(network), name, escaped(claim.stated), escaped(claim.actual), holds


def _table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    room: int,
    noun: str,
    *,
    is_last: Callable[[Sequence[str]], bool] = lambda _: False,
) -> str:
    """A table; where it has no room for all rows, some are the last, and left off first."""
    heading, sides, *drawn = markdown_table(headings, rows)
    lines, left = within(drawn, room)
    if left:
        order = sorted(range(len(rows)), key=lambda place: is_last(rows[place]))
        lines, left = within([drawn[place] for place in order], room)
    more = f"\n{counted(left, noun)} left off.\n" if left else ""
    return "".join(f"{line}\n" for line in (heading, sides, *lines)) + more
