"""A run compared with what is stored, and which stored figures it covers."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.network import Network
from cnncalc.checks.baseline.places import place_of_network
from cnncalc.checks.baseline.reasons import Reasons
from cnncalc.checks.baseline.records import (
    DEPTH,
    Baseline,
    Comparison,
    Key,
    Run,
    is_as_wide,
    name_of,
    told_of,
    width_of,
)
from cnncalc.checks.baseline.told import (
    DROP,
    STORE,
    growth_findings,
    lost_findings,
    stale_findings,
)
from cnncalc.checks.finding import Claim, Finding, listed
from cnncalc.checks.project.tolerances import Tolerances
from cnncalc.checks.reason import Reason, new_variant
from cnncalc.checks.settings.places import Places, json_places
from cnncalc.checks.stored import layer_of, metric_of
from cnncalc.diagnostics import Diagnostic, Note, shortened
from cnncalc.metrics import METRICS
from cnncalc.spec.library import SUFFIXES

MOST_PREFIXES = 10
"""Paths that a name is taken apart into: colons are rare in them, but in a hostile name."""


class _Placed:
    """The places in a baseline, which are looked for only when there is a finding."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline

    @cached_property
    def places(self) -> Places:
        return json_places(self.baseline.text, self.baseline.file, DEPTH)


def networks_of(baseline: Baseline, run: Run, tolerances: Tolerances) -> list[Network]:
    """The networks that are stored and counted, by name."""
    basis = other_basis(baseline.basis, run.basis)
    return [
        Network(
            key,
            baseline.figures[name],
            run.figures[key],
            tolerance=tolerances.of(*key),
            other_basis=basis,
        )
        for name, key in sorted((name_of(key), key) for key in run.figures)
        if name in baseline.figures
    ]


def compare_baseline(baseline: Baseline, run: Run, tolerances: Tolerances) -> Comparison:
    """Compare a run with what is stored; see the package for what is found."""
    placed = _Placed(baseline)
    networks = networks_of(baseline, run, tolerances)
    findings = [*_basis_findings(placed, run.basis)]
    grown = [one for one in networks if one.grown]
    reasons = Reasons(run)
    told = growth_findings(grown, placed.places, reasons.of) if grown else []
    findings += [finding for finding, _ in told]
    still = [one for one in networks if not one.grown and (one.fallen or any(one.differences()))]
    findings += stale_findings(still, placed.places) if still else ()
    findings += lost_findings(networks, placed.places) if any(tolerances.rules) else ()
    missing = sorted(name_of(key) for key in run.figures if name_of(key) not in baseline.figures)
    if missing:
        findings.append(_missing(placed, run, missing))
    findings += _gone(placed, run, missing)
    by_network = {one.name: finding for finding, alike in told for one in alike}
    claims: dict[str, list[Claim]] = {}
    for one in networks:
        claims.setdefault(one.spec, []).extend(_claims(one, by_network.get(one.name)))
    by_key = {(one.spec, one.variant): one for one in networks}

    def reason_of(key: Key, figure: str) -> Reason | None:
        network = by_key.get(key)
        if network is not None:
            return reasons.of(network, figure) if network.change(figure) > 0 else None
        spec, variant = key
        text = run.text_of(spec) if any(one == spec for one, _ in by_key) else None
        if text is None or variant is None:
            return None
        return new_variant(variant, place_of_network(*text, variant))

    of_specs = {spec: tuple(each) for spec, each in claims.items()}
    return Comparison(tuple(findings), of_specs, reason_of)


def _claims(network: Network, finding: Finding | None) -> Iterator[Claim]:
    """Everything that was compared with what is stored."""
    for key in filter(network.is_compared, network.keys):
        broken = finding if key in network.grown else None
        texts = network.texts(key)
        yield Claim(network.variant, layer_of(key), metric_of(key), "baseline", *texts, broken)


def _basis_findings(placed: _Placed, basis: Basis) -> Iterator[Finding]:
    """What was assumed otherwise when the baseline was written."""
    stored = placed.baseline.basis
    if not is_as_wide(stored, basis):
        (key, was), (key_now, now) = width_of(stored), width_of(basis)
        told = shortened(was)
        remedy = f'`--bits "{told}"`' if key == "bits" else told
        counted_with = now if key == key_now else f"`{key_now}` {now}"
        yield _otherwise(placed, key, (told, counted_with), remedy)
    before, after = told_of(stored), told_of(basis)
    for key in ("batch", "optimizer"):
        if before[key] != after[key]:
            yield _otherwise(placed, key, (before[key], after[key]), before[key])


