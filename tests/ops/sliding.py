"""Ops that slide a window: how the laws draw them, and what walking the windows counts."""

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import Shape, Value
from ops.case import Counts, Tensors, Try, Use, accepts
from ops.naive import mean, naive_conv, naive_pool, naive_upconv, spread_of
from ops.windows import (
    Case,
    border,
    cases,
    count_cells,
    count_windows,
    counts_along,
    deal,
    places,
    rims,
    transposed,
)

# Uses


@st.composite
def conv_uses(draw: st.DrawFn, name: str) -> Use:
    """A convolution or a depthwise one."""
    case = draw(cases(longest=5, kernel=3))
    assume(0 not in counts_along(case))
    bias = draw(st.booleans())
    if name == "dwconv":
        channels = groups = draw(st.integers(1, 3))
        op = case.op(name, multiplier=draw(st.integers(1, 2)), bias=bias)
    else:
        groups = draw(st.integers(1, 2))
        channels = groups * draw(st.integers(1, 2))
        out = groups * draw(st.integers(1, 2))
        kinds: tuple[dict[str, Value], ...] = ({}, STANDARDIZED, {**STANDARDIZED, "gain": True})
        more = draw(st.sampled_from(kinds))
        op = case.op(name, out_channels=out, groups=groups, bias=bias, **more)
    return Use(
        op,
        [case.shape(channels)],
        lambda x, t: naive_conv(case, x[0], weights_of(op, t), t.get("bias"), groups),
    )


STANDARDIZED: dict[str, Value] = {"standardized": True}


def weights_of(op: Any, tensors: Tensors) -> Array:
    """The weights that multiply, one output channel after the other."""
    weight = tensors["weight"]
    if not getattr(op, "standardized", False):
        return weight
    made = np.zeros(weight.shape)
    for out, each in enumerate(weight.astype(float)):
        values = each.ravel().tolist()
        made[out] = (each - mean(values)) / math.sqrt(spread_of(values) + op.eps)
        if op.gain:
            made[out] *= float(tensors["gain"][out]) / math.sqrt(len(values))
    return made


@st.composite
def pool_uses(draw: st.DrawFn, name: str) -> Use:
    """A pool with a window."""
    case = draw(cases(longest=5, kernel=3, is_dilated=name != "avgpool"))
    more: dict[str, Value] = {"ceil_mode": draw(st.booleans())}
    if name == "avgpool":
        more["count_include_pad"] = draw(st.booleans())
    op = case.op(name, **more)
    fits = [max(rims(axis)) < count_cells(axis) for axis in case.axes]
    assume(all(fits) and 0 not in counts_along(case, ceil_mode=bool(more["ceil_mode"])))
    is_max = name == "maxpool"
    shape = case.shape(draw(st.integers(1, 3)))
    return Use(op, [shape], lambda x, _t: naive_pool(case, op, x[0], is_max=is_max))


@st.composite
def upconv_uses(draw: st.DrawFn, name: str) -> Use:
    """A transposed convolution."""
    case = draw(transposed())
    groups, bias = draw(st.integers(1, 2)), draw(st.booleans())
    out = groups * draw(st.integers(1, 2))
    op = case.op(name, out_channels=out, groups=groups, bias=bias)
    shape = case.shape(groups * draw(st.integers(1, 2)))
    assume(accepts(op, [shape]))
    return Use(op, [shape], lambda x, t: naive_upconv(case, op, x[0], t["weight"], t.get("bias")))


# An output for each window that fits


def with_padding_spelled_out(op: Op, inputs: list[Shape]) -> Op:
    """The same op, its padding in cells."""
    resolved: dict[str, Any] = dict(op.resolved(inputs))
    assert isinstance(resolved["padding"], tuple)
    return type(op)(len(inputs[0]) - 1, **resolved)


@st.composite
def convolution_has_an_output_for_each_window_that_fits(draw: st.DrawFn, name: str) -> Try:
    """With every way to write kernel, stride, padding and dilation."""
    case = draw(cases())
    op = case.op(name, **({"out_channels": 2} if name == "conv" else {}))
    inputs = [case.shape(channels=2)]
    counts = tuple(map(count_windows, case.axes))
    if 0 in counts:
        return Try(op, inputs, None, refusal="does not fit")
    same = with_padding_spelled_out(op, inputs)
    return Try(op, inputs, (2, *counts), counts=None, alike=(same,))


@st.composite
def pool_has_an_output_for_each_window_that_fits(draw: st.DrawFn, name: str) -> Try:
    """For free, and no window may lie on padding alone."""
    case = draw(cases(is_dilated=name != "avgpool"))
    ceil_mode = draw(st.booleans())
    op = case.op(name, ceil_mode=ceil_mode)
    inputs = [case.shape(channels=2)]
    counts = tuple(count_windows(axis, ceil_mode=ceil_mode) for axis in case.axes)
    if any(max(border(axis)) >= count_cells(axis) for axis in case.axes if axis.padding != "same"):
        return Try(op, inputs, None, refusal="is not smaller than the window")
    if 0 in counts:
        return Try(op, inputs, None, refusal="does not fit")
    return Try(op, inputs, (2, *counts), alike=(with_padding_spelled_out(op, inputs),))


# What convolutions multiply


def tally_convolution(
    channels: int, out_channels: int, groups: int, case: Case
) -> tuple[int, int]:
    """Inner steps of each group's loops (output channel and place, input channel, tap), and the
    weights that they met."""
    macs = 0
    weights = set()
    outputs = places(map(count_windows, case.axes))
    taps = places(axis.kernel for axis in case.axes)
    for taken, made in zip(deal(channels, groups), deal(out_channels, groups), strict=True):
        for out, _place, channel, tap in product(made, outputs, taken, taps):
            macs += 1
            weights.add((out, channel, tap))
    return macs, len(weights)


