"""How the values of `cnncalc/shown.py` look: as a command prints them, and as HTML.

A class is found by its name, and the module that draws it is imported when a value is shown: to
show a comparison loads neither the engine, whose class is here too, nor what draws anything else.
"""

from importlib import import_module
from typing import Any

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import summarize
from cnncalc.printable import gated

_PLACES = {
    "Summary": "summary",
    "Comparison": "compare",
    "Diff": "diff",
    "Explanation": "explain",
    "Report": "findings",
    "Verification": "verify",
    "Solution": "solve",
    "Estimate": "estimate",
    "Formulas": "formula",
    "Sweep": "sweep",
    "Worked": "worked",
    "Demonstration": "demonstration",
}
"""The module of `cnncalc/render/html` that draws each class; a graph is drawn as its summary."""

_TABLES = {
    "Comparison": "render_compare_table",
    "Formulas": "render_formula_text",
    "Solution": "render_solve_table",
    "Sweep": "render_sweep_table",
}
"""The function that draws a class as text, as wide as it is; the others take more than a width."""


def html(value: Any) -> str:
    """A value as HTML for a notebook."""
    value, kind = _drawn(value)
    return str(import_module(f"cnncalc.render.html.{_PLACES[kind]}").render_html(value))


def text(value: Any) -> str:
    """A value as its command prints it into a file: without colours, as wide as it is."""
    value, kind = _drawn(value)
    return gated(_text(value, kind)).rstrip("\n")


def _drawn(value: Any) -> tuple[Any, str]:
    """What is drawn for a value, and the name of the class that says how."""
    kinds = [one.__name__ for one in type(value).__mro__]
    if "Graph" in kinds:
        return summarize(value, Basis(batch=value.batch)), "Summary"
    return value, next(kind for kind in kinds if kind in _PLACES)


def _text(value: Any, kind: str) -> str:  # noqa: C901, PLR0911 - a case for each class
    if kind == "Summary":
        from cnncalc.render.columns import PLAIN  # noqa: PLC0415 - one of several
        from cnncalc.render.table import render_table  # noqa: PLC0415 - rich measures its cells

        return render_table(value, PLAIN)
    if kind in _TABLES:
        draw = getattr(import_module(f"cnncalc.render.{_PLACES[kind]}"), _TABLES[kind])
        return str(draw(value, None))
    if kind == "Diff":
        from cnncalc.render.diff.parts import Look  # noqa: PLC0415 - as above
        from cnncalc.render.diff.table import render_diff_table  # noqa: PLC0415

        return render_diff_table(value, Look())
    if kind == "Explanation":
        from cnncalc.render.explain import render_explain_text  # noqa: PLC0415 - as above

        return render_explain_text([value], 100)
    if kind == "Report":
        from cnncalc.render.findings.text import render_full  # noqa: PLC0415 - as above

        return render_full(value)
    if kind == "Worked":
        from cnncalc.render.worked import render_worked_text  # noqa: PLC0415 - as above

        return render_worked_text([value], 80)
    if kind == "Demonstration":
        from cnncalc.render.demonstration import render_demonstration_text  # noqa: PLC0415

        return render_demonstration_text(value, 80)
    if kind == "Estimate":
        from cnncalc.render.estimate import render_estimates  # noqa: PLC0415 - as above

        return render_estimates([value], "table", None)
    from cnncalc.render.verify import render_verify_table, verdict  # noqa: PLC0415 - as above

    return f"{render_verify_table(value)}\n{verdict(value)}"
