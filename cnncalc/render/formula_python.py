"""Formulas as functions of Python, to be pasted: they import nothing, and say where they hold."""

import re
import textwrap
from collections.abc import Iterator

from cnncalc.design.asked import Formulas
from cnncalc.design.domain import Steps
from cnncalc.design.formula import Formula
from cnncalc.render.formula import missing_lines, title_of
from cnncalc.render.polynomial import names_in_python, polynomial_python, where_text
from cnncalc.render.text import printable

WIDTH = 88
"""Columns of a line of source."""


def render_formula_python(formulas: Formulas) -> str:
    """A function for each metric; it gives a whole number, or raises `ValueError`."""
    names = dict(names_in_python(formulas.variables))
    taken = set(names.values())
    parts = [f"# {title_of(formulas)}"]
    parts += [f"# {one}" for one in missing_lines(formulas)]
    text = "\n".join(parts)
    for one in formulas.found:
        if isinstance(one, Formula):
            function = _function_name(one.metric, taken)
            text += "\n\n\n" + "\n".join(_function(one, function, formulas, names))
    return text + "\n"


def _function_name(metric: str, taken: set[str]) -> str:
    name = re.sub(r"\W", "_", metric, flags=re.ASCII)
    [(_, name)] = names_in_python([name if name[:1].isalpha() else f"_{name}"])
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _function(
    formula: Formula, function: str, formulas: Formulas, names: dict[str, str]
) -> Iterator[str]:
    yield f"def {function}({', '.join(names[one] for one in formulas.variables)}):"
    yield f"    # {printable(formula.metric)} of {printable(formula.network)}"
    for piece in formula.pieces:
        yield from _wrapped(where_text(piece, formulas.lengths), "    # ", "    # ")
        tests = [_test(steps, names[steps.name]) for steps in piece.domain]
        yield from _if(tests)
        yield from _returned(polynomial_python(piece.polynomial, names))
    told = ", ".join(f"{names[one]}={{{names[one]}!r}}" for one in formulas.variables)
    yield f'    raise ValueError(f"{function} is not known at {told}")'


def _if(tests: list[str]) -> Iterator[str]:
    first, *others = tests
    if not others:
        yield f"    if {first}:"
        return
    yield "    if ("
    yield f"        {first}"
    yield from (f"        and {one}" for one in others)
    yield "    ):"


def _returned(expression: str) -> Iterator[str]:
    """What is returned, on several lines in brackets where it is long."""
    if len(expression) <= WIDTH - 15:
        yield f"        return {expression}"
        return
    yield "        return ("
    yield from _wrapped(expression, " " * 12, " " * 12)
    yield "        )"


def _wrapped(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _test(steps: Steps, name: str) -> str:
    stop = steps.last + 1
    values = f"range({steps.first}, {stop}, {steps.modulus})"
    if steps.modulus == 1:
        values = f"range({steps.first}, {stop})"
    return f"type({name}) is int and {name} in {values}"
