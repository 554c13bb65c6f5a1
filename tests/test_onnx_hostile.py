"""Models from strangers: the answer comes soon, takes little memory, and is one clean line."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from fuzz.measure import measure
from fuzz.surfaces.onnx import CORPUS, attempt, make
from onnx import TensorProto, helper, numpy_helper
from onnx_models import empty_nodes, model

from cnncalc import SpecError
from cnncalc.cli.main import main
from cnncalc.interchange.onnx.read.graph import read_graph

X = {"x": (1, 3, 8, 8)}


def calls_twice(depth: int) -> Any:
    """Functions of which each calls the one before it twice."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("f", 1)]
    bodies = [[helper.make_node("Relu", ["a"], ["b"])]]
    for at in range(1, depth):
        below = f"f{at - 1}"
        bodies.append(
            [
                helper.make_node(below, ["a"], ["c"], domain="f"),
                helper.make_node(below, ["c"], ["b"], domain="f"),
            ]
        )
    functions = [
        helper.make_function("f", f"f{at}", ["a"], ["b"], body, opsets)
        for at, body in enumerate(bodies)
    ]
    built = model([helper.make_node(f"f{depth - 1}", ["x"], ["y"], domain="f")], X)
    built.functions.extend(functions)
    built.opset_import.append(opsets[1])
    return built


def chain(length: int) -> Any:
    """Activations one after the other."""
    names = ["x", *(f"h{at}" for at in range(1, length)), "y"]
    return model(
        [helper.make_node("Relu", [names[at]], [names[at + 1]]) for at in range(length)], X
    )


def choices(depth: int) -> Any:
    """Choices within both branches of choices, on a value that is not known."""

    def of(nodes: list[Any], name: str) -> Any:
        output = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None)]
        return helper.make_graph(nodes, "b", [], output)

    inner = of([helper.make_node("Relu", ["x"], ["y0"])], "y0")
    for level in range(1, depth + 1):  # both branches are the same: a copy is soon made
        node = helper.make_node("If", ["c"], [f"y{level}"], then_branch=inner, else_branch=inner)
        inner = of([node], f"y{level}")
    total = helper.make_node("ReduceSum", ["x"], ["s"], keepdims=0)
    asked = helper.make_node("Cast", ["s"], ["c"], to=9)
    return model([total, asked, *inner.node], X, outputs=[f"y{depth}"])


def computed(count: int) -> Any:
    """Long arrays that are computed, each of the one before it."""
    names = ["k", *(f"k{at}" for at in range(count))]
    start = helper.make_node("ConstantOfShape", ["n"], ["k"])
    nodes = [helper.make_node("Exp", [names[at]], [names[at + 1]]) for at in range(count)]
    size = numpy_helper.from_array(np.array([65_536], np.int64), "n")
    return model([start, *nodes, helper.make_node("Relu", ["x"], ["y"])], X, [size])


