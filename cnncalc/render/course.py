"""The studies of the lecture as text, JSON and Markdown."""

import textwrap
from collections.abc import Iterator, Sequence

from cnncalc.render.grid import GAP, draw_row, markdown_table, widths_of
from cnncalc.render.json_text import json_text
from cnncalc.render.markdown_text import code, escaped
from cnncalc.spec.course import Part

PROGRAM = "cnncalc"

WIDEST = 100
"""Columns where nobody says how many there are."""


def render_course_table(parts: Sequence[Part], width: int | None) -> str:
    """The studies under their parts: name and what it shows, and below the command, whole."""
    return "".join(f"{line}\n" for line in _lines(parts, width))


def _lines(parts: Sequence[Part], width: int | None) -> Iterator[str]:
    rows = [("  " + study.name, study.shows) for part in parts for study in part.studies]
    first, _ = widths_of(rows)
    room = max((width or WIDEST) - first - GAP, 20)
    for number, part in enumerate(parts):
        yield from ["", part.title] if number else [part.title]
        for study in part.studies:
            for place, line in enumerate(textwrap.wrap(study.shows, room)):
                yield draw_row(("" if place else "  " + study.name, line), (first, room)).rstrip()
            yield f"    {PROGRAM} {study.command}"


def render_course_json(parts: Sequence[Part]) -> str:
    """The parts with their studies; a command begins with the name of the program."""
    told = [
        {
            "title": part.title,
            "studies": [
                {**one._asdict(), "command": f"{PROGRAM} {one.command}"} for one in part.studies
            ],
        }
        for part in parts
    ]
    return json_text({"schema_version": 1, "parts": told})


def render_course_markdown(parts: Sequence[Part]) -> str:
    """A section a part, with a table of its studies."""
    sections = []
    for part in parts:
        rows = (
            (code(one.name), escaped(one.shows), code(f"{PROGRAM} {one.command}"))
            for one in part.studies
        )
        table = markdown_table(("Study", "Shows", "Command"), rows)
        sections.append("\n".join([f"## {part.title}", "", *table]))
    return "\n\n".join(sections) + "\n"
