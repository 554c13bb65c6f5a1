"""A summary as CSV: one layer a line, raw integers."""

import csv
import io

from cnncalc.analysis.conventions import BYTES_PER_VALUE
from cnncalc.analysis.summary import COMPLETE, Row, Summary
from cnncalc.render.columns import FIELDS, PLAIN, Look
from cnncalc.render.text import printable, separated, shape_text

KNOWN = (
    "name", "op", "inputs", "output_shape", "parameters", "weights", "biases", "buffers", "macs",
    "flops", "output_elements", "line",
)  # fmt: skip
"""What is written where no columns are named."""


def render_csv(summary: Summary, look: Look = PLAIN) -> str:
    """Every layer, at any depth; then a line if some are uncounted.

    Columns are those of a table; shares are percentages with every significant digit.
    """
    names = ["output_shape" if name == "output" else name for name in look.columns or KNOWN[1:]]
    text = io.StringIO()
    writer = csv.DictWriter(text, ("name", *names), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in summary.rows:
        cells = row.to_dict()
        cells["name"], cells["op"] = text_cell(cells["name"]), text_cell(cells["op"])
        cells["inputs"] = text_cell(" ".join(cells["inputs"]))
        cells["output_shape"] = shape_text(tuple(cells["output_shape"] or ()), look.layout)
        writer.writerow(
            cells | {name: _cell(name, row, summary) for name in names if name not in KNOWN}
        )
    if summary.status != COMPLETE:
        text.write(f"# {printable(summary.status)}\n")
    return text.getvalue()


def text_cell(text: str) -> str:
    """A text that no spreadsheet reads as a formula: one that looks like it gets a `'` before."""
    text = printable(text)
    return f"'{text}" if text.lstrip()[:1] in set("=+-@") else text


def _cell(name: str, row: Row, summary: Summary) -> str:
    if name == "activation_bytes":
        return str(row.stored_elements * BYTES_PER_VALUE[summary.dtype])
    if name in FIELDS:
        part, _ = FIELDS[name]
        fields = row.fields.values()
        return " ".join("?" if one is None else separated(getattr(one, part)) for one in fields)
    metric = name.removesuffix("%")
    whole = sum(getattr(one, metric) for one in summary.rows)
    return f"{100 * getattr(row, metric) / whole:.6g}" if whole else "0"
