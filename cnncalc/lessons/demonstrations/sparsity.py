"""Which inputs move an output: each place is moved, and what happens is looked at."""

from math import prod

import numpy as np

from cnncalc.engine.base import Array, Index
from cnncalc.engine.perturb import marked
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.graph import Graph
from cnncalc.lessons.bounds import RefusedError, check_effort
from cnncalc.lessons.demonstrations.base import (
    Demonstration,
    at_once,
    only_input,
    outputs_of,
    subject_of,
)
from cnncalc.ops.values import Shape, show_shape

MOST_PLACES = 1 << 14
"""Places of an input that are moved one by one: 128x128."""

WIDEST = 76
"""Characters of a row of the picture."""

MOVES, CAN, STILL = "#", "+", "."


def sparsity(graph: Graph, seed: int, at: Shape | None) -> Demonstration:
    """The places of the input that move one output.

    Args:
        graph: the network.
        seed: of weights and input.
        at: the output, its channel first; without it the middle of channel 0.

    Raises:
        RefusedError: it would take minutes, or there are several inputs.
    """
    name, shape = only_input(graph)
    output = graph.layers[-1].output_shape
    spot = at or (0, *(n // 2 for n in output[1:]))
    places = prod(shape[1:]) if len(shape) > 1 else shape[0]
    if places > MOST_PLACES:
        raise RefusedError(
            f"the input has {places:,} places, at most {MOST_PLACES:,} are moved one by one: "
            "give a smaller input"
        )
    check_effort(graph, 2 * places + 1, "moving each place")
    size = shape[1:] or shape
    moves = _moved(graph, seed, spot).reshape(size)
    can = np.logical_or(_can_move(graph, name, spot).reshape(size), moves)
    return _told(graph, spot, moves, can)


def _units(shape: Shape, start: int, stop: int) -> Array:
    """An example for each place, 1 in all channels there and 0 elsewhere."""
    places = np.zeros((stop - start, prod(shape[1:]) if len(shape) > 1 else shape[0]))
    places[np.arange(stop - start), np.arange(start, stop)] = 1
    if len(shape) == 1:
        return places
    units = places.reshape(-1, 1, *shape[1:])
    return np.broadcast_to(units, (len(units), *shape)).copy()


def _moved(graph: Graph, seed: int, spot: Shape) -> Array:
    """Whether the output moves when 1 is added to all channels of a place of a random input."""
    name, shape = only_input(graph)
    tensors = initial_weights(graph, seed, "float64")
    x = initial_inputs(graph, seed, "float64")[name]
    before = outputs_of(graph, tensors, {name: x})[(0, *spot)]
    places = prod(shape[1:]) if len(shape) > 1 else shape[0]
    found = []
    each: Index = (slice(None), *spot)
    together = at_once(graph)
    for start in range(0, places, together):
        units = _units(shape, start, min(start + together, places))
        made = outputs_of(graph, tensors, {name: x + units})
        found.append(made[each] != before)
    return np.concatenate(found)


def _can_move(graph: Graph, name: str, spot: Shape) -> Array:
    """The same with weights of one and functions that hand on: what some input would show."""
    shape, last = graph.inputs[name], graph.layers[-1].name
    places = prod(shape[1:]) if len(shape) > 1 else shape[0]
    found = []
    each: Index = (slice(None), *spot)
    together = at_once(graph)
    for start in range(0, places, together):
        units = _units(shape, start, min(start + together, places)).astype(np.float32)
        made = marked(graph, {name: units}, [last])[last]
        found.append(made[each] > 0)
    return np.concatenate(found)


def _told(graph: Graph, spot: Shape, moves: Array, can: Array) -> Demonstration:
    moved, able, places = int(moves.sum()), int(can.sum()), moves.size
    where = ",".join(map(str, spot[1:])) or str(spot[0])
    of = f"output {where} of channel {spot[0]}" if len(spot) > 1 else f"output {where}"
    says = [
        (
            f"each of {places:,} places of the input ({show_shape(moves.shape)}) was moved alone: "
            f"{moved:,} of {places:,} move {of}"
        ),
        f"a dense layer would have all {places:,} move it",
    ]
    if able > moved:
        says.append(
            f"{able - moved:,} more can move it and do not on this input: a ReLU is shut or "
            "another value of a window wins (+ on the map)"
        )
    picture = tuple(
        "".join(MOVES if a else CAN if b else STILL for a, b in zip(row, able_row, strict=True))
        for row, able_row in zip(*_flat(moves, can), strict=True)
    )
    if not picture or len(picture[0]) > WIDEST or len(picture) > WIDEST:
        picture = ()
    numbers = {"places": places, "move": moved, "can_move": able, "output": spot}
    return Demonstration("sparsity", subject_of(graph), tuple(says), numbers, None, picture)


def _flat(moves: Array, can: Array) -> tuple[Array, Array]:
    """As one map: of three axes the plane in which most moves."""
    if moves.ndim < 3:
        return np.atleast_2d(moves), np.atleast_2d(can)
    plane = int(moves.reshape(len(moves), -1).sum(axis=1).argmax())
    return moves[plane], can[plane]
