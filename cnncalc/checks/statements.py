"""A stated number against a counted one: whether it holds, and by how much it does not.

`expect`, `budget` and documents state facts and have them compared here; the message about one
that does not hold is with each of them.
"""

from math import ceil, floor
from typing import TYPE_CHECKING

from cnncalc.checks.counts import Counts, Figure, Share
from cnncalc.checks.finding import Claim, Finding, Kind
from cnncalc.diagnostics import Diagnostic
from cnncalc.facts import Amount, Fact, Limit, bytes_text
from cnncalc.metrics import METRICS
from cnncalc.ops.values import Shape, show_shape
from cnncalc.records import Record

if TYPE_CHECKING:
    from fractions import Fraction


class Gap(Record):
    """How far a figure is from what was stated, in percent points for a share.

    Attributes:
        over: the figure less the bound; below 0 it is too small.
        bound: the amount that it is over or under; None where shapes differ.
    """

    over: "Fraction"
    bound: Amount | None

    @property
    def whole(self) -> int:
        """The same in whole numbers, rounded away from 0."""
        return ceil(self.over) if self.over > 0 else floor(self.over)


class Comparison(Record):
    """What is stated, what is counted, and how far they are apart; no gap where it holds."""

    fact: Fact
    figure: Figure
    gap: Gap | None

    @property
    def actual(self) -> str:
        """What was counted, as it is shown."""
        return figure_text(self.figure, self.fact.metric)


def figure_of(fact: Fact, counts: Counts) -> Figure:
    """What is counted of that which a fact states.

    Raises:
        NoFigureError: the network has no such layer, or the layer no such metric.
    """
    if fact.is_share and fact.metric != "share" and fact.layer is not None:
        return counts.share(fact.layer, fact.metric)
    return counts.figure(fact.layer, fact.metric)


def finding_of(
    fact: Fact, fault: Diagnostic, variant: str | None = None, found: Comparison | None = None
) -> Finding:
    """A diagnostic with the numbers behind it, for programs to read; none where none are found."""
    figure, gap = (found.figure, found.gap) if found else (None, None)
    has_delta = gap is not None and gap.bound is not None and not fact.is_share
    return Finding(
        fault,
        () if variant is None else (variant,),
        fact.layer,
        fact.metric,
        found.actual if found and isinstance(figure, Share) else figure,
        fact.text,
        gap.whole if gap is not None and has_delta else None,
    )


def claim_without_figure(fact: Fact, kind: Kind, fault: Diagnostic, variant: str | None) -> Claim:
    """A fact of which nothing can be counted."""
    finding = finding_of(fact, fault, variant)
    return Claim(variant, fact.layer, fact.metric, kind, fact.text, "untold", finding, fact.span)


# Whether it holds


def compare(fact: Fact, figure: Figure) -> Comparison:
    """A fact and the figure that it is about."""
    return Comparison(fact, figure, _gap(fact.value, figure))


def _gap(value: Amount | Limit | Shape, figure: Figure) -> Gap | None:
    """How far a figure is from what was stated; None when that holds."""
    if not isinstance(value, Amount | Limit):
        # One number is the length of every axis.
        lengths = figure if isinstance(figure, tuple) else (figure,) * len(value)
        return None if lengths == value else Gap(fraction(0), None)
    if isinstance(figure, Share):
        return _off(value, fraction(100 * figure.part, figure.whole))
    figures = figure if isinstance(figure, tuple) else (figure,)
    broken = next((one for one in figures if not _is_kept(value, one)), None)
    return None if broken is None else _off(value, fraction(broken))


def _is_kept(value: Amount | Limit, exact: int) -> bool:
    """Whether a whole number is what was stated, or within it."""
    if isinstance(value, Amount):
        return value.matches(exact)
    amount = Amount(exact, 0, 1)
    is_over = value.largest is not None and amount.exceeds(value.largest)
    return not is_over and (value.least is None or not value.least.exceeds(amount))


def _off(value: Amount | Limit, exact: "Fraction") -> Gap | None:
    """How far a number is from what was stated; None when a percentage rounds to it."""
    if isinstance(value, Limit):
        for bound, sign in ((value.largest, 1), (value.least, -1)):
            if bound is not None and sign * (exact - exactly(bound)) > 0:
                return Gap(exact - exactly(bound), bound)
        return None
    over = exact - exactly(value)
    is_rounded = abs(over) * 2 * 10**value.decimals <= value.factor
    return None if is_rounded else Gap(over, value)


def exactly(amount: Amount) -> "Fraction":
    """An amount as it is written, in the metric's own unit."""
    return fraction(amount.digits * amount.factor, 10**amount.decimals)


def fraction(number: int, divisor: int = 1) -> "Fraction":
    """An exact quotient."""
    from fractions import Fraction  # noqa: PLC0415 - only what fails, or is a share, needs it

    return Fraction(number, divisor)


# How figures are shown


def figure_text(figure: Figure, metric: str) -> str:
    """A figure as it is shown: `60,965,224`, `1,024 bytes (1 KiB)`, `195x195`, `61.9 %`."""
    if isinstance(figure, Share):
        return percent_text(fraction(*figure))
    if isinstance(figure, tuple):
        return show_shape(figure)
    if METRICS[metric].is_bytes:
        return f"{figure:,} bytes" + (f" ({bytes_text(figure)})" if figure >= 1024 else "")
    return f"{figure:,}"


def percent_text(share: "Fraction") -> str:
    """A share in percent, three digits or all before the point: `61.9 %`, `16,426 %`."""
    percent = 100 * share
    return f"{round(percent):,} %" if percent >= 100 else f"{float(percent):.3g} %"
