"""Coefficients of a device from timings, and how far they miss what they were not fitted to.

A time is a sum of features with coefficients that are not negative. What is made small is the
relative error, `log(predicted / measured)`, and of it the absolute value rather than the square:
a network that a library runs in an unusual way is not to bend the rest. Both come about by
weighted least squares, solved again with weights from the last solution (Lawson 1961 for absolute
values; Lawson & Hanson 1974, chapter 23, for coefficients that are not negative).
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from cnncalc.timing.device import Missed

Array = NDArray[np.float64]
Used = NDArray[np.bool_]

ROUNDS = 8
"""Solutions with new weights; the errors no longer move after some five."""

SMALLEST_ERROR = 0.03
"""Relative errors below this weigh alike: timings themselves are no better."""

DRAW = 3e-5
"""How strongly each coefficient is drawn to 0, where 1 gives every feature the same time.

It decides between features that always come together, which timings cannot tell apart; of a few
coefficients it moves none by a thousandth.
"""


def fit(features: Array, times: Array, weights: Array | None = None) -> Array:
    """A coefficient for each column of features, none negative, with small relative errors.

    Args:
        features: a row for each timing.
        times: the measured times, above 0.
        weights: how much each timing counts; all alike without them.
    """
    count = features.shape[1]
    shares = np.ones(len(times)) if weights is None else weights
    shares = shares / shares.sum()
    usual = (features / times[:, None]).T @ shares
    # In these units each coefficient is 1 where all features take the same part of the time.
    unit = np.divide(1 / count, usual, out=np.zeros(count), where=usual > 0)
    pull = np.sqrt(DRAW) * np.eye(count)
    found, predicted = np.zeros(count), times
    for number in range(ROUNDS):
        error = np.log(predicted / times)
        near = np.maximum(np.abs(error), SMALLEST_ERROR)
        root = np.sqrt(shares * (SMALLEST_ERROR / near if number else 1.0))
        left = np.vstack([features * unit / predicted[:, None] * root[:, None], pull])
        right = np.concatenate([(1 - error) * root, np.zeros(count)])
        found = not_negative(left, right) * unit
        predicted = np.clip(features @ found, times / 20, times * 20)
    return found


def not_negative(left: Array, right: Array) -> Array:
    """The least-squares solution of `left @ x = right` without negative values.

    Source: Lawson & Hanson 1974, "Solving Least Squares Problems", chapter 23, algorithm NNLS.
    """
    square, product = left.T @ left, left.T @ right
    count = len(product)
    used, found = np.zeros(count, bool), np.zeros(count)
    tolerance = 1e-10 * max(float(np.abs(product).max(initial=0)), 1e-300)
    for _ in range(10 * count):
        slope = product - square @ found
        if used.all() or slope[~used].max() <= tolerance:
            break
        used[np.argmax(np.where(used, -np.inf, slope))] = True
        found, used = _within(square, product, used, found)
    return found


def _within(square: Array, product: Array, used: Used, found: Array) -> tuple[Array, Used]:
    """The solution in the used columns; those that would turn negative are no longer used."""
    used = used.copy()
    while used.any():
        tried = np.zeros(len(found))
        part = square[np.ix_(used, used)]
        tried[used] = _solved(part, product[used])
        if tried[used].min() > 0:
            return tried, used
        falling = used & (tried <= 0)
        step = float(np.min(found[falling] / np.maximum(found[falling] - tried[falling], 1e-300)))
        found = found + step * (tried - found)
        found[falling & (found <= 1e-12 * max(float(found.max()), 1e-300))] = 0
        dropped = falling & (found <= 0)
        used &= ~(dropped if dropped.any() else falling)
        found[~used] = 0
    return found, used


def _solved(square: Array, product: Array) -> Array:
    try:
        return np.asarray(np.linalg.solve(square, product), np.float64)
    except np.linalg.LinAlgError:  # columns that are multiples of each other
        return np.asarray(np.linalg.lstsq(square, product, rcond=None)[0], np.float64)


def left_out(features: Array, times: Array, groups: Sequence[Hashable]) -> Array:
    """The time of each row as a fit predicts it to the rows of all other groups."""
    predicted = np.zeros(len(times))
    counted = group_weights(groups)
    for group in dict.fromkeys(groups):
        own = np.array([one == group for one in groups])
        found = fit(features[~own], times[~own], np.sqrt(counted[~own]))
        predicted[own] = features[own] @ found
    return predicted


def group_weights(groups: Sequence[Hashable]) -> Array:
    """A weight for each row by which each group counts as one."""
    sizes: dict[Hashable, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    return np.array([1 / sizes[group] for group in groups])


def errors(predicted: Array, times: Array, groups: Sequence[Hashable]) -> Missed:
    """The errors that half, and nine in ten, stay within; each group counts as one."""
    missed = np.abs(predicted / times - 1)
    return Missed(*(_quantile(missed, group_weights(groups), part) for part in (0.5, 0.9)))


def _quantile(values: Array, weights: Array, part: float) -> float:
    """The smallest value that values of this part of the weight do not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / weights.sum()
    place = int(np.searchsorted(reached, part - 1e-9))
    return float(values[order][min(place, len(values) - 1)])
