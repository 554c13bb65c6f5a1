"""The bundled networks as a table, as JSON, CSV and Markdown."""

import textwrap
from collections.abc import Iterable, Sequence

from cnncalc.ops.values import show_shape
from cnncalc.render.grid import cut, draw_row, markdown_table, taken, widths_of
from cnncalc.render.json_text import json_text
from cnncalc.render.markdown_text import escaped
from cnncalc.spec.catalogue import Entry

WIDEST = 100
"""Columns beyond which prose is hard to read."""

HEADINGS = ("Network", "Year", "Parameters", "MACs", "Input", "Reference")
NUMBERS = (1, 2, 3)
"""The places of the columns that are aligned to the right."""

PLACES = ((0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4), (0, 1, 2, 3), (0, 2, 3))
"""The columns of a page, the first of these that fit."""

FIELDS = (
    "name", "family", "variant", "year", "parameters", "macs", "input", "reference", "source",
)  # fmt: skip
"""What JSON and CSV have of a network."""


def _dict(one: Entry) -> dict[str, object]:
    return {
        field: dict(one.inputs) if field == "input" else getattr(one, field) or None
        for field in FIELDS
    }


def _cells(one: Entry) -> tuple[str, ...]:
    year = str(one.year or "")
    return (
        one.name, year, f"{one.parameters:,}", f"{one.macs:,}", _input(one), one.reference or "",
    )  # fmt: skip


def _input(one: Entry) -> str:
    """The shapes that flow in: `3x224x224`."""
    return ", ".join(map(show_shape, one.inputs.values()))


def render_table(entries: Sequence[Entry], studies: Sequence[str], width: int | None) -> str:
    """The networks under their families; a narrow page has fewer columns."""
    rows = [HEADINGS, *(("  " + name, *cells) for name, *cells in map(_cells, entries))]
    kept = next(
        (one for one in PLACES if width is None or taken(widths_of(_only(rows, one))) <= width),
        PLACES[-1],
    )
    shown = _only(rows, kept)
    numbers = [place for place, one in enumerate(kept) if one in NUMBERS]
    heading, *lines = (draw_row(row, widths_of(shown), numbers) for row in shown)
    page = [heading]
    families = {one.family: one for one in reversed(entries)}
    for one, line in zip(entries, lines, strict=True):
        if families[one.family] is one:
            title = f"{one.title}: {one.source}" if one.source else one.title
            page.append(cut(title, width or WIDEST))
        page.append(line)
    if studies:
        counted = f"{len(entries)} networks in {len(families)} families; `cnncalc show NET` prints"
        text = f"Studies (`cnncalc list lecture`): {', '.join(studies)}"
        for part in (f"{counted} one.", text):
            page += ["", textwrap.fill(part, min(width or WIDEST, WIDEST), break_on_hyphens=False)]
    return "".join(f"{line}\n" for line in page)


def _only(rows: Iterable[Sequence[str]], places: Iterable[int]) -> list[list[str]]:
    return [[row[place] for place in places] for row in rows]


def render_json(entries: Sequence[Entry], studies: Sequence[str]) -> str:
    """Raw integers; `families` has the variants of each spec, `studies` the lecture's names."""
    families: dict[str, list[str]] = {}
    for one in entries:
        families.setdefault(one.family, []).extend([one.variant] if one.variant else [])
    parts = {"networks": list(map(_dict, entries)), "families": families, "studies": list(studies)}
    return json_text({"schema_version": 1, **parts})


def render_csv(entries: Iterable[Entry]) -> str:
    """A line a network, raw integers."""
    import csv  # noqa: PLC0415 - one format of several
    import io  # noqa: PLC0415

    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**_dict(one), "input": _input(one)} for one in entries)
    return text.getvalue()


def render_markdown(entries: Iterable[Entry]) -> str:
    """The table as GitHub renders it."""
    rows = (
        (f"`{name}`", *cells, f"`{reference}`" if reference else "", escaped(one.source))
        for one in entries
        for name, *cells, reference in [_cells(one)]
    )
    headings = (*HEADINGS, "Follows")
    return "".join(f"{line}\n" for line in markdown_table(headings, rows, NUMBERS))
