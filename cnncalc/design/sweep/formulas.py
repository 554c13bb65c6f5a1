"""Designs by the formulas of their networks, where these hold."""

from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.space import Points


def fill_by_formulas(points: Points, columns: Columns) -> str:
    """Fill in."""
    return ""
