"""What every table of a summary consists of, and the memory of a network in words."""

from collections.abc import Callable, Iterator, Sequence

from cnncalc.analysis.conventions import BYTES_PER_VALUE
from cnncalc.analysis.summary import Summary
from cnncalc.facts import bytes_text
from cnncalc.records import Record
from cnncalc.render.columns import DEFAULT, Column, Look, column, input_rows
from cnncalc.render.outline import outline
from cnncalc.render.text import printable


class Sheet(Record):
    """The cells of a table as its format writes them; the rows are inputs, then layers."""

    columns: Sequence[Column]
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str]


Write = Callable[[str], str]
"""Gives a text as a format writes it."""


def sheet(summary: Summary, look: Look, write: Write, shape: Write, *, marks: str) -> Sheet:
    """The table of a summary for a document.

    Args:
        summary: the counted network.
        look: the columns, the depth and the layout.
        write: writes a text.
        shape: writes a shape.
        marks: the indent of a level, a comma, and the sign before a number of equal layers.
    """
    columns = [column(name, summary, look.layout) for name in look.columns or DEFAULT]
    indent, times = marks.split(",")

    def cells(name: str, texts: Sequence[str]) -> list[str]:
        pairs = zip(texts, columns, strict=True)
        return [name, *(shape(text) if one.is_shape else write(text) for text, one in pairs)]

    rows = []
    for entry in outline(summary, look.depth)[0]:
        more = f" {times} {entry.times} (sum)" if entry.times > 1 else ""
        name = f"{indent * entry.level}{write(entry.label)}{more}"
        rows.append(cells(name, [one.cell(entry) for one in columns]))
    inputs = input_rows(summary, columns, look.layout)
    return Sheet(
        columns,
        cells("Layer", [one.heading for one in columns]),
        [*(cells(write(name), row) for name, row in inputs), *rows],
        cells("total", [one.total for one in columns]),
    )


def memory_lines(summary: Summary) -> Iterator[str]:
    """The memory of weights and activations; that of training only for a named optimizer."""
    totals, size = summary.totals, BYTES_PER_VALUE[summary.dtype]
    batch = f"batch {summary.batch}, " if summary.batch > 1 else ""
    yield (
        f"Memory ({batch}{summary.dtype}): weights {bytes_text(totals.weight_bytes)}, "
        f"activations {bytes_text(totals.activation_bytes)}, "
        f"peak {bytes_text(totals.peak_activation_bytes)}"
    )
    if summary.peak.layer:
        alive = " + ".join(
            f"{printable(one.name)} {bytes_text(one.elements * summary.batch * size)}"
            for one in summary.peak.alive
        )
        yield f"Peak in {printable(summary.peak.layer)}: {alive}"
    if step := summary.training:
        yield (
            f"Training with {step.optimizer}: {bytes_text(step.total)} = "
            f"weights {bytes_text(step.weights)} + gradients {bytes_text(step.gradients)} + "
            f"optimizer {bytes_text(step.optimizer_state)} + "
            f"kept for backward {bytes_text(step.activations)}"
        )
