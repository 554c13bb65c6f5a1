"""How much a lesson may take: what takes too long or too much memory is refused before it runs."""

from math import prod

from cnncalc.analysis.costs import cost
from cnncalc.analysis.runnable import not_run
from cnncalc.engine.estimate import available_bytes, needed_bytes
from cnncalc.facts import bytes_text
from cnncalc.graph import Graph
from cnncalc.ops.norm import LocalResponseNorm
from cnncalc.printable import printable
from cnncalc.records import Record

MOST_EFFORT = 4 * 10**10
"""Multiplications, or as much other work, that a demonstration may take: some seconds."""


LAYER = 10**5
"""What it takes to come to a layer, as much as so many multiplications."""


class Limits(Record):
    """What a run may take.

    Attributes:
        effort: its operations.
        held: its bytes; None where only those count that there are.
        where: where it may not take more, in words.
        remedy: what takes less, in words.
    """

    effort: int
    held: int | None = None
    where: str = "here"
    remedy: str = "a smaller input takes less, and so does a layer nearer to the input"


OF_ONE = Limits(10**12)
"""Of a run that is asked for by itself: some minutes."""


class RefusedError(ValueError):
    """What cannot be shown, in words for the user."""


def effort_of(graph: Graph) -> int:
    """The work of one example: its multiplications, the values that are made, and its layers."""
    total = LAYER * len(graph.layers)
    for layer in graph.layers:
        counted = cost(layer.op, layer.input_shapes, layer.output_shape)
        values = prod(layer.output_shape)
        each = 10 + (layer.op.size if isinstance(layer.op, LocalResponseNorm) else 0)
        total += (counted.macs or 0) + counted.product_macs + each * values
    return total


def check_run(graph: Graph, dtype: str, what: str, limits: Limits) -> None:
    """Refuse a network that does not run, that takes too long, or too much memory.

    Args:
        graph: the network, as far as it is run.
        dtype: what it runs with.
        what: what is asked for, in words.
        limits: what it may take.

    Raises:
        RefusedError: it is such a network.
    """
    layer = not_run(graph)
    if layer is not None:
        named = f"`{printable(layer.name)}` ({printable(layer.op.name)})"
        raise RefusedError(f"{named} is a layer that the NumPy engine cannot run")
    effort = effort_of(graph)
    if effort > limits.effort:
        raise RefusedError(
            f"{what} takes a run of {_billions(effort)} operations, and "
            f"{_billions(limits.effort)} are the most {limits.where}: {limits.remedy}"
        )
    needed, available = needed_bytes(graph, dtype), available_bytes()
    most = min(one for one in (available, limits.held, needed) if one is not None)
    if most < needed:
        raise RefusedError(
            f"{what} takes {bytes_text(needed)} of memory, and {bytes_text(most)} are the most "
            f"{limits.where}: {limits.remedy}"
        )


def _billions(effort: int) -> str:
    return f"{-(-effort // 10**9):,} billion"


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
