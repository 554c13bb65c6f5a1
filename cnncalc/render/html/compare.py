"""A comparison as HTML: the rows of its table."""

from collections.abc import Iterator, Sequence

from cnncalc.analysis.compare import Comparison
from cnncalc.render.compare import GAP, NOTHING, lines_of, partial_lines, verdict
from cnncalc.render.html.elements import escaped, line, page, paragraph, table

MOST = 20
"""Networks that are shown beside each other."""


def render_html(comparison: Comparison) -> str:
    """One column a network, with ratios to the first; and whether they may be compared."""
    if not comparison.candidates:
        return page([paragraph([NOTHING])])
    left = len(comparison.candidates) - MOST
    if left > 0:
        comparison = comparison._replace(candidates=comparison.candidates[:MOST])
    head, *rows = ([*_cells(row)] for row in lines_of(comparison))
    note = f"Ratios are to {comparison.candidates[0].name}."
    below = [f"{verdict(comparison)} {note}", *partial_lines(comparison)]
    lines = [line(one) for one in below]
    if left > 0:
        lines.append(f"… {left:,} more networks; <code>rows</code> has all.")
    return page([table(head, rows, range(1, len(head))), paragraph(lines)])


def _cells(row: Sequence[str]) -> Iterator[str]:
    """The cells of a row, with each ratio in a column of its own, so that both are aligned."""
    title, first, *others = row
    yield from (escaped(title), escaped(first))
    for cell in others:
        count, _, ratio = cell.partition(GAP)
        yield from (escaped(count), ratio)
