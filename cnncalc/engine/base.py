"""The table of kernels: for every op the function that computes it on arrays.

A kernel takes the op, whose attributes it reads, then one array `N C *size` for each input, then
the op's tensors by their names. It computes no output size and calls no rule of `cnncalc.ops`:
what verifies shares no arithmetic with what it verifies. The kernel of an element-wise op takes
`out` besides, where it writes; it may be the input itself.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from cnncalc.ops import Op

Array = npt.NDArray[np.floating[Any]]
"""Values of one type, `N C *size`: the batch first, then channels, then the spatial axes."""

Index = tuple[Any, ...]
"""What stands between the brackets behind an array."""

Kernel = TypeVar("Kernel", bound=Callable[..., Array])

KERNELS: dict[type[Op], Callable[..., Array]] = {}
"""What runs, by the class of the op."""

DEFINITIONS: dict[type[Op], Callable[..., Array]] = {}
"""The textbook's way, slower and short enough to see through, of the ops that have a fast one."""


PLACE, WHOLE, SLIDING, SCALED, SHIFTED = "place", "whole", "sliding", "scaled", "shifted"
WINDOWED, SPREAD, DEALT = "windowed", "spread", "dealt"
"""Which rows of an axis an output of a kernel reads: the one in its place; all; those under a
window that slides by a stride; those of its part of an axis that is made longer or shorter; those
of an axis to which rows are added, or from which they are cut; those of the window that it lies
in; of one input the row that its window was pooled to, of the other that window; rows of which
nothing is told, as the axes themselves are others."""

Reads = str | Callable[[Any, int, int], str]
"""One of these words, or what tells it of an op along an axis of so many spatial ones."""

READS: dict[type[Op], Reads] = {}
"""Which of these a kernel does, by the class of the op; its taps are then found by running it."""

MARKED: dict[type[Op], Callable[..., Array]] = {}
"""What gives marks, 0 or 1, as a kernel with weights gives values, where its family says it."""


def reads_of(op: Op, place: int = 0, axes: int = 1) -> str:
    """Which rows an output of an op's kernel reads along one of so many spatial axes."""
    told = READS[type(op)]
    return told if isinstance(told, str) else told(op, place, axes)


def marks(*kinds: type[Op]) -> Callable[[Kernel], Kernel]:
    """Let a function be what gives the marks of some ops, without their weights."""

    def note(function: Kernel) -> Kernel:
        MARKED.update(dict.fromkeys(kinds, function))
        return function

    return note


def kernel(*kinds: type[Op], reads: Reads) -> Callable[[Kernel], Kernel]:
    """Let a function be what computes some ops, and say which rows its outputs read."""

    def note(function: Kernel) -> Kernel:
        KERNELS.update(dict.fromkeys(kinds, function))
        READS.update(dict.fromkeys(kinds, reads))
        return function

    return note


def definition(*kinds: type[Op]) -> Callable[[Kernel], Kernel]:
    """Let a function be what defines some ops."""

    def note(function: Kernel) -> Kernel:
        DEFINITIONS.update(dict.fromkeys(kinds, function))
        return function

    return note


def per_channel(values: Array, x: Array) -> Array:
    """One value a channel, shaped to meet `N C *size`.

    Raises:
        ValueError: there are not as many as channels.
    """
    if values.shape != x.shape[1:2]:
        raise ValueError(f"{values.size} values do not suit {x.shape[1]} channels")
    return values.reshape(-1, *[1] * (x.ndim - 2))


def apart(y: Array, x: Array) -> Array:
    """`y`, copied if it is a view of `x`: a result holds its own memory and no more."""
    return y.copy() if np.may_share_memory(y, x) else y
