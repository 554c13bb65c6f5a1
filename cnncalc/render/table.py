"""A summary as a table for the terminal."""

import io
from collections.abc import Mapping
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cnncalc.analysis.conventions import FOOTER
from cnncalc.analysis.summary import Summary
from cnncalc.records import Record
from cnncalc.render.columns import DEFAULT, Column, column
from cnncalc.render.memory import memory_lines
from cnncalc.render.outline import Entry, outline
from cnncalc.render.text import printable, shape_text

_GAP = 2
_GUIDES = {"pipe": "│  ", "tee": "├─ ", "elbow": "└─ ", "blank": "   ", "rule": "─"}
_ASCII_GUIDES = {"pipe": "|  ", "tee": "|- ", "elbow": "`- ", "blank": "   ", "rule": "-"}


class Look(Record):
    """How a table is drawn, and what the terminal can show; a width of None is without end."""

    columns: tuple[str, ...] | None = None
    depth: int | None = None
    layout: str = "chw"
    width: int | None = None
    has_color: bool = False
    is_ascii: bool = False

    @property
    def guides(self) -> Mapping[str, str]:
        """The strokes of the tree and the rules."""
        return _ASCII_GUIDES if self.is_ascii else _GUIDES


def render_table(summary: Summary, look: Look) -> str:
    """The whole summary: title, tree, totals, conventions."""
    entries, shown, deepest = outline(summary, look.depth)
    names = [f"{_guide(entry, look)}{_label(entry)}" for entry in entries]
    columns = _fitting_columns(summary, look, names, entries)
    cells = [[one.cell(entry) for one in columns] for entry in entries]
    inputs = [
        [name, *(shape_text(shape, look.layout) if _is_output(one) else "" for one in columns)]
        for name, shape in summary.graph.inputs.items()
    ]
    total = ["total", *(one.total for one in columns)]
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Layer", no_wrap=True, overflow="ellipsis")
    for one in columns:
        justify: Literal["left", "right"] = "right" if one.is_number else "left"
        table.add_column(one.heading, justify=justify, no_wrap=True, overflow="ellipsis")
    grid = [
        *inputs,
        *([name, *row] for name, row in zip(names, cells, strict=True)),
        total,
    ]
    widths = [
        max(cell_len(row[place]) for row in [["Layer", *(c.heading for c in columns)], *grid])
        for place in range(len(total))
    ]
    rule = [look.guides["rule"] * width for width in widths]
    table.add_row(*rule, style="dim")
    for row in inputs:
        table.add_row(*map(Text, row))
    for entry, name, row in zip(entries, names, cells, strict=True):
        table.add_row(*map(Text, [name, *row]), style="bold" if entry.is_group else "")
    table.add_row(*rule, style="dim")
    table.add_row(*map(Text, total), style="bold")
    needed = sum(widths) + _GAP * len(widths)
    console = _console(look, needed)
    _print_title(console, summary)
    console.print(table)
    _print_facts(console, summary, look)
    if shown < deepest:
        line = f"Depth {shown} of {deepest} is shown; `--depth all` shows every layer."
        console.print(Text(line, style="dim"))
    return "".join(
        f"{line.rstrip()}\n"
        for line in console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    )


def _console(look: Look, needed: int) -> Console:
    width = look.width or max(needed, 80)
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=look.has_color,
        color_system="standard" if look.has_color else None,
        no_color=not look.has_color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def _fitting_columns(
    summary: Summary, look: Look, names: list[str], entries: list[Entry]
) -> list[Column]:
    """The columns asked for, or as many of the usual ones as the width holds."""
    if look.columns is not None:
        return [column(name, summary, look.layout) for name in look.columns]
    shares = ("op", "output", "parameters", "macs", "macs%")
    choices = (DEFAULT, DEFAULT[1:], shares[1:], ("output", "parameters", "macs"))
    for choice in choices:
        columns = [column(name, summary, look.layout) for name in choice]
        if look.width is None or _needed(columns, names, entries) <= look.width:
            break
    return columns


def _needed(columns: list[Column], names: list[str], entries: list[Entry]) -> int:
    width = max(map(cell_len, names), default=5)
    for one in columns:
        cells = [one.heading, one.total, *map(one.cell, entries)]
        width += _GAP + max(map(cell_len, cells))
    return width


def _is_output(one: Column) -> bool:
    return one.heading.startswith("Output")


def _guide(entry: Entry, look: Look) -> str:
    guides = look.guides
    above = [guides["blank" if is_last else "pipe"] for is_last in entry.is_last[:-1]]
    return "".join([*above, guides["elbow" if entry.is_last[-1] else "tee"]])


def _label(entry: Entry) -> str:
    label = printable(entry.label)
    return f"{label} x {entry.times}" if entry.times > 1 else label


def _print_title(console: Console, summary: Summary) -> None:
    graph = summary.graph
    title = graph.name if graph.variant is None else f"{graph.name}:{graph.variant}"
    console.print(Text(printable(title), style="bold"))
    if graph.source:
        console.print(Text(printable(graph.source), style="dim"))
    if graph.description:
        console.print(Text(printable(graph.description), style="dim"))
    console.print()


def _print_facts(console: Console, summary: Summary, look: Look) -> None:
    totals = summary.totals
    console.print()
    if len(summary.outputs) > 1:
        shown = (
            f"{printable(name)} {shape_text(shape, look.layout)}"
            for name, shape in summary.outputs.items()
        )
        console.print(Text(f"Outputs: {', '.join(shown)}"))
    for line in (_counts_line(summary), *memory_lines(summary)):
        console.print(Text(line))
    field = totals.receptive_field
    if any(one and one.size for one in field.values()):
        sees = column("receptive_field", summary, look.layout).total
        console.print(Text(f"Receptive field of the last map: {sees}"))
    if summary.misaligned:
        named = ", ".join(map(printable, summary.misaligned[:4]))
        more = f" and {len(summary.misaligned) - 4} more" if len(summary.misaligned) > 4 else ""
        console.print(Text(f"Misaligned branches meet in {named}{more}"))
    console.print(Text(FOOTER, style="dim"))


def _counts_line(summary: Summary) -> str:
    totals = summary.totals
    return (
        f"{totals.weights:,} weights + {totals.biases:,} biases; "
        f"{totals.buffers:,} buffers; {totals.flops:,} FLOPs; "
        f"depth {totals.depth}; {totals.layers:,} layer{'s' * (totals.layers != 1)}"
    )
