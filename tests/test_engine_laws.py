"""What the kernels must obey: naive loops, the definition, and laws of convolution."""

import math
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ops.case import Use, accepts, drawn, few
from ops.table import CASES, uses
from ops.windows import Axis, Case, Place, cases, count_cells, counts_along, rims, transposed, walk

from cnncalc.engine import DEFINITIONS, KERNELS, Array
from cnncalc.engine.base import Index
from cnncalc.engine.count import PRODUCTS, tally
from cnncalc.engine.execute import Step
from cnncalc.engine.taps import with_plain_weights
from cnncalc.graph import Layer
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value


@pytest.mark.parametrize("name", sorted(OPS))
@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(["float32", "float64"]), st.integers(0, 2**32))
def test_kernel_is_what_the_loops_make(
    name: str, data: st.DataObject, dtype: str, seed: int
) -> None:
    """And its shape is what the rule says; the definition is held to the same."""
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, dtype, seed)
    if not (arrays or tensors):
        dtype = "float32"  # of a fixed tensor, which takes no type from others
    wanted = np.stack([use.naive([one[n] for one in arrays], tensors) for n in range(2)])
    for table in (KERNELS, DEFINITIONS):
        if type(use.op) not in table:
            continue
        with np.errstate(all="ignore"):
            got = table[type(use.op)](use.op, *arrays, **tensors)
        if not arrays:
            got = np.broadcast_to(got, (2, *got.shape[1:])).astype(dtype)
        assert got.shape[1:] == use.op.output_shape(use.inputs), use
        assert got.dtype == np.dtype(dtype)
        tolerance = 2e-5 if dtype == "float32" else 1e-12
        np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance, err_msg=str(use))


@pytest.mark.parametrize(
    "name", sorted(n for n, kind in OPS.items() if kind.is_elementwise and not kind.is_view)
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
    for name, kind in OPS.items():
        if (
            kind.is_view
            and not kind.is_source
            and name not in {"as_map", "reshape", "split_heads"}
        ):
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


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if max(kind.axes)))
@settings(deadline=None, max_examples=40)
@given(st.data(), st.integers(0, 2**32))
def test_moving_an_input_moves_what_the_op_says_reads_it(
    name: str, data: st.DataObject, seed: int
) -> None:
    """`reach`, from which receptive fields come, against the kernel; the weights are positive."""
    use = data.draw(uses(name))
    # Standardized weights are of both signs, and of one tap 0.
    use.op = with_plain_weights(use.op)
    arrays, tensors = drawn(use, "float64", seed, is_positive=True)
    if not arrays or arrays[0].ndim == 2:
        return
    kernel, x = KERNELS[type(use.op)], arrays[0]
    place = tuple(data.draw(st.integers(0, n - 1)) for n in x.shape[2:])
    before = kernel(use.op, *arrays, **tensors).copy()
    amount = 100 if "maxpool" in name else 0.125
    where: Index = (slice(None), slice(None), *place)
    x[where] += amount * np.arange(1, x.shape[1] + 1)
    moved = kernel(use.op, *arrays, **tensors) != before
    apart = use.op.reaches(use.inputs) if use.op.merges else None
    reach = apart[0] if apart else use.op.reach(use.inputs)
    if moved.ndim == 2 or reach == "untold":
        assert moved.any() or CASES[name].may_cancel
        return
    expected = np.ones(moved.shape[2:], bool)
    for axis, at in enumerate(place):
        outputs, length = moved.shape[axis + 2], x.shape[axis + 2]
        is_stretched = use.op.merges and length == 1 and not apart
        along = range(outputs) if is_stretched else readers(reach, axis, at, outputs)
        mask = np.isin(np.arange(outputs), list(along))
        expected &= mask.reshape(-1, *[1] * (moved.ndim - axis - 3))
    seen = moved.any(axis=(0, 1))
    assert not (seen & ~expected).any(), use
    # Of a window one output takes the value; which one the other input says.
    assert CASES[name].may_cancel or apart or np.array_equal(seen, expected), use


def readers(reach: Any, axis: int, at: int, outputs: int) -> set[int]:
    """The outputs along an axis that read one input."""
    footprint: Any = reach if isinstance(reach, str) else reach[axis]
    if footprint == "everywhere":
        return set(range(outputs))
    if footprint == "same place":
        return {at}
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
@given(few((1, 2, 3), channels=5), st.integers(1, 5), st.integers(0, 2**32))
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
