"""A project file's text to a Project: every fault at once, each at its place."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cnncalc.analysis.conventions import BYTES_PER_VALUE, OPTIMIZER_STATES
from cnncalc.checks.finding import SEVERITIES
from cnncalc.checks.lint import ENTRIES
from cnncalc.checks.project.globs import Pattern, read_pattern
from cnncalc.checks.project.names import LARGEST_PROJECT, SHARED, TABLE
from cnncalc.checks.project.sizes import MOST_SIZES, Axes, InputSizes, count_sizes, read_axes
from cnncalc.checks.project.toml import load
from cnncalc.checks.project.values import Budget, Project
from cnncalc.checks.settings.percent import parse_tolerance
from cnncalc.checks.settings.places import Path, Places
from cnncalc.checks.settings.source import Faults, decode
from cnncalc.diagnostics import Diagnostic, closest, rename
from cnncalc.facts import STATED, Fact, read_budget
from cnncalc.metrics import METRICS

CHECK_KEYS = (
    "select", "ignore", "fail-on", "exclude", "baseline", "tolerance", "dtype", "batch",
    "optimizer",
)  # fmt: skip
"""What `[check]` can say."""

MOST_ENTRIES = 1000
"""Entries of a list, and tables of budgets: each is held against every network."""

LARGEST_BATCH = 10**9
"""As on the command line."""


def decode_project(data: bytes, file: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a project file, and what is wrong with its bytes."""
    return decode(data, file, "E901", LARGEST_PROJECT)


def read_project(text: str, file: str) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """What a project file says; None when it has faults, since half a gate lets through.

    In a `pyproject.toml` it stands under `[tool.cnncalc]`: its other tables are none of ours.
    """
    below = TABLE if os.path.basename(file) == SHARED else ()
    loaded = load(text, file, below)
    if isinstance(loaded, Diagnostic):
        return None, (loaded,)
    faults = Faults("E901")
    table: Any = loaded.tables
    for key in below:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    project = _Reader(loaded.places, faults, below).project(table, file)
    found = faults.told()
    return (None if found else project), found


