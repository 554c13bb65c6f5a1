"""The codes of warnings: those of lint rules, and those of what a baseline warns of."""

from cnncalc.diagnostics import CODES

WARNINGS = tuple(code for code in CODES if code.startswith("W"))
"""All that is chosen from, and that has a severity of the project's choice."""

BEYOND = "E806"
"""A change beyond its limit: the one error that a project may make a warning."""

RULES = tuple(code for code in WARNINGS if code.startswith("W6"))
"""Those of lint, which stand in a spec."""

ON_REQUEST = frozenset({"W607"})
"""Rules that say what is true of most networks: they take part where they are selected by name."""
