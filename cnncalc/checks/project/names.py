"""What a project file is called, and how large it may be."""

OWN, SHARED = "cnncalc.toml", "pyproject.toml"
TABLE = ("tool", "cnncalc")
"""The table that is ours in a shared file."""

OF_BUDGET = ("input",)
OF_BUDGETS = (*OF_BUDGET, "specs", "family", "label", "allow_empty")
OF_RULES = ("specs", "allow_empty")
"""What tables have besides metrics and `layers`."""

LARGEST_PROJECT = 131_072
"""Bytes of a project file; the longest in use have a fifth of it, and four times of it takes the
parser of the standard library seconds."""
