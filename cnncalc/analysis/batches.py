"""For how many examples networks are counted, where nothing else is said."""

from cnncalc.analysis.conventions import Basis
from cnncalc.graph import Graph


def for_batch(graph: Graph, batch: int | None) -> Graph:
    """The graph as one that is asked for a batch; None leaves it as it is.

    Raises:
        ValueError: the batch is below 1.
    """
    if batch is None:
        return graph
    Basis(batch=batch).check()
    return graph._replace(batch=batch)


def batch_of(batch: int | None, *graphs: Graph) -> int:
    """The batch to count by: the one given, or that for which all the networks were asked.

    Raises:
        ValueError: they were asked for several.
    """
    asked = sorted({one.batch for one in graphs} or {1})
    if batch is None and len(asked) > 1:
        listed = ", ".join(map(str, asked))
        raise ValueError(f"the networks were loaded for batches of {listed}: give `batch`")
    return asked[0] if batch is None else batch
