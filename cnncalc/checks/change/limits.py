"""How much a change may add: `[change]` of the project file."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from cnncalc.checks.change.records import Change, NetworkChange
from cnncalc.checks.finding import Finding, listed
from cnncalc.checks.project.tolerances import Rule, Tolerance, allowed_by
from cnncalc.checks.reason import Reason
from cnncalc.checks.settings.percent import percent_text
from cnncalc.checks.stored import layer_of, metric_of
from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.records import Record

BROKEN = "E806"

MOST_TOLD = 4
"""Networks whose figures are told one by one."""


def hold_change(
    change: Change, rules: Sequence[Rule], path_of: Callable[[str], str]
) -> Iterator[Finding]:
    """A finding for the networks that one cause made grow by more than the project allows.

    Args:
        change: what differs.
        rules: by how much figures may grow.
        path_of: the path of a spec from the folder of the project file, as globs have it.
    """
    groups: dict[tuple[object, ...], list[Grown]] = {}
    for network in change.networks:
        if network.status in {"changed", "renamed"}:
            for grown in _beyond(network, rules, path_of):
                line = grown.span and grown.span.line
                groups.setdefault((network.path, line), []).append(grown)
    for alike in groups.values():
        yield _finding(alike)


class Grown(Record):
    """A figure of a network that grew by more than is allowed."""

    network: NetworkChange
    key: str
    old: int
    by: int
    tolerance: Tolerance

    @property
    def reason(self) -> Reason | None:
        """What was written otherwise for it to grow."""
        return self.network.reason(self.key)

    @property
    def span(self) -> Span | None:
        """The line of that; else of the first layer that changed."""
        reason = self.reason
        changed = (one.span for one in self.network.causes if one.span is not None)
        return reason.span if reason else next(changed, None)

    @property
    def layer(self) -> str | None:
        """The outermost layer that it changed first."""
        reason = self.reason
        if reason is not None:
            return reason.layer or next(iter(reason.layers), None)
        return next((one.name for one in self.network.causes if one.span is not None), None)

    @property
    def words(self) -> str | None:
        """What made it grow, in a message."""
        return self.reason.words if self.reason else self.layer and f"by `{self.layer}`"

    @property
    def share(self) -> str:
        """By how much it grew, in percent where it was not nothing."""
        if not self.old:
            return f"{self.by:,}"
        return percent_text(Fraction(self.by, self.old), self.tolerance.share)

    @property
    def text(self) -> str:
        """What it was and is: `macs 100 to 120`."""
        return f"{self.key} {self.old:,} to {self.old + self.by:,}"


def _beyond(
    network: NetworkChange, rules: Sequence[Rule], path_of: Callable[[str], str]
) -> Iterator[Grown]:
    held = allowed_by(rules, path_of(network.path), network.variant)
    for key, tolerance in held.items():
        old, by = network.old.get(key), network.by(key)
        if isinstance(old, int) and by > 0 and not tolerance.allows(old, by):
            yield Grown(network, key, old, by, tolerance)


def _finding(alike: Sequence[Grown]) -> Finding:
    first = alike[0]
    names = list(dict.fromkeys(one.network.name for one in alike))
    path = first.network.path
    owner = f"`{names[0]}`" if len(names) == 1 else f"{len(names):,} networks of `{path}`"
    cause = f" {first.words}" if first.words else ""
    keys = list(dict.fromkeys(one.key for one in alike))
    most = []
    for key in keys:
        largest = max(
            (one for one in alike if one.key == key),
            key=lambda one: Fraction(one.by, one.old or 1),
        )
        up_to = "up to " if len(names) > 1 else ""
        most.append(f"`{key}` by {up_to}{largest.share}, where {largest.tolerance.text}")
    message = f"{owner} grew{cause} in this change: {'; '.join(most)}"
    notes = []
    for name in names[:MOST_TOLD]:
        told = [one.text for one in alike if one.network.name == name]
        notes.append(Note(f"`{name}`: {'; '.join(told)}"))
    if len(names) > MOST_TOLD:
        notes.append(Note(f"likewise {listed([f'`{name}`' for name in names[MOST_TOLD:]])}"))
    notes += _related(first)
    hint = "make it smaller, or allow more under `[change]`"
    fault = Diagnostic(BROKEN, message, first.span, tuple(notes), hint)
    return Finding(
        fault,
        tuple(filter(None, dict.fromkeys(one.network.variant for one in alike))),
        layer_of(first.key) or first.layer,
        metric_of(first.key),
        first.old + first.by,
        first.tolerance.text,
        first.by,
        tuple(dict.fromkeys(map(metric_of, keys))),
    )


def _related(grown: Grown) -> Iterator[Note]:
    """What the line was, and the layers that it changed, where it is none of them."""
    reason = grown.reason
    if reason is None:
        return
    yield from reason.notes
    for cause in grown.network.causes:
        if cause.span is not None and cause.span.line != reason.span.line:
            yield Note(f"`{cause.name}`: {cause.told}", cause.span)
