"""Values of pools: which one wins, and what a sum is divided by."""

from collections.abc import Iterator, Sequence
from math import inf, nan, prod
from typing import Any

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.engine.pool import binomial, mirrored
from cnncalc.engine.window import borders
from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.parts import Note, Part, Step, largest_terms, short, signed
from cnncalc.lessons.worked.windows import MOST_CELLS, Under, planes, together, under
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AveragePool,
    Blur,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    MaxUnpool,
)


@works(MaxPool)
def maxpool(task: Task) -> Iterator[Part]:
    """The largest of the window; padding never wins."""
    place = under(task.at[1:], task.op, borders(task.op, task.x[None]), task.x.shape[1:])
    yield from _largest(task, place)


@works(GlobalMaxPool, AdaptiveMaxPool)
def largest_part(task: Task) -> Iterator[Part]:
    """The largest of a part of the map, or of all of it."""
    yield from _largest(task, _part(task))


@works(AveragePool)
def avgpool(task: Task) -> Iterator[Part]:
    """The sum of the window by the cells that count."""
    around = borders(task.op, task.x[None])
    place = under(task.at[1:], task.op, around, task.x.shape[1:])
    counts = _counted(place, around) if task.op.count_include_pad else place.inside
    beyond = prod(map(len, place.cells)) - int(place.inside.sum())
    why = "all cells lie on the input"
    if beyond:
        rule = f"count_include_pad={str(task.op.count_include_pad).lower()}"
        why = f"{int(counts.sum())} of {counts.size} cells count: {rule}"
        if task.op.ceil_mode:
            why += "; what ceil_mode adds beyond the padding never does"
    yield from _averaged(task, place, int(counts.sum()), why)


@works(GlobalAveragePool, AdaptiveAveragePool)
def mean_part(task: Task) -> Iterator[Part]:
    """The mean of a part of the map, or of all of it."""
    place = _part(task)
    yield from _averaged(task, place, prod(map(len, place.cells)), "all cells of the part")


@works(Blur)
def blur(task: Task) -> Iterator[Part]:
    """The window of the mirrored map times the filter, which is not trained."""
    op, x = task.op, task.x
    whole = mirrored(op, x[None])[0]
    place = under(task.at[1:], op, [(0, 0)] * (x.ndim - 1), whole.shape[1:])
    window = place.gather(whole[task.at[0]][None])[0]
    taps = np.ones(())
    for size in op.kernel_size:
        taps = np.multiply.outer(taps, binomial(size))
    moved = [
        tuple(cell - before for cell in cells)
        for cells, (before, _) in zip(place.cells, borders(op, x[None]), strict=True)
    ]
    yield Under(tuple(moved), x.shape[1:]).told(f"channel {task.at[0]}, mirrored at the border")
    parts = (("input", window), ("filter", taps), ("products", window * taps))
    if window.size <= MOST_CELLS:
        yield from planes(f"channel {task.at[0]}", parts)
    result = float((window * taps).sum())
    yield Step("value", "sum of x * filter", f"of {window.size} products", result)


@works(MaxUnpool)
def max_unpool(task: Task) -> Iterator[Part]:
    """The value of the window, where its largest stood; elsewhere 0."""
    op, (x, pooled), (channel, *at) = task.op, task.inputs, task.at
    around = borders(op, pooled[None])
    axes = zip(at, op.stride, around, strict=True)
    outer = [(one + before) // stride for one, stride, (before, _) in axes]
    is_covered = all(
        one < n and cell + before - one * stride < kernel
        for one, n, cell, (before, _), stride, kernel in zip(
            outer, x.shape[1:], at, around, op.stride, op.kernel_size, strict=True
        )
    )
    if not is_covered:
        yield Note("no window lies on this place")
        yield Step("value", "0 elsewhere", "0", 0.0)
        return
    place = under(outer, op, around, pooled.shape[1:])
    yield Note(f"lies in window {','.join(map(str, outer))} of the map that was pooled")
    winner = yield from _windowed(pooled[channel], channel, place)
    if winner == tuple(at):
        value = float(x[(channel, *outer)])
        yield Step("value", "x of the window, as its largest stood here", short(value), value)
    else:
        yield Step("value", f"0: the largest stood at {_place(winner)}", "0", 0.0)


def _part(task: Task) -> Under:
    """The part of the map that an adaptive pool reads; of a global one all of it."""
    outputs = getattr(task.op, "output_size", None) or (1,) * (task.x.ndim - 1)
    axes = zip(task.at[1:], task.x.shape[1:], outputs, strict=True)
    cells = [tuple(range(i * n // m, -(-(i + 1) * n // m))) for i, n, m in axes]
    return Under(tuple(cells), task.x.shape[1:])


def _counted(place: Under, around: Sequence[tuple[int, int]]) -> Array:
    """For each cell whether it lies on the input or its padding."""
    axes = zip(place.cells, place.size, around, strict=True)
    flags = [
        np.array([-before <= cell < n + after for cell in cells], bool)
        for cells, n, (before, after) in axes
    ]
    return together(flags)


def _largest(task: Task, place: Under) -> Iterator[Part]:
    channel = task.at[0]
    yield place.told(f"channel {channel}")
    if not place.inside.any():  # a dilated window may jump over the input
        yield Step("value", "minus infinity: the window lies on padding alone", "", -inf)
        return
    winner = yield from _windowed(task.x[channel], channel, place)
    result = float(task.x[(channel, *winner)])
    cells = int(place.inside.sum())
    words = f"the largest of {cells} values, at {_place(winner)}"
    yield Step("value", words, short(result), result)
    yield Note("its slope is 1 there and 0 for all others")


def _windowed(x: Array, channel: int, place: Under) -> Any:
    """Show a window with its largest value marked, and say where that stands."""
    window = place.gather(x[None], -np.inf)[0]
    spot = np.unravel_index(int(window.argmax()), window.shape)
    marks = np.where(place.inside, "", "padding").astype(object)
    marks[spot] = "chosen"
    shown = np.where(np.isfinite(window), window, 0.0)
    if window.size <= MOST_CELLS:
        yield from planes(f"channel {channel}", (("input", shown),), marks)
    return tuple(cells[int(one)] for cells, one in zip(place.cells, spot, strict=True))


def _averaged(task: Task, place: Under, count: int, why: str) -> Iterator[Part]:
    channel = task.at[0]
    window = place.gather(task.x[channel][None])[0]
    yield place.told(f"channel {channel}")
    if window.size <= MOST_CELLS:
        marks = np.where(place.inside, "", "padding")
        yield from planes(f"channel {channel}", (("input", window),), marks)
    elif window.ndim > 1:
        rows = window.reshape(len(window), -1).sum(axis=1)
        named = [(f"{place.cells[0][one]}", float(value)) for one, value in enumerate(rows)]
        yield largest_terms("sums of the rows", ("row", "sum"), named)
    total = float(window.sum())
    flat = window.ravel().tolist()
    shown = signed(flat) if len(flat) <= 9 else f"of {len(flat):,} values"
    yield Step("sum", "sum of x", shown, total)
    yield Step("divided by", why, "", float(count))
    yield Step(
        "value", "sum / cells", f"{short(total)} / {count}", total / count if count else nan
    )


def _place(place: Sequence[int]) -> str:
    return ",".join(map(str, place))
