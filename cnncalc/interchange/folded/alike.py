"""Whether two graphs are equal layer by layer but for the names."""

from collections.abc import Mapping

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.folded.nested import Parts
from cnncalc.ops.merge import Concat


def is_same(graph: Graph, other: Graph) -> bool:
    """Whether both have the same layers in the same order, wired alike, and the same ends.

    A concatenation may read another one, or all parts of that: it gives the same tensor.
    """
    if len(graph.layers) != len(other.layers) or graph.auxiliary or other.auxiliary:
        return False
    if list(graph.inputs.values()) != list(other.inputs.values()):
        return False
    one, two = places(graph), places(other)
    ends = [one.get(name) for name in graph.outputs.values()]
    if ends != [two.get(name) for name in other.outputs.values()]:
        return False
    mine, yours = Parts(graph, one), Parts(other, two)
    try:
        return all(
            is_same_layer(layer, peer, one, two) and reads_same(layer, peer, mine, yours)
            for layer, peer in zip(graph.layers, other.layers, strict=True)
        )
    except OverflowError:
        return False


def places(graph: Graph) -> dict[str, int]:
    """The number of each tensor in the order in which they come."""
    names = [*graph.inputs, *(layer.name for layer in graph.layers)]
    return {name: number for number, name in enumerate(names)}


def is_same_layer(
    mine: Layer, yours: Layer, one: Mapping[str, int], two: Mapping[str, int]
) -> bool:
    """Whether two layers do the same with the same numbers."""
    return (
        type(mine.op) is type(yours.op)
        and mine.output_shape == yours.output_shape
        and (mine.op == yours.op or mine.op.resolved(mine.input_shapes)
             == yours.op.resolved(yours.input_shapes))
        and one.get(mine.shares or "") == two.get(yours.shares or "")
        and sorted(mine.parameters.values()) == sorted(yours.parameters.values())
    )  # fmt: skip


def reads_same(mine: Layer, yours: Layer, one: Parts, two: Parts) -> bool:
    """Whether two layers read the same tensors."""
    reads = [one.numbers[name] for name in mine.inputs]
    if reads == [two.numbers[name] for name in yours.inputs]:
        return mine.input_shapes == yours.input_shapes
    return isinstance(mine.op, Concat) and one.of(mine) == two.of(yours)
