"""Formulas of a network as text, Markdown, LaTeX and JSON."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cnncalc.design.alike import Alike
from cnncalc.design.asked import Formulas
from cnncalc.design.formula import Formula, NoFormula
from cnncalc.design.quest import Found
from cnncalc.render.grid import cut, draw_table, markdown_table, taken, widths_of
from cnncalc.render.json_text import json_text
from cnncalc.render.markdown_text import code, escaped
from cnncalc.render.polynomial import (
    domain_text,
    held_text,
    latex_name,
    polynomial_latex,
    polynomial_text,
    where_text,
)
from cnncalc.render.text import printable

LEAST_NAME = 24
"""Columns that the names of layers keep on a narrow terminal."""


def title_of(formulas: Formulas) -> str:
    """What the formulas are of, and by what is counted where that is not the usual."""
    basis = formulas.basis
    told = [printable(formulas.network)]
    if basis.batch > 1:
        told.append(f"batch {basis.batch:,}")
    if basis.dtype != "float32":
        told.append(basis.dtype)
    return ", ".join(told)


def pieces_of(
    found: Sequence[Formula | NoFormula],
) -> Iterator[tuple[str, Found]]:
    """Each polynomial with the metric that it is of."""
    for one in found:
        if isinstance(one, Formula):
            yield from ((one.metric, piece) for piece in one.pieces)


def render_formula_text(
    formulas: Formulas, width: int | None = None, *, is_ascii: bool = False
) -> str:
    """A line for each formula, and below those that hold in one domain where that is."""
    parts = [title_of(formulas)]
    blocks: dict[str, list[str]] = {}
    for metric, piece in pieces_of(formulas.found):
        line = f"{printable(metric)} = {polynomial_text(piece.polynomial)}"
        blocks.setdefault(where_text(piece, formulas.lengths), []).append(line)
    for where, lines in blocks.items():
        wrapped = [part for line in lines for part in _wrapped(line, width, "", "    ")]
        parts.append("\n".join([*wrapped, *_wrapped(where, width, "  ", "  ")]))
    parts += ["\n".join(_wrapped(line, width, "", "  ")) for line in missing_lines(formulas)]
    if formulas.layers:
        parts.append(_layer_table(formulas, width, is_ascii=is_ascii))
    return "\n\n".join(parts) + "\n"


def missing_lines(formulas: Formulas) -> list[str]:
    """A line for each metric that has no formula."""
    return [
        printable(f"{one.metric} has no formula: {one.reason}")
        for one in formulas.found
        if isinstance(one, NoFormula)
    ]


def reasons_text(formulas: Formulas) -> str:
    """Why none of the metrics has a formula, on one line."""
    reasons: dict[str, list[str]] = {}
    for one in formulas.found:
        if isinstance(one, NoFormula):
            reasons.setdefault(one.reason, []).append(f"`{one.metric}`")
    told = (f"no formula of {', '.join(names)}: {reason}" for reason, names in reasons.items())
    return printable("; ".join(told))


def _wrapped(text: str, width: int | None, first: str, others: str) -> list[str]:
    if width is None:
        return [first + text]
    return textwrap.wrap(
        text,
        max(width, LEAST_NAME),
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )


def layer_rows(formulas: Formulas) -> tuple[list[list[str]], str]:
    """Of each layer its name, line and formulas, and where these hold if it is elsewhere.

    Returns:
        The rows behind their heading, and where all others hold.
    """
    wheres = [_where(one, formulas) for one in formulas.layers]
    usual = Counter(wheres).most_common(1)[0][0]
    metrics = [one.metric for one in formulas.layers[0].found]
    has_others = any(where != usual for where in wheres)
    rows = [["Layer", "Op", *metrics, *(["Where"] if has_others else [])]]
    for one, where in zip(formulas.layers, wheres, strict=True):
        first, *more = one.layers
        name = f"{first} and {len(more)} more" if more else first
        row = [name, one.line, *map(_cell, one.found)]
        rows.append([*row, *([where if where != usual else ""] if has_others else [])])
    pieces = [piece for one in formulas.layers for _, piece in pieces_of(one.found)]
    least = min(piece.others for piece in pieces)
    held = "all other points" if all(piece.is_proven for piece in pieces) else f"{least:,} others"
    return rows, f"{usual}; each held at {held}"


def _cell(one: Formula | NoFormula) -> str:
    return polynomial_text(one.pieces[0].polynomial) if isinstance(one, Formula) else "none"


def _where(one: Alike, formulas: Formulas) -> str:
    told = [domain_text(piece.domain, formulas.lengths) for _, piece in pieces_of(one.found)]
    return " or ".join(dict.fromkeys(told))


def _layer_table(formulas: Formulas, width: int | None, *, is_ascii: bool) -> str:
    rows, usual = layer_rows(formulas)
    rows = [[printable(cell) for cell in row] for row in rows]
    if width is not None and taken(widths_of(rows)) > width:
        rows = [[row[0], *row[2:]] for row in rows]
        over = taken(widths_of(rows)) - width
        room = max(widths_of(rows)[0] - max(over, 0), LEAST_NAME)
        rows = [[cut(row[0], room), *row[1:]] for row in rows]
    lines = draw_table(rows, is_ascii=is_ascii)
    return "\n".join([*lines, *_wrapped(usual, width, "  ", "  ")])


def render_formula_markdown(formulas: Formulas) -> str:
    """A table of the formulas, and one of those of layers."""
    rows = [
        (
            code(metric),
            code(polynomial_text(piece.polynomial)),
            escaped(domain_text(piece.domain, formulas.lengths)),
            held_text(piece),
        )
        for metric, piece in pieces_of(formulas.found)
    ]
    lines = [f"### {escaped(title_of(formulas))}", ""]
    lines += markdown_table(("metric", "formula", "where", "held"), rows)
    lines += [line for one in missing_lines(formulas) for line in ("", escaped(one))]
    if formulas.layers:
        (first, *heads), *others = layer_rows(formulas)[0]
        table = ([escaped(row[0]), *map(code_or_nothing, row[1:])] for row in others)
        lines += ["", *markdown_table((first.lower(), *heads), table)]
        lines += ["", f"Each layer: {escaped(layer_rows(formulas)[1])}."]
    return "\n".join(lines) + "\n"


def code_or_nothing(text: str) -> str:
    """Code, or an empty cell."""
    return code(text) if text else ""


def render_formula_latex(formulas: Formulas) -> str:
    r"""Equations below each other; the document needs `\usepackage{amsmath}`."""
    lines = [f"% {title_of(formulas)}"]
    equations = []
    for metric, piece in pieces_of(formulas.found):
        lines.append(f"% {printable(metric)}: {where_text(piece, formulas.lengths)}")
        equations.append(f"{latex_name(metric)} &= {polynomial_latex(piece.polynomial)}")
    lines += [f"% {one}" for one in missing_lines(formulas)]
    if equations:
        lines += [r"\begin{align*}", " \\\\\n".join(equations), r"\end{align*}"]
    return "\n".join(lines) + "\n"


def render_formula_json(formulas: Formulas) -> str:
    """Whole numbers; a factor is a numerator and a denominator."""
    told: dict[str, object] = {
        "schema_version": 1,
        "network": formulas.network,
        "batch": formulas.basis.batch,
        "dtype": formulas.basis.dtype,
        "variables": [
            {"name": name, **({"axes": axes} if (axes := formulas.lengths.get(name)) else {})}
            for name in formulas.variables
        ],
        "formulas": [_as_json(one) for one in formulas.found],
    }
    if formulas.layers:
        told["layers"] = [
            {"names": one.layers, "line": one.line, "formulas": [_as_json(f) for f in one.found]}
            for one in formulas.layers
        ]
    return json_text(told)


def _as_json(one: Formula | NoFormula) -> Mapping[str, object]:
    if isinstance(one, NoFormula):
        return {"metric": one.metric, "pieces": [], "reason": one.reason}
    return {"metric": one.metric, "pieces": [_piece_as_json(piece) for piece in one.pieces]}


def _piece_as_json(piece: Found) -> Mapping[str, object]:
    variables = piece.polynomial.variables
    return {
        "text": polynomial_text(piece.polynomial),
        "terms": [
            {
                "numerator": factor.numerator,
                "denominator": factor.denominator,
                "powers": {n: p for n, p in zip(variables, powers, strict=True) if p},
            }
            for powers, factor in piece.polynomial.terms.items()
        ],
        "domain": [{**steps._asdict(), "rest": steps.rest} for steps in piece.domain],
        "found_from": piece.nodes,
        "held_at": piece.others,
        "is_proven": piece.is_proven,
    }
