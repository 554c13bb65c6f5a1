"""Gradients held against differences: values moved a little to both sides, and the loss with them.

Values are moved together, each by a number that is drawn: the difference of the loss is then what
all their gradients, each times its number, add up to, and two runs hold every one of them. A value
moved alone holds one gradient.

Where a function bends, as ReLU does at 0 and a maximum where two values are alike, its slopes on
the two sides differ, and a gradient is right that takes of each output what lies between them. A
movement that crosses so many bends that this says little is no proof: others are tried.

Source: Goodfellow et al. 2016, "Deep Learning", §11.5, comparing back-propagated derivatives to
numerical derivatives, there also along a direction that is drawn.
"""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite, sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.engine.base import Array

STEPS = (1e-5, 1e-7)
"""How far a value is moved, relative to its magnitude, or to 1 where that is smaller."""

TOGETHER = 1 << 16
"""Values of a tensor that are moved together at most; of a larger one as many are drawn."""

PLACES = 4
"""Values that are moved one by one where moving many at once says little."""

BEND = 1e-3
"""A function bends where its slopes to both sides differ by more than this part of the larger."""

Run = Callable[[], Sequence[Array]]
"""The outputs on the values as they stand."""


class Moved(NamedTuple):
    """Values of one tensor that are moved together, with their gradient.

    Attributes:
        values: the tensor, contiguous.
        gradient: that of the loss with respect to it.
        at: the places that are moved, in the tensor made flat.
        by: how far each is moved, times the step.
    """

    values: Array
    gradient: Array
    at: Any
    by: Array

    @property
    def parts(self) -> Array:
        """What each value adds to the slope, by its gradient."""
        found: Array = self.gradient.reshape(-1)[self.at] * self.by
        return found


class Slope(NamedTuple):
    """The slope of a loss along a movement.

    Attributes:
        central: the central difference.
        low: the least that it is where each output that bends may have the slope of either side.
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
        bound: how near a gradient must be to agree, relative to its magnitude.
        steps: how far a value is moved; a later one is taken where the one before does not agree,
            as in deep networks a value bends many functions, and rounding blurs small steps.
        bend: the same as `BEND`; 0 where an output bends with many values, each a little.
    """

    run: Run
    weights: Sequence[Array]
    middle: Sequence[Array]
    bound: float
    steps: Sequence[float] = STEPS
    bend: float = BEND


class Error(NamedTuple):
    """How far gradients are from differences.

    Attributes:
        off: the largest difference, relative to the magnitude of what is compared.
        moved: the values that were moved.
    """

    off: float
    moved: int


def slope(loss: Loss, moved: Sequence[Moved], step: float) -> Slope:
    """The slope of a loss along a movement."""
    ends = [_moved_by(loss, moved, side) for side in (-step, step)]
    central = least = most = noise = 0.0
    for low, high, middle, weight in zip(*ends, loss.middle, loss.weights, strict=True):
        with np.errstate(all="ignore"):
            down, up = middle - low, high - middle
        # What is no number, as a window over padding alone, stays what it is.
        is_moved = ((down != 0) | (up != 0)) & np.isfinite(middle)
        weighed = weight[is_moved] / step
        left, right = weighed * down[is_moved], weighed * up[is_moved]
        apart = np.abs(left - right)
        bends = apart > loss.bend * np.maximum(np.abs(left), np.abs(right))
        half = float(apart[bends].sum()) / 2
        both = float(left.sum() + right.sum()) / 2
        central, least, most = central + both, least + both - half, most + both + half
        noise += float(np.finfo(low.dtype).eps) * float(np.abs(weighed * middle[is_moved]).sum())
    return Slope(central, least, most, noise)


def _moved_by(loss: Loss, moved: Sequence[Moved], step: float) -> list[Array]:
    """Copies of the outputs with values moved, which are put back as they were."""
    flat = [one.values.reshape(-1) for one in moved]
    before = [values[one.at].copy() for values, one in zip(flat, moved, strict=True)]
    for values, one, was in zip(flat, moved, before, strict=True):
        values[one.at] = was + step * one.by
    made = [one.copy() for one in loss.run()]  # some may be views of what is moved
    for values, one, was in zip(flat, moved, before, strict=True):
        values[one.at] = was
    return made


