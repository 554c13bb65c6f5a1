"""Stated numbers held against what is counted: `expect` and `budget`."""

from collections.abc import Iterator
from math import ceil, floor
from typing import TYPE_CHECKING

from cnncalc.checks.counts import Counts, Figure, Share, UntoldError
from cnncalc.checks.finding import Claim, Finding, Kind
from cnncalc.diagnostics import Diagnostic, Note, did_you_mean
from cnncalc.facts import (
    BYTE_UNITS,
    COUNT_UNITS,
    Amount,
    Fact,
    Limit,
    bytes_text,
)
from cnncalc.graph import Graph
from cnncalc.metrics import METRICS
from cnncalc.ops.values import show_shape
from cnncalc.records import Record

if TYPE_CHECKING:
    from fractions import Fraction

MOST_NAMED = 3
"""Layers that are named as those that contribute most."""


class Network(Record):
    """A network that is held to something: what it is called, and its figures."""

    title: str
    variant: str | None
    counts: Counts

    def owns(self, fact: Fact) -> bool:
        """Whether a fact stands in the network's own file, and speaks of nothing else."""
        return self.variant is None and fact.span.file == self.title

    def with_graph(self, graph: Graph) -> "Network":
        """The same network at another input."""
        counts = Counts(graph, self.counts.basis, self.counts.effort)
        return Network(self.title, self.variant, counts)


class Gap(Record):
    """How far a figure is from what was stated, in percent points for a share.

    Attributes:
        over: the figure less the bound; below 0 it is too small.
        bound: the amount that it is over or under; None where shapes differ.
    """

    over: "Fraction"
    bound: Amount | None


def hold(fact: Fact, kind: Kind, network: Network) -> Claim:
    """One stated number against the network."""
    try:
        figure = _figure(fact, network.counts)
    except UntoldError as fault:
        return _untold(fact, kind, network, str(fault))
    actual = figure_text(figure, fact.metric)
    gap = _gap(fact, figure)
    finding = None if gap is None else _finding(fact, figure, gap, network)
    return Claim(network.variant, fact.layer, fact.metric, kind, fact.text, actual, finding)


def _figure(fact: Fact, counts: Counts) -> Figure:
    if fact.is_share and fact.metric != "share" and fact.layer is not None:
        return counts.share(fact.layer, fact.metric)
    return counts.figure(fact.layer, fact.metric)


def _untold(fact: Fact, kind: Kind, network: Network, reason: str) -> Claim:
    hint = "state it of a label: `label: {output: 10x20}`" if "outputs" in reason else None
    span = fact.span
    if fact.layer is not None and "no layer or group" in reason:
        span = fact.layer_span or fact.span
        hint = did_you_mean(fact.layer, list(network.counts.labels)[:1000])
    if not network.owns(fact):
        reason = reason.replace("the network", f"`{network.title}`", 1)
    fault = Diagnostic("E805", reason, span, (), hint)
    variants = () if network.variant is None else (network.variant,)
    finding = Finding(fault, variants, fact.layer, fact.metric, None, fact.text)
    return Claim(network.variant, fact.layer, fact.metric, kind, fact.text, "untold", finding)


# Whether it holds


def _gap(fact: Fact, figure: Figure) -> Gap | None:
    """None when the fact holds."""
    value = fact.value
    if not isinstance(value, Amount | Limit):
        return None if figure == value else Gap(_fraction(0), None)
    if isinstance(figure, Share):
        return _off(value, _fraction(100 * figure.part, figure.whole))
    for one in figure if isinstance(figure, tuple) else (figure,):
        if not _is_kept(value, one):
            return _off(value, _fraction(one))
    return None


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
            if bound is not None and sign * (exact - _exactly(bound)) > 0:
                return Gap(exact - _exactly(bound), bound)
        return None
    over = exact - _exactly(value)
    is_rounded = abs(over) * 2 * 10**value.decimals <= value.factor
    return None if is_rounded else Gap(over, value)


def _exactly(amount: Amount) -> "Fraction":
    return _fraction(amount.digits * amount.factor, 10**amount.decimals)


def _fraction(number: int, divisor: int = 1) -> "Fraction":
    from fractions import Fraction  # noqa: PLC0415 - only what fails, or is a share, needs it

    return Fraction(number, divisor)


# What is said when it does not


def _finding(fact: Fact, figure: Figure, gap: Gap, network: Network) -> Finding:
    is_limit = isinstance(fact.value, Limit)
    owner = f"`{fact.metric}`"
    if fact.layer is not None:
        owner += f" of `{fact.layer}`"
    if not network.owns(fact):
        owner += f" {'in' if fact.layer else 'of'} `{network.title}`"
    relation = _over(fact, gap) if is_limit else f"not {fact.text}{_by(fact, gap)}"
    message = f"{owner} is {figure_text(figure, fact.metric)}, {relation}"
    fault = Diagnostic(
        "E802" if is_limit else "E801",
        message,
        fact.span,
        tuple(_notes(fact, network)),
        _remedy(fact, figure, gap, network),
    )
    return Finding(
        fault,
        () if network.variant is None else (network.variant,),
        fact.layer,
        fact.metric,
        figure_text(figure, fact.metric) if isinstance(figure, Share) else figure,
        fact.text,
        None if gap.bound is None or fact.is_share else _outward(gap.over),
    )


def _outward(number: "Fraction") -> int:
    return ceil(number) if number > 0 else floor(number)


def _by(fact: Fact, gap: Gap) -> str:
    if gap.bound is None:
        return ""
    return f": {_distance(fact, gap)} {'more' if gap.over > 0 else 'less'}"


