"""Specs before and after, network by network."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from cnncalc.analysis.changes import Diff
from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.diff import diff
from cnncalc.checks.baseline.figures import figures_of
from cnncalc.checks.change.reasons import Compared, Side, reasons_of
from cnncalc.checks.change.records import COSTS, Cause, NetworkChange, Status
from cnncalc.checks.change.renames import renamed_files
from cnncalc.checks.counts import Counts
from cnncalc.checks.networks import networks_of, title_of
from cnncalc.checks.reason import Reason, new_variant
from cnncalc.checks.stored import Figures, layer_of
from cnncalc.diagnostics import Diagnostic
from cnncalc.graph import Graph
from cnncalc.spec import TIGHT, Allowance, Selection, parse_spec
from cnncalc.spec.expand import expand

MOST_CAUSES = 3
"""Causes that are kept of one network."""

KEPT = {"added", "removed", "reshaped"}
"""What became of all of a cause, where that has a name of its own; else it is `changed`."""

Text = Mapping[str, str]
"""The text of each spec, by its path."""


class _Known(NamedTuple):
    """A network as it was or is."""

    path: str
    graph: Graph
    figures: Figures
    side: Side

    @property
    def variant(self) -> str | None:
        """Its variant."""
        variant: str | None = self.graph.variant
        return variant


class _Alone(NamedTuple):
    """A network of one state: of thousands, the graphs would not fit into the memory.

    Attributes:
        path: its file.
        variant: its variant.
        name: what its spec calls it.
        totals: its figures without those of its layers.
        alike: what it has in common with a network of the same figures.
        reasons: why it is there, where its file was there before.
    """

    path: str
    variant: str | None
    name: str
    totals: Figures
    alike: str
    reasons: tuple[Reason, ...]


def compare_texts(
    before: Text, after: Text, basis_of: Callable[[str], Basis]
) -> tuple[list[NetworkChange], int, list[str]]:
    """What differs between the specs of two states; those whose text is the same may be left out.

    Args:
        before: the one state.
        after: the other.
        basis_of: how the networks of a spec are counted, by its path.

    Returns:
        The networks that differ, how many of these files do not, and the paths of specs that have
        faults.
    """
    unread: list[str] = []
    found: list[NetworkChange] = []
    unchanged = 0
    differ = _Differences()
    old: dict[str, _Alone] = {}
    new: dict[str, _Alone] = {}
    for path in sorted({*before, *after}):
        was = _networks(before.get(path), path, basis_of)
        now = _networks(after.get(path), path, basis_of)
        if was is None or now is None:
            unread.append(path)
            continue
        for name in [name for name in now if name in was]:
            change = differ.between(name, None, was.pop(name), now.pop(name))
            unchanged += change is None
            found += [change] if change else []
        old |= {name: _alone(one) for name, one in was.items()}
        new |= {name: _alone(one) for name, one in now.items()}
    built_before, built_after = _Built(before, basis_of), _Built(after, basis_of)
    for renames in (_renames, partial(_rewritten, before, after)):
        pairs = sorted(renames(old, new), key=lambda one: (old[one[1]].path, one))
        for name, before_name in pairs:
            gone, come = built_before.of(old.pop(before_name)), built_after.of(new.pop(name))
            change = differ.between(name, before_name, gone, come)
            found += [change] if change else []
    for name, one in new.items():
        added = NetworkChange(name, one.path, "added", None, None, {}, one.totals)
        found.append(added._replace(reasons=one.reasons if one.path in before else ()))
    for name, one in old.items():
        found.append(NetworkChange(name, one.path, "removed", None, None, one.totals, {}))
    return sorted(found, key=lambda one: one.name), unchanged, unread


def _networks(
    text: str | None, path: str, basis_of: Callable[[str], Basis]
) -> dict[str, _Known] | None:
    """The networks of a spec by their names, none of one that is not there; None for a faulty."""
    if text is None:
        return {}
    allowance = Allowance(TIGHT)
    spec, faults = parse_spec(text, path, allowance)
    if spec is None or not spec.is_sound or faults:
        return None
    found = {}
    for variant in networks_of(spec):
        known = _known(Side(spec, text), (path, variant), allowance, basis_of(path))
        if known is None:
            return None
        found[title_of(path, variant)] = known
    return found


def _known(
    side: Side, at: tuple[str, str | None], allowance: Allowance, basis: Basis
) -> _Known | None:
    """The network of a spec at a path and variant; None where it has faults."""
    path, variant = at
    faults: list[Diagnostic] = []
    graph = expand(side.spec, Selection(variant), faults, allowance)
    if graph is None or faults:
        return None
    return _Known(path, graph, figures_of(Counts(graph, basis), side.spec.labels), side)


def _alone(known: _Known) -> _Alone:
    told = repr(sorted(known.figures.items()))
    alike = sha256(told.encode("utf-8", "backslashreplace")).hexdigest()
    totals = {key: one for key, one in known.figures.items() if layer_of(key) is None}
    own = known.side.spec.variants.get(known.variant or "")
    reasons = (new_variant(own.name, own.span),) if own else ()
    return _Alone(known.path, known.variant, known.graph.name, totals, alike, reasons)


class _Built:
    """Networks that have been built before, once more: one spec is kept, as many have its path."""

    def __init__(self, texts: Text, basis_of: Callable[[str], Basis]) -> None:
        self.texts = texts
        self.basis_of = basis_of
        self.path = ""
        self.side: Side | None = None

    def of(self, one: _Alone) -> _Known:
        """A network with its graph."""
        if self.side is None or self.path != one.path:
            self.path = one.path
            spec, _ = parse_spec(self.texts[one.path], one.path, Allowance(TIGHT))
            self.side = None if spec is None else Side(spec, self.texts[one.path])
        if self.side is not None:
            at, basis = (one.path, one.variant), self.basis_of(one.path)
            known = _known(self.side, at, Allowance(TIGHT), basis)
            if known is not None:
                return known
        raise AssertionError(one.path)


def _renames(old: Mapping[str, _Alone], new: Mapping[str, _Alone]) -> Iterator[tuple[str, str]]:
    """Which new network is which of those that are gone: one with the same figures."""
    by_figures: dict[str, list[str]] = {}
    for name, one in reversed([*old.items()]):
        by_figures.setdefault(one.alike, []).append(name)
    for name, one in new.items():
        if alike := by_figures.get(one.alike):
            yield name, alike.pop()


def _rewritten(
    before: Text, after: Text, old: Mapping[str, _Alone], new: Mapping[str, _Alone]
) -> Iterator[tuple[str, str]]:
    """Which new network is one of a file that is gone: of that name, and rewritten in part."""
    gone = {one.path: before[one.path] for one in old.values() if one.path not in after}
    come = {one.path: after[one.path] for one in new.values() if one.path not in before}
    was_of = renamed_files(gone, come)
    names = {(one.path, one.variant): name for name, one in old.items()}
    for name, one in new.items():
        was = names.get((was_of.get(one.path, ""), one.variant))
        if was is not None and old[was].name == one.name:
            yield name, was


class _Differences:
    """Networks before and after; what is found of the text of a file is kept for the next one."""

    def __init__(self) -> None:
        self.compared: tuple[tuple[Side, Side], Compared] | None = None

    def between(
        self, name: str, before_name: str | None, old: _Known, new: _Known
    ) -> NetworkChange | None:
        """What became of a network that was there before; None where it is the same."""
        if (
            before_name is None
            and old.graph.layers == new.graph.layers
            and _ends(old) == _ends(new)
        ):
            return None
        found = diff(old.graph, new.graph)
        if before_name is None and not found.is_changed:
            return None
        became: Status = "changed" if before_name is None else "renamed"
        return NetworkChange(
            name,
            new.path,
            became,
            before_name,
            None if before_name is None else old.path,
            old.figures,
            new.figures,
            _causes(found),
            reasons_of(self.texts(old.side, new.side), found, old.variant, new.variant),
        )

    def texts(self, old: Side, new: Side) -> Compared:
        """The two texts compared; the networks of a file follow each other."""
        sides = old, new
        known = self.compared
        if known is None or any(one is not two for one, two in zip(known[0], sides, strict=True)):
            known = self.compared = sides, Compared(old, new)
        return known[1]


def _causes(found: Diff) -> tuple[Cause, ...]:
    """The outermost layers and groups that differ, most expensive first."""
    groups: dict[str, Cause] = {}
    before, now = ({row.layer.outermost for row in side.rows} for side in (found.old, found.new))
    for entry in found.entries:
        by = {cost: entry.change(cost) for cost in COSTS}
        if entry.status in {"moved", "reshaped"} and not any(by.values()):
            continue
        layer = entry.layer
        key = layer.outermost
        known = groups.get(key)
        status = entry.status if entry.status in KEPT else "changed"
        is_part = key in (now if status == "removed" else before if status == "added" else ())
        if is_part or (known is not None and known.status != status):
            status = "changed"
        span = layer.origin[0] if entry.new and layer.origin else None
        if known is not None:
            by = {cost: by[cost] + known.by[cost] for cost in COSTS}
            span = known.span or span
        groups[key] = Cause(key, status, span, by)
    return tuple(sorted(groups.values(), key=_rank)[:MOST_CAUSES])


def _rank(cause: Cause) -> tuple[bool, int, str]:
    """A key to sort by: what somebody changed, then what is another only since its input is."""
    return cause.status == "reshaped", -abs(cause.by["macs"]), cause.name


def _ends(known: _Known) -> object:
    return known.graph.inputs, known.graph.outputs
