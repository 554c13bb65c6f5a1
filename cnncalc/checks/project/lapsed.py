"""Globs of a project file that match nothing any more: what they ask for is asked of nobody."""

from collections.abc import Iterable, Iterator, Sequence

from cnncalc.checks.project.globs import Pattern
from cnncalc.checks.project.values import Budget, Project, matches
from cnncalc.diagnostics import Diagnostic, Span, did_you_mean
from cnncalc.records import Record

MOST_STEPS = 200_000
"""Work on looking for what globs match, a second of it; those after that are not looked at."""

Network = tuple[str, str | None]
"""A path from the project file's folder, and a variant."""


class Seen(Record):
    """What a run has seen of a project.

    Attributes:
        networks: every network below its folder.
        met: the globs of `exclude` that left out a file.
        told: the places of the limits that a network was held to; None where a network could not
            be counted, and might have been.
    """

    networks: tuple[Network, ...]
    met: frozenset[Pattern]
    told: frozenset[Span] | None


def is_of_spec(fault: Diagnostic) -> bool:
    """Whether a fault keeps a network from being counted."""
    return fault.code.startswith(("E0", "E1", "E2", "E3", "E4", "E5", "E7"))


def lapsed(project: Project, seen: Seen) -> Iterator[Diagnostic]:
    """A fault for each glob that matches no network, or leaves out no file, and for each label."""
    tables = (
        *((one.globs, one.allows_empty) for one in project.budgets),
        *((one.patterns, one.allows_empty) for one in (*project.tolerances, *project.changes)),
    )
    meant = [one for patterns, may_lapse in tables if not may_lapse for one in patterns or ()]
    lost = {*_without_network(meant, seen.networks)}
    names = [_name(*one) for one in seen.networks]
    for pattern in filter(lost.__contains__, meant):
        yield _fault(pattern, "network", names)
    for budget in project.budgets:
        if not budget.allows_empty and lost.isdisjoint(budget.globs):
            yield from _empty(budget, seen)
    if not project.allow_empty:
        ignored = [one.pattern for one in project.per_file_ignores]
        files = [(path, None) for path, variant in seen.networks if variant is None]
        left_out = [one for one in project.exclude if one not in seen.met]
        for pattern in (*left_out, *_without_network(ignored, files)):
            yield _fault(pattern, "spec", [path for path, _ in files])


def _empty(budget: Budget, seen: Seen) -> Iterator[Diagnostic]:
    """A fault where each condition of a table is met, and by no network all of them."""
    remedy = "remove it, or write `allow_empty = true` in it"
    if budget.patterns is not None and budget.families is not None:
        steps = sum(one.steps(path) for one in budget.globs for path, _ in seen.networks)
        if steps < MOST_STEPS and not any(matches(budget, *one) for one in seen.networks):
            message = "no network is both of `specs` and of `family`"
            yield Diagnostic("E901", message, budget.span, (), remedy)
            return
    held = [fact.span for fact in budget.facts]
    if budget.label is not None and seen.told is not None and seen.told.isdisjoint(held):
        message = f"no network of this table has a layer or group `{budget.label}`"
        yield Diagnostic("E901", message, budget.span, (), remedy)


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
