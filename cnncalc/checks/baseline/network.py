"""One network that is stored and counted: what has grown, what is stale, what is gone."""

from collections.abc import Container, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from cnncalc.checks.baseline.records import (
    DEPTH,
    EXACT,
    Baseline,
    Figures,
    Key,
    layer_of,
    metric_of,
    name_of,
)
from cnncalc.checks.finding import Claim, Finding, counted, listed
from cnncalc.checks.settings.percent import percent_text
from cnncalc.checks.settings.places import Path, Places, json_places
from cnncalc.checks.statements import figure_text
from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.metrics import METRICS

_HINTS = {
    "W801": "run with `--update-baseline` to store what is counted now",
    "W802": "run with `--update-baseline` to drop what is stored of it",
}


class Context:
    """One comparison as it goes: the findings and claims so far, and what they are found by.

    The places in the baseline are looked for only when there is a finding.
    """

    def __init__(
        self, baseline: Baseline, tolerance: Fraction, other_basis: frozenset[str]
    ) -> None:
        self.baseline = baseline
        self.tolerance = tolerance
        self.other_basis = other_basis
        self.findings: list[Finding] = []
        self.claims: dict[str, list[Claim]] = {}

    @cached_property
    def places(self) -> Places:
        """The places of keys and values in the baseline."""
        return json_places(self.baseline.text, self.baseline.file, DEPTH)

    def warn(
        self,
        code: str,
        message: str,
        path: Path,
        *,
        notes: Iterable[Note] = (),
        variants: tuple[str, ...] = (),
    ) -> None:
        """Add a warning at a key of the baseline."""
        place = self.places.key(path)
        fault = Diagnostic(code, message, place, tuple(notes), _HINTS[code], "warning")
        self.findings.append(Finding(fault, variants))


def compare_network(context: Context, key: Key, stored: Figures, now: Figures) -> None:
    """Compare one network with what is stored of it; what is found goes to the context."""
    network = _Network(context, key, stored, now)
    grown = {key: by for key in network.keys if (by := network.growth(key))}
    found: dict[str, Finding] = {}
    for figure, by in grown.items():
        if not _is_within(figure, found):
            others = network.others() if not found else ()
            found[figure] = network.grown(figure, by, (*network.largest(figure), *others))
    context.findings.extend(found.values())
    context.claims.setdefault(key[0], []).extend(network.claims(found, grown))
    if not grown:
        network.warn_of_stale()
    network.warn_of_lost()


