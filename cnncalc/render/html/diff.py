"""A difference as HTML: its totals, and the layers that differ in as many lines as fit."""

from collections.abc import Iterator, Sequence

from cnncalc.analysis.changes import STATUSES, Diff
from cnncalc.render.diff import parts
from cnncalc.render.diff.lines import Line, layer_lines, layer_rows
from cnncalc.render.diff.parts import Look
from cnncalc.render.html.elements import escaped, heading, line, page, paragraph, table

PLAIN = Look()


def render_html(diff: Diff, look: Look = PLAIN) -> str:
    """Totals that changed, the number of layers by status, and the layers that differ."""
    old, new = parts.titles(diff, look)
    return page([heading(f"{old} {look.arrow} {new}"), *_blocks(diff, look)])


def _blocks(diff: Diff, look: Look) -> Iterator[str]:
    told = [line(text) for text in parts.partial_texts(diff)]
    if not diff.is_changed:
        layers = parts.layers_text(diff.unchanged)
        yield paragraph([f"Nothing changed in the network: {layers}.", *told])
        return
    rows = [row for row in parts.total_rows(diff) if row[-1] != "="]
    if rows:
        cells = [[*map(escaped, row)] for row in rows]
        yield table(("", "Old", "New", "Change"), cells, (1, 2, 3))
    told += [line(text) for text in parts.end_texts(diff, look)]
    counts = [f"{count:,} {STATUSES[name]}" for name, count in diff.counts.items() if count]
    counts.append(f"{parts.layers_text(diff.unchanged)} unchanged")
    same = [] if rows else ["The totals are the same."]
    yield paragraph([*same, *told, f"{', '.join(counts)}."])
    lines, is_folded = layer_lines(diff, look)
    if lines:
        yield _layers(lines)
    if is_folded:
        yield paragraph(["<code>entries</code> has every layer that differs."], is_quiet=True)


def _layers(lines: Sequence[Line]) -> str:
    (head, *body), numbers = layer_rows(lines, has_output=True)
    rows = [
        [STATUSES.get(line.status, ""), escaped(line.name), *map(escaped, row[1:])]
        for line, row in zip(lines, body, strict=True)
    ]
    return table(["", "Layer", *map(escaped, head[1:])], rows, [place + 1 for place in numbers])
