"""How many findings there are of each code."""

from collections import Counter

from cnncalc.checks.finding import Report
from cnncalc.diagnostics import CODES
from cnncalc.render.findings.encoding import encoded, listed
from cnncalc.render.findings.entries import rank_of
from cnncalc.render.findings.json import counts_of
from cnncalc.render.grid import draw_row, widths_of

FORMS = ("full", "concise", "json")
"""The formats that have statistics."""


def render_statistics(report: Report, form: str) -> str:
    """The most frequent code first; of equally frequent ones by their names.

    Args:
        report: what was found.
        form: one of `FORMS`; both for people are the same.
    """
    worst = {
        one.diagnostic.code: one.severity
        for one in sorted(report.findings, key=rank_of, reverse=True)
    }
    counts = Counter(one.diagnostic.code for one in report.findings)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if form == "json":
        items = (
            {"code": code, "name": CODES.get(code), "severity": worst[code], "count": count}
            for code, count in ordered
        )
        summary = encoded(counts_of(report))
        return (
            f'{{"schema_version": 1,\n "statistics": {listed(map(encoded, items), " ")},\n'
            f' "summary": {summary}}}\n'
        )
    rows = [(f"{count:,}", code, CODES.get(code, "")) for code, count in ordered]
    widths = widths_of(rows)
    lines = [draw_row(row, widths, numbers=(0,)) for row in rows]
    return "".join(f"{line}\n" for line in [*lines, report.summary()])
