"""How wide the values of a network are, and what a layer adds to a metric by that."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.costs import Cost, Uniform
from cnncalc.graph import Graph, Layer
from cnncalc.metrics import Metric

if TYPE_CHECKING:
    from cnncalc.analysis.widths import Bits


def widths_of(graph: Graph, basis: Basis) -> "Uniform | Bits":
    """How wide values are: as it is asked for, else as a model's file has them.

    Raises:
        ValueError: it is asked for a layer that is not there.
    """
    if basis.precision is None and (basis.is_typed or graph.stored is None):
        return Uniform(basis.value_bytes)
    from cnncalc.analysis.widths import bits_of  # noqa: PLC0415 - where values differ

    return bits_of(graph, basis.precision)


def amount_of(one: Metric, widths: "Uniform | Bits", batch: int) -> Callable[[Layer, Cost], int]:
    """What one layer adds to a metric that layers add up to."""
    times = one.factor * (batch if one.is_per_example else 1)
    if one.is_wide:
        measure: Callable[[Layer, Cost], int] = getattr(widths, one.name)
        return lambda layer, counted: times * measure(layer, counted)
    return lambda _layer, counted: times * sum([getattr(counted, part) for part in one.parts])
