"""Many networks before and after a change as one page: that of `check --against REV`."""

from collections.abc import Iterator, Sequence
from typing import Any

from cnncalc.analysis.diff import diff
from cnncalc.analysis.summary import summarize
from cnncalc.checks.change.records import Change, NetworkChange, variant_of
from cnncalc.checks.finding import Checked, Finding, Report, counted
from cnncalc.graph import Graph
from cnncalc.report.difference import difference_of, union_document
from cnncalc.report.document import Extras, network_document
from cnncalc.report.names import name_on_page
from cnncalc.report.page import page_of
from cnncalc.spec import TIGHT, Allowance, Selection, parse_spec
from cnncalc.spec.expand import expand

MOST = 50
"""Networks of a page: each holds all of its layers."""

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
        seen = _of_one(checked[path], variant) if path in checked else None
        if old is not None and new is not None:
            extras = Extras({former: before[path_was], **files}, seen, basis.inplace)
            found = diff(old, new, basis.batch, basis.dtype)
            titles = name_on_page(was), name_on_page(network.name)
            yield union_document(found, extras), difference_of(found, titles)
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


def _of_one(checked: Checked, variant: str | None) -> Checked:
    """What a check says of one network of a file."""
    claims = tuple(one for one in checked.claims if one.variant == variant)
    # Of several networks with one cause, the one without a variant has no name in the finding.
    alone = {one.metric for one in checked.findings if not one.variants}
    shared = {one.metric for one in claims if one.finding is not None} - alone

    def is_its_own(finding: Finding) -> bool:
        if not finding.variants:  # of the whole file, or a number of the network without a variant
            return finding.metric is None or variant is None
        return variant in finding.variants or (variant is None and finding.metric in shared)

    return checked._replace(findings=tuple(filter(is_its_own, checked.findings)), claims=claims)
