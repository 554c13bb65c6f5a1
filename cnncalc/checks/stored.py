"""Which figures of a network are stored, and what their keys say."""

from collections.abc import Mapping

from cnncalc.metrics import METRICS, SHAPE, shown_in
from cnncalc.ops.values import Shape

OF_BITS = "bops"
"""The figure that is worth a line where values have bits of their own."""

TOTALS = (*shown_in("baseline"), OF_BITS)
"""The figures of a network that are worth a line; the others follow from them."""

FOLLOWS = {"weight_bytes": "parameters", OF_BITS: "macs"}
"""Figures that say nothing new where another one has grown."""

LAYER_METRICS = shown_in("layer")
"""The figures of a labelled layer or group that are worth a line."""

SHAPES = tuple(name for name in TOTALS if METRICS[name].unit == SHAPE)
EXACT = ("depth", *SHAPES)
"""What is no cost: more of it is neither better nor worse, but another network."""

GROWING = tuple(name for name in TOTALS if name not in EXACT)
"""The costs, which may grow by a tolerance."""

Stored = int | Shape
Figures = Mapping[str, Stored]
"""Figures of one network: `macs`, or `fc6.macs` for that of a layer."""


def metric_of(key: str) -> str:
    """What a figure counts: `macs` of `fc6.macs`."""
    return key.rpartition(".")[2]


def layer_of(key: str) -> str | None:
    """The layer or group that a figure is about; None for the network."""
    return key.rpartition(".")[0] or None
