"""A summary as a Markdown table."""

from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.render.columns import PLAIN, Look
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import escaped
from cnncalc.render.sheet import fact_lines, sheet
from cnncalc.render.text import title


def render_markdown(summary: Summary, look: Look = PLAIN) -> str:
    """The outline with its totals, as GitHub renders tables."""
    drawn = sheet(summary, look, escaped, escaped, marks="&emsp;,x,&rarr; ,&emsp;")
    numbers = [place for place, one in enumerate(drawn.columns, 1) if one.is_number]
    total = [f"**{cell}**" if cell else "" for cell in drawn.total]
    graph = summary.graph
    partial = summary.status != COMPLETE
    parts = [
        f"### {escaped(title(graph))}\n",
        *([f"{escaped(graph.source)}\n"] if graph.source else ()),
        *markdown_table(drawn.headings, [*drawn.rows, total], numbers),
        "\n" + "  \n".join(map(escaped, fact_lines(summary, look.layout))),
        f"\n{escaped(summary.footer)}",
        *([f"\nStatus: {escaped(summary.status)}"] if partial else ()),
    ]
    return "\n".join(parts) + "\n"
