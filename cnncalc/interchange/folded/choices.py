"""Merges that differ in one branch only, which is `x` in some: a branch under a condition."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cnncalc.interchange.folded.forms import Forms
from cnncalc.interchange.folded.nodes import Body, Join, Ref, Through
from cnncalc.interchange.folded.rows import taken_units


class Kind(NamedTuple):
    """A merge, and the forms of its branches; None of `x`."""

    head: str
    branches: tuple[tuple[int, ...] | None, ...]

    def without(self, n: int) -> "Kind":
        """The kind whose branch is `x` instead."""
        return Kind(self.head, (*self.branches[:n], None, *self.branches[n + 1 :]))


def choose(bodies: Iterable[Body], forms: Forms) -> None:
    """Make such merges alike, each kind with the one that most often has the branch."""
    merges: dict[Kind, list[Join]] = {}
    for item in (item for body in bodies for unit in body.units for item in unit.items):
        if isinstance(item, Join) and (kind := kind_of(item, forms)):
            merges.setdefault(kind, []).append(item)
    fuller = fullest(merges)
    done: set[Kind] = set()
    for less, (_, kind, n) in fuller.items():
        if not done & {less, kind}:
            done |= {less, kind}
            make_optional(merges[less], merges[kind], n)


def fullest(merges: Mapping[Kind, Sequence[Join]]) -> dict[Kind, tuple[int, Kind, int]]:
    """For each kind that has `x` where another has a branch, the most frequent of these.

    With how often it is there, and the number of the branch.
    """
    fuller: dict[Kind, tuple[int, Kind, int]] = {}
    for kind, items in merges.items():
        for n, branch in enumerate(kind.branches):
            less = kind.without(n)
            if branch is None or less not in merges or not any(less.branches):
                continue
            if less not in fuller or fuller[less][0] < len(items):
                fuller[less] = (len(items), kind, n)
    return fuller


def kind_of(item: Join, forms: Forms) -> Kind | None:
    """The kind of a merge; None where it refers to tensors."""
    told: list[tuple[int, ...] | None] = []
    for branch in item.branches:
        if isinstance(branch, Ref):
            return None
        if isinstance(branch, Through):
            told.append(None)
            continue
        found = forms.of_body(branch.units)
        if any(one.reach for one in found) or any(unit.mark for unit in branch.units):
            return None
        told.append(tuple(one.number for one in found))
    return Kind(item.head, tuple(told))


def make_optional(without: Sequence[Join], full: Sequence[Join], n: int) -> None:
    """Let one branch be there in some rows only."""
    model = full[0].branches[n]
    if not isinstance(model, Body):
        return
    for item in full:
        branch = item.branches[n]
        if isinstance(branch, Body):
            branch.is_optional = True
    for item in without:
        item.branches[n] = Body(taken_units(model.units, []), [], is_optional=True)
