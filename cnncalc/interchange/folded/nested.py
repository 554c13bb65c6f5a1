"""Concatenations of concatenations.

A layer of DenseNet reads all maps before it. Exporters join these anew for every layer, where a
person joins what is new to what is joined already. Both give the same tensor, as a concatenation
of concatenations along one axis is that of all their parts in order.
"""

from cnncalc.graph import Graph, Layer
from cnncalc.ops.merge import Concat


def nested(graph: Graph) -> Graph:
    """The graph in which a concatenation reads one before it instead of all parts of that.

    The same graph where no concatenation begins with all parts of another.
    """
    beginnings = _Beginnings()
    layers = tuple(map(beginnings.nested, graph.layers))
    is_changed = any(one is not other for one, other in zip(layers, graph.layers, strict=True))
    return graph._replace(layers=layers) if is_changed else graph


class _Beginnings:
    """Numbers the beginnings of what concatenations read, each after the one that is shorter.

    Attributes:
        whole: for a beginning the first concatenation that reads nothing else.
    """

    def __init__(self) -> None:
        self.numbers: dict[tuple[int, str], int] = {}
        self.whole: dict[int, Layer] = {}

    def after(self, beginning: int, word: str) -> int:
        """The number of a beginning with one more tensor, or of an axis."""
        return self.numbers.setdefault((beginning, word), len(self.numbers))

    def nested(self, layer: Layer) -> Layer:
        """A layer that reads the longest concatenation with which its own begins."""
        if not isinstance(layer.op, Concat):
            return layer
        beginning, longest, read = self.after(-1, layer.op.axis), 0, layer
        for count, name in enumerate(layer.inputs, 1):
            beginning = self.after(beginning, name)
            if beginning in self.whole:
                longest, read = count, self.whole[beginning]
        self.whole.setdefault(beginning, layer)
        if not 1 < longest < len(layer.inputs):
            return layer
        return layer._replace(
            inputs=(read.name, *layer.inputs[longest:]),
            input_shapes=(read.output_shape, *layer.input_shapes[longest:]),
        )
