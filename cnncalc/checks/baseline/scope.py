"""What of a baseline a run speaks of: figures counted on the same basis, networks still here."""

from collections.abc import Iterator

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.records import Baseline, Run, name_of
from cnncalc.metrics import METRICS
from cnncalc.spec.library import SUFFIXES

MOST_PREFIXES = 10
"""Paths that a name is taken apart into: colons are rare in them, but in a hostile name."""


def other_basis(stored: Basis, now: Basis) -> frozenset[str]:
    """The metrics that two bases count differently."""
    found: set[str] = set()
    if stored.dtype != now.dtype:
        found |= {name for name, metric in METRICS.items() if metric.is_bytes}
    if stored.batch != now.batch:
        found |= {name for name, metric in METRICS.items() if metric.is_per_example}
    if stored.optimizer != now.optimizer:
        found.add("training_bytes")
    return frozenset(found)


def _prefixes(name: str) -> list[str]:
    """The paths that a network's name may begin with, the longest first."""
    found = [name]
    end = len(name)
    while len(found) < MOST_PREFIXES and (end := name.rfind(":", 0, end)) >= 0:
        found.append(name[:end])
    return found


def gone_from(baseline: Baseline, run: Run) -> Iterator[tuple[str, str, bool]]:
    """Stored networks that are gone: the name of each, its spec, and whether that is still here.

    The spec of a name is told by what a run knows, since paths and variants may have colons.
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
