"""A value that is asked for by the name of its layer, on values that are given or drawn."""

from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import Any, SupportsIndex

import numpy as np

from cnncalc.analysis.explain import select
from cnncalc.engine.arrays import ArrayError, read_array, read_weights
from cnncalc.engine.base import Array
from cnncalc.engine.execute import LayerError
from cnncalc.engine.images import SUFFIXES, read_image
from cnncalc.engine.weights import Tensors, initial_inputs, initial_weights, unstated
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.bounds import OF_ONE, RefusedError, check_run
from cnncalc.lessons.places import Place, place_in
from cnncalc.lessons.worked.work import CLOSE, Worked, leading_to, run_to, worked_in
from cnncalc.ops.values import Shape, show_shape
from cnncalc.printable import printable
from cnncalc.records import Record


class Given(Record):
    """What a network runs on.

    Attributes:
        input: an array, nested lists, or a file of one; of several inputs those by their names.
        weights: a file of weights; None for those that the spec states, and drawn ones.
        seed: of all that is drawn.
        dtype: float32 or float64.
    """

    input: Any = None
    weights: str | None = None
    seed: int = 0
    dtype: str = "float32"


def place_of(at: object, channel: object) -> tuple[Place, int | None]:
    """A place as Python has it: whole numbers, of which one may stand alone.

    Raises:
        TypeError: it is none.
    """
    numbers = tuple(at) if isinstance(at, Iterable) and not isinstance(at, str) else (at,)
    place = tuple(map(_whole, numbers))
    return place, None if channel is None else _whole(channel)


def _whole(number: object) -> int:
    if not isinstance(number, SupportsIndex) or isinstance(number, bool):
        told = printable(repr(number)[:80])
        raise TypeError(f"a place is whole numbers, such as (2, 3), and {told} is none")
    return index(number)


def value_at(
    graph: Graph, names: Sequence[str], place: tuple[Place, int | None], given: Given
) -> Worked:
    """The value of a layer at a place, and the channel of it.

    Raises:
        KeyError: there is no such layer, or there are several.
        ValueError: there is no such place, the network does not run, or what is given is unsound.
    """
    if given.dtype not in CLOSE:
        raise ValueError(f"a value is worked in {' or '.join(CLOSE)}, not {given.dtype}")
    if given.seed < 0:
        raise ValueError(f"a seed is 0 or more, not {given.seed}")
    layer = one_layer(graph, names)
    at = place_in(layer, *place)
    part = leading_to(graph, [layer])
    check_run(part, given.dtype, f"a value of `{printable(layer.name)}`", OF_ONE)
    try:
        tensors, inputs = _weights(part, given), _inputs(part, given)
        found = worked_in(run_to(part, [layer], (tensors, inputs)), layer, at)
    except ArrayError as fault:
        raise ValueError(str(fault)) from None
    except LayerError as fault:
        raise RefusedError(str(fault)) from None
    drawn = ["weights"] * (given.weights is None and unstated(part) is not None)
    drawn += ["inputs"] * (given.input is None)
    return found._replace(notes=notes_of(drawn, given.seed))


def notes_of(drawn: Sequence[str], seed: int) -> tuple[str, ...]:
    """What is said of values that nobody gave."""
    return (f"{' and '.join(drawn)} are drawn from the seed {seed}",) if drawn else ()


def one_layer(graph: Graph, names: Sequence[str]) -> Layer:
    """The layer of some names; the only one where there is no name.

    Raises:
        KeyError: there is none, or there are several.
    """
    layers = select(graph, names) if names else graph.layers
    if len(layers) != 1:
        several = " and ".join(f"`{printable(name)}`" for name in names) or "the network"
        raise KeyError(
            f"a value is of one layer, {several} has {len(layers):,}: "
            f"name one, such as `{printable(layers[0].name)}`"
        )
    return layers[0]


def _weights(graph: Graph, given: Given) -> Tensors:
    if given.weights is None:
        return initial_weights(graph, given.seed, given.dtype)
    return read_weights(given.weights, graph._replace(weights={}), given.dtype)


def _inputs(graph: Graph, given: Given) -> Mapping[str, Array]:
    if given.input is None:
        return initial_inputs(graph, given.seed, given.dtype)
    values = given.input
    if not isinstance(values, Mapping):
        values = dict.fromkeys(list(graph.inputs)[:1], values)
    missing = [name for name in graph.inputs if name not in values]
    strange = [name for name in values if name not in graph.inputs]
    if missing or strange:
        told = f"`{printable(str((missing or strange)[0]))}`"
        known = ", ".join(map(printable, graph.inputs))
        raise ValueError(
            f"{'there is nothing for the' if missing else 'the network has no'} input {told}: "
            f"it has {known}"
        )
    return {name: _array(values[name], shape, given.dtype) for name, shape in graph.inputs.items()}


def _array(value: Any, shape: Shape, dtype: str) -> Array:
    """An input as a batch."""
    if isinstance(value, str):
        if value.lower().endswith(SUFFIXES):
            return read_image(value, shape, dtype, resize=False)
        return read_array(value, shape, dtype)
    try:
        array = np.asarray(value, dtype)
    except (TypeError, ValueError):
        raise ValueError("an input is numbers, in an array or in lists of one length") from None
    whole = array[None] if array.ndim == len(shape) else array
    if whole.shape[1:] != shape or not len(whole):
        has = show_shape(array.shape) or "a single number"
        raise ValueError(f"the input is {has}, the network takes {show_shape(shape)}")
    if not np.isfinite(whole).all():
        raise ValueError("the input holds NaN or infinity")
    return whole
