"""Which layers the NumPy engine has no kernel for: they are no ops of the spec language."""

from cnncalc.graph import Graph, Layer
from cnncalc.ops import OPS


def not_run(graph: Graph, *, is_parted: bool = False) -> Layer | None:
    """The first layer that NumPy cannot run; None where it runs them all.

    Args:
        graph: the network.
        is_parted: whether a layer may leave a tensor out that an earlier one holds as well, as
            where only the numbers of elements matter.
    """
    for layer in graph.layers:
        is_whole = layer.own_parameters is None
        is_whole = is_whole or (is_parted and layer.held_alone is not None)
        if type(layer.op) is not OPS.get(layer.op.name) or not is_whole:
            return layer
    return None
