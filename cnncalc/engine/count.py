"""Multiplications counted: outputs computed anew, one product at a time, in plain Python.

This is the definition with a counter in its innermost loop. It calls no rule that counts, and
finds the windows on the real arrays.
"""

from collections.abc import Callable, Iterator, Mapping
from math import inf, isfinite, prod
from typing import Any, NamedTuple

import numpy as np

from cnncalc.engine.base import Array, Index
from cnncalc.engine.conv import cropping, groups_of, multiplied, scattered
from cnncalc.engine.execute import Step
from cnncalc.engine.window import borders, padded, windows
from cnncalc.ops import Op
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear
from cnncalc.ops.values import Shape

SAMPLE = 20_000
"""Products made for a sample of a layer, unless its first and last unit alone have more."""

WHOLE = 250_000
"""A layer of no more products than this is counted in full."""

Pairs = Iterator[tuple[float, float]]
"""The numbers that are multiplied with each other."""

Unit = Callable[[Shape], Pairs]
"""The products of one output, or of one input, by its place."""


class Products(NamedTuple):
    """How a layer multiplies.

    Attributes:
        of_output: the products whose sum is an output, without the bias.
        of_unit: the products of what always makes the same number of them: an output where
            windows gather, an input where they scatter.
        units: the shape of the map of these.
        bias_axis: the axis of an output along which biases differ.
    """

    of_output: Unit
    of_unit: Unit
    units: Shape
    bias_axis: int = 0


class Tally(NamedTuple):
    """What was found.

    Attributes:
        multiplications: of the whole layer for one example.
        counted: how many of these were made.
        error: the largest difference between an output and the kernel's, relative to the sum of
            the magnitudes of its products.
    """

    multiplications: int
    counted: int
    error: float


def tally(kind: "Kind", step: Step, tensors: Mapping[str, Array]) -> Tally:
    """Compute outputs of a layer anew, and count; the first example is looked at.

    Units are spread evenly over their map, from the first to the last.

    Args:
        kind: how the layer's op multiplies, from `PRODUCTS`.
        step: the layer, with what its kernel took and gave.
        tensors: its weights.

    Raises:
        ValueError: units make different numbers of products: a sample says nothing of the rest.
    """
    y = step.output
    weight = multiplied(step.layer.op, tensors["weight"], tensors.get("gain"))
    products = kind(step.layer.op, step.inputs[0][:1], y[0], weight)
    axis = products.bias_axis
    bias = tensors["bias"].tolist() if "bias" in tensors else [0.0] * y[0].shape[axis]
    error = 0.0
    least = smallest_scale(y.dtype)
    each = sum(1 for _ in products.of_unit((0,) * len(products.units)))
    for place in _spread(y.shape[1:], each):
        value, magnitude, _ = _multiplied(products.of_output(place))
        value, magnitude = value + bias[place[axis]], magnitude + abs(bias[place[axis]])
        error = max(error, _apart(float(y[(0, *place)]), value) / max(magnitude, least))
    places = _spread(products.units, each)
    counts = [_multiplied(products.of_unit(place))[2] for place in places]
    if len(places) == prod(products.units):
        return Tally(sum(counts), sum(counts), error)
    if len(set(counts)) > 1:
        raise ValueError(f"its units make different numbers of products: {sorted(set(counts))}")
    return Tally(counts[0] * prod(products.units), sum(counts), error)


def smallest_scale(dtype: Any) -> float:
    """The least magnitude that an error is set in relation to.

    Values below the smallest normal number are as far apart as those just above it, `eps * tiny`,
    so that each product may be off by so much, however small it is. `tiny / eps` is so far above
    that many such errors stay below `eps` of it, and far below any value that a fault could hide
    behind.

    Source: Higham 2002, "Accuracy and Stability of Numerical Algorithms", 2nd ed., §2.1.
    """
    limits = np.finfo(dtype)
    return float(limits.tiny) / float(limits.eps)


def _apart(got: float, value: float) -> float:
    """The difference; none between two values that are not finite, and otherwise all of it."""
    if isfinite(got) and isfinite(value):
        return abs(got - value)
    return 0.0 if isfinite(got) == isfinite(value) else inf


def _multiplied(pairs: Pairs) -> tuple[float, float, int]:
    """The sum of the products, the sum of their magnitudes, and how many there were."""
    total = magnitude = 0.0
    multiplications = 0
    for value, weight in pairs:
        term = value * weight
        multiplications += 1
        total += term
        magnitude += abs(term)
    return total, magnitude, multiplications


def _spread(units: Shape, each: int) -> list[Shape]:
    """Places over a map: all, or some as far apart as they can be, with both ends."""
    whole = prod(units)
    if whole * each <= WHOLE:
        return list(np.ndindex(*units))
    wanted = min(whole, max(2, SAMPLE // max(each, 1)))
    flat = np.linspace(0, whole - 1, wanted).astype(int)
    return [tuple(map(int, place)) for place in zip(*np.unravel_index(flat, units), strict=True)]


def _conv(op: Any, x: Array, _y: Array, weight: Array) -> Products:
    taps = windows(padded(x, borders(op, x)), op)[0]
    groups = groups_of(op, x)
    taken, made = len(taps) // groups, len(weight) // groups

    def of_output(place: Shape) -> Pairs:
        group = place[0] // made
        window = taps[(slice(group * taken, (group + 1) * taken), *place[1:])]
        return zip(window.ravel().tolist(), weight[place[0]].ravel().tolist(), strict=True)

    return Products(of_output, of_output, (len(weight), *taps.shape[1 : x.ndim - 1]))


def _linear(op: Any, x: Array, y: Array, weight: Array) -> Products:
    axis = 0 if op.axis == "channels" else 1

    def of_output(place: Shape) -> Pairs:
        where: Index = (0, *place[:axis], slice(None), *place[axis + 1 :])
        return zip(x[where].tolist(), weight[place[axis]].tolist(), strict=True)

    return Products(of_output, of_output, y.shape, axis)


def _upconv(op: Any, x: Array, _y: Array, weight: Array) -> Products:
    image = x[0]
    made = weight.shape[1]
    taken = len(image) // op.groups
    cut: Any = cropping(op, x, scattered(op, x))[1:]

    def of_output(place: Shape) -> Pairs:
        group, out = divmod(place[0], made)
        for tap in np.ndindex(*op.kernel_size):
            cells = [at + edge.start for at, edge in zip(place[1:], cut, strict=True)]
            reach = zip(cells, tap, op.dilation, op.stride, strict=True)
            turns = [divmod(cell - step * d, s) for cell, step, d, s in reach]
            source = [turn for turn, rest in turns]
            sizes = zip(turns, image.shape[1:], strict=True)
            if all(rest == 0 and 0 <= turn < size for (turn, rest), size in sizes):
                for c in range(group * taken, (group + 1) * taken):
                    yield float(image[(c, *source)]), float(weight[(c, out, *tap)])

    def of_input(place: Shape) -> Pairs:
        value = float(image[place])
        return ((value, factor) for factor in weight[place[0]].ravel().tolist())

    return Products(of_output, of_input, image.shape)


Kind = Callable[[Any, Array, Array, Array], Products]
"""The products of an op on its input, of one example, its output, and its weights."""

PRODUCTS: Mapping[type[Op], Kind] = {
    Conv: _conv,
    DepthwiseConv: _conv,
    Linear: _linear,
    TransposedConv: _upconv,
}
