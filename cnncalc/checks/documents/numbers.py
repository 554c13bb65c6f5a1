"""A number as a document has it: its value read, and a figure written in its form."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.checks.counts import Figure, Share
from cnncalc.diagnostics import Edit, Fix, Remedy, Span
from cnncalc.facts import Amount, Fact, read_expectation
from cnncalc.metrics import METRICS

LONGEST_NUMBER = 80
"""Characters between the marks that can be a number."""

EXAMPLES = "`25,557,032` or `4.09 G`"
"""Examples of numbers between marks."""

_THOUSANDS = ",|_|[ \u00a0\u2009\u202f]|&(?:nbsp|thinsp|#8239);"
_GAP = "\\s*|&(?:nbsp|thinsp|#8239);"
_NUMBER = re.compile(
    rf"([1-9][0-9]{{0,2}}(?:({_THOUSANDS})[0-9]{{3}})(?:\2[0-9]{{3}})*|[0-9]+)"
    rf"(\.[0-9]+)?({_GAP})([A-Za-z%]*)"
)
_TIMES = re.compile("([ \u00a0]*[x\u00d7][ \u00a0]*)")
_EMPHASIS = "*_`~"


class Form(NamedTuple):
    """How a number is written, apart from its digits.

    Attributes:
        thousands: the separator of its thousands; empty when there is none.
        gap: the text before the unit.
        unit: the unit behind the number; empty when it has none, or the mark names it.
        times: the separator between the lengths of a shape.
    """

    thousands: str = ""
    gap: str = ""
    unit: str = ""
    times: str = "x"


class Mark(NamedTuple):
    """A marked number.

    Attributes:
        network: the name of a network as on the command line; a path is from the document.
        fact: the metric, the layer, the value that is stated, and the place of the number.
        form: how the number is written.
        start: where the number begins in the text.
        end: where it ends.
    """

    network: str
    fact: Fact
    form: Form
    start: int
    end: int
    network_span: Span
    metric_span: Span
    layer_span: Span | None = None


class Word(NamedTuple):
    """A word of a mark, and its place."""

    text: str
    span: Span


class Statement(NamedTuple):
    """What an opening comment says of the number behind it."""

    network: Word
    metric: Word
    layer: Word | None
    unit: Word | None


def short(text: str) -> str:
    """As much of a text as a message quotes."""
    return text if len(text) <= 40 else f"{text[:36]} ..."


def number_hint(metric: str) -> str:
    """How a number of that metric is written."""
    if metric in {"output", "receptive_field"}:
        return "write `1000` or `256x6x6` between the marks"
    examples = (
        "`97.7 MiB`" if METRICS[metric].is_bytes else "`74.3%`" if metric == "share" else EXAMPLES
    )
    return f"write {examples} between the marks, and words outside of them"


def strip_emphasis(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the blanks and the emphasis around it: `**4.09 G**`."""
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    inner = inner.strip()
    lead = inner[: len(inner) - len(inner.lstrip(_EMPHASIS))]
    if lead and len(inner) > 2 * len(lead) and inner.endswith(lead[::-1]):
        return start + len(lead), start + len(inner) - len(lead)
    return start, start + len(inner)


class NoNumberError(ValueError):
    """The text between the marks is not a number of that metric; with its own remedy."""

    def __init__(self, message: str, remedy: Remedy) -> None:
        super().__init__(message)
        self.remedy = remedy


def read_number(text: str, stated: Statement, span: Span) -> tuple[Fact, Form]:
    """The value of a number, and how it is written.

    Raises:
        ValueError: it is not a number of that metric that a document can state; the text says why.
    """
    metric, layer = stated.metric.text, stated.layer.text if stated.layer else None
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"`{short(text)}` is not a number")
    parts = _TIMES.split(text)
    if metric == "output" or (metric == "receptive_field" and len(parts) > 1):
        shape, form = _lengths(text, parts, stated)
        return read_expectation(layer, metric, shape, span)._replace(text=text), form
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text}` is not a number")
    whole, thousands, decimals, gap, own = found.groups(default="")
    unit = _unit(text, own, stated)
    if decimals and not unit and metric != "share" and not METRICS[metric].is_bytes:
        hint = "write the unit, as in `25.6 M`, or `unit=M` in the mark if a heading has it"
        raise NoNumberError(f"`{text}` has decimals and no unit", hint)
    plain = whole.replace(thousands, "") if thousands else whole
    fact = read_expectation(layer, metric, f"{plain}{decimals}{unit}", span)
    return fact._replace(text=text), Form(thousands, gap, own)


def _unit(text: str, own: str, stated: Statement) -> str:
    """The unit behind a number, or the one that its mark names."""
    if own and stated.unit:
        message = f"`{text}` has a unit, and its mark has another"
        raise NoNumberError(message, _without(stated.unit))
    unit = own or (stated.unit.text.removeprefix("unit=") if stated.unit else "")
    if unit == "%" and stated.layer is None and stated.metric.text != "share":
        hint = f"name the layer after the metric: `{stated.network.text} {stated.metric.text} fc6`"
        raise NoNumberError("a percentage is the share of one layer", hint)
    return unit


def _without(unit: Word) -> Remedy:
    return Fix((Edit(unit.span, ""),), f"remove `{short(unit.text)}` from the mark")


def _lengths(text: str, parts: Sequence[str], stated: Statement) -> tuple[str, Form]:
    """A shape without the separators of its lengths, and how it is written."""
    if stated.unit:
        raise NoNumberError("a shape has no unit", _without(stated.unit))
    lengths: list[str] = []
    thousands = ""
    for part in parts[::2]:
        found = _NUMBER.fullmatch(part)
        if found is None or any(found.group(3, 4, 5)):
            raise ValueError(f"`{text}` is not a shape")
        lengths.append(found[1].replace(found[2], "") if found[2] else found[1])
        thousands = thousands or found[2] or ""
    return "x".join(lengths), Form(thousands, times=parts[1] if len(parts) > 1 else "x")


def format_figure(mark: Mark, exact: Figure) -> str:
    """The exact figure in the form of the number: its unit, its decimals, its separators."""
    value, form = mark.fact.value, mark.form
    axes = exact if isinstance(exact, tuple) else (exact,)
    if isinstance(value, Amount):
        if isinstance(exact, Share):
            return _rounded(100 * exact.part, value._replace(factor=exact.whole), form)
        if len({*axes}) == 1:
            return _rounded(axes[0], value, form)
    elif not isinstance(exact, tuple):
        axes *= len(value)
    return form.times.join(_grouped(length, form) for length in axes)


def _rounded(exact: int, amount: Amount, form: Form) -> str:
    """A number in the unit and to the decimals of another, halves up."""
    scale = 10**amount.decimals
    whole, part = divmod((2 * exact * scale + amount.factor) // (2 * amount.factor), scale)
    decimals = f".{part:0{amount.decimals}}" if amount.decimals else ""
    return f"{_grouped(whole, form)}{decimals}{form.gap}{form.unit}"


def _grouped(number: int, form: Form) -> str:
    return f"{number:,}".replace(",", form.thousands)
