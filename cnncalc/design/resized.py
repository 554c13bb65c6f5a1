"""A network on an input of another size, without reading its spec again."""

from collections.abc import Mapping

from cnncalc.graph import Graph, Layer
from cnncalc.ops.values import LARGEST, RejectedError, Shape


def resized(graph: Graph, inputs: Mapping[str, Shape]) -> Graph | None:
    """The network of a spec that reads no lengths, on other inputs: each op gives its shape anew.

    Its ops are the same there, as nothing that they are made of depends on lengths.

    Returns:
        None where it cannot be told so: an op refuses its input, or a tensor has other channels,
        which the spec may read.
    """
    shapes = dict(inputs)
    known: dict[tuple[int, tuple[Shape, ...]], Shape] = {}
    try:
        layers = _anew(graph.layers, shapes, known)
        auxiliary = _anew(graph.auxiliary, shapes, known)
    except RejectedError:
        return None
    if layers is None or auxiliary is None:
        return None
    return graph._replace(inputs=dict(inputs), layers=layers, auxiliary=auxiliary)


def _anew(
    layers: tuple[Layer, ...],
    shapes: dict[str, Shape],
    known: dict[tuple[int, tuple[Shape, ...]], Shape],
) -> tuple[Layer, ...] | None:
    made = []
    for layer in layers:
        name, scope, op, inputs, _, output, origin, own, shares = layer
        given = tuple([shapes[one] for one in inputs])
        key = id(op), given
        found = known.get(key)
        if found is None:
            found = known[key] = op.output_shape(given)
            if found[0] != output[0] or max(found) > LARGEST:
                return None
        shapes[name] = found
        made.append(Layer(name, scope, op, inputs, given, found, origin, own, shares))
    return tuple(made)
