"""A summary as a LaTeX table, for a paper."""

from collections.abc import Sequence

from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.render.columns import PLAIN, Look
from cnncalc.render.sheet import fact_lines, sheet
from cnncalc.render.text import printable, title

_ESCAPES = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"$<$",
        ">": r"$>$",
    }
)
_TIMES = r"$\times$"


def render_latex(summary: Summary, look: Look = PLAIN) -> str:
    r"""The outline with its totals as a `tabular`; the document needs `\usepackage{booktabs}`."""
    drawn = sheet(summary, look, _written, _shape, marks=rf"\quad ,{_TIMES},$\to$ ,\quad ")
    alignment = "l" + "".join("r" if one.is_number else "l" for one in drawn.columns)
    graph = summary.graph
    source = f" ({graph.source})" if graph.source else ""
    partial = [] if summary.status == COMPLETE else [f"Status: {summary.status}"]
    about = [
        f"{title(graph)}{source}",
        *fact_lines(summary, look.layout),
        summary.footer,
        *partial,
    ]
    lines = [
        *(f"% {printable(line)}" for line in about),
        rf"\begin{{tabular}}{{{alignment}}}",
        r"\toprule",
        _row(drawn.headings),
        r"\midrule",
        *map(_row, drawn.rows),
        r"\midrule",
        _row(drawn.total),
        r"\bottomrule",
        r"\end{tabular}",
        *(rf"\par {_written(line)}" for line in partial),
    ]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def _written(text: str) -> str:
    return printable(text).translate(_ESCAPES)


def _shape(text: str) -> str:
    return text.replace("x", _TIMES)
