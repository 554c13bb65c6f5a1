"""Layers in a row that only move values, held against NumPy doing the same."""

from collections.abc import Iterator
from math import prod
from random import Random

import numpy as np
import pytest
from onnx_models import model, node, numbers, read, weight

import cnncalc
from cnncalc.interchange.alike import fault_in
from cnncalc.interchange.moves import Moved, Steps
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.spelled import spelled

PRIMES = (2, 3, 5, 7)


def some_shape(size: int, draw: Random) -> tuple[int, ...]:
    """A shape of so many values."""
    found, length = [], 1
    for prime in PRIMES:
        while size % prime == 0:
            size, length = size // prime, length * prime
            if draw.random() < 0.5:
                found.append(length)
                length = 1
    return (*found, length)


def moved(seed: int) -> Iterator[tuple[Moved, np.ndarray, np.ndarray]]:
    """A tensor, what is made of it by moves drawn at random, and what is said to be made."""
    draw = Random(seed)  # noqa: S311 - it hides nothing
    shape = tuple(draw.choice([1, 2, 3, 4, 6, 12]) for _ in range(draw.randint(1, 4)))
    first = last = np.arange(prod(shape)).reshape(shape)
    told = Moved("x", shape, shape)
    for _ in range(draw.randint(1, 6)):
        kind = draw.randrange(3)
        if kind == 0:
            wanted = some_shape(last.size, draw)
            if not told.reshape(wanted):
                return
            last = last.reshape(wanted)
        elif kind == 1:
            order = tuple(draw.sample(range(last.ndim), last.ndim))
            told.permute(order)
            last = last.transpose(order)
        else:
            axis = draw.randrange(last.ndim)
            start = draw.randrange(last.shape[axis])
            stop = draw.randint(start + 1, last.shape[axis])
            if not told.take(axis, start, stop):
                return
            last = np.take(last, range(start, stop), axis=axis)
        assert told.shape_now == last.shape
    yield told, first, last


def run(steps: Steps, values: np.ndarray) -> np.ndarray:
    for axis, start, stop in steps.parts:
        values = np.take(values, range(start, stop), axis=axis)
    return values.reshape(steps.axes).transpose(steps.order)


def test_steps_give_the_values_of_all_moves() -> None:
    found = 0
    for seed in range(2_000):
        for told, first, last in moved(seed):
            steps = told.copy().steps(most=4)
            if steps is not None:
                found += 1
                assert len(steps.axes) <= 4
                assert (run(steps, first).reshape(last.shape) == last).all(), seed
    assert found > 1_000


def test_windows_take_no_more_axes_than_a_spec_has() -> None:
    """Windows, three tensors of heads out of one, and a product for every window and head."""
    nodes = [
        node("Relu", "x", to="r"),
        node("Reshape", "r", "cut", to="c"),
        node("Transpose", "c", to="t", perm=[0, 1, 3, 2, 4, 5]),
        node("Reshape", "t", "windows", to="w"),
        node("MatMul", "w", "weight", to="m"),
        node("Reshape", "m", "heads", to="h"),
        node("Transpose", "h", to="q", perm=[2, 0, 3, 1, 4]),
        *(node("Gather", "q", f"at{n}", to=f"part{n}", axis=0) for n in range(3)),
        node("Transpose", "part1", to="turned", perm=[0, 1, 3, 2]),
        node("MatMul", "part0", "turned", to="scores"),
        node("MatMul", "scores", "part2", to="y"),
    ]
    tensors = [
        numbers("cut", [1, 2, 4, 3, 4, 6]), numbers("windows", [6, 16, 6]),
        numbers("heads", [6, 16, 3, 2, 3]), weight("weight", 6, 18),
        *(numbers(f"at{n}", n) for n in range(3)),
    ]  # fmt: skip
    graph = read(model(nodes, {"x": (1, 8, 12, 6)}, tensors))
    said = spelled(graph)
    text = render_resolved(said)
    assert fault_in(text, said) is None
    own, other = cnncalc.summarize(graph), cnncalc.summarize(cnncalc.parse(text))
    for metric in ("parameters", "macs", "product_macs"):
        assert getattr(own.totals, metric) == getattr(other.totals, metric)
    assert [layer.op.notation() for layer in said.layers[:4]] == [
        "relu", "reshape 2x4x3x24", "permute 1x3x2x4", "reshape 6x16x6",
    ]  # fmt: skip
    assert "matmul" in text


@pytest.mark.parametrize("end", ["Relu", "Identity"])
def test_axes_that_others_work_on_stay_as_they_stand(end: str) -> None:
    """What only moves values is not held for a layer that does more, nor for an output."""
    nodes = [
        node("Relu", "x", to="r"),
        node("Reshape", "r", "cut", to="c"),
        node(end, "c", to="y"),
    ]
    graph = read(model(nodes, {"x": (1, 8, 12, 6)}, [numbers("cut", [1, 2, 4, 3, 4, 6])]))
    said = spelled(graph)
    assert said.layers[1].output_shape == (2, 4, 3, 4, 6)
