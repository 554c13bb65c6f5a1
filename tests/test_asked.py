"""Another input and another batch, asked for in Python as on the command line."""

from pathlib import Path
from typing import Any

import pytest
from commands import run

import cnncalc
from cnncalc import SpecError

TWO = """name: two
input: {image: 3x8x8, mask: 1x8x8}
layers:
- concat: [image, mask]
- conv3x3 4
"""
SHAPES: tuple[Any, ...] = ("3x64x96", (3, 64, 96), [3, 64, 96], {"input": "3x64x96"})


@pytest.mark.parametrize("shape", SHAPES)
def test_an_input_may_be_text_or_numbers(shape: Any) -> None:
    graph = cnncalc.load("resnet:18", input=shape)
    assert graph.inputs == {"input": (3, 64, 96)}
    assert graph.layers[0].output_shape == (64, 32, 48)


def test_the_counts_are_those_of_the_command() -> None:
    graph = cnncalc.load("resnet:18", input=(3, 64, 96), batch=4)
    printed = run("summarize", "resnet:18", "--input", "3x64x96", "--batch", "4")
    assert f"{cnncalc.summarize(graph).totals.macs:,}" in printed


def test_numbers_of_other_libraries_are_numbers() -> None:
    import numpy as np  # noqa: PLC0415 - loads slowly

    graph = cnncalc.load("resnet:18", input=np.array([3, 64, 96]))  # type: ignore[arg-type]
    assert graph.inputs == {"input": (3, 64, 96)}
    assert type(graph.inputs["input"][0]) is int


def test_each_of_several_inputs_is_named() -> None:
    graph = cnncalc.parse(TWO, input={"mask": (1, 16, 16), "image": "3x16x16"})
    assert graph.inputs == {"image": (3, 16, 16), "mask": (1, 16, 16)}
    with pytest.raises(SpecError, match="missing name of the input"):
        cnncalc.parse(TWO, input=(3, 16, 16))
    with pytest.raises(SpecError, match="has no input `depth`"):
        cnncalc.parse(TWO, input={"depth": (3, 16, 16)})


def test_a_model_takes_another_input(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    cnncalc.write_onnx(cnncalc.load("resnet:18"), path, seed=None)
    for found in (cnncalc.load(path, input="3x64x96"), cnncalc.read_onnx(path, (3, 64, 96))):
        assert found.inputs == {"input": (3, 64, 96)}
        assert found.layers[0].output_shape == (64, 32, 48)
    with pytest.raises(SpecError, match="E704"):
        cnncalc.load(path, input={"other": (3, 64, 96)})
    with pytest.raises(TypeError, match="neither variants nor variables"):
        cnncalc.load(path, input=(3, 64, 96), width=3)


def message(written: Any) -> str:
    """What is said in Python of a shape that is none."""
    with pytest.raises(ValueError, match="is not a shape: write C x H x W") as caught:
        cnncalc.load("lenet5", input=written)
    return str(caught.value)


@pytest.mark.parametrize("written", ["3x", "3x64x64x64x64"])
def test_what_is_no_shape_is_said_as_the_command_says_it(written: str) -> None:
    printed = run("summarize", "lenet5", "--input", written, code=2)
    assert message(written) in " ".join(printed.split())


@pytest.mark.parametrize("shape", [(), (3, 0, 5), (1, 2, 3, 4, 5), (3, -1, 2)])
def test_numbers_that_are_no_shape_are_said_as_text_is(shape: tuple[int, ...]) -> None:
    assert message(shape) == message("x".join(map(str, shape)))


@pytest.mark.parametrize("written", [3.5, (3, 2.5), 7, ("a", "b"), {"input": None}, b"3x4"])
def test_what_is_no_input_at_all_is_a_type_error(written: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="shape"):
        cnncalc.load("resnet:18", input=written)


@pytest.mark.parametrize("shape", ["224x224x3", "5x5x5"])
def test_faults_are_those_of_the_command(shape: str) -> None:
    with pytest.raises(SpecError) as caught:
        cnncalc.load("alexnet", input=shape)
    printed = run("summarize", "alexnet", "--input", shape, code=2)
    for fault in caught.value.diagnostics:
        assert f"error[{fault.code}]: {fault.message}" in printed


def test_a_file_of_ultralytics_takes_another_input() -> None:
    path = Path(__file__).parent / "ultralytics" / "yolov8.yaml"
    graph = cnncalc.load(path, input="3x320x320", batch=2)
    assert repr(graph).endswith("layers on 3x320x320, batch 2>")


# Batches


def test_a_batch_counts_in_all_that_counts() -> None:
    one, eight = cnncalc.load("lenet5"), cnncalc.load("lenet5", batch=8)
    assert one.layers == eight.layers
    assert cnncalc.summarize(eight) == cnncalc.summarize(eight, 8)
    assert cnncalc.summarize(eight).rows == cnncalc.summarize(one, 8).rows
    assert cnncalc.summarize(eight, 1).batch == 1
    assert cnncalc.compare(eight, eight).candidates[1].summary.batch == 8
    assert cnncalc.diff(eight, eight).new.batch == 8
    assert str(eight) == str(cnncalc.summarize(one, 8))
    assert cnncalc.parse(TWO, batch=3).batch == 3


def test_networks_of_several_batches_have_none_in_common() -> None:
    one, eight = cnncalc.load("lenet5"), cnncalc.load("lenet5", batch=8)
    for made in (lambda: cnncalc.compare(one, eight), lambda: cnncalc.diff(one, eight)):
        with pytest.raises(ValueError, match="for batches of 1, 8: give `batch`"):
            made()
    assert cnncalc.diff(one, eight, batch=4).new.batch == 4
    assert not cnncalc.diff(one, eight, batch=4).is_changed


@pytest.mark.parametrize("batch", [0, -1, 1.5, True, "8"])
def test_a_batch_is_a_number_of_examples(batch: Any) -> None:
    with pytest.raises(ValueError, match="a batch has 1 example or more"):
        cnncalc.load("lenet5", batch=batch)


def test_a_model_takes_a_batch(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    cnncalc.write_onnx(cnncalc.load("lenet5"), path, seed=None)
    found = cnncalc.summarize(cnncalc.load(path, batch=4))
    assert found.totals.macs == 4 * cnncalc.summarize(cnncalc.load("lenet5")).totals.macs
