"""`explain --at`: the value that a run gives, worked so that it can be read."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cnncalc
from cnncalc.cli.main import main
from cnncalc.engine.base import KERNELS
from cnncalc.lessons.worked.activation import FUNCTIONS
from cnncalc.lessons.worked.parts import largest_of
from cnncalc.ops import OPS

NETWORK = """
name: mixed
input: 3x12x12
layers:
  - conv3x3 8 padding=1 groups=1
  - bn
  - relu
  - conv3x3 8 padding=same stride=2 groups=4
  - maxpool3x3 stride=1 padding=1
  - add: [x, [conv1x1 8, sigmoid]]
  - concat: [x, conv3x3 4 padding=2 dilation=2]
  - upconv3x3 6 stride=2 padding=1 output_padding=1
  - group_norm 3
  - avgpool2x2
  - lrn
  - tail: [globalavgpool, flatten, linear 7, softmax]
"""


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.output


def worked(*arguments: str) -> dict[str, object]:
    [layer] = json.loads(run("explain", *arguments, "--format", "json"))["layers"]
    assert isinstance(layer, dict)
    return layer


def test_the_value_is_what_run_prints_at_that_place(tmp_path: Path) -> None:
    spec, picture, archive = (tmp_path / name for name in ("n.yaml", "x.npy", "all.npz"))
    spec.write_text(NETWORK, encoding="utf-8")
    random = np.random.default_rng(3)
    np.save(picture, random.standard_normal((3, 12, 12)).astype(np.float32))
    graph = cnncalc.load(str(spec))
    names = [layer.name for layer in graph.layers]
    source = [str(spec), "--input", str(picture), "--seed", "5"]
    run("run", source[0], *names, *source[1:], "-o", str(archive))
    with np.load(archive) as arrays:
        for layer in graph.layers:
            channel, *place = (int(random.integers(n)) for n in layer.output_shape)
            at = [",".join(map(str, place)), "--channel", str(channel)]
            if not place:
                at = [str(channel)]
            told = worked(source[0], layer.name, *source[1:], "--at", *at)
            assert told["value"] == float(arrays[layer.name][(0, channel, *place)]), layer.name
            assert told["by_hand"] == pytest.approx(told["value"], rel=1e-3, abs=1e-4)
            assert told["agrees"]


@pytest.fixture
def edges(tmp_path: Path) -> list[str]:
    """A filter for upright edges on a picture that is bright at the left."""
    spec, picture, weights = (tmp_path / name for name in ("e.yaml", "e.npy", "e.npz"))
    spec.write_text("input: 1x6x6\nlayers: [edge: conv3x3 1 bias=false]\n", encoding="utf-8")
    np.save(picture, np.repeat([[10, 10, 10, 0, 0, 0]], 6, axis=0)[None].astype(np.float32))
    np.savez(weights, **{"edge.weight": np.array([[[[1.0, 0.0, -1.0]] * 3]])})  # type: ignore[arg-type]
    return [str(spec), "edge", "--input", str(picture), "--weights", str(weights)]


@pytest.mark.parametrize(("column", "value"), [*enumerate([0, 30, 30, 0])])
def test_an_upright_edge_as_the_lecture_has_it(edges: list[str], column: int, value: int) -> None:
    assert worked(*edges, "--at", f"2,{column}")["value"] == value


def test_the_page_of_a_convolution(edges: list[str]) -> None:
    page = run("explain", *edges, "--at", "0,1")
    heads, *rows = page.splitlines()[6:10]
    assert heads.split() == ["input", "kernel", "products"]
    assert [row.split() for row in rows] == [["10", "10", "0", "1", "0", "-1", "10", "0", "0"]] * 3
    assert page.count("by 180 degrees") == 1
    assert "the engine gives 30 (float32): the same\n" in page
    assert "drawn" not in page


def test_padding_is_marked_and_the_largest_too() -> None:
    page = run("explain", "-l", "maxpool3x3 padding=1", "--input", "1x6x6", "--at", "0,0")
    assert "(0): padding" in page
    assert page.count("(0)") == 5 + 1
    assert "[ ]: the largest" in page


@pytest.mark.parametrize(("counted", "cells"), [("true", 9), ("false", 4)])
def test_what_a_mean_is_divided_by(counted: str, cells: int) -> None:
    line = f"avgpool3x3 padding=1 count_include_pad={counted}"
    told = worked("-l", line, "--input", "1x6x6", "--at", "0,0")
    parts = told["parts"]
    assert isinstance(parts, list)
    assert [one["result"] for one in parts if one.get("quantity") == "divided by"] == [cells]


def test_what_the_functions_behind_make_of_it() -> None:
    told = json.loads(
        run("explain", "alexnet", "conv1", "--at", "1,2", "--seed", "1", "--format", "json")
    )
    [one] = told["layers"][0]["then"]
    assert one["name"] == "relu1"
    assert one["value"] == max(told["layers"][0]["value"], 0)
    assert one["slope"] == (told["layers"][0]["value"] > 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["alexnet", "conv1", "--at", "3,4"],
        ["lenet5", "f6", "--at", "7"],
        ["googlenet", "inception3a", "--at", "1,1"],
        ["-l", "conv3x3x3 2 padding=1", "--input", "1x5x5x5", "--at", "0,1,2"],
        ["-l", "conv49 2, conv9 2", "--input", "1x99", "--at", "3"],
        ["-l", "attention 2", "--input", "64x30", "--at", "3"],
    ],
)
def test_a_page_is_bounded_and_fits(arguments: list[str]) -> None:
    done = CliRunner().invoke(main, ["explain", *arguments])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert max(map(len, lines)) <= 80
    pages = done.output.split("\n\n")
    assert max(page.count("\n") for page in pages) <= 80


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["alexnet", "--at", "1,1"], "name the LAYER"),
        (["alexnet", "conv1", "--at", "1"], "a row and a column, such as 0,0, not 1"),
        (["alexnet", "conv1", "--at", "1,55"], "column 55 is outside: columns go from 0 to 54"),
        (
            ["alexnet", "conv1", "--at", "1,1", "--channel", "96"],
            "channel 96 is outside: channels go from 0 to 95",
        ),
        (
            ["alexnet", "fc6", "--at", "4096"],
            "feature 4096 is outside: features go from 0 to 4095",
        ),
        (["alexnet", "conv1", "--at", "1;1"], "is no place: write its numbers as 2,3"),
        (["alexnet", "conv1", "--at", "middle"], "is no place: write its numbers as 2,3"),
        (["alexnet", "conv1", "--at", ""], "no place is given: write its numbers as 2,3"),
        (["alexnet", "conv1", "--at", "-1,2"], "is no place: its numbers count from 0"),
        (["alexnet", "conv1", "--at", "1,2,3"], "not 1,2,3; the channel is given apart"),
        (["alexnet", "conv1", "--at", "1,1", "--channel", "-1"], "`-1` is no channel"),
        (["alexnet", "conv1", "--at", "1,1", "--channel", "red"], "`red` is no channel"),
        (["alexnet", "conv1", "--at", "1,1", "--seed", "-1"], "`-1` is no seed"),
        (["alexnet", "fc6", "--at", "1", "--channel", "2"], "one number, the feature, such as 0"),
        (["alexnet", "input", "--at", "1,1"], "`input` is an input, which no layer computes"),
        (["lenet5", "conv1"], "no layer or group `conv1`: there are `c1`, `tanh1`, `s2`"),
        (["vgg:16", "blok"], "`fc6`, `relu1`, `dropout1`, `fc7`, `relu2`, `dropout2`"),
        (["-l", "conv3 2", "--input", "1x9", "--at", "7"], "positions go from 0 to 6"),
        (["-l", "conv3 2", "--input", "1x9", "--at", "1,2"], "a position, such as 0, not 1,2"),
        (
            ["-l", "conv3x3x3 2", "--input", "1x5x5x5", "--at", "3,0,0"],
            "plane 3 is outside: planes go from 0 to 2",
        ),
        (
            ["-l", "conv3x3x3 2", "--input", "1x5x5x5", "--at", "1,1"],
            "a plane, a row and a column, such as 0,0,0, not 1,1",
        ),
        (["-l", "conv3x3 1", "--input", "1x3x3", "--at", "0,1"], "there is one column, 0"),
        (
            ["-l", "conv9x9 900, conv9x9 900", "--input", "9x900x900", "--at", "1,1"],
            "billion operations, and 1,000 billion are the most here",
        ),
        (["-l", "attention 1", "--input", "8x9000000", "--at", "5"], "of memory"),
        (["alexnet", "conv1", "--channel", "1"], "--channel has no effect with formulas alone"),
        (["alexnet", "conv1", "--seed", "1"], "--seed has no effect with formulas alone"),
        (["alexnet", "conv1", "--at", "1,1", "--batch", "2"], "--batch has no effect with --at"),
        (["alexnet", "conv1", "--at", "1,1", "--symbolic"], "--symbolic has no effect with --at"),
        (["alexnet", "conv1", "--at", "1,1", "--dtype", "int8"], "float32 or float64"),
        (["alexnet", "conv1", "--at", "1,1", "--resize"], "--resize has no effect with drawn"),
        (["alexnet", "conv1", "--at", "1,1", "--input", "nothing.npy"], "cannot read"),
        (["alexnet", "cnov1", "--at", "1,1"], "did you mean `conv1`?"),
        (["resnet:152", "conv2", "conv3", "--at", "1,1"], "at most 20 are worked"),
    ],
)
def test_what_cannot_be_worked(arguments: list[str], message: str) -> None:
    printed = " ".join(run("explain", *arguments, code=2).split())
    assert message in printed


def test_markdown_has_the_page_as_a_block() -> None:
    page = run("explain", "-l", "relu", "--input", "3", "--at", "1", "--format", "markdown")
    assert page.startswith("```text\nrelu1: relu")
    assert page.endswith("```\n")


@pytest.mark.parametrize("name", [kind.name for kind in FUNCTIONS])
def test_a_slope_is_what_the_engine_rises_by(name: str) -> None:
    """Between two values that are near, by the kernel."""
    kind = OPS[name]
    op = kind(0, **({"factor": 1.5} if name == "times" else {}))
    step = 1e-6
    for x in (-3.7, -2.1, -0.4, 0.3, 1.7, 4.2, 6.5):
        low, high = (KERNELS[kind](op, np.array([[x + sign * step]])).item() for sign in (-1, 1))
        slope = FUNCTIONS[kind][1](op, x)
        assert slope == pytest.approx((high - low) / (2 * step), abs=1e-6), x


def test_of_many_terms_only_those_that_are_told_become_rows() -> None:
    made: list[int] = []

    def row(place: int) -> tuple[str, float]:
        made.append(place)
        return str(place), float(terms[place])

    terms, large = np.full(1_000_000, 0.25), [3, 5, 8, 500, 501, 777_777, 999_998, 999_999]
    terms[large] = [-2, 2, -3, 3, 4, -5, 6, 7]
    told = largest_of("all", ("", "term"), terms, row)
    assert made == large
    assert told.rest == 999_992
    assert told.rest_sum == 249_998
