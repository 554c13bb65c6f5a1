"""The baseline: stored figures of every network, so that growth is seen when it happens.

A JSON file with one figure a line, sorted, keyed by spec, variant and layer path:

```json
{
  "schema_version": 1,
  "basis": {
    "batch": 1,
    "dtype": "float32",
    "optimizer": "adam"
  },
  "figures": {
    "nets/vgg.yaml:16": {
      "macs": 15470264320,
      "output": "1000",
      "parameters": 138357544,
      "fc6.parameters": 102764544
    }
  }
}
```

Paths are relative to the folder of the baseline, with `/`. What a comparison finds:

* A cost that has grown by more than the tolerance is an error, E803; growth by exactly the
  tolerance holds. That of a layer is found apart only where it is not part of what is found of a
  group around it, or of the network: there it is a note.
* What else differs from the figures of a network makes them stale, W801: a cost that fell, by
  whatever amount; `depth`, `receptive_field` or `output`, which are no costs, and must be equal; a
  figure that is not stored. It is one finding a network, and none where a cost has grown, since
  its remedy would accept that as well: what differs is a note there.
* Networks of which nothing is stored are one W801 together.
* Stored networks and layers that are gone are W802.
* Figures that were counted on another basis are not compared, and that is an error, E902: a gate
  that a changed `dtype` opens is none.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from cnncalc.checks.claims import figure_text
from cnncalc.checks.counts import Basis
from cnncalc.checks.finding import Claim, Finding, counted
from cnncalc.checks.project.places import Path, Places, json_places
from cnncalc.checks.project.source import MOST_FAULTS, Faults, Lines, decode
from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.facts import METRICS, is_bytes
from cnncalc.ops.values import Shape, show_shape
from cnncalc.records import Record
from cnncalc.spec.library import SUFFIXES

SCHEMA_VERSION = 1

LARGEST_BASELINE = 2_097_152
"""Bytes of a baseline; those of a thousand networks take a third of it."""

TOTALS = (
    "parameters", "macs", "weight_bytes", "activation_bytes", "peak_activation_bytes",
    "training_bytes", "depth", "receptive_field", "output",
)  # fmt: skip
"""The figures of a network that are worth a line; the others follow from them."""

LAYER_METRICS = ("parameters", "macs")
"""The figures of a labelled layer or group that are worth a line."""

SHAPES = ("receptive_field", "output")
EXACT = ("depth", *SHAPES)
"""What is no cost: more of it is neither better nor worse, but another network."""

DEPTH = 3
"""Tables within tables: of everything, of networks, of figures."""

Stored = int | Shape
Figures = Mapping[str, Stored]
"""Figures of one network: `macs`, or `fc6.macs` for that of a layer."""

Key = tuple[str, str | None]
"""A network: the path of its spec from the baseline's folder, and its variant."""


class Baseline(Record):
    """A baseline that was read; its figures stand by the names of networks."""

    file: str
    text: str
    basis: Basis
    figures: Mapping[str, Figures]


class Run(Record):
    """What one run has counted.

    Attributes:
        basis: what was assumed.
        figures: those of each network that was counted.
        failed: the specs of which a network could not be counted; its faults are told elsewhere.
        covers: whether what has that name would have been part of the run, if it is there: the
            path of a spec, or a network as a baseline names it.
    """

    basis: Basis
    figures: Mapping[Key, Figures]
    failed: frozenset[str] = frozenset()
    covers: Callable[[str], bool] = lambda _name: True


class Comparison(Record):
    """What was found, and by the path of each spec what was held against the baseline.

    Attributes:
        findings: all of them; those that claims name are among them.
    """

    findings: tuple[Finding, ...]
    claims: Mapping[str, tuple[Claim, ...]]


def name_of(key: Key) -> str:
    """A network as a baseline names it: `nets/vgg.yaml:16`."""
    spec, variant = key
    return spec if variant is None else f"{spec}:{variant}"


