"""A summary as a LaTeX table, for a paper."""

import re
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
    drawn = sheet(summary, look, written, _shape, marks=rf"\quad ,{_TIMES},$\to$ ,\quad ")
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
        *(rf"\par {written(line)}" for line in partial),
    ]
    return "\n".join(lines) + "\n"


def latex_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A `tabular` of texts, the first column to the left and all others to the right."""
    return [
        rf"\begin{{tabular}}{{l{'r' * (len(headings) - 1)}}}",
        r"\toprule",
        _row([*map(written, headings)]),
        r"\midrule",
        *(_row([_shape_within(written(cell)) for cell in row]) for row in rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def written(text: str) -> str:
    """A text as LaTeX prints it."""
    return printable(text).translate(_ESCAPES)


def _shape_within(text: str) -> str:
    """A text with the sizes that stand in it as they are printed: `3x224x224`, `conv3x3`."""
    return re.sub(r"(?<=\d)x(?=\d)", lambda _: _TIMES, text)


def _shape(text: str) -> str:
    return text.replace("x", _TIMES)
