"""Stated numbers compared with the counts: `expect` and `budget`."""

from collections.abc import Iterator
from math import ceil, floor
from typing import TYPE_CHECKING

from cnncalc.checks.counts import Counts, Figure, NoFigureError, Share
from cnncalc.checks.finding import Claim, Kind
from cnncalc.checks.statements import (
    Comparison,
    Gap,
    claim_without_figure,
    compare,
    exactly,
    figure_of,
    figure_text,
    finding_of,
    fraction,
    percent_text,
)
from cnncalc.diagnostics import Diagnostic, Note, Remedy, closest, rename, rewrite
from cnncalc.facts import (
    BYTE_UNITS,
    COUNT_UNITS,
    Amount,
    Fact,
    Limit,
    bytes_text,
)
from cnncalc.metrics import METRICS
from cnncalc.printable import printable
from cnncalc.records import Record

if TYPE_CHECKING:
    from fractions import Fraction


class Network(Record):
    """A network to check: what it is called, and its figures."""

    title: str
    variant: str | None
    counts: Counts

    def owns(self, fact: Fact) -> bool:
        """Whether a fact is in the network's own file, and of it alone."""
        return self.variant is None and fact.span.file == self.title


def check_fact(fact: Fact, kind: Kind, network: Network) -> Claim:
    """Compare one stated number with the network."""
    variant, finding = network.variant, None
    try:
        comparison = compare(fact, figure_of(fact, network.counts))
    except NoFigureError as error:
        fault = _without_figure(fact, network, error)
        return claim_without_figure(fact, kind, fault, variant)
    if comparison.gap is not None:
        fault = _fault(comparison, comparison.gap, network)
        finding = finding_of(fact, fault, variant, comparison)
    told = fact.layer, fact.metric, kind, fact.text, comparison.actual
    return Claim(variant, *told, finding, fact.span)


def _without_figure(fact: Fact, network: Network, fault: NoFigureError) -> Diagnostic:
    span = fact.span
    remedy: Remedy | None = None
    if fault.cause == "outputs":
        remedy = "state it for a label: `label: {output: 10x20}`"
    elif fault.cause == "label" and fact.layer is not None:
        span = fact.layer_span or fact.span
        near = closest(fact.layer, list(network.counts.labels)[:1000])
        listed = "`cnncalc summarize --depth all` names them"
        remedy = rename(fact.layer, near, fact.layer_span) if near else listed
    owner = "the network" if network.owns(fact) else f"`{network.title}`"
    return Diagnostic("E805", f"{owner} has {fault.missing}", span, (), remedy)


# The message about a fact that does not hold


def _fault(comparison: Comparison, gap: Gap, network: Network) -> Diagnostic:
    fact = comparison.fact
    owner = f"`{fact.metric}`"
    if fact.layer is not None:
        owner += f" of `{fact.layer}`"
    if not network.owns(fact):
        owner += f" {'in' if fact.layer else 'of'} `{network.title}`"
    message = f"{owner} is {comparison.actual}, {_relation(fact, gap)}"
    code = "E802" if isinstance(fact.value, Limit) else "E801"
    remedy = _remedy(comparison, gap, network)
    return Diagnostic(code, message, fact.span, tuple(_notes(fact, network)), remedy)


def _relation(fact: Fact, gap: Gap) -> str:
    """How a figure differs from what was stated: `not 447: 1 more`."""
    if gap.bound is None:
        return f"not {fact.text}"
    distance = figure_text(abs(gap.whole), fact.metric)
    percent = ""
    if fact.is_share:
        distance = f"{float(abs(gap.over)):.3g} points"
    elif gap.bound.digits:
        percent = f" ({percent_text(abs(gap.over) / exactly(gap.bound))})"
    if not isinstance(fact.value, Limit):
        return f"not {fact.text}: {distance} {'more' if gap.over > 0 else 'less'}"
    side = "over" if gap.over > 0 else "under"
    return f"{side} the budget of {fact.text} by {distance}{percent}"


