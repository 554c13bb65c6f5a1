"""A report as Markdown tables, for a comment on a pull request."""

from collections.abc import Iterable, Sequence

from cnncalc.checks.finding import Checked, Claim, Report, counted
from cnncalc.render.findings.entries import Entry, entries_of, rank
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import code, escaped, prose

COMMENT_BYTES = 60_000
"""A comment on GitHub has 65,536 characters at most."""


def render_markdown(report: Report) -> str:
    """What it comes to, then findings, the worst first, then every stated number."""
    return page(report, COMMENT_BYTES)


def page(report: Report, most_bytes: int) -> str:
    """The same within some bytes: each table has half of them, and says what it leaves off."""
    room = (most_bytes - 1000) // 2
    findings = [_finding(entry) for entry in sorted(entries_of(report), key=rank)]
    claims = [_claim(one, claim) for one in report.files for claim in one.claims]
    parts = [f"**{report.summary()}**\n"]
    if findings:
        parts.append(_table(("Place", "Code", "Finding"), findings, room, "finding"))
    if claims:
        headings = ("Network", "Claim", "Stated", "Actual", "Holds")
        parts.append(_table(headings, claims, room, "claim"))
    return "\n".join(parts)


def _finding(entry: Entry) -> tuple[str, ...]:
    file, finding = entry
    fault = finding.diagnostic
    line = f":{fault.span.line}" if fault.span else ""
    place = "" if file is None else code(f"{file}{line}")
    return place, code(fault.code), prose(fault.message)


def _claim(checked: Checked, claim: Claim) -> tuple[str, ...]:
    network = checked.file if claim.variant is None else f"{checked.file}:{claim.variant}"
    of = "" if claim.layer is None else f" of {code(claim.layer)}"
    name = f"{claim.kind} {code(claim.metric)}{of}"
    holds = "yes" if claim.finding is None else "**no**"
    return code(network), name, escaped(claim.stated), escaped(claim.actual), holds


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], room: int, noun: str) -> str:
    heading, sides, *drawn = markdown_table(headings, rows)
    lines = [heading, sides]
    left = 0
    for line in drawn:
        room -= len(line.encode()) + 1
        if room >= 0:
            lines.append(line)
        else:
            room, left = 0, left + 1
    more = f"\n{counted(left, noun)} left off.\n" if left else ""
    return "".join(f"{line}\n" for line in lines) + more
