"""Budgets of the project file that do not hold, told where the network can be changed."""

from collections.abc import Iterable, Sequence

from cnncalc.checks.claims import Network
from cnncalc.checks.finding import Claim, Finding, counted
from cnncalc.diagnostics import Diagnostic, Note, Remedy, Span
from cnncalc.metrics import METRICS

BROKEN = "E802"
HERE = "the budget is here"
"""The note that leads to the limit."""

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
    notes = (*fault.notes, Note(HERE, fault.span))
    fault = fault._replace(span=place, notes=notes)
    return claim._replace(finding=finding._replace(diagnostic=fault))


def _place(finding: Finding, network: Network) -> Span | None:
    counts, metric = network.counts, finding.metric
    metric = "parameters" if metric == "share" else metric
    layers = []
    if metric is not None and METRICS[metric].adds_up:
        layers = [part.layer for part in counts.largest(finding.layer, metric, 1)]
    elif metric == "peak_activation_bytes" and finding.layer is None:
        from cnncalc.analysis.memory import peak  # noqa: PLC0415 - only what fails asks for it

        graph = counts.graph
        sizes = [cost.output_elements for cost in counts.costs]
        most = peak(graph, graph.layers, sizes, bits=counts.bits)
        layers = [one for one in graph.layers if one.name == most.layer]
    return next((one.origin[0] for one in layers if one.origin), None)


def one_for_each_cause(claims: Iterable[Claim], spec: str) -> tuple[Claim, ...]:
    """The claims of a spec; budgets of the project that are broken at one line share a finding."""
    claims = tuple(claims)
    groups: dict[Span | None, list[Finding]] = {}
    for claim in claims:
        if claim.finding is not None and _is_of_project(claim, spec):
            groups.setdefault(claim.finding.diagnostic.span, []).append(claim.finding)
    merged = {span: _merged(found) for span, found in groups.items()}
    return tuple(
        claim._replace(finding=merged[claim.finding.diagnostic.span])
        if claim.finding is not None and _is_of_project(claim, spec)
        else claim
        for claim in claims
    )


def _is_of_project(claim: Claim, spec: str) -> bool:
    """Whether a broken budget is that of the project file, and not of the spec."""
    is_broken = claim.finding is not None and claim.finding.diagnostic.code == BROKEN
    return is_broken and claim.span is not None and claim.span.file != spec


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
