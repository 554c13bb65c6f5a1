"""Formulas of every layer: those alike are told once."""

from collections.abc import Sequence

from cnncalc.analysis.conventions import Basis
from cnncalc.design.base import Base
from cnncalc.design.common import common_space, formulas_of
from cnncalc.design.formula import Formula, NoFormula
from cnncalc.design.quest import Space
from cnncalc.design.table import NetworkTable, counted
from cnncalc.records import Record


class Alike(Record):
    """Layers whose metrics have the same formulas.

    Attributes:
        layers: their names, in order.
        line: what the first of them does, as a spec writes it.
        found: for each metric its formula, or why it has none.
    """

    layers: tuple[str, ...]
    line: str
    found: tuple[Formula | NoFormula, ...]


def alike_layers(
    base: Base,
    metrics: Sequence[str],
    whole: Sequence[Formula | NoFormula],
    space: Space,
    *,
    basis: Basis,
) -> tuple[Alike, ...]:
    """The metrics of each layer that has any, on the steps on which those of the whole hold.

    Args:
        base: the network.
        metrics: the metrics, of the whole.
        whole: their formulas.
        space: where these were looked for.
        basis: by what is counted.
    """
    space = common_space(space, [one for one in whole if isinstance(one, Formula)])
    table = NetworkTable(base, space.names, lambda graph: {})
    graph = table.graph_at(space.anchor)
    names = [layer.name for layer in graph.layers]
    own = [metric for metric in metrics if "." not in metric]
    keys = {name: tuple(f"{name}.{metric}" for metric in own) for name in names}
    table = NetworkTable(
        base, space.names, counted([key for one in keys.values() for key in one], basis)
    )
    every = [key for one in keys.values() for key in one]
    told_of = dict(zip(every, formulas_of(base, table, every, space), strict=True))
    told: dict[object, Alike] = {}
    for layer in graph.layers:
        found = tuple(told_of[key] for key in keys[layer.name])
        if all(isinstance(one, Formula) and not one.pieces[0].polynomial.terms for one in found):
            continue
        bare = tuple(one._replace(metric=metric) for one, metric in zip(found, own, strict=True))
        line = layer.op.notation()
        key = line, repr(bare)
        before = told[key].layers if key in told else ()
        told[key] = Alike((*before, layer.name), line, bare)
    return tuple(told.values())
