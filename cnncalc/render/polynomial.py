"""Polynomials and their domains in words, in LaTeX and in Python."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm

from cnncalc.design.domain import Domain, Steps
from cnncalc.design.polynomial import Polynomial, Powers
from cnncalc.design.quest import Found

Lengths = Mapping[str, tuple[str, ...]]
"""The axes of the input that a name sets."""


def ordered_terms(polynomial: Polynomial) -> list[tuple[Powers, Fraction]]:
    """The terms, those of the highest power first; of equal ones that of the first variable."""

    def rank(term: tuple[Powers, Fraction]) -> tuple[int, Powers]:
        return sum(term[0]), term[0]

    return sorted(polynomial.terms.items(), key=rank, reverse=True)


def polynomial_text(polynomial: Polynomial, power: str = "^") -> str:
    """A polynomial on a line.

    Example:
        >>> from fractions import Fraction
        >>> terms = {(0,): Fraction(-7), (1,): Fraction(1), (2,): Fraction(3, 4)}
        >>> polynomial_text(Polynomial(("size",), terms))
        '3/4*size^2 + size - 7'
    """

    def term(factor: Fraction, powers: Powers) -> str:
        bases = zip(polynomial.variables, powers, strict=True)
        named = [f"{one}{power}{count}" if count > 1 else one for one, count in bases if count]
        return "*".join([str(factor), *named] if factor != 1 or not named else named)

    return _sum(polynomial, term)


def polynomial_latex(polynomial: Polynomial) -> str:
    r"""A polynomial as mathematics of LaTeX.

    Example:
        >>> from fractions import Fraction
        >>> polynomial_latex(Polynomial(("my_size",), {(2,): Fraction(3, 4)}))
        '\\frac{3}{4}\\,\\mathit{my\\_size}^{2}'
    """

    def term(factor: Fraction, powers: Powers) -> str:
        number = str(factor.numerator)
        if factor.denominator > 1:
            number = rf"\frac{{{factor.numerator}}}{{{factor.denominator}}}"
        bases = zip(polynomial.variables, powers, strict=True)
        named = [
            f"{latex_name(one)}^{{{n}}}" if n > 1 else latex_name(one) for one, n in bases if n
        ]
        return r"\,".join([number, *named] if factor != 1 or not named else named)

    return _sum(polynomial, term)


def latex_name(name: str) -> str:
    """A name of several letters, as mathematics sets it; names are identifiers and dots."""
    escaped = name.replace("_", r"\_")
    return rf"\mathit{{{escaped}}}"


def polynomial_python(polynomial: Polynomial, names: Mapping[str, str]) -> str:
    """An expression of whole numbers alone: the only division leaves no rest.

    Args:
        polynomial: the polynomial.
        names: what its variables are called.

    Example:
        >>> from fractions import Fraction
        >>> half = Polynomial(("n",), {(2,): Fraction(1, 2), (1,): Fraction(1, 2)})
        >>> polynomial_python(half, {"n": "n"})
        '(n**2 + n) // 2'
    """
    scale = lcm(*(one.denominator for one in polynomial.terms.values()))
    variables = tuple(names[one] for one in polynomial.variables)
    whole = Polynomial(variables, {at: one * scale for at, one in polynomial.terms.items()})
    text = polynomial_text(whole, "**")
    return text if scale == 1 else f"({text}) // {scale}"


def _sum(polynomial: Polynomial, term: Callable[[Fraction, Powers], str]) -> str:
    parts = []
    for powers, factor in ordered_terms(polynomial):
        sign = "-" if factor < 0 else "+"
        parts += [sign, term(abs(factor), powers)]
    if not parts:
        return "0"
    first = f"-{parts[1]}" if parts[0] == "-" else parts[1]
    return " ".join([first, *parts[2:]])


def domain_text(domain: Domain, lengths: Lengths) -> str:
    """Where a polynomial holds.

    Example:
        >>> domain_text([Steps("size", 32, 1024, 32)], {"size": ("height", "width")})
        'size = height = width, a multiple of 32 from 32 to 1,024'
        >>> domain_text([Steps("width", 4, 60), Steps("size", 67, 995, 32)], {})
        'width from 4 to 60; size, 3 more than a multiple of 32, from 67 to 995'
    """
    return "; ".join(_steps_text(one, lengths.get(one.name, ())) for one in domain)


def _steps_text(steps: Steps, axes: Sequence[str]) -> str:
    name = " = ".join((steps.name, *(one for one in axes if len(axes) > 1)))
    comma = "," if len(axes) > 1 else ""
    if steps.first == steps.last:
        return f"{name}{comma} {steps.first:,} alone"
    ends = f"from {steps.first:,} to {steps.last:,}"
    if steps.modulus == 1:
        return f"{name}{comma} {ends}"
    if not steps.rest:
        return f"{name}, a multiple of {steps.modulus:,} {ends}"
    return f"{name}, {steps.rest:,} more than a multiple of {steps.modulus:,}, {ends}"


def held_text(found: Found) -> str:
    """At how many points a polynomial was held against the network.

    Those that it was found from say nothing: some polynomial goes through any points.
    """
    if not found.others:
        points = f"{found.nodes:,} points" if found.nodes > 1 else "point"
        return f"found from all of its {points}"
    if found.others == 1:
        return "held at the other point"
    others = f"{found.others:,} other points"
    return f"held at all {others}" if found.is_proven else f"held at {others}"


def where_text(found: Found, lengths: Lengths) -> str:
    """The line below a formula: its domain, and how it was held."""
    return f"{domain_text(found.domain, lengths)}; {held_text(found)}"


def names_in_python(variables: Sequence[str]) -> Iterator[tuple[str, str]]:
    """For each variable a name of a parameter, none of them a word of Python."""
    from keyword import iskeyword  # noqa: PLC0415 - only for source text

    taken: set[str] = {"range", "type", "int", "ValueError"}
    for variable in variables:
        name = variable.replace(".", "_")
        while name in taken or iskeyword(name):
            name += "_"
        taken.add(name)
        yield variable, name
