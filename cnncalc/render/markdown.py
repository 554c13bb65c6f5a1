"""A summary as a Markdown table."""

from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.render.columns import DEFAULT, column, input_rows
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import escaped
from cnncalc.render.memory import memory_lines
from cnncalc.render.outline import outline
from cnncalc.render.text import title


def render_markdown(
    summary: Summary, columns: tuple[str, ...] | None, depth: int | None, layout: str
) -> str:
    """The outline with its totals, as GitHub renders tables."""
    entries, _, _ = outline(summary, depth)
    shown = [column(name, summary, layout) for name in columns or DEFAULT]
    headings = ["Layer", *(one.heading for one in shown)]
    numbers = [place for place, one in enumerate(shown, 1) if one.is_number]
    inputs = [[escaped(name), *cells] for name, cells in input_rows(summary, shown, layout)]
    rows = [
        [
            "&emsp;" * entry.level
            + escaped(entry.label)
            + (f" x {entry.times}" if entry.times > 1 else ""),
            *(escaped(one.cell(entry)) for one in shown),
        ]
        for entry in entries
    ]
    total = [f"**{cell}**" if cell else "" for cell in ("total", *(one.total for one in shown))]
    lines = markdown_table(headings, [*inputs, *rows, total], numbers)
    graph = summary.graph
    source = [f"{escaped(graph.source)}\n"] if graph.source else []
    told = "  \n".join(map(escaped, memory_lines(summary)))
    parts = [f"### {escaped(title(graph))}\n", *source, *lines, f"\n{told}"]
    parts.append(f"\n{escaped(summary.footer)}")
    if summary.status != COMPLETE:
        parts.append(f"\nStatus: {escaped(summary.status)}")
    return "\n".join(parts) + "\n"
