"""What a design must fulfil: `macs <= 600M and receptive_field >= 224`."""

import operator
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from re import compile as pattern

from cnncalc.design.figures import check_metric
from cnncalc.facts import Amount, parse_amount
from cnncalc.records import Record

SIGNS: Mapping[str, Callable[[int, int], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
"""What may stand between a metric and an amount."""

LONGEST = 1000
"""Characters of a condition."""

_AND = pattern(r"\s+and\s+|\s*,\s*|\s*&&?\s*")
_COMPARED = pattern(r"\s*((?:time:)?[A-Za-z_][\w.-]*)\s*(<=|>=|==|!=|=|<|>)([^<>=!]*)")

Number = int | Fraction | float


class Condition(Record):
    """One comparison: a metric or variable by name, a sign, and an amount.

    Attributes:
        text: as it is written.
    """

    name: str
    sign: str
    amount: Amount
    text: str

    def holds(self, value: Number) -> bool:
        """Whether a value fulfils it, exactly."""
        scaled = value * 10**self.amount.decimals
        return SIGNS[self.sign](scaled, self.amount.digits * self.amount.factor)

    @property
    def limit(self) -> Fraction:
        """The amount as a number."""
        return Fraction(self.amount.digits * self.amount.factor, 10**self.amount.decimals)


def parse_conditions(text: str, names: Collection[str] = ()) -> tuple[Condition, ...]:
    """The comparisons that a text joins by `and`.

    Args:
        text: the text.
        names: what may be compared beside metrics: variables, lengths of the input.

    Raises:
        ValueError: it is no condition; the text says why.

    Example:
        >>> [one] = parse_conditions("macs <= 0.6G")
        >>> one.name, one.sign, one.holds(600_000_000), one.holds(600_000_001)
        ('macs', '<=', True, False)
    """
    if len(text) > LONGEST:
        raise ValueError(f"a condition has more than {LONGEST:,} characters")
    return tuple(_condition(part.strip(), names) for part in _AND.split(text.strip()))


def _condition(text: str, names: Collection[str]) -> Condition:
    found = _COMPARED.fullmatch(text)
    if found is None:
        raise ValueError(
            f"`{text}` is no condition: write a metric, <=, >=, <, >, == or !=, and an amount, as "
            "`macs <= 600M`"
        )
    name, sign, amount = found[1], found[2], found[3].strip()
    if sign == "=":
        raise ValueError(f"`{text}`: write `==`")
    check_metric(name, names)
    kind = "parameters" if name in names else name.rpartition(".")[2]
    try:
        return Condition(name, sign, parse_amount(amount, kind), text)
    except ValueError as fault:
        raise ValueError(f"`{text}`: {fault}") from None
