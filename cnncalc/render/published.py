"""Published figures beside ours."""

from collections.abc import Sequence

from cnncalc.analysis.published import Holding
from cnncalc.analysis.summary import Summary
from cnncalc.render.text import printable

_NAMES = {"macs": "MACs", "flops": "FLOPs"}


def render_published(summary: Summary, holdings: Sequence[Holding]) -> str:
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
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_row(row, widths) for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths[:4]))
    wrong = [one for one in holdings if not one.holds]
    notes = dict.fromkeys(
        f"{printable(one.published.layer or 'total')}: {printable(one.published.note)}"
        for one in holdings
        if one.published.note
    )
    title = [printable(graph.name), printable(graph.source or ""), ""]
    verdict = f"{len(holdings) - len(wrong)} of {len(holdings)} published figures are ours."
    return "\n".join([*title, *lines, "", *notes, *([""] if notes else []), verdict]) + "\n"


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    layer, metric, published, ours, reading = row
    cells = [
        layer.ljust(widths[0]),
        metric.ljust(widths[1]),
        published.rjust(widths[2]),
        ours.rjust(widths[3]),
        reading,
    ]
    return "  ".join(cells).rstrip()
