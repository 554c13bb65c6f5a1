"""What each line of a spec comes to, as the page has it."""

from collections.abc import Iterator
from typing import Any

from cnncalc.analysis.summary import Summary
from cnncalc.editor.lines import totals_of_lines


def told_of_lines(summary: Summary, file: str) -> Iterator[dict[str, Any]]:
    """For each line that makes layers, itself or by a call, what these give and cost.

    The shape is that which the line gives: what the last layer of each run of it gives, where all
    runs give the same, else None.
    """
    for total in totals_of_lines(((row.layer, row) for row in summary.rows), file).values():
        yield total._asdict()
