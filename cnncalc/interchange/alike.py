"""Whether two graphs are equal layer by layer but for the names, and whether a text is a graph."""

from collections.abc import Mapping

from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph, Layer
from cnncalc.ops.merge import Concat
from cnncalc.spec import build
from cnncalc.spec.expand import Selection
from cnncalc.spec.library import decode

FILE = "network.yaml"
"""What a spec that was not written yet is called."""

MOST_PARTS = 1_000_000
"""Parts of concatenations that a comparison goes through."""


def reads_back(text: str, graph: Graph) -> bool:
    """Whether a spec is the graph, but for the names of its layers."""
    return fault_in(text, graph) is None


def fault_in(text: str, graph: Graph) -> str | None:
    """Why a spec is not the graph, but for the names of its layers; None where it is."""
    try:
        source = decode(text.encode(), FILE)
        is_equal = is_same(graph, build(source, FILE, Selection()))
    except SpecError as fault:
        return fault.diagnostics[0].message
    return None if is_equal else "it is read as another network"


def is_same(graph: Graph, other: Graph) -> bool:
    """Whether both have the same layers in the same order, wired alike, and the same ends.

    A concatenation may read another one, or all parts of that: it gives the same tensor.
    """
    counts = [(len(one.layers), len(one.auxiliary)) for one in (graph, other)]
    if counts[0] != counts[1] or [*graph.inputs.values()] != [*other.inputs.values()]:
        return False
    mine, yours = _Wiring(graph), _Wiring(other)
    if mine.ends(graph) != yours.ends(other):
        return False
    try:
        return all(
            is_same_layer(layer, peer)
            and reads_same(layer, peer, mine, yours)
            and mine.numbers.get(layer.shares or "") == yours.numbers.get(peer.shares or "")
            and graph.weights.get(layer.name) == other.weights.get(peer.name)
            for layer, peer in zip(mine.layers, yours.layers, strict=True)
        )
    except OverflowError:
        return False


class _Wiring:
    """Numbers the tensors of a graph in the order in which they come."""

    def __init__(self, graph: Graph) -> None:
        self.layers = (*graph.layers, *graph.auxiliary)
        names = [*graph.inputs, *(layer.name for layer in self.layers)]
        self.numbers: Mapping[str, int] = {name: number for number, name in enumerate(names)}
        self.joined = {one.name: one for one in self.layers if isinstance(one.op, Concat)}
        self.left = MOST_PARTS

    def ends(self, graph: Graph) -> list[list[int]]:
        """What is given: by the network, and by its auxiliary heads."""
        both = (graph.outputs, graph.auxiliary_outputs)
        return [[self.numbers[name] for name in ends.values()] for ends in both]

    def parts(self, layer: Layer) -> list[int]:
        """What a concatenation joins, those along the same axis taken apart, in order.

        Raises:
            OverflowError: that is too much to go through.
        """
        found: list[int] = []
        waiting = [*reversed(layer.inputs)]
        while waiting:
            self.left -= 1
            if self.left < 0:
                raise OverflowError
            name = waiting.pop()
            inner = self.joined.get(name)
            if inner is not None and inner.op.resolved([]) == layer.op.resolved([]):
                waiting += reversed(inner.inputs)
            else:
                found.append(self.numbers[name])
        return found


def is_same_layer(mine: Layer, yours: Layer) -> bool:
    """Whether two layers do the same with the same numbers."""
    return (
        type(mine.op) is type(yours.op)
        and mine.output_shape == yours.output_shape
        and (mine.op == yours.op or mine.op.resolved(mine.input_shapes)
             == yours.op.resolved(yours.input_shapes))
        and sorted(mine.parameters.values()) == sorted(yours.parameters.values())
    )  # fmt: skip


def reads_same(mine: Layer, yours: Layer, one: _Wiring, two: _Wiring) -> bool:
    """Whether two layers read the same tensors."""
    reads = [one.numbers[name] for name in mine.inputs]
    if reads == [two.numbers[name] for name in yours.inputs]:
        return mine.input_shapes == yours.input_shapes
    return isinstance(mine.op, Concat) and one.parts(mine) == two.parts(yours)
