"""What a baseline keeps of a network."""

from collections.abc import Container, Iterator

from cnncalc.checks.counts import Counts, NoFigureError, Share
from cnncalc.checks.stored import LAYER_METRICS, OF_BITS, TOTALS, Figures, Stored


def figures_of(counts: Counts, labels: Container[str]) -> Figures:
    """The figures of a network that are worth a line; what cannot be counted has none.

    Args:
        counts: the network.
        labels: the labels of its outermost scope.
    """
    has_bits = counts.basis.precision is not None
    totals = [metric for metric in TOTALS if has_bits or metric != OF_BITS]
    figures = {metric: figure for metric in totals for figure in _counted(counts, None, metric)}
    for name in counts.labels:
        if not _is_kept(name, counts, labels):
            continue
        costs = {one: figure for one in LAYER_METRICS for figure in _counted(counts, name, one)}
        if any(costs.values()):
            figures |= {f"{name}.{metric}": figure for metric, figure in costs.items()}
    return figures


def _is_kept(name: str, counts: Counts, labels: Container[str]) -> bool:
    """Whether it is an outermost group, or an outermost layer with a label of its own."""
    is_label = name in labels or name.rstrip("0123456789") in labels
    return "." not in name and (is_label or (name,) in counts.graph.groups)


def _counted(counts: Counts, label: str | None, metric: str) -> Iterator[Stored]:
    try:
        figure = counts.figure(label, metric)
    except NoFigureError:
        return
    if not isinstance(figure, Share):
        yield figure