def parse_tolerance(text: str) -> Fraction:
    """Read `2%`, `0.5%` or `0`.

    Example:
        >>> parse_tolerance("0.5%")
        Fraction(1, 200)

    Raises:
        ValueError: it is no percentage; the text says why.
    """
    found = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,12}))? ?(%?)", text.strip())
    if found is None:
        raise ValueError(
            f"`{text}` is not a percentage" if text.strip() else "a percentage is missing"
        )
    whole, decimals, unit = found[1], found[2] or "", found[3]
    tolerance = Fraction(int(whole + decimals), 100 * 10 ** len(decimals))
    if tolerance and not unit:
        raise ValueError(f"`{text}` has no `%`")
    return tolerance


# Reading


def decode_baseline(data: bytes, file: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a baseline, and what is wrong with its bytes."""
    return decode(data, file, "E902", LARGEST_BASELINE)


def read_baseline(text: str, file: str) -> tuple[Baseline | None, tuple[Diagnostic, ...]]:
    """The figures that a text holds; None when it has faults."""
    repeats: list[bool] = []

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        repeats.append(len(found) < len(pairs))
        return found

    try:
        root = json.loads(text, object_pairs_hook=table, parse_int=_whole)
    except json.JSONDecodeError as fault:
        return None, (_syntax(fault, Lines(text, file)),)
    except RecursionError:
        message = "the nesting is deeper than that of a baseline"
        return None, (Diagnostic("E902", message, Span(file, 1, 1, 1, 2), (), _ANEW),)
    reader = _Reader(text, file)
    baseline = reader.baseline(root)
    if any(repeats):
        reader.tell_repeats()
    found = reader.faults.told()
    return (None if found else baseline), found


_ANEW = "`--update-baseline` writes it anew, once it is removed"


LONGEST_NUMBER = 1000
"""Digits of a figure: Python itself refuses to read a few thousand."""


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


def _shape(text: str) -> Shape | None:
    """A shape as it is stored, of whatever size: a receptive field may be larger than an input."""
    lengths = text.split("x") if len(text) <= LONGEST_NUMBER and text.isascii() else [""]
    return tuple(map(int, lengths)) if all(map(str.isdecimal, lengths)) else None


def _syntax(fault: json.JSONDecodeError, lines: Lines) -> Diagnostic:
    text = fault.doc
    at = fault.pos + len(text[fault.pos :]) - len(text[fault.pos :].lstrip())
    if text[text.rfind("\n", 0, at) + 1 :].startswith(("<<<<<<<", "=======", ">>>>>>>")):
        message, hint = "a merge conflict is left", "take either side, then `--update-baseline`"
        return Diagnostic("E902", message, lines.span(at, at + 7), (), hint)
    problem = fault.msg[:1].lower() + fault.msg[1:].removesuffix(" at")
    problem = problem.replace("invalid", "malformed")
    return Diagnostic("E902", f"this is no JSON: {problem}", lines.span(fault.pos, fault.pos + 1))


class _Reader:
    """Reads what `json` gives; its places are looked for only when there is a fault."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.faults = Faults("E902")

    @cached_property
    def places(self) -> Places:
        return json_places(self.text, self.file, DEPTH)

    def refuse(self, path: Path, message: str, hint: str | None = None) -> None:
        self.faults.add(message, self.places.value(path), hint)

    def tell_repeats(self) -> None:
        for path, key in self.places.repeated[:MOST_FAULTS]:
            span = self.places.span(*key)
            self.faults.add(f"`{path[-1]}` stands twice in one table", span, "remove one of them")

    def baseline(self, root: Any) -> Baseline | None:
        keys = ("schema_version", "basis", "figures")
        if not isinstance(root, dict) or not root.keys() >= {*keys}:
            listed = ", ".join(f"`{key}`" for key in keys)
            self.faults.add(f"a baseline has {listed}", Span(self.file, 1, 1, 1, 2), _ANEW)
            return None
        version = root["schema_version"]
        if type(version) is not int or version != SCHEMA_VERSION:
            message = f"this is not the schema version {SCHEMA_VERSION}"
            self.refuse(keys[:1], message, "read it with the cnncalc that has written it")
            return None
        self.known(root, (), keys)
        basis, figures = self.basis(root["basis"]), root["figures"]
        if not isinstance(figures, dict):
            self.refuse(keys[2:], "`figures` must be a table of networks")
            return None
        read = {name: self.network(value, ("figures", name)) for name, value in figures.items()}
        return Baseline(self.file, self.text, basis, read)

    def known(self, table: Mapping[str, Any], path: Path, known: Sequence[str]) -> None:
        for key in table:
            if key not in known and not self.faults.is_full:
                place = self.places.key((*path, key))
                self.faults.unknown(f"there is no `{key}`", place, name=key, known=known)

    def basis(self, value: Any) -> Basis:
        kinds = {"dtype": str, "batch": int, "optimizer": str}
        if not isinstance(value, dict) or not value.keys() >= kinds.keys():
            listed = ", ".join(f"`{key}`" for key in kinds)
            self.refuse(("basis",), f"`basis` must be a table of {listed}")
            return Basis()
        self.known(value, ("basis",), tuple(kinds))
        for key, kind in kinds.items():
            if type(value[key]) is not kind:
                what = "a whole number" if kind is int else "a text"
                self.refuse(("basis", key), f"`{key}` must be {what}")
        return Basis(**{key: value[key] for key in kinds})

    def network(self, value: Any, path: Path) -> Figures:
        if not isinstance(value, dict):
            self.refuse(path, "a network must be a table of its figures")
            return {}
        found: dict[str, Stored] = {}
        for key, written in value.items():
            if self.faults.is_full:
                break
            metric = _metric(key)
            figure: Any = _shape(written) if isinstance(written, str) else written
            if metric not in METRICS or metric == "share":
                place = self.places.key((*path, key))
                message = f"there is no metric `{metric}`" if metric else "a metric is missing"
                self.faults.unknown(message, place, name=metric, known=TOTALS)
            elif metric in SHAPES and not isinstance(figure, tuple):
                self.refuse((*path, key), f"`{metric}` must be a shape", 'as in `"256x6x6"`')
            elif metric not in SHAPES and (type(figure) is not int or figure < 0):
                self.refuse((*path, key), f"`{metric}` must be a whole number, 0 or more")
            else:
                found[key] = figure
        return found


# Writing


def write_baseline(figures: Mapping[str, Figures], basis: Basis) -> str:
    """The text of a baseline: the same for the same figures, whatever their order.

    Networks are sorted by name. In each, its own figures come first, then those of its layers.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "basis": {key: basis._asdict()[key] for key in sorted(basis._asdict())},
        "figures": {
            name: {
                key: show_shape(figure) if isinstance(figure, tuple) else figure
                for key, figure in sorted(figures[name].items(), key=_order)
            }
            for name in sorted(figures)
        },
    }
    try:
        text = json.dumps(document, indent=2, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:  # a path that is no text, and must be escaped
        text = json.dumps(document, indent=2)
    return f"{text}\n"


def merge(baseline: Baseline | None, run: Run) -> dict[str, Figures]:
    """The figures of a run, with those stored of networks that were not part of it.

    What a run covers and no longer finds is dropped. What it could not count for faults is kept.
    Of what is kept, figures that were counted on another basis are left out: they would be wrong.
    """
    merged: dict[str, Figures] = {}
    if baseline is not None:
        stale = _other_basis(baseline.basis, run.basis)
        gone = {name for name, *_ in _gone(baseline, run)}
        for name, figures in baseline.figures.items():
            if name not in gone:
                kept = {key: one for key, one in figures.items() if _metric(key) not in stale}
                merged[name] = kept
    return merged | {name_of(key): figures for key, figures in run.figures.items()}


# Comparing


def compare_baseline(baseline: Baseline, run: Run, tolerance: Fraction) -> Comparison:
    """Hold a run against what is stored; see the module for what is found."""
    return _Comparing(baseline, run, tolerance).comparison()


def _metric(key: str) -> str:
    return key.rpartition(".")[2]


def _layer(key: str) -> str | None:
    return key.rpartition(".")[0] or None


def _order(item: tuple[str, object]) -> tuple[bool, str]:
    """A network's own figures first."""
    return "." in item[0], item[0]


def _other_basis(stored: Basis, now: Basis) -> frozenset[str]:
    """The metrics that two bases count differently."""
    in_bytes = {metric for metric in METRICS if is_bytes(metric)}
    found: set[str] = set()
    if stored.dtype != now.dtype:
        found |= in_bytes
    if stored.batch != now.batch:
        found |= in_bytes - {"weight_bytes"} | {"macs", "flops"}
    if stored.optimizer != now.optimizer:
        found.add("training_bytes")
    return frozenset(found)


def _is_within(key: str, others: Iterable[str]) -> bool:
    """Whether one of other keys is the same metric of a group around it, or of the network."""
    layer, metric = _layer(key), _metric(key)
    return layer is not None and any(
        _metric(other) == metric
        and other != key
        and layer.startswith(f"{_layer(other)}." if "." in other else "")
        for other in others
    )


def _prefixes(name: str) -> list[str]:
    """The paths that a network's name may begin with, the longest first."""
    return [name, *(name[: colon.start()] for colon in reversed([*re.finditer(":", name)]))]


def _gone(baseline: Baseline, run: Run) -> Iterator[tuple[str, str, bool]]:
    """Stored networks that are gone: the name of each, its spec, and whether that is still here.

    The spec of a name is told by what a run knows, since paths and variants may have colons.
    """
    now, specs = {name_of(key) for key in run.figures}, {spec for spec, _ in run.figures}
    for name in baseline.figures:
        paths = _prefixes(name)
        is_counted = name in now or any(path in run.failed for path in paths)
        if is_counted or not any(map(run.covers, paths)):
            continue
        here = [path for path in paths if path in specs]
        likely = [path for path in paths if path.endswith(SUFFIXES)]
        yield name, (here or likely[::-1] or paths)[0], bool(here)


class _Comparing:
    """One comparison; the places in the baseline are looked for only when there is a finding."""

    def __init__(self, baseline: Baseline, run: Run, tolerance: Fraction) -> None:
        self.baseline = baseline
        self.run = run
        self.tolerance = tolerance
        self.other_basis = _other_basis(baseline.basis, run.basis)
        self.findings: list[Finding] = []
        self.claims: dict[str, list[Claim]] = {}

    @cached_property
    def places(self) -> Places:
        return json_places(self.baseline.text, self.baseline.file, DEPTH)

    def comparison(self) -> Comparison:
        self.basis()
        missing = []
        for key in sorted(self.run.figures, key=name_of):
            stored = self.baseline.figures.get(name_of(key))
            if stored is None:
                missing.append(key)
            else:
                _Network(self, key, stored).compare()
        self.missing(missing)
        self.gone(missing)
        claims = {spec: tuple(found) for spec, found in self.claims.items()}
        return Comparison(tuple(self.findings), claims)

    def warn(
        self, code: str, message: str, path: Path, *, notes: Iterable[Note] = (), hint: str
    ) -> Diagnostic:
        """A warning at a key of the baseline."""
        return Diagnostic(code, message, self.places.key(path), tuple(notes), hint, "warning")

    def basis(self) -> None:
        """What was assumed otherwise when the baseline was written."""
        stored, now = self.baseline.basis._asdict(), self.run.basis._asdict()
        for key in stored:
            if stored[key] != now[key]:
                message = f"stored with `{key}` {stored[key]}, and counted with {now[key]}"
                hint = f"count with {stored[key]}, or run with `--update-baseline`"
                place = self.places.value(("basis", key))
                self.findings.append(Finding(Diagnostic("E902", message, place, (), hint)))

    def missing(self, keys: Sequence[Key]) -> None:
        """Networks of which nothing is stored."""
        if keys:
            names = _listed([f"`{name_of(key)}`" for key in keys])
            verb = "is" if len(keys) == 1 else "are"
            message = f"{names} {verb} not in the baseline"
            hint = "run with `--update-baseline` to store what is counted now"
            self.findings.append(Finding(self.warn("W801", message, ("figures",), hint=hint)))

    def gone(self, missing: Sequence[Key]) -> None:
        """Stored networks of which nothing is here any more, by their spec."""
        alike = {
            frozenset(self.run.figures[key].items()): name_of(key) for key in reversed(missing)
        }
        by_spec: dict[tuple[str, bool], list[str]] = {}
        for name, spec, is_here in _gone(self.baseline, self.run):
            by_spec.setdefault((spec, is_here), []).append(name)
        for (spec, is_here), names in by_spec.items():
            variants = [f"`{name[len(spec) + 1 :]}`" for name in names if name != spec]
            message = f"there is no spec `{spec}` any more"
            if is_here:
                several = "s" if len(variants) > 1 else ""
                what = (
                    f"variant{several} {_listed(variants)}" if variants else "network of its own"
                )
                message = f"`{spec}` has no {what} any more"
            twins = (alike.get(frozenset(self.baseline.figures[name].items())) for name in names)
            notes = [Note(f"`{twin}` has its figures") for twin in twins if twin][:3]
            hint = "run with `--update-baseline` to drop what is stored of it"
            fault = self.warn("W802", message, ("figures", names[0]), notes=notes, hint=hint)
            self.findings.append(Finding(fault))


class _Network:
    """One network that is stored and counted."""

    def __init__(self, comparing: _Comparing, key: Key, stored: Figures) -> None:
        self.comparing = comparing
        self.spec, self.variant = key
        self.name = name_of(key)
        self.stored = stored
        self.now = comparing.run.figures[key]
        self.layers = set(map(_layer, stored))
        self.layers_now = set(map(_layer, self.now))
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
        self.comparing.findings.extend(told.values())
        self.claim(grown, told)
        if not grown:
            self.stale()
        self.lost()

    def change(self, key: str) -> int:
        """By how much a cost has changed; 0 for what is not compared."""
        stored, now = self.stored.get(key), self.now.get(key)
        metric = _metric(key)
        if metric in EXACT or metric in self.comparing.other_basis:
            return 0
        return now - stored if isinstance(stored, int) and isinstance(now, int) else 0

    def growth(self, key: str) -> int:
        """By how much a cost has grown, where that is beyond the tolerance; else 0."""
        by = self.change(key)
        stored = self.stored.get(key)
        is_beyond = isinstance(stored, int) and by > stored * self.comparing.tolerance
        return by if by > 0 and is_beyond else 0

    # What has grown

    def grown(self, key: str, by: int, notes: tuple[Note, ...]) -> Finding:
        stored, now = self.stored[key], self.now[key]
        assert isinstance(stored, int)  # noqa: S101 - what has grown is a number
        layer, metric = _layer(key), _metric(key)
        owner = f"`{self.name}`" if layer is None else f"`{layer}` in `{self.name}`"
        more = f"{by:,} bytes" if is_bytes(metric) else f"{by:,}"
        tolerance = self.comparing.tolerance
        share = f" ({percent_text(Fraction(by, stored), tolerance)})" if stored else ""
        allowed = f"{percent_text(tolerance)} is allowed" if tolerance else "nothing is allowed"
        change = f"from {stored:,} to {now:,}: {more} more{share}"
        message = f"`{metric}` of {owner} grew {change}, where {allowed}"
        fault = Diagnostic(
            "E803",
            message,
            self.comparing.places.value(("figures", self.name, key)),
            notes,
            "make it smaller, or run with `--update-baseline` to accept it",
        )
        return Finding(fault, self.variants, layer, metric, now, str(stored), by)

    def largest(self, key: str) -> Iterator[Note]:
        """Which labelled layers within have grown most; of a group and its layers the one."""
        metric = _metric(key)
        within = [one for one in self.keys if _metric(one) == metric and _is_within(one, [key])]
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
                f"`{_layer(one)}` {self.more(one):,}{'' if one in self.stored else ' (new)'}"
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
            yield Note(f"besides, {_listed(others)}")

    # What is stored and is not so

    def differences(self) -> Iterator[str]:
        """What is said of figures that are not as stored; of a group not what is in it too."""
        told: set[str] = set()
        for key in self.keys:
            layer = _layer(key)
            if _metric(key) in self.comparing.other_basis or self.is_lost(key):
                continue
            if layer is not None and layer not in self.layers:
                yield f"the layer `{layer}` is not stored"
            elif key not in self.stored or key not in self.now:
                yield f"`{key}` is not {'stored' if key in self.now else 'told any more'}"
            elif self.differs(key) and not _is_within(key, told):
                told.add(key)
                yield self.difference(key)

    def differs(self, key: str) -> bool:
        """Whether a cost fell, or what is no cost is not as stored."""
        if key not in self.stored or key not in self.now:
            return False
        is_other = _metric(key) in EXACT and self.stored[key] != self.now[key]
        return is_other or self.change(key) < 0

    def difference(self, key: str) -> str:
        metric = _metric(key)
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
        fault = self.comparing.warn(
            "W801", message, ("figures", self.name), notes=notes, hint=hint
        )
        self.comparing.findings.append(Finding(fault, self.variants))

    def is_lost(self, key: str) -> bool:
        """Whether a figure is that of a layer of which there is none any more."""
        layer = _layer(key)
        return layer is not None and layer not in self.layers_now

    def lost(self) -> None:
        gone = [key for key in self.stored if self.is_lost(key)]
        if gone:
            layers = [f"`{layer}`" for layer in dict.fromkeys(map(_layer, gone))]
            several = "s" if len(layers) > 1 else ""
            message = f"`{self.name}` has no layer{several} {_listed(layers)} any more"
            hint = "run with `--update-baseline` to drop what is stored of it"
            path = ("figures", self.name, gone[0])
            fault = self.comparing.warn("W802", message, path, hint=hint)
            self.comparing.findings.append(Finding(fault, self.variants))

    def claim(self, grown: Iterable[str], told: Mapping[str, Finding]) -> None:
        """Everything that was held against what is stored."""
        claims = self.comparing.claims.setdefault(self.spec, [])
        for key in self.keys:
            metric = _metric(key)
            if (
                key not in self.stored
                or key not in self.now
                or metric in self.comparing.other_basis
            ):
                continue
            stated, actual = (figure_text(one[key], metric) for one in (self.stored, self.now))
            finding = told.get(key)
            if finding is None and key in grown:
                finding = next(told[one] for one in told if _is_within(key, [one]))
            claims.append(
                Claim(self.variant, _layer(key), metric, "baseline", stated, actual, finding)
            )


def _listed(items: Sequence[str]) -> str:
    """`a, b and c`, as many as are read."""
    shown = list(items[:3])
    if len(items) > len(shown) + 1:
        return f"{', '.join(shown)} and {len(items) - len(shown):,} more"
    *before, last = items
    return f"{', '.join(before)} and {last}" if before else last


def percent_text(share: Fraction, above: Fraction | None = None) -> str:
    """A share in percent, exactly; or as coarsely as still shows that it is above another."""
    text = ""
    for decimals in range(1, 15):
        scaled = (200 * share * 10**decimals + 1) // 2
        shown = Fraction(scaled, 100 * 10**decimals)
        digits = str(scaled).rjust(decimals + 1, "0")
        text = f"{int(digits[:-decimals]):,}.{digits[-decimals:]}"
        if shown == share:
            text = text.rstrip("0").rstrip(".")
        if shown == share or (above is not None and shown > above):
            break
    return f"{text} %"
