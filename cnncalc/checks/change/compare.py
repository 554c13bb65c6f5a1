"""Specs before and after, network by network."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
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
from cnncalc.checks.reason import new_variant
from cnncalc.checks.stored import Figures
from cnncalc.graph import Graph, Layer
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
    old = dict(_networks(before, basis_of, unread))
    new = dict(_networks(after, basis_of, unread))
    skipped = frozenset(unread)
    old = {name: one for name, one in old.items() if one.path not in skipped}
    new = {name: one for name, one in new.items() if one.path not in skipped}
    found: list[NetworkChange] = []
    unchanged = 0
    differ = _Differences()
    for name in [name for name in new if name in old]:
        change = differ.between(name, None, old.pop(name), new.pop(name))
        unchanged += change is None
        found += [change] if change else []
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    for renames in (_renames, partial(_rewritten, gone=gone, come=come)):
        for name, before_name in [*renames(old, new)]:
            change = differ.between(name, before_name, old.pop(before_name), new.pop(name))
            found += [change] if change else []
    for name, one in new.items():
        own = one.side.spec.variants.get(one.variant or "") if one.path in before else None
        why = (new_variant(own.name, own.span),) if own else ()
        new_one = NetworkChange(name, one.path, "added", None, None, {}, one.figures)
        found.append(new_one._replace(reasons=why))
    for name, one in old.items():
        found.append(NetworkChange(name, one.path, "removed", None, None, one.figures, {}))
    return sorted(found, key=lambda one: one.name), unchanged, sorted({*unread})


def _networks(
    texts: Text, basis_of: Callable[[str], Basis], unread: list[str]
) -> Iterator[tuple[str, _Known]]:
    for path, text in sorted(texts.items()):
        allowance = Allowance(TIGHT)
        spec, faults = parse_spec(text, path, allowance)
        if spec is None or not spec.is_sound or faults:
            unread.append(path)
            continue
        side = Side(spec, text)
        for variant in networks_of(spec):
            graph = expand(spec, Selection(variant), faults, allowance)
            if graph is None or faults:
                unread.append(path)
                break
            figures = figures_of(Counts(graph, basis_of(path)), spec.labels)
            yield title_of(path, variant), _Known(path, graph, figures, side)


def _renames(old: Mapping[str, _Known], new: Mapping[str, _Known]) -> Iterator[tuple[str, str]]:
    """Which new network is which of those that are gone: one with the same figures."""
    by_figures: dict[frozenset[tuple[str, object]], list[str]] = {}
    for name, one in old.items():
        by_figures.setdefault(frozenset(one.figures.items()), []).append(name)
    for name, one in new.items():
        alike = by_figures.get(frozenset(one.figures.items()))
        if alike:
            yield name, alike.pop(0)


def _rewritten(
    old: Mapping[str, _Known],
    new: Mapping[str, _Known],
    *,
    gone: AbstractSet[str],
    come: AbstractSet[str],
) -> Iterator[tuple[str, str]]:
    """Which new network is one of a file that is gone: of that name, and rewritten in part."""
    texts = {one.path: one.side.text for one in old.values() if one.path in gone}
    texts_now = {one.path: one.side.text for one in new.values() if one.path in come}
    before = renamed_files(texts, texts_now)
    names = {(one.path, one.variant): name for name, one in old.items()}
    for name, one in new.items():
        was = names.get((before.get(one.path, ""), one.variant))
        if was is not None and old[was].graph.name == one.graph.name:
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
    before, now = ({_outermost(row.layer) for row in side.rows} for side in (found.old, found.new))
    for entry in found.entries:
        by = {cost: entry.change(cost) for cost in COSTS}
        if entry.status in {"moved", "reshaped"} and not any(by.values()):
            continue
        layer = entry.layer
        key = _outermost(layer)
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


def _outermost(layer: Layer) -> str:
    return layer.scope[0] if layer.scope else layer.name


def _rank(cause: Cause) -> tuple[bool, int, str]:
    """A key to sort by: what somebody changed, then what is another only since its input is."""
    return cause.status == "reshaped", -abs(cause.by["macs"]), cause.name


def _ends(known: _Known) -> object:
    return known.graph.inputs, known.graph.outputs
