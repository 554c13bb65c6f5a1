"""What a network counts at many points, each built once."""

from collections.abc import Callable, Mapping, Sequence

from cnncalc.analysis.conventions import Basis
from cnncalc.design.base import Base, fault_of, graph_at, movable, selection_at
from cnncalc.design.figures import as_number, figures
from cnncalc.design.quest import NoPolynomialError
from cnncalc.design.resized import resized
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph

MOST_LAYERS = 1_000_000
"""Layers of all networks together that are built to find formulas: some twenty seconds."""

TOO_MANY = 100_000
"""Layers that a network counts for which has more than it may have."""

RESIZED = 5
"""Layers whose shapes alone are found anew take this part of the time."""

At = tuple[int, ...]
Count = Callable[[Graph], Mapping[str, int]]


class NetworkTable:
    """The numbers of a network by the values of some names, in their order.

    Where only the input moves and the spec reads no lengths, the network is built once, and its
    shapes anew at every point.

    Attributes:
        layers: the layers that were built so far.
        fault: the first fault that the network had, and where; empty where it had none.
    """

    def __init__(self, base: Base, names: Sequence[str], count: Count) -> None:
        known = movable(base)
        self.base, self.names, self.count = base, tuple(names), count
        self.known: dict[At, Mapping[str, int] | None] = {}
        moves_input_alone = all(known[name] is not None for name in names)
        self.is_resizable = moves_input_alone and not base.reads_lengths
        self.graph: Graph | None = None
        self.layers = 0
        self.fault = ""

    def at(self, point: At) -> Mapping[str, int] | None:
        """What is counted at a point; None where the network has faults there.

        Raises:
            NoPolynomialError: more layers were built than any answer is worth.
        """
        if point not in self.known:
            if self.layers > MOST_LAYERS:
                raise NoPolynomialError(
                    f"the networks that were built to find it had {self.layers:,} layers so far: "
                    "give a smaller range"
                )
            self.layers += self.base.cost
            try:
                graph = self.graph_at(point)
                self.layers += len(graph.layers) // (RESIZED if self.is_resizable else 1)
                self.known[point] = self.count(graph)
            except SpecError as error:
                if any(fault.code == "E504" for fault in error.diagnostics):
                    self.layers += TOO_MANY  # some were built before it was seen
                self.known[point] = None
                at = ", ".join(
                    f"{name}={value}" for name, value in zip(self.names, point, strict=True)
                )
                self.fault = self.fault or f"at {at}: {fault_of(error)}"
            except ValueError:
                self.known[point] = None
        return self.known[point]

    def are_equal(self, one: str, other: str) -> bool:
        """Whether two keys have the same value at every point that was counted."""
        return all(
            found is None or found.get(one) == found.get(other) for found in self.known.values()
        )

    def graph_at(self, point: At) -> Graph:
        """The network at a point.

        Raises:
            SpecError: it has faults there.
            ValueError: a length cannot be.
        """
        told = dict(zip(self.names, point, strict=True))
        if self.is_resizable and self.graph is not None:
            moved = selection_at(self.base, told).inputs
            inputs = {one: moved.get(one, shape) for one, shape in self.base.inputs.items()}
            found = resized(self.graph, inputs)
            if found is not None:
                return found
        graph = graph_at(self.base, told)
        if self.graph is None:
            self.graph = graph
        return graph


AXIS = "#"
"""Stands between a receptive field and the number of the axis along which it is told."""


def counted(metrics: Sequence[str], basis: Basis) -> Count:
    """What counts metrics by their names, a receptive field along each axis as well."""

    def count(graph: Graph) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for name, value in figures(graph, metrics, basis).items():
            if value is None:
                continue
            found[name] = as_number(value)
            if isinstance(value, tuple):
                found |= {f"{name}{AXIS}{axis}": one for axis, one in enumerate(value)}
        return found

    return count
