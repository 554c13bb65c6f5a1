"""The project files of one run: the nearest above each spec holds for it, and no other."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cnncalc.checks.project.find import Finder
from cnncalc.files import is_within

if TYPE_CHECKING:
    from cnncalc.checks.project.globs import Pattern
    from cnncalc.checks.project.values import Project


class Projects:
    """Which project holds for a file, and whether it leaves that out; each is read once.

    Attributes:
        met: the globs of `exclude` that left out a file so far.
    """

    def __init__(
        self,
        read: "Callable[[str], Project]",
        paths: Iterable[str] = (),
        only: str | None = None,
    ) -> None:
        """What a run is about.

        Args:
            read: reads a project file.
            paths: what the run was given.
            only: the project file that holds for all, if there is one.
        """
        self.read = read
        self.only = None if only is None else read(only)
        places = (_absolute(path) for path in paths if os.path.isdir(path))
        self.folders = [place for place in places if place is not None]
        self.finder = Finder()
        self.projects: dict[str, Project] = {}
        self.left_out: dict[str, bool] = {}
        self.met: set[Pattern] = set()

    def of(self, file: str) -> "Project | None":
        """The project of a file, or of a network that is named and no file."""
        return self.of_folder(os.path.dirname(file) or os.curdir)

    def of_folder(self, folder: str) -> "Project | None":
        """The project of what lies in a folder."""
        if self.only is not None:
            return self.only
        place = _absolute(folder)
        file = None if place is None else self.finder.of(place).file
        if file is None:
            return None
        if file not in self.projects:
            self.projects[file] = self.read(file)
        return self.projects[file]

    def is_excluded(self, file: str) -> bool:
        """Whether a file is left out: by its project, or with all of that project by one above."""
        place = _absolute(file)
        if place is None:
            return False
        return self._is_left_out(os.path.dirname(place)) or self._excludes(self.of(file), place)

    def _is_left_out(self, folder: str) -> bool:
        """Whether the project above leaves out the folder in which that of a folder begins.

        What is excluded with all that it holds is not asked what it says itself.
        """
        begun: list[str] = []
        start = None if self.only is not None else self.finder.of(folder).folder
        while start is not None and start not in self.left_out and self._is_below_another(start):
            begun.append(start)
            start = self.finder.of(os.path.dirname(start)).folder
        is_left_out = self.left_out.get(start, False) if start is not None else False
        for one in reversed(begun):  # from the outermost on: what it leaves out is not read
            above = os.path.dirname(one)
            is_left_out = is_left_out or self._excludes(self.of_folder(above), one)
            self.left_out[one] = is_left_out
        return is_left_out

    def _is_below_another(self, start: str) -> bool:
        """Whether a run that was not pointed at a project came to it by way of another."""
        if os.path.dirname(start) == start or any(is_within(one, start) for one in self.folders):
            return False
        is_root = os.path.lexists(os.path.join(start, ".git"))
        return not is_root or any(is_within(start, one) for one in self.folders)

    def _excludes(self, project: "Project | None", place: str) -> bool:
        if project is None or not project.exclude:
            return False
        from cnncalc.checks.project.values import project_path  # noqa: PLC0415 - few exclude

        path = project_path(project, place)
        found = [pattern for pattern in project.exclude if pattern.covers(path)]
        self.met.update(found)
        return bool(found)


def _absolute(path: str) -> str | None:
    try:
        return os.path.abspath(path)
    except FileNotFoundError:  # the folder that we are in is gone
        return None