def _notes(fact: Fact, network: Network) -> Iterator[Note]:
    counts, basis = network.counts, network.counts.basis
    metric = "parameters" if fact.metric == "share" else fact.metric
    if METRICS[metric].adds_up:
        whole = counts.figure(None, metric)
        parts = counts.largest(fact.layer, metric, 3)
        if len(parts) > 1 and isinstance(whole, int):
            shares = (percent_text(fraction(part.amount, whole)) for part in parts)
            listed = (f"`{layer.name}` {amount:,}" for amount, layer in parts)
            each = ", ".join(f"{one} ({share})" for one, share in zip(listed, shares, strict=True))
            yield Note(f"most of it: {each}")
    elif metric == "peak_activation_bytes" and fact.layer is None:
        yield _peak_note(counts)
    if METRICS[metric].is_bytes:
        trained = f", trained with {basis.optimizer}" if metric == "training_bytes" else ""
        dtype = printable(counts.bits.text) if counts.bits else basis.dtype
        yield Note(f"counted in {dtype} for a batch of {basis.batch:,}{trained}")
    elif METRICS[metric].is_wide:
        dtype = printable(counts.bits.text) if counts.bits else basis.dtype
        yield Note(f"counted in {dtype} for a batch of {basis.batch:,}")
    elif basis.batch > 1 and METRICS[metric].is_per_example:
        yield Note(f"counted for a batch of {basis.batch:,}")


def _peak_note(counts: Counts) -> Note:
    from cnncalc.analysis.memory import peak  # noqa: PLC0415 - only what fails asks for it

    graph = counts.graph
    sizes = [cost.output_elements for cost in counts.costs]
    most = peak(graph, graph.layers, sizes, bits=counts.bits)
    scale = counts.widths.peak_scale * counts.basis.batch
    ranked = sorted(most.alive, key=lambda one: -one.elements)
    held = " + ".join(f"{one.name} {bytes_text(one.elements * scale)}" for one in ranked[:4])
    more = f" + {len(ranked) - 4} more" if len(ranked) > 4 else ""
    return Note(f"the peak is in `{most.layer}`: {held}{more}")


def _remedy(comparison: Comparison, gap: Gap, network: Network) -> Remedy:
    fact, figure = comparison.fact, comparison.figure
    if isinstance(fact.value, Limit) and gap.bound is not None:
        is_over = gap.over > 0
        change = "raise" if is_over else "lower"
        before = f"{_change_text(fact, network, is_over=is_over)}, or {change} the budget to"
        return rewrite(_limit(fact.value, figure, fact), fact.span, fact.text, before=before)
    exactly = f"{figure:_}" if isinstance(figure, int) else comparison.actual
    if METRICS[fact.metric].is_bytes:
        exactly += " B"
    before = "if the network is right, write"
    return rewrite(exactly.replace(" %", "%"), fact.span, fact.text, before=before)


def _change_text(fact: Fact, network: Network, *, is_over: bool) -> str:
    metric = "parameters" if fact.metric == "share" else fact.metric
    if is_over and METRICS[metric].adds_up:
        for part in network.counts.largest(fact.layer, metric, 1):
            return f"make `{part.layer.name}` smaller"
    return "change the network"


def _limit(limit: Limit, figure: Figure, fact: Fact) -> str:
    """The limit that the figure would keep to, written as the one it does not."""
    if isinstance(figure, Share):
        values = [100 * fraction(*figure)]
    else:
        values = list(map(fraction, figure if isinstance(figure, tuple) else (figure,)))
    least, largest = (
        _fitting(bound, reach(*values, exactly(bound)), fact, is_over=is_over) if bound else ""
        for bound, reach, is_over in ((limit.least, min, False), (limit.largest, max, True))
    )
    return f"{least}..{largest}" if least and largest else largest or f">= {least}"


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
