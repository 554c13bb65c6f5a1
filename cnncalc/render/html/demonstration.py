"""A demonstration as HTML: what a run shows, with its numbers or its map."""

from typing import TYPE_CHECKING

from cnncalc.render.demonstration import LEGEND, cell, shown_rows
from cnncalc.render.html.elements import (
    escaped,
    heading,
    line,
    page,
    paragraph,
    picture,
    table,
)

if TYPE_CHECKING:
    from cnncalc.lessons.demonstrations.base import Demonstration


def render_html(shown: "Demonstration") -> str:
    """What was run, what it shows, and the numbers of each layer, or all numbers there are."""
    parts = [heading(shown.name, shown.subject), paragraph(map(line, shown.says))]
    if shown.figures:
        headings, *rows = shown_rows(shown.figures)
        numbers = [place for place, head in enumerate(headings) if head not in {"layer", "note"}]
        told = (tuple(map(escaped, row)) for row in rows)
        parts.append(table([*map(escaped, headings)], told, numbers))
    else:
        pairs = (
            (escaped(_words(name)), escaped(_value(one))) for name, one in shown.numbers.items()
        )
        parts.append(table(("Number", "Value"), pairs, (1,)))
    if shown.picture:
        parts += [picture(shown.picture), paragraph([line(LEGEND)], is_quiet=True)]
    return page([*parts, paragraph([line(f"Note: {one}") for one in shown.notes], is_quiet=True)])


def _words(name: str) -> str:
    return name.removeprefix("is_").replace("_", " ")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return cell(value) if isinstance(value, int | float | str) or value is None else str(value)
