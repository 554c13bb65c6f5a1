"""A difference as Markdown, for instance for a pull request."""

from collections.abc import Sequence

from cnncalc.analysis.changes import STATUSES, Diff
from cnncalc.render.diff import parts
from cnncalc.render.diff.lines import Line, layer_lines, layer_rows
from cnncalc.render.diff.parts import Look
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import escaped


def render_diff_markdown(diff: Diff, look: Look) -> str:
    """Totals and layers as GitHub renders tables."""
    old, new = map(escaped, parts.titles(diff, look))
    partial = "".join(f"- {escaped(text)}\n" for text in parts.partial_texts(diff))
    if not diff.is_changed:
        below = f"\n{partial}" if partial else ""
        return f"### {old} → {new}\n\nNothing changed in the network.\n{below}"
    totals = [row for row in parts.total_rows(diff) if row[-1] != "="]
    table = markdown_table(("", "old", "new", "change"), totals, numbers=(1, 2, 3))
    counts = [f"{n:,} {STATUSES[status]}" for status, n in diff.counts.items() if n]
    lines, is_folded = layer_lines(diff, look)
    blocks = [
        f"### {old} → {new}",
        "\n".join(table) if totals else "The totals are the same.",
        partial.rstrip(),
        "\n".join(f"- {escaped(text)}" for text in parts.end_texts(diff, look)),
        ", ".join([*counts, f"{parts.layers_text(diff.unchanged)} unchanged"]) + ".",
        _layers(lines) if lines else "",
        "`--all` shows every layer that differs." if is_folded else "",
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _layers(lines: Sequence[Line]) -> str:
    (heading, *body), numbers = layer_rows(lines, has_output=True)
    # A word instead of the mark, which Markdown might read as its own.
    rows = [
        [STATUSES.get(line.status, ""), escaped(line.name), *map(escaped, row[1:])]
        for line, row in zip(lines, body, strict=True)
    ]
    places = [place + 1 for place in numbers]
    return "\n".join(markdown_table(["", "Layer", *heading[1:]], rows, places))
