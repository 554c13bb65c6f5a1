"""What a demonstration gives, how much it may take, and the networks that it runs."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import Tensors
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.bounds import RefusedError
from cnncalc.ops.values import Shape, show_shape
from cnncalc.records import Record
from cnncalc.shown import Shown

MOST_HELD = 1 << 22
"""Values of one layer that are held at once, whatever number of examples is run."""

MOST_ROWS = 24
"""Layers that are told one by one."""


class Figures(Record):
    """A table: its headings, and a row for each layer."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


class Demonstration(Shown):
    """A property of a network or a layer, as a run of it shows.

    Attributes:
        name: the property.
        subject: what was run: a line and its shapes.
        says: what the run shows, in sentences.
        numbers: the same as numbers, by their names.
        figures: those of each layer, where there are several.
        picture: rows of a map, a character a place.
        notes: where weights and inputs are from.
    """

    name: str
    subject: str
    says: tuple[str, ...]
    numbers: Mapping[str, object]
    figures: Figures | None = None
    picture: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def _line(self) -> str:
        return f"{self.name}: {self.subject}"

    def to_dict(self) -> dict[str, object]:
        """The demonstration as JSON has it."""
        told: dict[str, object] = {
            "property": self.name,
            "subject": self.subject,
            "says": self.says,
            "numbers": dict(self.numbers),
        }
        if self.figures:
            names = [name.replace(" ", "_") for name in self.figures.headings]
            told["layers"] = [dict(zip(names, row, strict=True)) for row in self.figures.rows]
        if self.picture:
            told["picture"] = self.picture
        return told


def alone(layer: Layer) -> Graph:
    """The network of one layer, whose inputs are what it reads."""
    inputs = dict(zip(layer.inputs, layer.input_shapes, strict=True))
    only = layer._replace(scope=(), shares=None)
    return Graph(layer.name, None, None, None, inputs, (only,), {}, (), {}, {})


def up_to(graph: Graph, name: str) -> Graph:
    """The network up to a layer, and nothing that the layer does not need."""
    needed, kept = {name}, []
    for layer in reversed(graph.layers):
        if layer.name in needed:
            needed.update(layer.inputs)
            kept.append(layer)
    return graph._replace(layers=tuple(reversed(kept)), outputs={})


def subject_of(graph: Graph) -> str:
    """What was run, in a line."""
    shapes = " and ".join(map(show_shape, graph.inputs.values()))
    last = graph.layers[-1]
    what = f"{last.name}: {last.op.notation()}"
    if len(graph.layers) > 1:
        what = f"{graph.title}: {len(graph.layers):,} layers, up to {last.name}"
    return f"{what}, {shapes} -> {show_shape(last.output_shape)}"


def only_input(graph: Graph) -> tuple[str, Shape]:
    """The one input.

    Raises:
        RefusedError: there are several.
    """
    if len(graph.inputs) != 1:
        last = graph.layers[-1].name
        raise RefusedError(f"`{last}` reads {len(graph.inputs)} inputs: name a layer with one")
    [(name, shape)] = graph.inputs.items()
    return name, shape


def outputs_of(graph: Graph, tensors: Tensors, inputs: Mapping[str, Array]) -> Array:
    """What the last layer gives, with few examples at a time."""
    last = graph.layers[-1].name
    [examples] = {len(array) for array in inputs.values()}
    together = at_once(graph)
    parts = [
        execute(
            graph,
            tensors,
            {name: array[start : start + together] for name, array in inputs.items()},
            keep=[last],
        ).tensors[last]
        for start in range(0, examples, together)
    ]
    return np.concatenate(parts)


def at_once(graph: Graph) -> int:
    """The examples that are run together."""
    shapes = [*graph.inputs.values(), *(layer.output_shape for layer in graph.layers)]
    return max(MOST_HELD // max(map(prod, shapes)), 1)


def some_of(layers: Sequence[Layer]) -> list[Layer]:
    """The layers that are told: all, or as many as a page takes, the last among them."""
    if len(layers) <= MOST_ROWS:
        return list(layers)
    last = len(layers) - 1
    places = sorted({round(n * last / (MOST_ROWS - 1)) for n in range(MOST_ROWS)})
    return [layers[place] for place in places]
