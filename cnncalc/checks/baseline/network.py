"""One network that is stored and counted: what has grown, what fell, what differs otherwise."""

from collections.abc import Callable, Iterable, Iterator

from cnncalc.checks.baseline.records import Key, name_of
from cnncalc.checks.project.tolerances import Tolerance
from cnncalc.checks.statements import figure_text
from cnncalc.checks.stored import EXACT, FOLLOWS, Figures, layer_of, metric_of
from cnncalc.metrics import METRICS

MOST_CAUSES = 3
"""Layers that are named as the cause of a growth."""

_PLACES = {name: place for place, name in enumerate(METRICS)}


class Network:
    """One network that is stored and counted.

    Attributes:
        spec: the path of its spec, as the baseline has it.
        variant: its variant, or None.
        name: the two as the baseline has them.
        keys: the figures that are stored or counted, those of the whole first.
        grown: by how much each figure has grown, where that is more than is allowed.
    """

    def __init__(
        self,
        key: Key,
        stored: Figures,
        now: Figures,
        *,
        tolerance: Callable[[str], Tolerance | None],
        other_basis: frozenset[str],
    ) -> None:
        self.spec, self.variant = key
        self.name = name_of(key)
        self.stored = stored
        self.now = now
        self.tolerance = tolerance
        self.other_basis = other_basis
        self.keys = sorted({*stored, *now}, key=_order)
        self.grown = {one: by for one in self.keys if (by := self.growth(one))}

    def is_compared(self, key: str) -> bool:
        """Whether a figure is stored and counted, on the same basis, and held."""
        is_in_both = key in self.stored and key in self.now
        is_alike = metric_of(key) not in self.other_basis
        return is_in_both and is_alike and self.tolerance(key) is not None

    def more(self, key: str) -> int:
        """By how much a figure has grown, from nothing where it is new."""
        stored, now = self.stored.get(key, 0), self.now.get(key, 0)
        return now - stored if isinstance(stored, int) and isinstance(now, int) else 0

    def change(self, key: str) -> int:
        """By how much a cost has changed; 0 for what is not compared."""
        is_cost = metric_of(key) not in EXACT
        return self.more(key) if is_cost and self.is_compared(key) else 0

    def growth(self, key: str) -> int:
        """By how much a cost has grown, where that is more than is allowed; else 0."""
        by, stored, allowed = self.change(key), self.stored.get(key), self.tolerance(key)
        if by <= 0 or not isinstance(stored, int) or allowed is None:
            return 0
        return 0 if allowed.allows(stored, by) else by

    # What has grown

    @property
    def told(self) -> list[str]:
        """The figures that have grown, without those that follow from another of them.

        Weights take four bytes each, or two: where parameters are told, their bytes are not, and
        no bit operations where MACs are. Of
        what is held of a label and of what is around it, the outer one is told.
        """
        found: list[str] = []
        for key in self.grown:
            layer, metric = layer_of(key), metric_of(key)
            other = FOLLOWS.get(metric)
            follows = other is not None and key.removesuffix(metric) + other in self.grown
            if not follows and not (layer and is_within(key, found)):
                found.append(key)
        return found

    def causes(self, key: str) -> list[str]:
        """The labelled figures within a figure that have grown most; of nested ones one."""
        metric = metric_of(key)
        within = [one for one in self.keys if metric_of(one) == metric and is_within(one, [key])]
        chosen: list[str] = []
        for one in sorted(within, key=lambda one: (-self.more(one), -one.count("."), one)):
            is_around = any(is_within(other, [one]) for other in chosen)
            is_apart = not is_around and not is_within(one, chosen)
            if is_apart and self.more(one) > 0 and len(chosen) < MOST_CAUSES:
                chosen.append(one)
        return chosen

    def unlabelled(self, key: str) -> int:
        """How much more a sum is by layers that have no label of their own or around them."""
        metric = metric_of(key)
        if not METRICS[metric].adds_up:
            return 0
        within = [one for one in self.keys if metric_of(one) == metric and is_within(one, [key])]
        labels = {layer_of(one) for one in within}
        inner = [one for one in within if not labels.isdisjoint(_around(layer_of(one) or ""))]
        return self.more(key) - sum(map(self.more, {*within} - {*inner}))

    @property
    def growth_row(self) -> list[str]:
        """The labels that made it grow, by the first figure of which layers are stored."""
        return next(filter(None, map(self.row_to, self.told)), [])

    @property
    def is_mostly_unlabelled(self) -> bool:
        """Whether most of what the row was made out by has grown in layers without a label."""
        key = next((one for one in self.told if layer_of(one) or self.causes(one)), None)
        if key is None or layer_of(key):
            return False
        return 2 * self.unlabelled(key) > self.more(key)

    @property
    def cause(self) -> str | None:
        """The first of the labels that made it grow."""
        return next(iter(self.growth_row), None)

    def row_to(self, key: str) -> list[str]:
        """The labels that made a figure grow; none where no label has.

        What became wider makes what reads it larger too, and often by more. So to the label that
        has grown most belong those just before it that have grown, and the first of the row is
        where somebody has to look.
        """
        if layer := layer_of(key):
            return [layer]
        return next((self._row_to(one) for one in self.causes(key)), [])

    def _row_to(self, key: str) -> list[str]:
        """The labels up to one, of those beside it in the network, that have all grown."""
        metric, layer = metric_of(key), layer_of(key) or ""
        around = layer.rpartition(".")[0]
        row: list[str] = []
        for one, figure in self.now.items():
            label = layer_of(one)
            if label is None or metric_of(one) != metric or not figure:
                continue  # an activation between two layers has no figure to grow
            if label.rpartition(".")[0] == around:
                row = [*row, label] if self.more(one) > 0 else []
            if one == key:
                return row
        return [layer]

    # What fell, and what is stored and is not so

    @property
    def fallen(self) -> list[str]:
        """The costs of the whole, and those held of labels, that are less than what is stored."""
        return [key for key in self.keys if self.change(key) < 0]

    def differences(self) -> Iterator[str]:
        """How figures of the whole differ that are no costs, or are stored or counted alone."""
        for key in self.keys:
            if layer_of(key) is not None or metric_of(key) in self.other_basis:
                continue
            if key not in self.stored or key not in self.now:
                yield f"`{key}` is not {'stored' if key in self.now else 'counted any more'}"
            elif key in EXACT and self.stored[key] != self.now[key]:
                yield self.difference(key)

    def difference(self, key: str) -> str:
        """One figure as it is and as it was."""
        stored, now = self.texts(key)
        is_cost = metric_of(key) not in EXACT
        verb = f"fell from {stored} to {now}" if is_cost else f"is {now} and was {stored}"
        return f"`{key}` {verb}"

    def texts(self, key: str) -> tuple[str, str]:
        """A figure as it is stored and as it is counted, as they are shown."""
        metric = metric_of(key)
        return figure_text(self.stored[key], metric), figure_text(self.now[key], metric)

    # What is stored anew

    def accepted(self, *, with_growth: bool) -> Figures:
        """What is to be stored: what fell, and what is no cost, as it is now.

        What has grown within its tolerance stays as it is stored, or many small steps would make
        one that nobody has accepted.
        """
        if with_growth and self.grown:
            return self.now
        if not self.fallen and not any(self.differences()) and self.labels == self.labels_now:
            return self.stored
        kept = {
            key: self.stored[key]
            for key in self.now
            if self.is_compared(key) and metric_of(key) not in EXACT and self.more(key) > 0
        }
        return {**self.now, **kept}

    @property
    def labels(self) -> set[str | None]:
        """The labels of which figures are stored."""
        return set(map(layer_of, self.stored))

    @property
    def labels_now(self) -> set[str | None]:
        """The labels of which figures are counted."""
        return set(map(layer_of, self.now))


def _around(label: str) -> Iterator[str]:
    """The labels of the groups that a label is in."""
    places = [place for place, letter in enumerate(label) if letter == "."]
    return (label[:place] for place in places)


def _order(key: str) -> tuple[int, int, str]:
    """Figures of the whole first, and each in the order of the metrics."""
    return key.count("."), _PLACES.get(metric_of(key), len(_PLACES)), key


def is_within(key: str, others: Iterable[str]) -> bool:
    """Whether one of other keys is the same metric of a group around it, or of the network."""
    layer, metric = layer_of(key), metric_of(key)
    return layer is not None and any(
        metric_of(other) == metric
        and other != key
        and layer.startswith(f"{layer_of(other)}." if "." in other else "")
        for other in others
    )
