"""A summary as CSV: one layer a line, raw integers."""

import csv
import io

from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.ops.values import show_shape
from cnncalc.render.text import printable

FIELDS = (
    "name", "op", "inputs", "output_shape", "parameters", "weights", "biases", "buffers", "macs",
    "flops", "output_elements", "line",
)  # fmt: skip


def render_csv(summary: Summary) -> str:
    """Every layer, at whatever depth; below them a line where some are uncounted."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in summary.rows:
        cells = row.to_dict()
        cells["name"], cells["op"] = text_cell(cells["name"]), text_cell(cells["op"])
        cells["inputs"] = text_cell(" ".join(cells["inputs"]))
        cells["output_shape"] = show_shape(cells["output_shape"] or ())
        writer.writerow(cells)
    if summary.status != COMPLETE:
        text.write(f"# {printable(summary.status)}\n")
    return text.getvalue()


def text_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that looks like it gets a `'` before."""
    text = printable(text)
    return f"'{text}" if text.lstrip()[:1] in set("=+-@") else text
