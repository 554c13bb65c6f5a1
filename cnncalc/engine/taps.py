"""Which inputs of an op reach which outputs along one axis, found by running its kernel.

An op along one axis moves on evenly: `advance` inputs later, `period` outputs later, the same
happens. So a kernel is run on a map that goes on for some turns before and after the real one,
with one row moved of each phase, and what moves tells the taps of all outputs on an endless map.
"""

from collections.abc import Sequence
from functools import cache
from math import gcd
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.engine.base import (
    DEALT,
    KERNELS,
    MARKED,
    PLACE,
    SCALED,
    SHIFTED,
    SPREAD,
    WHOLE,
    WINDOWED,
    Array,
    reads_of,
)
from cnncalc.engine.window import borders, extent
from cnncalc.ops import Op
from cnncalc.ops.conv import STANDARD_EPS


def reads_all(op: Op, place: int, axes: int) -> bool:
    """Whether every output reads the whole axis, or rows of which nothing is told."""
    return reads_of(op, place, axes) in {WHOLE, DEALT}


def reads_some(op: Op, place: int, axes: int) -> bool:
    """Whether an output reads some rows, and not only the one in its place."""
    return reads_of(op, place, axes) not in {PLACE, WHOLE, DEALT}


class Taps(NamedTuple):
    """The rows that outputs read: output `q*period + r` reads `q*advance + tap` of `taps[r]`."""

    period: int
    advance: int
    taps: tuple[tuple[int, ...], ...]


AS_THEY_ARE: dict[str, Any] = {"standardized": False, "gain": False, "eps": STANDARD_EPS}
"""Weights of one would all be 0 if they were standardized."""


@cache
def with_plain_weights(op: Op) -> Op:
    """An op whose weights are not changed before they multiply."""
    held = {name: getattr(op, name) for name in op.attributes}
    if not held.get("standardized"):
        return op
    return type(op)(len(held["kernel_size"]), **{**held, **AS_THEY_ARE})


@cache
def alone(op: Op, place: int, **changes: Any) -> Op:
    """An op as it is along one of its axes, with one channel and no bias."""
    held = {
        name: value[place : place + 1] if isinstance(value, tuple) and value else value
        for name, value in ((name, getattr(op, name)) for name in op.attributes)
    }
    single = {"groups": 1, "out_channels": 1, "multiplier": 1, "bias": False, "heads": 1}
    if "standardized" in held:
        single |= AS_THEY_ARE
    held.update((name, value) for name, value in single.items() if name in held)
    if "axis" in held:
        held["axis"] = "length"
    return type(op)(1, **{**held, **changes})


def reached(op: Any, marks: Array, *others: Array) -> Array:
    """The marks, 0 or 1, that the kernel of an op along one axis gives for marks `N 1 length`."""
    compute = KERNELS[type(op)]
    with np.errstate(all="ignore"):  # windows on padding alone have no mean
        if type(op) in MARKED:
            y = MARKED[type(op)](op, marks, *others)
        elif "bias" in op.attributes:
            y = compute(op, marks, np.ones((1, 1, *op.kernel_size), marks.dtype))
        elif 1 not in op.axes:  # between channels and space: as many of both as it takes
            shape = (len(marks), op.factor**2, marks.shape[2], op.factor)
            y = compute(op, np.broadcast_to(marks[..., None], shape)).max(axis=(1, 3))[:, None]
        else:
            y = compute(op, marks)
    return (y > 0).astype(marks.dtype)


def each_taps(op: Op, place: int, lengths: tuple[int, ...]) -> tuple[Taps, ...]:
    """The rows that an op reads of each input along an axis of so many rows, likewise.

    Raises:
        ValueError: the kernel does not run on axes of these lengths.
    """
    if reads_of(op, place) != SPREAD:
        return (taps_of(op, place, lengths[0]),)
    own: Any = alone(op, place)
    [stride] = own.stride
    turns = 2
    blank = [np.zeros((1, 1, n + 2 * turns * pace), np.float32)
             for n, pace in zip(lengths, (1, stride), strict=True)]  # fmt: skip
    found = []
    for number, pace in enumerate((1, stride)):
        marks = np.repeat(blank[number], pace, axis=0)
        marks[np.arange(pace), 0, turns * pace + np.arange(pace)] = 1
        both = [np.repeat(one, pace, axis=0) for one in blank]
        both[number] = marks
        found.append(_seen(reached(own, *both), stride, pace, turns))
    return tuple(found)


def taps_of(op: Op, place: int, length: int) -> Taps:
    """The rows that an op reads along an axis of so many rows, as if the map had no ends.

    Raises:
        ValueError: the kernel does not run on an axis of this length.
    """
    own = alone(op, place)
    outputs = reached(own, np.zeros((1, 1, length), np.float32)).shape[2]
    period, advance, turns = _pace(own, length, outputs)
    for name in ("size", "output_size"):
        if getattr(own, name, None) is not None:
            own = alone(op, place, **{name: (outputs + 2 * turns * period,)})
    if (stop := getattr(own, "stop", None)) is not None:
        own = alone(op, place, stop=stop + 2 * turns)
    marks = np.zeros((advance, 1, length + 2 * turns * advance), np.float32)
    for row in range(advance):
        marks[row, 0, turns * advance + row] = 1
    return _seen(reached(own, marks), period, advance, turns)


def _seen(moved: Array, period: int, advance: int, turns: int) -> Taps:
    """The taps, from what moves with a row of each phase on a map with so many turns before."""
    seen: list[list[int]] = [[] for _ in range(period)]
    for row, output in zip(*np.nonzero(moved[:, 0]), strict=True):
        turn, phase = divmod(int(output) - turns * period, period)
        seen[phase].append(int(row) - turn * advance)
    return Taps(period, advance, tuple(tuple(sorted(each)) for each in seen))


def _pace(own: Any, length: int, outputs: int) -> tuple[int, int, int]:
    """The period and the advance of an op, and the turns that bring its outputs off the border."""
    reads = reads_of(own)
    if reads == SHIFTED:
        return 1, 1, abs(length - outputs) + 1
    if reads == WINDOWED:
        return own.window[0], own.window[0], 2
    if reads == SCALED:
        common = gcd(length, outputs)
        return outputs // common, length // common, 2
    [stride] = own.stride
    dilation = own.dilation[0] if own.dilation else 1
    around = sum(borders(own, np.empty((1, 1, length), np.float32))[0])
    turns = (extent(own.kernel_size[0], dilation) + around) // stride + 2
    return (stride, 1, turns) if "output_padding" in own.attributes else (1, stride, turns)


def is_blind(op: Op, place: int, sizes: Sequence[tuple[int, ...]]) -> bool:
    """Whether some output along an axis reads no row of the maps, but padding or nothing."""
    if not reads_some(op, place, len(sizes[0])):
        return False
    ones = [np.ones((1, 1, size[place]), np.float32) for size in sizes]
    return not reached(alone(op, place), *ones).all()


def rows_read(taps: Taps, outputs: npt.NDArray[np.int64]) -> list[tuple[Any, Any]]:
    """For each tap of each phase: where its outputs stand among these, and the rows it reads."""
    turns, phases = np.divmod(outputs, taps.period)
    found = []
    for phase, each in enumerate(taps.taps):
        where = np.flatnonzero(phases == phase)
        found += [(where, turns[where] * taps.advance + tap) for tap in each if len(where)]
    return found
