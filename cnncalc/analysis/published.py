"""Figures that papers print, held against ours."""

from collections.abc import Iterator

from cnncalc.analysis.summary import Summary
from cnncalc.facts import Amount, Published
from cnncalc.records import Record

DIFFERS = "differs"
COUNTED = ("parameters", "weights", "biases", "buffers", "macs", "flops")
"""Metrics that layers add up to."""

OTHERWISE = {
    "weights": ("parameters", "with biases"),
    "parameters": ("weights", "without biases"),
}
"""What a figure is tried as when it is not its metric: papers seldom say which they print."""


class Holding(Record):
    """A printed figure, our count of the same, and how the one reads as the other."""

    published: Published
    exact: int
    reading: str

    @property
    def holds(self) -> bool:
        """Whether the printed figure is our count by some way of shortening numbers."""
        return self.reading != DIFFERS

    def to_dict(self) -> dict[str, object]:
        """The figure as JSON has it."""
        one = self.published
        return {
            "layer": one.layer,
            "metric": one.metric,
            "published": one.text,
            "exact": self.exact,
            "reading": self.reading,
            "note": one.note,
        }


def hold(summary: Summary) -> Iterator[Holding]:
    """Each figure that the spec has as published, in its order.

    Raises:
        KeyError: the figure is about a label that the network does not have.
    """
    return (hold_one(summary, one) for one in summary.graph.published)


def hold_one(summary: Summary, one: Published) -> Holding:
    """One such figure.

    Raises:
        KeyError: the figure is about a label that the network does not have.
    """
    exact = count(summary, one.layer, one.metric)
    reading = read(one.amount, exact)
    if reading == DIFFERS and one.metric in OTHERWISE:
        metric, said = OTHERWISE[one.metric]
        other = count(summary, one.layer, metric)
        found = read(one.amount, other)
        if found != DIFFERS:
            reading = f"{said} ({other:,}), {found}"
    return Holding(one, exact, reading)


def count(summary: Summary, label: str | None, metric: str) -> int:
    """A metric of the whole network, or of a labelled layer or group.

    Raises:
        KeyError: there is no such label, or the metric is not one that layers add up to.
    """
    if label is None:
        value: int = getattr(summary.totals, metric)
        return value
    if metric not in COUNTED:
        raise KeyError(f"`{metric}` of a layer is none of {', '.join(COUNTED)}")
    rows = [row for row in summary.rows if row.layer.is_under(label)]
    if not rows:
        raise KeyError(f"there is no layer or group `{label}`")
    return sum(getattr(row, metric) for row in rows)


def read(amount: Amount, exact: int) -> str:
    """By which way of shortening the exact count is printed so, or that it is not.

    A half is rounded up: a count that lies half-way and is printed below was truncated.
    """
    if amount.factor == 1 and not amount.decimals:
        return "exact" if amount.digits == exact else DIFFERS
    binary = {10**3: 2**10, 10**6: 2**20, 10**9: 2**30}.get(amount.factor)
    scaled = exact * 10**amount.decimals
    for factor, unit in ((amount.factor, ""), (binary, "K = 1024, ")):
        if factor is None:
            continue
        if (2 * scaled + factor) // (2 * factor) == amount.digits:
            return f"{unit}rounded"
        if scaled // factor == amount.digits:
            return f"{unit}truncated"
    return DIFFERS
