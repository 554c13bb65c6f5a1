"""Quantities as specs and papers write them: exact, rounded, with units."""

from collections.abc import Callable

from cnncalc.diagnostics import Span
from cnncalc.metrics import METRICS, shown_in
from cnncalc.ops.values import LARGEST, Shape
from cnncalc.records import Record

STATED = shown_in("spec")
"""The metrics that `expect`, `budget`, `published` and documents can speak of."""

COUNT_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
BYTE_UNITS = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}


class Amount(Record):
    """A number as printed: its digits without the point, how many follow it, and its unit.

    Example:
        >>> Amount(256, 1, 10**6).matches(25_557_032)
        True
    """

    digits: int
    decimals: int
    factor: int

    def exceeds(self, other: "Amount") -> bool:
        """Whether it is larger than another."""
        own: int = self.digits * self.factor * 10**other.decimals
        others: int = other.digits * other.factor * 10**self.decimals
        return own > others

    def matches(self, exact: int) -> bool:
        """Whether the exact value rounds to this number, halves either way."""
        scale: int = 10**self.decimals
        off = abs(exact * scale - self.digits * self.factor)
        is_rounded = self.factor > 1 or self.decimals > 0
        return off * 2 <= self.factor if is_rounded else off == 0


class Limit(Record):
    """The least and the largest value allowed; None where there is no such limit."""

    least: Amount | None
    largest: Amount | None


class Fact(Record):
    """One line of `expect` or `budget`: a metric of the network, or of one of its layers.

    Attributes:
        layer: the label of a layer or group, or None for the whole network.
        text: the value as it is written.
        is_share: whether the value is a percentage of the network's total.
        layer_span: where the label stands, when that is known.
    """

    layer: str | None
    metric: str
    value: Amount | Limit | Shape
    span: Span
    text: str = ""
    is_share: bool = False
    layer_span: Span | None = None


