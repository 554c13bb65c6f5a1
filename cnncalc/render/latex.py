"""A summary as a LaTeX table, for a paper."""

from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.render.columns import DEFAULT, Column, column, input_rows
from cnncalc.render.memory import memory_lines
from cnncalc.render.outline import outline
from cnncalc.render.text import printable, title

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
}
_TIMES = r"$\times$"


def render_latex(
    summary: Summary, columns: tuple[str, ...] | None, depth: int | None, layout: str
) -> str:
    r"""The outline with its totals as a `tabular`; the document needs `\usepackage{booktabs}`."""
    entries, _, _ = outline(summary, depth)
    shown = [column(name, summary, layout) for name in columns or DEFAULT]
    alignment = "l" + "".join("r" if one.is_number else "l" for one in shown)
    inputs = [
        [_escape(name), *map(_cell, cells, shown)]
        for name, cells in input_rows(summary, shown, layout)
    ]
    rows = [
        [
            r"\quad " * entry.level
            + _escape(entry.label)
            + (f" {_TIMES} {entry.times}" if entry.times > 1 else ""),
            *(_cell(one.cell(entry), one) for one in shown),
        ]
        for entry in entries
    ]
    total = ["total", *(_cell(one.total, one) for one in shown)]
    graph = summary.graph
    source = f" ({graph.source})" if graph.source else ""
    partial = [] if summary.status == COMPLETE else [f"Status: {summary.status}"]
    return "\n".join(
        [
            f"% {printable(title(graph))}{printable(source)}",
            *(f"% {line}" for line in memory_lines(summary)),
            f"% {printable(summary.footer)}",
            *(f"% {printable(line)}" for line in partial),
            rf"\begin{{tabular}}{{{alignment}}}",
            r"\toprule",
            _row(["Layer", *(_cell(one.heading, one) for one in shown)]),
            r"\midrule",
            *map(_row, inputs),
            *map(_row, rows),
            r"\midrule",
            _row(total),
            r"\bottomrule",
            r"\end{tabular}",
            *(rf"\par {_escape(line)}" for line in partial),
            "",
        ]
    )


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _cell(text: str, column: Column) -> str:
    return text.replace("x", _TIMES) if column.is_shape else _escape(text)


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in printable(text))
