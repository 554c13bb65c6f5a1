"""Whether the tensors of a network have their channels first, as those of every spec have.

Those of a model may have them last, or be heads, tokens and what else its exporter made of them.
"""

from cnncalc.graph import Graph


def has_maps(graph: Graph) -> bool:
    """Whether all tensors with several axes are known to have the channels first, then space.

    What the spec language has an op for says it of its own; what works on each value alone, or
    joins tensors, hands on what it reads.
    """
    if all(layer.op.has_told_axes for layer in graph.layers):
        return True
    readers = graph.readers()
    known = {
        name: all(layer.op.has_told_axes for layer in readers.get(name, ()))
        for name in graph.inputs
    }
    for layer in graph.layers:
        op = layer.op
        if op.is_elementwise or (op.merges and op.has_told_axes):
            known[layer.name] = all(known.get(name, True) for name in layer.inputs)
        else:
            known[layer.name] = op.has_told_axes
    shapes = {**graph.inputs, **{layer.name: layer.output_shape for layer in graph.layers}}
    return all(known[name] for name, shape in shapes.items() if len(shape) > 1)
