"""A training step held against what is told of it, and faults that it finds."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import cnncalc
from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import summarize
from cnncalc.cli.main import main
from cnncalc.engine.backward import BACKWARD, Gradients
from cnncalc.engine.verify_training import BATCH, verify_training
from cnncalc.ops.activation import Relu
from cnncalc.ops.conv import Conv
from cnncalc.ops.linear import Linear

SMALL = [
    ("lenet5", "1x32x32"),
    ("lecture/plain_or_residual:residual20", "3x8x8"),
]

TINY = """
input: 2x8x8
layers:
  - conv3x3 4 padding=1
  - bn
  - relu
  - add: [[conv1x1 4, silu], x, {mul: [x, learned 4x1x1]}]
  - dropout 0.3
  - maxpool2x2
  - flatten
  - linear 3
"""


def disagreements(text: str) -> list[tuple[str | None, str]]:
    found = verify_training(cnncalc.parse(text))
    return [(check.layer, check.metric) for check in found.disagreements]


@pytest.mark.parametrize(("name", "shape"), SMALL)
def test_bundled_networks_agree(name: str, shape: str) -> None:
    graph = cnncalc.load(name, input=shape)
    found = verify_training(graph)
    assert found.agrees, found.disagreements
    told = summarize(graph, Basis("float64", BATCH).with_training("sgd")).training
    assert told is not None
    seen = {check.metric: check.seen for check in found.checks if check.layer is None}
    assert seen["kept_bytes"] == told.activations
    assert seen["gradient_bytes"] == told.gradients


def test_every_number_of_a_step_is_held() -> None:
    found = verify_training(cnncalc.parse(TINY))
    assert found.agrees, found.disagreements
    metrics = {(check.layer, check.metric) for check in found.checks}
    assert {("conv1", "gradient of weight"), ("conv1", "gradient of bias")} <= metrics
    assert {("add1", "gradient of input 1"), ("add1", "gradient of input 3")} <= metrics
    assert ("bn1", "gradient of weight") in metrics
    assert {check.predicted for check in found.checks if check.layer == "dropout1"} == {
        "mask", "within 1e-05",
    }  # fmt: skip


def test_a_wrong_backward_kernel_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = BACKWARD[Conv]

    def off(*given: Any) -> Gradients:
        inputs, tensors = right(*given)
        return Gradients(inputs, {**tensors, "weight": tensors["weight"] * 1.001})

    monkeypatch.setitem(BACKWARD, Conv, off)
    assert ("conv1", "gradient of weight") in disagreements(TINY)


@pytest.mark.parametrize("place", [0, 77, -1])
def test_one_wrong_gradient_of_many_is_found(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = BACKWARD[Linear]

    def off(*given: Any) -> Gradients:
        inputs, tensors = right(*given)
        weight = tensors["weight"].copy()
        weight.reshape(-1)[place] *= 1.01
        return Gradients(inputs, {**tensors, "weight": weight})

    monkeypatch.setitem(BACKWARD, Linear, off)
    assert ("linear1", "gradient of weight") in disagreements(TINY)


def test_of_a_large_tensor_as_many_values_are_moved_as_is_said() -> None:
    found = verify_training(cnncalc.parse("{input: 500, layers: [linear 400]}"))
    assert found.agrees, found.disagreements
    [check] = [one for one in found.checks if one.metric == "gradient of weight"]
    moved = int((check.note or "").split(" of ")[0].replace(",", ""))
    assert check.note == f"{moved:,} of 200,000 values moved"
    assert 60_000 < moved <= 65_536
    assert found.moved == (moved + 400 + 3 * 500, 200_000 + 400 + 3 * 500)


@pytest.mark.parametrize(
    "layers",
    [
        # Half of all values lie at a bend; they are left where they are.
        "[conv3x3 4, relu, relu, {max: [x, [times 2]]}, maxpool2x2, relu6]",
        # No value can be moved without all of them bending.
        "[times 0, relu, conv1x1 2, leaky_relu, maxpool2x2]",
    ],
)
def test_values_at_bends(layers: str) -> None:
    found = verify_training(cnncalc.parse(f"{{input: 2x8x8, layers: {layers}}}"))
    assert found.agrees, found.disagreements


@pytest.mark.parametrize(("option", "named"), [([], "b"), (["--training"], "softmax1")])
def test_values_that_are_too_large_are_no_disagreement(
    option: list[str], named: str, tmp_path: Path
) -> None:
    spec = tmp_path / "large.yaml"
    layers = "layers: [a: conv1x1 2 bias=false, b: conv1x1 2 bias=false, softmax]\n"
    spec.write_text(
        f"input: 1x2x2\n{layers}weights: {{a: {{weight: 1e24}}, b: {{weight: 1e24}}}}\n", "utf-8"
    )
    words = ["verify", str(spec), *option]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "disagree" not in done.output.lower()
    assert f"`{named}` is the first layer with values that are too large" in done.output
    told = json.loads(CliRunner().invoke(main, [*words, "--format", "json"]).stdout)
    assert told["overflow"] == named
    assert told["agrees"] is True


def test_a_kernel_that_gives_nan_is_a_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    right = BACKWARD[Conv]

    def off(*given: Any) -> Gradients:
        inputs, tensors = right(*given)
        return Gradients(inputs, {**tensors, "bias": tensors["bias"] * np.nan})

    monkeypatch.setitem(BACKWARD, Conv, off)
    assert ("conv1", "gradient of bias") in disagreements(TINY)


def test_a_record_that_keeps_more_or_less_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Relu, "backward_reads", ("input", "output"))
    assert ("relu1", "kept") in disagreements(TINY)
    monkeypatch.setattr(Relu, "backward_reads", ())
    assert disagreements(TINY) == [(None, "kept")]


@pytest.mark.parametrize(
    "layers",
    [
        # A view that another layer reads as well is not overwritten.
        "[conv1x1 2, {concat: [[flatten, relu], [conv1x1 3, flatten]]}]",
        "[a: conv1x1 2, times 2, relu, {add: [x, [a, silu]]}]",
        "[learned 2x4x4, times 2, {mul: [x, input]}]",
        "[{add: [x, relu]}, dropout, flatten, dropout, linear 2]",
        "[{div: [x, [sigmoid, times 2]]}, {max: [x, [conv1x1 2]]}]",
        "[a: maxpool2x2, conv1x1 2, {max_unpool 2: [x, input]}]",
        "[conv1x1 4, attention_map: [tokens, {attend 2: [x, x, x]}]]",
        "[c: conv3x3 2 padding=1, relu, share c, relu, share c, flatten, linear 2]",
        "[conv1x1 4, tokens, {attend heads=2 over=channels temperature=true: [x, x, x]}]",
    ],
)
def test_kept_bytes_of_graphs_with_shared_memory(layers: str) -> None:
    text = f"{{input: {{input: 2x4x4}}, layers: {layers}}}"
    found = verify_training(cnncalc.parse(text))
    assert found.agrees, found.disagreements


def test_the_command() -> None:
    done = CliRunner().invoke(main, ["verify", "lenet5", "--training"])
    assert done.exit_code == 0, done.output
    assert "gradient of weight" in done.output
    assert done.output.endswith(
        f"agree with a training step on {BATCH} examples of 1x32x32 (float64, seed 0); "
        "all 108,914 values with a gradient were moved for differences\n"
    )
    told = json.loads(
        CliRunner().invoke(main, ["verify", "lenet5", "--training", "--format", "json"]).output
    )
    assert told["training"] is True
    assert told["batch"] == BATCH
    assert told["agrees"] is True
    assert told["moved"] == {"values": 108_914, "of": 108_914}
    refused = CliRunner().invoke(main, ["verify", "lenet5", "--training", "--dtype", "float32"])
    assert refused.exit_code == 2
    assert "--dtype has no effect with --training" in refused.output


def test_what_no_output_depends_on_has_no_gradient() -> None:
    graph = cnncalc.parse(
        "{input: 2x4x4, layers: [a: conv1x1 2, b: conv1x1 3], outputs: {out: a}}"
    )
    found = verify_training(graph)
    assert found.agrees, found.disagreements
    assert "no output depends on it" in {check.note for check in found.checks}
    assert np.isfinite([check.seen for check in found.checks if check.metric == "kept_bytes"])
