"""One expanded network as the rules see it: indexed once, read by all of them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from cnncalc.analysis.costs import Cost
from cnncalc.analysis.receptive_field import FieldMap, Views
from cnncalc.diagnostics import Span
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.spec.expressions import Expression
from cnncalc.spec.syntax import Choice, Labelled, Merge, Node, OpCall, Repeat, Spec


class Subject:
    """A network with what the rules ask of it; everything is worked out at most once."""

    def __init__(self, spec: Spec, graph: Graph, costs: Sequence[Cost], fields: FieldMap) -> None:
        self.spec = spec
        self.graph = graph
        self.costs = costs
        self.misaligned = fields.misaligned
        self.views: Mapping[str, Views] = fields.views

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, in execution order; without those of auxiliary heads."""
        layers: tuple[Layer, ...] = self.graph.layers
        return layers

    @cached_property
    def by_name(self) -> Mapping[str, Layer]:
        """Every layer by its path, those of auxiliary heads too."""
        return {layer.name: layer for layer in (*self.graph.layers, *self.graph.auxiliary)}

    @cached_property
    def readers(self) -> Mapping[str, tuple[Layer, ...]]:
        """Who reads each tensor, auxiliary heads included; a tensor nobody reads is missing."""
        found: dict[str, list[Layer]] = {}
        for layer in (*self.graph.layers, *self.graph.auxiliary):
            for name in dict.fromkeys(layer.inputs):
                found.setdefault(name, []).append(layer)
        return {name: tuple(layers) for name, layers in found.items()}

    @cached_property
    def outputs(self) -> frozenset[str]:
        """The tensors that the network gives out, by its auxiliary heads too."""
        graph = self.graph
        return frozenset((*graph.outputs.values(), *graph.auxiliary_outputs.values()))

    def of_kind(self, *kinds: type[Op]) -> Iterator[Layer]:
        """The layers whose op is of one of these kinds, in execution order."""
        return (layer for layer in self.graph.layers if isinstance(layer.op, kinds))

    def place(self, layer: Layer, attribute: str) -> Span | None:
        """Where the spec gives an attribute of a layer; its line when it does not give it."""
        given = self._arguments.get(layer.span, {}).get(attribute)
        return given.span if given else layer.span

    @cached_property
    def _arguments(self) -> Mapping[Span | None, Mapping[str, Expression]]:
        return {call.span: dict(call.arguments) for call in _calls(self.spec)}


def _calls(spec: Spec) -> Iterator[OpCall]:
    pending: list[Node] = [*spec.layers]
    for head in (*spec.outputs, *spec.auxiliary):
        pending.extend(head.body)
    for block in spec.blocks.values():
        pending.extend(block.body)
    while pending:
        node = pending.pop()
        if isinstance(node, OpCall):
            yield node
        else:
            pending.extend(inner for body in bodies(node) for inner in body)


def bodies(node: Node) -> tuple[tuple[Node, ...], ...]:
    """The bodies that stand inside of a node."""
    if isinstance(node, Merge):
        branches: tuple[tuple[Node, ...], ...] = node.branches
        return branches
    if isinstance(node, Choice):
        return (node.body, node.otherwise)
    return (node.body,) if isinstance(node, Repeat | Labelled) else ()
