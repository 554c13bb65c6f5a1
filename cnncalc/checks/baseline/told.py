"""What is found of networks that changed: one finding for a spec and a cause."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from cnncalc.checks.baseline.network import Network
from cnncalc.checks.baseline.records import Key
from cnncalc.checks.finding import Finding, counted, listed
from cnncalc.checks.settings.percent import percent_text
from cnncalc.checks.settings.places import Places
from cnncalc.checks.stored import layer_of, metric_of
from cnncalc.diagnostics import Diagnostic, Note, Severity, Span
from cnncalc.metrics import METRICS

MOST_NETWORKS = 4
"""Networks of a finding whose figures are told, one by one."""

PlaceOf = Callable[[Key, str | None], Span | None]
"""Where a label of a network, or the network itself, stands in its spec; None where untold."""

ACCEPT = "make it smaller, or run with `--update-baseline --accept-growth` to accept it"
STORE = "run with `--update-baseline` to store what is counted now"
DROP = "run with `--update-baseline` to drop what is stored of it"


def growth_findings(
    networks: Sequence[Network], places: Places, place_of: PlaceOf
) -> list[tuple[Finding, tuple[Network, ...]]]:
    """A finding for all networks of a spec that grew from the same label on, with these."""
    groups: dict[tuple[str, str | None], list[Network]] = {}
    for one in networks:
        groups.setdefault((one.spec, one.cause), []).append(one)
    return [
        (_grown(alike, cause, places, place_of), tuple(alike))
        for (_, cause), alike in groups.items()
    ]


def _grown(
    networks: Sequence[Network], cause: str | None, places: Places, place_of: PlaceOf
) -> Finding:
    first = networks[0]
    figures = list(dict.fromkeys(key for one in networks for key in one.told))
    stored_at = places.value(("figures", first.name, figures[0]))
    notes = [*_each(networks), *_causes(first, figures[0]), *_others(first)]
    where = place_of((first.spec, first.variant), cause)
    if where is not None:
        notes.append(Note("stored here", stored_at))
    fault = Diagnostic(
        "E803", _message(networks, figures), where or stored_at, tuple(notes), ACCEPT
    )
    key = figures[0]
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


def _message(networks: Sequence[Network], figures: Sequence[str]) -> str:
    first = networks[0]
    if len(networks) == 1 and len(figures) == 1:
        [key] = figures
        layer = layer_of(key)
        owner = f"`{first.name}`" if layer is None else f"`{layer}` in `{first.name}`"
        change = f"{_change(first, key)}, where {_allowed(first, key)}"
        return f"`{metric_of(key)}` of {owner} grew {change}"
    owner = _owner(networks)
    most = [
        f"`{key}` by {'up to ' if len(networks) > 1 else ''}{_most(networks, key)}"
        for key in figures
    ]
    allowed = list(dict.fromkeys(_allowed(first, key) for key in figures if key in first.grown))
    told = f", where {allowed[0]}" if len(allowed) == 1 else ""
    return f"{owner} grew{cause_of(first)}: {listed(most)}{told}"


def cause_of(network: Network) -> str:
    """What made a network grow, after a verb: one label, or the first of a row of them.

    Where most of it has no label, that is only the closest to it that has one.
    """
    row = network.growth_row
    if not row:
        return ""
    if network.is_mostly_unlabelled:
        return f" near `{row[0]}`"
    return f" by `{row[0]}`" if len(row) == 1 else f" from `{row[0]}` on"


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
