"""A project file's text to a Project: every fault at once, each at its place."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from cnncalc.analysis.conventions import BYTES_PER_VALUE, OPTIMIZER_STATES
from cnncalc.checks.finding import SEVERITIES
from cnncalc.checks.project.globs import Pattern, read_pattern
from cnncalc.checks.project.names import LARGEST_PROJECT, SHARED, TABLE
from cnncalc.checks.project.rules import leaves, read_rule
from cnncalc.checks.project.sizes import MOST_SIZES, Axes, InputSizes, count_sizes, read_axes
from cnncalc.checks.project.texts import read_code, read_precision
from cnncalc.checks.project.tolerances import read_tolerance
from cnncalc.checks.project.toml import load
from cnncalc.checks.project.values import Budget, Project
from cnncalc.checks.settings.places import Path, Places
from cnncalc.checks.settings.source import Faults, decode
from cnncalc.diagnostics import Diagnostic, Span, closest, rename
from cnncalc.facts import STATED, Fact, read_budget
from cnncalc.metrics import METRICS

MOST_ENTRIES = 1000
"""Entries of a list, and tables: each is held against every network."""

LARGEST_BATCH = 10**9
"""As on the command line."""

Read = TypeVar("Read")


def decode_project(data: bytes, file: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a project file, and what is wrong with its bytes."""
    return decode(data, file, "E901", LARGEST_PROJECT)


def read_project(text: str, file: str) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """What a project file says; None when it has faults, since half a gate lets through.

    In a `pyproject.toml` it is the table `[tool.cnncalc]`; other tables are ignored.
    """
    below = TABLE if os.path.basename(file) == SHARED else ()
    loaded = load(text, file, below)
    if isinstance(loaded, Diagnostic):
        return None, (loaded,)
    table: Any = loaded.tables
    for key in below:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    reader = Reader(loaded.places, below)
    project = reader.project(table, file)
    found = reader.faults.sorted()
    return (None if found else project), found


