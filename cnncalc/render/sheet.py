"""What every table of a summary consists of, and the memory of a network in words."""

from collections.abc import Callable, Iterator, Sequence

from cnncalc.analysis.summary import Summary
from cnncalc.facts import bytes_text
from cnncalc.ops.merge import Mul
from cnncalc.records import Record
from cnncalc.render.columns import Column, Look, chosen, column, field_text, input_rows
from cnncalc.render.outline import Entry, listed, outline
from cnncalc.render.text import printable, shape_text, share_text


class Sheet(Record):
    """The cells of a table as its format writes them; the rows are inputs, then layers.

    Attributes:
        entries: what the rows of layers show, down to a depth of the deepest there is.
    """

    columns: Sequence[Column]
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str]
    entries: Sequence[Entry]
    depth: int
    deepest: int


Write = Callable[[str], str]
"""Gives a text as a format writes it."""


def sheet(summary: Summary, look: Look, write: Write, shape: Write, *, marks: str) -> Sheet:
    """The table of a summary for a document.

    Args:
        summary: the counted network.
        look: the columns, the depth and the layout.
        write: writes a text.
        shape: writes a shape.
        marks: the indent of a level, the sign before a number of equal rounds, and the signs
            before the first layer of a branch and before those behind it; commas between them.
    """
    columns = [column(name, summary, look.layout) for name in chosen(look)]
    indent, times, first, behind = marks.split(",")
    branch = {"start": first, "only": first, "next": behind, "end": behind}

    def cells(name: str, texts: Sequence[str]) -> list[str]:
        pairs = zip(texts, columns, strict=True)
        return [name, *(shape(text) if one.is_shape else write(text) for text, one in pairs)]

    rows = []
    entries, depth, deepest = entries_of(summary, look)
    for entry in entries:
        more = f" {times} {entry.times} (sum)" if entry.times > 1 else ""
        sides = sum(one in {"beside", "past"} for one in entry.guides)
        mark = branch.get(entry.guides[-1], "") if entry.guides else ""
        name = f"{indent * (entry.level + sides)}{mark}{write(entry.label)}{more}"
        rows.append(cells(name, [one.cell(entry) for one in columns]))
    inputs = input_rows(summary, columns, look)
    return Sheet(
        columns,
        cells("Layer", [one.heading for one in columns]),
        [*(cells(write(name), row) for name, row in inputs), *rows],
        cells("total", [one.total for one in columns]),
        entries,
        depth,
        deepest,
    )


def entries_of(summary: Summary, look: Look) -> tuple[list[Entry], int, int]:
    """The entries of a table; with the depth that they show, and the deepest there is."""
    if look.sort is None:
        return outline(summary, look.depth)
    return listed(summary, look.sort, look.top), 1, 1


def fact_lines(summary: Summary, layout: str) -> Iterator[str]:
    """What every table says below its rows: outputs, totals, memory, receptive field."""
    if len(summary.outputs) > 1:
        shown = (
            f"{printable(name)} {shape_text(shape, layout)}"
            for name, shape in summary.outputs.items()
        )
        yield f"Outputs: {', '.join(shown)}"
    yield _counts_line(summary)
    yield from memory_lines(summary)
    yield from _precision_lines(summary)
    yield from _field_lines(summary, layout)
    if summary.misaligned:
        named = ", ".join(map(printable, summary.misaligned[:4]))
        more = f" and {len(summary.misaligned) - 4} more" if len(summary.misaligned) > 4 else ""
        yield f"Misaligned branches meet in {named}{more}"
    yield from note_lines(summary)


def note_lines(summary: Summary) -> Iterator[str]:
    """What the figures are to be read with, a line each."""
    return (f"Note: {printable(note)}" for note in summary.notes)


def _counts_line(summary: Summary) -> str:
    totals = summary.totals
    products = f" + {totals.product_macs:,} product MACs" if totals.product_macs else ""
    return (
        f"{totals.parameters:,} parameters: "
        f"{totals.weights:,} weights + {totals.biases:,} biases; "
        f"{totals.buffers:,} buffers; {totals.flops:,} FLOPs{products}; "
        f"depth {totals.depth}; {totals.layers:,} layer{'s' * (totals.layers != 1)}"
    )


def _precision_lines(summary: Summary) -> Iterator[str]:
    """The MACs by precision, where that is said, and what quantised files have besides."""
    precisions = summary.precisions
    if precisions:
        every = sum(macs for macs, _ in precisions.values())
        shares = (share_text(macs, every) for macs, _ in precisions.values())
        listed = zip(precisions.items(), shares, strict=True)
        told = (f"{kind} {macs:,} ({share} %)" for (kind, (macs, _)), share in listed)
        yield f"MACs by precision: {'; '.join(told)}"
        yield f"BOPs: {summary.bops:,}"
    scales = getattr(summary.widths, "scale_bytes", 0)
    if scales:
        yield f"Scales and zero points: {bytes_text(scales)} more, which are no parameters"


def _field_lines(summary: Summary, layout: str) -> Iterator[str]:
    totals = summary.totals
    if not any(one and one.size for one in totals.receptive_field.values()):
        return
    sees = column("receptive_field", summary, layout).total
    bare = field_text(totals.receptive_field_without_gates, "size")
    if summary.gates and bare != sees:
        gates = set(summary.gates)
        rows = (row for row in summary.rows if row.layer.name in gates)
        are_gates = all(isinstance(row.layer.op, Mul) for row in rows)
        through = "gates" if are_gates else "branches that see everything"
        without = "gates" if are_gates else "them"
        yield (
            f"Receptive field of the last map: all of {sees} through {through}; "
            f"{bare} without {without}"
        )
    else:
        yield f"Receptive field of the last map: {sees}"


def memory_lines(summary: Summary) -> Iterator[str]:
    """The memory of weights and activations; that of training only for a named optimizer."""
    totals, size = summary.totals, summary.widths.peak_scale
    batch = f"batch {summary.batch}, " if summary.batch > 1 else ""
    yield (
        f"Memory ({batch}{printable(summary.dtype)}): weights {bytes_text(totals.weight_bytes)}, "
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
