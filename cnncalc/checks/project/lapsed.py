"""Globs of a project file that match nothing any more: what they ask for is asked of nobody."""

from collections.abc import Iterable, Iterator, Sequence

from cnncalc.checks.project.globs import Pattern
from cnncalc.checks.project.values import Project
from cnncalc.diagnostics import Diagnostic, did_you_mean

MOST_STEPS = 200_000
"""Work on looking for what globs match, a second of it; those after that are not looked at."""

Network = tuple[str, str | None]
"""A path from the project file's folder, and a variant."""


def lapsed(
    project: Project, networks: Iterable[Network], met: Iterable[Pattern]
) -> Iterator[Diagnostic]:
    """A fault for each glob that matches no network, or leaves out no file.

    Args:
        project: the project file.
        networks: every network below its folder.
        met: the globs of `exclude` that left out a file.
    """
    known = list(networks)
    tables = (
        *((one.patterns, one.allows_empty) for one in project.budgets),
        *((one.patterns, one.allows_empty) for one in (*project.tolerances, *project.changes)),
    )
    meant = [one for patterns, may_lapse in tables if not may_lapse for one in patterns or ()]
    for pattern in _without_network(meant, known):
        yield _fault(pattern, "network", [_name(*one) for one in known])
    left_out = set(met)
    for pattern in () if project.allow_empty else project.exclude:
        if pattern not in left_out:
            yield _fault(pattern, "spec", [path for path, _ in known])


def _without_network(patterns: Iterable[Pattern], known: Sequence[Network]) -> Iterator[Pattern]:
    """The globs that match none, as long as there are steps left."""
    steps = MOST_STEPS
    for pattern in patterns:
        is_met = False
        for path, variant in known:
            steps -= pattern.steps(path)
            is_met = steps < 0 or pattern.fits(path, variant)
            if is_met:
                break
        if steps < 0:
            return
        if not is_met:
            yield pattern


def _name(path: str, variant: str | None) -> str:
    return path if variant is None else f"{path}:{variant}"


def _fault(pattern: Pattern, noun: str, known: list[str]) -> Diagnostic:
    near = did_you_mean(pattern.text, known[:1000])
    hint = f"{near} " if near else ""
    remedy = f"{hint}remove it, or write `allow_empty = true` beside it"
    return Diagnostic("E901", f"`{pattern.text}` matches no {noun}", pattern.span, (), remedy)
