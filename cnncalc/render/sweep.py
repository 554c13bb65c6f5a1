"""A sweep as a table, as CSV, as JSON and as JSON lines.

All but the table come in parts: of designs there may be millions.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from cnncalc.design.sweep.result import Sweep
from cnncalc.design.sweep.space import FAULT, TIME, Points
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS, title_of
from cnncalc.render.csv import text_cell
from cnncalc.render.grid import GAP, cut, draw_table, taken, widths_of
from cnncalc.render.text import printable, scaled

MOST_ROWS = 200
"""Designs that a table shows, unless more are asked for."""

PART = 10_000
"""Designs of a part."""

NARROWEST_FAULT = 24
"""Columns of the terminal that a fault has at least."""


def value_text(value: Any) -> str:
    """A value of a variable as `--set` takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(value_text, value))}]"
    return "" if value is None else str(value)


def render_sweep_table(
    sweep: Sweep, width: int | None = None, most: int | None = MOST_ROWS, *, is_ascii: bool = False
) -> str:
    """The designs that are kept, one a line, and how many there are.

    Args:
        sweep: the designs.
        width: columns of the terminal; numbers are shortened, and the last columns left out, where
            they do not fit.
        most: how many are shown.
        is_ascii: whether to do without other characters.
    """
    heading, rows = first_rows(sweep, most)
    below = told(sweep, len(rows))
    if not rows:
        return "\n".join(below) + "\n"
    hidden: list[str] = []
    cells = _cells(heading, rows, width, is_exact=True)
    if width is not None and taken(widths_of(cells)) > width:
        cells = _cells(heading, rows, width, is_exact=False)
    least = len(sweep.points.space.names) + (heading[-1] == FAULT)
    while width is not None and taken(widths_of(cells)) > width and len(heading) > least:
        last = -2 if heading[-1] == FAULT else -1  # a fault is told, whatever else is not
        hidden.insert(0, heading.pop(last))
        rows = [_without(row, last) for row in rows]
        cells = _cells(heading, rows, width, is_exact=False)
    numbers = number_places(heading, rows)
    if hidden:
        below.append(f"Hidden at this width: {', '.join(map(printable, hidden))}.")
    return "\n".join([*draw_table(cells, numbers, is_ascii=is_ascii), "", *below]) + "\n"


