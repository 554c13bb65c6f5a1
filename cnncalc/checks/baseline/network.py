"""One network that is stored and counted: what has grown, what is stale, what is gone."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from cnncalc.checks.baseline.account import Account
from cnncalc.checks.baseline.records import EXACT, Figures, Key, layer_of, metric_of, name_of
from cnncalc.checks.finding import Claim, Finding, counted, listed
from cnncalc.checks.settings.percent import percent_text
from cnncalc.checks.statements import Gap, figure_text, gap_between
from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.facts import Amount
from cnncalc.metrics import METRICS


def compare_network(account: Account, key: Key, stored: Figures) -> None:
    """Hold one network against what is stored of it; what is found goes to the account."""
    _Network(account, key, stored).compare()


class _Network:
    """One network that is stored and counted."""

    def __init__(self, account: Account, key: Key, stored: Figures) -> None:
        self.account = account
        self.spec, self.variant = key
        self.name = name_of(key)
        self.stored = stored
        self.now = account.run.figures[key]
        self.layers = set(map(layer_of, stored))
        self.layers_now = set(map(layer_of, self.now))
        self.keys = sorted({*stored, *self.now}, key=lambda key: (key.count("."), key))

    @property
    def variants(self) -> tuple[str, ...]:
        return () if self.variant is None else (self.variant,)

    def compare(self) -> None:
        grown = {key: by for key in self.keys if (by := self.growth(key))}
        told: dict[str, Finding] = {}
        for key, by in grown.items():
            if not _is_within(key, told):
                besides = () if told else self.besides()
                told[key] = self.grown(key, by, (*self.largest(key), *besides))
        self.account.findings.extend(told.values())
        self.claim(grown, told)
        if not grown:
            self.stale()
        self.lost()

    def gap(self, key: str) -> Gap | None:
        """How far a figure is from the stored one; None where they are equal or one is missing."""
        stored, now = self.stored.get(key), self.now.get(key)
        if stored is None or now is None:
            return None
        return gap_between(Amount(stored, 0, 1) if isinstance(stored, int) else stored, now)

    def change(self, key: str) -> int:
        """By how much a cost has changed; 0 for what is not compared."""
        metric = metric_of(key)
        if metric in EXACT or metric in self.account.other_basis:
            return 0
        gap = self.gap(key)
        return 0 if gap is None else gap.whole

    def growth(self, key: str) -> int:
        """By how much a cost has grown, where that is beyond the tolerance; else 0."""
        by = self.change(key)
        stored = self.stored.get(key)
        is_beyond = isinstance(stored, int) and by > stored * self.account.tolerance
        return by if by > 0 and is_beyond else 0

    # What has grown

    def grown(self, key: str, by: int, notes: tuple[Note, ...]) -> Finding:
        stored, now = self.stored[key], self.now[key]
        assert isinstance(stored, int)  # noqa: S101 - what has grown is a number
        layer, metric = layer_of(key), metric_of(key)
        owner = f"`{self.name}`" if layer is None else f"`{layer}` in `{self.name}`"
        more = f"{by:,} bytes" if METRICS[metric].is_bytes else f"{by:,}"
        tolerance = self.account.tolerance
        share = f" ({percent_text(Fraction(by, stored), tolerance)})" if stored else ""
        allowed = f"{percent_text(tolerance)} is allowed" if tolerance else "nothing is allowed"
        change = f"from {stored:,} to {now:,}: {more} more{share}"
        message = f"`{metric}` of {owner} grew {change}, where {allowed}"
        fault = Diagnostic(
            "E803",
            message,
            self.account.places.value(("figures", self.name, key)),
            notes,
            "make it smaller, or run with `--update-baseline` to accept it",
        )
        return Finding(fault, self.variants, layer, metric, now, str(stored), by)

    def largest(self, key: str) -> Iterator[Note]:
        """Which labelled layers within have grown most; of a group and its layers the one."""
        metric = metric_of(key)
        within = [one for one in self.keys if metric_of(one) == metric and _is_within(one, [key])]
        ranked = sorted(within, key=lambda one: (-self.more(one), -one.count("."), one))
        chosen: list[str] = []
        for one in ranked:
            is_apart = not _is_within(one, chosen) and not any(
                _is_within(other, [one]) for other in chosen
            )
            if is_apart and self.more(one) > 0 and len(chosen) < 3:
                chosen.append(one)
        if chosen:
            each = (
                f"`{layer_of(one)}` {self.more(one):,}{'' if one in self.stored else ' (new)'}"
                for one in chosen
            )
            yield Note(f"most of it: {', '.join(each)}")

    def more(self, key: str) -> int:
        """By how much a figure has grown, from nothing where it is new."""
        stored, now = self.stored.get(key, 0), self.now.get(key, 0)
        return now - stored if isinstance(stored, int) and isinstance(now, int) else 0

    def besides(self) -> Iterator[Note]:
        """How else the network differs; said once, with the first that has grown."""
        others = [
            self.difference(key) for key in self.keys if "." not in key and self.differs(key)
        ]
        if others:
            yield Note(f"besides, {listed(others)}")

    # What is stored and is not so

    def differences(self) -> Iterator[str]:
        """What is said of figures that are not as stored; of a group not what is in it too."""
        told: set[str] = set()
        for key in self.keys:
            layer = layer_of(key)
            if metric_of(key) in self.account.other_basis or self.is_lost(key):
                continue
            if layer is not None and layer not in self.layers:
                yield f"the layer `{layer}` is not stored"
            elif key not in self.stored or key not in self.now:
                yield f"`{key}` is not {'stored' if key in self.now else 'counted any more'}"
            elif self.differs(key) and not _is_within(key, told):
                told.add(key)
                yield self.difference(key)

    def differs(self, key: str) -> bool:
        """Whether a cost fell, or what is no cost is not as stored."""
        is_other = metric_of(key) in EXACT and self.gap(key) is not None
        return is_other or self.change(key) < 0

    def difference(self, key: str) -> str:
        metric = metric_of(key)
        stored, now = (figure_text(one[key], metric) for one in (self.stored, self.now))
        verb = f"is {now} and was {stored}" if metric in EXACT else f"fell from {stored} to {now}"
        return f"`{key}` {verb}"

    def stale(self) -> None:
        told = list(dict.fromkeys(self.differences()))
        if not told:
            return
        first, *others = told
        notes = [Note(text) for text in others[:5]]
        if len(others) > 5:
            notes.append(Note(f"{counted(len(others) - 5, 'further figure')} differ"))
        message = f"the baseline of `{self.name}` is stale: {first}"
        hint = "run with `--update-baseline` to store what is counted now"
        fault = self.account.warn("W801", message, ("figures", self.name), notes=notes, hint=hint)
        self.account.findings.append(Finding(fault, self.variants))

    def is_lost(self, key: str) -> bool:
        """Whether a figure is that of a layer of which there is none any more."""
        layer = layer_of(key)
        return layer is not None and layer not in self.layers_now

    def lost(self) -> None:
        gone = [key for key in self.stored if self.is_lost(key)]
        if gone:
            layers = [f"`{layer}`" for layer in dict.fromkeys(map(layer_of, gone))]
            several = "s" if len(layers) > 1 else ""
            message = f"`{self.name}` has no layer{several} {listed(layers)} any more"
            hint = "run with `--update-baseline` to drop what is stored of it"
            path = ("figures", self.name, gone[0])
            fault = self.account.warn("W802", message, path, hint=hint)
            self.account.findings.append(Finding(fault, self.variants))

    def claim(self, grown: Iterable[str], told: Mapping[str, Finding]) -> None:
        """Everything that was held against what is stored."""
        claims = self.account.claims.setdefault(self.spec, [])
        for key in self.keys:
            metric = metric_of(key)
            if key not in self.stored or key not in self.now or metric in self.account.other_basis:
                continue
            stated, actual = (figure_text(one[key], metric) for one in (self.stored, self.now))
            finding = told.get(key)
            if finding is None and key in grown:
                finding = next(told[one] for one in told if _is_within(key, [one]))
            claims.append(
                Claim(self.variant, layer_of(key), metric, "baseline", stated, actual, finding)
            )


def _is_within(key: str, others: Iterable[str]) -> bool:
    """Whether one of other keys is the same metric of a group around it, or of the network."""
    layer, metric = layer_of(key), metric_of(key)
    return layer is not None and any(
        metric_of(other) == metric
        and other != key
        and layer.startswith(f"{layer_of(other)}." if "." in other else "")
        for other in others
    )
