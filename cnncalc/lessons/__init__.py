"""What teaches: single values worked by hand, and properties of layers shown by runs.

The engine gives the numbers; what is worked here is worked a second time, value by value, and held
against it. `cnncalc.explain(graph, layer, at=(2, 3))` works a value.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.graph import Graph
    from cnncalc.lessons.demonstrations.base import Demonstration

__all__ = ["demonstrate"]


def demonstrate(
    graph: "Graph",
    name: str,
    layer: str | None = None,
    *,
    at: "Sequence[int] | None" = None,
    seed: int = 0,
) -> "Demonstration":
    """Show a property of a network, or of one of its layers, by runs in NumPy.

    Args:
        graph: the network.
        name: the property: sharing, sparsity, shift, dense-equivalent or receptive-field.
        layer: the layer that is looked at alone (sharing, dense-equivalent) or with what leads to
            it; without one it is the last.
        at: of sparsity the output, by its row and column; the middle unless said otherwise.
        seed: of weights and inputs, which are drawn.

    Raises:
        KeyError: there is no such layer.
        ValueError: there is no such property or place, or it would take minutes to show.

    Example:
        >>> from cnncalc import load
        >>> found = demonstrate(load("lenet5"), "sharing", "c1")
        >>> found.numbers["parameters"], found.numbers["dense"]
        (156, 4821600)
        >>> found
        <Demonstration sharing: c1: conv5x5 6, 1x32x32 -> 6x28x28>
    """
    # NumPy loads slowly: neither who counts nor who only asks for a name waits for it.
    from cnncalc.lessons.demonstrations import ask  # noqa: PLC0415

    return ask.demonstrate(graph, name, layer, ask.Wished(None if at is None else tuple(at), seed))
