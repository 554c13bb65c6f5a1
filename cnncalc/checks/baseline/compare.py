"""A run compared with what is stored, and which stored figures it covers."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.network import Context, compare_network
from cnncalc.checks.baseline.records import BASIS, Baseline, Comparison, Key, Run, name_of
from cnncalc.checks.finding import Finding, listed
from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.metrics import METRICS
from cnncalc.spec.library import SUFFIXES

MOST_PREFIXES = 10
"""Paths that a name is taken apart into: colons are rare in them, but in a hostile name."""


def compare_baseline(baseline: Baseline, run: Run, tolerance: Fraction) -> Comparison:
    """Compare a run with what is stored; see the package for what is found."""
    context = Context(baseline, tolerance, other_basis(baseline.basis, run.basis))
    context.findings += _basis_findings(context, run.basis)
    missing = []
    for key in sorted(run.figures, key=name_of):
        stored = baseline.figures.get(name_of(key))
        if stored is None:
            missing.append(key)
        else:
            compare_network(context, key, stored, run.figures[key])
    if missing:
        names = listed([f"`{name_of(key)}`" for key in missing])
        message = f"{names} {'is' if len(missing) == 1 else 'are'} not in the baseline"
        context.warn("W801", message, ("figures",))
    _warn_of_gone(context, run, missing)
    claims = {spec: tuple(found) for spec, found in context.claims.items()}
    return Comparison(tuple(context.findings), claims)


def _basis_findings(context: Context, basis: Basis) -> Iterator[Finding]:
    """What was assumed otherwise when the baseline was written."""
    for key in BASIS:
        stored, now = getattr(context.baseline.basis, key), getattr(basis, key)
        if stored != now:
            message = f"stored with `{key}` {stored}, and counted with {now}"
            hint = f"count with {stored}, or run with `--update-baseline`"
            place = context.places.value(("basis", key))
            yield Finding(Diagnostic("E902", message, place, (), hint))


def _warn_of_gone(context: Context, run: Run, missing: Sequence[Key]) -> None:
    """Report stored networks that no longer exist, by their spec."""
    stored = context.baseline.figures
    alike = {frozenset(run.figures[key].items()): name_of(key) for key in reversed(missing)}
    by_spec: dict[tuple[str, bool], list[str]] = {}
    for name, spec, is_here in gone_from(context.baseline, run):
        by_spec.setdefault((spec, is_here), []).append(name)
    for (spec, is_here), names in by_spec.items():
        variants = [f"`{name[len(spec) + 1 :]}`" for name in names if name != spec]
        message = f"there is no spec `{spec}` any more"
        if is_here:
            several = "s" if len(variants) > 1 else ""
            what = f"variant{several} {listed(variants)}" if variants else "network of its own"
            message = f"`{spec}` has no {what} any more"
        twins = (alike.get(frozenset(stored[name].items())) for name in names)
        notes = [Note(f"`{twin}` has its figures") for twin in twins if twin][:3]
        context.warn("W802", message, ("figures", names[0]), notes=notes)


def other_basis(stored: Basis, now: Basis) -> frozenset[str]:
    """The metrics that two bases count differently."""
    return frozenset(
        name
        for name, metric in METRICS.items()
        if (metric.is_bytes and stored.dtype != now.dtype)
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
