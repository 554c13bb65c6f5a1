"""What every code means: what is found, why, an example that fails and one that does not.

A rule of lint is explained where it is defined; the others have a record here, in the file of
their stage. A code without one has no page, and `tests/test_codes.py` fails.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from cnncalc.checks.lint import ENTRIES, load_rule
from cnncalc.diagnostics import CODES

if TYPE_CHECKING:
    from cnncalc.checks.codes.explained import Explained
    from cnncalc.checks.lint.rule import Rule

STAGES: Mapping[str, tuple[str, str]] = {
    "E0": ("the file cannot be read", "files"),
    "E1": ("the file is not YAML of the kind that specs use", "text"),
    "E2": ("the structure of the spec is wrong", "structure"),
    "E3": ("the layers do not form a graph", "flow"),
    "E4": ("a layer does not fit the shape of its input", "shapes"),
    "E5": ("the spec exceeds a limit", "limits"),
    "E7": ("the model cannot be read as a network", "models"),
    "E8": ("a stated number is not the counted one", "stated"),
    "E9": ("the settings of the check are wrong", "settings"),
    "W6": ("the spec is valid, but probably not what was meant", ""),
    "W8": ("the baseline does not match the specs", "baseline"),
}
"""By the first two characters of a code what all of that stage mean, and the module of their
records."""

_PARTS = {"E21": "names", "E22": "meaning"}
"""Parts of a stage that have a module of their own."""


def stage_of(code: str) -> str:
    """What all codes of its stage mean, in words."""
    return STAGES[code[:2]][0]


def record_of(code: str) -> "Explained | Rule":
    """What a code means.

    Raises:
        KeyError: there is no such code.
    """
    if code in ENTRIES:
        return load_rule(code)
    part = _PARTS.get(code[:3]) or STAGES[code[:2]][1]
    records: tuple[Explained, ...] = import_module(f"cnncalc.checks.codes.{part}").RECORDS
    found = {one.code: one for one in records}
    return found[code]


def all_records() -> "Iterator[Explained | Rule]":
    """Every code, in the order of the table."""
    return map(record_of, CODES)
