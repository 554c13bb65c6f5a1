"""A summary as a LaTeX table, for a paper."""

from cnncalc.analysis.conventions import FOOTER
from cnncalc.analysis.summary import Summary
from cnncalc.render.columns import DEFAULT, column
from cnncalc.render.outline import outline
from cnncalc.render.text import printable, shape_text

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


def render_latex(
    summary: Summary, columns: tuple[str, ...] | None, depth: int | None, layout: str
) -> str:
    r"""The outline with its totals as a `tabular`; the document needs `\usepackage{booktabs}`."""
    entries, _, _ = outline(summary, depth)
    shown = [column(name, summary, layout) for name in columns or DEFAULT]
    alignment = "l" + "".join("r" if one.is_number else "l" for one in shown)
    inputs = [
        [name, *(shape_text(shape, layout) if "Output" in one.heading else "" for one in shown)]
        for name, shape in summary.graph.inputs.items()
    ]
    rows = [
        [
            r"\quad " * entry.level
            + _escape(entry.label)
            + (rf" $\times$ {entry.times}" if entry.times > 1 else ""),
            *(_cell(one.cell(entry), one.heading) for one in shown),
        ]
        for entry in entries
    ]
    total = ["total", *(_cell(one.total, one.heading) for one in shown)]
    graph = summary.graph
    title = graph.name if graph.variant is None else f"{graph.name}:{graph.variant}"
    source = f" ({graph.source})" if graph.source else ""
    return "\n".join(
        [
            f"% {printable(title)}{printable(source)}",
            f"% {FOOTER}",
            rf"\begin{{tabular}}{{{alignment}}}",
            r"\toprule",
            _row(["Layer", *(_cell(one.heading, one.heading) for one in shown)]),
            r"\midrule",
            *(
                _row(
                    [
                        cell.replace("x", _TIMES) if place else _escape(cell)
                        for place, cell in enumerate(row)
                    ]
                )
                for row in inputs
            ),
            *map(_row, rows),
            r"\midrule",
            _row(total),
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


_TIMES = r"$\times$"


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _cell(text: str, heading: str) -> str:
    return (
        text.replace("x", _TIMES)
        if heading.startswith("Output") and text != heading
        else _escape(text)
    )


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in printable(text))