class _Network:
    """One network that is stored and counted."""

    def __init__(self, context: Context, key: Key, stored: Figures, now: Figures) -> None:
        self.context = context
        self.name = name_of(key)
        self.variant = key[1]
        self.variants = () if self.variant is None else (self.variant,)
        self.stored = stored
        self.now = now
        self.layers = set(map(layer_of, stored))
        self.layers_now = set(map(layer_of, now))
        self.keys = sorted({*stored, *now}, key=lambda key: (key.count("."), key))

    def is_compared(self, key: str) -> bool:
        """Whether a figure is stored and counted, on the same basis."""
        is_in_both = key in self.stored and key in self.now
        return is_in_both and metric_of(key) not in self.context.other_basis

    def more(self, key: str) -> int:
        """By how much a figure has grown, from nothing where it is new."""
        stored, now = self.stored.get(key, 0), self.now.get(key, 0)
        return now - stored if isinstance(stored, int) and isinstance(now, int) else 0

    def change(self, key: str) -> int:
        """By how much a cost has changed; 0 for what is not compared."""
        is_cost = metric_of(key) not in EXACT
        return self.more(key) if is_cost and self.is_compared(key) else 0

    def growth(self, key: str) -> int:
        """By how much a cost has grown, where that is beyond the tolerance; else 0."""
        by, stored = self.change(key), self.stored.get(key)
        is_beyond = isinstance(stored, int) and by > stored * self.context.tolerance
        return by if by > 0 and is_beyond else 0

    # What has grown

    def grown(self, key: str, by: int, notes: tuple[Note, ...]) -> Finding:
        stored, now = self.stored[key], self.now[key]
        assert isinstance(stored, int)  # noqa: S101 - what has grown is a number
        layer, metric = layer_of(key), metric_of(key)
        owner = f"`{self.name}`" if layer is None else f"`{layer}` in `{self.name}`"
        more = f"{by:,} bytes" if METRICS[metric].is_bytes else f"{by:,}"
        tolerance = self.context.tolerance
        share = f" ({percent_text(Fraction(by, stored), tolerance)})" if stored else ""
        allowed = f"{percent_text(tolerance)} is allowed" if tolerance else "none is allowed"
        change = f"from {stored:,} to {now:,}: {more} more{share}"
        message = f"`{metric}` of {owner} grew {change}, where {allowed}"
        place = self.context.places.value(("figures", self.name, key))
        hint = "make it smaller, or run with `--update-baseline` to accept it"
        fault = Diagnostic("E803", message, place, notes, hint)
        return Finding(fault, self.variants, layer, metric, now, str(stored), by)

    def largest(self, key: str) -> Iterator[Note]:
        """Which labelled layers within have grown most; of a group and its layers the one."""
        metric = metric_of(key)
        within = [one for one in self.keys if metric_of(one) == metric and _is_within(one, [key])]
        chosen: list[str] = []
        for one in sorted(within, key=lambda one: (-self.more(one), -one.count("."), one)):
            is_around = any(_is_within(other, [one]) for other in chosen)
            is_apart = not is_around and not _is_within(one, chosen)
            if is_apart and self.more(one) > 0 and len(chosen) < 3:
                chosen.append(one)
        if chosen:
            each = (
                f"`{layer_of(one)}` {self.more(one):,}{'' if one in self.stored else ' (new)'}"
                for one in chosen
            )
            yield Note(f"most of it: {', '.join(each)}")

    def others(self) -> Iterator[Note]:
        """How else the network differs; a note of the first cost that has grown."""
        others = [key for key in self.keys if "." not in key and self.differs(key)]
        if others:
            yield Note(f"also: {listed([self.difference(key) for key in others])}")

    # What is stored and is not so

    def differences(self) -> Iterator[str]:
        """How figures differ from those stored; of a group and what is in it only the group."""
        reported: set[str] = set()
        for key in self.keys:
            layer = layer_of(key)
            if metric_of(key) in self.context.other_basis or self.is_lost(key):
                continue
            if layer is not None and layer not in self.layers:
                yield f"the layer `{layer}` is not stored"
            elif key not in self.stored or key not in self.now:
                yield f"`{key}` is not {'stored' if key in self.now else 'counted any more'}"
            elif self.differs(key) and not _is_within(key, reported):
                reported.add(key)
                yield self.difference(key)

    def differs(self, key: str) -> bool:
        """Whether a cost fell, or what is no cost is not as stored."""
        if metric_of(key) in EXACT:
            return key in self.stored and key in self.now and self.stored[key] != self.now[key]
        return self.change(key) < 0

    def difference(self, key: str) -> str:
        stored, now = self.texts(key)
        is_cost = metric_of(key) not in EXACT
        verb = f"fell from {stored} to {now}" if is_cost else f"is {now} and was {stored}"
        return f"`{key}` {verb}"

    def texts(self, key: str) -> tuple[str, str]:
        """A figure as it is stored and as it is counted, as they are shown."""
        metric = metric_of(key)
        return figure_text(self.stored[key], metric), figure_text(self.now[key], metric)

    def warn_of_stale(self) -> None:
        found = list(dict.fromkeys(self.differences()))
        if found:
            notes = [Note(text) for text in found[1:6]]
            if len(found) > 6:
                notes.append(Note(f"{counted(len(found) - 6, 'further figure')} differ"))
            message = f"the baseline of `{self.name}` is stale: {found[0]}"
            path = ("figures", self.name)
            self.context.warn("W801", message, path, notes=notes, variants=self.variants)

    def is_lost(self, key: str) -> bool:
        """Whether a figure is that of a layer that no longer exists."""
        layer = layer_of(key)
        return layer is not None and layer not in self.layers_now

    def warn_of_lost(self) -> None:
        lost = [key for key in self.stored if self.is_lost(key)]
        if lost:
            layers = [f"`{layer}`" for layer in dict.fromkeys(map(layer_of, lost))]
            several = "s" if len(layers) > 1 else ""
            message = f"`{self.name}` has no layer{several} {listed(layers)} any more"
            path = ("figures", self.name, lost[0])
            self.context.warn("W802", message, path, variants=self.variants)

    def claims(self, found: Mapping[str, Finding], grown: Container[str]) -> Iterator[Claim]:
        """Everything that was compared with what is stored."""
        for key in filter(self.is_compared, self.keys):
            finding = found.get(key)
            if finding is None and key in grown:
                finding = next(found[one] for one in found if _is_within(key, [one]))
            texts = self.texts(key)
            yield Claim(self.variant, layer_of(key), metric_of(key), "baseline", *texts, finding)


def _is_within(key: str, others: Iterable[str]) -> bool:
    """Whether one of other keys is the same metric of a group around it, or of the network."""
    layer, metric = layer_of(key), metric_of(key)
    return layer is not None and any(
        metric_of(other) == metric
        and other != key
        and layer.startswith(f"{layer_of(other)}." if "." in other else "")
        for other in others
    )