def together(values: Array, gradient: Array, random: np.random.Generator) -> Moved:
    """All values of a tensor, or as many as are moved together at most, each by what is drawn."""
    at: Any = slice(None)
    if values.size > TOGETHER:
        gaps = random.integers(1, 2 * values.size // TOGETHER, size=TOGETHER)
        at = np.cumsum(gaps) - 1
        at = at[at < values.size]
    return _drawn(values, gradient, at, random)


def balanced(tensors: Sequence[tuple[Array, Array]], random: np.random.Generator) -> list[Moved]:
    """Several tensors, each with its gradient, moved at once: those of large gradients by less.

    What each adds to the slope is then alike, as far as none is moved by more than by itself.
    """
    every = [together(values, gradient, random) for values, gradient in tensors]
    added = [sqrt(float(np.square(one.parts).sum())) for one in every]
    usual = float(np.median(added))
    both = zip(every, added, strict=True)
    return [
        one._replace(by=one.by * min(1.0, usual / part if part else 1.0)) for one, part in both
    ]


def alone(values: Array, gradient: Array, at: int) -> Moved:
    """One value, moved by the step."""
    where = np.array([at])
    return Moved(values, gradient, where, _magnitudes(values, where))


def _drawn(values: Array, gradient: Array, at: Any, random: np.random.Generator) -> Moved:
    magnitudes = _magnitudes(values, at)
    return Moved(values, gradient, at, magnitudes * random.standard_normal(magnitudes.shape))


def _magnitudes(values: Array, at: Any) -> Array:
    found: Array = np.maximum(np.abs(values.reshape(-1)[at]), 1)
    return found


def error(
    loss: Loss, values: Array, gradient: Array, random: np.random.Generator, *, singly: int = 0
) -> Error:
    """How far a gradient is from differences: of values moved together, and of some moved alone.

    Where those that are moved together cross too many bends, those that are 0 are left where they
    are, which half of the values behind a ReLU are; if that does not help, some are moved alone.

    Args:
        loss: the loss.
        values: the tensor that is moved.
        gradient: that of the loss with respect to it.
        random: what movements are drawn from.
        singly: values that are moved alone besides.
    """
    largest, moved = 0.0, 0
    for each in _movements(values, gradient, random):
        off, is_told = agreement(loss, [each])
        if is_told:
            largest, moved = off, len(each.by)
            break
    singles = _singles(gradient, singly if moved else max(singly, PLACES), random)
    usual = sqrt(float(np.square(gradient).mean())) if singles else 0.0
    for at in singles:
        off, _ = agreement(loss, [alone(values, gradient, at)], usual)
        largest = max(largest, off)
    return Error(largest, moved or len(singles))


def _movements(values: Array, gradient: Array, random: np.random.Generator) -> Iterator[Moved]:
    every = together(values, gradient, random)
    yield every
    is_other = values.reshape(-1)[every.at] != 0
    if is_other.any() and not is_other.all():
        places: npt.NDArray[np.int64] = np.arange(values.size)[every.at][is_other]
        yield _drawn(values, gradient, places, random)


def _singles(gradient: Array, most: int, random: np.random.Generator) -> list[int]:
    """Where the gradient is largest, and places that are drawn."""
    if not most:
        return []
    flat = gradient.reshape(-1)
    ends = [int(flat.argmax()), int(flat.argmin())]
    first = max(ends, key=lambda at: abs(flat[at]))
    return list(dict.fromkeys([first, *random.integers(flat.size, size=most - 1).tolist()]))


def agreement(loss: Loss, moved: Sequence[Moved], usual: float = 0.0) -> tuple[float, bool]:
    """How far gradients are from the slope along a movement, and whether that says anything.

    Relative to their magnitude, which is at least `usual`. It says nothing where the two sides,
    or what rounding may do, are as far apart as a gradient may be off.
    """
    parts = [one.parts for one in moved]
    got = float(sum(part.sum() for part in parts))
    usual = max(usual, sqrt(sum(float(np.square(part).sum()) for part in parts)))
    if not isfinite(got) or not isfinite(usual):
        return float("inf"), True
    best: float | None = None
    for step in loss.steps:
        found = slope(loss, moved, step)
        scale = max(abs(got), abs(found.central), usual)
        apart = abs(got - found.central)
        is_central = apart <= loss.bound * scale
        apart = apart if is_central else found.distance(got)
        wide = (found.high - found.low) / 2 + found.noise
        if is_central or apart > 0 or wide <= loss.bound * scale:
            off = apart / scale if apart else 0.0
            best = off if best is None else min(best, off)
            if best <= loss.bound / 10:
                break
    return best or 0.0, best is not None
