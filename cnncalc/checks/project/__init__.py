"""The project file: what is checked, and the budgets of networks by glob.

It is `cnncalc.toml`, or the table `[tool.cnncalc]` of `pyproject.toml`. `find` finds that of a
folder, `read` reads it, `values` has what it says. Whether a budget holds is decided in
`checks.budgets`; what a command's options override, in the command.
"""

OWN, SHARED = "cnncalc.toml", "pyproject.toml"
TABLE = ("tool", "cnncalc")
"""The table that is ours in a shared file."""

LARGEST_PROJECT = 131_072
"""Bytes of a project file; the longest in use have a fifth of it, and four times of it takes the
parser of the standard library seconds."""