class _Reader:
    """Reads the tables; faults gather in `faults`. Paths lead from the root of the document."""

    def __init__(self, places: Places, faults: Faults, below: Path) -> None:
        self.places = places
        self.faults = faults
        self.below = below
        self.start = "".join(f"{key}." for key in below)
        """What the headers of our tables begin with."""

    def project(self, root: Any, file: str) -> Project:
        path = self.below
        if not isinstance(root, dict):
            self.refuse(path, "`tool.cnncalc` must be a table")
            return Project(file)
        known = ("check", "budget", "budgets")
        self.check_keys(path, root, known, self.homes())
        check, defaults = (self.table(root, (*path, key)) for key in ("check", "budget"))
        read = Project(file, **self.settings(check or {}, (*path, "check")))
        if defaults is not None:
            read = read._replace(defaults=self.budget(defaults, (*path, "budget")))
        return read._replace(budgets=self.budgets(root, (*path, "budgets")))

    def homes(self) -> Mapping[str, str]:
        """Where a key belongs that stands at the top."""
        homes = dict.fromkeys((*STATED, "layers"), f"put it under `[{self.start}budget]`")
        homes |= dict.fromkeys(CHECK_KEYS, f"put it under `[{self.start}check]`")
        homes["tool"] = "leave `tool.cnncalc` away: it is for `pyproject.toml`"
        return homes

    # What may stand in a table

    def check_keys(
        self, path: Path, table: Mapping[str, Any], known: Sequence[str], homes: Mapping[str, str]
    ) -> set[str]:
        """Report unknown keys; gives the known ones that are there, or most likely meant.

        `homes` says where those belong that stand in the wrong table.
        """
        names = [key for key in path[len(self.below) :] if isinstance(key, str)]
        title = f"`{names[-1]}`" if names else "a project file"
        meant = set()
        for key in table:
            near = key if key in known or self.faults.is_full else closest(key, known)
            meant |= {near} if near else set()
            if key not in known:
                span = self.places.key((*path, key))
                listed = f"its keys are {', '.join(known)}"
                hint = rename(key, near, span) if near else listed
                message = f"{title} has no key `{key}`"
                self.faults.add(message, span, homes.get(key, hint))
        return meant

    def table(self, within: Mapping[str, Any], path: Path) -> dict[str, Any] | None:
        value = within.get(str(path[-1]))
        if isinstance(value, dict | None):
            return value
        is_several = isinstance(value, list) and path[-1] == "budget"
        hint = f"write `[[{self.start}budgets]]` for networks by glob" if is_several else None
        self.refuse(path, f"`{path[-1]}` must be a table", hint)
        return None

    def texts(self, value: Any, path: Path) -> Iterable[tuple[str, Path]]:
        """A text, or a list of texts, each with its path."""
        if isinstance(value, str):
            yield value, path
            return
        if not isinstance(value, list):
            self.refuse(path, f"`{path[-1]}` must be a text, or a list of texts")
            return
        if len(value) > MOST_ENTRIES:
            self.refuse(path, f"`{path[-1]}` has {len(value):,} entries, over {MOST_ENTRIES:,}")
            return
        for place, item in enumerate(value):
            if isinstance(item, str):
                yield item, (*path, place)
            else:
                self.refuse((*path, place), f"an entry of `{path[-1]}` must be a text")

    def refuse(self, path: Path, message: str, hint: str | None = None) -> None:
        """A value that will not do."""
        self.faults.add(message, self.places.value(path), hint)

    # The settings under `check`

    def settings(self, table: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """The settings under `[check]`, by the names of a Project's fields."""
        homes = dict.fromkeys((*STATED, "layers"), f"put it under `[{self.start}budget]`")
        self.check_keys(path, table, CHECK_KEYS, homes)
        readers: Mapping[str, Callable[[Any, Path], object]] = {
            "select": self.codes,
            "ignore": self.codes,
            "fail-on": lambda value, at: self.choice(value, at, SEVERITIES),
            "exclude": lambda value, at: self.patterns(value, at, has_variant=False),
            "baseline": self.file,
            "tolerance": self.tolerance,
            "dtype": lambda value, at: self.choice(value, at, tuple(BYTES_PER_VALUE)),
            "batch": self.batch,
            "optimizer": lambda value, at: self.choice(value, at, tuple(OPTIMIZER_STATES)),
        }
        given = {key: (*path, key) for key in CHECK_KEYS if key in table}
        read = {key: readers[key](table[key], at) for key, at in given.items()}
        found: dict[str, Any] = {key.replace("-", "_"): value for key, value in read.items()}
        return found | {"places": {key: self.places.value(at) for key, at in given.items()}}

    def codes(self, value: Any, path: Path) -> tuple[str, ...]:
        found = []
        for text, at in self.texts(value, path):
            if text and any(code.startswith(text) for code in ENTRIES):
                found.append(text)
            else:
                message = f"no rule's code begins with `{text}`" if text else "a code is missing"
                self.refuse(at, message, "write `W603`, or `W6` for all of its kind")
        return tuple(found)

    def choice(self, value: Any, path: Path, known: Sequence[str]) -> str | None:
        if isinstance(value, str) and value in known:
            return value
        span = self.places.value(path)
        if isinstance(value, str):
            message = f"`{path[-1]}` cannot be `{value}`"
            self.faults.unknown(message, span, name=value, known=known)
        else:
            self.faults.add(f"`{path[-1]}` must be a text", span, f'write `"{known[0]}"`')
        return None

    def file(self, value: Any, path: Path) -> str | None:
        if isinstance(value, str) and value.strip() and "\0" not in value:
            return value
        self.refuse(path, f"`{path[-1]}` must be the path of a file")
        return None

    def tolerance(self, value: Any, path: Path) -> str | None:
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self.refuse(path, "`tolerance` must be a percentage", 'write `"2%"`')
            return None
        text = value if isinstance(value, str) else self.places.written(path)
        try:
            parse_tolerance(text)
        except ValueError as fault:
            self.refuse(path, str(fault), 'write `"2%"`')
        return text

    def batch(self, value: Any, path: Path) -> int | None:
        if type(value) is int and 1 <= value <= LARGEST_BATCH:
            return value
        self.refuse(path, f"`batch` must be a whole number from 1 to {LARGEST_BATCH:,}")
        return None

    # Globs

    def patterns(self, value: Any, path: Path, *, has_variant: bool) -> tuple[Pattern, ...]:
        found = []
        for text, at in self.texts(value, path):
            span = self.places.value(at)
            try:
                found.append(read_pattern(text, span, has_variant=has_variant))
            except ValueError as fault:
                self.faults.add(str(fault), span)
        return tuple(found)

    # The tables `budget` and `budgets`

    def budgets(self, root: Mapping[str, Any], path: Path) -> tuple[Budget, ...]:
        value = root.get("budgets", [])
        if not isinstance(value, list):
            hint = f"write `[[{self.start}budgets]]`"
            self.refuse(path, "`budgets` must be tables, each of some networks", hint)
            return ()
        if len(value) > MOST_ENTRIES:
            self.refuse(path, f"there are {len(value):,} tables of budgets, over {MOST_ENTRIES:,}")
            return ()
        found = []
        for place, table in enumerate(value):
            at = (*path, place)
            if isinstance(table, dict):
                found.append(self.budget(table, at))
            else:
                self.refuse(at, "an entry of `budgets` must be a table")
        return tuple(found)

    def budget(self, table: Mapping[str, Any], path: Path) -> Budget:
        is_default = path[-1] == "budget"
        limits, known = (*STATED, "layers"), (*STATED, "layers", "input")
        homes = {"specs": f"write `[[{self.start}budgets]]` for networks by glob"}
        if is_default:
            patterns = None
            self.check_keys(path, table, known, homes)
        else:
            meant = self.check_keys(path, table, (*known, "specs"), {})
            patterns = self.specs(table.get("specs", []), (*path, "specs"), meant)
            if not meant & {*limits}:
                hint = 'give it a limit: `parameters = "30M"`'
                self.faults.add("this table limits no metric", self.places.key(path), hint)
        inputs = self.inputs(table["input"], (*path, "input")) if "input" in table else None
        facts: list[Fact] = []
        for key in [key for key in table if key in limits]:
            read = (
                self.layers(table[key], (*path, key))
                if key == "layers"
                else (self.fact(None, key, table[key], (*path, key)))
            )
            facts.extend(read)
        return Budget(patterns, inputs, tuple(facts), self.places.key(path))

    def specs(self, value: Any, path: Path, meant: set[str]) -> tuple[Pattern, ...]:
        """The globs of a table, an empty list where there is no such key."""
        if value == []:
            hint = f'write `specs = "nets/*.yaml"`, or `[{self.start}budget]` for all networks'
            if path in self.places.values or "specs" not in meant:
                self.refuse(path, "this table has no `specs`", hint)
            return ()
        return self.patterns(value, path, has_variant=True)

    def layers(self, value: Any, path: Path) -> Iterable[Fact]:
        """Facts of labelled layers: the dotted path of a layer, and the metric behind it.

        A path may be written dotted, quoted or table by table: `layers.stem.fc.macs = "1M"`,
        `layers."stem.fc".macs = "1M"` and `layers = {stem = {fc = {macs = "1M"}}}` are the same.
        """
        pending: list[tuple[Any, Path, tuple[str, ...]]] = [(value, path, ())]
        while pending:
            value, at, names = pending.pop()
            if isinstance(value, dict):
                items = ((inner, (*at, key), (*names, key)) for key, inner in value.items())
                pending.extend(reversed(list(items)))
            elif len(names) < 2:
                message = (
                    f"`{at[-1]}` must be a table"
                    if not names
                    else (f"`{names[0]}` is given no metric")
                )
                hint = 'write `layers.LABEL.parameters = "10M"`'
                self.refuse(at, message, hint)
            else:
                yield from self.fact(".".join(names[:-1]), names[-1], value, at)

    def fact(self, layer: str | None, metric: str, value: Any, path: Path) -> Iterable[Fact]:
        span = self.places.value(path)
        if metric not in STATED:
            key = self.places.key(path)
            self.faults.unknown(f"unknown metric `{metric}`", key, name=metric, known=STATED)
            return
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not isinstance(value, str) and not is_number:
            self.faults.add(f"`{metric}` takes a number", span, _forms(metric))
            return
        text = self.places.written(path) if is_number else value
        try:
            yield read_budget(layer, metric, text, span)
        except ValueError as fault:
            self.faults.add(str(fault), span, _forms(metric))

    def inputs(self, value: Any, path: Path) -> InputSizes | None:
        axes: dict[str | None, Axes] = {}
        named = list(value.items()) if isinstance(value, dict) else [(None, value)]
        for label, text in named:
            at = path if label is None else (*path, label)
            span = self.places.value(at)
            if not isinstance(text, str):
                self.faults.add("an input must be a text", span, _SIZES)
                continue
            try:
                axes[label] = read_axes(text)
            except ValueError as fault:
                self.faults.add(str(fault), span, _SIZES)
        if not axes or len(axes) < len(named):
            if not named:
                self.refuse(path, "`input` names no input", _SIZES)
            return None
        count = count_sizes(axes)
        if count > MOST_SIZES:
            message = f"that makes {count:,} inputs; {MOST_SIZES:,} can be checked"
            self.refuse(path, message, "take a larger step, or fewer sizes")
            return None
        text = ", ".join(text if label is None else f"{label}={text}" for label, text in named)
        return InputSizes(axes, text, self.places.value(path))


_SIZES = 'write `"3x224x224"`, or a range with its step, `"3x{224..320:32}x{224..320:32}"`'


def _forms(metric: str) -> str:
    if metric in {"output", "share"}:
        return {"output": 'write `"1000"` or `"256x6x6"`', "share": 'write `"<= 12.5%"`'}[metric]
    if METRICS[metric].is_bytes:
        return 'write `"4 MiB"`, `">= 4 MB"` or `"2 MiB..4 MiB"`'
    return 'write `"61M"`, `">= 224"` or `"224..512"`'
