"""What the tables of a project file have beside metrics."""

OF_BUDGET = ("input",)
OF_BUDGETS = (*OF_BUDGET, "specs", "family", "label", "allow_empty")
OF_RULES = ("specs", "allow_empty")
"""What tables have besides metrics and `layers`."""
