"""What the kernels must obey: naive loops, the definition, and laws of convolution.

The loops walk windows, taps and cells one by one; no size and no place comes from a formula.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_laws import (
    Axis,
    Case,
    border,
    cases,
    count_cells,
    deal,
    places,
    transposed,
)

from cnncalc.engine import DEFINITIONS, KERNELS, Array
from cnncalc.engine.base import Index
from cnncalc.engine.count import PRODUCTS, tally
from cnncalc.engine.execute import Step
from cnncalc.graph import Layer
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import RejectedError, Shape, Value, Word

Place = tuple[int, ...]
Tensors = dict[str, Array]


# Windows, walked


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


# Naive loops


def naive_conv(case: Case, x: Array, weight: Array, bias: Array | None, groups: int) -> Array:
    """One example: every output channel, window, input channel and tap, one after the other."""
    taps = places(axis.kernel for axis in case.axes)
    y = np.zeros((len(weight), *counts_along(case)), x.dtype)
    outputs = list(np.ndindex(*y.shape[1:]))
    for taken, made in zip(deal(len(x), groups), deal(len(weight), groups), strict=True):
        for out, (output, under) in product(made, zip(outputs, meets(case), strict=True)):
            total = 0.0 if bias is None else float(bias[out])
            for (local, channel), (place, tap) in product(
                enumerate(taken), zip(under, taps, strict=True)
            ):
                if is_inside(place, case):
                    total += float(x[(channel, *place)]) * float(weight[(out, local, *tap)])
            y[(out, *output)] = total
    return y


def naive_upconv(case: Case, op: Any, x: Array, weight: Array, bias: Array | None) -> Array:
    """One example: every input scattered tap by tap into cells, then the cells cut out."""
    cells: dict[Place, float] = {}
    share = weight.shape[1]
    per_group = len(x) // op.groups
    for channel, place in product(range(len(x)), places(axis.length for axis in case.axes)):
        for local, tap in product(range(share), places(axis.kernel for axis in case.axes)):
            out = channel // per_group * share + local
            at = tuple(
                here * axis.stride + step * axis.dilation
                for axis, here, step in zip(case.axes, place, tap, strict=True)
            )
            term = float(x[(channel, *place)]) * float(weight[(channel, local, *tap)])
            cells[(out, *at)] = cells.get((out, *at), 0.0) + term
    kept = []
    for along, (axis, extra) in enumerate(zip(case.axes, op.output_padding, strict=True), 1):
        reached = list(range(max(key[along] for key in cells) + 1 + extra))
        before, after = border(axis)
        kept.append(reached[before : len(reached) - after])
    y = np.zeros((share * op.groups, *map(len, kept)), x.dtype)
    for out, output in product(range(len(y)), np.ndindex(*y.shape[1:])):
        key = (out, *(cut[at] for cut, at in zip(kept, output, strict=True)))
        y[(out, *output)] = cells.get(key, 0.0) + (0.0 if bias is None else float(bias[out]))
    return y


def naive_pool(case: Case, op: Any, x: Array, *, is_max: bool) -> Array:
    """One example: the values under every window looked at one by one."""
    along = [walk(axis, ceil_mode=op.ceil_mode) for axis in case.axes]
    y = np.zeros((len(x), *map(len, along)), x.dtype)
    windows = list(product(*along))
    for channel, (output, window) in product(
        range(len(x)), zip(np.ndindex(*y.shape[1:]), windows, strict=True)
    ):
        values, cells = [], 0
        for place in product(*window):
            if is_inside(place, case):
                values.append(float(x[(channel, *place)]))
                cells += 1
            elif not is_max and op.count_include_pad:
                # Padding counts, but not what lies beyond it.
                ends = [axis.length + rims(axis)[1] for axis in case.axes]
                cells += all(at < end for at, end in zip(place, ends, strict=True))
        if is_max:
            y[(channel, *output)] = max(values, default=-math.inf)
        else:
            y[(channel, *output)] = sum(values) / cells if cells else math.nan
    return y


def naive_adaptive(x: Array, sizes: Shape, reduce: Callable[[list[float]], float]) -> Array:
    """A part takes every cell that it shares ground with: all are laid out in equal pieces."""
    along = []
    for length, size in zip(x.shape[1:], sizes, strict=True):
        pieces = [cell for cell in range(length) for _ in range(size)]
        along.append([sorted(set(pieces[i * length : (i + 1) * length])) for i in range(size)])
    y = np.zeros((len(x), *sizes), x.dtype)
    for channel, output in product(range(len(x)), np.ndindex(*sizes)):
        cells = product(*(parts[at] for parts, at in zip(along, output, strict=True)))
        y[(channel, *output)] = reduce([float(x[(channel, *cell)]) for cell in cells])
    return y


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def spread_of(values: list[float]) -> float:
    return mean([(value - mean(values)) ** 2 for value in values])


def naive_norm(op: Any, x: Array, tensors: Mapping[str, Array]) -> Array:
    """One example: every value by the mean and the variance of those that it is counted with."""
    y = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        channel, *at = place
        if op.name == "bn":
            middle = float(tensors["running_mean"][channel])
            variance = float(tensors["running_var"][channel])
        else:
            group = next(part for part in companions(op, len(x)) if channel in part)
            where = [tuple(at)] if op.name == "layer_norm" else places(x.shape[1:])
            values = [float(x[(one, *spot)]) for one in group for spot in where]
            middle, variance = mean(values), spread_of(values)
        y[place] = (float(x[place]) - middle) / math.sqrt(variance + op.eps)
        if op.affine:
            y[place] = y[place] * tensors["weight"][channel] + tensors["bias"][channel]
    return y


def companions(op: Any, channels: int) -> list[list[int]]:
    groups = {"layer_norm": 1, "instance_norm": channels}.get(op.name) or op.groups
    return deal(channels, groups)


def naive_lrn(op: Any, x: Array) -> Array:
    y = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        around = range(place[0] - op.size // 2, place[0] - op.size // 2 + op.size)
        near = [float(x[(one, *place[1:])]) for one in around if 0 <= one < len(x)]
        total = op.k + op.alpha * sum(value * value for value in near) / op.size
        y[place] = x[place] / total**op.beta
    return y


def relu6(v: float) -> float:
    return min(max(v, 0.0), 6.0)


def sigmoid(v: float) -> float:
    return 1 / (1 + math.exp(-v))


FUNCTIONS: dict[str, Callable[[Any, float], float]] = {
    "relu": lambda _op, v: v if v > 0 else 0.0,
    "relu6": lambda _op, v: relu6(v),
    "elu": lambda op, v: v if v > 0 else op.alpha * (math.exp(v) - 1),
    "gelu": lambda _op, v: v * (1 + math.erf(v / math.sqrt(2))) / 2,
    "silu": lambda _op, v: v * sigmoid(v),
    "sigmoid": lambda _op, v: sigmoid(v),
    "tanh": lambda _op, v: math.tanh(v),
    "hardswish": lambda _op, v: v * relu6(v + 3) / 6,
    "hardsigmoid": lambda _op, v: relu6(v + 3) / 6,
    "leaky_relu": lambda op, v: v if v > 0 else op.slope * v,
    "dropout": lambda _op, v: v,
}


def naive_function(op: Any, x: Array, tensors: Mapping[str, Array]) -> Array:
    y = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        value = float(x[place])
        if op.name == "softmax":
            total = sum(math.exp(float(x[(one, *place[1:])])) for one in range(len(x)))
            y[place] = math.exp(value) / total
        elif op.name in {"prelu", "scale"}:
            weight = tensors["weight"]
            slope = float(weight[place[0] if len(weight) > 1 else 0])
            y[place] = value if op.name == "prelu" and value > 0 else slope * value
        else:
            y[place] = FUNCTIONS[op.name](op, value)
    return y


def naive_upsample(op: Any, x: Array) -> Array:
    """Axis by axis; every output cell is laid over the input, both cut into equal pieces."""
    for axis in range(1, x.ndim):
        length = x.shape[axis]
        size = op.size[axis - 1] if op.size else length * op.factor[axis - 1]
        rows = []
        for at in range(size):
            if op.mode == "nearest":
                pieces = [cell for cell in range(length) for _ in range(size)]
                rows.append(x.take(pieces[at * length], axis))
                continue
            # The middle of the output in pieces of half an output of half an input cell.
            middle = (2 * at + 1) * length - size
            low, rest = divmod(max(middle, 0), 2 * size)
            share = rest / (2 * size)
            low, high = min(low, length - 1), min(low + 1, length - 1)
            rows.append((1 - share) * x.take(low, axis) + share * x.take(high, axis))
        x = np.stack(rows, axis)
    return x


def naive_shuffle(op: Any, x: Array) -> Array:
    if op.name == "channel_shuffle":
        groups = deal(len(x), op.groups)
        return np.stack([x[channel] for turn in zip(*groups, strict=True) for channel in turn])
    r = op.factor
    y = np.zeros((len(x) // r // r, x.shape[1] * r, x.shape[2] * r), x.dtype)
    for c, i, j in np.ndindex(*y.shape):
        y[c, i, j] = x[c * r * r + (i % r) * r + j % r, i // r, j // r]
    return y


def naive_move(op: Any, x: Array) -> Array:
    if op.name == "flatten":
        return np.array([x[place] for place in np.ndindex(*x.shape)], x.dtype)
    if op.name == "slice":
        return np.stack([x[channel] for channel in range(op.start, op.stop)])
    if op.name == "pad":
        for axis, (before, after) in enumerate(op.amounts, 1):
            zero = np.zeros_like(x.take([0], axis))
            x = np.concatenate([*[zero] * before, x, *[zero] * after], axis)
        return x
    for axis, size in enumerate(op.size, 1):
        kept = list(range(x.shape[axis]))
        while len(kept) > size:
            kept = kept[:-1] if (x.shape[axis] - len(kept)) % 2 == 0 else kept[1:]
        x = x.take(kept, axis)
    return x


def naive_join(op: Any, arrays: Sequence[Array]) -> Array:
    if op.name == "concat":
        return np.stack([channel for one in arrays for channel in one])
    sizes = [max(axis) for axis in zip(*(one.shape for one in arrays), strict=True)]
    y = np.zeros(sizes, arrays[0].dtype)
    for place in np.ndindex(*sizes):
        values = [
            float(one[tuple(at if n > 1 else 0 for at, n in zip(place, one.shape, strict=True))])
            for one in arrays
        ]
        y[place] = sum(values) if op.name == "add" else math.prod(values)
    return y


# Every op, with attributes and inputs


class Use:
    """An op on inputs, and what the loops make of one example."""

    def __init__(
        self, op: Op, inputs: Sequence[Shape], naive: Callable[[list[Array], Tensors], Array]
    ) -> None:
        self.op = op
        self.inputs = tuple(inputs)
        self.naive = naive

    def __repr__(self) -> str:
        return f"{self.op.notation()} on {self.inputs}"


def shapes(axes: Sequence[int], channels: int = 4, longest: int = 4) -> st.SearchStrategy[Shape]:
    return st.sampled_from(list(axes)).flatmap(
        lambda n: st.tuples(st.integers(1, channels), *[st.integers(1, longest)] * n)
    )


@st.composite
def sliding_uses(draw: st.DrawFn, name: str) -> Use:
    if name == "upconv":
        return draw(upconv_uses())
    pools = {"maxpool", "avgpool"}
    case = draw(cases(longest=5, kernel=3, is_dilated=name != "avgpool"))
    if name in pools:
        more: dict[str, Value] = {"ceil_mode": draw(st.booleans())}
        if name == "avgpool":
            more["count_include_pad"] = draw(st.booleans())
        op = case.op(name, **more)
        fits = [max(rims(axis)) < count_cells(axis) for axis in case.axes]
        assume(all(fits) and 0 not in counts_along(case, ceil_mode=bool(more["ceil_mode"])))
        is_max = name == "maxpool"
        shape = case.shape(draw(st.integers(1, 3)))
        return Use(op, [shape], lambda x, _t: naive_pool(case, op, x[0], is_max=is_max))
    assume(0 not in counts_along(case))
    bias = draw(st.booleans())
    if name == "dwconv":
        channels = groups = draw(st.integers(1, 3))
        op = case.op(name, multiplier=draw(st.integers(1, 2)), bias=bias)
    else:
        groups = draw(st.integers(1, 2))
        channels = groups * draw(st.integers(1, 2))
        out = groups * draw(st.integers(1, 2))
        op = case.op(name, out_channels=out, groups=groups, bias=bias)
    return Use(
        op,
        [case.shape(channels)],
        lambda x, t: naive_conv(case, x[0], t["weight"], t.get("bias"), groups),
    )


@st.composite
def upconv_uses(draw: st.DrawFn) -> Use:
    case = draw(transposed())
    groups, bias = draw(st.integers(1, 2)), draw(st.booleans())
    out = groups * draw(st.integers(1, 2))
    op = case.op("upconv", out_channels=out, groups=groups, bias=bias)
    shape = case.shape(groups * draw(st.integers(1, 2)))
    assume(accepts(op, [shape]))
    return Use(op, [shape], lambda x, t: naive_upconv(case, op, x[0], t["weight"], t.get("bias")))


def accepts(op: Op, inputs: Sequence[Shape]) -> bool:
    try:
        op.output_shape(inputs)
    except RejectedError:
        return False
    return True


@st.composite
def plain_uses(draw: st.DrawFn, name: str) -> Use:
    """An op whose attributes are few, on inputs that it takes."""
    kind = OPS[name]
    shape = draw(shapes(kind.axes))
    channels, *size = shape
    axes = len(size)
    attributes: dict[str, Value] = {}
    if name == "linear":
        attributes = {"out_features": draw(st.integers(1, 4)), "bias": draw(st.booleans())}
    elif name.startswith("adaptive"):
        attributes = {"output_size": tuple(draw(st.integers(1, 6)) for _ in size)}
    elif name in {"bn", "layer_norm", "instance_norm", "group_norm"}:
        attributes = {"affine": draw(st.booleans())}
    elif name == "pad":
        amount = st.integers(0, 2)
        attributes = {"amounts": tuple((draw(amount), draw(amount)) for _ in size)}
    elif name == "crop":
        attributes = {"size": tuple(draw(st.integers(1, n)) for n in size)}
    elif name == "slice":
        start = draw(st.integers(0, channels - 1))
        attributes = {"start": start, "stop": draw(st.integers(start + 1, channels))}
    elif name == "upsample":
        between = Word(("linear", "bilinear", "trilinear")[axes - 1])
        attributes = {"mode": draw(st.sampled_from([Word("nearest"), between]))}
        what = draw(st.sampled_from(["factor", "size"]))
        attributes[what] = tuple(draw(st.integers(1, 5)) for _ in size)
    elif name == "pixel_shuffle":
        factor = draw(st.integers(1, 3))
        attributes, shape = {"factor": factor}, (channels * factor * factor, *size)
    elif name == "prelu":
        attributes = {"num_parameters": draw(st.sampled_from([1, channels]))}
    elif name == "lrn":
        # Large enough to be seen: the default is a ten-thousandth.
        attributes = {"size": draw(st.integers(1, 6)), "alpha": 0.7, "k": 1.5}
    if name in {"group_norm", "channel_shuffle"}:
        groups = draw(st.integers(1, 3))
        attributes, shape = {**attributes, "groups": groups}, (groups * channels, *size)
    op = kind(axes, **attributes)
    return Use(op, [shape], lambda x, t: naive_plain(op, x[0], t))


def naive_plain(op: Any, x: Array, tensors: Tensors) -> Array:
    name = op.name
    if name == "linear":
        bias = tensors.get("bias", np.zeros(op.out_features, x.dtype))
        rows = [
            sum(float(a) * float(b) for a, b in zip(x, row, strict=True))
            for row in tensors["weight"]
        ]
        return np.array([row + b for row, b in zip(rows, bias, strict=True)], x.dtype)
    if "pool" in name:
        ones = (1,) * (x.ndim - 1)
        sizes = ones if name.startswith("global") else op.output_size
        return naive_adaptive(x, sizes, max if name.endswith("maxpool") else mean)
    if name in {"bn", "layer_norm", "instance_norm", "group_norm"}:
        return naive_norm(op, x, tensors)
    if name == "lrn":
        return naive_lrn(op, x)
    if name == "upsample":
        return naive_upsample(op, x)
    if name.endswith("shuffle"):
        return naive_shuffle(op, x)
    if name in {"flatten", "slice", "pad", "crop"}:
        return naive_move(op, x)
    return naive_function(op, x, tensors)


@st.composite
def join_uses(draw: st.DrawFn, name: str) -> Use:
    shape = draw(shapes((0, 1, 2, 3)))
    count = draw(st.integers(1, 3))
    if name == "concat":
        inputs = [(draw(st.integers(1, 3)), *shape[1:]) for _ in range(count)]
    else:
        inputs = [tuple(draw(st.sampled_from([1, n])) for n in shape) for _ in range(count)]
    op = OPS[name](len(shape) - 1)
    return Use(op, inputs, lambda x, _t: naive_join(op, x))


def uses(name: str) -> st.SearchStrategy[Use]:
    if name in {"conv", "dwconv", "upconv", "maxpool", "avgpool"}:
        return sliding_uses(name)
    return join_uses(name) if OPS[name].merges else plain_uses(name)


def drawn(
    use: Use, dtype: str, seed: int, *, is_positive: bool = False
) -> tuple[list[Array], Tensors]:
    """Two examples for each input, and the op's tensors."""
    random = np.random.default_rng(seed)

    def values(shape: Shape) -> Array:
        if is_positive:
            return random.uniform(0.5, 1.5, shape).astype(dtype)
        return random.standard_normal(shape).astype(dtype)

    arrays = [values((2, *shape)) for shape in use.inputs]
    shapes_of = {**use.op.parameters(use.inputs), **use.op.buffers(use.inputs)}
    tensors = {name: values(shape) for name, shape in shapes_of.items()}
    if "running_var" in tensors:
        tensors["running_var"] = np.abs(tensors["running_var"]) + 0.5
    return arrays, tensors


