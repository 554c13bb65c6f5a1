"""The project file: what is checked, and the budgets of networks by glob.

`cnncalc.toml`, or the table `[tool.cnncalc]` of `pyproject.toml`. Here is what a check needs of a
project that was read; `cnncalc.check.project.read` reads one, and is imported only where there is
a file to read.
"""

from cnncalc.check.project.find import find_project
from cnncalc.check.project.globs import Pattern
from cnncalc.check.project.sizes import InputSizes
from cnncalc.check.project.values import Budget, Project, facts_for, is_excluded, matches

__all__ = [
    "Budget",
    "InputSizes",
    "Pattern",
    "Project",
    "facts_for",
    "find_project",
    "is_excluded",
    "matches",
]
