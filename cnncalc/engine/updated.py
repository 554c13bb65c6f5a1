"""A weight of each layer, with the gradient of a loss: what an optimizer's rule is worked on."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from cnncalc.engine.gradients import DTYPE, Asked
from cnncalc.engine.loss import loss_of
from cnncalc.engine.training import backward, forward
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.graph import Graph


class Weight(NamedTuple):
    """A weight and its gradient.

    Attributes:
        tensor: the name of its tensor.
        place: where it stands.
        value: the weight.
        gradient: that of the loss.
    """

    tensor: str
    place: tuple[int, ...]
    value: float
    gradient: float


def weights_of(graph: Graph, names: Iterable[str], asked: Asked) -> dict[str, Weight]:
    """Of each of some layers the weight with the largest gradient; layers without are missing.

    Raises:
        LayerError: the arrays that reach a layer do not suit it.
    """
    tensors = initial_weights(graph, asked.seed, DTYPE, asked.initialisation)
    inputs = initial_inputs(graph, asked.seed, DTYPE, asked.batch)
    run = forward(graph, tensors, inputs, asked.seed)
    loss = loss_of(graph, run.outputs, asked.loss, asked.seed)
    learned = backward(graph, tensors, run.kept, loss.gradients, noting=lambda *_: None).tensors
    found = {}
    for name in names:
        own = learned.get(name)
        if not own:
            continue
        tensor = "weight" if "weight" in own else next(iter(own))
        gradient = own[tensor]
        flat = int(np.abs(gradient).argmax())
        place = tuple(map(int, np.unravel_index(flat, gradient.shape)))
        value = float(tensors[name][tensor][place])
        found[name] = Weight(tensor, place, value, float(gradient[place]))
    return found