LARGE: dict[str, Callable[[], bytes]] = {
    "functions": lambda: calls_twice(17).SerializeToString(),
    "nodes": lambda: chain(100_000).SerializeToString(),
    "nodes within the bound": lambda: chain(14_000).SerializeToString(),
    "choices": lambda: choices(14).SerializeToString(),
    "deep choices": lambda: choices(16).SerializeToString(),
    "empty nodes": lambda: empty_nodes(500_000),
    "more empty nodes": lambda: empty_nodes(4_000_000),
    "computed": lambda: computed(3_000).SerializeToString(),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_models_take_little(name: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile.onnx"
    file.write_bytes(LARGE[name]())
    took = measure(file)
    assert "Traceback" not in took.output
    assert took.code == (0 if name == "nodes within the bound" else 1), took.output
    assert took.code == 0 or "E703" in took.output
    assert took.seconds < 2
    assert took.megabytes < 300


def test_a_large_model_of_ones_own_is_read() -> None:
    assert len(read_graph(chain(16_000), "own", {}).layers) == 16_000


SIZES = ("Reshape", "Expand", "Squeeze", "Unsqueeze", "ReduceSum", "Tile", "Pad", "Split")


@pytest.mark.parametrize("op_type", SIZES)
@pytest.mark.parametrize(
    "numbers",
    [
        np.array([1 + 2j], np.complex64),
        np.array([1 + 2j], np.complex128),
        np.array([np.nan], np.float32),
        np.array([np.inf], np.float64),
    ],
    ids=["complex64", "complex128", "nan", "inf"],
)
def test_sizes_and_axes_are_whole_numbers(op_type: str, numbers: Any) -> None:
    node = helper.make_node(op_type, ["x", "n"], ["y"])
    built = model([node], X, [numpy_helper.from_array(numbers, "n")])
    with pytest.raises(SpecError, match=r"has no (real|whole) numbers as its input 2"):
        read_graph(built, "test", {})


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_bounds_of_slices_are_whole_numbers(place: int) -> None:
    tensors = [numpy_helper.from_array(np.array([1], np.int64), f"n{at}") for at in (1, 2, 3, 4)]
    tensors[place - 1] = numpy_helper.from_array(np.array([np.nan], np.float32), f"n{place}")
    built = model([helper.make_node("Slice", ["x", "n1", "n2", "n3", "n4"], ["y"])], X, tensors)
    with pytest.raises(SpecError, match=f"no whole numbers as its input {place + 1}"):
        read_graph(built, "test", {})


@pytest.mark.parametrize("version", [2**40, 0, -1, -(2**63), 2**63 - 1])
def test_an_opset_that_never_was_is_refused(version: int) -> None:
    built = model([helper.make_node("Relu", ["x"], ["y"])], X)
    built.opset_import[0].version = version
    with pytest.raises(SpecError, match="which never was"):
        read_graph(built, "test", {})


def test_a_tensor_of_very_many_axes_is_refused() -> None:
    ones = numpy_helper.from_array(np.ones(1000, np.int64), "n")
    built = model([helper.make_node("Reshape", ["x", "n"], ["y"])], {"x": (1, 1)}, [ones])
    with pytest.raises(SpecError, match="1,000 axes; 64 are read"):
        read_graph(built, "test", {})


CONVERTED = ["--to", "yaml"], ["--to", "torch"], ["--to", "mermaid"], ["--to", "dot"]


@pytest.mark.parametrize("form", CONVERTED, ids=lambda form: form[1])
def test_a_model_without_layers_is_not_written(form: list[str], tmp_path: Path) -> None:
    file = tmp_path / "m.onnx"
    file.write_bytes(model([helper.make_node("Identity", ["x"], ["y"])], X).SerializeToString())
    done = CliRunner().invoke(main, ["convert", str(file), "-", *form])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the network has no layers: there is nothing to write" in done.output


@pytest.mark.parametrize("form", CONVERTED[:2], ids=lambda form: form[1])
def test_a_layer_on_a_constant_is_not_written(form: list[str], tmp_path: Path) -> None:
    file = tmp_path / "m.onnx"
    tensors = [numpy_helper.from_array(np.ones((4, 3, 1, 1), np.float32), "w")]
    kept = numpy_helper.from_array(np.ones((1, 3, 4, 4), np.float32))
    nodes = [
        helper.make_node("Constant", [], ["k"], value=kept),
        helper.make_node("Conv", ["k", "w"], ["y"]),
    ]
    file.write_bytes(model(nodes, X, tensors).SerializeToString())
    done = CliRunner().invoke(main, ["convert", str(file), "-", *form])
    assert done.exit_code == 2
    assert "`conv` reads no input of the network, only stored values" in done.output


def test_data_in_other_files_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(np.array([1, 3, 64], np.int64).tobytes())
    (tmp_path / "models").mkdir()
    shape = TensorProto(name="n", data_type=TensorProto.INT64, dims=[3])
    shape.data_location = TensorProto.EXTERNAL
    shape.external_data.add(key="location", value="../secret")
    file = tmp_path / "models" / "m.onnx"
    nodes = [helper.make_node("Reshape", ["x", "n"], ["y"])]
    file.write_bytes(model(nodes, X, [shape]).SerializeToString())
    done = CliRunner().invoke(main, ["summarize", str(file), "--format", "json"])
    assert "Traceback" not in done.output
    assert "64" not in done.output


def test_names_of_operators_are_shown_plainly(tmp_path: Path) -> None:
    file = tmp_path / "m.onnx"
    built = model([helper.make_node("A\x1b[31m\u202e", ["x"], ["y"], domain="other")], X)
    built.graph.output[0].type.CopyFrom(
        helper.make_tensor_type_proto(TensorProto.FLOAT, [1, 3, 8, 8])
    )
    file.write_bytes(built.SerializeToString())
    done = CliRunner().invoke(main, ["summarize", str(file)])
    assert done.exit_code == 0
    assert "onnx:A?[31m?" in done.output


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.onnx")), ids=lambda path: path.stem)
def test_what_broke_once(path: Path) -> None:
    assert list(attempt(path.read_bytes()))


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_made_up(seed: int) -> None:
    assert list(attempt(make(Random(seed))))  # noqa: S311 - no secret


@pytest.mark.parametrize("equation", ["\u202e", "", "ij->", "...", "->->", "a,b,c"])
@pytest.mark.parametrize("is_nested", [False, True])
def test_the_inference_that_does_not_come_back_is_never_asked(
    equation: str, is_nested: object, tmp_path: Path
) -> None:
    stored = [helper.make_tensor("w", TensorProto.FLOAT, (2, 2), [1.0] * 4)]
    node = helper.make_node("Einsum", ["w"], ["y"], equation=equation)
    if is_nested:
        given = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
        body = helper.make_graph([node], "body", [], [given], stored)
        stored = [helper.make_tensor("c", TensorProto.BOOL, (), [True])]
        node = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)
    given = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "g", [], [given], stored)
    file = tmp_path / "endless.onnx"
    file.write_bytes(helper.make_model(graph).SerializeToString())
    took = measure(file)
    assert "Traceback" not in took.output
    assert took.seconds < 2
