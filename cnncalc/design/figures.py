"""The numbers of a design, by name: those of the whole, and of a labelled part."""

from collections.abc import Collection

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.counts import Counts, NoFigureError, Share
from cnncalc.diagnostics import did_you_mean
from cnncalc.graph import Graph
from cnncalc.metrics import shown_in
from cnncalc.ops.values import Shape

NUMBERS = tuple(name for name in shown_in("spec") if name not in {"output", "share"})
"""The metrics that are one number, or one for each axis: what can be limited and plotted."""

Figure = int | Shape
"""A count, or what is seen along each axis of the input."""


def check_metric(name: str, others: Collection[str] = ()) -> None:
    """Refuse a name that is no metric, nor one of others that may stand there.

    `LABEL.metric` is a metric of a layer or group; whether a network has that label is seen when
    it is built.

    Raises:
        ValueError: it is none; the text says which there are.
    """
    own = name.rpartition(".")[2]
    if name in others or own in NUMBERS:
        return
    hint = did_you_mean(own, [*NUMBERS, *others])
    raise ValueError(f"unknown metric `{name}`: {hint or 'one of ' + ', '.join(NUMBERS)}")


def figure(counts: Counts, name: str) -> Figure:
    """A metric of a network, or of a labelled part of it.

    Raises:
        NoFigureError: there is no such label, or it has no such metric.
    """
    label, _, metric = name.rpartition(".")
    found = counts.figure(label or None, metric)
    if isinstance(found, Share):
        raise TypeError(f"{metric} is a share")  # no metric of `NUMBERS` is one
    return found


def figures(graph: Graph, names: Collection[str], basis: Basis) -> dict[str, Figure | None]:
    """Metrics of a network by name; None for what it does not have."""
    counts = Counts(graph, basis)
    found: dict[str, Figure | None] = {}
    for name in names:
        try:
            found[name] = figure(counts, name)
        except NoFigureError:
            found[name] = None
    return found


def as_number(value: Figure) -> int:
    """One number for what is told for each axis: that of the axis which sees least.

    Example:
        >>> as_number(7), as_number((11, 9))
        (7, 9)
    """
    return min(value) if isinstance(value, tuple) else value
