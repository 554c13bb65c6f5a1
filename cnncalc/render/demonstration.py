"""A demonstration as text and JSON."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cnncalc.render.grid import draw_table
from cnncalc.render.json_text import json_text
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.lessons.demonstrations.base import Demonstration, Figures

LEGEND = "# moves it, + can move it, . does not"


def render_demonstration_json(shown: "Demonstration") -> str:
    """Raw numbers."""
    return json_text({"schema_version": 1, "notes": shown.notes, **shown.to_dict()})


def render_demonstration_text(
    shown: "Demonstration", width: int, *, is_ascii: bool = False
) -> str:
    """What was run, what it shows, and the numbers of each layer or the map."""
    lines = [textwrap.fill(printable(shown.subject), width, subsequent_indent="    ")]
    for sentence in shown.says:
        told = printable(sentence)
        lines += textwrap.wrap(told, width, initial_indent="  ", subsequent_indent="    ")
    if shown.figures:
        lines += ["", *_table(shown, is_ascii=is_ascii)]
    if shown.picture:
        lines += ["", *(f"    {row}" for row in shown.picture), f"  {LEGEND}"]
    lines += ["", *(textwrap.fill(f"Note: {printable(note)}", width) for note in shown.notes)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(shown: "Demonstration", *, is_ascii: bool) -> Iterator[str]:
    if shown.figures is None:
        return
    rows = shown_rows(shown.figures)
    numbers = [place for place, head in enumerate(rows[0]) if head not in {"layer", "note"}]
    for line in draw_table(rows, numbers, is_ascii=is_ascii):
        yield f"  {line}".rstrip()


def shown_rows(figures: "Figures") -> list[tuple[str, ...]]:
    """The headings and the rows as text, without columns that are empty."""
    rows = [figures.headings, *(tuple(map(cell, row)) for row in figures.rows)]
    kept = [place for place, column in enumerate(zip(*rows[1:], strict=True)) if any(column)]
    return [tuple(row[place] for place in kept) for row in rows]


def cell(value: str | float | None) -> str:
    """A value of a table."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return printable(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