@pytest.mark.parametrize("name", sorted(OPS))
@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(["float32", "float64"]), st.integers(0, 2**32))
def test_kernel_is_what_the_loops_make(
    name: str, data: st.DataObject, dtype: str, seed: int
) -> None:
    """And its shape is what the rule says; the definition is held to the same."""
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, dtype, seed)
    wanted = np.stack([use.naive([one[n] for one in arrays], tensors) for n in range(2)])
    for table in (KERNELS, DEFINITIONS):
        if type(use.op) not in table:
            continue
        with np.errstate(all="ignore"):
            got = table[type(use.op)](use.op, *arrays, **tensors)
        assert got.shape[1:] == use.op.output_shape(use.inputs), use
        assert got.dtype == np.dtype(dtype)
        tolerance = 2e-5 if dtype == "float32" else 1e-12
        np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance, err_msg=str(use))


@pytest.mark.parametrize(
    "name", sorted(n for n, kind in OPS.items() if kind.is_elementwise and not kind.passes_on)
)
@settings(deadline=None, max_examples=20)
@given(st.data(), st.integers(0, 2**32))
def test_element_wise_ops_may_write_over_their_input(
    name: str, data: st.DataObject, seed: int
) -> None:
    use = data.draw(uses(name))
    [x], tensors = drawn(use, "float64", seed)
    kernel = KERNELS[type(use.op)]
    apart = kernel(use.op, x, **tensors)
    assert not np.may_share_memory(apart, x)
    over = kernel(use.op, x, **tensors, out=x)
    assert np.may_share_memory(over, x)
    np.testing.assert_array_equal(over, apart)


