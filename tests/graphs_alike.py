"""Two graphs, held to be the same."""

import cnncalc
from cnncalc.graph import Graph


def essence(graph: Graph) -> list[tuple[object, ...]]:
    layers = (*graph.layers, *graph.auxiliary)
    return [(one.name, one.op, one.inputs, one.input_shapes, one.output_shape) for one in layers]


def assert_same(graph: Graph, back: Graph) -> None:
    assert essence(back) == essence(graph)
    assert back.inputs == graph.inputs
    assert back.outputs == graph.outputs
    assert back.auxiliary_outputs == graph.auxiliary_outputs
    assert [one.scope for one in back.layers] == [one.scope for one in graph.layers]
    if graph.layers:
        assert cnncalc.summarize(back).totals == cnncalc.summarize(graph).totals
