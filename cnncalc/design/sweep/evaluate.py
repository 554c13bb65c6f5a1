"""The numbers of a batch of designs, in whatever process that is."""

import gc
from collections.abc import Iterator, Mapping, Sequence

from cnncalc.analysis.conventions import Basis
from cnncalc.design.base import Base, graph_at, movable, selection_at
from cnncalc.design.figures import as_number, figures
from cnncalc.design.resized import resized
from cnncalc.design.sweep.space import Network, Points
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, Value
from cnncalc.printable import printable
from cnncalc.records import Record
from cnncalc.timing.device import Device
from cnncalc.timing.estimate import milliseconds

LONGEST_FAULT = 160
"""Characters of what is told of a design that has a fault."""

Numbers = tuple[int | float | None, ...]
"""A number for each metric, None where the design has none."""


class Task(Record):
    """Some designs as another process can take them.

    Attributes:
        places: their places among all designs of the sweep.
        networks: the networks that they are of, by number.
        names: what is moved.
        points: for each design the number of its network, and its values.
        metrics: the names of the numbers that are asked for.
        basis: how they are counted.
        devices: the device of each metric that is a time.
    """

    places: Sequence[int]
    networks: Mapping[int, Network]
    names: tuple[str, ...]
    points: Sequence[tuple[int, tuple[Value, ...]]]
    metrics: tuple[str, ...]
    basis: Basis
    devices: Mapping[str, Device]


class Block(Record):
    """What has been found of some designs.

    Attributes:
        places: their places among all designs of the sweep.
        rows: for each its numbers, or its fault.
    """

    places: Sequence[int]
    rows: Sequence[Numbers | str]


def tasks_of(points: Points, places: Sequence[int], size: int) -> Iterator[Task]:
    """Designs in batches.

    Args:
        points: all designs of the sweep.
        places: those that are evaluated.
        size: how many a batch has.
    """
    space = points.space
    names = tuple(axis.name for axis in space.axes)
    for start in range(0, len(places), size):
        part = places[start : start + size]
        found = [space.point(points.chosen[place]) for place in part]
        networks = {number: space.networks[number] for number, _ in found}
        asked = points.metrics, points.basis, points.devices
        yield Task(part, networks, names, found, *asked)


def evaluate(task: Task) -> Block:
    """The numbers of a batch: every network of it is read once, and built for each design."""
    builders: dict[int, _Builder | str] = {}
    rows: list[Numbers | str] = []
    for number, values in task.points:
        if number not in builders:
            builders[number] = _builder(task.networks[number])
        one = builders[number]
        point = dict(zip(task.names, values, strict=True))
        rows.append(one if isinstance(one, str) else _numbers(one, point, task))
    if not gc.isenabled():  # the program has no collector: what graphs leave behind would stay
        gc.collect()
    return Block(task.places, rows)


class _Builder:
    """Builds a network at one point after the other.

    Where the spec reads no lengths and a point differs from the one before in these alone, the
    layers stay, and their shapes are found anew: that takes a fifth of the time.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.lengths = {name for name, place in movable(base).items() if place is not None}
        self.is_resizable = not base.reads_lengths
        self.graph: Graph | None = None
        self.values = ""

    def at(self, point: Mapping[str, Value]) -> Graph:
        """The network at a point.

        Raises:
            SpecError: it has faults there.
            ValueError: a length of the input cannot be.
        """
        # As text, where 1 and true are two.
        values = repr([one for one in point.items() if one[0] not in self.lengths])
        if self.graph is not None and values == self.values and self.is_resizable:
            moved = selection_at(self.base, point).inputs
            found = resized(self.graph, {**self.base.inputs, **_named(moved)})
            if found is not None:
                return found
        graph = graph_at(self.base, point)
        self.graph, self.values = graph, values
        return graph


def _named(inputs: Mapping[str | None, Shape]) -> dict[str, Shape]:
    return {name: shape for name, shape in inputs.items() if name is not None}


def _builder(network: Network) -> _Builder | str:
    try:
        return _Builder(network.base())
    except SpecError as error:
        return fault_text(error)


def _numbers(builder: _Builder, point: Mapping[str, Value], task: Task) -> Numbers | str:
    try:
        graph = builder.at(point)
    except (SpecError, ValueError) as error:
        return fault_text(error)
    counted = [name for name in task.metrics if name not in task.devices]
    found = figures(graph, counted, task.basis)
    told: dict[str, int | float | None] = {
        name: None if one is None else as_number(one) for name, one in found.items()
    }
    for name, device in task.devices.items():
        told[name] = _rounded(milliseconds(graph, device, task.basis.batch))
    return tuple(told[name] for name in task.metrics)


def _rounded(time: float) -> float:
    """Four digits of a time: it is known to fewer."""
    return float(f"{time:.4g}")


def first_graphs(points: Points) -> list[Graph]:
    """The first design of every network, of those that have none of a fault."""
    found = []
    space = points.space
    for number, network in enumerate(space.networks):
        _, values = space.point(number * space.each)
        point = dict(zip((axis.name for axis in space.axes), values, strict=True))
        try:
            found.append(graph_at(network.base(), point))
        except (SpecError, ValueError):
            continue
    return found


def fault_text(error: SpecError | ValueError) -> str:
    """A fault in one short line: the first of several."""
    text = str(error)
    if isinstance(error, SpecError):
        first, *more = error.diagnostics
        text = first.message + (f" (and {len(more)} more)" if more else "")
    text = printable(text)
    return text if len(text) <= LONGEST_FAULT else f"{text[: LONGEST_FAULT - 3]}..."
