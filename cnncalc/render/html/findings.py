"""What a check found as HTML: the findings, the worst first, and the numbers that were stated."""

from collections.abc import Sequence

from cnncalc.checks.finding import Checked, Claim, Report, counted
from cnncalc.render.findings.entries import Entry, entries_of, rank
from cnncalc.render.html.elements import escaped, heading, page, paragraph, prose, table

MOST_FINDINGS = 50
"""More than anyone reads in a notebook."""

MOST_CLAIMS = 20
"""As many as a few networks state; most of them hold, and those that do not come first."""


def render_html(report: Report) -> str:
    """The summary, then the findings, then every stated number."""
    findings = sorted(entries_of(report), key=rank)
    claims = [(one, claim) for one in report.files for claim in one.claims]
    claims.sort(key=lambda pair: pair[1].finding is None)
    parts = [heading(report.summary())]
    if findings:
        rows = [_finding(entry) for entry in findings[:MOST_FINDINGS]]
        parts += [
            table(("", "Place", "Code", "Finding", "Remedy"), rows),
            _left(len(findings) - MOST_FINDINGS, "finding"),
        ]
    if claims:
        rows = [_claim(*pair) for pair in claims[:MOST_CLAIMS]]
        headings = ("Network", "Claim", "Stated", "Actual", "Holds")
        parts += [
            table(headings, rows, (2, 3)),
            _left(len(claims) - MOST_CLAIMS, "claim", _hold(claims)),
        ]
    return page(parts)


def _left(count: int, noun: str, told: str = "") -> str:
    more = [f"… {counted(count, f'more {noun}')}{told}"] if count > 0 else []
    return paragraph(more, is_quiet=True)


def _hold(claims: Sequence[tuple[Checked, Claim]]) -> str:
    """Whether those that are left off hold, which come last."""
    return (
        ", all of which hold"
        if all(one.finding is None for _, one in claims[MOST_CLAIMS:])
        else ""
    )


def _finding(entry: Entry) -> Sequence[str]:
    file, finding, _ = entry
    fault = finding.diagnostic
    place = "" if file is None else f"{file}:{fault.span.line}" if fault.span else file
    severity = f"<b>{fault.severity}</b>" if fault.severity == "error" else fault.severity
    return severity, escaped(place), fault.code, prose(fault.message), prose(fault.hint or "")


def _claim(checked: Checked, claim: Claim) -> Sequence[str]:
    network = checked.file if claim.variant is None else f"{checked.file}:{claim.variant}"
    of = "" if claim.layer is None else f" of {claim.layer}"
    name = f"{claim.kind} {claim.metric}{of}"
    holds = "yes" if claim.finding is None else "<b>no</b>"
    return *map(escaped, (network, name, claim.stated, claim.actual)), holds
