"""A value of a layer: what the engine gives, how it comes about, and what follows on it."""

from collections.abc import Mapping, Sequence
from math import isclose

import numpy as np

from cnncalc.analysis.meanings import meaning_of
from cnncalc.engine.base import Array
from cnncalc.engine.execute import Step, execute
from cnncalc.engine.weights import Tensors
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.places import Place, PlaceError, told_place
from cnncalc.lessons.worked.activation import FUNCTIONS
from cnncalc.lessons.worked.base import WORKED, Task
from cnncalc.lessons.worked.parts import Part, part_as_dict, results_of
from cnncalc.records import Record
from cnncalc.shown import Shown

CLOSE = {"float32": 2e-3, "float64": 1e-9}
"""How far a value by hand may be from the engine's, relative to the largest on the way."""


class Follower(Record):
    """What a layer behind makes of the value.

    Attributes:
        layer: the layer.
        value: what it gives in the same place.
        slope: its slope there, where it is a function of the value alone.
    """

    layer: Layer
    value: float
    slope: float | None


class Worked(Shown):
    """A value of a layer's output.

    Attributes:
        layer: the layer.
        at: where the value stands: channel, then the place along each spatial axis.
        value: what the engine gives there.
        dtype: the type that it runs with.
        parts: how the value comes about by hand, in double precision.
        then: what the functions behind make of it.
        notes: where weights and inputs are from.
    """

    layer: Layer
    at: Place
    value: float
    dtype: str
    parts: tuple[Part, ...]
    then: tuple[Follower, ...]
    notes: tuple[str, ...] = ()

    def _line(self) -> str:
        layer = self.layer
        told = f"{layer.name}: {layer.op.notation()}, {told_place(self.at)}"
        return f"{told}: {self.value:.5g}"

    @property
    def agrees(self) -> bool:
        """Whether the value by hand is the engine's, but for rounding."""
        largest, bound = max(map(abs, results_of(self.parts))), CLOSE[self.dtype]
        return isclose(self.value, self.by_hand, rel_tol=bound, abs_tol=bound * largest)

    def to_dict(self) -> dict[str, object]:
        """The value as JSON has it."""
        layer, meaning = self.layer, meaning_of(self.layer.op, self.layer.input_shapes)
        return {
            "name": layer.name,
            "op": layer.op.name,
            "line": layer.op.notation(),
            "input_shapes": layer.input_shapes,
            "output_shape": layer.output_shape,
            "at": self.at,
            "value": self.value,
            "dtype": self.dtype,
            "by_hand": self.by_hand,
            "agrees": self.agrees,
            "law": meaning.value if meaning else None,
            "parts": [part_as_dict(part) for part in self.parts],
            "then": [
                {"name": one.layer.name, "op": one.layer.op.name, "value": one.value}
                | ({} if one.slope is None else {"slope": one.slope})
                for one in self.then
            ],
        }

    @property
    def by_hand(self) -> float:
        """The value that the last step gives."""
        return results_of(self.parts)[-1]


class Ran(Record):
    """A network that was run up to some layers.

    Attributes:
        graph: the network.
        read: what each of the layers read, in double precision.
        tensors: the weights of these layers.
        made: what the layers gave, those that they read, and the functions behind them.
    """

    graph: Graph
    read: Mapping[str, Sequence[Array]]
    tensors: Tensors
    made: Mapping[str, Array]


def run_to(
    graph: Graph, layers: Sequence[Layer], values: tuple[Tensors, Mapping[str, Array]]
) -> Ran:
    """Run a network up to some of its layers, of which any value can be worked then.

    Args:
        graph: the network.
        layers: some of its layers.
        values: its weights and its inputs; of a batch the first example is looked at.

    Raises:
        LayerError: the network does not run on the inputs.
    """
    tensors, inputs = values
    asked, seen = {layer.name for layer in layers}, dict[str, list[Array]]()
    behind = {one.name for layer in layers for one in _followers(graph, layer)}
    read = {name for layer in layers for name in layer.inputs}

    def watch(step: Step) -> None:
        if step.layer.name in asked:
            seen[step.layer.name] = [np.asarray(one[0], np.float64) for one in step.inputs]

    first = {name: array[:1] for name, array in inputs.items()}
    part = leading_to(graph, layers)
    done = execute(part, tensors, first, keep=asked | behind | read, watch=watch).tensors
    return Ran(graph, seen, {name: tensors.get(name, {}) for name in asked}, done)


def worked_in(ran: Ran, layer: Layer, at: Place) -> Worked:
    """Work a value of a layer that a run led to, at a place that its output has.

    Raises:
        PlaceError: it is no number.
    """
    own = {name: np.asarray(one, np.float64) for name, one in ran.tensors[layer.name].items()}
    task = Task(layer.op, at, ran.read[layer.name], own)
    array = ran.made[layer.name][0]
    if not np.isfinite(array[at]):
        raise PlaceError(f"`{layer.name}` gives NaN or infinity there: float64 may hold the value")
    parts = tuple(WORKED[type(layer.op)](task))
    then, x = [], float(array[at])
    for one in _followers(ran.graph, layer):
        value = float(ran.made[one.name][(0, *at)])
        function = FUNCTIONS.get(type(one.op))
        then.append(Follower(one, value, function[1](one.op, x) if function else None))
        x = value
    return Worked(layer, at, float(array[at]), str(array.dtype), parts, tuple(then))


def leading_to(graph: Graph, layers: Sequence[Layer]) -> Graph:
    """The network up to some layers and the functions behind them: nothing else has to run."""
    names = {one.name for layer in layers for one in (layer, *_followers(graph, layer))}
    last = max(n for n, layer in enumerate(graph.layers) if layer.name in names)
    return graph._replace(layers=graph.layers[: last + 1], outputs={})


def _followers(graph: Graph, layer: Layer) -> list[Layer]:
    """The functions of single values that the output goes through, one after the other."""
    readers, found = graph.readers(), list[Layer]()
    while len(behind := readers.get(layer.name, [])) == 1:
        [layer] = behind
        if not layer.op.is_elementwise or len(layer.inputs) > 1:
            break
        found.append(layer)
    return found
