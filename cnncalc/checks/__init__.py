"""Checks spec files: faults, stated facts, budgets, baselines and lint.

`files` and `run` choose what is checked, `networks` checks one spec, `counts` has the figures, and
`statements` compares a stated number with a counted one. How findings are shown is `render`'s;
options, exit codes and what is written to disk are the command's.
"""
