"""Formulas as HTML: a row for each, and for layers that are alike."""

from collections.abc import Sequence

from cnncalc.design.asked import Formulas
from cnncalc.render.formula import layer_rows, missing_lines, pieces_of, title_of
from cnncalc.render.html.elements import (
    LONGEST_LINE,
    escaped,
    heading,
    line,
    page,
    paragraph,
    prose,
    table,
)
from cnncalc.render.polynomial import domain_text, held_text, polynomial_text

MOST = 40
"""Rows of layers that are shown."""


def render_html(formulas: Formulas) -> str:
    """Each metric with its formula, where it holds, and how that was held."""
    rows = [
        (
            escaped(metric),
            _code(polynomial_text(piece.polynomial)),
            line(domain_text(piece.domain, formulas.lengths)),
            escaped(held_text(piece)),
        )
        for metric, piece in pieces_of(formulas.found)
    ]
    parts = [heading(title_of(formulas), f"by {', '.join(formulas.variables)}")]
    if rows:
        parts.append(table(("Metric", "Formula", "Where", "Held"), rows))
    parts.append(paragraph([prose(one) for one in missing_lines(formulas)]))
    if formulas.layers:
        (head, *layers), usual = layer_rows(formulas)
        parts.append(table([escaped(one) for one in head], map(_cells, layers[:MOST])))
        told = [line(f"Each layer: {usual}.")]
        if len(layers) > MOST:
            told.append(f"… {len(layers) - MOST:,} more; <code>layers</code> has all.")
        parts.append(paragraph(told, is_quiet=True))
    return page(parts)


def _cells(row: Sequence[str]) -> Sequence[str]:
    name, op, *formulas = row
    return (escaped(name), escaped(op), *map(_code, formulas))


def _code(text: str) -> str:
    return f"<code>{escaped(text, LONGEST_LINE)}</code>" if text else ""
