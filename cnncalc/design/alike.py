"""Formulas of every layer: those alike are told once."""

from collections.abc import Sequence
from math import lcm

from cnncalc.analysis.conventions import Basis
from cnncalc.design.base import Base
from cnncalc.design.formula import Formula, NoFormula, formula_of
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
    space = _common(space, [one for one in whole if isinstance(one, Formula)])
    table = NetworkTable(base, space.names, lambda graph: {})
    graph = table.graph_at(space.anchor)
    names = [layer.name for layer in graph.layers]
    own = [metric for metric in metrics if "." not in metric]
    keys = {name: tuple(f"{name}.{metric}" for metric in own) for name in names}
    table = NetworkTable(
        base, space.names, counted([key for one in keys.values() for key in one], basis)
    )
    told: dict[object, Alike] = {}
    for layer in graph.layers:
        found = tuple(formula_of(base, table, key, space) for key in keys[layer.name])
        if all(isinstance(one, Formula) and not one.pieces[0].polynomial.terms for one in found):
            continue
        bare = tuple(one._replace(metric=metric) for one, metric in zip(found, own, strict=True))
        line = layer.op.notation()
        key = line, repr(bare)
        before = told[key].layers if key in told else ()
        told[key] = Alike((*before, layer.name), line, bare)
    return tuple(told.values())


def _common(space: Space, whole: Sequence[Formula]) -> Space:
    """The steps that all formulas of the whole share, from which no others are looked for."""
    ranges = []
    for axis, (values, anchor) in enumerate(zip(space.ranges, space.anchor, strict=True)):
        steps = [one.pieces[0].domain[axis] for one in whole]
        if not steps:
            ranges.append(values)
            continue
        modulus = lcm(*(one.modulus for one in steps))
        low, high = max(one.first for one in steps), min(one.last for one in steps)
        first = low + (anchor - low) % modulus
        ranges.append(range(first, high + 1, modulus))
    if not whole:
        return space
    return space._replace(ranges=tuple(ranges), factors=tuple((1,) for _ in ranges))
