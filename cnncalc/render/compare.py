"""A comparison as a table, as Markdown and as JSON."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from string import ascii_uppercase

from cnncalc.analysis.compare import COUNTS, Candidate, Comparison
from cnncalc.analysis.field import ReceptiveField
from cnncalc.analysis.summary import COMPLETE
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS
from cnncalc.ops.values import Shape, show_shape
from cnncalc.render.grid import draw_table, markdown_table, taken, widths_of
from cnncalc.render.markdown_text import escaped
from cnncalc.render.text import printable, scaled, separated

FIGURES = ("input", "output", *COUNTS[:-3], "receptive_field", *COUNTS[-3:])
"""Every row of the table, in its order, by the name that `--columns` takes."""

NOTHING = "No networks are compared."

GAP = "  "
"""What stands between a count and its ratio, and nowhere else in a cell."""


def lines_of(
    comparison: Comparison, figures: Sequence[str] | None = None, *, is_exact: bool = True
) -> list[list[str]]:
    """The rows: a heading and a cell for each network."""
    one = comparison.candidates
    texts: dict[str, tuple[str, Callable[[Candidate], str]]] = {
        "input": ("input", lambda each: _shapes(each.input_shapes)),
        "output": ("output", lambda each: _shapes(each.output_shapes)),
        "receptive_field": ("receptive field", field_of),
    }
    rows = [["", *(printable(each.name) for each in one)]]
    for figure in FIGURES if figures is None else figures:
        if figure in texts:
            title, cell = texts[figure]
            rows.append([title, *map(cell, one)])
            if figure == "receptive_field" and any(each.summary.gates for each in one):
                bare = (_sizes(each.receptive_field_without_gates) or "all" for each in one)
                rows.append(["  without gates", *bare])
        elif one[0].figure(figure) is not None:
            cells = (_cell(comparison, figure, each, is_exact=is_exact) for each in one)
            rows.append([METRICS[figure].title, *cells])
    return rows


def _cell(comparison: Comparison, metric: str, one: Candidate, *, is_exact: bool) -> str:
    count, ratio = one.figure(metric) or 0, comparison.ratio(metric, one)
    if METRICS[metric].is_bytes:
        text = bytes_text(count)
    else:
        text = f"{count:,}" if is_exact else scaled(count)
    is_first = one is comparison.candidates[0]
    return text if is_first or ratio is None else f"{text}{GAP}{ratio_text(ratio)}"


def ratio_text(ratio: float) -> str:
    """A ratio with two or three digits that matter: `0.72x`, `0.043x`, `14x`."""
    if ratio >= 100:
        return f"{ratio:,.0f}x"
    return f"{ratio:.3g}x" if ratio < 0.1 else f"{ratio:.2f}x"


def _shapes(shapes: Sequence[Shape]) -> str:
    return ", ".join(map(show_shape, shapes))


def field_of(one: Candidate) -> str:
    """The receptive field; `all` where it is the whole input."""
    sizes = [size or "all" for size in map(_size, one.receptive_field)]
    whole = " = all" if one.sees_all else ""
    return f"{', '.join(sizes)}{whole}" if set(sizes) - {"all"} else "all"


def _sizes(fields: Iterable[ReceptiveField | None]) -> str:
    return ", ".join(map(_size, fields))


def _size(field: ReceptiveField | None) -> str:
    """Empty where there are no axes to see along."""
    return "?" if field is None else separated(field.size)


def partial_lines(comparison: Comparison) -> list[str]:
    """A line for each network of which some layers are uncounted, and for each note."""
    found = []
    for one in comparison.candidates:
        name = printable(one.name)
        if one.summary.status != COMPLETE:
            found.append(f"{name} is {printable(one.summary.status)}.")
        found += [f"Of {name}: {printable(note)}." for note in one.summary.notes]
    return found


def verdict(comparison: Comparison) -> str:
    """Whether the networks are comparable."""
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
    """One column a network; numbers are shortened on a narrow terminal."""
    if not comparison.candidates:
        return f"{NOTHING}\n"
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
    note = f"Ratios are to {printable(comparison.candidates[0].name)}."
    lines = [*legend, ""] if has_letters else []
    for part in _parts(rows, width):
        lines += [*draw_table(part, range(1, len(part[0])), is_ascii=is_ascii), ""]
    lines += [f"{verdict(comparison)} {note}", *partial_lines(comparison)]
    return "\n".join(lines) + "\n"


def _parts(rows: Sequence[Sequence[str]], width: int | None) -> Iterator[list[list[str]]]:
    """The table in as few parts as fit, each with the headings of its rows."""
    first, widths = 1, widths_of(rows)
    while first < len(widths):
        last = first + 1
        while last < len(widths):
            if width is not None and taken([widths[0], *widths[first : last + 1]]) > width:
                break
            last += 1
        yield [[row[0], *row[first:last]] for row in rows]
        first = last


def render_compare_markdown(comparison: Comparison, figures: Sequence[str] | None = None) -> str:
    """The same rows as GitHub renders tables."""
    head, *rows = lines_of(comparison, figures)
    head = ["", *(escaped(one.name) for one in comparison.candidates)]
    lines = markdown_table(head, rows, range(1, len(head)))
    told = [line for each in partial_lines(comparison) for line in ("", escaped(each))]
    return "\n".join([*lines, "", verdict(comparison), *told]) + "\n"
