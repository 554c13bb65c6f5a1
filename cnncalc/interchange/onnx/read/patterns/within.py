"""What the graphs within nodes read of the graph around them."""

from collections.abc import Sequence

from cnncalc.interchange.onnx_model.schema import NESTED
from cnncalc.interchange.onnx_model.shortened import DEEPEST
from cnncalc.interchange.onnx_model.values import Node


def names_within(nodes: Sequence[Node]) -> set[str]:
    """The names that graphs within nodes read, which may be those of the graph around them."""
    found: set[str] = set()
    pending = [one.proto for one in nodes if one.op_type in NESTED]
    depth = DEEPEST
    while pending and depth:
        depth -= 1
        graphs = [g for one in pending for a in one.attribute for g in (a.g, *a.graphs)]
        found.update(one.name for graph in graphs for one in graph.output)
        inner = [one for graph in graphs for one in graph.node]
        found.update(name for one in inner for name in one.input)
        pending = [one for one in inner if one.op_type in NESTED]
    return found
