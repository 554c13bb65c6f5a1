"""What NumPy makes of a small array, or a loop counts: the laws of ops without a window."""

import math
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import cycle

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Word
from ops.case import Counts, Try, moves_as, shapes, values
from ops.windows import deal, places


@st.composite
def dense_layer_multiplies_every_pair(draw: st.DrawFn, name: str) -> Try:
    """Of a feature and an output."""
    features, out_features = draw(st.integers(1, 30)), draw(st.integers(1, 30))
    bias = draw(st.booleans())
    op = OPS[name](0, out_features=out_features, bias=bias)
    pairs = len(places([features, out_features]))
    applied = np.ones((out_features, features)) @ np.ones(features)
    counts = Counts(pairs, out_features if bias else 0, macs=pairs)
    return Try(op, [(features,)], applied.shape, counts)


# Functions of values


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
    "identity": lambda x: x,
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "hardtanh": lambda x: np.clip(x, -1, 1),
    "lrn": normalise_locally,
}


@st.composite
def functions_of_values_keep_the_shape(draw: st.DrawFn, name: str) -> Try:
    """For free."""
    shape = draw(shapes())
    return moves_as(OPS[name](len(shape) - 1), [shape], lambda: FUNCTIONS[name](values(shape)))


@st.composite
def prelu_learns_one_slope_or_one_a_channel(draw: st.DrawFn, name: str) -> Try:
    """No other number."""
    shape, slopes = draw(shapes()), draw(st.integers(1, 6))
    op = OPS[name](len(shape) - 1, num_parameters=slopes)
    if slopes not in {1, len(values(shape))}:
        return Try(op, [shape], None, refusal="expected 1 or . slopes, found")
    slope_of = {place: place[0] if slopes > 1 else 0 for place in np.ndindex(*shape)}
    return Try(op, [shape], shape, Counts(weights=len(set(slope_of.values()))))


@st.composite
def times_is_free(draw: st.DrawFn, name: str) -> Try:
    """And keeps the shape."""
    shape, factor = draw(shapes()), draw(st.sampled_from([0.17, -2, 0, 1]))
    op = OPS[name](len(shape) - 1, factor=factor)
    return moves_as(op, [shape], lambda: values(shape) * factor)


def channels_met(shape: Shape) -> set[int]:
    """The channels that a loop over all elements meets."""
    return {place[0] for place in np.ndindex(*shape)}


@st.composite
def scale_learns_a_factor_a_channel(draw: st.DrawFn, name: str) -> Try:
    """And nothing else."""
    shape = draw(shapes())
    op = OPS[name](len(shape) - 1)
    return Try(op, [shape], shape, Counts(weights=len(channels_met(shape))))


@st.composite
def norms_learn_scale_and_shift_a_channel(draw: st.DrawFn, name: str) -> Try:
    """A batch norm keeps mean and variance, too."""
    shape = draw(shapes((1, 2, 3) if name == "instance_norm" else range(4)))
    affine = draw(st.booleans())
    op = OPS[name](len(shape) - 1, affine=affine)
    learned = len(channels_met(shape)) if affine else 0
    batch = np.stack([values(shape)] * 2)
    each = (0, *range(2, batch.ndim))
    kept = batch.mean(each).size + batch.var(each).size if name == "bn" else 0
    return Try(op, [shape], shape, Counts(learned, learned, kept))


@st.composite
def group_norm_has_groups_of_equal_size(draw: st.DrawFn, name: str) -> Try:
    """Each channel has a scale and a shift."""
    shape, groups = draw(shapes(longest=6)), draw(st.integers(1, 6))
    affine = draw(st.booleans())
    bias = draw(st.booleans())
    op = OPS[name](len(shape) - 1, groups=groups, affine=affine, bias=bias)
    if len(set(map(len, deal(shape[0], groups)))) > 1:
        return Try(op, [shape], None, refusal="groups cannot share")
    learned = len(channels_met(shape)) if affine else 0
    return Try(op, [shape], shape, Counts(learned, learned if bias else 0))


# Pools to a size


@st.composite
def global_pools_keep_the_axes(draw: st.DrawFn, name: str) -> Try:
    """Each of length 1."""
    shape = draw(shapes((1, 2, 3)))
    over = tuple(range(1, len(shape)))
    reduced = np.mean if name == "globalavgpool" else np.max
    op = OPS[name](len(over))
    return moves_as(op, [shape], lambda: reduced(values(shape), axis=over, keepdims=True))


