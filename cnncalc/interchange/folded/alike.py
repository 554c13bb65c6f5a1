"""Whether two graphs are equal layer by layer but for the names."""

from collections.abc import Mapping

from cnncalc.graph import Graph, Layer


def is_same(graph: Graph, other: Graph) -> bool:
    """Whether both have the same layers in the same order, wired alike, and the same ends."""
    if len(graph.layers) != len(other.layers) or graph.auxiliary or other.auxiliary:
        return False
    if list(graph.inputs.values()) != list(other.inputs.values()):
        return False
    one, two = places(graph), places(other)
    ends = [one.get(name) for name in graph.outputs.values()]
    if ends != [two.get(name) for name in other.outputs.values()]:
        return False
    return all(
        is_same_layer(mine, yours, one, two)
        for mine, yours in zip(graph.layers, other.layers, strict=True)
    )


def places(graph: Graph) -> dict[str, int]:
    """The number of each tensor in the order in which they come."""
    names = [*graph.inputs, *(layer.name for layer in graph.layers)]
    return {name: number for number, name in enumerate(names)}


def is_same_layer(
    mine: Layer, yours: Layer, one: Mapping[str, int], two: Mapping[str, int]
) -> bool:
    """Whether two layers do the same with the same numbers, and read the same."""
    return (
        type(mine.op) is type(yours.op)
        and mine.input_shapes == yours.input_shapes
        and mine.output_shape == yours.output_shape
        and [one[name] for name in mine.inputs] == [two[name] for name in yours.inputs]
        and (mine.op == yours.op or mine.op.resolved(mine.input_shapes)
             == yours.op.resolved(yours.input_shapes))
        and one.get(mine.shares or "") == two.get(yours.shares or "")
        and sorted(mine.parameters.values()) == sorted(yours.parameters.values())
    )  # fmt: skip
