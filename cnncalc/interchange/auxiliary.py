"""The heads that are used in training only, as a part of the network."""

from cnncalc.graph import Graph


def with_auxiliary(graph: Graph) -> Graph:
    """The graph whose auxiliary heads are layers and outputs like the others."""
    return graph._replace(
        layers=(*graph.layers, *graph.auxiliary),
        outputs={**graph.outputs, **graph.auxiliary_outputs},
        auxiliary=(),
        auxiliary_outputs={},
    )
