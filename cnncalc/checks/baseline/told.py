"""What is found of networks that changed: one finding for a spec and a cause."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from cnncalc.checks.baseline.network import Network
from cnncalc.checks.finding import Finding, counted, listed
from cnncalc.checks.reason import Reason
from cnncalc.checks.settings.percent import percent_text
from cnncalc.checks.settings.places import Places
from cnncalc.checks.stored import layer_of, metric_of
from cnncalc.diagnostics import Diagnostic, Note, Severity
from cnncalc.metrics import METRICS

MOST_NETWORKS = 4
"""Networks of a finding whose figures are told, one by one."""

WhyGrown = Callable[[Network, str], Reason | None]
"""Why a figure of a network has grown; None where nobody can tell."""

ACCEPT = "make it smaller, or run with `--update-baseline --accept-growth` to accept it"
STORE = "run with `--update-baseline` to store what is counted now"
DROP = "run with `--update-baseline` to drop what is stored of it"


def growth_findings(
    networks: Sequence[Network], places: Places, reason_in: WhyGrown
) -> list[tuple[Finding, tuple[Network, ...]]]:
    """A finding for all networks of a spec that grew for the same reason, with these."""
    groups: dict[tuple[str, object], list[tuple[Network, Reason | None]]] = {}
    for one in networks:
        reason = reason_in(one, one.told[0])
        cause = one.cause if reason is None else reason.span.line
        groups.setdefault((one.spec, cause), []).append((one, reason))
    found = []
    for alike in groups.values():
        these = tuple(one for one, _ in alike)
        found.append((_grown(these, alike[0][1], places), these))
    return found


def _grown(networks: Sequence[Network], reason: Reason | None, places: Places) -> Finding:
    first = networks[0]
    figures = list(dict.fromkeys(key for one in networks for key in one.told))
    stored_at = places.value(("figures", first.name, figures[0]))
    notes = [*_each(networks), *_causes(first, figures[0]), *_others(first)]
    if reason is not None:
        notes += [*reason.notes, Note("stored here", stored_at)]
    place = stored_at if reason is None else reason.span
    message = _message(networks, figures, reason)
    fault = Diagnostic("E803", message, place, tuple(notes), ACCEPT)
    key = figures[0]
    cause = first.cause
    if reason is not None:
        cause = reason.layer or next(iter(reason.layers), cause)
    return Finding(
        fault,
        tuple(one.variant for one in networks if one.variant is not None),
        layer_of(key) or cause,
        metric_of(key),
        first.now.get(key),
        str(first.stored[key]),
        first.grown.get(key),
        tuple(dict.fromkeys(map(metric_of, figures))),
    )


def _message(networks: Sequence[Network], figures: Sequence[str], reason: Reason | None) -> str:
    first = networks[0]
    words = words_of(first, first.growth_row) if reason is None else reason.words
    by = f" {words}" if words else ""
    if len(networks) == 1 and len(figures) == 1:
        [key] = figures
        layer = layer_of(key)
        owner = f"`{first.name}`" if layer is None else f"`{layer}` in `{first.name}`"
        change = f"{_change(first, key)}, where {_allowed(first, key)}"
        by = by if reason is not None and reason.kind != "layer" else ""
        return f"`{metric_of(key)}` of {owner} grew{by} {change}"
    owner = _owner(networks)
    most = [
        f"`{key}` by {'up to ' if len(networks) > 1 else ''}{_most(networks, key)}"
        for key in figures
    ]
    allowed = list(dict.fromkeys(_allowed(first, key) for key in figures if key in first.grown))
    told = f", where {allowed[0]}" if len(allowed) == 1 else ""
    return f"{owner} grew{by}: {listed(most)}{told}"


def words_of(network: Network, row: Sequence[str]) -> str:
    """What made a network grow, behind that verb: one label, or the first of a row of them.

    Where most of it has no label, that is only the closest to it that has one.
    """
    if not row:
        return ""
    if network.is_mostly_unlabelled:
        return f"near `{row[0]}`"
    return f"by `{row[0]}`" if len(row) == 1 else f"from `{row[0]}` on"


def _owner(networks: Sequence[Network]) -> str:
    first = networks[0]
    several = f"{len(networks):,} networks of `{first.spec}`"
    return several if len(networks) > 1 else f"`{first.name}`"


def _change(network: Network, key: str) -> str:
    stored, now, by = network.stored[key], network.now[key], network.grown[key]
    share = f" ({_percent(network, key)})" if stored else ""
    more = f"{by:,} bytes" if METRICS[metric_of(key)].is_bytes else f"{by:,}"
    return f"from {stored:,} to {now:,}: {more} more{share}"


def _percent(network: Network, key: str) -> str:
    stored, allowed = network.stored[key], network.tolerance(key)
    if not isinstance(stored, int) or not stored:
        return f"{network.grown[key]:,}"
    above = allowed.share if allowed is not None else None
    return percent_text(Fraction(network.grown[key], stored), above)


def _most(networks: Sequence[Network], key: str) -> str:
    grown = [one for one in networks if key in one.grown]
    largest = max(grown, key=lambda one: Fraction(one.grown[key], int(one.stored[key] or 1)))  # type: ignore[arg-type]
    return _percent(largest, key)


def _allowed(network: Network, key: str) -> str:
    tolerance = network.tolerance(key)
    return tolerance.text if tolerance is not None else ""


def _each(networks: Sequence[Network]) -> Iterator[Note]:
    """What grew in each network, where it is more than the message says."""
    if len(networks) == 1 and len(networks[0].told) == 1:
        return
    for one in networks[:MOST_NETWORKS]:
        changes = [f"{key} {one.stored[key]:,} to {one.now[key]:,}" for key in one.told]
        yield Note(f"`{one.name}`: {'; '.join(changes)}")
    if len(networks) > MOST_NETWORKS:
        names = listed([f"`{one.name}`" for one in networks[MOST_NETWORKS:]])
        yield Note(f"likewise {names}")


def _causes(network: Network, key: str) -> Iterator[Note]:
    chosen = network.causes(key)
    if chosen:
        each = (
            f"`{layer_of(one)}` {network.more(one):,}{'' if one in network.stored else ' (new)'}"
            for one in chosen
        )
        rest = network.unlabelled(key)
        if 2 * rest <= network.more(key):
            yield Note(f"most of it: {', '.join(each)}")
        else:
            yield Note(f"of layers without a label {rest:,}; beside that {', '.join(each)}")


def _others(network: Network) -> Iterator[Note]:
    """How else the network differs."""
    others = [*map(network.difference, network.fallen), *network.differences()]
    if others:
        yield Note(f"also: {listed(others)}")


# What fell, is stale, or is gone


def stale_findings(networks: Sequence[Network], places: Places) -> Iterator[Finding]:
    """One finding for the networks of a spec that differ otherwise; what fell is a remark."""
    by_spec: dict[tuple[str, bool], list[Network]] = {}
    for one in networks:
        is_fall = not any(one.differences())
        if not is_fall or one.fallen:
            by_spec.setdefault((one.spec, is_fall), []).append(one)
    for (_, is_fall), alike in by_spec.items():
        yield _stale(alike, places, is_fall=is_fall)


def _stale(networks: Sequence[Network], places: Places, *, is_fall: bool) -> Finding:
    first = networks[0]
    told = [*first.differences(), *map(first.difference, first.fallen)]
    owner = _owner(networks)
    what = "fell below what is stored" if is_fall else "is not as it is stored"
    what = what.replace("is not as it is", "are not as they are") if len(networks) > 1 else what
    of = "" if len(networks) == 1 else f" in `{first.name}`"
    notes = [Note(text) for text in told[1:6]]
    if len(told) > 6:
        notes.append(Note(f"{counted(len(told) - 6, 'further figure')} differ"))
    if len(networks) > 1:
        notes.append(Note(f"also {listed([f'`{one.name}`' for one in networks[1:]])}"))
    message = f"{owner} {what}: {told[0]}{of}"
    place = places.key(("figures", first.name))
    severity: Severity = "information" if is_fall else "warning"
    code = "W803" if is_fall else "W801"
    fault = Diagnostic(code, message, place, tuple(notes), STORE, severity)
    return Finding(fault, tuple(one.variant for one in networks if one.variant is not None))


def lost_findings(networks: Iterable[Network], places: Places) -> Iterator[Finding]:
    """Labels that are held and no longer there."""
    for one in networks:
        lost = [
            key
            for key in one.stored
            if (layer := layer_of(key)) and one.tolerance(key) and layer not in one.labels_now
        ]
        if lost:
            names = listed([f"`{name}`" for name in dict.fromkeys(map(layer_of, lost))])
            several = "s" if len({*map(layer_of, lost)}) > 1 else ""
            message = f"`{one.name}` has no layer{several} {names} any more"
            place = places.key(("figures", one.name, lost[0]))
            fault = Diagnostic("W802", message, place, (), DROP, "warning")
            yield Finding(fault, () if one.variant is None else (one.variant,))
