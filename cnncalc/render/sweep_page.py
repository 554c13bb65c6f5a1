"""A sweep as a page: any two of its numbers against each other, and tables of what is chosen."""

from collections.abc import Mapping
from typing import Any

from cnncalc.design.sweep.result import Sweep
from cnncalc.design.sweep.select import LARGER
from cnncalc.metrics import METRICS
from cnncalc.printable import printable
from cnncalc.render.sweep import as_columns, heading_text, told
from cnncalc.report.page import page_of, render_page

MOST_DESIGNS = 20_000
"""Designs of a page: it holds all that it shows."""

MOST_NAMES = 3
"""Networks that the title names."""


def render_sweep_page(sweep: Sweep) -> str:
    """The page as HTML, in ASCII: of the designs that are kept, the first 20,000."""
    names = [one.name for one in sweep.points.space.networks]
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    title = f"Designs of {', '.join(names[:MOST_NAMES])}{more}"
    return render_page({**page_of(title, []), "sweep": sweep_document(sweep)})


def sweep_document(sweep: Sweep) -> dict[str, Any]:
    """What the page reads: a list of values for each column."""
    shown = sweep._replace(kept=sweep.kept[:MOST_DESIGNS])
    columns = as_columns(shown)
    if not sweep.faults:
        columns.popitem()
    ways = {one.name: one.is_larger for one in sweep.pareto}
    return {
        "told": " ".join(told(sweep, len(shown.kept))),
        "axes": [*ways][:2],
        "columns": [_column(name, values, ways) for name, values in columns.items()],
        "values": [[_value(one) for one in values] for values in columns.values()],
    }


def _column(name: str, values: list[Any], ways: Mapping[str, bool]) -> dict[str, Any]:
    own = name.rpartition(".")[2]
    known = [value for value in values if value is not None]
    is_number = bool(known) and all(type(value) in {int, float} for value in known)
    return {
        "name": name,
        "title": heading_text(name),
        "unit": "bytes" if own in METRICS and METRICS[own].is_bytes else "values",
        "kind": "number" if is_number else "text",
        "is_larger": ways.get(name, own in LARGER),
    }


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return printable(value) if isinstance(value, str) else value
