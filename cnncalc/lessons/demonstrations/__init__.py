"""Properties of convolutional layers, each shown by a run: one a file."""

from cnncalc.lessons.demonstrations.base import Demonstration, RefusedError, alone, up_to
from cnncalc.lessons.demonstrations.dense import dense_equivalent
from cnncalc.lessons.demonstrations.field import receptive_field
from cnncalc.lessons.demonstrations.sharing import sharing
from cnncalc.lessons.demonstrations.shift import shift
from cnncalc.lessons.demonstrations.sparsity import sparsity

__all__ = [
    "Demonstration",
    "RefusedError",
    "alone",
    "dense_equivalent",
    "receptive_field",
    "sharing",
    "shift",
    "sparsity",
    "up_to",
]
