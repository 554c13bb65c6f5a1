"""Percentages, exactly: how far a figure may grow, and how far it has grown."""

import re
from fractions import Fraction


def parse_tolerance(text: str) -> Fraction:
    """Read `2%`, `0.5%` or `0`.

    Example:
        >>> parse_tolerance("0.5%")
        Fraction(1, 200)

    Raises:
        ValueError: it is no percentage; the text says why.
    """
    found = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,12}))? ?(%?)", text.strip())
    if found is None:
        raise ValueError(f"`{text}` is not a percentage" if text.strip() else "missing percentage")
    whole, decimals, unit = found[1], found[2] or "", found[3]
    tolerance = Fraction(int(whole + decimals), 100 * 10 ** len(decimals))
    if tolerance and not unit:
        raise ValueError(f"`{text}` has no `%`")
    return tolerance


def percent_text(share: Fraction, above: Fraction | None = None) -> str:
    """A share in percent, exactly; or as coarsely as still shows that it is above another."""
    text = ""
    for decimals in range(1, 15):
        scaled = (200 * share * 10**decimals + 1) // 2
        shown = Fraction(scaled, 100 * 10**decimals)
        digits = str(scaled).rjust(decimals + 1, "0")
        text = f"{int(digits[:-decimals]):,}.{digits[-decimals:]}"
        if shown == share:
            text = text.rstrip("0").rstrip(".")
        if shown == share or (above is not None and shown > above):
            break
    return f"{text} %"