def test_ops_that_pass_on_hand_out_their_input() -> None:
    x = np.ones((2, 3, 4, 4))
    for kind in OPS.values():
        if kind.passes_on:
            assert np.may_share_memory(KERNELS[kind](kind(2), x), x)


@pytest.mark.parametrize("name", ["conv", "dwconv", "upconv", "linear"])
@settings(deadline=None, max_examples=40)
@given(st.data(), st.integers(0, 2**32))
def test_counted_multiplications_are_the_macs(name: str, data: st.DataObject, seed: int) -> None:
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float64", seed)
    output = use.op.output_shape(use.inputs)
    layer = Layer("layer", (), use.op, ("input",), use.inputs, output)
    made = KERNELS[type(use.op)](use.op, *arrays, **tensors)
    counted = tally(
        PRODUCTS[type(use.op)], Step(layer, arrays, made, is_overwriting=False, held=0), tensors
    )
    assert counted.multiplications == counted.counted == use.op.macs(use.inputs, output)
    assert counted.error < 1e-12


# Which outputs move


def under(case: Case, *, ceil_mode: bool = False) -> dict[Place, set[Place]]:
    """For every input place the outputs whose windows cover it."""
    along = [walk(axis, ceil_mode=ceil_mode) for axis in case.axes]
    outputs = list(np.ndindex(*map(len, along)))
    covering: dict[Place, set[Place]] = {}
    for output, window in zip(outputs, product(*along), strict=True):
        for place in product(*window):
            covering.setdefault(place, set()).add(output)
    return covering


