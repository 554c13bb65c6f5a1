"""Tables of tolerances: how far the figures of some networks may grow beyond the baseline."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.checks.baseline.records import GROWING, LAYER_METRICS
from cnncalc.checks.baseline.tolerances import Rule, Tolerance, read_tolerance
from cnncalc.checks.project.globs import read_pattern
from cnncalc.checks.settings.places import Path
from cnncalc.diagnostics import Span

if TYPE_CHECKING:
    from cnncalc.checks.project.read import Reader

_FORM = 'write `"2%"`, or `"2% or 10K"`'


def read_rule(reader: "Reader", table: Mapping[str, Any], path: Path) -> Rule:
    """A table of tolerances, by metric and under `layers` by label and metric.

    `macs = "1% or 10K"` is for the whole, `layers.fc6.parameters = "0"` for a label, and `specs`
    has the globs of the networks that it is about; without it, it is about all.
    """
    reader.check_keys(path, table, (*GROWING, "layers", "specs"), {})
    patterns = None
    if "specs" in table:
        read = partial(read_pattern, has_variant=True)
        patterns = reader.each(table["specs"], (*path, "specs"), read)
    figures: dict[str, Tolerance] = {}
    for names, value, at in leaves({key: table[key] for key in table if key != "specs"}, path):
        of_label = names[0] == "layers"
        metric, figure = names[-1], ".".join(names[1:] if of_label else names)
        if of_label and len(names) < 3:
            message = (
                "`layers` must be a table" if len(names) == 1 else f"`{metric}` has no metric"
            )
            reader.refuse(at, message, 'write `layers.LABEL.parameters = "2%"`')
        elif of_label and metric not in LAYER_METRICS:
            known = ", ".join(LAYER_METRICS)
            reader.refuse(at, f"`{metric}` of a label is not stored", f"it is one of {known}")
        elif metric in GROWING:
            text = reader.written(value, at)
            if text is None:
                reader.refuse(at, f"`{metric}` must be a percentage", _FORM)
                continue
            for tolerance in reader.attempt(at, partial(_tolerance, figure), text, _FORM):
                figures[figure] = tolerance
    return Rule(patterns, figures)


def _tolerance(figure: str, text: str, _span: Span) -> Tolerance:
    return read_tolerance(text, figure)


def leaves(value: Any, path: Path) -> Iterator[tuple[tuple[str, ...], Any, Path]]:
    """The values in tables within tables, each with the keys that lead to it and its path."""
    pending: list[tuple[tuple[str, ...], Any, Path]] = [((), value, path)]
    while pending:
        names, value, at = pending.pop()
        if isinstance(value, dict):
            items = [((*names, key), inner, (*at, key)) for key, inner in value.items()]
            pending.extend(reversed(items))
        else:
            yield names, value, at
