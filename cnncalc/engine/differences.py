"""Gradients held against differences: a value moved a little to both sides, and the loss with it.

Where a function bends, as ReLU does at 0 and a maximum where two values are alike, its slopes on
the two sides differ, and a gradient is right that takes of each output what lies between them.

Source: Goodfellow et al. 2016, "Deep Learning", §11.5, comparing back-propagated derivatives to
numerical derivatives.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from cnncalc.engine.base import Array

STEPS = (1e-5, 1e-7)
"""How far a value is moved, relative to its magnitude, or to 1 where that is smaller."""

PLACES = 4
"""Places of a tensor that are moved at most: where the gradient is largest, and some drawn."""

SMOOTH = 1e-5
"""How far from the central difference a gradient may be, relative to its magnitude, where the
function does not bend."""

Run = Callable[[], Sequence[Array]]
"""The outputs on the values as they stand."""


class Slope(NamedTuple):
    """The slope of a loss along one value.

    Attributes:
        central: the central difference.
        low: the least that it is where each output may have the slope of either side.
        high: the most that it is then.
        noise: how far off these may be by rounding alone.
    """

    central: float
    low: float
    high: float
    noise: float

    def distance(self, gradient: float) -> float:
        """How far a gradient is from all that lies between both sides, beyond the noise."""
        return max(self.low - gradient - self.noise, gradient - self.high - self.noise, 0.0)


class Loss(NamedTuple):
    """The sum of all outputs, each value times its weight.

    Attributes:
        run: gives the outputs on the values as they stand.
        weights: one for each value of each output.
        middle: the outputs on the values as they are.
        steps: how far a value is moved; a later one is taken where the one before does not agree,
            as in deep networks a value bends many functions, and rounding blurs small steps.
        enough: how near a gradient must be to agree, relative to its magnitude.
    """

    run: Run
    weights: Sequence[Array]
    middle: Sequence[Array]
    steps: Sequence[float] = STEPS
    enough: float = SMOOTH


def slope(loss: Loss, values: Array, place: tuple[int, ...], step: float) -> Slope:
    """The slope of a loss along one value."""
    before = values[place]
    step *= max(1.0, abs(float(before)))
    ends = []
    for moved in (-step, step):
        values[place] = before + moved
        ends.append([one.copy() for one in loss.run()])
    values[place] = before
    central = least = most = noise = 0.0
    epsilon = float(np.finfo(values.dtype).eps)
    for low, high, middle, weight in zip(*ends, loss.middle, loss.weights, strict=True):
        with np.errstate(all="ignore"):
            down, up = middle - low, high - middle
        # What is no number, as a window over padding alone, stays what it is.
        is_moved = ((down != 0) | (up != 0)) & np.isfinite(middle)
        weighed = weight[is_moved] / step
        left, right = weighed * down[is_moved], weighed * up[is_moved]
        central += float(left.sum() + right.sum()) / 2
        least += float(np.minimum(left, right).sum())
        most += float(np.maximum(left, right).sum())
        noise += epsilon * float(np.abs(weighed * middle[is_moved]).sum())
    return Slope(central, least, most, noise)


def places(gradient: Array, most: int, random: np.random.Generator) -> list[tuple[int, ...]]:
    """Where a gradient is looked at: where it is largest, and at places that are drawn."""
    drawn = random.integers(gradient.size, size=max(most - 1, 0)).tolist()
    flat = dict.fromkeys([int(np.abs(gradient).argmax()), *drawn])
    return [tuple(map(int, np.unravel_index(one, gradient.shape))) for one in flat]


def error(loss: Loss, values: Array, gradient: Array, at: Sequence[tuple[int, ...]]) -> float:
    """The largest difference of a gradient at some places, relative to its magnitude there.

    Magnitudes below the root mean square of the whole gradient count as that. Where the central
    difference is another number, all between the slopes of both sides is right.
    """
    usual = float(np.sqrt(np.square(gradient).mean()))
    largest = 0.0
    for place in at:
        got = float(gradient[place])
        if not np.isfinite(got):
            return float("inf")
        apart = float("inf")
        for step in loss.steps:
            apart = min(apart, _apart(slope(loss, values, place, step), got, usual))
            if apart <= loss.enough:
                break
        largest = max(largest, apart)
    return largest


def _apart(told: Slope, got: float, usual: float) -> float:
    """How far a gradient is from a slope, relative to their magnitude."""
    scale = max(abs(got), abs(told.central), usual)
    apart = abs(got - told.central)
    apart = apart if apart <= SMOOTH * scale else told.distance(got)
    return apart / scale if apart else 0.0
