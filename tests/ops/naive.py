"""What each op makes of one example, one value after the other."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from cnncalc.engine import Array
from cnncalc.ops.values import Shape
from ops.windows import (
    Case,
    Place,
    border,
    counts_along,
    deal,
    is_inside,
    meets,
    places,
    rims,
    walk,
)


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
            y[place] = y[place] * tensors["weight"][channel]
            y[place] += tensors["bias"][channel] if "bias" in tensors else 0
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
    "identity": lambda _op, v: v,
    "times": lambda op, v: op.factor * v,
    "mish": lambda _op, v: v * math.tanh(math.log1p(math.exp(v))),
    "softplus": lambda op, v: math.log1p(math.exp(op.beta * v)) / op.beta,
    "hardtanh": lambda op, v: max(op.min_val, min(v, op.max_val)),
}


def rivals(op: Any, x: Array, place: Place) -> list[Place]:
    """The places whose values share a sum of 1 with that of a place."""
    names = ("channels", *("depth", "height", "width")[3 - (x.ndim - 1) :])
    if x.ndim == 2:
        names = ("channels", "length")
    if op.axis not in {"channels", "groups"}:
        axis = names.index(op.axis)
        return [(*place[:axis], at, *place[axis + 1 :]) for at in range(x.shape[axis])]
    parts = deal(len(x), op.groups)
    if op.axis == "groups":
        parts = [list(same) for same in zip(*parts, strict=True)]
    return [(one, *place[1:]) for one in next(part for part in parts if place[0] in part)]


def naive_function(op: Any, x: Array, tensors: Mapping[str, Array]) -> Array:
    y = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        value = float(x[place])
        if op.name == "softmax":
            total = sum(math.exp(float(x[one])) for one in rivals(op, x, place))
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


def naive_unshuffle(op: Any, x: Array) -> Array:
    """Each place of a block by itself; a block that is not full does not stack."""
    r = op.factor
    steps = product(range(len(x)), range(r), range(r))
    return np.stack([x[channel, row::r, column::r] for channel, row, column in steps])


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


JOINED: Mapping[str, Callable[[list[float]], float]] = {
    "add": sum,
    "mul": math.prod,
    "max": max,
    "mean": mean,
    "div": lambda values: values[0] / values[1],
    "sub": lambda values: values[0] - values[1],
}


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
        y[place] = JOINED[op.name](values)
    return y
