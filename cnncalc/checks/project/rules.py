"""Tables of tolerances: how far figures may grow beyond the baseline, or in one change."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cnncalc.checks.project.globs import read_pattern
from cnncalc.checks.project.names import OF_RULES
from cnncalc.checks.project.reader import Reader, leaves
from cnncalc.checks.project.tolerances import Rule, Tolerance, read_tolerance
from cnncalc.checks.settings.places import Path
from cnncalc.checks.stored import GROWING, LAYER_METRICS
from cnncalc.diagnostics import Span

_FORM = 'write `"2%"`, or `"2% or 10K"`'


def read_rule(reader: Reader, table: Mapping[str, Any], path: Path) -> Rule:
    """A table of tolerances, by metric and under `layers` by label and metric.

    `macs = "1% or 10K"` is for the whole, `layers.fc6.parameters = "0"` for a label, and `specs`
    has the globs of the networks that it is about; without it, it is about all.
    """
    reader.check_keys(path, table, (*GROWING, "layers", *OF_RULES), {})
    patterns = None
    if "specs" in table:
        read = partial(read_pattern, has_variant=True)
        patterns = reader.each(table["specs"], (*path, "specs"), read)
    figures: dict[str, Tolerance] = {}
    places: dict[str, Span] = {}
    costs = {key: value for key, value in table.items() if key in GROWING or key == "layers"}
    for names, value, at in leaves(costs, path):
        read_here = _growth(reader, names, value, at)
        figures |= read_here
        places |= dict.fromkeys(read_here, reader.places.value(at))
    return Rule(patterns, figures, reader.flag(table, path), places)


def _growth(
    reader: Reader, names: tuple[str, ...], value: Any, at: Path
) -> Mapping[str, Tolerance]:
    """What is allowed of one figure; nothing where it is refused.

    Args:
        reader: what refuses.
        names: the keys that lead to it in the table.
        value: what is written.
        at: its place.
    """
    of_label = names[0] == "layers"
    metric, figure = names[-1], ".".join(names[1:] if of_label else names)
    if of_label and len(names) < 3:
        is_table = len(names) == 1
        message = "`layers` must be a table" if is_table else f"`{metric}` has no metric"
        reader.refuse(at, message, 'write `layers.LABEL.parameters = "2%"`')
    elif of_label and metric not in LAYER_METRICS:
        known = ", ".join(LAYER_METRICS)
        reader.refuse(at, f"`{metric}` of a label is not stored", f"it is one of {known}")
    elif not of_label and len(names) > 1:
        reader.refuse(at, f"`{names[0]}` must be a percentage", _FORM)
    elif (text := reader.written(value, at)) is None:
        reader.refuse(at, f"`{metric}` must be a percentage", _FORM)
    else:
        read = reader.attempt(at, partial(_tolerance, figure), text, _FORM)
        return {figure: read[0]} if read else {}
    return {}


def _tolerance(figure: str, text: str, _span: Span) -> Tolerance:
    return read_tolerance(text.replace("+", ""), figure)
