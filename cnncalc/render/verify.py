"""A verification as text or JSON."""

import json
from typing import TYPE_CHECKING, Any

from cnncalc.metrics import title_of
from cnncalc.ops.values import show_shape
from cnncalc.render.grid import draw_table
from cnncalc.render.json_text import json_lines
from cnncalc.render.text import printable, title

if TYPE_CHECKING:
    from cnncalc.engine.verify import Check, Verification

_WORDS = {
    "values": "values off by", "bytes": "output bytes", "field": "receptive field",
    "kept": "kept for backward", "kept_bytes": "bytes kept for backward",
    "gradient_bytes": "bytes of gradients",
}  # fmt: skip
"""What is checked besides metrics."""


def render_verify_json(found: "Verification") -> str:
    """The verification by schema version 1, one check a line."""
    head = found.to_dict()
    return json_lines(head, "checks", map(json.dumps, head.pop("checks")), is_ascii=True)


def render_verify_table(found: "Verification", *, is_ascii: bool = False) -> str:
    """Every check on a line: layer, what was checked, what was predicted and what was seen."""
    rows = [("Layer", "Checked", "Predicted", "Seen", "")]
    before: str | None = ""
    for check in found.checks:
        layer = "" if check.layer == before else printable(check.layer or "whole network")
        before = check.layer
        note = f"({printable(check.note)})" if check.note else ""
        mark = note if check.agrees else f"DISAGREES {note}"
        rows.append(
            (layer, words(check), value_text(check.predicted), value_text(check.seen), mark)
        )
    return "".join(f"{line}\n" for line in draw_table(rows, (2, 3), is_ascii=is_ascii))


def verdict(found: "Verification") -> str:
    """One line: whether the network's numbers agree with the run."""
    wrong = len(found.disagreements)
    inputs = ", ".join(map(show_shape, found.graph.inputs.values()))
    layers = len(found.graph.layers)
    counted = f"{len(found.checks):,} numbers of {layers:,} layer{'s' * (layers != 1)}"
    run = f"a run on {inputs}"
    if found.examples is not None:
        run = f"a training step on {found.examples} examples of {inputs}"
    how = f"{run} ({found.dtype}, seed {found.seed})"
    holds = f"{wrong:,} of {counted} disagree" if wrong else f"all {counted} agree"
    return f"{printable(title(found.graph))}: {holds} with {how}{_moved(found)}\n"


def _moved(found: "Verification") -> str:
    """How much of the gradients was held against differences."""
    if found.moved is None:
        return ""
    moved, values = found.moved
    some = "all" if moved == values else f"{moved:,} of"
    return f"; {some} {values:,} values with a gradient were moved for differences"


def disagreement(check: "Check") -> str:
    """One line for a check that failed: the layer and the numbers."""
    where = printable(check.layer or "the whole network")
    note = f": {printable(check.note)}" if check.note else ""
    return (
        f"{where}: {words(check)}: predicted {value_text(check.predicted)}, "
        f"seen {value_text(check.seen)}{note}\n"
    )


def overflowing(found: "Verification") -> str:
    """Why some values were not compared."""
    where = f"`{printable(found.overflow or '')}` is the first layer with values that are"
    left = "they and what follows from them were not compared; look at the weights before it"
    if found.examples is not None:
        return f"{where} too large for differences, or no numbers: {left}"
    wider = "" if found.dtype == "float64" else ", or try --dtype float64"
    return f"{where} too large for {found.dtype}, or no numbers: {left}{wider}"


def words(check: "Check") -> str:
    """What was checked, as a table says it."""
    if check.metric.startswith("gradient of "):
        return printable(check.metric)
    return _WORDS.get(check.metric) or title_of(printable(check.metric))


def value_text(value: Any) -> str:
    """A number with separators, a shape with crosses."""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return show_shape(value) if value else "-"
    return "-" if value is None else str(value)