@st.composite
def convolution_counts(draw: st.DrawFn, name: str) -> Try:
    """Parameters and MACs, as the loops meet them."""
    case = draw(cases(longest=4, kernel=3))
    groups = draw(st.integers(1, 3))
    share, made = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    bias = draw(st.booleans())
    outputs = tuple(map(count_windows, case.axes))
    assume(all(outputs))
    channels, out_channels = groups * share, groups * made
    gain = draw(st.booleans())
    more = {"gain": True, "standardized": True} if gain else {}
    op = case.op(name, out_channels=out_channels, groups=groups, bias=bias, **more)
    macs, weights = tally_convolution(channels, out_channels, groups, case)
    learned = weights + (out_channels if gain else 0)
    counts = Counts(learned, out_channels if bias else 0, macs=macs)
    return Try(op, [case.shape(channels)], (out_channels, *outputs), counts)


@st.composite
def depthwise_convolution_counts(draw: st.DrawFn, name: str) -> Try:
    """Each channel by itself."""
    case = draw(cases(longest=4, kernel=3))
    channels, multiplier = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    bias = draw(st.booleans())
    outputs = tuple(map(count_windows, case.axes))
    assume(all(outputs))
    op = case.op(name, multiplier=multiplier, bias=bias)
    made = len(places([channels, multiplier]))
    macs, weights = tally_convolution(channels, made, channels, case)
    counts = Counts(weights, made if bias else 0, macs=macs)
    return Try(op, [case.shape(channels)], (made, *outputs), counts)


@st.composite
def groups_that_do_not_divide_are_refused(draw: st.DrawFn, name: str) -> Try:
    """The channels in, and those out."""
    channels, out_channels, groups = (draw(st.integers(1, 6)) for _ in range(3))
    op = OPS[name](1, out_channels=out_channels, kernel_size=1, groups=groups)
    dealt = deal(channels, groups), deal(out_channels, groups)
    if all(len(set(map(len, parts))) == 1 for parts in dealt):
        return Try(op, [(channels, 5)], (out_channels, 5), counts=None)
    return Try(op, [(channels, 5)], None, refusal="groups cannot")


# Transposed convolutions


def scatter(case: Case) -> Iterator[tuple[int, ...]]:
    """Every output cell that a tap reaches from an input place, before any cropping."""
    for place in places(axis.length for axis in case.axes):
        for tap in places(axis.kernel for axis in case.axes):
            yield tuple(
                at * axis.stride + step * axis.dilation
                for axis, at, step in zip(case.axes, place, tap, strict=True)
            )


def sizes_after_scatter(case: Case) -> Shape:
    """Cells up to the last one reached, the output padding put on, the padding cut off."""
    last = [max(along) for along in zip(*scatter(case), strict=True)]
    extras: Any = case.attributes["output_padding"]
    sizes = []
    for axis, end, extra in zip(case.axes, last, extras, strict=True):
        before, after = border(axis)
        cells = [*range(end + 1), *range(extra)][before:]
        sizes.append(len(cells[: max(0, len(cells) - after)]))
    return tuple(sizes)


@st.composite
def transposed_convolution_scatters_every_input(draw: st.DrawFn, name: str) -> Try:
    """Cells that are reached, and what is multiplied on the way."""
    case = draw(transposed())
    groups = draw(st.integers(1, 3))
    share, made = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    bias = draw(st.booleans())
    channels, out_channels = groups * share, groups * made
    op = case.op(name, out_channels=out_channels, groups=groups, bias=bias)
    inputs = [case.shape(channels)]
    sizes = sizes_after_scatter(case)
    if 0 in sizes:
        return Try(op, inputs, None, refusal="crops away the whole")
    macs = 0
    weights = set()
    taps = places(axis.kernel for axis in case.axes)
    origins = places(axis.length for axis in case.axes)
    for taken, outs in zip(deal(channels, groups), deal(out_channels, groups), strict=True):
        for channel, _origin, out, tap in product(taken, origins, outs, taps):
            macs += 1
            weights.add((channel, out, tap))
    counts = Counts(len(weights), out_channels if bias else 0, macs=macs)
    return Try(op, inputs, (out_channels, *sizes), counts)


@st.composite
def transposed_same_makes_a_stride_of_cells_from_each_input(draw: st.DrawFn, name: str) -> Try:
    """If the window has as many."""
    case = draw(cases(longest=6, padding=["same"]))
    op = case.op(name, out_channels=1)
    inputs = [case.shape(channels=1)]
    if any(axis.dilation * (axis.kernel - 1) + 1 < axis.stride for axis in case.axes):
        return Try(op, inputs, None, refusal="outputs of each input: the window has")
    sizes = (len(places([axis.length, axis.stride])) for axis in case.axes)
    return Try(op, inputs, (1, *sizes), counts=None)


@st.composite
def output_padding_stays_below_stride_or_dilation(draw: st.DrawFn, name: str) -> Try:
    """Otherwise it is refused."""
    stride, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    extra = draw(st.integers(1, 6))
    op = OPS[name](
        1, out_channels=1, kernel_size=2, stride=stride, dilation=dilation, output_padding=extra
    )
    if extra >= stride and extra >= dilation:
        return Try(op, [(1, 3)], None, refusal="`output_padding` is")
    reached = {at * stride + tap * dilation for at in range(3) for tap in range(2)}
    cells = [*range(max(reached) + 1), *range(extra)]
    return Try(op, [(1, 3)], (1, len(cells)), counts=None)
