"""A summary as HTML: the same sheet as in Markdown and LaTeX."""

from collections.abc import Sequence

from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.render.columns import PLAIN, Look
from cnncalc.render.html.elements import (
    Cell,
    escaped,
    heading,
    line,
    page,
    paragraph,
    table,
)
from cnncalc.render.sheet import Sheet, fact_lines, sheet

MOST_INPUTS = 20
"""Inputs that are shown; layers are folded where they are drawn."""


def render_html(summary: Summary, look: Look = PLAIN) -> str:
    """The outline as deep as fits, its totals, and what the numbers mean."""
    drawn = sheet(summary, look, escaped, escaped, marks="&emsp;,x,→ ,&emsp;")
    numbers = [place for place, one in enumerate(drawn.columns, 1) if one.is_number]
    shares = [place for place, text in enumerate(drawn.headings) if text.endswith("%")]
    rows = [
        [Cell(cell, _share(cell)) if place in shares else cell for place, cell in enumerate(row)]
        for row in _bounded(drawn)
    ]
    graph = summary.graph
    facts = [line(one) for one in fact_lines(summary, look.layout)]
    if summary.status != COMPLETE:
        facts.insert(0, f"<b>Status: {line(summary.status)}</b>")
    footer = line(summary.footer)
    return page(
        [
            heading(graph.title, graph.source, graph.description),
            table(drawn.headings, rows, numbers, drawn.total),
            paragraph(facts),
            paragraph([footer, *_notes(drawn)], is_quiet=True),
        ]
    )


def _bounded(drawn: Sheet) -> Sequence[Sequence[str]]:
    """The rows, of whose inputs no more are shown than anyone reads."""
    inputs = len(drawn.rows) - len(drawn.entries)
    if inputs <= MOST_INPUTS:
        return drawn.rows
    left = [f"… {inputs - MOST_INPUTS + 1:,} more inputs", *[""] * len(drawn.columns)]
    return [*drawn.rows[: MOST_INPUTS - 1], left, *drawn.rows[inputs:]]


def _share(text: str) -> float | None:
    """The percentage that a cell of a column of shares says; of a trace and of nothing none."""
    return float(text) if text.replace(".", "", 1).isdecimal() else None


def _notes(drawn: Sheet) -> list[str]:
    """What is folded, and where all of it is."""
    lines = []
    every = "<code>summary.rows</code> has every layer."
    if any(entry.times > 1 for entry in drawn.entries):
        folded = "is the sum of N equal rounds, and so is what stands in it."
        lines.append(f"<code>x N (sum)</code> {folded}")
    if drawn.depth < drawn.deepest:
        lines.append(f"Depth {drawn.depth} of {drawn.deepest} is shown; {every}")
    elif any(entry.times > 1 or entry.is_gap for entry in drawn.entries):
        lines.append(every)
    return lines
