"""The networks of a project before and after a change."""

from collections.abc import Callable, Mapping
from typing import Literal

from cnncalc.analysis.changes import STATUSES
from cnncalc.analysis.conventions import Basis
from cnncalc.checks.reason import Reason, cost_of
from cnncalc.checks.stored import Figures, metric_of
from cnncalc.diagnostics import Span
from cnncalc.metrics import title_of
from cnncalc.records import Record

Status = Literal["changed", "added", "removed", "renamed"]

COSTS = ("parameters", "macs")
"""What is told of the layers that made a network change."""


def variant_of(name: str, path: str) -> str | None:
    """The variant in the name of a network of a file."""
    return None if name == path else name[len(path) + 1 :]


def told_of(by: Mapping[str, int]) -> str:
    """By how much costs grew: `+584 parameters, +147,456 MACs`; empty where none did."""
    return ", ".join(f"{by[cost]:+,} {title_of(cost)}" for cost in COSTS if by.get(cost))


class Cause(Record):
    """A layer or an outermost group that differs.

    Attributes:
        name: its name now, or as it was where it is gone.
        status: `changed`, `added` or `removed`; `reshaped` where it is as it is written, and only
            what it reads has another shape.
        span: its line in the spec; None where it is gone.
        by: by how much each of `COSTS` grew.
    """

    name: str
    status: str
    span: Span | None
    by: Mapping[str, int]

    @property
    def told(self) -> str:
        """What became of it, and by how much its costs grew."""
        return f"{STATUSES[self.status]} {told_of(self.by)}".rstrip()


class NetworkChange(Record):
    """One network that is not as it was.

    Attributes:
        name: `nets/vgg.yaml:16`, as it is now or, where it is gone, as it was.
        path: the file in that name; both it and a variant may have colons.
        status: what became of it; one that was renamed and changed is `renamed`.
        before: the name that it had, where it has another.
        path_before: the file in that.
        old: its figures before; none where it is new.
        new: its figures now; none where it is gone.
        causes: the layers that changed, the most expensive first; then what only follows.
        reasons: what was written otherwise for these to change, the most costly first.
    """

    name: str
    path: str
    status: Status
    before: str | None
    path_before: str | None
    old: Figures
    new: Figures
    causes: tuple[Cause, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def variant(self) -> str | None:
        """The variant in the name; None where it has none."""
        return variant_of(self.name, self.path)

    def by(self, metric: str) -> int:
        """By how much a metric grew; 0 where it is not a count of both."""
        old, new = self.old.get(metric), self.new.get(metric)
        return new - old if isinstance(old, int) and isinstance(new, int) else 0

    @property
    def apart(self) -> tuple[Reason, ...]:
        """The reasons that lie in no line of a layer which is told."""
        told = {one.span.line for one in self.causes if one.span}
        return tuple(one for one in self.reasons if one.span.line not in told)

    def reason(self, key: str, sign: int = 1) -> Reason | None:
        """Why a figure grew, or with -1 fell; None where it did not, or nobody can tell.

        Of several reasons it is the one that did most, by the cost that the metric follows.
        """
        is_new = self.status == "added" and sign > 0
        if not self.reasons or not (is_new or sign * self.by(key) > 0):
            return None
        cost = cost_of(metric_of(key))
        return max(self.reasons, key=lambda one: sign * one.by.get(cost, 0))


class States(Record):
    """The specs that differ, before and after.

    Attributes:
        before: the text of each, by its path.
        after: the same now.
        basis_of: how the networks of a spec were counted, by its path.
    """

    before: Mapping[str, str] = {}
    after: Mapping[str, str] = {}
    basis_of: Callable[[str], Basis] = lambda _: Basis()


class Change(Record):
    """Everything that differs since a revision.

    Attributes:
        revision: what was asked for.
        base: the commit that the present state and the revision have in common, in short.
        networks: those that differ, by name.
        unchanged: how many do not.
        unread: files that have faults on one side, of which nothing is said.
        states: the texts of which all this is said.
    """

    revision: str
    base: str
    networks: tuple[NetworkChange, ...]
    unchanged: int
    unread: tuple[str, ...] = ()
    states: States = States()

    def network(self, path: str, variant: str | None) -> NetworkChange | None:
        """What became of a network that is there now; None where it is as it was."""
        alike = (one for one in self.networks if (one.path, one.variant) == (path, variant))
        return next(alike, None)

    def reason_of(self, path: str, variant: str | None, key: str, sign: int) -> Reason | None:
        """Why a figure of a network changed, as `ReasonOf` says."""
        network = self.network(path, variant)
        return None if network is None else network.reason(key, sign)

    def count(self, status: Status) -> int:
        """How many networks have become that."""
        return sum(one.status == status for one in self.networks)
