"""Ranges of input sizes: `3x{224..320:32}x{224..320:32}`."""

import re
from collections.abc import Mapping
from itertools import product
from math import prod

from cnncalc.diagnostics import Span
from cnncalc.facts import MOST_AXES
from cnncalc.ops.values import LARGEST, Shape
from cnncalc.records import Record

MOST_SIZES = 1000
"""Inputs that one range may have: every one of them is expanded."""

LONGEST = 200
"""Characters of a range."""

SHAPES_A_STEP = 2
"""Shapes that are listed and sorted."""

Axes = tuple[range, ...]
"""The lengths that each axis may have."""


class InputSizes(Record):
    """The inputs at which a budget must hold.

    Attributes:
        axes: by the label of the input, None for an input without one.
        text: as it is written.
    """

    axes: Mapping[str | None, Axes]
    text: str
    span: Span

    @property
    def steps(self) -> int:
        """What it takes to list and sort every input, in the steps that a file may take."""
        return 1 + count_sizes(self.axes) * len(self.axes) // SHAPES_A_STEP

    def shapes(self) -> list[dict[str | None, Shape]]:
        """Every input, that of the fewest values first."""
        each = [list(product(*axes)) for axes in self.axes.values()]
        chosen = sorted(product(*each), key=lambda shapes: (sum(map(prod, shapes)), shapes))
        return [dict(zip(self.axes, shapes, strict=True)) for shapes in chosen]


def count_sizes(axes: Mapping[str | None, Axes]) -> int:
    """How many inputs the lengths of all axes make together."""
    return prod(len(axis) for each in axes.values() for axis in each)


def read_axes(text: str) -> Axes:
    """The lengths of each axis, in the order of the axes.

    Example:
        >>> read_axes("3x{224..320:32}x224")
        (range(3, 4), range(224, 321, 32), range(224, 225))

    Raises:
        ValueError: it is no shape; the text says why.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a shape has more than {LONGEST} characters")
    if not text.strip():
        raise ValueError("a shape is missing")
    axes = tuple(_read_axis(axis.strip(), text) for axis in text.split("x"))
    if len(axes) > MOST_AXES:
        raise ValueError(f"`{text}` has {len(axes)} axes; an input has {MOST_AXES} at most")
    return axes


_NUMBER = "([0-9][0-9_]*)"
_RANGE = re.compile(rf"\{{ *{_NUMBER} *\.\. *{_NUMBER} *(?:: *{_NUMBER} *)?\}}")


def _read_axis(axis: str, text: str) -> range:
    if re.fullmatch(_NUMBER, axis):
        length = _length(axis)
        return range(length, length + 1)
    found = _RANGE.fullmatch(axis)
    if found is None:
        if "," in text:
            raise ValueError(
                f"`{text}` is no shape: it takes one range a length, `{{96..128:32}}`"
            )
        raise ValueError(
            f"`{axis}` in `{text}` is not a length" if axis else f"missing length in `{text}`"
        )
    first, last = _length(found[1]), _length(found[2])
    step = _length(found[3] or "1")
    if first > last:
        raise ValueError(f"empty range `{axis}`")
    if (last - first) % step:
        below = last - (last - first) % step
        reason = f"they go from {below:,} to {below + step:,}"
        raise ValueError(f"the steps of `{axis}` do not reach {last:,}: {reason}")
    return range(first, last + 1, step)


def _length(digits: str) -> int:
    length = int(digits.replace("_", ""))
    if not 1 <= length <= LARGEST:
        raise ValueError(f"`{digits}` is not a length from 1 to {LARGEST:,}")
    return length
