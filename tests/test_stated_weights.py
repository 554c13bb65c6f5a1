"""Weights that a spec states: their forms, and all that reads them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from editing_text import at_cursor, marked
from torch_sources import made, parsed

import cnncalc
from cnncalc.cli.main import main
from cnncalc.diagnostics import SpecError
from cnncalc.editor.names import apply, rename
from cnncalc.engine import Array
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import initial_weights
from cnncalc.interchange.resolved.checked import render_checked
from cnncalc.spec.kernels import KERNELS, written

TEXT = """
name: edges
input: 3x6x6
vars: {high: 1, low: [-1, -1]}
layers:
  - first: conv2x2 2
  - relu
  - inner: [second: dwconv1x1 bias=false, bn]
  - flatten
  - linear 2 bias=false
weights:
  first: {weight: [[high, 1/3], low], bias: [0.5, -2]}
  inner.second: [[[[2]]], [[[3]]]]
  inner.bn1: {weight: 1, bias: 0, running_mean: [4, 5], running_var: 9}
"""


def weights(text: str) -> dict[str, dict[str, Array]]:
    return {layer: dict(own) for layer, own in initial_weights(cnncalc.parse(text), 3).items()}


def test_values_have_the_axes_of_their_tensor_or_the_last_of_them() -> None:
    held = weights(TEXT)
    kernel = np.array([[1, 1 / 3], [-1, -1]], np.float32)
    assert held["first"]["weight"].shape == (2, 3, 2, 2)
    for out in range(2):
        for channel in range(3):
            np.testing.assert_array_equal(held["first"]["weight"][out, channel], kernel)
    assert held["first"]["bias"].tolist() == [0.5, -2]
    assert held["inner.second"]["weight"].reshape(-1).tolist() == [2, 3]
    assert held["inner.bn1"]["running_mean"].tolist() == [4, 5]
    assert held["inner.bn1"]["running_var"].tolist() == [9, 9]


def test_layers_that_state_none_draw_what_they_drew() -> None:
    bare = weights(TEXT.partition("weights:")[0])
    held = weights(TEXT)
    np.testing.assert_array_equal(held["linear1"]["weight"], bare["linear1"]["weight"])
    assert np.any(held["first"]["weight"] != bare["first"]["weight"])


def test_counts_are_the_same() -> None:
    one, other = (cnncalc.parse(text) for text in (TEXT, TEXT.partition("weights:")[0]))
    assert one.layers == other.layers
    assert cnncalc.summarize(one).totals == cnncalc.summarize(other).totals


def test_variables_and_variants_choose_values() -> None:
    text = """