_LOOSE = ("", "b", "i", "ib")
"""What stands behind the first letter of a unit of bytes, however it is written."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%"


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 40


class Published(Record):
    """A figure that the source of a network prints for a labelled layer or group, or the whole."""

    layer: str | None
    metric: str
    text: str
    amount: Amount
    note: str | None
    span: Span


def parse_amount(text: str, metric: str) -> Amount:
    """Read `61_100_840`, `25.6M`, `9.1875 MiB`.

    Raises:
        ValueError: it is no quantity of that metric; the text says why.
    """
    number = text.strip().rstrip(_LETTERS)
    unit = text.strip()[len(number) :]
    whole, point, decimals = number.strip().partition(".")
    plain = whole.replace("_", "").replace(",", "")
    if not _is_digits(plain) or (point and not _is_digits(decimals)):
        raise ValueError(f"`{text}` is not a number" if text.strip() else "a number is missing")
    digits = int(plain + decimals)
    if metric == "share":
        if unit != "%":
            raise ValueError(f"a share is a percentage: `{text}%`")
        return Amount(digits, len(decimals), 1)
    units = BYTE_UNITS if METRICS[metric].is_bytes else COUNT_UNITS
    if unit not in units:
        known = ", ".join(filter(None, units))
        letter = unit[:1].upper().replace("K", "k")
        if METRICS[metric].is_bytes and letter and letter in "kMG" and unit[1:].lower() in _LOOSE:
            binary = f"{letter.upper()}iB"
            told = f"write `{number.strip()}{binary}` or `{number.strip()}{letter}B`"
            raise ValueError(f"unknown unit `{unit}`: {told}")
        raise ValueError(
            f"unknown unit `{unit}`, expected one of {known}"
            if unit
            else f"`{text}` needs a unit: {known}"
        )
    return Amount(digits, len(decimals), units[unit])


def parse_limit(text: str, metric: str) -> Limit:
    """Read `61M`, `<= 61M`, `>= 224` or `224..512`; a lone amount is the largest allowed.

    Raises:
        ValueError: it is no limit on that metric; the text says why.
    """
    text = text.strip()
    if text.startswith("<="):
        return Limit(None, parse_amount(text[2:], metric))
    if text.startswith(">="):
        return Limit(parse_amount(text[2:], metric), None)
    if ".." in text:
        ends = text.split("..", maxsplit=1)
        least, largest = (parse_amount(end, metric) for end in ends)
        if least.exceeds(largest):
            raise ValueError(f"empty range `{text}`")
        return Limit(least, largest)
    return Limit(None, parse_amount(text, metric))


def read_expectation(layer: str | None, metric: str, text: str, span: Span) -> Fact:
    """One line of `expect`: `61_100_840`, `25.6M`, `256x6x6`; of a labelled layer also `12.5%`.

    Raises:
        ValueError: the text states nothing of that metric; says why.
    """
    return _read(parse_amount, Fact(layer, metric, (), span, text))


def read_budget(layer: str | None, metric: str, text: str, span: Span) -> Fact:
    """One line of `budget`: `61M`, `>= 224`, `224..512`; of a labelled layer also `<= 40%`.

    Raises:
        ValueError: the text is no limit on that metric; says why.
    """
    return _read(parse_limit, Fact(layer, metric, (), span, text))


def _read(parse: Callable[[str, str], Amount | Limit], fact: Fact) -> Fact:
    if is_shape(fact.metric, fact.text):
        shape = read_shape(fact.text)
        if shape is None:
            is_given = fact.text.strip()
            raise ValueError(f"`{fact.text}` is not a shape" if is_given else "a shape is missing")
        return fact._replace(value=shape)
    share = _is_share(fact.layer, fact.metric, fact.text)
    return fact._replace(value=parse(fact.text, "share" if share else fact.metric), is_share=share)


def _is_share(layer: str | None, metric: str, text: str) -> bool:
    if metric == "share":
        return True
    if not text.rstrip().endswith("%"):
        return False
    if not METRICS[metric].adds_up:
        raise ValueError(f"`{metric}` has no share: layers do not add up to it")
    if layer is None:
        raise ValueError("a percentage is the share of one layer: write it under its label")
    return True


def is_shape(metric: str, text: str) -> bool:
    """Whether a metric is stated as a shape: an output, or a field given for each axis."""
    return metric == "output" or (metric == "receptive_field" and "x" in text)


def bytes_text(count: int) -> str:
    """Bytes in binary units, four significant digits."""
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            shown = f"{count / size:.4g}" if count < 1000 * size else f"{count // size:,}"
            return f"{shown} {unit}"
    return f"{count} B"


MOST_AXES = 4
"""Channels and three spatial axes."""


def read_shape(text: str) -> Shape | None:
    """`3x224x224` as a shape, or None when it is none.

    Example:
        >>> read_shape("3x224x224")
        (3, 224, 224)
    """
    lengths = text.replace("_", "").split("x")
    if len(text) > 80 or not text.isascii() or not all(map(str.isdecimal, lengths)):
        return None
    shape = tuple(map(int, lengths))
    is_fine = len(shape) <= MOST_AXES and all(1 <= length <= LARGEST for length in shape)
    return shape if is_fine else None


def shape_meant(text: str) -> str | None:
    """The shape that is written in other signs, as we write it; None where it is a guess.

    Channels last are a guess: `(224, 224, 3)`.

    Example:
        >>> shape_meant("(3, 224, 224)"), shape_meant("224 x 224 x 3")
        ('3x224x224', None)
    """
    import re  # noqa: PLC0415 - only a fault pays for it

    if len(text) > 80 or not re.fullmatch(r"[\[(]? *\d+(?: *[xX\u00d7*,] *\d+)+ *[\])]?", text):
        return None
    lengths = re.findall(r"\d+", text)
    shape = read_shape("x".join(lengths))
    if shape is None or (shape[-1] in {1, 3} and shape[-1] < shape[0]):
        return None
    return "x".join(map(str, shape))
