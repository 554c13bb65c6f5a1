"""Which project file speaks for a folder."""

import os
import re
import stat

from cnncalc.checks.project import LARGEST_PROJECT, OWN, SHARED, TABLE
from cnncalc.diagnostics import Diagnostic
from cnncalc.files import read_regular
from cnncalc.records import Record

_DOTTED = rb"""tool[ \t"']*\.[ \t"']*cnncalc"""
_OPENED = rb"""tool[ \t"']*[]=]"""
"""A shared file with that table contains one of these; our name follows the second."""

_HEADER = r"^[ \t]*\[{1,2}[ \t]*tool[ \t]*\.[ \t]*[\"']?cnncalc\b"
"""The header of our table; blanks alone, since a line break in it is searched from every line."""


class Reach(Record):
    """Where the search from a folder upwards ends.

    Attributes:
        file: the project file, or None where there is none up to the root of the repository.
        folder: the folder of that file, or else that root; None without either.
    """

    file: str | None
    folder: str | None


class Finder:
    """Finds the project files of many folders, and looks into each of them once."""

    def __init__(self) -> None:
        self.known: dict[str, Reach] = {}

    def of(self, folder: str) -> Reach:
        """The project file of a folder, or of the closest folder above it that has one.

        It is `cnncalc.toml`, or else a `pyproject.toml` with a table `[tool.cnncalc]`. The search
        ends at the root of a repository: what lies outside is another project's. A
        `pyproject.toml` that cannot be read is taken when it seems to speak of us: better a fault
        than budgets left out.

        Args:
            folder: its absolute path; it need not be there.
        """
        passed = []
        here = folder
        while here not in self.known:
            passed.append(here)
            above = os.path.dirname(here)
            reach = _reach(here) or (Reach(None, None) if above == here else None)
            if reach is None:
                here = above
            else:
                self.known[here] = reach
        self.known |= dict.fromkeys(passed, self.known[here])
        return self.known[folder]


def _reach(folder: str) -> Reach | None:
    """What ends the search in a folder."""
    for name, is_ours in ((OWN, _is_file), (SHARED, _has_table)):
        path = os.path.join(folder, name)
        if is_ours(path):
            return Reach(_shown(path), folder)
    return Reach(None, folder) if os.path.lexists(os.path.join(folder, ".git")) else None


def find_project(folder: str) -> str | None:
    """The project file of a folder, as `Finder` finds it."""
    try:
        return Finder().of(os.path.abspath(folder)).file
    except OSError:  # the folder that we are in is gone
        return None


def is_project(path: str) -> bool:
    """Whether a file is a project file by its name and, where others share it, by its table."""
    name = os.path.basename(path)
    return (name == OWN and _is_file(path)) or (name == SHARED and _has_table(path))


def second_file(path: str) -> Diagnostic | None:
    """A fault where beside a `cnncalc.toml` there is a second project file, which would lapse."""
    folder, name = os.path.split(path)
    other = os.path.join(folder, SHARED)
    if name != OWN or not _has_table(other):
        return None
    message = f"`{path}` and `[tool.cnncalc]` in `{other}` are both project files of one folder"
    remedy = f"put all of it into `{OWN}`, and remove `[tool.cnncalc]`"
    return Diagnostic("E901", message, None, (), remedy)


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # a pipe may never end
    except (OSError, ValueError):  # no name that a file can have
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
