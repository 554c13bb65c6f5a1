"""`explain(..., at=)` and `lessons.demonstrate` in Python: what they run on, what they refuse."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cnncalc
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.lessons import demonstrate
from cnncalc.lessons.properties import PROPERTIES

LENET = cnncalc.load("lenet5")
EDGE = cnncalc.load("lecture/vertical_edge")
BRIGHT = [[[10, 10, 10, 0, 0, 0]] * 6]


@pytest.mark.parametrize(("column", "value"), [*enumerate([0, 30, 30, 0])])
def test_an_input_is_an_array_lists_or_a_file(column: int, value: int, tmp_path: Path) -> None:
    array, path = np.array(BRIGHT, np.float32), tmp_path / "bright.npy"
    np.save(path, array)
    for given in (BRIGHT, array, array[None], {"input": array}, str(path)):
        found = cnncalc.explain(EDGE, "edge", at=(2, column), input=given)
        assert found.value == value
        assert found.notes == ()


def test_it_is_the_value_of_a_run() -> None:
    drawn = initial_weights(LENET, 5), initial_inputs(LENET, 5)
    made = execute(LENET, *drawn, keep=["c3", "f6"]).tensors
    assert (
        cnncalc.explain(LENET, "c3", at=[4, 5], channel=7, seed=5).value == made["c3"][0, 7, 4, 5]
    )
    feature: Any = np.int64(9)
    assert cnncalc.explain(LENET, "f6", at=feature, seed=5).value == made["f6"][0, 9]


def test_weights_come_from_a_file(tmp_path: Path) -> None:
    graph = cnncalc.parse("{input: 1x2x2, layers: [c: conv2x2 1]}")
    path = tmp_path / "w.npz"
    np.savez(path, **{"c.weight": np.ones((1, 1, 2, 2)), "c.bias": np.ones(1)})  # type: ignore[arg-type]
    found = cnncalc.explain(graph, at=(0, 0), input=[[[1, 2], [3, 4]]], weights=str(path))
    assert (found.value, found.notes) == (11, ())


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"at": (1, 99)}, ValueError, "column 99 is outside: columns go from 0 to 27"),
        ({"at": (-1, 2)}, ValueError, "row -1 is outside: rows go from 0 to 27"),
        ({"at": 3}, ValueError, "a row and a column, such as 0,0, not 3"),
        ({"at": ()}, ValueError, "such as 0,0, not nothing"),
        ({"at": "1,2"}, TypeError, "a place is whole numbers, such as"),
        ({"at": (1.0, 2)}, TypeError, "and 1.0 is none"),
        ({"at": (True, 2)}, TypeError, "and True is none"),
        ({"at": (1, 2), "channel": 6}, ValueError, "channels go from 0 to 5"),
        ({"at": (1, 2), "seed": -1}, ValueError, "a seed is 0 or more, not -1"),
        ({"at": (1, 2), "dtype": "int8"}, ValueError, "float32 or float64, not int8"),
        (
            {"at": (1, 2), "input": [[1]]},
            ValueError,
            "the input is 1x1, the network takes 1x32x32",
        ),
        ({"at": (1, 2), "input": [[1], [2, 3]]}, ValueError, "in lists of one length"),
        ({"at": (1, 2), "input": "none.npy"}, ValueError, "cannot read `none.npy`"),
        ({"at": (1, 2), "input": {"x": 1}}, ValueError, "there is nothing for the input `input`"),
        ({"at": (1, 2), "input": np.full((1, 32, 32), np.nan)}, ValueError, "NaN or infinity"),
        ({"channel": 1}, TypeError, "`channel` is of a value: say its place as well"),
        ({"seed": 0}, TypeError, "`seed` is of a value"),
    ],
)
def test_what_explain_refuses(given: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        cnncalc.explain(LENET, "c1", **given)


def test_a_value_is_of_one_layer() -> None:
    with pytest.raises(KeyError, match="a value is of one layer, the network has 12: name one"):
        cnncalc.explain(LENET, at=(0, 0))
    with pytest.raises(KeyError, match="there are `c1`, `tanh1`"):
        cnncalc.explain(LENET, "conv1", at=(0, 0))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("conv9x9 900, last: conv9x9 900", "billion operations"),
        ("conv1x1 2, upsample 1000, last: conv1x1 2", "billion operations|of memory"),
    ],
)
def test_what_takes_too_much_is_refused_before_it_runs(lines: str, words: str) -> None:
    graph = cnncalc.parse(f"{{input: 9x900x900, layers: [{lines}]}}")
    with pytest.raises(ValueError, match=words):
        cnncalc.explain(graph, "last", at=(0, 0))
    with pytest.raises(ValueError, match=words):
        demonstrate(graph, "shift")


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        (("shiftt",), ValueError, "did you mean `shift`"),
        (("shift", "c9"), KeyError, "there are `c1`"),
        (("shift", "c33"), KeyError, "there is no layer `c33`"),
    ],
)
def test_what_demonstrate_refuses(
    asked: tuple[str, ...], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        demonstrate(LENET, *asked)


def test_no_property_takes_more_memory_than_there_is() -> None:
    graph = cnncalc.parse("{input: 900000, layers: [linear 900000]}")
    for name in PROPERTIES:
        with pytest.raises(ValueError, match=r"of memory|operations"):
            demonstrate(graph, name)


def test_a_place_is_for_sparsity() -> None:
    assert demonstrate(LENET, "sparsity", "c1", at=(1, 1)).numbers["move"] == 25
    for name, seed, at, words in (
        ("shift", 0, (1, 1), "a place is for sparsity"),
        ("sparsity", 0, (1, 99), "column 99 is outside"),
        ("sparsity", -1, None, "a seed is 0 or more"),
    ):
        with pytest.raises(ValueError, match=words):
            demonstrate(LENET, name, "c1", at=at, seed=seed)
