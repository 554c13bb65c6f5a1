"""A value of a layer: what the engine gives, how it comes about, and what follows on it."""

from collections.abc import Mapping, Sequence
from math import isclose

import numpy as np

from cnncalc.analysis.meanings import meaning_of
from cnncalc.engine.base import Array
from cnncalc.engine.execute import Step as Ran
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import Tensors
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.worked.activation import FUNCTIONS
from cnncalc.lessons.worked.base import WORKED, Place, Task
from cnncalc.lessons.worked.parts import Part, Step, part_as_dict
from cnncalc.ops.values import show_shape
from cnncalc.records import Record

CLOSE = {"float32": 2e-3, "float64": 1e-9}
"""How far a value by hand may be from the engine's, relative to the largest on the way."""


class PlaceError(Exception):
    """A place that an output does not have, or that holds no number."""


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


class Worked(Record):
    """A value of a layer's output.

    Attributes:
        layer: the layer.
        at: where the value stands: channel, then the place along each spatial axis.
        value: what the engine gives there.
        dtype: the type that it runs with.
        parts: how the value comes about by hand, in double precision.
        then: what the functions behind make of it.
    """

    layer: Layer
    at: Place
    value: float
    dtype: str
    parts: tuple[Part, ...]
    then: tuple[Follower, ...]

    @property
    def agrees(self) -> bool:
        """Whether the value by hand is the engine's, but for rounding."""
        results = [abs(part.result) for part in self.parts if isinstance(part, Step)]
        bound = CLOSE[self.dtype]
        return isclose(self.value, self.by_hand, rel_tol=bound, abs_tol=bound * max(results))

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
        last = next(part for part in reversed(self.parts) if isinstance(part, Step))
        return last.result


def work(
    graph: Graph,
    layers: Sequence[Layer],
    values: tuple[Tensors, Mapping[str, Array]],
    place: tuple[Place, int | None],
) -> list[Worked]:
    """Work a value of each of some layers.

    Args:
        graph: the network.
        layers: some of its layers.
        values: its weights and its inputs; of a batch the first example is looked at.
        place: the place along the spatial axes, and the channel; of a flat output one of them.

    Raises:
        PlaceError: an output has no such place, or no number there.
        LayerError: the network does not run on the inputs.
    """
    tensors, inputs = values
    spots = [place_in(layer, *place) for layer in layers]
    chains = [_followers(graph, layer) for layer in layers]
    names = {layer.name for chain in chains for layer in chain} | {one.name for one in layers}
    part = leading_to(graph, layers)
    read = {name for layer in layers for name in layer.inputs}
    asked, seen = {layer.name for layer in layers}, dict[str, list[Array]]()

    def watch(step: Ran) -> None:
        if step.layer.name in asked:
            seen[step.layer.name] = [np.asarray(one[0], np.float64) for one in step.inputs]

    first = {name: array[:1] for name, array in inputs.items()}
    done = execute(part, tensors, first, keep=names | read, watch=watch).tensors
    return [
        _worked(layer, at, chain, Given(seen[layer.name], tensors, done))
        for layer, at, chain in zip(layers, spots, chains, strict=True)
    ]


def leading_to(graph: Graph, layers: Sequence[Layer]) -> Graph:
    """The network up to some layers and the functions behind them: nothing else has to run."""
    names = {one.name for layer in layers for one in (layer, *_followers(graph, layer))}
    last = max(n for n, layer in enumerate(graph.layers) if layer.name in names)
    return graph._replace(layers=graph.layers[: last + 1], outputs={})


class Given(Record):
    """What a layer read, all weights, and what the layers gave."""

    read: list[Array]
    tensors: Tensors
    made: Mapping[str, Array]


def _worked(layer: Layer, at: Place, chain: Sequence[Layer], given: Given) -> Worked:
    own = {
        name: np.asarray(one, np.float64)
        for name, one in given.tensors.get(layer.name, {}).items()
    }
    task = Task(layer.op, at, given.read, own)
    array = given.made[layer.name][0]
    if not np.isfinite(array[at]):
        raise PlaceError(f"`{layer.name}` gives NaN or infinity there: try --dtype float64")
    parts = tuple(WORKED[type(layer.op)](task))
    then, x = [], float(array[at])
    for one in chain:
        value = float(given.made[one.name][(0, *at)])
        function = FUNCTIONS.get(type(one.op))
        then.append(Follower(one, value, function[1](one.op, x) if function else None))
        x = value
    return Worked(layer, at, float(array[at]), str(array.dtype), parts, tuple(then))


def _followers(graph: Graph, layer: Layer) -> list[Layer]:
    """The functions of single values that the output goes through, one after the other."""
    readers, found = graph.readers(), list[Layer]()
    while len(behind := readers.get(layer.name, [])) == 1:
        [layer] = behind
        if not layer.op.is_elementwise or len(layer.inputs) > 1:
            break
        found.append(layer)
    return found


def place_in(layer: Layer, spatial: Place, channel: int | None) -> Place:
    """Where a value stands in an output.

    Raises:
        PlaceError: the output has no such place.
    """
    shape = layer.output_shape
    at = (channel or 0, *spatial)
    if len(shape) == 1 and channel is None and len(spatial) == 1:
        at = spatial  # a feature, which is a channel without a place
    shown = show_shape(shape)
    if len(at) != len(shape):
        axes = len(shape) - 1
        wants = f"{axes} number{'s' * (axes != 1)}, such as {','.join(['0'] * axes)}"
        if not axes:
            wants = f"the number of a feature, 0 to {shape[0] - 1}"
        raise PlaceError(f"`{layer.name}` gives {shown}: its place is {wants}")
    names = ["channel", *[f"place {n}" for n in range(1, len(shape))]]
    for name, one, length in zip(names, at, shape, strict=True):
        if not 0 <= one < length:
            told = f"{name} {one} is not one of 0 to {length - 1}"
            raise PlaceError(f"`{layer.name}` gives {shown}: {told}")
    return at
