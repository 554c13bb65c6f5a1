"""A project file's text to a Project: every fault at once, each at its place."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from cnncalc.checks.project import LARGEST_PROJECT, SHARED, TABLE
from cnncalc.checks.project.limits import read_budgets, read_defaults
from cnncalc.checks.project.reader import Reader
from cnncalc.checks.project.rules import read_rule
from cnncalc.checks.project.settings import SETTINGS, read_settings
from cnncalc.checks.project.toml import load
from cnncalc.checks.project.values import Project
from cnncalc.checks.settings.places import Path
from cnncalc.checks.settings.source import decode
from cnncalc.diagnostics import Diagnostic
from cnncalc.facts import STATED
from cnncalc.records import Record


class Table(Record):
    """A table of a project file.

    Attributes:
        read: gives what it says.
        text: what it is about, in a sentence.
        is_several: whether there may be several of it, as an array of tables.
    """

    read: Callable[[Reader, Mapping[str, Any], Path], Any]
    text: str
    is_several: bool = False


TABLES: Mapping[str, Table] = {
    "check": Table(read_settings, "What is checked, and how it is counted."),
    "budget": Table(read_defaults, "Limits of every network."),
    "budgets": Table(read_budgets, "Limits of some networks, or of a label.", is_several=True),
    "tolerances": Table(
        read_rule, "How far figures may grow beyond the baseline.", is_several=True
    ),
    "change": Table(read_rule, "How far figures of every network may grow in a change."),
    "changes": Table(
        read_rule, "How far figures of some networks may grow in a change.", is_several=True
    ),
}
"""What a project file has."""


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
    project = _project(reader, table, file)
    found = reader.faults.sorted()
    return (None if found else project), found


def _project(reader: Reader, root: Any, file: str) -> Project:
    path = reader.below
    if not isinstance(root, dict):
        reader.refuse(path, "`tool.cnncalc` must be a table")
        return Project(file)
    of_budget = dict.fromkeys((*STATED, "layers"), f"put it under `[{reader.start}budget]`")
    homes = dict.fromkeys(SETTINGS, f"put it under `[{reader.start}check]`") | of_budget
    homes["tool"] = "remove `tool.cnncalc`: it is for `pyproject.toml`"
    reader.check_keys(path, root, tuple(TABLES), homes)
    found: dict[str, Any] = {}
    for name, kind in TABLES.items():
        at = (*path, name)
        if kind.is_several:
            found[name] = reader.tables(root, at, kind.read)
        elif (table := reader.table(root, at)) is not None:
            if name == "check":
                reader.check_keys(at, table, tuple(SETTINGS), of_budget)
            found[name] = kind.read(reader, table, at)
    return Project(
        file,
        **found.get("check", {}),
        defaults=found.get("budget"),
        budgets=found["budgets"],
        tolerances=found["tolerances"],
        changes=(*([found["change"]] if "change" in found else ()), *found["changes"]),
    )
