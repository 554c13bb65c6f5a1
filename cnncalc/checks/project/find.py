"""Which project file speaks for a folder."""

import os
import re
import stat

from cnncalc.checks.project.names import LARGEST_PROJECT, OWN, SHARED, TABLE
from cnncalc.diagnostics import Diagnostic
from cnncalc.files import read_regular

_DOTTED = rb"""tool[ \t"']*\.[ \t"']*cnncalc"""
_OPENED = rb"""tool[ \t"']*[]=]"""
"""A shared file with that table contains one of these; our name follows the second."""

_HEADER = r"^[ \t]*\[{1,2}[ \t]*tool[ \t]*\.[ \t]*[\"']?cnncalc\b"
"""The header of our table; blanks alone, since a line break in it is searched from every line."""


def find_project(folder: str) -> str | None:
    """The project file of a folder, or of the closest folder above it that has one.

    It is `cnncalc.toml`, or else a `pyproject.toml` with a table `[tool.cnncalc]`. The search ends
    at the root of a repository: what lies outside is another project's. A `pyproject.toml` that
    cannot be read is taken when it seems to speak of us: better a fault than budgets left out.
    """
    try:
        parent = os.path.abspath(folder)
    except OSError:  # the folder that we are in is gone
        return None
    here = None
    while parent != here:
        here = parent
        for name, is_ours in ((OWN, _is_file), (SHARED, _has_table)):
            path = os.path.join(here, name)
            if is_ours(path):
                return _shown(path)
        if os.path.lexists(os.path.join(here, ".git")):
            return None
        parent = os.path.dirname(here)
    return None


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # a pipe may never end
    except OSError:
        return False


def _has_table(path: str) -> bool:
    if not _is_file(path):
        return False
    try:
        data = read_regular(path, LARGEST_PROJECT + 1)
    except OSError:
        return False
    if not _may_be_ours(data):
        return False
    from cnncalc.checks.project.toml import load  # noqa: PLC0415 - few files speak of us

    text = data.decode("utf-8-sig", "replace")
    loaded = load(text, path, TABLE)
    if isinstance(loaded, Diagnostic):
        return re.search(_HEADER, text, re.MULTILINE) is not None
    tool = loaded.tables.get("tool")
    return isinstance(tool, dict) and "cnncalc" in tool


def _may_be_ours(data: bytes) -> bool:
    """Whether a file may have our table; most do not, and are not parsed."""
    last = data.rfind(b"cnncalc")
    if last < 0:
        return False
    # A pattern with `.*` between the two would search to the end from every `tool =`.
    opened = re.search(_OPENED, data)
    return (opened is not None and opened.end() <= last) or bool(re.search(_DOTTED, data))


def _shown(path: str) -> str:
    """A path as messages name it: from the folder that we are in, where there is a way."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):  # on another drive
        return path