@pytest.mark.parametrize("name", ["conv", "dwconv", "maxpool", "avgpool"])
@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(0, 2**32))
def test_moving_an_input_moves_the_outputs_whose_windows_cover_it(
    name: str, data: st.DataObject, seed: int
) -> None:
    case = data.draw(cases(longest=6, kernel=3, is_dilated=name != "avgpool"))
    assume(0 not in counts_along(case))
    assume(name in {"conv", "dwconv"} or all(max(rims(a)) < count_cells(a) for a in case.axes))
    op = case.op(name, **({"out_channels": 2} if name == "conv" else {}))
    use = Use(op, [case.shape(2)], lambda x, _t: x[0])
    [x], tensors = drawn(use, "float64", seed, is_positive=True)
    place = tuple(data.draw(st.integers(0, axis.length - 1)) for axis in case.axes)
    still = KERNELS[type(op)](op, x, **tensors)
    where: Index = (0, slice(None), *place)
    x[where] += 100
    moved = (KERNELS[type(op)](op, x, **tensors) != still)[0].any(axis=0)
    assert {tuple(map(int, at)) for at in np.argwhere(moved)} == under(case).get(place, set())


MAY_CANCEL = {"upsample", "softmax", "layer_norm", "instance_norm", "group_norm"}
"""An interpolated value at the border, or a group of one value, does not move."""


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if max(kind.axes)))
@settings(deadline=None, max_examples=40)
@given(st.data(), st.integers(0, 2**32))
def test_moving_an_input_moves_what_the_op_says_reads_it(
    name: str, data: st.DataObject, seed: int
) -> None:
    """`reach`, from which receptive fields come, against the kernel; the weights are positive."""
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float64", seed, is_positive=True)
    kernel, x = KERNELS[type(use.op)], arrays[0]
    if x.ndim == 2:
        return
    place = tuple(data.draw(st.integers(0, n - 1)) for n in x.shape[2:])
    before = kernel(use.op, *arrays, **tensors).copy()
    amount = 100 if "maxpool" in name else 0.125
    where: Index = (slice(None), slice(None), *place)
    x[where] += amount * np.arange(1, x.shape[1] + 1)
    moved = kernel(use.op, *arrays, **tensors) != before
    if moved.ndim == 2:
        assert moved.any()
        return
    reach = use.op.reach(use.inputs)
    expected = np.ones(moved.shape[2:], bool)
    for axis, at in enumerate(place):
        outputs, length = moved.shape[axis + 2], x.shape[axis + 2]
        is_stretched = use.op.merges and length == 1
        along = range(outputs) if is_stretched else readers(reach, axis, at, outputs)
        mask = np.isin(np.arange(outputs), list(along))
        expected &= mask.reshape(-1, *[1] * (moved.ndim - axis - 3))
    seen = moved.any(axis=(0, 1))
    assert not (seen & ~expected).any(), use
    assert name in MAY_CANCEL or np.array_equal(seen, expected), use


