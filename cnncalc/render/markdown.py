"""A summary as a Markdown table."""

from cnncalc.analysis.conventions import FOOTER
from cnncalc.analysis.summary import Summary
from cnncalc.render.columns import DEFAULT, column, input_rows
from cnncalc.render.outline import outline
from cnncalc.render.text import printable, title


def render_markdown(
    summary: Summary, columns: tuple[str, ...] | None, depth: int | None, layout: str
) -> str:
    """The outline with its totals, as GitHub renders tables."""
    entries, _, _ = outline(summary, depth)
    shown = [column(name, summary, layout) for name in columns or DEFAULT]
    headings = ["Layer", *(one.heading for one in shown)]
    rules = [":--", *("--:" if one.is_number else ":--" for one in shown)]
    inputs = [[_escape(name), *cells] for name, cells in input_rows(summary, shown, layout)]
    rows = [
        [
            "&emsp;" * entry.level
            + _escape(entry.label)
            + (f" x {entry.times}" if entry.times > 1 else ""),
            *(_escape(one.cell(entry)) for one in shown),
        ]
        for entry in entries
    ]
    total = [f"**{cell}**" if cell else "" for cell in ("total", *(one.total for one in shown))]
    lines = [f"| {' | '.join(row)} |" for row in (headings, rules, *inputs, *rows, total)]
    graph = summary.graph
    source = [f"{_escape(graph.source)}\n"] if graph.source else []
    return "\n".join([f"### {_escape(title(graph))}\n", *source, *lines, f"\n{FOOTER}"]) + "\n"


def _escape(text: str) -> str:
    for character in "\\|*_<`[]":
        text = text.replace(character, f"\\{character}")
    return printable(text)
