"""One step of training: forward with what is kept for the way back, a loss, and backward.

No weight is changed: what a step does with the gradients is not the engine's business.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cnncalc.engine.backward import BACKWARD, TRAINED, Kept, Made
from cnncalc.engine.base import KERNELS, Array
from cnncalc.engine.execute import Watch, held_bytes, owner, walk
from cnncalc.engine.weights import Tensors
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.ops.activation import Dropout
from cnncalc.records import Record

Drawn = Mapping[str, Array]
"""The parameters and buffers of one layer."""


class Forward(Record):
    """What a forward pass in training gave and kept.

    Attributes:
        outputs: the network's outputs by their names.
        kept: what each layer keeps for the backward pass, by the layer's name.
        bytes: the bytes of the memory that all of that holds, weights left out.
    """

    outputs: Mapping[str, Array]
    kept: Mapping[str, Kept]
    bytes: int


class Backward(Record):
    """The gradients of a loss.

    Attributes:
        inputs: with respect to each input of the network.
        outputs: with respect to the output of each layer that the loss depends on.
        tensors: with respect to each trained tensor, by the layer that holds it, and its name.
    """

    inputs: Mapping[str, Array]
    outputs: Mapping[str, Array]
    tensors: Mapping[str, Mapping[str, Array]]


def apply(
    op: Op,
    arrays: Sequence[Array],
    tensors: Drawn,
    random: Callable[[], np.random.Generator],
    *,
    room: Array | None = None,
) -> tuple[Array, Kept]:
    """Compute an op as training does, and keep what its record says.

    Args:
        op: the op.
        arrays: its inputs.
        tensors: its tensors.
        random: gives what dropout draws from.
        room: the memory to write to, where the op may work in place.
    """
    if type(op) in TRAINED:
        draws = {"random": random()} if isinstance(op, Dropout) else {}
        made = TRAINED[type(op)](op, *arrays, **tensors, **draws)
    else:
        out = {} if room is None else {"out": room}
        made = Made(KERNELS[type(op)](op, *arrays, **tensors, **out))
    return made.output, Kept(op.backward_reads, arrays, made.output, made)


def forward(
    graph: Graph,
    tensors: Tensors,
    inputs: Mapping[str, Array],
    seed: int = 0,
    *,
    watch: Watch | None = None,
) -> Forward:
    """Run a network as training does, batch normalisation by the batch and dropout by a seed.

    An element-wise layer overwrites its input when it is the only reader and nothing of it is
    kept; never where a watch is to see each input as it was.

    Raises:
        LayerError: the arrays that reach a layer do not suit it.
    """
    kept: dict[str, Kept] = {}
    held: set[int] = set()
    places = {layer.name: place for place, layer in enumerate(graph.layers)}

    def compute(layer: Layer, sources: Sequence[Array], room: Array | None) -> Array:
        is_read = watch is not None or "input" in layer.op.backward_reads
        if is_read or (room is not None and id(owner(room)) in held):
            room = None
        made, own = apply(
            layer.op,
            sources,
            tensors.get(layer.name, {}),
            lambda: drawing(seed, places[layer.name]),
            room=room,
        )
        kept[layer.name] = own
        held.update(id(owner(array)) for array in own.arrays)
        return made

    run = walk(graph, inputs, compute, watch=watch)
    weights = {id(owner(one)) for each in tensors.values() for one in each.values()}
    # What a layer without inputs reads is among the weights of a model's file.
    arrays = [one for layer in graph.layers if layer.inputs for one in kept[layer.name].arrays]
    apart = [one for one in arrays if id(owner(one)) not in weights]
    outputs = {name: run.tensors[layer] for name, layer in graph.outputs.items()}
    return Forward(outputs, kept, held_bytes(apart))


def backward(
    graph: Graph,
    tensors: Tensors,
    kept: Mapping[str, Kept],
    outputs: Mapping[str, Array],
    *,
    noting: Callable[[Layer, Array], None] | None = None,
) -> Backward:
    """Take the gradients of a loss back from the outputs to all that it depends on.

    Args:
        graph: the network.
        tensors: its weights.
        kept: what the forward pass kept.
        outputs: the gradient with respect to each of the network's outputs, by their names.
        noting: told the gradient of each layer's output; then they are not held to the end.

    Raises:
        NotKeptError: a layer's derivative reads what its record does not keep.
    """
    flowing: dict[str, Array] = {}
    for name, gradient in outputs.items():
        _add(flowing, graph.outputs[name], gradient)
    every: dict[str, Array] = {}
    learned: dict[str, dict[str, Array]] = {}
    for layer in reversed(graph.layers):
        if layer.name not in flowing:
            continue  # the loss does not depend on it
        gradient = flowing.pop(layer.name)
        if noting is None:
            every[layer.name] = gradient
        else:
            noting(layer, gradient)
        if type(layer.op) not in BACKWARD:
            continue
        own = tensors.get(layer.name, {})
        found = BACKWARD[type(layer.op)](layer.op, gradient, kept[layer.name], own)
        for name, part in zip(layer.inputs, found.inputs, strict=bool(layer.inputs)):
            _add(flowing, name, part)
        for name, part in found.tensors.items():
            _add(learned.setdefault(layer.holder, {}), name, part)
    return Backward(flowing, every, learned)


def _add(gradients: dict[str, Array], name: str, gradient: Array) -> None:
    gradients[name] = gradients[name] + gradient if name in gradients else gradient


def drawing(seed: int, place: int) -> np.random.Generator:
    """What dropout draws from at a place in the graph."""
    return np.random.default_rng([seed, place, 1])


def drawn_gradient(shape: Sequence[int], seed: int, dtype: Any) -> Array:
    """Standard normal values: what a loss that weighs every output by a number of its own has."""
    return np.random.default_rng([seed, 2]).standard_normal(tuple(shape)).astype(dtype)
