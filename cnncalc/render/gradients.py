"""The gradients of a network as text or JSON."""

import textwrap
from collections.abc import Sequence
from math import log10
from typing import TYPE_CHECKING, Any

from cnncalc.engine.weights import INITIALISATIONS
from cnncalc.ops.values import show_shape
from cnncalc.render.grid import draw_table
from cnncalc.render.json_text import json_text
from cnncalc.render.text import printable, title

if TYPE_CHECKING:
    from cnncalc.engine.gradients import Asked, LayerGradient, NetworkGradients

WIDTH = 79
"""Columns of what is prose."""

OF_ONE = (
    "Norm: Euclidean, of the gradient of all values that a layer trains; per weight: its root "
    "mean square; of output: the norm for all examples together."
)
"""What the columns of one network are."""

OF_SEVERAL = (
    "First, middle, last: the root mean square of the gradient of a weight in that layer, of the "
    "layers that multiply."
)
"""What those of several are."""

BAR = 12
"""The length of the longest bar."""

HEADINGS = ("Layer", "Op", "Weights", "Norm", "Per weight", "Of output", "")
"""Of the table of one network."""

COMPARED = ("Network", "Layers", "Loss", "First", "Middle", "Last", "First / last")
"""Of the table of several."""


def render_gradients(found: "NetworkGradients", *, is_whole: bool, is_ascii: bool) -> str:
    """Every layer that multiplies on a line, or every layer, and what it was drawn from."""
    shown = found.layers if is_whole else found.weighty
    largest = max((one.usual or 0.0 for one in shown), default=0.0)
    rows = [HEADINGS]
    rows += [
        (
            printable(one.layer.name),
            one.layer.op.name,
            f"{one.weights:,}" if one.weights else "-",
            amount(one.of_weights),
            amount(one.usual),
            amount(one.of_output),
            _bar(one, largest, is_ascii=is_ascii),
        )
        for one in shown
    ]
    inputs = ", ".join(map(show_shape, found.graph.inputs.values()))
    examples = f"{found.asked.batch} example{'s' * (found.asked.batch != 1)} of {inputs}"
    head = f"{printable(title(found.graph))}, {examples}: {found.asked.loss} {found.loss:.4g}"
    lines = [head, "", *draw_table(rows, (2, 3, 4, 5), is_ascii=is_ascii), ""]
    if found.ratio is not None:
        first, last = found.weighty[0].layer.name, found.weighty[-1].layer.name
        lines.append(
            f"A weight of {printable(first)} has {times(found.ratio)} the gradient of one of "
            f"{printable(last)}."
        )
    return "".join(f"{line}\n" for line in [*lines, *notes(found.asked, OF_ONE)])


def render_compared(
    several: "Sequence[NetworkGradients]", asked: "Asked", *, is_ascii: bool
) -> str:
    """A line for each network: the gradient of a weight of its first, middle and last layer."""
    rows = [COMPARED]
    for found in several:
        layers = found.weighty
        usual = [layers[at].usual for at in (0, len(layers) // 2, -1)] if layers else [None] * 3
        ratio = "-" if found.ratio is None else amount(found.ratio)
        told = (printable(title(found.graph)), str(len(layers)), f"{found.loss:.4g}")
        rows.append((*told, *map(amount, usual), ratio))  # type: ignore[arg-type]
    lines = [*draw_table(rows, range(1, 7), is_ascii=is_ascii), "", *notes(asked, OF_SEVERAL)]
    return "".join(f"{line}\n" for line in lines)


def notes(asked: "Asked", numbers: str) -> list[str]:
    """What the numbers are to be read with: how weights were drawn, and what is normalised."""
    weights = INITIALISATIONS[asked.initialisation]
    text = (
        f"Weights by {weights}; factors of normalisation around 1 and biases around 0, each with "
        f"a deviation of 0.1; inputs standard normal; seed {asked.seed}, float64. Batch "
        f"normalisation uses the batch, dropout drops. {numbers}"
    )
    return textwrap.wrap(text, WIDTH)


def render_gradients_json(several: "Sequence[NetworkGradients]") -> str:
    """The gradients by schema version 1; a list of several networks."""
    documents = [_document(found) for found in several]
    return json_text(documents[0] if len(documents) == 1 else documents)


def _document(found: "NetworkGradients") -> dict[str, Any]:
    return {
        "schema_version": 1,
        "name": found.graph.name,
        "variant": found.graph.variant,
        "input": {name: list(shape) for name, shape in found.graph.inputs.items()},
        "batch": found.asked.batch,
        "seed": found.asked.seed,
        "initialisation": found.asked.initialisation,
        "loss": {"name": found.asked.loss, "value": found.loss},
        "layers": [
            {
                "name": one.layer.name,
                "op": one.layer.op.name,
                "parameters": one.weights,
                "gradient_of_weights": one.of_weights,
                "gradient_of_a_weight": one.usual,
                "gradient_of_output": one.of_output,
            }
            for one in found.layers
        ],
        "first_to_last": found.ratio,
    }


def amount(value: float | None) -> str:
    """A number of any magnitude with three digits.

    Example:
        >>> amount(0.0312), amount(4.1e-12), amount(None)
        ('0.0312', '4.10e-12', '-')
    """
    if value is None:
        return "-"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    return f"{value:.2e}"


def times(ratio: float) -> str:
    """A ratio as words say it: `0.0131 times`, `12.4 times`."""
    return f"{amount(ratio)} times"


def _bar(one: "LayerGradient", largest: float, *, is_ascii: bool) -> str:
    """As long as the gradient of a weight is large, by the powers of ten below the largest."""
    if not one.usual or not largest:
        return ""
    length = max(round(BAR + log10(one.usual / largest) * 2), 1)
    return ("#" if is_ascii else "█") * length
