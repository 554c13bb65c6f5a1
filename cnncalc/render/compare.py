"""A comparison as a table, as Markdown and as JSON."""

import json
from collections.abc import Callable, Sequence
from string import ascii_uppercase

from cnncalc.analysis.compare import COUNTS, Candidate, Comparison
from cnncalc.analysis.summary import COMPLETE
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS
from cnncalc.ops.values import Shape, show_shape
from cnncalc.render.grid import draw_table, markdown_table, taken, widths_of
from cnncalc.render.markdown_text import escaped
from cnncalc.render.text import printable, scaled, separated

FIGURES = ("input", "output", *COUNTS[:-3], "receptive_field", *COUNTS[-3:])
"""Every row of the table, in its order, by the name that `--columns` takes."""

Line = list[str]


def lines_of(
    comparison: Comparison, figures: Sequence[str] | None = None, *, is_exact: bool = True
) -> list[Line]:
    """The rows: a heading and a cell for each network."""
    one = comparison.candidates
    rows = [["", *(printable(each.name) for each in one)]]
    for figure in FIGURES if figures is None else figures:
        if figure == "input":
            rows.append(["input", *(_shapes(each.input_shapes) for each in one)])
        elif figure == "output":
            rows.append(["output", *(_shapes(each.output_shapes) for each in one)])
        elif figure == "receptive_field":
            rows.append(["receptive field", *map(_field, one)])
        elif one[0].figure(figure) is not None:
            cells = (_cell(comparison, figure, each, is_exact=is_exact) for each in one)
            rows.append([METRICS[figure].title, *cells])
    return rows


def _cell(comparison: Comparison, metric: str, one: Candidate, *, is_exact: bool) -> str:
    count = one.figure(metric) or 0
    write: Callable[[int], str] = bytes_text if METRICS[metric].is_bytes else _plain
    if not is_exact and write is _plain:
        write = scaled
    ratio = comparison.ratio(metric, one)
    is_first = one is comparison.candidates[0]
    return write(count) if is_first or ratio is None else f"{write(count)}  {ratio_text(ratio)}"


def _plain(count: int) -> str:
    return f"{count:,}"


def ratio_text(ratio: float) -> str:
    """A ratio with two or three digits that matter: `0.72x`, `0.043x`, `14x`."""
    if ratio >= 100:
        return f"{ratio:,.0f}x"
    return f"{ratio:.3g}x" if ratio < 0.1 else f"{ratio:.2f}x"


def _shapes(shapes: Sequence[Shape]) -> str:
    return ", ".join(map(show_shape, shapes))


ALL = "all"
"""The receptive field that is the whole input."""


def _field(one: Candidate) -> str:
    told = ["?" if field is None else separated(field.size) for field in one.receptive_field]
    if told and one.sees_all:
        return f"{', '.join(told)} = {ALL}"
    return ", ".join(told) or ALL


def partial_lines(comparison: Comparison) -> list[str]:
    """A line for each network of which some layers are uncounted."""
    return [
        f"{printable(one.name)} is {printable(one.summary.status)}."
        for one in comparison.candidates
        if one.summary.status != COMPLETE
    ]


def verdict(comparison: Comparison) -> str:
    """Whether the numbers may be held against each other."""
    if not comparison.differences:
        return "On equal terms: the same inputs, outputs and receptive fields."
    *rest, last = comparison.differences
    listed = f"{', '.join(rest)} and {last}" if rest else last
    return f"Not on equal terms: {listed} differ."


def render_compare_table(
    comparison: Comparison,
    width: int | None,
    figures: Sequence[str] | None = None,
    *,
    is_ascii: bool = False,
) -> str:
    """One column a network; numbers are shortened where the width asks for it."""
    letters = ascii_uppercase[: len(comparison.candidates)]
    legend: list[str] = []
    for is_exact, has_letters in ((True, False), (True, True), (False, False), (False, True)):
        rows = lines_of(comparison, figures, is_exact=is_exact)
        if has_letters:
            legend = [
                f"{letter}: {name}" for letter, name in zip(letters, rows[0][1:], strict=False)
            ]
            rows[0] = ["", *letters, *rows[0][len(letters) + 1 :]]
        if width is None or taken(widths_of(rows)) <= width:
            break
    text = draw_table(rows, range(1, len(rows[0])), is_ascii=is_ascii)
    note = f"Ratios are to {printable(comparison.candidates[0].name)}."
    above = [*legend, ""] if has_letters else []
    below = [f"{verdict(comparison)} {note}", *partial_lines(comparison)]
    return "\n".join([*above, *text, "", *below]) + "\n"


def render_compare_markdown(comparison: Comparison, figures: Sequence[str] | None = None) -> str:
    """The same rows as GitHub renders tables."""
    head, *rows = lines_of(comparison, figures)
    head = ["", *(escaped(one.name) for one in comparison.candidates)]
    lines = markdown_table(head, rows, range(1, len(head)))
    told = [line for each in partial_lines(comparison) for line in ("", escaped(each))]
    return "\n".join([*lines, "", verdict(comparison), *told]) + "\n"


def render_compare_json(comparison: Comparison) -> str:
    """Raw integers, and ratios to the first network."""
    return json.dumps(comparison.to_dict(), indent=1, ensure_ascii=False) + "\n"
