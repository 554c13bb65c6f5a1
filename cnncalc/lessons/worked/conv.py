"""Values of convolutions, one product after the other."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from cnncalc.analysis.meanings import FLIP
from cnncalc.engine.base import Array, Index
from cnncalc.engine.conv import cropping, groups_of, multiplied, scattered
from cnncalc.engine.window import borders
from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.parts import (
    Note,
    Part,
    Step,
    largest_of,
    largest_terms,
    short,
    signed,
)
from cnncalc.lessons.worked.windows import MOST_CELLS, Under, planes, run, under
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv

MOST_CHANNELS = 4
"""Channels whose windows are all shown; of more, the two that give most."""


@works(Conv, DepthwiseConv)
def conv(task: Task) -> Iterator[Part]:
    """The window of each channel, times the kernel, summed."""
    op, x = task.op, task.x
    place = under(task.at[1:], op, borders(op, x[None]), x.shape[1:])
    weight = multiplied(op, task.tensors["weight"], task.tensors.get("gain"))
    groups = groups_of(op, x[None])
    taken = len(x) // groups
    group = task.at[0] // (len(weight) // groups)
    channels = range(group * taken, (group + 1) * taken)
    whose = f" of group {group}" if groups > 1 and not isinstance(op, DepthwiseConv) else ""
    yield place.told(f"{'channel' if taken == 1 else 'channels'} {run(channels)}{whose}")
    if getattr(op, "standardized", False):
        yield Note("weights are standardized: mean 0, variance 1 over the taps of this channel")
    if prod(op.kernel_size) > 1:
        yield Note(FLIP)
    padding = np.where(place.inside, "", "padding")
    window = place.gather(x)[channels.start : channels.stop]
    yield from products(window, weight[task.at[0]], channels, place, padding=padding)
    yield from total(task, window * weight[task.at[0]])


@works(TransposedConv)
def upconv(task: Task) -> Iterator[Part]:
    """The inputs that fall on the output, each times the weight of the tap that does."""
    op, x = task.op, task.x
    reached = scattered(op, x[None])
    kept = cropping(op, x[None], reached)[1:]
    starts = [one.indices(n)[0] for one, n in zip(kept, reached, strict=True)]
    axes = zip(
        task.at[1:], starts, x.shape[1:], op.kernel_size, op.stride, op.dilation, strict=True
    )
    meeting = [
        [
            (far // s, tap)
            for tap in range(k - 1, -1, -1)
            for far in [place + start - tap * d]
            if far % s == 0 and 0 <= far < n * s
        ]
        for place, start, n, k, s, d in axes
    ]
    cells = tuple(tuple(cell for cell, _ in axis) for axis in meeting)
    taps = tuple(tuple(tap for _, tap in axis) for axis in meeting)
    each = len(x) // op.groups
    group, own = divmod(task.at[0], op.out_channels // op.groups)
    channels = range(group * each, (group + 1) * each)
    if not all(cells):
        yield Note("no input falls on this place: between the strides there is nothing")
        yield from total(task, np.zeros((1, 1)))
        return
    place = Under(cells, x.shape[1:])
    yield place.told(f"channels {run(channels)}, those that fall on it")
    yield Note("weights stand as the inputs meet them: the kernel is turned by 180 degrees")
    part = task.tensors["weight"][channels.start : channels.stop, own]
    met: Index = (slice(None), *np.ix_(*map(list, taps)))
    weight = part[met]
    window = place.gather(x)[channels.start : channels.stop]
    yield from products(window, weight, channels, place)
    yield from total(task, window * weight)


def products(
    window: Array, weight: Array, channels: Sequence[int], place: Under, *, padding: Any = None
) -> Iterator[Part]:
    """Windows, kernels and their products: whole where they are small, else their largest."""
    made = window * weight
    sums = made.reshape(len(made), -1).sum(axis=1)
    cells = prod(made.shape[1:])
    if 1 < cells <= MOST_CELLS:
        shown = list(range(len(channels)))
        if len(channels) > MOST_CHANNELS:
            shown = sorted(np.argsort(-np.abs(sums), kind="stable")[:2].tolist())
        for one in shown:
            parts = (("input", window[one]), ("kernel", weight[one]), ("products", made[one]))
            yield from planes(f"channel {channels[one]}", parts, padding)
    else:
        yield _listed(window, weight, channels, place)
    if len(channels) > 1 and cells > 1:
        rows = [(f"channel {name}", float(value)) for name, value in zip(channels, sums)]  # noqa: B905
        yield largest_terms("sums of the channels", ("", "sum of products"), rows)


def _listed(window: Array, weight: Array, channels: Sequence[int], place: Under) -> Part:
    is_point = prod(window.shape[1:]) == 1

    def told(number: int) -> tuple[str, float, float, float]:
        spot = tuple(map(int, np.unravel_index(number, window.shape)))
        cells = [axis[one] for axis, one in zip(place.cells, spot[1:], strict=True)]
        head = f"channel {channels[spot[0]]}"
        head += "" if is_point else f" at {','.join(map(str, cells))}"
        x, factor = float(window[spot]), float(weight[spot])
        return head, x, factor, x * factor

    made = (window * weight).reshape(-1)
    many = f" (the largest of {len(made):,})" if len(made) > 9 else ""
    return largest_of(f"products{many}", ("", "input", "weight", "product"), made, told)


def total(task: Task, made: Array) -> Iterator[Step]:
    """The sum of products, and the bias."""
    sums = made.reshape(len(made), -1).sum(axis=1)
    result = float(sums.sum())
    shown = signed(sums.tolist()) if 1 < len(sums) <= 6 else f"of {made.size:,} products"
    yield Step("sum", "sum of x * weight", shown, result)
    yield from with_bias(task, result, task.at[0])


def with_bias(task: Task, result: float, place: int) -> Iterator[Step]:
    """The value with the bias of its channel, where there is one."""
    bias = task.tensors.get("bias")
    if bias is None:
        yield Step("value", "sum", short(result), result)
        return
    own = float(bias[place])
    yield Step("value", "sum + bias", signed([result, own]), result + own)
