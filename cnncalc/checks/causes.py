"""Budgets that do not hold, told where the network grew, or else where it can be changed."""

from collections.abc import Iterable, Sequence

from cnncalc.checks.claims import Network
from cnncalc.checks.finding import Checked, Claim, Finding, counted, in_order
from cnncalc.checks.reason import ReasonOf
from cnncalc.diagnostics import Diagnostic, Note, Remedy, Span
from cnncalc.metrics import METRICS

BROKEN = "E802"
UNMET = "E801"
HERE = "the budget is here"
"""The note that leads to the limit."""

MOST_HERE = "told at the layer that holds most of it"
PEAK_HERE = "told at the layer where the peak is"
"""Notes of a place that is known without a comparison."""

MOST_TOLD = 4
"""Further budgets of one cause that are told one by one."""


def at_cause(claim: Claim, network: Network) -> Claim:
    """A broken budget at the line of the layer that holds most of the metric.

    One of which no layer holds a part, such as the depth, stays where the budget is.
    """
    finding = claim.finding
    if finding is None or finding.diagnostic.code != BROKEN:
        return claim
    fault = finding.diagnostic
    place = _place(finding, network)
    if place is None or fault.span is None:
        return claim
    why = MOST_HERE if _adds_up(finding) else PEAK_HERE
    notes = (*fault.notes, Note(why), Note(HERE, fault.span))
    fault = fault._replace(span=place, notes=notes)
    return claim._replace(finding=finding._replace(diagnostic=fault))


def _place(finding: Finding, network: Network) -> Span | None:
    counts, metric = network.counts, finding.metric
    layers = []
    if _adds_up(finding):
        metric = "parameters" if metric == "share" or metric is None else metric
        layers = [part.layer for part in counts.largest(finding.layer, metric, 1)]
    elif metric == "peak_activation_bytes" and finding.layer is None:
        from cnncalc.analysis.memory import peak  # noqa: PLC0415 - only what fails asks for it

        graph = counts.graph
        sizes = [cost.output_elements for cost in counts.costs]
        most = peak(graph, graph.layers, sizes, bits=counts.bits)
        layers = [one for one in graph.layers if one.name == most.layer]
    return next((one.origin[0] for one in layers if one.origin), None)


def _adds_up(finding: Finding) -> bool:
    metric = "parameters" if finding.metric == "share" else finding.metric
    return metric is not None and METRICS[metric].adds_up


def at_growth(checked: Checked, reason_of: ReasonOf) -> Checked:
    """The result of a file, its broken budgets where a comparison shows that the network grew.

    One that was broken before, by as much, stays where it is. An expectation stays at its number,
    and says what made that another.
    """
    claims = [_at_growth(claim, checked.file, reason_of) for claim in checked.claims]
    if claims == [*checked.claims]:
        return checked
    broken = dict.fromkeys(
        one.finding for one in one_for_each_cause(claims, checked.file) if one.finding is not None
    )
    others = (one for one in checked.findings if one.diagnostic.code not in {BROKEN, UNMET})
    budgets = (one for one in broken if one.diagnostic.code in {BROKEN, UNMET})
    return checked._replace(findings=in_order([*others, *budgets]), claims=tuple(claims))


def _at_growth(claim: Claim, file: str, reason_of: ReasonOf) -> Claim:
    finding = claim.finding
    if finding is None or claim.span is None:
        return claim
    fault = finding.diagnostic
    if fault.code not in {BROKEN, UNMET} or claim.kind == "baseline":
        return claim
    key = claim.metric if claim.layer is None else f"{claim.layer}.{claim.metric}"
    reason = reason_of(file, claim.variant, key, -1 if (finding.delta or 0) < 0 else 1)
    if reason is None:
        return claim
    if fault.code == UNMET:
        note = Note(f"changed {reason.words}".rstrip(), reason.span)
        fault = fault._replace(notes=(*fault.notes, note))
        return claim._replace(finding=finding._replace(diagnostic=fault))
    notes = [one for one in fault.notes if one.text not in {HERE, MOST_HERE, PEAK_HERE}]
    verb = "fell" if (finding.delta or 0) < 0 else "grew"
    if reason.kind == "variant":
        notes.append(Note("the variant is new"))
    elif reason.words:
        notes.append(Note(f"it {verb} {reason.words}"))
    notes += [*reason.notes, Note(HERE, claim.span)]
    fault = fault._replace(span=reason.span, notes=tuple(notes))
    return claim._replace(finding=finding._replace(diagnostic=fault))


def one_for_each_cause(claims: Iterable[Claim], spec: str) -> tuple[Claim, ...]:
    """The claims of a spec; budgets that are broken at one line share a finding.

    Those of the spec itself that stay at their own line are told one by one.
    """
    claims = tuple(claims)
    groups: dict[object, list[Finding]] = {}
    for claim in claims:
        if claim.finding is not None and _is_shared(claim, spec):
            groups.setdefault(_line(claim.finding, spec), []).append(claim.finding)
    merged = {line: _merged(found) for line, found in groups.items()}
    return tuple(
        claim._replace(finding=merged[_line(claim.finding, spec)])
        if claim.finding is not None and _is_shared(claim, spec)
        else claim
        for claim in claims
    )


def _line(finding: Finding, spec: str) -> object:
    """Where a finding stands: a line of the spec, or a limit of which no layer holds a part."""
    span = finding.diagnostic.span
    return span.line if span is not None and span.file == spec else span


def _is_shared(claim: Claim, spec: str) -> bool:
    """Whether a budget is broken that is of the project file, or told where the network grew."""
    if claim.finding is None or claim.finding.diagnostic.code != BROKEN or claim.span is None:
        return False
    return claim.span.file != spec or claim.span != claim.finding.diagnostic.span


def _merged(findings: Sequence[Finding]) -> Finding:
    """One finding for several budgets; numbers are those of the first, the remedy is for all."""
    first = findings[0]
    if len(findings) == 1:
        return first
    fault: Diagnostic = first.diagnostic
    others = list(dict.fromkeys(one.diagnostic.message for one in findings[1:]))
    of_limits = [note for one in findings for note in one.diagnostic.notes if note.text == HERE]
    limits = list(dict.fromkeys(of_limits))
    notes = [note for note in fault.notes if note.text != HERE]
    notes += map(Note, others[:MOST_TOLD])
    if len(others) > MOST_TOLD:
        notes.append(Note(f"and {counted(len(others) - MOST_TOLD, 'more budget')}"))
    metrics = tuple(dict.fromkeys(one.metric for one in findings if one.metric))
    message = f"{fault.message}; {counted(len(findings) - 1, 'more budget')} broken here"
    told = (*notes, *limits[:MOST_TOLD])
    fault = fault._replace(message=message, notes=told, remedy=_remedy_for_all(findings))
    variants = tuple(dict.fromkeys(name for one in findings for name in one.variants))
    return first._replace(diagnostic=fault, variants=variants, metrics=metrics)


def _remedy_for_all(findings: Sequence[Finding]) -> Remedy | None:
    """The remedy of the first budget; of networks that break one limit, by that furthest from it.

    Else the limit that it names would keep the first of them alone.
    """
    first = findings[0].diagnostic
    if first.fix is None:
        return first.remedy
    [place, *_] = [edit.span for edit in first.fix.edits]
    alike = [
        one
        for one in findings
        if one.diagnostic.fix and any(edit.span == place for edit in one.diagnostic.fix.edits)
    ]
    return max(alike, key=lambda one: abs(one.delta or 0)).diagnostic.remedy
