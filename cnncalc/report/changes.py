"""Many networks before and after a change as one page: that of `check --against REV`."""

from collections.abc import Iterator, Sequence
from typing import Any

from cnncalc.analysis.diff import diff
from cnncalc.analysis.summary import summarize
from cnncalc.checks.causes import one_for_each_cause
from cnncalc.checks.change.records import Change, NetworkChange, told_of, variant_of
from cnncalc.checks.choice import BEYOND
from cnncalc.checks.finding import Checked, Finding, Report, counted, in_order
from cnncalc.graph import Graph
from cnncalc.report.difference import difference_of, union_document
from cnncalc.report.document import Extras, network_document
from cnncalc.report.names import name_on_page
from cnncalc.report.page import page_of
from cnncalc.spec import TIGHT, Allowance, Selection, parse_spec
from cnncalc.spec.expand import expand

MOST = 50
"""Networks of a page: each holds all of its layers."""

OF_CLAIMS = ("E801", "E802", "E805")
"""Findings of what is stated, which the claims of each network have."""

Told = tuple[dict[str, Any], dict[str, Any]]
"""The document of a network, and what changed in it."""


def page_of_changes(change: Change, report: Report, summary: str) -> dict[str, Any]:
    """The document of a page, whose `difference` is a list: what changed in each of its networks.

    Args:
        change: what differs.
        report: what a check says of the specs as they are now.
        summary: the change in a line, which is the title of the page.
    """
    told = list(_told(change.networks[:MOST], change, report))
    left = len(change.networks) - MOST
    title = summary if left <= 0 else f"{summary}; {counted(left, 'network')} left off"
    return page_of(title, [one for one, _ in told], difference=[one for _, one in told])


def _told(networks: Sequence[NetworkChange], change: Change, report: Report) -> Iterator[Told]:
    before, after, basis_of = change.states
    checked = {one.file: one for one in report.files}
    for network in networks:
        path, variant = network.path, network.variant
        path_was, name_was = network.path_before or path, network.before or network.name
        # Of a layer that is gone, the line is one of the text before.
        former, was = f"{change.revision}:{path_was}", f"{change.revision}:{name_was}"
        variant_was = variant_of(name_was, path_was)
        is_new, is_gone = network.status == "added", network.status == "removed"
        old = None if is_new else _graph(before[path_was], former, variant_was)
        new = None if is_gone else _graph(after[path], path, variant)
        basis = basis_of(path)
        files = {name: text for name, text in after.items() if name == path}
        seen = _of_one(checked[path], network, report) if path in checked else None
        if old is not None and new is not None:
            extras = Extras({former: before[path_was], **files}, seen, basis.inplace)
            found = diff(old, new, basis.batch, basis.dtype)
            titles = name_on_page(was), name_on_page(network.name)
            difference = {**difference_of(found, titles), "reasons": _reasons(network)}
            yield union_document(found, extras), difference
        elif new is not None:
            extras = Extras(files, seen, basis.inplace)
            yield network_document(summarize(new, basis), extras), _alone(new, network)
        elif old is not None:
            yield network_document(summarize(old, basis)), _alone(old, network)


def _alone(graph: Graph, network: NetworkChange) -> dict[str, Any]:
    """The difference of a network that is on one side alone."""
    name = name_on_page(network.name)
    named = {"name": graph.name, "variant": graph.variant}
    return {
        "titles": (name, name),
        "only": network.status,
        "old": named,
        "new": named,
        "totals": {},
        "changed": True,
    }


def _graph(text: str, path: str, variant: str | None) -> Graph | None:
    """A network anew; it had no faults."""
    allowance = Allowance(TIGHT)
    spec, faults = parse_spec(text, path, allowance)
    return None if spec is None else expand(spec, Selection(variant), faults, allowance)


def _reasons(network: NetworkChange) -> list[dict[str, Any]]:
    """What was written otherwise, as a page tells it."""
    return [
        {
            "text": one.words,
            "line": one.span.line,
            "by": told_of(one.by),
        }
        for one in network.reasons
    ]


def _of_one(checked: Checked, network: NetworkChange, report: Report) -> Checked:
    """What a check says of one network of a file."""
    variant = network.variant
    claims = tuple(one for one in checked.claims if one.variant == variant)
    told = one_for_each_cause(claims, checked.file)
    own = dict.fromkeys(one.finding for one in told if one.finding is not None)
    others = (
        one
        for one in checked.findings
        if one.diagnostic.code not in OF_CLAIMS and (not one.variants or variant in one.variants)
    )
    beyond = (
        one for one in report.others if one.diagnostic.code == BEYOND and _is_of(one, network)
    )
    return checked._replace(
        findings=in_order([*dict.fromkeys([*others, *own, *beyond])]), claims=claims
    )


def _is_of(finding: Finding, network: NetworkChange) -> bool:
    """Whether a change beyond its limit is that of a network: it has no name without a variant."""
    reasons = map(network.reason, finding.metrics)
    is_here = any(one is not None and one.span == finding.diagnostic.span for one in reasons)
    return is_here and (network.variant is None or network.variant in finding.variants)
