"""A comparison with a network a row, as papers and spreadsheets have it: CSV and LaTeX."""

import csv
import io
from collections.abc import Sequence

from cnncalc.analysis.compare import Candidate, Comparison
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS
from cnncalc.ops.values import show_shape
from cnncalc.render.compare import FIGURES, field_of, partial_lines, verdict
from cnncalc.render.csv import text_cell
from cnncalc.render.latex import latex_table, written

_TITLES = {"input": "input", "output": "output", "receptive_field": "receptive field"}


def _figures(comparison: Comparison, asked: Sequence[str] | None) -> list[str]:
    """The figures that are asked for and that the networks have."""
    first = comparison.candidates[0]
    names = FIGURES if asked is None else asked
    return [one for one in names if one in _TITLES or first.figure(one) is not None]


def _cell(one: Candidate, figure: str) -> int | str:
    if figure == "receptive_field":
        return field_of(one)
    if figure in _TITLES:
        shapes = one.input_shapes if figure == "input" else one.output_shapes
        return " ".join(map(show_shape, shapes))
    return one.figure(figure) or 0


def render_compare_csv(comparison: Comparison, figures: Sequence[str] | None = None) -> str:
    """Raw integers, without ratios; what is uncounted stands below in comments."""
    names = _figures(comparison, figures)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", *names))
    for one in comparison.candidates:
        cells = [_cell(one, figure) for figure in names]
        writer.writerow((text_cell(one.name), *cells))
    return text.getvalue() + "".join(f"# {line}\n" for line in partial_lines(comparison))


def render_compare_latex(comparison: Comparison, figures: Sequence[str] | None = None) -> str:
    r"""A `tabular`, without ratios; the document needs `\usepackage{booktabs}`."""
    names = _figures(comparison, figures)
    rows = [
        [one.name, *(_shown(figure, _cell(one, figure)) for figure in names)]
        for one in comparison.candidates
    ]
    titles = [_TITLES.get(name) or METRICS[name].title for name in names]
    partial = [rf"\par {written(line)}" for line in partial_lines(comparison)]
    lines = [f"% {verdict(comparison)}", *latex_table(["", *titles], rows), *partial]
    return "\n".join(lines) + "\n"


def _shown(figure: str, value: int | str) -> str:
    if isinstance(value, str):
        return value
    return bytes_text(value) if METRICS[figure].is_bytes else f"{value:,}"
