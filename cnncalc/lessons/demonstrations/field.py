"""Receptive fields as they are computed, and as they are seen when rows of the input move."""

from collections.abc import Callable

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import summarize
from cnncalc.engine.execute import LayerError
from cnncalc.engine.reach import Axis
from cnncalc.engine.verify import Check, field_checks
from cnncalc.graph import Graph
from cnncalc.lessons.bounds import RefusedError
from cnncalc.lessons.demonstrations.base import (
    Demonstration,
    Figures,
    only_input,
    some_of,
    subject_of,
)
from cnncalc.ops.values import show_shape

MOST_LAYERS = 600
MOST_LENGTH = 512
"""Layers, and rows of an input, beyond which fields are not measured here but by `verify`."""


def receptive_field(graph: Graph, advance: Callable[[], None]) -> Demonstration:
    """The field of each layer, computed and measured.

    Raises:
        RefusedError: the network is too large.
    """
    _, shape = only_input(graph)
    if len(shape) == 1:
        raise RefusedError("the input has no places: receptive fields are of maps")
    if len(graph.layers) > MOST_LAYERS or max(shape[1:]) > MOST_LENGTH:
        raise RefusedError(
            f"fields are measured of at most {MOST_LAYERS} layers and {MOST_LENGTH} rows, not of "
            f"{len(graph.layers):,} on {show_shape(shape)}: name a LAYER, or give a smaller input"
        )
    axes = [Axis(label, place) for label in graph.inputs for place in range(len(shape) - 1)]
    shapes = {layer.name: layer.output_shape for layer in graph.layers}
    try:
        checks = field_checks(summarize(graph, Basis()), shapes, axes, advance)
    except LayerError as fault:
        raise RefusedError(str(fault)) from None
    told = [layer for layer in some_of(graph.layers) if layer.name in checks]
    rows = [(layer.name, *_row(checks[layer.name])) for layer in told]
    if not rows:
        raise RefusedError("no layer has a receptive field here: each mixes places of all axes")
    every = [check for each in checks.values() for check in each]
    wrong = [check for check in every if not check.agrees]
    agree = f"{len(every) - len(wrong)} of {len(every)} layers"
    says = [
        (
            f"rows of the input were moved one by one along {len(axes)} axes, with the kernels of "
            f"the engine and weights of one: {agree} see every row that is computed, and no other"
        )
    ]
    says += [f"`{check.layer}` disagrees: {check.note}" for check in wrong[:3]]
    last = checks[graph.layers[-1].name][0] if graph.layers[-1].name in checks else None
    numbers = {
        "layers": len(every),
        "agree": len(every) - len(wrong),
        "computed": last.predicted if last else None,
        "measured": last.seen if last else None,
    }
    figures = Figures(("layer", "computed", "measured", "note"), tuple(rows))
    return Demonstration("receptive-field", subject_of(graph), tuple(says), numbers, figures)


def _row(checks: list[Check]) -> tuple[str, str, str]:
    [check] = checks[:1]
    note = check.note or ""
    return _size(check.predicted), _size(check.seen), note if check.agrees else f"DISAGREES {note}"


def _size(value: object) -> str:
    return show_shape(value) if isinstance(value, tuple) and value else "-"