def _without(row: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    """A row without one of its cells."""
    cells = [*row]
    del cells[place]
    return tuple(cells)


def first_rows(sweep: Sweep, most: int | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """A heading, and some rows; without the column of faults where no row has one."""
    rows = [*islice(sweep.cells(), most)]
    heading = [*sweep.heading]
    if all(row[-1] is None for row in rows):
        return heading[:-1], [row[:-1] for row in rows]
    return heading, rows


def number_places(heading: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """The places of the columns that hold numbers alone."""
    numbers = [place for place, name in enumerate(heading) if name != FAULT]
    return [place for place in numbers if not _has_words(rows, place)]


def told(sweep: Sweep, shown: int) -> list[str]:
    """How many designs there are, and what became of them."""
    every, done, matching = len(sweep.points.chosen), len(sweep.done), sweep.matching
    parts = [f"{every:,} design{'' if every == 1 else 's'}"]
    if done < every:
        parts.append(f"{done:,} evaluated")
    if sweep.faults:
        parts.append(f"{len(sweep.faults):,} with a fault")
    if sweep.pareto:
        names = ", ".join(printable(one.name) for one in sweep.pareto)
        parts.append(f"{matching:,} in the Pareto front of {names}")
    elif matching < done:
        parts.append(f"{matching:,} match")
    if shown < len(sweep.kept):
        parts.append(f"the first {shown:,} shown: `-o designs.csv` has all")
    elif shown < matching:
        parts.append(f"the first {shown:,} shown")
    return ["; ".join(parts) + "."]


def _has_words(rows: Sequence[Sequence[Any]], place: int) -> bool:
    return any(isinstance(row[place], str | tuple | bool) for row in rows)


def _cells(
    heading: Sequence[str], rows: Sequence[Sequence[Any]], width: int | None, *, is_exact: bool
) -> list[list[str]]:
    """A heading and rows as they are drawn; faults are cut to what the width leaves."""
    found = [[heading_text(name) for name in heading]]
    for row in rows:
        pairs = zip(heading, row, strict=True)
        found.append([cell_text(name, value, is_exact=is_exact) for name, value in pairs])
    if heading[-1] == FAULT and width is not None:
        others = taken(widths_of([row[:-1] for row in found]))
        room = max(width - others - GAP, NARROWEST_FAULT)
        found = [[*row[:-1], cut(row[-1], room)] for row in found]
    return found


def heading_text(name: str) -> str:
    """The title of a metric; what else there is is named as it is asked for."""
    if name.startswith(TIME):
        return f"ms on {printable(name.removeprefix(TIME))}"
    return title_of(name) if name in METRICS and name != FAULT else printable(name)


def cell_text(name: str, value: Any, *, is_exact: bool) -> str:
    """A value as a table has it: bytes in units, other counts exact or in four digits."""
    if name.startswith(TIME) and value is not None:
        return f"{value:.4g}"
    metric = METRICS.get(name.rpartition(".")[2])
    if value is None:
        return "" if name == FAULT else "-"
    if type(value) is not int or metric is None:
        return printable(value_text(value))
    if metric.is_bytes:
        return bytes_text(value)
    return f"{value:,}" if is_exact else scaled(value)


def time_lines(points: Points) -> Iterator[str]:
    """What is known of the error of each time."""
    batch = points.basis.batch
    for name, device in points.devices.items():
        missed = device.errors
        half, most = (f"{100 * one:.0f} %" for one in (missed.half, missed.nine_of_ten))
        told = f"half of the families not timed are within {half}, nine of ten within {most}"
        first, last = device.batches
        if not first <= batch <= last:
            told += f"; a batch of {batch:,} was not timed, but {first:,} to {last:,}"
        yield f"{printable(name)} is an estimate: {told}."


def csv_parts(sweep: Sweep) -> Iterator[str]:
    """The designs that are kept, one a line; a text that a spreadsheet would run is quoted."""
    yield _csv([sweep.heading])
    rows = sweep.cells()
    while part := [*islice(rows, PART)]:
        yield _csv([_csv_cell(value) for value in row] for row in part)


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _csv_cell(value: Any) -> Any:
    if type(value) is int or value is None:
        return value
    text = value_text(value)
    return text_cell(text) if isinstance(value, str | tuple) else text


def json_line_parts(sweep: Sweep) -> Iterator[str]:
    """The designs that are kept, each as an object in a line of its own."""
    rows = sweep.cells()
    while part := [*islice(rows, PART)]:
        yield "".join(f"{_object(sweep.heading, row)}\n" for row in part)


def json_parts(sweep: Sweep) -> Iterator[str]:
    """The sweep as one object, a design a line."""
    head = json.dumps(sweep.head())
    yield f'{head[:-1]},\n "rows": ['
    rows, before = sweep.cells(), "\n  "
    while part := [*islice(rows, PART)]:
        yield before + ",\n  ".join(_object(sweep.heading, row) for row in part)
        before = ",\n  "
    yield "]}\n"


def _object(heading: Sequence[str], row: Sequence[Any]) -> str:
    return json.dumps(dict(zip(heading, row, strict=True)), check_circular=False)


def as_columns(sweep: Sweep) -> dict[str, list[Any]]:
    """The designs that are kept as columns of one kind each: whole numbers, decimals or texts."""
    columns = dict(zip(sweep.heading, map(list, zip(*sweep.cells(), strict=True)), strict=False))
    return {name: _of_one_kind(columns.get(name, [])) for name in sweep.heading}


def _of_one_kind(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} or kinds <= {float} or kinds <= {bool}:
        return values
    if kinds <= {int, float}:
        return [None if value is None else float(value) for value in values]
    return [None if value is None else value_text(value) for value in values]
