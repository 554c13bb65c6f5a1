"""Layers in the variables of their spec: polynomials put in place of numbers."""

from collections.abc import Sequence

from cnncalc.analysis.explain import Explanation
from cnncalc.design.polynomial import Polynomial
from cnncalc.design.symbolic import NUMBER, Symbols
from cnncalc.render.polynomial import Lengths, domain_text, polynomial_text


def in_symbols(symbols: Symbols) -> list[Explanation]:
    """The explanations with polynomials in place of the numbers; results stay those at the base.

    What has no polynomial keeps its numbers, and says so.
    """
    told = []
    for one in symbols.layers:
        formulas = []
        for formula, numbers in zip(one.explanation.formulas, one.numbers, strict=True):
            if numbers is None:
                note = formula.note or "no polynomial: these are the numbers of the network itself"
                formulas.append(formula._replace(note=note))
            else:
                formulas.append(formula._replace(values=_put(formula.values, numbers)))
        told.append(one.explanation._replace(formulas=tuple(formulas)))
    return told


def _put(values: str, numbers: Sequence[Polynomial]) -> str:
    """The polynomials in the places of the numbers: `3*3*width*(2*width)`."""
    parts = iter(numbers)

    def number(_found: object) -> str:
        one = next(parts)
        text = polynomial_text(one)
        is_plain = text.isdecimal() or text in one.variables
        return text if is_plain or values.isdecimal() else f"({text})"

    return NUMBER.sub(number, values)


def symbols_note(symbols: Symbols, lengths: Lengths) -> str:
    """Where the polynomials hold, and that results are those of the network itself."""
    if not symbols.claims:
        return "none of these numbers is a polynomial in " + ", ".join(symbols.variables)
    least = min(one.others for one in symbols.claims)
    is_proven = all(one.is_proven for one in symbols.claims)
    held = "at all other points" if is_proven else f"at {least:,} other points"
    where = domain_text(symbols.claims[0].domain, lengths)
    return f"{where}; held {held}. The last number is that of the network itself"