def readers(reach: Any, axis: int, at: int, outputs: int) -> set[int]:
    """The outputs along an axis that read one input."""
    if reach == "everywhere":
        return set(range(outputs))
    if reach == "same place":
        return {at}
    footprint = reach[axis]
    found = set()
    for output in range(outputs):
        turn, phase = divmod(output, footprint.period)
        if at in {turn * footprint.advance + tap for tap in footprint.taps[phase]}:
            found.add(output)
    return found


# Laws of convolution


def convolve(x: Array, weight: Array, **attributes: Value) -> Array:
    """A convolution of one example without bias."""
    axes = weight.ndim - 2
    kernel = tuple(weight.shape[2:])
    op = OPS["conv"](axes, out_channels=len(weight), kernel_size=kernel, bias=False, **attributes)
    y: Array = KERNELS[type(op)](op, x[None], weight)[0]
    return y


def normal(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).standard_normal(shape)


def assert_same(left: Array, right: Array) -> None:
    np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(shapes((1, 2, 3), channels=5), st.integers(1, 5), st.integers(0, 2**32))
def test_a_1x1_convolution_is_a_dense_layer_at_every_position(
    shape: Shape, made: int, seed: int
) -> None:
    x, weight = normal(seed, *shape), normal(seed + 1, made, shape[0])
    y = convolve(x, weight.reshape(*weight.shape, *[1] * (len(shape) - 1)))
    dense = OPS["linear"](0, out_features=made, bias=False)
    for place in np.ndindex(*shape[1:]):
        at = (slice(None), *place)
        assert_same(y[at], KERNELS[type(dense)](dense, x[at][None], weight)[0])


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2**32))
def test_convolution_commutes_with_a_shift_away_from_borders(
    kernel: int, down: int, right: int, seed: int
) -> None:
    x, weight = normal(seed, 2, 12, 12), normal(seed + 1, 3, 2, kernel, kernel)
    moved = convolve(np.roll(x, (down, right), (1, 2)), weight)
    assert_same(
        moved[:, down:, right:],
        convolve(x, weight)[:, : 13 - kernel - down, : 13 - kernel - right],
    )


