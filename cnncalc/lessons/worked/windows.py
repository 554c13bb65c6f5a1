"""What lies under a window: where its cells are, and which of them lie on the input."""

from collections.abc import Sequence
from functools import reduce
from itertools import product

import numpy as np

from cnncalc.engine.base import Array, Index
from cnncalc.lessons.worked.parts import Matrices, Note, matrix
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.records import Record

MOST_CELLS = 49
"""Cells of a window that is shown whole."""

WORDS = {"length": "positions", "depth": "planes", "height": "rows", "width": "columns"}


class Under(Record):
    """The cells under a window.

    Attributes:
        cells: for each axis where its cells are; below 0 and beyond the input is padding.
        size: the lengths of the input's axes.
    """

    cells: tuple[tuple[int, ...], ...]
    size: tuple[int, ...]

    @property
    def inside(self) -> Array:
        """For each cell whether it lies on the input."""
        axes = zip(self.cells, self.size, strict=True)
        flags = [np.array([0 <= cell < n for cell in cells], bool) for cells, n in axes]
        return together(flags)

    def gather(self, x: Array, beyond: float = 0.0) -> Array:
        """What lies under the window of each channel, `C *kernel`."""
        axes = zip(self.cells, self.size, strict=True)
        places = [np.clip(cells, 0, n - 1).astype(int) for cells, n in axes]
        index: Index = (slice(None), *np.ix_(*places))
        taken: Array = np.where(self.inside, x[index], beyond)
        return taken

    def told(self, channels: str) -> Note:
        """The sentence that says what is read."""
        names = AXIS_NAMES[len(self.size) + 1][1:]
        axes = [
            f"{WORDS[name]} {run(cells)}" for name, cells in zip(names, self.cells, strict=True)
        ]
        return Note(f"reads {', '.join(axes)} of {channels}")


def together(flags: Sequence[Array]) -> Array:
    """For each cell of a box whether all of its axes say yes."""
    return reduce(np.logical_and.outer, flags)


def run(cells: Sequence[int]) -> str:
    """Places in words: `2 to 4`, or one by one where they are apart.

    Example:
        >>> run([2, 3, 4]), run([0, 2, 4]), run([7])
        ('2 to 4', '0, 2, 4', '7')
    """
    if len(cells) > 1 and [*cells] == [*range(cells[0], cells[0] + len(cells))]:
        return f"{cells[0]} to {cells[-1]}"
    if len(cells) > 12:
        return f"{', '.join(map(str, cells[:10]))}, ... {cells[-1]}"
    return ", ".join(map(str, cells)) or "none"


def under(
    at: Sequence[int], op: object, around: Sequence[tuple[int, int]], size: Sequence[int]
) -> Under:
    """The cells under the window of an output of a sliding op, its padding in numbers."""
    kernel, stride = getattr(op, "kernel_size"), getattr(op, "stride")  # noqa: B009
    dilation = getattr(op, "dilation", None) or (1,) * len(kernel)
    axes = zip(at, kernel, stride, dilation, around, strict=True)
    cells = [
        tuple(range(p * s - before, p * s - before + k * d, d)) for p, k, s, d, (before, _) in axes
    ]
    return Under(tuple(cells), tuple(size))


def planes(
    title: str, parts: Sequence[tuple[str, Array]], marks: Array | None = None
) -> list[Matrices]:
    """Arrays of one shape side by side; of three axes one for each plane.

    Args:
        title: what they belong to.
        parts: their names and values.
        marks: a word for each value of the first.
    """
    shape = parts[0][1].shape
    outer = list(product(*map(range, shape[:-2])))
    made = []
    for where in outer:
        head = title + "".join(f", plane {one}" for one in where)
        found = [
            matrix(name, values[where], marks[where] if marks is not None and not place else None)
            for place, (name, values) in enumerate(parts)
        ]
        made.append(Matrices(head, tuple(found)))
    return made
