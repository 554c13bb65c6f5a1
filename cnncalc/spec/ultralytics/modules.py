"""The modules that a row may name, and how its arguments become those of a block.

The structure of each stands in `modules.yaml`, under its name.
"""

from collections.abc import Mapping

from cnncalc.records import Record


class Module(Record):
    """A module whose block takes what the row lists.

    Attributes:
        is_scaled: whether the first argument is a number of channels that the width scales.
        repeats_at: the place at which the block takes the repeats; None where the module itself
            stands that often in a row.
    """

    is_scaled: bool = True
    repeats_at: int | None = None


_ONCE = Module()
_UNITS = Module(repeats_at=1)

MODULES: Mapping[str, Module] = {
    **dict.fromkeys(
        (
            "Conv", "DWConv", "ConvTranspose", "Focus", "GhostConv", "Bottleneck",
            "GhostBottleneck", "SCDown", "AConv", "ADown", "SPP", "SPPF", "SPPELAN", "PSA",
            "RepNCSPELAN4", "ELAN1",
        ),
        _ONCE,
    ),
    **dict.fromkeys(
        (
            "C1", "C2", "C2f", "C3", "C3x", "C3Ghost", "C3k2", "C2fCIB", "C2PSA", "C2fPSA",
            "RepC3", "BottleneckCSP", "A2C2f", "C3TR",
        ),
        _UNITS,
    ),
    "Classify": Module(is_scaled=False),
    "HGStem": Module(is_scaled=False),
    "HGBlock": Module(is_scaled=False, repeats_at=3),
    "ResNetLayer": Module(is_scaled=False),
    "AIFI": Module(is_scaled=False),
    "CBLinear": Module(is_scaled=False),
}  # fmt: skip
"""Modules with one input; those that only give the width to other modules are not among them."""

LARGE = frozenset({"m", "l", "x"})
"""Scales at which each unit of a C3k2 is a C3k, whatever the row says."""

LARGEST = frozenset({"l", "x"})
"""Scales at which an A2C2f has a residual, and an MLP of 1.2 times its width."""

NEW = frozenset({"C3k2", "A2C2f", "C2fCIB"})
"""Modules of the files whose Detect tells classes by depthwise convolutions."""
