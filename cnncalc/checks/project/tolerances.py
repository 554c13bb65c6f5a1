"""How far each figure may grow beyond what is stored of it."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import ceil
from posixpath import join, normpath

from cnncalc.checks.project.globs import Pattern
from cnncalc.checks.settings.percent import parse_tolerance, percent_text
from cnncalc.checks.stored import layer_of, metric_of
from cnncalc.diagnostics import Span
from cnncalc.facts import parse_amount
from cnncalc.records import Record


class Tolerance(Record):
    """A share of what is stored or, where that is more, a number of its own.

    Example:
        >>> Tolerance(Fraction(1, 100)).most(1000), Tolerance(Fraction(1, 100), 24).most(1000)
        (10, 24)
    """

    share: Fraction
    floor: int = 0

    def most(self, stored: int) -> int:
        """By how much a stored figure may grow."""
        return max(stored * self.share.numerator // self.share.denominator, self.floor)

    def allows(self, stored: int, by: int) -> bool:
        """Whether a figure may grow by so much."""
        return by <= self.most(stored)

    @property
    def text(self) -> str:
        """As it is told: `2 % is allowed`."""
        parts = [percent_text(self.share)] if self.share or not self.floor else []
        parts += [f"{self.floor:,}"] if self.floor else []
        return (
            f"{' or '.join(parts)} is allowed" if self.share or self.floor else "none is allowed"
        )


class Rule(Record):
    """One table of tolerances.

    Attributes:
        patterns: the networks that it is about; None for all.
        figures: the tolerance of each figure that it names: `macs`, or `fc6.macs` of a label.
        allows_empty: whether its globs may match no network.
        places: where the tolerance of each figure stands.
    """

    patterns: tuple[Pattern, ...] | None
    figures: Mapping[str, Tolerance]
    allows_empty: bool = False
    places: Mapping[str, Span] = {}

    def is_about(self, path: str, variant: str | None) -> bool:
        """Whether it is about a network."""
        return self.patterns is None or any(one.fits(path, variant) for one in self.patterns)


def allowed_by(rules: Iterable[Rule], path: str, variant: str | None) -> dict[str, Tolerance]:
    """What some rules allow of each figure of a network; the last one about a figure wins.

    Args:
        rules: in the order of the file.
        path: that of the spec from the folder of the project file, with `/`.
        variant: that of the network.
    """
    held: dict[str, Tolerance] = {}
    for rule in rules:
        if rule.is_about(path, variant):
            held |= rule.figures
    return held


class Tolerances(Record):
    """What holds for every figure: the last rule that names it, else the default.

    A figure of a label is held only where a rule names it: what a small layer gains is part of
    what the whole gains.

    Attributes:
        folder: the way from the project file's folder, where globs start, to the baseline's,
            where the paths of specs do.
    """

    default: Tolerance = Tolerance(Fraction(0))
    rules: tuple[Rule, ...] = ()
    folder: str = ""

    def of(self, spec: str, variant: str | None) -> Callable[[str], Tolerance | None]:
        """The tolerance of each figure of a network; None for one that is not held."""
        path = normpath(join(self.folder, spec)) if self.folder else spec
        held = allowed_by(self.rules, path, variant)

        def of_figure(figure: str) -> Tolerance | None:
            default = self.default if layer_of(figure) is None else None
            return held.get(figure, default)

        return of_figure


def read_tolerance(text: str, metric: str | None = None) -> Tolerance:
    """Read `2%`, `0` or, where it is of one metric, `1M` and `2% or 1M`.

    Example:
        >>> read_tolerance("0.5% or 10K", "macs")
        Tolerance(share=Fraction(1, 200), floor=10000)

    Raises:
        ValueError: it is none; the text says why.
    """
    parts = [part.strip() for part in text.split(" or ")]
    shares = [part for part in parts if part.endswith("%") or part in {"", "0"}]
    floors = [part for part in parts if part not in shares]
    if len(shares) > 1 or len(floors) > 1:
        raise ValueError(f"`{text}` is not a percentage, or one and a number: `2% or 10K`")
    if metric is None and (floors or not shares):
        parse_tolerance(text)
        raise ValueError(f"`{text}`: a number stands for one metric")
    share = parse_tolerance(shares[0]) if shares else Fraction(0)
    if not floors or metric is None:
        return Tolerance(share)
    amount = parse_amount(floors[0], metric_of(metric))
    return Tolerance(share, ceil(Fraction(amount.digits * amount.factor, 10**amount.decimals)))
