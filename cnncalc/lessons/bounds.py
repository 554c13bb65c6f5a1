"""How much a lesson may take: what takes too long or too much memory is refused before it runs."""

from math import prod

from cnncalc.analysis.costs import cost
from cnncalc.analysis.runnable import not_run
from cnncalc.engine.estimate import available_bytes, needed_bytes
from cnncalc.facts import bytes_text
from cnncalc.graph import Graph, Layer
from cnncalc.ops.norm import LocalResponseNorm
from cnncalc.printable import printable

MOST_EFFORT = 4 * 10**10
"""Multiplications, or as much other work, that a demonstration may take: some seconds."""

MOST_OF_ONE = 10**12
"""The same of a single run that is asked for by itself: some minutes."""


class RefusedError(ValueError):
    """What cannot be shown, in words for the user."""


def effort_of(graph: Graph) -> int:
    """The work of one example: its multiplications, and the values that are made."""
    return sum(map(_effort, graph.layers))


def _effort(layer: Layer) -> int:
    counted = cost(layer.op, layer.input_shapes, layer.output_shape)
    values = prod(layer.output_shape)
    return (counted.macs or values * _taps(layer)) + counted.product_macs + 10 * values


def _taps(layer: Layer) -> int:
    """What an op that multiplies nothing reads for each value that it gives."""
    if isinstance(layer.op, LocalResponseNorm):
        return layer.op.size
    kernel = getattr(layer.op, "kernel_size", None)
    return prod(kernel) if isinstance(kernel, tuple) else 1


def check_run(graph: Graph, dtype: str, most: int, what: str) -> None:
    """Refuse a network that does not run, that takes too long, or more memory than there is.

    Args:
        graph: the network, as far as it is run.
        dtype: what it runs with.
        most: the work that it may take.
        what: what is asked for, in words.

    Raises:
        RefusedError: it is such a network.
    """
    layer = not_run(graph)
    if layer is not None:
        named = f"`{printable(layer.name)}` ({printable(layer.op.name)})"
        raise RefusedError(f"{named} is a layer that the NumPy engine cannot run")
    effort = effort_of(graph)
    if effort > most:
        raise RefusedError(
            f"{what} takes a run of {effort:.2g} operations, at most {most:.2g} are made: "
            "a smaller input, or a layer nearer to the input, takes fewer"
        )
    needed, available = needed_bytes(graph, dtype), available_bytes()
    if available is not None and needed > available:
        raise RefusedError(
            f"{what} takes {bytes_text(needed)} of memory, {bytes_text(available)} are available: "
            "a smaller input takes less"
        )


def check_effort(graph: Graph, runs: int, what: str) -> None:
    """Refuse what would take minutes, before anything is run.

    Raises:
        RefusedError: it takes more than `MOST_EFFORT`.
    """
    effort = effort_of(graph) * runs
    if effort > MOST_EFFORT:
        raise RefusedError(
            f"{what} takes {runs:,} runs of {effort_of(graph):,} operations, together "
            f"{effort:.2g}; the bound is {MOST_EFFORT:.2g}: give a smaller input, or a layer"
        )
