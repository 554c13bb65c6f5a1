"""What each line of a spec comes to, as the page has it."""

from collections.abc import Iterator
from typing import Any

from cnncalc.analysis.summary import Summary
from cnncalc.editor.heads import Heads
from cnncalc.editor.lines import totals_of_lines


def told_of_lines(summary: Summary, file: str, heads: Heads) -> Iterator[dict[str, Any]]:
    """For each line that makes layers, itself, by a call or by what stands below it, their sums.

    The shape is that which the line gives: what the last layer of each run of it gives, where all
    runs give the same, else None.
    """
    layers = [row.layer for row in summary.rows]
    costs = [row.cost for row in summary.rows]
    totals = totals_of_lines(layers, costs, file, heads=heads, batch=summary.batch)
    yield from (total._asdict() for total in totals.values())
