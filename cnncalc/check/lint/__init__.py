"""Lint: what a sound spec says that its author most likely does not mean."""
