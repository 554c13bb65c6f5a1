"""A sweep as HTML: its first designs, and how many there are."""

from cnncalc.design.sweep.result import Sweep
from cnncalc.render.html.elements import escaped, line, page, paragraph, table
from cnncalc.render.sweep import cell_text, first_rows, heading_text, number_places, told

MOST = 50
"""Designs that are shown."""

MOST_COLUMNS = 12
"""Columns that are shown: what tells designs apart, and the first of the metrics."""


def render_html(sweep: Sweep) -> str:
    """The first designs that are kept, a row each."""
    heading, rows = first_rows(sweep, MOST)
    below = [line(one) for one in told(sweep, len(rows))]
    if not rows:
        return page([paragraph(below)])
    shown = heading[:MOST_COLUMNS]
    cells = [
        [
            escaped(cell_text(name, value, is_exact=True))
            for name, value in zip(shown, row, strict=False)
        ]
        for row in rows
    ]
    numbers = [place for place in number_places(heading, rows) if place < len(shown)]
    head = [escaped(heading_text(name)) for name in shown]
    if len(shown) < len(heading):
        below.append(f"… {len(heading) - len(shown):,} more columns; <code>rows</code> has all.")
    return page([table(head, cells, numbers), paragraph(below)])
