"""Fits: known coefficients come back, what is left out has no say, and errors are counted."""

from itertools import combinations

import numpy as np
import pytest

from cnncalc.timing import fit
from cnncalc.timing.fit import Array

KNOWN = np.array([3e-6, 0.0, 2e-3, 5e-2])


def synthetic(rows: int, noise: float, seed: int = 0) -> tuple[Array, Array]:
    """Features of very different sizes, and times that the known coefficients give."""
    draw = np.random.default_rng(seed)
    features = np.exp(draw.normal(size=(rows, 4))) * np.array([1e6, 1e6, 1e3, 50])
    return features, features @ KNOWN * np.exp(noise * draw.normal(size=rows))


def test_known_coefficients_come_back() -> None:
    features, times = synthetic(60, noise=0)
    found = fit.fit(features, times)
    assert found == pytest.approx(KNOWN, rel=0.02, abs=1e-8)
    assert np.abs(features @ found / times - 1).max() < 0.03


def test_known_coefficients_come_back_from_noise() -> None:
    features, times = synthetic(400, noise=0.1)
    assert fit.fit(features, times)[[0, 2, 3]] == pytest.approx(KNOWN[[0, 2, 3]], rel=0.15)


def test_some_strange_timings_do_not_bend_the_rest() -> None:
    features, times = synthetic(60, noise=0.01)
    strange = times.copy()
    strange[:9] *= 4
    found = fit.fit(features, strange)
    assert np.median(np.abs(features[9:] @ found / times[9:] - 1)) < 0.05


def test_no_coefficient_is_negative_and_none_better_is_found_by_trying_all() -> None:
    for seed in range(25):
        draw = np.random.default_rng(seed)
        left, right = draw.normal(size=(12, 5)), draw.normal(size=12)
        found = fit.not_negative(left, right)
        assert (found >= 0).all()
        reached = float(np.sum((left @ found - right) ** 2))
        assert reached <= best_of_all(left, right) + 1e-9


def best_of_all(left: Array, right: Array) -> float:
    """The least square of the rest, of every choice of columns whose solution is not negative."""
    least = float(right @ right)
    for count in range(1, left.shape[1] + 1):
        for chosen in combinations(range(left.shape[1]), count):
            part = left[:, chosen]
            solution = np.linalg.lstsq(part, right, rcond=None)[0]
            if (solution >= 0).all():
                least = min(least, float(np.sum((part @ solution - right) ** 2)))
    return least


def test_columns_that_are_equal_or_empty_are_no_trouble() -> None:
    features, times = synthetic(30, noise=0)
    double = np.hstack([features, features[:, :1], np.zeros((30, 1))])
    found = fit.fit(double, times)
    assert found[5] == 0
    assert found[0] + found[4] == pytest.approx(KNOWN[0], rel=0.05)


def test_a_family_that_is_left_out_has_no_say_in_its_own_prediction() -> None:
    features, times = synthetic(40, noise=0.05)
    families = [f"family{place % 8}" for place in range(40)]
    own = np.array([one == "family3" for one in families])
    before = fit.left_out(features, times, families)
    planted = np.where(own, times * 50, times)
    after = fit.left_out(features, planted, families)
    assert np.array_equal(before[own], after[own])
    assert not np.array_equal(before[~own], after[~own])
    inside = features @ fit.fit(features, planted)
    assert not np.allclose(inside[own], after[own], rtol=1e-3)


def test_errors_count_each_family_as_one() -> None:
    times = np.ones(13)
    # Nine networks of a large family are hit exactly; each of four small ones is missed by more.
    predicted = np.array([1.0] * 9 + [1.1, 0.8, 1.3, 0.6])
    families = ["large"] * 9 + list("abcd")
    found = fit.errors(predicted, times, families)
    assert (found.half, found.nine_of_ten) == pytest.approx((0.2, 0.4))
    alone = fit.errors(predicted, times, list(range(13)))
    assert (alone.half, alone.nine_of_ten) == pytest.approx((0.0, 0.3))
