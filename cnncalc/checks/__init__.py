"""Checks spec files: faults, stated facts, budgets, baselines and lint."""
