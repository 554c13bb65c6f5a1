"""A solution as HTML: the rows of its table."""

from cnncalc.design.solve.answer import Solution
from cnncalc.render.html import compare
from cnncalc.render.html.elements import escaped, heading, line, page, paragraph, table
from cnncalc.render.solve import design_rows, figure_rows, headline, lines_below, match_lines


def render_html(solution: Solution) -> str:
    """The answer, its numbers beside those of the next value, and what was evaluated."""
    if solution.comparison is not None:
        told = [*match_lines(solution), *solution.notes]
        parts = [heading(headline(solution)), compare.render_html(solution.comparison)]
        return page([*parts, paragraph(map(line, told))])
    parts = [heading(solution.title, f"{headline(solution)}.")]
    tables = [figure_rows(solution)]
    if len(solution.best) > 1:
        tables.append(design_rows(solution))
    for number, rows in enumerate(tables):
        head, *cells = ([escaped(cell) for cell in row] for row in rows)
        parts.append(table(head, cells, range(0 if number else 1, len(head))))
    return page([*parts, paragraph(map(line, lines_below(solution)))])
