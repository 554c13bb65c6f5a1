"""An estimate of time as HTML: its sentence, what it rests on, and the shares of layers."""

from cnncalc.render.estimate import SHARES, device_lines, outside_lines, sentence, share
from cnncalc.render.html.elements import Cell, escaped, line, page, paragraph, table
from cnncalc.timing.estimate import Estimate

MOST = 40
"""Layers that are shown: those with the largest shares."""


def render_html(one: Estimate) -> str:
    """The estimate with its error first; no layer has a time of its own."""
    above = [line(text) for text in (sentence(one), *outside_lines(one))]
    above += [line(text) for text in device_lines(one.device)]
    chosen = sorted(one.layers, key=lambda each: -each.part)[:MOST]
    rows: list[list[str | Cell]] = [
        [escaped(each.name), escaped(each.op), Cell(share(each.part), 100 * each.part)]
        for each in chosen
    ]
    below = [SHARES]
    left = len(one.layers) - len(chosen)
    if left:
        below.append(
            f"{left:,} layers with smaller shares are left out; <code>rows</code> has all."
        )
    shown = table(["Layer", "Op", "Share"], rows, [2])
    return page([paragraph(above), shown, paragraph(below)])
