"""What a change does to the networks of a project: for a terminal, a pull request, a program."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from cnncalc.checks.change.records import COSTS, Change, NetworkChange, Status, told_of
from cnncalc.checks.finding import Report, counted, listed
from cnncalc.checks.stored import FOLLOWS, GROWING, TOTALS
from cnncalc.diagnostics import Span
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS, title_of
from cnncalc.ops.values import show_shape
from cnncalc.render.findings.entries import Entry, entries_of, rank
from cnncalc.render.findings.github import COMMENT_BYTES, whole_text
from cnncalc.render.grid import draw_row, markdown_table, widths_of
from cnncalc.render.markdown_text import code, escaped, place, prose, within
from cnncalc.render.text import printable

MARKER = "<!-- cnncalc change -->"
"""By this the comment of a pull request is found again, to be written anew in its place."""

NOTHING = "<!-- nothing to tell -->"
"""Stands below it where no network differs and nothing was found: no comment is begun then."""

SHOWN = ("parameters", "macs", "activation_bytes", "peak_activation_bytes")
"""The metrics that have a column."""

ONLY_NAMES = "no figure differs, only names do"

MOST_NETWORKS = 50
"""Networks that are told one by one."""

MOST_TOLD = 3
"""Ways in which one cause changes networks that are told."""

MOST_FINDINGS = 20
"""Findings of a comment."""


def summary_of(change: Change) -> str:
    """One line: `2 networks changed, 1 added, 40 unchanged since origin/main (1a2b3c)`."""
    statuses: tuple[Status, ...] = ("changed", "renamed", "added", "removed")
    counts = [(change.count(status), status) for status in statuses]
    told = [f"{count:,} {status}" for count, status in counts if count]
    total = counted(len(change.networks) + change.unchanged, "network")
    what = ", ".join([*told, f"{change.unchanged:,} unchanged"])
    return f"{total}: {what} since {change.revision} ({change.base})"


def _percent(old: int, by: int) -> str:
    if not old:
        return "new" if by else ""
    share = round(Fraction(1000 * by, old))
    if by and not share:
        return "< 0.1 %" if by > 0 else "> -0.1 %"
    return f"{'+' if share > 0 else ''}{share / 10:,.1f} %"


def _amount(key: str, value: object) -> str:
    if isinstance(value, tuple):
        return show_shape(value)
    if not isinstance(value, int):
        return ""
    return bytes_text(value) if METRICS[key].is_bytes else f"{value:,}"


def _differing(network: NetworkChange) -> list[str]:
    keys = {*network.old, *network.new}
    told = [key for key in TOTALS if key in keys and network.old.get(key) != network.new.get(key)]
    grown = {key for key in told if network.by(key)}
    return [key for key in told if FOLLOWS.get(key) not in grown]


# For a terminal


def render_change(change: Change) -> str:
    """Each network that differs, its metrics before and after, and what made it so."""
    lines = [line for one in change.networks[:MOST_NETWORKS] for line in _network(one)]
    left = len(change.networks) - MOST_NETWORKS
    if left > 0:
        lines += [f"and {counted(left, 'more network')}", ""]
    lines += [f"not compared, for faults on one side: {name}" for name in change.unread]
    lines.append(summary_of(change))
    return "".join(f"{printable(line)}\n" for line in lines)


def _network(network: NetworkChange) -> Iterator[str]:
    was = f", was {network.before}" if network.before else ""
    yield f"{network.name}  ({network.status}{was})"
    if network.status in {"added", "removed"}:
        figures = network.new or network.old
        told = [
            f"{_amount(key, figures[key])} {title_of(key)}" for key in SHOWN[:2] if key in figures
        ]
        yield f"  {', '.join(told)}"
    else:
        rows = [_line(network, key) for key in _differing(network)]
        widths = widths_of(rows)
        yield from (f"  {draw_row(row, widths, numbers=(1, 3, 4))}" for row in rows)
        if not (rows or network.causes):
            yield f"  {ONLY_NAMES}"
        yield from (f"  {one.words}  {_at(one.span)}" for one in network.apart)
        for cause in network.causes:
            yield f"  {cause.name}: {cause.told}  {_at(cause.span)}".rstrip()
    yield ""


def _at(span: Span | None) -> str:
    return f"({span.file}:{span.line})" if span else ""


def _line(network: NetworkChange, key: str) -> tuple[str, ...]:
    """A metric before and after, and by how much a cost grew."""
    old, new = network.old.get(key), network.new.get(key)
    share = _percent(old, network.by(key)) if key in GROWING and isinstance(old, int) else ""
    return title_of(key), _amount(key, old), "->", _amount(key, new), share


# For a pull request


def render_change_markdown(change: Change, report: Report, tree: str | None = None) -> str:
    """The comment of a pull request: what changed in one table, the causes, the findings.

    What it has no room for is left off in whole rows, and counted.

    Args:
        change: what changed.
        report: what was found.
        tree: the address of the repository's files, where lines can be linked to.
    """
    found = sorted(entries_of(report), key=rank)
    parts = [MARKER]
    if not (change.networks or change.unread or found):
        parts.append(NOTHING)
    parts.append(f"**{escaped(summary_of(change))}**")
    parts += _table(change.networks)
    causes, left = within(_causes(change.networks[:MOST_NETWORKS], tree), COMMENT_BYTES // 4)
    if left:
        causes.append(f"- and {counted(left, 'more cause')}")
    if causes:
        parts.append("\n".join(causes))
    if change.unread:
        names, left = within(map(code, change.unread), COMMENT_BYTES // 8)
        more = f" and {left:,} more" if left else ""
        parts.append(f"Not compared, for faults on one side: {', '.join(names)}{more}")
    if found:
        lines, _ = within((_found(one, tree) for one in found[:MOST_FINDINGS]), COMMENT_BYTES // 4)
        if len(found) > len(lines):
            lines.append(f"- and {counted(len(found) - len(lines), 'more finding')}")
        parts.append("\n".join(lines))
    parts.append(escaped(report.summary()))
    return "\n\n".join(parts) + "\n"


def _table(networks: Sequence[NetworkChange]) -> Iterator[str]:
    """The networks that differ, and how many of them there is no room for."""
    if not networks:
        return
    heads = ("Network", *(METRICS[key].heading for key in SHOWN))
    rows = [_row(one) for one in networks[:MOST_NETWORKS]]
    heading, sides, *drawn = markdown_table(heads, rows, numbers=range(1, len(heads)))
    kept, _ = within(drawn, COMMENT_BYTES // 4)
    yield "\n".join((heading, sides, *kept))
    if len(networks) > len(kept):
        yield f"{counted(len(networks) - len(kept), 'more network')} left off."


def _found(entry: Entry, tree: str | None) -> str:
    """A finding as an item of a list."""
    file, finding, _ = entry
    span = finding.diagnostic.span
    where = f"{place(file, span.line if span else None, tree)} " if file else ""
    return f"- {where}{code(finding.diagnostic.code)} {whole_text(finding)}"


def _row(network: NetworkChange) -> tuple[str, ...]:
    was = f" (was {code(network.before)})" if network.before else ""
    word = "" if network.status == "changed" else f" {network.status}"
    return f"{code(network.name)}{word}{was}", *(_cell(network, key) for key in SHOWN)


def _cell(network: NetworkChange, key: str) -> str:
    old, new = network.old.get(key), network.new.get(key)
    if old == new:
        return "="
    if old is None or new is None:
        return _amount(key, new if old is None else old)
    share = _percent(old, network.by(key)) if isinstance(old, int) else ""
    return escaped(f"{_amount(key, old)} → {_amount(key, new)} ({share})")


def _causes(networks: Sequence[NetworkChange], tree: str | None) -> Iterator[str]:
    """Each cause once, with the networks that it is of."""
    found: dict[tuple[str, str, int], dict[str, list[str]]] = {}
    for network in networks:
        apart = ((prose(one.words), one.span, told_of(one.by)) for one in network.apart)
        causes = ((code(one.name), one.span, one.told) for one in network.causes)
        for name, span, text in (*apart, *causes):
            owner = (span.file, span.line) if span else (network.path, 0)
            alike = found.setdefault((name, *owner), {})
            alike.setdefault(text, []).append(code(network.name))
    for (name, file, line), told in found.items():
        where = f" ({place(file, line, tree)})" if line else ""
        each = [f"{escaped(text)} in {listed(names)}".strip() for text, names in told.items()]
        more = f"; {len(each) - MOST_TOLD:,} more" if len(each) > MOST_TOLD else ""
        yield f"- {name}{where}: {'; '.join(each[:MOST_TOLD])}{more}"


# For programs


def change_to_dict(change: Change) -> dict[str, Any]:
    """The change as JSON has it."""
    return {
        "revision": change.revision,
        "base": change.base,
        "unchanged": change.unchanged,
        "unread": list(change.unread),
        "networks": [_network_to_dict(one) for one in change.networks],
    }


def _network_to_dict(network: NetworkChange) -> dict[str, Any]:
    return {
        "name": network.name,
        "status": network.status,
        "before": network.before,
        "figures": {
            key: {"old": network.old.get(key), "new": network.new.get(key)}
            for key in TOTALS
            if key in network.old or key in network.new
        },
        "causes": [
            {
                "name": cause.name,
                "status": cause.status,
                "file": cause.span.file if cause.span else None,
                "line": cause.span.line if cause.span else None,
                "change": dict(cause.by),
            }
            for cause in network.causes
        ],
        "reasons": [
            {
                "kind": reason.kind,
                "text": reason.words,
                "file": reason.span.file,
                "line": reason.span.line,
                "layers": list(reason.layers),
                "change": {cost: reason.by.get(cost, 0) for cost in COSTS},
            }
            for reason in network.reasons
        ],
    }
