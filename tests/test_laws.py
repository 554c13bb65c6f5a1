"""The rules of every op against counting: windows, taps and cells are walked one by one, or NumPy
does the operation on a small array; no size is computed by a formula."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import cycle, product
from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnncalc.analysis.costs import cost
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import RejectedError, Shape, Value, Word
from cnncalc.ops.window import Sliding

Array = npt.NDArray[np.float64]
Pair = tuple[int, int]

PADDING_WORDS = ("valid", "half", "full", "same")
PADDING_FORMS = ("number", "each", *PADDING_WORDS)

covered: set[str] = set()


def ops(*names: str) -> st.SearchStrategy[str]:
    """One of the ops that a law is about; all of them count as covered."""
    covered.update(names)
    return st.sampled_from(names)


class Counts(NamedTuple):
    """What an op costs."""

    weights: int = 0
    biases: int = 0
    buffers: int = 0
    macs: int = 0


def counts_of(op: Op, inputs: list[Shape]) -> Counts:
    counted = cost(op, tuple(inputs), op.output_shape(inputs))
    return Counts(*(getattr(counted, name) for name in Counts._fields))


def test_every_op_has_a_law() -> None:
    assert set(OPS) == covered


# Sliding windows


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


def with_padding_spelled_out(op: Op, inputs: list[Shape]) -> Op:
    resolved: dict[str, Any] = dict(op.resolved(inputs))
    assert isinstance(resolved["padding"], tuple)
    return type(op)(len(inputs[0]) - 1, **resolved)


@settings(deadline=None, max_examples=400)
@given(ops("conv", "dwconv"), cases())
def test_convolution_has_an_output_for_each_window_that_fits(name: str, case: Case) -> None:
    op = case.op(name, **({"out_channels": 2} if name == "conv" else {}))
    inputs = [case.shape(channels=2)]
    counts = tuple(map(count_windows, case.axes))
    if 0 in counts:
        with pytest.raises(RejectedError, match="does not fit"):
            op.output_shape(inputs)
        return
    assert op.output_shape(inputs) == (2, *counts)
    assert with_padding_spelled_out(op, inputs).output_shape(inputs) == (2, *counts)


@settings(deadline=None, max_examples=400)
@given(
    pool=st.tuples(ops("maxpool"), cases()) | st.tuples(ops("avgpool"), cases(is_dilated=False)),
    ceil_mode=st.booleans(),
)
def test_pool_has_an_output_for_each_window_that_fits(
    pool: tuple[str, Case], *, ceil_mode: bool
) -> None:
    name, case = pool
    op = case.op(name, ceil_mode=ceil_mode)
    inputs = [case.shape(channels=2)]
    counts = tuple(count_windows(axis, ceil_mode=ceil_mode) for axis in case.axes)
    if any(max(border(axis)) >= count_cells(axis) for axis in case.axes if axis.padding != "same"):
        refusal = "without an input"
    elif 0 in counts:
        refusal = "does not fit"
    else:
        assert counts_of(op, inputs) == Counts()
        assert with_padding_spelled_out(op, inputs).output_shape(inputs) == (2, *counts)
        return
    with pytest.raises(RejectedError, match=refusal):
        op.output_shape(inputs)


@settings(deadline=None)
@given(ops("maxpool", "avgpool"), st.integers(1, 3), st.integers(1, 5))
def test_pool_steps_by_its_kernel_unless_told(name: str, axes: int, kernel: int) -> None:
    pool = OPS[name]
    assert pool(axes, kernel_size=kernel) == pool(axes, kernel_size=kernel, stride=kernel)


@settings(deadline=None, max_examples=200)
@given(ops("conv", "dwconv", "maxpool"), cases(padding=["same"]))
def test_same_pads_as_little_as_it_can_and_an_odd_cell_goes_to_the_end(
    name: str, case: Case
) -> None:
    more: dict[str, Value] = {"out_channels": 1} if name == "conv" else {}
    windows = case.op(name, **more).windows([case.shape(channels=1)])
    for axis, window in zip(case.axes, windows, strict=True):
        before, after = window.before, window.after
        wanted = count_windows(axis)
        assert after - before in {0, 1}
        assert count_windows(axis._replace(padding=(before, after))) == wanted
        if after:
            less = axis._replace(padding=(before, after - 1))
            assert count_windows(less) < wanted


# What convolutions and dense layers multiply


def deal(channels: int, groups: int) -> list[list[int]]:
    return [part.tolist() for part in np.array_split(np.arange(channels), groups)]


def places(sizes: Iterable[int]) -> list[tuple[int, ...]]:
    return list(product(*map(range, sizes)))


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


@settings(deadline=None, max_examples=150)
@given(
    name=ops("conv"),
    case=cases(longest=4, kernel=3),
    groups=st.integers(1, 3),
    share=st.integers(1, 2),
    made=st.integers(1, 2),
    bias=st.booleans(),
)
def test_convolution_counts(
    name: str, case: Case, groups: int, share: int, made: int, *, bias: bool
) -> None:
    assume(all(map(count_windows, case.axes)))
    channels, out_channels = groups * share, groups * made
    op = case.op(name, out_channels=out_channels, groups=groups, bias=bias)
    macs, weights = tally_convolution(channels, out_channels, groups, case)
    biases = out_channels if bias else 0
    assert counts_of(op, [case.shape(channels)]) == Counts(weights, biases, macs=macs)


@settings(deadline=None, max_examples=100)
@given(
    name=ops("dwconv"),
    case=cases(longest=4, kernel=3),
    channels=st.integers(1, 4),
    multiplier=st.integers(1, 3),
    bias=st.booleans(),
)
def test_depthwise_convolution_counts(
    name: str, case: Case, channels: int, multiplier: int, *, bias: bool
) -> None:
    assume(all(map(count_windows, case.axes)))
    op = case.op(name, multiplier=multiplier, bias=bias)
    made = len(places([channels, multiplier]))
    macs, weights = tally_convolution(channels, made, channels, case)
    inputs = [case.shape(channels)]
    assert counts_of(op, inputs) == Counts(weights, made if bias else 0, macs=macs)
    assert op.output_shape(inputs)[0] == made


@settings(deadline=None)
@given(ops("conv", "upconv"), *[st.integers(1, 6)] * 3)
def test_groups_that_do_not_divide_are_refused(
    name: str, channels: int, out_channels: int, groups: int
) -> None:
    op = OPS[name](1, out_channels=out_channels, kernel_size=1, groups=groups)
    dealt = deal(channels, groups), deal(out_channels, groups)
    if all(len(set(map(len, parts))) == 1 for parts in dealt):
        assert op.output_shape([(channels, 5)]) == (out_channels, 5)
        return
    with pytest.raises(RejectedError, match="groups cannot"):
        op.output_shape([(channels, 5)])


@st.composite
def transposed(draw: st.DrawFn) -> Case:
    """As `cases`, with an `output_padding` below stride or dilation; without `same`."""
    forms = [form for form in PADDING_FORMS if form != "same"]
    case = draw(cases(longest=4, kernel=3, padding=forms))
    extra = [draw(st.integers(0, max(axis.stride, axis.dilation) - 1)) for axis in case.axes]
    return case._replace(attributes={**case.attributes, "output_padding": tuple(extra)})


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


@settings(deadline=None, max_examples=200)
@given(
    name=ops("upconv"),
    case=transposed(),
    groups=st.integers(1, 3),
    share=st.integers(1, 2),
    made=st.integers(1, 2),
    bias=st.booleans(),
)
def test_transposed_convolution_scatters_every_input(
    name: str, case: Case, groups: int, share: int, made: int, *, bias: bool
) -> None:
    channels, out_channels = groups * share, groups * made
    op = case.op(name, out_channels=out_channels, groups=groups, bias=bias)
    inputs = [case.shape(channels)]
    sizes = sizes_after_scatter(case)
    if 0 in sizes:
        with pytest.raises(RejectedError, match="crops all"):
            op.output_shape(inputs)
        return
    macs = 0
    weights = set()
    taps = places(axis.kernel for axis in case.axes)
    origins = places(axis.length for axis in case.axes)
    for taken, outs in zip(deal(channels, groups), deal(out_channels, groups), strict=True):
        for channel, _origin, out, tap in product(taken, origins, outs, taps):
            macs += 1
            weights.add((channel, out, tap))
    biases = out_channels if bias else 0
    assert op.output_shape(inputs) == (out_channels, *sizes)
    assert counts_of(op, inputs) == Counts(len(weights), biases, macs=macs)


@settings(deadline=None)
@given(ops("upconv"), cases(longest=6, padding=["same"]))
def test_transposed_same_makes_a_stride_of_cells_from_each_input(name: str, case: Case) -> None:
    op = case.op(name, out_channels=1)
    if any(axis.dilation * (axis.kernel - 1) + 1 < axis.stride for axis in case.axes):
        with pytest.raises(RejectedError, match="outputs of each input: the window has"):
            op.output_shape([case.shape(channels=1)])
        return
    sizes = (len(places([axis.length, axis.stride])) for axis in case.axes)
    assert op.output_shape([case.shape(channels=1)]) == (1, *sizes)


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6))
def test_output_padding_stays_below_stride_or_dilation(
    stride: int, dilation: int, extra: int
) -> None:
    op = OPS["upconv"](
        1, out_channels=1, kernel_size=2, stride=stride, dilation=dilation, output_padding=extra
    )
    if extra < stride or extra < dilation:
        op.output_shape([(1, 3)])
        return
    with pytest.raises(RejectedError, match="`output_padding` is"):
        op.output_shape([(1, 3)])


@settings(deadline=None)
@given(
    name=ops("linear"),
    features=st.integers(1, 30),
    out_features=st.integers(1, 30),
    bias=st.booleans(),
)
def test_dense_layer_multiplies_every_pair(
    name: str, features: int, out_features: int, *, bias: bool
) -> None:
    op = OPS[name](0, out_features=out_features, bias=bias)
    pairs = len(places([features, out_features]))
    expected = Counts(pairs, out_features if bias else 0, macs=pairs)
    assert counts_of(op, [(features,)]) == expected
    applied = np.ones((out_features, features)) @ np.ones(features)
    assert op.output_shape([(features,)]) == applied.shape


# Ops that NumPy does on a small array


def values(shape: Shape) -> Array:
    return np.linspace(-2, 2, prod(shape)).reshape(shape)


def assert_moves_as(
    op: Op, inputs: list[Shape], run: Callable[[], Array], refusal: str | None = None
) -> None:
    """The op gives the shape that NumPy gives, for free, and refuses what NumPy refuses."""
    try:
        shape = run().shape
    except (ValueError, IndexError):
        if refusal is None:
            raise
        with pytest.raises(RejectedError, match=refusal):
            op.output_shape(inputs)
        return
    assert op.output_shape(inputs) == shape
    assert counts_of(op, inputs) == Counts()


def shapes(axes: Iterable[int] = range(4), longest: int = 5) -> st.SearchStrategy[Shape]:
    """Channels and as many spatial axes as one of `axes` says."""
    size = st.integers(1, longest)
    return st.one_of([st.tuples(*[size] * (count + 1)) for count in axes])


def normalise_locally(x: Array) -> Array:
    squares = [(x[max(0, channel - 2) : channel + 3] ** 2).sum(0) for channel in range(len(x))]
    return x / (1 + np.stack(squares)) ** 0.75


FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "gelu": lambda x: x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2,
    "silu": lambda x: x / (1 + np.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "hardswish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "hardsigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(axis=0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "dropout": lambda x: x * (x < 0),
    "lrn": normalise_locally,
}


@settings(deadline=None)
@given(ops(*FUNCTIONS), shapes())
def test_functions_of_values_keep_the_shape(name: str, shape: Shape) -> None:
    op = OPS[name](len(shape) - 1)
    assert_moves_as(op, [shape], lambda: FUNCTIONS[name](values(shape)))


@settings(deadline=None)
@given(ops("prelu"), shapes(), st.integers(1, 6))
def test_prelu_learns_one_slope_or_one_a_channel(name: str, shape: Shape, slopes: int) -> None:
    op = OPS[name](len(shape) - 1, num_parameters=slopes)
    if slopes not in {1, len(values(shape))}:
        with pytest.raises(RejectedError, match="slopes do not suit"):
            op.output_shape([shape])
        return
    slope_of = {place: place[0] if slopes > 1 else 0 for place in np.ndindex(*shape)}
    assert counts_of(op, [shape]) == Counts(weights=len(set(slope_of.values())))
    assert op.output_shape([shape]) == shape


def channels_met(shape: Shape) -> set[int]:
    """The channels that a loop over all elements meets."""
    return {place[0] for place in np.ndindex(*shape)}


@settings(deadline=None)
@given(ops("scale"), shapes())
def test_scale_learns_a_factor_a_channel(name: str, shape: Shape) -> None:
    op = OPS[name](len(shape) - 1)
    assert counts_of(op, [shape]) == Counts(weights=len(channels_met(shape)))
    assert op.output_shape([shape]) == shape


@settings(deadline=None)
@given(
    norm=st.tuples(ops("bn", "layer_norm"), shapes())
    | st.tuples(ops("instance_norm"), shapes((1, 2, 3))),
    affine=st.booleans(),
)
def test_norms_learn_scale_and_shift_a_channel(norm: tuple[str, Shape], *, affine: bool) -> None:
    name, shape = norm
    op = OPS[name](len(shape) - 1, affine=affine)
    learned = len(channels_met(shape)) if affine else 0
    batch = np.stack([values(shape)] * 2)
    each = (0, *range(2, batch.ndim))
    kept = batch.mean(each).size + batch.var(each).size if name == "bn" else 0
    assert counts_of(op, [shape]) == Counts(learned, learned, kept)
    assert op.output_shape([shape]) == shape


@settings(deadline=None)
@given(
    name=ops("group_norm"),
    shape=shapes(longest=6),
    groups=st.integers(1, 6),
    affine=st.booleans(),
)
def test_group_norm_has_groups_of_equal_size(
    name: str, shape: Shape, groups: int, *, affine: bool
) -> None:
    op = OPS[name](len(shape) - 1, groups=groups, affine=affine)
    if len(set(map(len, deal(shape[0], groups)))) > 1:
        with pytest.raises(RejectedError, match="groups cannot share"):
            op.output_shape([shape])
        return
    learned = len(channels_met(shape)) if affine else 0
    assert counts_of(op, [shape]) == Counts(learned, learned)
    assert op.output_shape([shape]) == shape


@settings(deadline=None)
@given(ops("globalavgpool", "globalmaxpool"), shapes((1, 2, 3)))
def test_global_pools_keep_the_axes(name: str, shape: Shape) -> None:
    over = tuple(range(1, len(shape)))
    reduced = np.mean if name == "globalavgpool" else np.max
    op = OPS[name](len(over))
    assert_moves_as(op, [shape], lambda: reduced(values(shape), axis=over, keepdims=True))


@settings(deadline=None)
@given(
    ops("adaptive_avgpool", "adaptive_maxpool"),
    shapes((1, 2, 3), longest=9),
    st.data(),
)
def test_adaptive_pools_share_the_inputs_among_the_outputs(
    name: str, shape: Shape, data: st.DataObject
) -> None:
    wanted = [data.draw(st.integers(1, 9)) for _ in shape[1:]]
    outputs = []
    for length, count in zip(shape[1:], wanted, strict=True):
        # On a line of length * count ticks an input covers `count` ticks, an output `length`.
        line = range(length * count)
        sees = {(tick // length, tick // count) for tick in line}
        outputs.append(len({output for output, _ in sees}))
    op = OPS[name](len(wanted), output_size=tuple(wanted))
    assert_moves_as(op, [shape], lambda: np.zeros((shape[0], *outputs)))


@settings(deadline=None)
@given(ops("flatten"), shapes())
def test_flatten_keeps_every_value(name: str, shape: Shape) -> None:
    assert_moves_as(OPS[name](len(shape) - 1), [shape], lambda: values(shape).ravel())


@settings(deadline=None)
@given(ops("pad"), shapes((1, 2, 3)), st.data())
def test_pad_puts_cells_around(name: str, shape: Shape, data: st.DataObject) -> None:
    amount = st.integers(0, 3)
    around = [data.draw(st.tuples(amount, amount)) for _ in shape[1:]]
    op = OPS[name](len(around), amounts=tuple(around))
    assert_moves_as(op, [shape], lambda: np.pad(values(shape), [(0, 0), *around]))


@settings(deadline=None)
@given(ops("crop"), shapes((1, 2, 3), longest=6), st.data())
def test_crop_takes_cells_from_end_and_start_in_turn(
    name: str, shape: Shape, data: st.DataObject
) -> None:
    wanted = [data.draw(st.integers(1, 6)) for _ in shape[1:]]

    def cropped() -> Array:
        x = values(shape)
        for axis, want in enumerate(wanted, start=1):
            ends = cycle([-1, 0])
            while x.shape[axis] > want:
                x = np.delete(x, next(ends), axis)
            if x.shape[axis] < want:
                raise ValueError("there are too few cells")
        return x

    op = OPS[name](len(wanted), size=tuple(wanted))
    assert_moves_as(op, [shape], cropped, "cannot crop")


@settings(deadline=None)
@given(ops("slice"), shapes(), st.integers(0, 6), st.integers(1, 6))
def test_slice_takes_channels(name: str, shape: Shape, start: int, stop: int) -> None:
    op = OPS[name](len(shape) - 1, start=start, stop=stop)

    def taken() -> Array:
        x = values(shape)
        return np.stack([x[channel] for channel in range(start, stop)])

    assert_moves_as(op, [shape], taken, "`stop` is|are none")


@settings(deadline=None)
@given(ops("upsample"), shapes((1, 2, 3)), st.data())
def test_upsample_by_a_factor_repeats(name: str, shape: Shape, data: st.DataObject) -> None:
    factors = [data.draw(st.integers(1, 4)) for _ in shape[1:]]
    between = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(factors)]
    mode = Word(data.draw(st.sampled_from(["nearest", between])))

    def repeated() -> Array:
        x = values(shape)
        for axis, factor in enumerate(factors, start=1):
            x = x.repeat(factor, axis)
        return x

    op = OPS[name](len(factors), factor=tuple(factors), mode=mode)
    assert_moves_as(op, [shape], repeated)


@settings(deadline=None)
@given(ops("upsample"), shapes((1, 2, 3)), st.data())
def test_upsample_to_a_size_fills_every_cell(name: str, shape: Shape, data: st.DataObject) -> None:
    wanted = [data.draw(st.integers(1, 12)) for _ in shape[1:]]

    def filled() -> Array:
        x = values(shape)
        for axis, want in enumerate(wanted, start=1):
            nearest = np.linspace(0, x.shape[axis] - 1, want).round().astype(int)
            x = x.take(nearest, axis)
        return x

    assert_moves_as(OPS[name](len(wanted), size=tuple(wanted)), [shape], filled)


@settings(deadline=None)
@given(ops("pixel_shuffle"), shapes((2,), longest=20), st.integers(1, 4))
def test_pixel_shuffle_deals_channels_to_places(name: str, shape: Shape, factor: int) -> None:
    _, height, width = shape

    def shuffled() -> Array:
        dealt = values(shape).reshape(-1, factor, factor, height, width)
        rows = np.concatenate([dealt[:, :, :, row] for row in range(height)], axis=1)
        columns = [rows[:, :, :, column] for column in range(width)]
        return np.concatenate(columns, axis=2)

    assert_moves_as(OPS[name](2, factor=factor), [shape], shuffled, "cannot be dealt")


@settings(deadline=None)
@given(ops("channel_shuffle"), shapes(longest=8), st.integers(1, 8))
def test_channel_shuffle_interleaves_groups(name: str, shape: Shape, groups: int) -> None:
    def shuffled() -> Array:
        return np.concatenate(np.stack(np.split(values(shape), groups), axis=1))

    op = OPS[name](len(shape) - 1, groups=groups)
    assert_moves_as(op, [shape], shuffled, "groups cannot share")


@settings(deadline=None, max_examples=200)
@given(ops("add", "mul"), st.data())
def test_element_wise_joins_broadcast_as_numpy_does(name: str, data: st.DataObject) -> None:
    axes = data.draw(st.integers(0, 3))
    inputs = data.draw(st.lists(shapes((axes,), longest=3), min_size=1, max_size=4))
    join = np.add if name == "add" else np.multiply
    assert_moves_as(
        OPS[name](axes), inputs, lambda: reduce(join, map(values, inputs)), "cannot join"
    )


@settings(deadline=None, max_examples=200)
@given(ops("concat"), st.data())
def test_concat_joins_channels_as_numpy_does(name: str, data: st.DataObject) -> None:
    axes = data.draw(st.integers(0, 3))
    inputs = data.draw(st.lists(shapes((axes,), longest=3), min_size=1, max_size=4))
    if data.draw(st.booleans()):
        inputs = [(shape[0], *inputs[0][1:]) for shape in inputs]
    joined = lambda: np.concatenate([values(shape) for shape in inputs])  # noqa: E731
    assert_moves_as(OPS[name](axes), inputs, joined, "cannot join")


@settings(deadline=None)
@given(ops("add", "mul", "concat"), shapes(), shapes())
def test_joins_refuse_inputs_of_different_rank(name: str, left: Shape, right: Shape) -> None:
    assume(len(left) != len(right))
    with pytest.raises(RejectedError, match="ranks differ"):
        OPS[name](len(left) - 1).output_shape([left, right])
