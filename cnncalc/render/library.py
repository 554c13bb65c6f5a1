"""The bundled networks as a table, as JSON, CSV and Markdown."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from cnncalc.ops.values import Shape, show_shape
from cnncalc.records import Record
from cnncalc.render.grid import GAP, cut, draw_row, markdown_table, taken, widths_of
from cnncalc.render.json_text import json_text
from cnncalc.render.markdown_text import escaped

WIDEST = 100
"""Columns beyond which prose is hard to read."""

LEAST = 24
"""The fewest columns in which a source is readable."""

SOURCE = 4
"""The column of the source, which is cut at the width."""


class Entry(Record):
    """A network that comes with cnncalc: a spec, or one of its variants."""

    family: str
    variant: str | None
    inputs: Mapping[str, Shape]
    parameters: int
    macs: int
    source: str

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return f"{self.family}:{self.variant}" if self.variant else self.family

    @property
    def input_text(self) -> str:
        """The shapes that flow in: `3x224x224`."""
        return ", ".join(map(show_shape, self.inputs.values()))

    def to_dict(self) -> dict[str, object]:
        """The entry as JSON has it."""
        only = list(self.inputs) == ["input"]
        return {
            "name": self.name,
            "family": self.family,
            "variant": self.variant,
            "input": {"x" if only else name: shape for name, shape in self.inputs.items()},
            "parameters": self.parameters,
            "macs": self.macs,
            "source": self.source or None,
        }


HEADINGS = ("Network", "Parameters", "MACs", "Input", "Source")


def _cells(one: Entry) -> tuple[str, ...]:
    return one.name, f"{one.parameters:,}", f"{one.macs:,}", one.input_text, one.source


def render_table(entries: Sequence[Entry], studies: Sequence[str], width: int | None) -> str:
    """A line a network; on a narrow page inputs are left out, then sources."""
    rows = [HEADINGS, *map(_cells, entries)]
    widths = widths_of(rows)
    for places in ((0, 1, 2, 3, SOURCE), (0, 1, 2, SOURCE), (0, 1, 2)):
        before = taken([widths[place] for place in places if place < SOURCE])
        room = widths[SOURCE] if width is None else width - before - GAP
        if room >= LEAST:
            break
    cells = [(*row[:SOURCE], cut(row[SOURCE], room)) for row in rows]
    kept = [[row[place] for place in places] for row in cells]
    lines = [draw_row(row, widths_of(kept), (1, 2, 3)) for row in kept]
    if studies:
        text = f"Studies (`cnncalc list lecture`): {', '.join(studies)}"
        lines += ["", textwrap.fill(text, min(width or WIDEST, WIDEST), break_on_hyphens=False)]
    return "".join(f"{line}\n" for line in lines)


def render_json(entries: Sequence[Entry], studies: Sequence[str]) -> str:
    """Raw integers; `families` has the variants of each spec, `studies` the lecture's names."""
    families: dict[str, list[str]] = {}
    for one in entries:
        families.setdefault(one.family, []).extend([one.variant] if one.variant else [])
    networks = [one.to_dict() for one in entries]
    parts = {"networks": networks, "families": families, "studies": list(studies)}
    return json_text({"schema_version": 1, **parts})


def render_csv(entries: Iterable[Entry]) -> str:
    """A line a network, raw integers."""
    import csv  # noqa: PLC0415 - one format of several
    import io  # noqa: PLC0415

    fields = ("name", "family", "variant", "input", "parameters", "macs", "source")
    text = io.StringIO()
    writer = csv.DictWriter(text, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**one.to_dict(), "input": one.input_text} for one in entries)
    return text.getvalue()


def render_markdown(entries: Iterable[Entry]) -> str:
    """The table as GitHub renders it."""
    rows = (
        (f"`{name}`", *cells, escaped(source)) for name, *cells, source in map(_cells, entries)
    )
    lines = markdown_table(("network", "parameters", "MACs", "input", "follows"), rows, (1, 2))
    return "".join(f"{line}\n" for line in lines)
