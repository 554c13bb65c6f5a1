"""The table of operators, filled."""

from cnncalc.interchange.aten import (  # noqa: F401 - they fill it
    layers,
    parts,
    pointwise,
    pools,
    products,
    recurrent,
    reductions,
    views,
)
from cnncalc.interchange.aten.writer import TABLE

__all__ = ["TABLE"]
