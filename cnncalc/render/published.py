"""Published figures beside ours."""

from collections.abc import Sequence

from cnncalc.analysis.published import Holding
from cnncalc.analysis.summary import Summary
from cnncalc.render.grid import draw_table
from cnncalc.render.text import printable

_NAMES = {"macs": "MACs", "flops": "FLOPs"}


def render_published(
    summary: Summary, holdings: Sequence[Holding], *, is_ascii: bool = False
) -> str:
    """A row a figure; those that differ are marked."""
    graph = summary.graph
    rows = [("Layer", "Metric", "Published", "Ours", "")]
    rows += [
        (
            printable(one.published.layer or "total"),
            _NAMES.get(one.published.metric, printable(one.published.metric)),
            printable(one.published.text),
            f"{one.exact:,}",
            one.reading if one.holds else "DIFFERS",
        )
        for one in holdings
    ]
    lines = draw_table(rows, (2, 3), is_ascii=is_ascii)
    wrong = [one for one in holdings if not one.holds]
    notes = dict.fromkeys(
        f"{printable(one.published.layer or 'total')}: {printable(one.published.note)}"
        for one in holdings
        if one.published.note
    )
    title = [printable(graph.name), printable(graph.source or ""), ""]
    verdict = f"{len(holdings) - len(wrong)} of {len(holdings)} published figures are ours."
    return "\n".join([*title, *lines, "", *notes, *([""] if notes else []), verdict]) + "\n"
