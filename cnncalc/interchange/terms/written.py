"""Layers as nodes of ONNX, as plain values: for what writes a model, and what knows one again."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.terms.draft import WRITERS, Draft, Node
from cnncalc.ops.values import Shape

SPEC = "cnncalc.spec"
"""The key of a model's metadata under which its spec stands."""


class Tensor(NamedTuple):
    """A tensor that layers hold, and one that holds it: the layer, and what it calls it."""

    shape: Shape
    layer: str
    name: str


class Part(NamedTuple):
    """Nodes that lead to outputs.

    Attributes:
        nodes: in order.
        tensors: what they hold, by the names in the model.
        outputs: the shape of each, the batch left out.
        shapes: those of the tensors that layers give, by the names in the model.
        given: those of the tensors that they read, and that stand before them.
    """

    nodes: list[Node]
    tensors: Mapping[str, Tensor]
    outputs: Mapping[str, Shape]
    shapes: Mapping[str, Shape]
    given: Mapping[str, Shape]


def network_part(graph: Graph, most: int | None = None) -> Part:
    """The network itself.

    Args:
        graph: the network.
        most: the most nodes of a layer.

    Raises:
        TooLongError: a layer has more.
    """
    names = tensor_names(graph, graph.layers, graph.outputs)
    return _part(graph, graph.layers, graph.outputs, names, most=most)


def heads_part(graph: Graph, known: Collection[str] = (), most: int | None = None) -> Part:
    """The heads that are used in training only, which read tensors of the network.

    Args:
        graph: the network.
        known: the tensors that the network itself holds.
        most: the most nodes of a layer.

    Raises:
        TooLongError: a layer has more.
    """
    names = tensor_names(graph, graph.layers, graph.outputs)
    ends = {**graph.outputs, **graph.auxiliary_outputs}
    behind = tensor_names(graph, (*graph.layers, *graph.auxiliary), ends)
    names = {**behind, **names}
    return _part(graph, graph.auxiliary, graph.auxiliary_outputs, names, known=known, most=most)


def _part(  # noqa: PLR0913 - a network and what stands around its part
    graph: Graph,
    layers: Iterable[Layer],
    outputs: Mapping[str, str],
    names: Mapping[str, str],
    *,
    known: Collection[str] = (),
    most: int | None = None,
) -> Part:
    nodes: list[Node] = []
    tensors: dict[str, Tensor] = {}
    given: dict[str, Shape] = {}
    shapes = dict(graph.inputs)
    shapes |= {layer.name: layer.output_shape for layer in (*graph.layers, *graph.auxiliary)}
    made: dict[str, Shape] = {}
    for layer in layers:
        draft = Draft(layer, [names[one] for one in layer.inputs], next(iter(graph.inputs)), most)
        nodes += _written(draft, layer, names)
        for full, (name, shape) in draft.parameters.items():
            if full not in known:
                tensors.setdefault(full, Tensor(shape, layer.name, name))
        given |= {names[one]: shapes[one] for one in layer.inputs if names[one] not in made}
        made[names[layer.name]] = layer.output_shape
    nodes += copies(outputs, names)
    results = {name: shapes[source] for name, source in outputs.items()}
    given |= {names[one]: shapes[one] for one in outputs.values() if names[one] not in made}
    return Part(nodes, tensors, results, made, given)


def _written(draft: Draft, layer: Layer, names: Mapping[str, str]) -> list[Node]:
    """The nodes of one layer; the last gives its tensor under its name."""
    result = WRITERS[type(layer.op)](layer.op, draft)
    last = draft.nodes[-1]
    if last.output != result:
        raise ValueError(f"the writer of `{layer.op.name}` ends with another node")
    name = f"{layer.name}/{last.operator}"  # a scope, for those who read the model
    draft.nodes[-1] = last._replace(output=names[layer.name], name=name)
    return draft.nodes


def tensor_names(
    graph: Graph, layers: tuple[Layer, ...], outputs: Mapping[str, str]
) -> dict[str, str]:
    """What each tensor is called: as its layer, unless an output gives it a name."""
    names = {name: name for name in (*graph.inputs, *(layer.name for layer in layers))}
    taken = set(names)
    for output, source in outputs.items():
        if output not in taken and names[source] == source and source not in graph.inputs:
            names[source] = output
            taken.add(output)
    return names


def copies(outputs: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Node]:
    """For an output that is another's tensor, or an input's, a node that hands it on."""
    for output, source in outputs.items():
        if names[source] != output:
            yield Node("Identity", (names[source],), output, output, {})
