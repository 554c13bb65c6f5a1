"""Sliding windows, walked one by one: no size and no place comes from a formula."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value, Word
from cnncalc.ops.window import Sliding

Pair = tuple[int, int]
Place = tuple[int, ...]

PADDING_WORDS = ("valid", "half", "full", "same")
PADDING_FORMS = ("number", "each", *PADDING_WORDS)


class Axis(NamedTuple):
    """One spatial axis and what slides along it; the padding (before, after) or a word."""

    length: int
    kernel: int
    stride: int
    dilation: int
    padding: Pair | str


class Case(NamedTuple):
    """The attributes of a sliding op as a spec writes them, and what they mean on each axis."""

    attributes: dict[str, Value]
    axes: tuple[Axis, ...]

    def shape(self, channels: int) -> Shape:
        return (channels, *(axis.length for axis in self.axes))

    def op(self, name: str, **more: Value) -> Sliding:
        op = OPS[name](len(self.axes), **self.attributes, **more)
        assert isinstance(op, Sliding)
        return op


def deal(channels: int, groups: int) -> list[list[int]]:
    return [part.tolist() for part in np.array_split(np.arange(channels), groups)]


def places(sizes: Iterable[int]) -> list[tuple[int, ...]]:
    return list(product(*map(range, sizes)))


def count_cells(axis: Axis) -> int:
    """Cells from the window's first tap to its last, stepping from tap to tap."""
    cells = 1
    for _ in range(axis.kernel - 1):
        for _ in range(axis.dilation):
            cells += 1
    return cells


def border(axis: Axis) -> Pair:
    """The padding in cells.

    `half` has as many as the window has before its middle, `full` as many as there are starts
    before the input from which the window still touches it.
    """
    cells = count_cells(axis)
    if axis.padding == "half":
        amount = sum(cell + cell + 1 < cells for cell in range(cells))
    elif axis.padding == "full":
        amount = sum(start + cells > 0 for start in range(-cells, 0))
    elif axis.padding == "valid":
        amount = 0
    else:
        assert isinstance(axis.padding, tuple)
        return axis.padding
    return amount, amount


def count_windows(axis: Axis, *, ceil_mode: bool = False) -> int:
    """Walk from the first padded cell on, a stride each, and count the windows that fit.

    `same` gives a window to each input at a stride from the first. In `ceil_mode` a window may
    hang over the end by less than a stride, if it starts in front of the trailing padding.
    """
    if axis.padding == "same":
        return sum(place % axis.stride == 0 for place in range(axis.length))
    before, after = border(axis)
    end = axis.length + after
    count = 0
    for start in range(-before, end):
        if (start + before) % axis.stride:
            continue
        overhang = sum(cell >= end for cell in range(start, start + count_cells(axis)))
        if ceil_mode:
            count += overhang < axis.stride and start < axis.length
        else:
            count += overhang == 0
    return count


def walk(axis: Axis, *, ceil_mode: bool = False) -> list[list[int]]:
    """The cells under every window along an axis; those below 0 or past the end are padding.

    A window must lie on the padded input; in `ceil_mode` it may hang over the end by less than a
    stride, if it starts in front of the trailing padding.
    """
    before, after = rims(axis)
    end = axis.length + after
    found = []
    start = -before
    while start < end:
        cells = [start]
        for _ in range(axis.kernel - 1):
            cells.append(cells[-1] + axis.dilation)
        overhang = sum(cell >= end for cell in range(start, cells[-1] + 1))
        if overhang == 0 or (ceil_mode and overhang < axis.stride and start < axis.length):
            found.append(cells)
        start += axis.stride
    return found


def rims(axis: Axis) -> tuple[int, int]:
    """The padding in cells; for `same` as little as gives a window to each strided input."""
    if axis.padding != "same":
        return border(axis)
    wanted = sum(place % axis.stride == 0 for place in range(axis.length))
    before = after = 0
    while len(walk(axis._replace(padding=(before, after)))) < wanted:
        before, after = (before, after + 1) if before == after else (before + 1, after)
    return before, after


def meets(case: Case, *, ceil_mode: bool = False) -> list[list[Place]]:
    """For every output, in order, the places under its window, in the order of the taps."""
    along = [walk(axis, ceil_mode=ceil_mode) for axis in case.axes]
    return [list(product(*window)) for window in product(*along)]


def counts_along(case: Case, *, ceil_mode: bool = False) -> Shape:
    return tuple(len(walk(axis, ceil_mode=ceil_mode)) for axis in case.axes)


def is_inside(place: Place, case: Case) -> bool:
    return all(0 <= at < axis.length for at, axis in zip(place, case.axes, strict=True))


# Every way to write them


@st.composite
def spread(draw: st.DrawFn, most: int, axes: int) -> tuple[Value, list[int]]:
    """A number for all axes, or one for each: as written, and for each axis."""
    each = [draw(st.integers(1, most)) for _ in range(axes)]
    return (each[0], each[:1] * axes) if draw(st.booleans()) else (tuple(each), each)


@st.composite
def paddings(draw: st.DrawFn, forms: Sequence[str], axes: int) -> tuple[Value, list[Any]]:
    """A word, a number for all axes, or a number or pair for each: as written, for each axis."""
    amount = st.integers(0, 3)
    form = draw(st.sampled_from(forms))
    if form in PADDING_WORDS:
        return Word(form), [form] * axes
    if form == "number":
        one = draw(amount)
        return one, [(one, one)] * axes
    each = [draw(amount | st.tuples(amount, amount)) for _ in range(axes)]
    return tuple(each), [item if isinstance(item, tuple) else (item, item) for item in each]


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    longest: int = 12,
    kernel: int = 4,
    padding: Sequence[str] = PADDING_FORMS,
    is_dilated: bool = True,
) -> Case:
    """One to three axes, with every way to write kernel, stride, padding and dilation."""
    axes = draw(st.integers(1, 3))
    lengths = [draw(st.integers(1, longest)) for _ in range(axes)]
    attributes: dict[str, Value] = {}
    attributes["kernel_size"], kernels = draw(spread(kernel, axes))
    attributes["stride"], strides = draw(spread(3, axes))
    attributes["padding"], borders = draw(paddings(padding, axes))
    dilations = [1] * axes
    if is_dilated:
        attributes["dilation"], dilations = draw(spread(3, axes))
    each = zip(lengths, kernels, strides, dilations, borders, strict=True)
    return Case(attributes, tuple(Axis(*axis) for axis in each))


@st.composite
def transposed(draw: st.DrawFn) -> Case:
    """As `cases`, with an `output_padding` below stride or dilation; without `same`."""
    forms = [form for form in PADDING_FORMS if form != "same"]
    case = draw(cases(longest=4, kernel=3, padding=forms))
    extra = [draw(st.integers(0, max(axis.stride, axis.dilation) - 1)) for axis in case.axes]
    return case._replace(attributes={**case.attributes, "output_padding": tuple(extra)})
