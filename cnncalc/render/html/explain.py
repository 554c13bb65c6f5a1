"""The explanation of a layer as HTML: each of its numbers with its formula and its values."""

from collections.abc import Sequence

from cnncalc.analysis.explain import LETTERS, Explanation
from cnncalc.ops.formula import Formula
from cnncalc.ops.values import show_shape
from cnncalc.render.explain import meant, said
from cnncalc.render.html.elements import (
    LONGEST_LINE,
    escaped,
    heading,
    line,
    page,
    paragraph,
    table,
)


def render_html(one: Explanation) -> str:
    """What the layer does, its numbers, and what the letters mean."""
    layer = one.layer
    shapes = " and ".join(map(show_shape, layer.input_shapes))
    parts = [
        heading(
            f"{layer.name}: {layer.op.notation()}",
            f"{shapes} to {show_shape(layer.output_shape)}",
        )
    ]
    if one.law:
        parts.append(paragraph([_code(one.law)]))
        parts.append(paragraph(line(f"{head}: {text}") for head, text in meant(one)))
    if one.formulas:
        headings = ("Number", "Formula", "Values", "Result")
        parts.append(table(headings, map(_cells, one.formulas), (3,)))
    letters = [line(LETTERS)] if one.formulas else []
    return page([*parts, paragraph(map(line, said(one))), paragraph(letters, is_quiet=True)])


def _cells(formula: Formula) -> Sequence[str]:
    note = f"<br>{line(formula.note)}" if formula.note else ""
    return (
        escaped(formula.quantity),
        f"{_code(formula.words)}{note}",
        _code(formula.values),
        f"{formula.result:,}",
    )


def _code(text: str) -> str:
    return f"<code>{escaped(text, LONGEST_LINE)}</code>" if text else ""
