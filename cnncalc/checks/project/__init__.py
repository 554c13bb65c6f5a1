"""The project file: what is checked, and the budgets of networks by glob.

It is `cnncalc.toml`, or the table `[tool.cnncalc]` of `pyproject.toml`. `find` finds that of a
folder, `read` reads it, `values` has what it says. Whether a budget holds is decided in
`checks.budgets`; what a command's options override, in the command.
"""
