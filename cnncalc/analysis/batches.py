"""How networks are counted in Python: for how many examples, and in what values."""

from collections.abc import Sequence

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


def basis_of(  # noqa: PLR0913 - one argument for each way to count
    graphs: Sequence[Graph],
    dtype: str | None,
    batch: int | None,
    bits: str | None,
    *,
    auxiliary: bool = False,
    inplace: bool = True,
) -> Basis:
    """How networks are counted: by a dtype or by bits, else each by its own.

    Raises:
        ValueError: both are given, the bits are none, or they name a layer that no network has.
    """
    count = batch_of(batch, *graphs)
    if bits is None:
        basis = Basis(dtype or "float32", count, is_typed=dtype is not None)
        return basis._replace(auxiliary=auxiliary, inplace=inplace)
    if dtype is not None:
        raise ValueError("a dtype and bits both say how wide values are: give one")
    from cnncalc.analysis.precision import read_bits  # noqa: PLC0415 - where bits are asked for
    from cnncalc.analysis.widths import check_labels  # noqa: PLC0415

    precision = read_bits([bits])
    check_labels(graphs, precision)
    basis = Basis(batch=count, precision=precision)
    return basis._replace(auxiliary=auxiliary, inplace=inplace)