input: 1x3x3
vars: {kernel: null}
layers: [edge: conv3x3 1 bias=false]
weights: {edge: kernel}
variants:
  blur: {vars: {kernel: blur}}
  own: {vars: {kernel: blur}, weights: {edge: 7}}
  rows: {vars: {kernel: [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}}
"""
    found = {one: cnncalc.parse(text, variant=one).weights["edge"]["weight"] for one in
             ("blur", "own", "rows")}  # fmt: skip
    assert found == {
        "blur": ((1 / 9,) * 3,) * 3,
        "own": 7,
        "rows": ((1, 2, 3), (4, 5, 6), (7, 8, 9)),
    }


def test_kernels_with_a_name_are_what_they_are_called() -> None:
    sums = {name: float(np.sum(np.array(kernel))) for name, kernel in KERNELS.items()}
    kept = [name for name, total in sums.items() if np.isclose(total, 1)]
    assert kept == ["blur", "sharpen", "emboss"]  # a plain picture stays as it is
    assert [name for name, total in sums.items() if total == 0] == [
        "outline", "vertical_edge", "horizontal_edge",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, -2 / 3, 0.5, 1e-5, 1e22, 3, -7, 2.0, 22 / 7, 1e-300]
)
def test_what_is_written_is_read_back(value: float) -> None:
    text = "{input: 1x1x1, layers: [a: conv1x1 1 bias=false], weights: {a: %s}}"
    assert cnncalc.parse(text % written(value)).weights["a"]["weight"] == value


def test_a_network_states_some_thousands_of_values_at_most() -> None:
    lines = [f"  - a{n}: conv1x1 900 bias=false" for n in range(5)]
    stated = [f"  a{n}: {[[[1]] for _ in range(300)]}" for n in range(5)]
    text = "\n".join(["input: 300x1x1", "layers:", *lines, "weights:", *stated])
    wide = text.replace("300x1x1", "900x1x1")
    with pytest.raises(SpecError) as caught:
        cnncalc.parse(wide)
    assert caught.value.diagnostics[0].code == "E225"  # 300 channels of 900
    short = text.replace("conv1x1 900", "conv1x1 300")
    with pytest.raises(SpecError) as caught:
        cnncalc.parse(short)
    assert [one.code for one in caught.value.diagnostics] == ["E505"]


# What reads them


def test_they_are_written_in_a_resolved_spec() -> None:
    graph = cnncalc.parse(TEXT)
    again = cnncalc.parse(render_checked(graph))
    assert again.weights == graph.weights
    assert "inner.second: [[[[2]]], [[[3]]]]" in render_checked(graph)


def test_a_model_has_them_and_is_read_back(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    path = tmp_path / "edges.onnx"
    graph = cnncalc.parse(TEXT)
    cnncalc.write_onnx(graph, path)
    model = onnx.load(path)
    held = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    np.testing.assert_array_equal(held["first.bias"], np.array([0.5, -2], np.float32))
    assert held["first.weight"].ravel()[:4].tolist() == [1, np.float32(1 / 3), -1, -1]
    assert cnncalc.load(path).weights == graph.weights


@pytest.mark.peers
def test_a_module_begins_with_them() -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    shown = TEXT.replace("  - linear 2 bias=false\n", "")
    graph, source = parsed(shown)
    x = np.random.default_rng(0).standard_normal((2, 3, 6, 6)).astype(np.float32)
    ours = execute(graph, initial_weights(graph), {"input": x}).tensors["flatten1"]
    with torch.inference_mode():
        theirs = made(source)(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_a_run_and_its_check_use_them(tmp_path: Path) -> None:
    assert cnncalc.verify(cnncalc.parse(TEXT)).agrees
    path = tmp_path / "edges.yaml"
    path.write_text(TEXT, "utf-8")
    given = ["run", str(path), "--input", "[1, 1, 1, 0, 0, 0]"]
    asked = CliRunner().invoke(main, given)
    assert "`linear1` needs weights" in asked.stderr
    done = CliRunner().invoke(main, [*given, "--seed", "0", "first"])
    # 3 channels of (high + 1/3 - 1 - 1) where all is 1, and a bias
    assert done.stdout.splitlines()[1].split()[0] == "-1.5"
    drawn: dict[str, Any] = {
        f"linear1.{name}": one for name, one in weights(TEXT)["linear1"].items()
    }
    np.savez(tmp_path / "edges.npz", **drawn)  # it holds what the spec does not state
    assert CliRunner().invoke(main, given).exit_code == 0
    whole = CliRunner().invoke(main, [*given, "--weights", str(tmp_path / "edges.npz")])
    assert "takes `first.weight` of 2x3x2x2" in whole.stderr


def test_they_are_explained() -> None:
    [one] = cnncalc.explain(cnncalc.load("lecture/kernels"), "blur")
    assert one.to_dict()["weights"] == {"weight": ((1 / 9,) * 3,) * 3}
    done = CliRunner().invoke(main, ["explain", "lecture/flip:convolution"])
    assert "  weight is [1, 0, 2]\n" in done.stdout


def test_what_they_are_made_of_is_used(tmp_path: Path) -> None:
    path = tmp_path / "edges.yaml"
    path.write_text(TEXT, "utf-8")
    told = CliRunner().invoke(main, ["check", str(path)]).stdout
    assert "W608" not in told
    assert "W610" not in told


@pytest.mark.parametrize(
    ("line", "new", "expected"),
    [
        ("  - fi<CURSOR>rst: conv2x2 2", "start", "  start: {weight: [[high, 1/3], low]"),
        ("vars: {hi<CURSOR>gh: 1, low: [-1, -1]}", "top", "  first: {weight: [[top, 1/3], low]"),
    ],
)
def test_a_new_name_reaches_them(line: str, new: str, expected: str) -> None:
    document, offset = at_cursor(marked(TEXT, line))
    assert expected in apply(document, rename(document, offset, new))


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (".nan", "E210", "`.nan` is not an expression"),
        ("9**99", "E506", "an exponent of 99 is beyond 64"),
        ("1e999", "E506", "the expression exceeds 1e+24"),
        ("[]", "E225", "`c.weight` has an empty list, the layer takes 1x1x3x3"),
        ("null", "E203", "the weights of `c` have no value"),
    ],
)
def test_what_is_no_value_is_said_once(value: str, code: str, message: str) -> None:
    layers = "input: 1x8x8\nlayers: [c: conv3x3 1]\n"
    with pytest.raises(SpecError) as told:
        cnncalc.parse(f"{layers}weights: {{c: {{weight: {value}, bias: 0}}}}\n")
    [fault] = told.value.diagnostics
    assert fault.code == code
    assert fault.message.startswith(message)