def _over(fact: Fact, gap: Gap) -> str:
    side = "over" if gap.over > 0 else "under"
    if gap.bound is None:
        return f"not {fact.text}"
    percent = ""
    if not fact.is_share and gap.bound.digits:
        percent = f" ({percent_text(abs(gap.over) / _exactly(gap.bound))})"
    return f"{side} the budget of {fact.text} by {_distance(fact, gap)}{percent}"


def _distance(fact: Fact, gap: Gap) -> str:
    if fact.is_share:
        return f"{float(abs(gap.over)):.3g} points"
    return figure_text(abs(_outward(gap.over)), fact.metric)


def figure_text(figure: Figure, metric: str) -> str:
    """A figure as it is shown: `60,965,224`, `1,024 bytes (1 KiB)`, `195x195`, `61.9 %`."""
    if isinstance(figure, Share):
        return percent_text(_fraction(*figure))
    if isinstance(figure, tuple):
        return show_shape(figure)
    if METRICS[metric].is_bytes:
        return f"{figure:,} bytes" + (f" ({bytes_text(figure)})" if figure >= 1024 else "")
    return f"{figure:,}"


def percent_text(share: "Fraction") -> str:
    """A share in percent, three digits or all before the point: `61.9 %`, `16,426 %`."""
    percent = 100 * share
    return f"{round(percent):,} %" if percent >= 100 else f"{float(percent):.3g} %"


def _notes(fact: Fact, network: Network) -> Iterator[Note]:
    counts, basis = network.counts, network.counts.basis
    metric = "parameters" if fact.metric == "share" else fact.metric
    if METRICS[metric].adds_up:
        whole = counts.figure(None, metric)
        parts = counts.largest(fact.layer, metric, MOST_NAMED)
        if len(parts) > 1 and isinstance(whole, int):
            shares = (percent_text(_fraction(part.amount, whole)) for part in parts)
            listed = (f"`{layer.name}` {amount:,}" for amount, layer in parts)
            each = ", ".join(f"{one} ({share})" for one, share in zip(listed, shares, strict=True))
            yield Note(f"most of it: {each}")
    elif metric == "peak_activation_bytes" and fact.layer is None:
        yield _peak_note(counts)
    if METRICS[metric].is_bytes:
        trained = f", trained with {basis.optimizer}" if metric == "training_bytes" else ""
        yield Note(f"counted in {basis.dtype} for a batch of {basis.batch:,}{trained}")
    elif basis.batch > 1 and METRICS[metric].is_per_example:
        yield Note(f"counted for a batch of {basis.batch:,}")


def _peak_note(counts: Counts) -> Note:
    from cnncalc.analysis.memory import peak  # noqa: PLC0415 - only what fails asks for it

    graph = counts.graph
    most = peak(graph, graph.layers, [cost.output_elements for cost in counts.costs])
    scale = counts.size * counts.basis.batch
    ranked = sorted(most.alive, key=lambda one: -one.elements)
    held = " + ".join(f"{one.name} {bytes_text(one.elements * scale)}" for one in ranked[:4])
    more = f" + {len(ranked) - 4} more" if len(ranked) > 4 else ""
    return Note(f"the peak is in `{most.layer}`: {held}{more}")


def _remedy(fact: Fact, figure: Figure, gap: Gap, network: Network) -> str:
    if isinstance(fact.value, Limit) and gap.bound is not None:
        is_over = gap.over > 0
        fitting = _limit(fact.value, figure, fact)
        change = "raise" if is_over else "lower"
        return f"{_lighten(fact, network, is_over=is_over)}, or {change} the budget to `{fitting}`"
    exactly = f"{figure:_}" if isinstance(figure, int) else figure_text(figure, fact.metric)
    if METRICS[fact.metric].is_bytes:
        exactly += " B"
    return f"if the network is meant so, write `{exactly.replace(' %', '%')}`"


def _lighten(fact: Fact, network: Network, *, is_over: bool) -> str:
    metric = "parameters" if fact.metric == "share" else fact.metric
    if is_over and METRICS[metric].adds_up:
        for part in network.counts.largest(fact.layer, metric, 1):
            return f"make `{part.layer.name}` smaller"
    return "change the network"


def _limit(limit: Limit, figure: Figure, fact: Fact) -> str:
    """The limit that the figure would keep to, written as the one it does not."""
    if isinstance(figure, Share):
        least = largest = 100 * _fraction(*figure)
    elif isinstance(figure, tuple):
        least, largest = _fraction(min(figure)), _fraction(max(figure))
    else:
        least = largest = _fraction(figure)
    least_text = largest_text = ""
    if limit.least is not None:
        kept = min(least, _exactly(limit.least))
        least_text = _fitting(limit.least, kept, fact, is_over=False)
    if limit.largest is not None:
        kept = max(largest, _exactly(limit.largest))
        largest_text = _fitting(limit.largest, kept, fact, is_over=True)
    if least_text and largest_text:
        return f"{least_text}..{largest_text}"
    return largest_text or f">= {least_text}"


def _fitting(bound: Amount, exact: "Fraction", fact: Fact, *, is_over: bool) -> str:
    """The closest round number that the figure would keep to, in the unit of the bound."""
    is_scaled = bound.factor > 1 or fact.is_share
    decimals = max(bound.decimals, 2) if is_scaled else bound.decimals
    scaled = exact * 10**decimals / bound.factor
    digits = str(ceil(scaled) if is_over else floor(scaled)).rjust(decimals + 1, "0")
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    number = f"{int(whole):_}" + (f".{part}" if part.strip("0") else "")
    if fact.is_share:
        return f"{number}%"
    units = BYTE_UNITS if METRICS[fact.metric].is_bytes else COUNT_UNITS
    unit = next(name for name, factor in units.items() if factor == bound.factor)
    return f"{number} {unit}" if METRICS[fact.metric].is_bytes else f"{number}{unit}"