def _otherwise(
    placed: _Placed, key: str, values: tuple[str | int, str | int], remedy: str | int
) -> Finding:
    message = f"stored with `{key}` {values[0]}, and counted with {values[1]}"
    hint = f"count with {remedy}, or run with `--update-baseline`"
    place = placed.places.value(("basis", key))
    return Finding(Diagnostic("E902", message, place, (), hint))


def _missing(placed: _Placed, run: Run, names: Sequence[str]) -> Finding:
    """Networks that are not stored; where they are of one spec, told in that."""
    shown = listed([f"`{name}`" for name in names])
    message = f"{shown} {'is' if len(names) == 1 else 'are'} not in the baseline"
    place = placed.places.key(("figures",))
    notes: tuple[Note, ...] = ()
    keys = sorted((key for key in run.figures if name_of(key) in names), key=name_of)
    text = run.text_of(keys[0][0]) if len({spec for spec, _ in keys}) == 1 else None
    if text is not None:
        notes = (Note("the baseline is here", place),)
        place = place_of_network(*text, keys[0][1])
    variants = tuple(variant for _, variant in keys if variant is not None and text is not None)
    return Finding(Diagnostic("W801", message, place, notes, STORE, "warning"), variants)


def _gone(placed: _Placed, run: Run, missing: Sequence[str]) -> Iterator[Finding]:
    """Stored networks that no longer exist, by their spec."""
    counted = {name_of(key): figures for key, figures in run.figures.items()}
    alike = {frozenset(counted[name].items()): name for name in reversed(missing)}
    by_spec: dict[tuple[str, bool], list[str]] = {}
    for name, spec, is_here in gone_from(placed.baseline, run):
        by_spec.setdefault((spec, is_here), []).append(name)
    for (spec, is_here), names in by_spec.items():
        variants = [f"`{name[len(spec) + 1 :]}`" for name in names if name != spec]
        message = f"there is no spec `{spec}` any more"
        if owner := run.owner_of(spec):
            message = f"`{spec}` is held to `{owner}` now, which does not have this baseline"
        elif is_here:
            several = "s" if len(variants) > 1 else ""
            what = f"variant{several} {listed(variants)}" if variants else "network of its own"
            message = f"`{spec}` has no {what} any more"
        twins = (alike.get(frozenset(placed.baseline.figures[name].items())) for name in names)
        notes = [Note(f"`{twin}` has its figures") for twin in twins if twin][:3]
        place = placed.places.key(("figures", names[0]))
        yield Finding(Diagnostic("W802", message, place, tuple(notes), DROP, "warning"))


def other_basis(stored: Basis, now: Basis) -> frozenset[str]:
    """The metrics that two bases count differently."""
    return frozenset(
        name
        for name, metric in METRICS.items()
        if (metric.is_wide and not is_as_wide(stored, now))
        or (metric.is_per_example and stored.batch != now.batch)
        or (name == "training_bytes" and stored.optimizer != now.optimizer)
    )


def gone_from(baseline: Baseline, run: Run) -> Iterator[tuple[str, str, bool]]:
    """Stored networks that are gone: the name of each, its spec, and whether that is still here.

    The spec of a name is one that the run knows, since paths and variants may have colons.
    """
    now, specs = {name_of(key) for key in run.figures}, {spec for spec, _ in run.figures}
    for name in baseline.figures:
        paths = _prefixes(name)
        is_counted = name in now or any(path in run.failed for path in paths)
        if is_counted or not any(map(run.covers, paths)):
            continue
        here = [path for path in paths if path in specs]
        likely = [path for path in paths if path.endswith(SUFFIXES)]
        yield name, (here or likely[::-1] or paths)[0], bool(here)


def _prefixes(name: str) -> list[str]:
    """The paths that a network's name may begin with, the longest first."""
    found = [name]
    end = len(name)
    while len(found) < MOST_PREFIXES and (end := name.rfind(":", 0, end)) >= 0:
        found.append(name[:end])
    return found
