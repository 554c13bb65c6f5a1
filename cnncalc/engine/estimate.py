"""The memory that a run takes, known before it starts."""

import os
from collections.abc import Callable, Iterator
from math import prod

from cnncalc.analysis.conventions import BYTES_PER_VALUE, Basis
from cnncalc.analysis.summary import Row, summarize
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape
from cnncalc.records import Record

SCRATCH = 64 << 20
"""Bytes that every run may take beside its tensors: gathered taps, BLAS's own, the program."""

STEPS = 16
"""Smaller inputs that are tried: from 15/16 of the size down to 1/16."""


class Refusal(Record):
    """A run that the memory does not hold.

    Attributes:
        needed: the bytes that it takes.
        available: the bytes that there are.
        weights: the bytes of its weights alone.
        inputs: smaller inputs with which it fits, or None.
    """

    needed: int
    available: int
    weights: int
    inputs: dict[str, Shape] | None


def needed_bytes(graph: Graph, dtype: str = "float32", batch: int = 1) -> int:
    """Weights, the most activations alive at once, a padded copy of the largest, and scratch.

    Where there is attention, its scores as well: those of the layer that has most of them.
    """
    summary = summarize(graph, Basis(dtype, batch, is_typed=True))
    totals, scores = summary.totals, max(map(_scores, summary.rows), default=0)
    shapes = [*graph.inputs.values(), *(layer.output_shape for layer in graph.layers)]
    copied = (max(map(prod, shapes)) + scores) * batch * BYTES_PER_VALUE[dtype]
    return totals.weight_bytes + totals.peak_activation_bytes + copied + SCRATCH


def _scores(row: Row) -> int:
    """The scores that attention holds at once: of each head, of every query with every key."""
    heads, layer = getattr(row.layer.op, "heads", 0), row.layer
    return row.cost.product_macs * heads // (2 * layer.output_shape[0]) if heads else 0


def needed_for_step(graph: Graph, dtype: str, batch: int, *, held_outputs: int = 0) -> int:
    """The same of a training step: what it keeps, and the largest gradients several times.

    Of weights these are the gradient on its way to where it is held, and what it is made of.
    `held_outputs` is how often every output is held besides.
    """
    summary = summarize(graph, Basis(dtype, batch, "sgd", trains=True, is_typed=True))
    kept = summary.training.total if summary.training else 0
    shapes = [*graph.inputs.values(), *(layer.output_shape for layer in graph.layers)]
    flowing = 4 * max(map(prod, shapes)) * batch * BYTES_PER_VALUE[dtype]
    made = 3 * max((row.parameters for row in summary.rows), default=0) * BYTES_PER_VALUE[dtype]
    return kept + flowing + made + held_outputs * summary.totals.activation_bytes + SCRATCH


def available_bytes() -> int | None:
    """The bytes that can be had without swapping, or None when the system does not say."""
    found = [*_meminfo(), *_limits()]
    return min(found, default=None)


def _meminfo() -> Iterator[int]:
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    yield int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return


def _limits() -> Iterator[int]:
    """What a control group leaves: its limit less what is used."""
    folder = "/sys/fs/cgroup"
    try:
        values = []
        for name in ("memory.max", "memory.current"):
            with open(os.path.join(folder, name), encoding="ascii") as text:
                values.append(int(text.read()))
    except (OSError, ValueError):
        return
    yield values[0] - values[1]


def refusal(
    graph: Graph,
    needed: Callable[[Graph], int],
    rebuild: Callable[[dict[str, Shape]], Graph | None],
) -> Refusal | None:
    """Why a run of a network cannot start, with a smaller input that fits; None if it can.

    Args:
        graph: the network.
        needed: the bytes that a run takes.
        rebuild: the same network on other inputs; None when it does not take them.
    """
    available = available_bytes()
    wanted = needed(graph)
    if available is None or wanted <= available:
        return None
    weights = summarize(graph, Basis(is_typed=True)).totals.weight_bytes
    for step in range(STEPS - 1, 0, -1):
        inputs = scaled(graph, step / STEPS)
        smaller = rebuild(inputs)
        if smaller is not None and needed(smaller) <= available:
            return Refusal(wanted, available, weights, inputs)
    return Refusal(wanted, available, weights, None)


def scaled(graph: Graph, scale: float) -> dict[str, Shape]:
    """The inputs with their spatial axes times a scale, rounded down, one cell at least."""
    return {
        name: (shape[0], *(max(1, int(size * scale)) for size in shape[1:]))
        for name, shape in graph.inputs.items()
    }