def test_pooling_with_a_stride_does_not_commute_with_a_shift() -> None:
    x = normal(0, 1, 1, 12, 12)
    pool = OPS["maxpool"](2, kernel_size=2)
    kernel = KERNELS[type(pool)]
    shifted = kernel(pool, np.roll(x, 1, 3))
    assert not any(
        np.array_equal(shifted[..., 2:5], np.roll(kernel(pool, x), by, 3)[..., 2:5])
        for by in range(6)
    )
    by_its_stride = kernel(pool, np.roll(x, 2, 3))
    np.testing.assert_array_equal(by_its_stride[..., 1:], kernel(pool, x)[..., :-1])


def test_two_stacked_3x3_see_what_one_5x5_sees() -> None:
    base = np.zeros((1, 11, 11))
    seen = []
    for stack in ((3, 3), (5,)):
        found = set()
        for place in np.ndindex(11, 11):
            x: Array = base.copy()
            x[(0, *place)] = 1
            for size in stack:
                x = convolve(x, np.ones((1, 1, size, size)))
            if x[0, 3, 3]:
                found.add(place)
        seen.append(found)
    assert seen[0] == seen[1]
    assert len(seen[0]) == 25


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2**32))
def test_a_grouped_convolution_is_its_towers_side_by_side(
    groups: int, share: int, made: int, seed: int
) -> None:
    x = normal(seed, groups * share, 6, 7)
    weight = normal(seed + 1, groups * made, share, 3, 2)
    towers = [
        convolve(one, part)
        for one, part in zip(np.split(x, groups), np.split(weight, groups), strict=True)
    ]
    assert_same(convolve(x, weight, groups=groups), np.concatenate(towers))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(0, 2**32))