@st.composite
def adaptive_pools_share_the_inputs_among_the_outputs(draw: st.DrawFn, name: str) -> Try:
    """On a line of as many ticks as inputs times outputs."""
    shape = draw(shapes((1, 2, 3), longest=9))
    wanted = [draw(st.integers(1, 9)) for _ in shape[1:]]
    outputs = []
    for length, count in zip(shape[1:], wanted, strict=True):
        # An input covers `count` ticks, an output `length`.
        line = range(length * count)
        sees = {(tick // length, tick // count) for tick in line}
        outputs.append(len({output for output, _ in sees}))
    op = OPS[name](len(wanted), output_size=tuple(wanted))
    return moves_as(op, [shape], lambda: np.zeros((shape[0], *outputs)))


# Values that move


@st.composite
def flatten_keeps_every_value(draw: st.DrawFn, name: str) -> Try:
    """In one axis."""
    shape = draw(shapes())
    return moves_as(OPS[name](len(shape) - 1), [shape], lambda: values(shape).ravel())


@st.composite
def pad_puts_cells_around(draw: st.DrawFn, name: str) -> Try:
    """The channels have none."""
    shape, amount = draw(shapes((1, 2, 3))), st.integers(0, 3)
    around = [draw(st.tuples(amount, amount)) for _ in shape[1:]]
    op = OPS[name](len(around), amounts=tuple(around))
    return moves_as(op, [shape], lambda: np.pad(values(shape), [(0, 0), *around]))


@st.composite
def crop_takes_cells_from_end_and_start_in_turn(draw: st.DrawFn, name: str) -> Try:
    """Until the size is reached."""
    shape = draw(shapes((1, 2, 3), longest=6))
    wanted = [draw(st.integers(1, 6)) for _ in shape[1:]]

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
    return moves_as(op, [shape], cropped, "cannot crop")


@st.composite
def slice_takes_channels(draw: st.DrawFn, name: str) -> Try:
    """One by one."""
    shape = draw(shapes())
    start, stop = draw(st.integers(0, 6)), draw(st.integers(1, 6))
    op = OPS[name](len(shape) - 1, start=start, stop=stop)

    def taken() -> Array:
        x = values(shape)
        return np.stack([x[channel] for channel in range(start, stop)])

    return moves_as(op, [shape], taken, "`stop` is|empty slice")


@st.composite
def upsample_by_a_factor_repeats(draw: st.DrawFn, name: str) -> Try:
    """In every mode the size is the same."""
    shape = draw(shapes((1, 2, 3)))
    factors = [draw(st.integers(1, 4)) for _ in shape[1:]]
    between = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(factors)]
    mode = Word(draw(st.sampled_from(["nearest", between])))

    def repeated() -> Array:
        x = values(shape)
        for axis, factor in enumerate(factors, start=1):
            x = x.repeat(factor, axis)
        return x

    return moves_as(OPS[name](len(factors), factor=tuple(factors), mode=mode), [shape], repeated)


@st.composite
def upsample_to_a_size_fills_every_cell(draw: st.DrawFn, name: str) -> Try:
    """Whether larger or smaller."""
    shape = draw(shapes((1, 2, 3)))
    wanted = [draw(st.integers(1, 12)) for _ in shape[1:]]

    def filled() -> Array:
        x = values(shape)
        for axis, want in enumerate(wanted, start=1):
            nearest = np.linspace(0, x.shape[axis] - 1, want).round().astype(int)
            x = x.take(nearest, axis)
        return x

    return moves_as(OPS[name](len(wanted), size=tuple(wanted)), [shape], filled)


@st.composite
def pixel_shuffle_deals_channels_to_places(draw: st.DrawFn, name: str) -> Try:
    """Row by row and column by column."""
    shape, factor = draw(shapes((2,), longest=20)), draw(st.integers(1, 4))
    _, height, width = shape

    def shuffled() -> Array:
        dealt = values(shape).reshape(-1, factor, factor, height, width)
        rows = np.concatenate([dealt[:, :, :, row] for row in range(height)], axis=1)
        columns = [rows[:, :, :, column] for column in range(width)]
        return np.concatenate(columns, axis=2)

    return moves_as(OPS[name](2, factor=factor), [shape], shuffled, "are not divisible by")


@st.composite
def channel_shuffle_interleaves_groups(draw: st.DrawFn, name: str) -> Try:
    """Of equal size."""
    shape, groups = draw(shapes(longest=8)), draw(st.integers(1, 8))

    def shuffled() -> Array:
        return np.concatenate(np.stack(np.split(values(shape), groups), axis=1))

    op = OPS[name](len(shape) - 1, groups=groups)
    return moves_as(op, [shape], shuffled, "groups cannot share")


# Joins


def several(draw: st.DrawFn) -> tuple[int, list[Shape]]:
    """The number of spatial axes, and one to four inputs with as many."""
    axes = draw(st.integers(0, 3))
    return axes, draw(st.lists(shapes((axes,), longest=3), min_size=1, max_size=4))


@st.composite
def element_wise_joins_broadcast_as_numpy_does(draw: st.DrawFn, name: str) -> Try:
    """And refuse what NumPy refuses."""
    axes, inputs = several(draw)
    op = OPS[name](axes)

    def joined() -> Array:
        if name in {"sub", "div"} and len(inputs) != 2:
            raise ValueError("two have an order")
        return reduce(np.add, map(values, inputs))

    return moves_as(op, inputs, joined, "cannot join|takes two")


@st.composite
def concat_joins_channels_as_numpy_does(draw: st.DrawFn, name: str) -> Try:
    """And refuses what NumPy refuses."""
    axes, inputs = several(draw)
    if draw(st.booleans()):
        inputs = [(shape[0], *inputs[0][1:]) for shape in inputs]

    def joined() -> Array:
        return np.concatenate([values(shape) for shape in inputs])

    return moves_as(OPS[name](axes), inputs, joined, "cannot join")


@st.composite
def joins_refuse_inputs_of_different_rank(draw: st.DrawFn, name: str) -> Try:
    """Whatever the lengths."""
    left, right = draw(shapes()), draw(shapes())
    assume(len(left) != len(right))
    return Try(OPS[name](len(left) - 1), [left, right], None, refusal="ranks differ")
