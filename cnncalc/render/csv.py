"""A summary as CSV: one layer a line, raw integers."""

import csv
import io
from collections.abc import Mapping, Sequence

from cnncalc.analysis.conventions import BYTES_PER_VALUE
from cnncalc.analysis.field import ReceptiveField
from cnncalc.analysis.summary import COMPLETE, Row, Summary
from cnncalc.render.text import printable, separated, shape_text

FIELDS = (
    "name", "op", "inputs", "output_shape", "parameters", "weights", "biases", "buffers", "macs",
    "flops", "output_elements", "line",
)  # fmt: skip


HEADINGS = {"output": "output_shape"}
"""Columns of a table that are called otherwise here."""

PARTS = {"receptive_field": "size", "stride": "stride", "start": "start"}
"""Columns that hold a part of the receptive field."""


def render_csv(summary: Summary, columns: Sequence[str] | None = None, layout: str = "chw") -> str:
    """Every layer, at whatever depth; below them a line where some are uncounted.

    Columns are those of a table; shares are told as percentages with every digit that matters.
    """
    chosen = [HEADINGS.get(name, name) for name in columns] if columns else FIELDS[1:]
    text = io.StringIO()
    writer = csv.DictWriter(text, ("name", *chosen), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in summary.rows:
        cells = row.to_dict()
        cells["name"], cells["op"] = text_cell(cells["name"]), text_cell(cells["op"])
        cells["inputs"] = text_cell(" ".join(cells["inputs"]))
        cells["output_shape"] = shape_text(tuple(cells["output_shape"] or ()), layout)
        cells |= {name: _cell(name, row, summary) for name in chosen if name not in FIELDS}
        writer.writerow(cells)
    if summary.status != COMPLETE:
        text.write(f"# {printable(summary.status)}\n")
    return text.getvalue()


def text_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that looks like it gets a `'` before."""
    text = printable(text)
    return f"'{text}" if text.lstrip()[:1] in set("=+-@") else text


def _cell(name: str, row: Row, summary: Summary) -> str:
    if name == "activation_bytes":
        return str(row.stored_elements * BYTES_PER_VALUE[summary.dtype])
    if name in PARTS:
        return _field(row.fields, PARTS[name])
    metric = name.removesuffix("%")
    whole = sum(getattr(one, metric) for one in summary.rows)
    return f"{100 * getattr(row, metric) / whole:.6g}" if whole else "0"


def _field(fields: Mapping[str, ReceptiveField | None], part: str) -> str:
    told = ("?" if one is None else separated(getattr(one, part)) for one in fields.values())
    return " ".join(told)
