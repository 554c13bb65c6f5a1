"""A summary as CSV: one layer a line, raw integers."""

import csv
import io
from collections.abc import Sequence

from cnncalc.analysis.ranking import ranked
from cnncalc.analysis.summary import COMPLETE, Row, Summary
from cnncalc.metrics import METRICS
from cnncalc.render.columns import BYTES, FIELDS, PLAIN, Look, field_text, whole
from cnncalc.render.sheet import fact_lines
from cnncalc.render.text import printable, separated, shape_text

KNOWN = (
    "name", "op", "inputs", "output_shape", "parameters", "weights", "biases", "buffers", "macs",
    "flops", "output_elements", "line",
)  # fmt: skip
"""What is written where no columns are named."""


def render_csv(summary: Summary, look: Look = PLAIN) -> str:
    """Every layer, at any depth; then the totals, and what the numbers mean in comments.

    Columns are those of a table; shares are percentages with every significant digit. The row
    of the totals is named `total`, as in a table; lines behind it begin with `# `.
    """
    names = ["output_shape" if name == "output" else name for name in look.columns or _usual(look)]
    text = io.StringIO()
    writer = csv.DictWriter(text, ("name", *names), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in ranked(summary, look.sort, look.top):
        cells = row.to_dict()
        cells["name"], cells["op"] = text_cell(cells["name"]), text_cell(cells["op"])
        cells["inputs"] = text_cell(" ".join(cells["inputs"]))
        cells["output_shape"] = shape_text(tuple(cells["output_shape"] or ()), look.layout)
        writer.writerow(
            cells | {name: _cell(name, row, summary) for name in names if name not in KNOWN}
        )
    writer.writerow(_totals(names, summary, look))
    about = [*fact_lines(summary, look.layout), summary.footer]
    if summary.status != COMPLETE:
        about.append(summary.status)
    text.writelines(f"# {printable(line)}\n" for line in about)
    return text.getvalue()


def _totals(names: Sequence[str], summary: Summary, look: Look) -> dict[str, str]:
    """The cells of the last row: sums, the output's shape, and what the last map sees."""
    cells = {"name": "total"}
    shapes = list(summary.outputs.values())
    for name in names:
        if name in FIELDS:
            seen = field_text(summary.totals.receptive_field, "size")
            cells[name] = seen if name == "receptive_field" else ""
        elif name == "output_shape":
            cells[name] = shape_text(shapes[0], look.layout) if len(shapes) == 1 else ""
        elif name.endswith("%"):
            cells[name] = "100" if whole(name[:-1], summary) else "0"
        elif name in METRICS:
            cells[name] = str(whole(name, summary))
    return cells


def _usual(look: Look) -> tuple[str, ...]:
    """The columns where none are named, with what is sorted by among them."""
    more = () if look.sort is None or look.sort in KNOWN else (look.sort,)
    return (*KNOWN[1:], *more)


def text_cell(text: str) -> str:
    """A text that no spreadsheet reads as a formula: one that looks like it gets a `'` before."""
    text = printable(text)
    return f"'{text}" if text.lstrip()[:1] in set("=+-@") else text


def _cell(name: str, row: Row, summary: Summary) -> str:
    if name in BYTES or name == "bops":
        return str(getattr(row, name))
    if name in FIELDS:
        part, _ = FIELDS[name]
        fields = row.fields.values()
        return " ".join("?" if one is None else separated(getattr(one, part)) for one in fields)
    metric = name.removesuffix("%")
    every = whole(metric, summary)
    return f"{100 * getattr(row, metric) / every:.6g}" if every else "0"
