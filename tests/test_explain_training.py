"""A training step explained: bytes by hand, and updates against what the papers' rules give."""

import json
import math

import pytest
from click.testing import CliRunner, Result

import cnncalc
from cnncalc.analysis.conventions import OPTIMIZER_STATES
from cnncalc.analysis.explain_training import explain_training
from cnncalc.analysis.optimizers import OPTIMIZERS
from cnncalc.cli.main import main


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["explain", *words])


def test_every_optimizer_has_the_states_that_are_counted() -> None:
    assert {name: len(one.states) for name, one in OPTIMIZERS.items()} == OPTIMIZER_STATES
    assert all(one.source for one in OPTIMIZERS.values())


@pytest.mark.parametrize(
    ("name", "after"),
    [
        # w = 1, g = -0.5: by hand, all that is kept being 0 before.
        ("sgd", 1.005),
        ("momentum", 1.005),
        ("rmsprop", 1.1),  # 0.01 * 0.5 / sqrt(0.01 * 0.25) = 0.1
        ("adam", 1.001),  # its first step is lr, whatever the gradient
        ("adamw", 1.00099),  # after a decay of 0.001 * 0.01
    ],
)
def test_a_first_step(name: str, after: float) -> None:
    *_, last = OPTIMIZERS[name].worked(1.0, -0.5)
    assert math.isclose(last.result, after, rel_tol=1e-7)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_values_of_each_line_give_its_result(name: str) -> None:
    for weight, gradient in ((0.3, 0.02), (-1.7, -4.0)):
        for line in OPTIMIZERS[name].worked(weight, gradient):
            values = line.values.replace("^", "**")
            found = eval(values, {"sqrt": math.sqrt})  # noqa: S307 - our own text
            assert math.isclose(found, line.result, rel_tol=1e-4), line


def test_bytes_of_a_convolution_by_hand() -> None:
    """3x3 from 2 to 4 channels on 8x8, two examples of float32: 76 parameters."""
    graph = cnncalc.parse("{input: 2x8x8, layers: [conv3x3 4, relu]}")
    conv, relu = explain_training(graph, [], "adam", dtype="float32", batch=2)
    found = {formula.quantity: formula.result for formula in conv.formulas}
    assert found == {
        "kept: input": 2 * 128 * 4,
        "gradients of weights": 76 * 4,
        "optimizer state": 2 * 76 * 4,
        "moved by the update": 7 * 76 * 4,
        "gradient of output": 2 * 4 * 6 * 6 * 4,
        "gradient of input": 2 * 128 * 4,
    }
    assert next(one.quantity for one in relu.formulas) == "kept: output"


@pytest.mark.parametrize(
    ("layers", "quantity", "result"),
    [
        ("[flatten, dropout]", "kept: mask", 128),
        ("[{add: [x, x]}]", "kept for backward", 0),
        ("[{mul: [x, x]}]", "kept: input 2", 512),
        ("[tokens, attention 1]", "kept: made within", 4 * (64 * 4 * 2 + 64 * 64)),
        ("[p: maxpool2x2, {max_unpool 2: [x, input]}]", "kept: second input", 512),
    ],
)
def test_what_is_kept(layers: str, quantity: str, result: int) -> None:
    graph = cnncalc.parse(f"{{input: 2x8x8, layers: {layers}}}")
    *_, last = explain_training(graph, [], "sgd", dtype="float32", batch=1)
    assert {one.quantity: one.result for one in last.formulas}[quantity] == result


def test_shared_weights_count_where_they_are_held() -> None:
    graph = cnncalc.parse("{input: 2x8x8, layers: [a: conv1x1 2, share a]}")
    *_, again = explain_training(graph, [], "adam", dtype="float32", batch=1)
    found = {one.quantity: one for one in again.formulas}
    assert found["gradients of weights"].result == 0
    assert "`a`" in (found["gradients of weights"].note or "")


def test_the_command_works_an_update() -> None:
    told = run("lenet5", "c3", "--training", "adam")
    assert told.exit_code == 0
    assert "Kingma & Ba 2014" in told.output
    assert "w  = w - lr*m^ / (sqrt(v^) + eps) = " in told.output
    document = json.loads(run("lenet5", "c3", "--training", "adam", "--format", "json").output)
    [layer] = document["layers"]
    assert layer["update"]["tensor"] == "weight"
    moved = layer["update"]["lines"][-1]["result"] - layer["update"]["weight"]
    assert math.isclose(abs(moved), 0.001, rel_tol=1e-6)
    page = run("lenet5", "c3", "--training", "sgd", "--format", "markdown").output
    assert "| optimizer state |" in page


def test_what_cannot_be_explained() -> None:
    assert run("lenet5", "c9", "--training", "adam").exit_code == 2
    assert run("lenet5", "c3", "--training", "adam", "--symbolic").exit_code == 2
    assert run("lenet5", "c3", "--training", "lion").exit_code == 2
    told = run("lenet5", "s2", "--training", "adam").output
    assert "No weight is updated" in " ".join(told.split())