def test_a_dilated_kernel_is_the_kernel_with_zeros_put_in(
    kernel: int, dilation: int, stride: int, seed: int
) -> None:
    x, weight = normal(seed, 2, 11, 10), normal(seed + 1, 3, 2, kernel, kernel)
    wide = weight
    for axis in (2, 3):
        for place in range(kernel - 1, 0, -1):
            for _ in range(dilation - 1):
                wide = np.insert(wide, place, 0, axis)
    dilated = convolve(x, weight, dilation=dilation, stride=stride, padding=1)
    assert_same(dilated, convolve(x, wide, stride=stride, padding=1))


@settings(deadline=None, max_examples=60)
@given(transposed(), st.integers(1, 2), st.integers(1, 2), st.integers(0, 2**32))
def test_transposed_convolution_is_the_adjoint_of_convolution(
    case: Case, groups: int, share: int, seed: int
) -> None:
    """`<conv(u), v> = <u, upconv(v)>` for every `u` and `v`, with one and the same weight."""
    channels, made = groups * share, groups
    op: Any = case.op("upconv", out_channels=made, groups=groups, bias=False)
    shape = case.shape(channels)
    assume(accepts(op, [shape]))
    v = normal(seed, *shape)
    weight = normal(seed + 1, channels, made // groups, *op.kernel_size)
    up = KERNELS[type(op)](op, v[None], weight)[0]
    u = normal(seed + 2, *up.shape)
    plain = {key: getattr(op, key) for key in ("kernel_size", "stride", "padding", "dilation")}
    down = OPS["conv"](len(case.axes), out_channels=channels, groups=groups, bias=False, **plain)
    assume(accepts(down, [up.shape]))
    gathered = KERNELS[type(down)](down, u[None], weight)[0]
    # With an `output_padding` of a stride or more it has outputs that nothing was scattered from.
    assume(gathered.shape == v.shape)
    assert math.isclose(float((gathered * v).sum()), float((u * up).sum()), abs_tol=1e-8)


@settings(deadline=None, max_examples=30)
@given(axes=st.integers(1, 3), bias=st.booleans(), seed=st.integers(0, 2**32))
def test_batch_norm_folds_into_the_convolution_before_it(
    axes: int, seed: int, *, bias: bool
) -> None:
    conv = OPS["conv"](axes, out_channels=4, kernel_size=2, bias=bias)
    folded = OPS["conv"](axes, out_channels=4, kernel_size=2)
    norm: Any = OPS["bn"](axes)
    random = np.random.default_rng(seed)
    x, weight = (
        random.standard_normal((2, 3, *[4] * axes)),
        random.standard_normal((4, 3, *[2] * axes)),
    )
    shift = random.standard_normal(4) if bias else np.zeros(4)
    mean_, gain, offset = random.standard_normal((3, 4))
    variance = random.uniform(0.5, 2, 4)
    after = KERNELS[type(norm)](
        norm,
        KERNELS[type(conv)](conv, x, weight, **({"bias": shift} if bias else {})),
        running_mean=mean_, running_var=variance, weight=gain, bias=offset,
    )  # fmt: skip
    rate = gain / np.sqrt(variance + norm.eps)
    wide = rate.reshape(-1, *[1] * (axes + 1))
    assert_same(
        KERNELS[type(conv)](folded, x, weight * wide, (shift - mean_) * rate + offset), after
    )


def test_the_walk_of_windows_is_not_the_rule() -> None:
    """The oracle's own arithmetic on a case done by hand: 6 cells, 3 taps, a stride of 2."""
    axis = Axis(6, 3, 2, 1, (1, 0))
    assert walk(axis) == [[-1, 0, 1], [1, 2, 3], [3, 4, 5]]
    assert walk(axis._replace(length=5), ceil_mode=True) == [[-1, 0, 1], [1, 2, 3], [3, 4, 5]]
    steps = {b[0] - a[0] for a, b in pairwise(walk(axis))}
    assert steps == {2}


def test_every_op_is_in_the_laws() -> None:
    assert set(KERNELS) == set(OPS.values())
    assert DEFINITIONS.keys() | PRODUCTS.keys() <= KERNELS.keys()
