"""What is learned beside the merge that reads it, where a spec has it in a branch."""

from cnncalc.graph import Graph, Layer
from cnncalc.ops.tokens import Learned


def beside_readers(graph: Graph) -> Graph:
    """The graph with a learned tensor in the group of its only reader, if that lies deeper.

    A class token is often held by the whole network and read in its last blocks.
    """
    readers, ends = graph.readers(), {*graph.outputs.values()}
    taken = {*graph.inputs, *(one.name for one in graph.layers), *map(".".join, graph.groups)}
    moved: dict[str, list[Layer]] = {}
    named: dict[str, str] = {}
    for layer in graph.layers:
        if not isinstance(layer.op, Learned) or layer.shares or layer.name in ends:
            continue
        found = readers.get(layer.name, ())
        if len(found) != 1 or found[0].scope[: len(layer.scope)] != layer.scope:
            continue
        [reader] = found
        name = ".".join((*reader.scope, layer.label))
        if reader.op.merges and len(reader.scope) > len(layer.scope) and name not in taken:
            taken.add(name)
            named[layer.name] = name
            moved.setdefault(reader.name, []).append(layer._replace(name=name, scope=reader.scope))
    shared = {one.shares for one in graph.layers}
    if not named or shared & {*named}:
        return graph
    layers: list[Layer] = []
    for layer in graph.layers:
        if layer.name in named:
            continue
        layers += moved.get(layer.name, ())
        layers.append(layer._replace(inputs=tuple(named.get(one, one) for one in layer.inputs)))
    weights = {named.get(name, name): one for name, one in graph.weights.items()}
    return graph._replace(layers=tuple(layers), weights=weights)
