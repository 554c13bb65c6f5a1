"""A difference as Markdown, say for a pull request."""

from collections.abc import Sequence

from cnncalc.analysis.changes import STATUSES, Diff
from cnncalc.render.diff.lines import Line, layer_lines, layer_rows
from cnncalc.render.diff.look import Look
from cnncalc.render.diff.notes import end_texts, layers_text, partial_texts, titles
from cnncalc.render.diff.totals import total_rows
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import escaped


def render_diff_markdown(diff: Diff, look: Look) -> str:
    """Totals and layers as GitHub renders tables, say for a pull request."""
    old, new = map(escaped, titles(diff, look))
    partial = "".join(f"- {escaped(text)}\n" for text in partial_texts(diff))
    if not diff.is_changed:
        below = f"\n{partial}" if partial else ""
        return f"### {old} → {new}\n\nNothing changed in the network.\n{below}"
    totals = [row for row in total_rows(diff) if row[-1] != "="]
    blocks = [f"### {old} → {new}"]
    if totals:
        blocks.append(
            "\n".join(markdown_table(("", "old", "new", "change"), totals, numbers=(1, 2, 3)))
        )
    else:
        blocks.append("The totals are the same.")
    if partial:
        blocks.append(partial.rstrip())
    if ends := [f"- {escaped(text)}" for text in end_texts(diff, look)]:
        blocks.append("\n".join(ends))
    counts = [f"{n:,} {STATUSES[status]}" for status, n in diff.counts.items() if n]
    blocks.append(", ".join([*counts, f"{layers_text(diff.unchanged)} unchanged"]) + ".")
    lines, is_folded = layer_lines(diff, look)
    if lines:
        blocks.append(_markdown_layers(lines))
    if is_folded:
        blocks.append("`--all` shows every layer that differs.")
    return "\n\n".join(blocks) + "\n"


def _markdown_layers(lines: Sequence[Line]) -> str:
    (heading, *body), numbers = layer_rows(lines, has_output=True)
    # A word instead of the mark, which Markdown might read as its own.
    rows = [
        [STATUSES.get(line.status, ""), escaped(line.name), *map(escaped, row[1:])]
        for line, row in zip(lines, body, strict=True)
    ]
    places = [place + 1 for place in numbers]
    return "\n".join(markdown_table(["", "Layer", *heading[1:]], rows, places))
