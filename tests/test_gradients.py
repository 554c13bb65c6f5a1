"""`cnncalc gradients`: norms by hand, and what two studies of a lecture show."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import cnncalc
from cnncalc.cli.gradients import INITIALISATIONS as OPTION_INITIALISATIONS
from cnncalc.cli.gradients import LOSSES as OPTION_LOSSES
from cnncalc.cli.main import main
from cnncalc.engine.gradients import Asked, gradients
from cnncalc.engine.loss import LOSSES
from cnncalc.engine.weights import INITIALISATIONS, initial_inputs, initial_weights


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["gradients", *words])


def test_norms_of_a_dense_layer_by_hand() -> None:
    """Of the sum of all outputs the gradient is the input for each weight, and 1 for each bias."""
    graph = cnncalc.parse("{input: 3, layers: [linear 4]}")
    found = gradients(graph, Asked("sum", seed=7, batch=1))
    [x] = initial_inputs(graph, 7, "float64")["input"]
    [layer] = found.layers
    assert layer.of_output == pytest.approx(math.sqrt(4))
    assert layer.of_weights == pytest.approx(math.sqrt(4 * float(np.square(x).sum()) + 4))
    assert layer.weights == 16
    assert layer.usual == pytest.approx((layer.of_weights or 0) / 4)
    assert found.ratio is None


def test_of_sigmoids_the_gradient_vanishes_and_of_relu_it_does_not() -> None:
    ratios = {
        variant: gradients(cnncalc.load(f"lecture/activations:{variant}"), Asked(batch=2)).ratio
        for variant in ("sigmoid", "relu")
    }
    assert (ratios["sigmoid"] or 1) < 1e-5
    assert (ratios["relu"] or 0) > 1e-2


def test_shortcuts_keep_the_gradient_of_the_first_layer_near_that_of_the_last() -> None:
    names = ("plain20", "plain56", "residual20", "residual56")
    ratio = {}
    for name in names:
        graph = cnncalc.load(f"lecture/plain_or_residual:{name}", input="3x16x16")
        ratio[name] = gradients(graph, Asked(batch=2)).ratio or 0
    assert ratio["plain56"] > 100 * ratio["plain20"]
    assert ratio["residual56"] < 10 * ratio["residual20"]


def test_weights_by_glorot_have_the_variance_of_both_sides() -> None:
    graph = cnncalc.parse(
        "{input: 32x6x6, layers: [conv3x3 96, dwconv3x3, upconv2x2 64 stride=2, flatten, "
        "linear 9]}"
    )
    he, xavier = (initial_weights(graph, 0, "float64", one) for one in INITIALISATIONS)
    fans = {"conv1": (288, 864), "dwconv1": (9, 9), "linear1": (64 * 4 * 4, 9)}
    for layer, (taken, given) in fans.items():
        rate = xavier[layer]["weight"] / he[layer]["weight"]
        np.testing.assert_allclose(rate, math.sqrt(taken / (taken + given)))
    np.testing.assert_array_equal(xavier["conv1"]["bias"], he["conv1"]["bias"])


def test_the_table_of_a_network() -> None:
    told = run("lenet5", "--batch", "2").output
    lines = told.splitlines()
    assert lines[0].startswith("LeNet-5, 2 examples of 1x32x32: cross-entropy ")
    assert [line.split()[0] for line in lines[4:9]] == ["c1", "c3", "c5", "f6", "output"]
    assert "tanh1" not in told
    assert "variance 2 / fan in" in " ".join(lines)
    assert max(map(len, lines)) < 80
    assert "tanh1" in run("lenet5", "--batch", "2", "--all").output


def test_several_networks_have_a_line_each() -> None:
    done = run("lecture/activations:sigmoid", "lecture/activations:tanh", "--batch", "1")
    rows = [line for line in done.output.splitlines() if line.startswith("Activation functions:")]
    assert len(rows) == 2
    assert run("lenet5", "lenet5", "--all").exit_code == 2


def test_json_has_every_layer() -> None:
    told = json.loads(run("lenet5", "--format", "json", "--init", "xavier", "--seed", "3").output)
    assert (told["schema_version"], told["seed"], told["batch"]) == (1, 3, 4)
    assert told["initialisation"] == "xavier"
    assert len(told["layers"]) == 12
    assert told["layers"][0]["gradient_of_weights"] > 0
    assert told["layers"][1]["gradient_of_weights"] is None
    assert len(json.loads(run("lenet5", "lenet5", "--format", "json").output)) == 2


def test_equal_seeds_give_equal_numbers() -> None:
    assert run("lenet5").output == run("lenet5").output != run("lenet5", "--seed", "1").output


def test_the_words_of_options_are_those_of_the_engine() -> None:
    assert tuple(LOSSES) == OPTION_LOSSES
    assert tuple(INITIALISATIONS) == OPTION_INITIALISATIONS


@pytest.mark.parametrize("words", ["no-such-net", "lenet5 --batch 0", "lenet5 --loss x"])
def test_what_cannot_be_run(words: str) -> None:
    done = run(*words.split())
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_more_memory_than_there_is() -> None:
    done = run("vgg:16", "--batch", "1000000")
    assert done.exit_code == 2
    assert "of memory" in done.output


def test_gradients_without_a_norm_are_refused(tmp_path: Path) -> None:
    spec = tmp_path / "large.yaml"
    layers = "input: 1x2x2\nlayers: [a: conv1x1 2, b: conv1x1 2, softmax]\n"
    spec.write_text(f"{layers}weights: {{a: {{weight: 1e24, bias: -1e24}}}}\n", "utf-8")
    for form in ("table", "json"):
        done = run(str(spec), "--format", form)
        assert done.exit_code == 2
        assert "its gradient has NaN or infinity" in done.output
