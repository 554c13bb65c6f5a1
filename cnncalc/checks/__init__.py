"""Holds spec files to account: faults, stated facts, budgets, baselines and lint."""
