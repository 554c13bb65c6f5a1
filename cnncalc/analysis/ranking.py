"""The layers of a summary by what they add to a metric, the largest first."""

from collections.abc import Callable

from cnncalc.analysis.measures import amount_of as amount_in
from cnncalc.analysis.summary import Row, Summary
from cnncalc.metrics import METRICS


def amount_of(metric: str, summary: Summary) -> Callable[[Row], int]:
    """What one layer adds to a metric that layers add up to."""
    amount = amount_in(METRICS[metric], summary.widths, summary.batch)
    return lambda row: amount(row.layer, row.cost)


def ranked(summary: Summary, metric: str | None, top: int | None = None) -> tuple[Row, ...]:
    """The layers with the most of a metric, equal ones in their order; without a metric all.

    Example:
        >>> import cnncalc
        >>> from cnncalc.analysis.ranking import ranked
        >>> found = cnncalc.summarize(cnncalc.load("alexnet"))
        >>> [row.layer.name for row in ranked(found, "macs", 3)]
        ['conv2', 'conv3', 'conv4']
    """
    if metric is None:
        return summary.rows[:top]
    amount = amount_of(metric, summary)
    return tuple(sorted(summary.rows, key=lambda row: -amount(row))[:top])