class Reader:
    """Reads the tables; faults gather in `faults`. Paths lead from the root of the document."""

    def __init__(self, places: Places, below: Path) -> None:
        self.places = places
        self.faults = Faults("E901")
        self.below = below
        self.start = "".join(f"{key}." for key in below)
        """What the headers of our tables begin with."""

    def project(self, root: Any, file: str) -> Project:
        path = self.below
        if not isinstance(root, dict):
            self.refuse(path, "`tool.cnncalc` must be a table")
            return Project(file)
        homes = dict.fromkeys(_SETTINGS, f"put it under `[{self.start}check]`")
        homes |= self.budget_homes()
        homes["tool"] = "remove `tool.cnncalc`: it is for `pyproject.toml`"
        self.check_keys(
            path, root, ("check", "budget", "budgets", "tolerances", "change", "changes"), homes
        )
        check, defaults = (self.table(root, (*path, key)) for key in ("check", "budget"))
        read = Project(file, **self.settings(check or {}, (*path, "check")))
        if defaults is not None:
            read = read._replace(defaults=self.budget(defaults, (*path, "budget")))
        budgets = self.tables(root, (*path, "budgets"), self.budget)
        tolerances = self.tables(root, (*path, "tolerances"), partial(read_rule, self))
        changes = self.tables(root, (*path, "changes"), partial(read_rule, self))
        if (whole := self.table(root, (*path, "change"))) is not None:
            changes = (read_rule(self, whole, (*path, "change")), *changes)
        return read._replace(budgets=budgets, tolerances=tolerances, changes=changes)

    def budget_homes(self) -> dict[str, str]:
        """Where limits belong."""
        return dict.fromkeys((*STATED, "layers"), f"put it under `[{self.start}budget]`")

    # The keys and values of a table

    def check_keys(
        self, path: Path, table: Mapping[str, Any], known: Sequence[str], homes: Mapping[str, str]
    ) -> set[str]:
        """Report unknown keys; gives the known ones that are there, or most likely meant.

        `homes` says where those belong that are in the wrong table.
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
                self.faults.add(f"{title} has no key `{key}`", span, homes.get(key, hint))
        return meant

    def table(self, within: Mapping[str, Any], path: Path) -> dict[str, Any] | None:
        value = within.get(str(path[-1]))
        if isinstance(value, dict | None):
            return value
        is_several = isinstance(value, list) and path[-1] == "budget"
        hint = f"write `[[{self.start}budgets]]` for networks by glob" if is_several else None
        self.refuse(path, f"`{path[-1]}` must be a table", hint)
        return None

    def each(
        self, value: Any, path: Path, read: Callable[[str, Span], Read], hint: str | None = None
    ) -> tuple[Read, ...]:
        """What a text says, or every text of a list; those that are not read are refused."""
        items = [(value, path)]
        if isinstance(value, list):
            items = [(item, (*path, place)) for place, item in enumerate(value)]
        elif not isinstance(value, str):
            self.refuse(path, f"`{path[-1]}` must be a string or a list of strings")
            return ()
        if len(items) > MOST_ENTRIES:
            self.refuse(path, f"`{path[-1]}` has {len(items):,} entries, over {MOST_ENTRIES:,}")
            return ()
        found = []
        for text, at in items:
            if isinstance(text, str):
                found += self.attempt(at, read, text, hint)
            else:
                self.refuse(at, f"an entry of `{path[-1]}` must be a string")
        return tuple(found)

    def attempt(
        self, path: Path, read: Callable[[str, Span], Read], text: str, hint: str | None
    ) -> list[Read]:
        """What a text says; nothing, with a fault, where it is refused."""
        try:
            return [read(text, self.places.value(path))]
        except ValueError as fault:
            self.refuse(path, str(fault), hint)
            return []

    def written(self, value: Any, path: Path) -> str | None:
        """A text, or a number as it is written; None for what is neither."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.places.written(path)
        return value if isinstance(value, str) else None

    def refuse(self, path: Path, message: str, hint: str | None = None) -> None:
        """A value that will not do."""
        self.faults.add(message, self.places.value(path), hint)

    # The settings under `check`

    def settings(self, table: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """The settings under `[check]`, by the names of a Project's fields."""
        self.check_keys(path, table, tuple(_SETTINGS), self.budget_homes())
        given = {key: (*path, key) for key in _SETTINGS if key in table}
        found: dict[str, Any] = {
            key.replace("-", "_"): _SETTINGS[key](self, table[key], at)
            for key, at in given.items()
        }
        return found | {"places": {key: self.places.value(at) for key, at in given.items()}}

    def codes(self, value: Any, path: Path) -> tuple[str, ...]:
        hint = "write `W603`, or `W6` for all of its kind"
        return self.each(value, path, read_code, hint)

    def patterns(self, value: Any, path: Path) -> tuple[Pattern, ...]:
        return self.each(value, path, partial(read_pattern, has_variant=False))

    def choice(self, value: Any, path: Path, known: Sequence[str]) -> str | None:
        if isinstance(value, str) and value in known:
            return value
        if isinstance(value, str):
            message = f"`{path[-1]}` cannot be `{value}`"
            self.faults.unknown(message, self.places.value(path), name=value, known=known)
        else:
            self.refuse(path, f"`{path[-1]}` must be a string", f'write `"{known[0]}"`')
        return None

    def file(self, value: Any, path: Path) -> str | None:
        if isinstance(value, str) and value.strip() and "\0" not in value:
            return value
        self.refuse(path, f"`{path[-1]}` must be the path of a file")
        return None

    def tolerance(self, value: Any, path: Path) -> str | None:
        text, hint = self.written(value, path), 'write `"2%"`'
        if text is None:
            self.refuse(path, "`tolerance` must be a percentage", hint)
        else:
            self.attempt(path, lambda text, _span: read_tolerance(text), text, hint)
        return text

    def batch(self, value: Any, path: Path) -> int | None:
        if type(value) is int and 1 <= value <= LARGEST_BATCH:
            return value
        self.refuse(path, f"`batch` must be a whole number from 1 to {LARGEST_BATCH:,}")
        return None

    # The tables `budget` and `budgets`

    def tables(
        self,
        root: Mapping[str, Any],
        path: Path,
        read: Callable[[Mapping[str, Any], Path], Read],
    ) -> tuple[Read, ...]:
        """What each table of an array says; those that are none are refused."""
        name = str(path[-1])
        value = root.get(name, [])
        if not isinstance(value, list):
            hint = f"write `[[{self.start}{name}]]`"
            self.refuse(path, f"`{name}` must be an array of tables", hint)
            return ()
        if len(value) > MOST_ENTRIES:
            self.refuse(path, f"there are {len(value):,} tables of {name}, over {MOST_ENTRIES:,}")
            return ()
        tables = [(table, (*path, place)) for place, table in enumerate(value)]
        for table, at in tables:
            if not isinstance(table, dict):
                self.refuse(at, f"an entry of `{name}` must be a table")
        return tuple(read(table, at) for table, at in tables if isinstance(table, dict))

    def budget(self, table: Mapping[str, Any], path: Path) -> Budget:
        limits, patterns = (*STATED, "layers"), None
        if path[-1] == "budget":
            homes = {"specs": f"write `[[{self.start}budgets]]` for networks by glob"}
            self.check_keys(path, table, (*limits, "input"), homes)
        else:
            meant = self.check_keys(path, table, (*limits, "input", "specs", "allow_empty"), {})
            patterns = self.specs(table.get("specs", []), (*path, "specs"), meant)
            if not meant & {*limits}:
                hint = 'give it a limit: `parameters = "30M"`'
                self.faults.add("this table limits no metric", self.places.key(path), hint)
        inputs = self.inputs(table["input"], (*path, "input")) if "input" in table else None
        facts: list[Fact] = []
        for key in filter(limits.__contains__, table):
            value, at = table[key], (*path, key)
            facts += self.layers(value, at) if key == "layers" else self.fact(None, key, value, at)
        return Budget(
            patterns, inputs, tuple(facts), self.places.key(path), self.flag(table, path)
        )

    def flag(self, table: Mapping[str, Any], path: Path) -> bool:
        """Whether `allow_empty` is set: that the globs of a table may match nothing."""
        if not isinstance(value := table.get("allow_empty", False), bool):
            self.refuse((*path, "allow_empty"), "`allow_empty` must be true or false")
        return value is True

    def specs(self, value: Any, path: Path, meant: set[str]) -> tuple[Pattern, ...]:
        """The globs of a table, an empty list where there is no such key."""
        if value == []:
            hint = f'write `specs = "nets/*.yaml"`, or `[{self.start}budget]` for all networks'
            if path in self.places.values or "specs" not in meant:
                self.refuse(path, "this table has no `specs`", hint)
            return ()
        return self.each(value, path, partial(read_pattern, has_variant=True))

    def layers(self, table: Any, path: Path) -> Iterator[Fact]:
        """Facts of labelled layers: the dotted path of a layer, and the metric behind it.

        A path may be written dotted, quoted or table by table: `layers.stem.fc.macs = "1M"`,
        `layers."stem.fc".macs = "1M"` and `layers = {stem = {fc = {macs = "1M"}}}` are the same.
        """
        for names, value, at in leaves(table, path):
            if len(names) < 2:
                problem = "is given no metric" if names else "must be a table"
                message = f"`{at[-1]}` {problem}"
                self.refuse(at, message, 'write `layers.LABEL.parameters = "10M"`')
            else:
                yield from self.fact(".".join(names[:-1]), names[-1], value, at)

    def fact(self, layer: str | None, metric: str, value: Any, path: Path) -> list[Fact]:
        """A limit on a metric; nothing where it is refused."""
        text = self.written(value, path)
        if metric not in STATED:
            key = self.places.key(path)
            self.faults.unknown(f"unknown metric `{metric}`", key, name=metric, known=STATED)
        elif text is None:
            self.refuse(path, f"`{metric}` takes a number", _forms(metric))
        else:
            hint = _forms(metric)
            return self.attempt(path, partial(read_budget, layer, metric), text, hint)
        return []

    def inputs(self, value: Any, path: Path) -> InputSizes | None:
        axes: dict[str | None, Axes] = {}
        named = list(value.items()) if isinstance(value, dict) else [(None, value)]
        for label, text in named:
            at = path if label is None else (*path, label)
            if isinstance(text, str):
                for read in self.attempt(at, lambda text, _span: read_axes(text), text, _SIZES):
                    axes[label] = read
            else:
                self.refuse(at, "an input must be a string", _SIZES)
        if not named:
            self.refuse(path, "`input` names no input", _SIZES)
        if not axes or len(axes) < len(named):
            return None
        count = count_sizes(axes)
        if count > MOST_SIZES:
            message = f"this makes {count:,} inputs, more than {MOST_SIZES:,}"
            self.refuse(path, message, "take a larger step, or fewer sizes")
            return None
        text = ", ".join(text if label is None else f"{label}={text}" for label, text in named)
        return InputSizes(axes, text, self.places.value(path))


_SETTINGS: Mapping[str, Callable[[Reader, Any, Path], object]] = {
    "select": Reader.codes,
    "ignore": Reader.codes,
    "fail-on": lambda reader, value, at: reader.choice(value, at, SEVERITIES),
    "exclude": Reader.patterns,
    "baseline": Reader.file,
    "tolerance": Reader.tolerance,
    "dtype": lambda reader, value, at: reader.choice(value, at, tuple(BYTES_PER_VALUE)),
    "batch": Reader.batch,
    "optimizer": lambda reader, value, at: reader.choice(value, at, tuple(OPTIMIZER_STATES)),
    "bits": lambda one, value, at: [*one.attempt(at, read_precision, str(value), None), None][0],
    "allow_empty": lambda reader, value, at: reader.flag({"allow_empty": value}, at[:-1]),
}
"""What `[check]` can say, and how each of it is read."""

_SIZES = 'write `"3x224x224"`, or a range with its step, `"3x{224..320:32}x{224..320:32}"`'


def _forms(metric: str) -> str:
    if metric in {"output", "share"}:
        return {"output": 'write `"1000"` or `"256x6x6"`', "share": 'write `"<= 12.5%"`'}[metric]
    if METRICS[metric].is_bytes:
        return 'write `"4 MiB"`, `">= 4 MB"` or `"2 MiB..4 MiB"`'
    return 'write `"61M"`, `">= 224"` or `"224..512"`'
