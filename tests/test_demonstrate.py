"""What `demonstrate` shows: numbers that the lectures print, or that can be counted on paper."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from cnncalc.cli.main import main

FILTERS = ("-l", "conv5x5 6", "--input", "3x32x32")


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["demonstrate", *arguments])
    assert done.exit_code == code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def told(*arguments: str) -> dict[str, Any]:
    found = json.loads(run(*arguments, "--format", "json"))
    assert isinstance(found, dict)
    assert found["schema_version"] == 1
    return found


def test_a_convolution_is_a_dense_layer_with_few_values() -> None:
    numbers = told(*FILTERS, "dense-equivalent")["numbers"]
    assert (numbers["rows"], numbers["columns"]) == (4_704, 3_072)
    assert numbers["numbers"] == 14_450_688
    assert numbers["nonzeros"] == 4_704 * 75
    assert numbers["largest_in_row"] == 75
    assert numbers["distinct_values"] == 450
    assert numbers["parameters"] == 456
    assert numbers["is_same"]


def test_a_1x1_convolution_is_one_dense_layer_at_each_place() -> None:
    numbers = told("-l", "conv1x1 5", "--input", "4x6x6", "dense-equivalent")["numbers"]
    assert numbers["nonzeros"] == 36 * 20
    assert numbers["distinct_values"] == 20


@pytest.mark.parametrize(
    ("lines", "is_same"),
    [
        ("avgpool2x2", True),
        ("bn", True),
        ("upconv2x2 3 stride=2", True),
        ("conv3x3 2, conv3x3 2", True),
        ("conv3x3 2, relu, conv3x3 2", False),
        ("maxpool2x2", False),
    ],
)
def test_what_is_linear_has_a_matrix(lines: str, *, is_same: bool) -> None:
    found = told("-l", lines, "--input", "2x6x6", "dense-equivalent")
    assert found["numbers"]["is_same"] is is_same
    bends = "relu1" if "relu" in lines else "maxpool1"
    assert any(f"`{bends}`" in one for one in found["says"]) is not is_same


def test_sharing_by_the_numbers_of_the_lecture() -> None:
    found = told(*FILTERS, "sharing")
    assert found["numbers"]["parameters"] == 456
    assert found["numbers"]["dense"] == 14_450_688 + 4_704
    assert found["numbers"]["locally_connected"] == 4_704 * 75 + 4_704
    [layer] = found["layers"]
    assert layer["outputs_of_a_weight"] == 28 * 28


def test_a_3x3_sees_9_of_36_inputs() -> None:
    found = told("-l", "conv3x3 1", "--input", "1x6x6", "sparsity", "--at", "1,1")
    assert (found["numbers"]["move"], found["numbers"]["places"]) == (9, 36)
    assert found["picture"] == ["......", ".###..", ".###..", ".###..", "......", "......"]


def test_a_dense_layer_sees_all() -> None:
    found = told("-l", "flatten, linear 3", "--input", "1x6x6", "sparsity")
    assert found["numbers"]["move"] == 36


def test_what_could_move_and_does_not_is_told_apart() -> None:
    found = told("-l", "maxpool3x3", "--input", "1x9x9", "sparsity", "--at", "1,1")
    assert found["numbers"]["can_move"] == 9
    assert found["numbers"]["move"] <= 9
    assert "".join(found["picture"]).count(".") == 72


def test_a_convolution_is_equivariant_but_for_its_padding() -> None:
    found = told(*FILTERS, "shift")
    bare, padded, pooled, whole = found["layers"]
    assert found["numbers"]["is_equivariant"]
    assert (bare["moves_along"], bare["columns_that_differ"]) == (0.0, "0 of 27")
    assert bare["stays"] > 0.1
    assert padded["layer"] == "conv1 padding=half"
    assert padded["columns_that_differ"] == "4 of 31"
    assert (pooled["stride"], pooled["pixels"], pooled["moves_along"]) == (2, 2, 0.0)
    assert 0 < whole["stays"] < bare["stays"]
    assert "equivariance" in found["says"][0]
    assert "Invariance" in found["says"][0] or "invariance" in found["says"][0]


def test_a_network_layer_by_layer() -> None:
    found = told("lenet5", "shift", "s4")
    assert [one["layer"] for one in found["layers"]] == [
        "c1", "tanh1", "s2", "c3", "tanh2", "s4",
    ]  # fmt: skip
    assert [one["stride"] for one in found["layers"]] == [1, 1, 2, 2, 2, 4]


def test_fields_as_they_are_seen() -> None:
    found = told("lenet5", "receptive-field")
    sizes = {one["layer"]: (one["computed"], one["measured"]) for one in found["layers"]}
    assert sizes["c3"] == ("14x14", "14x14")
    assert sizes["c5"] == ("32x32", "32x32")
    assert found["numbers"]["agree"] == found["numbers"]["layers"] == 12


@pytest.mark.parametrize("name", ["sharing", "sparsity", "shift", "dense-equivalent"])
def test_pages_fit_and_are_the_same_twice(name: str) -> None:
    page = run("lenet5", name, "c3")
    assert page == run("lenet5", name, "c3")
    assert max(map(len, page.splitlines())) <= 80
    assert "drawn from the seed 0" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lenet5"], "name what is demonstrated behind the network"),
        (["shift"], "give either a network or -l"),
        (["lenet5", "shiftt"], "did you mean `shift`?"),
        (["lenet5", "shift", "c9"], "there is no layer `c9`"),
        (["lenet5", "shift", "conv1"], "there are `c1`, `tanh1`, `s2`"),
        (["resnet:18", "shift", "conv2"], "such as `conv2.basic1.conv_bn1.conv1`"),
        (["lenet5", "c1", "shift"], "the property comes before the LAYER: `shift` first"),
        (["lenet5", "sparsity", "c1", "--at", "1,2,3"], "a row and a column, such as 0,0"),
        (["lenet5", "shift", "--seed", "x"], "`x` is no seed: it is a whole number from 0"),
        (["-l", "conv1x3 4", "--input", "1x1x100000", "receptive-field"], "not of 1 on 1x1x"),
        (["-l", "attention 1", "--input", "8x100000", "shift"], "of memory"),
        (
            ["-l", "conv3x3 9, conv9x9 900", "--input", "9x900x900", "shift"],
            "billion are the most",
        ),
        (["-l", "upsample 1000", "--input", "1x300x300", "shift"], "`--input 1x"),
        (["lenet5", "shift", "c1", "c3"], "`c3` is too much"),
        (["-l", "relu", "--input", "3x8x8", "shift", "relu1"], "none with -l"),
        (["-l", "relu", "shift"], "-l needs one --input"),
        (["-l", "relu", "-l", "bn", "--input", "3x8x8", "shift"], "give -l only once"),
        (["-l", "relu", "--input", "3x8x8", "--set", "a=1", "shift"], "--set has no effect"),
        (["lenet5", "shift", "--at", "1,1"], "--at has no effect with `shift`"),
        (["lenet5", "sparsity", "c1", "--at", "28,0"], "row 28 is outside: rows go from 0 to 27"),
        (["alexnet", "dense-equivalent", "conv1"], "at most 16,777,216 are made"),
        (["resnet:50", "sparsity"], "at most 16,384 are moved one by one"),
        (["vgg:16", "shift"], "the bound is 4e+10"),
        (["densenet:201", "receptive-field"], "of at most 600 layers and 512 rows"),
        (["-l", "relu, bn", "--input", "3x8x8", "sharing"], "nothing can be shared"),
        (["-l", "linear 4", "--input", "8", "shift"], "no places that could be shifted"),
        (["-l", "linear 4", "--input", "8", "receptive-field"], "receptive fields are of maps"),
        (["-l", "matmul: [x, x]", "--input", "3x3", "receptive-field"], "mixes places"),
        (["resnet:18", "dense-equivalent", "conv2.basic1.add1"], "reads 2 inputs"),
        (["nothing", "shift"], "nothing"),
    ],
)
def test_what_is_refused(arguments: list[str], message: str) -> None:
    assert message in " ".join(run(*arguments, code=2).split())


def test_a_twin_that_does_not_fit_is_left_out() -> None:
    page = run("-l", "conv3x3 4 padding=20", "--input", "1x1x1", "shift")
    assert "padding=0" not in page
    assert "conv1 + globalavgpool" in page
