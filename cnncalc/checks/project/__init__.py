"""The project file: what is checked, and the budgets of networks by glob.

`cnncalc.toml`, or the table `[tool.cnncalc]` of `pyproject.toml`. `find` tells which file speaks
for a folder, `read` reads it, `values` has what it says; each is loaded where it is used.
"""
