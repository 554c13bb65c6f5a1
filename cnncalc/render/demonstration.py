"""A demonstration as text and JSON."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cnncalc.render.grid import draw_table
from cnncalc.render.json_text import json_text
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.lessons.demonstrations import Demonstration

LEGEND = "# moves it, + can move it, . does not"


def render_demonstration_json(shown: "Demonstration", notes: Sequence[str]) -> str:
    """Raw numbers."""
    return json_text({"schema_version": 1, "notes": notes, **shown.to_dict()})


def render_demonstration_text(
    shown: "Demonstration", width: int, notes: Sequence[str], *, is_ascii: bool = False
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
    lines += ["", *(textwrap.fill(f"Note: {printable(note)}", width) for note in notes)]
    return "\n".join(lines) + "\n"


def _table(shown: "Demonstration", *, is_ascii: bool) -> Iterator[str]:
    if shown.figures is None:
        return
    rows = [shown.figures.headings, *(tuple(map(_cell, row)) for row in shown.figures.rows)]
    kept = [place for place, column in enumerate(zip(*rows[1:], strict=True)) if any(column)]
    rows = [tuple(row[place] for place in kept) for row in rows]
    numbers = [place for place, head in enumerate(rows[0]) if head not in {"layer", "note"}]
    for line in draw_table(rows, numbers, is_ascii=is_ascii):
        yield f"  {line}".rstrip()


def _cell(value: str | float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return printable(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
