"""Strange parts of models: odd numbers, sparse tensors, other types, same names, circles."""

import math
from typing import Any

import numpy as np
import pytest
from fuzz.clock import stopwatch
from onnx import TensorProto, helper, numpy_helper
from onnx_models import empty_nodes, model, node, numbers, weight

from cnncalc import SpecError, summarize
from cnncalc.checks.models import TIGHT_STEPS
from cnncalc.interchange.onnx.read.entry import read_bytes
from cnncalc.interchange.onnx.read.graph import read_graph

X = {"x": (1, 3, 8, 8)}

NUMBERS = {
    "complex": np.array([1 + 2j, 2], np.complex64),
    "nan": np.array([np.nan], np.float32),
    "infinite": np.array([np.inf, -np.inf], np.float64),
    "text": np.array(["a", "b"], object),
    "truth": np.array([True, False]),
    "negative": np.array([-1], np.int64),
    "least": np.array([-(2**63)], np.int64),
    "huge": np.array([2**62], np.int64),
    "several huge": np.array([2**31, 2**31, 2**31], np.int64),
    "many": np.ones(100, np.int64),
    "none": np.array([], np.int64),
    "alone": np.array(3, np.int64),
    "table": np.array([[1, 2], [3, 4]], np.int64),
    "unsigned": np.array([2**64 - 1], np.uint64),
}

KINDS = {
    "CenterCropPad": ("x", "n"), "Compress": ("x", "n"), "ConstantOfShape": ("n",),
    "CumSum": ("x", "n"), "Expand": ("x", "n"), "Gather": ("x", "n"), "GatherND": ("x", "n"),
    "OneHot": ("n", "n", "n"), "Pad": ("x", "n"), "Range": ("n", "n", "n"),
    "ReduceMax": ("x", "n"), "ReduceMean": ("x", "n"), "Reshape": ("x", "n"),
    "Resize": ("x", "", "n"), "Slice": ("x", "n", "n", "n", "n"), "Split": ("x", "n"),
    "Squeeze": ("x", "n"), "Tile": ("x", "n"), "TopK": ("x", "n"), "Trilu": ("x", "n"),
    "Unsqueeze": ("x", "n"), "Upsample": ("x", "n"),
}  # fmt: skip
"""Operators whose inputs are sizes, axes, places or factors."""


def refused(built: Any) -> str:
    """What a model is refused with."""
    with pytest.raises(SpecError) as caught:
        read_graph(built, "test", {})
    return caught.value.diagnostics[0].message


@pytest.mark.parametrize("numbers", NUMBERS)
@pytest.mark.parametrize("kind", KINDS)
def test_odd_numbers_are_read_or_refused(kind: str, numbers: str) -> None:
    reads = KINDS[kind]
    nodes = [
        helper.make_node(kind, reads, ["m"] if kind != "TopK" else ["m", "i"]),
        helper.make_node("Relu", ["m"], ["y"]),
        helper.make_node("Relu", ["x"], ["z"]),
    ]
    built = model(nodes, X, [numpy_helper.from_array(NUMBERS[numbers], "n")], outputs=["y", "z"])
    code = "none"
    with stopwatch() as took:
        try:
            graph = read_graph(built, "test", {})
        except SpecError as fault:
            code = fault.diagnostics[0].code
        else:
            assert all(0 <= axis <= 2**40 for one in graph.layers for axis in one.output_shape)
    assert code in {"E702", "E703", "none"}
    assert took.seconds < 2


def test_a_sparse_tensor_has_the_shape_that_it_stands_for() -> None:
    built = model([helper.make_node("MatMul", ["x", "w"], ["y"])], {"x": (1, 8)})
    values = helper.make_tensor("w", TensorProto.FLOAT, [2], [1.0, 2.0])
    places = helper.make_tensor("", TensorProto.INT64, [2], [3, 5])
    built.graph.sparse_initializer.append(helper.make_sparse_tensor(values, places, [8, 4]))
    (layer,) = read_graph(built, "test", {}).layers
    assert layer.output_shape == (4,)
    assert [math.prod(one) for one in layer.parameters.values()] == [32]


def test_an_absurd_sparse_tensor_is_refused() -> None:
    built = model([helper.make_node("MatMul", ["x", "w"], ["y"])], {"x": (1, 8)})
    values = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("", TensorProto.INT64, [1], [3])
    built.graph.sparse_initializer.append(helper.make_sparse_tensor(values, places, [8, -4]))
    assert "has an axis of -4" in refused(built)


@pytest.mark.parametrize("kind", ["optional", "sequence", "map", "sparse"])
def test_an_input_that_is_no_tensor_is_refused(kind: str) -> None:
    built = model([helper.make_node("Relu", ["x"], ["y"])], X)
    told = helper.make_tensor_type_proto(TensorProto.FLOAT, [1, 3])
    made = {
        "optional": helper.make_optional_type_proto(told),
        "sequence": helper.make_sequence_type_proto(told),
        "map": helper.make_map_type_proto(TensorProto.INT64, told),
        "sparse": helper.make_sparse_tensor_type_proto(TensorProto.FLOAT, [1, 3]),
    }
    built.graph.input[0].type.CopyFrom(made[kind])
    assert refused(built) == "the input `x` is not a tensor"


def test_an_output_of_another_type_is_no_matter() -> None:
    built = model([helper.make_node("Relu", ["x"], ["y"])], X)
    told = helper.make_tensor_type_proto(TensorProto.FLOAT, [1, 3])
    built.graph.output[0].type.CopyFrom(helper.make_map_type_proto(TensorProto.INT64, told))
    assert len(read_graph(built, "test", {}).layers) == 1


def test_two_nodes_of_one_output_are_refused() -> None:
    both = [helper.make_node("Relu", ["x"], ["y"]), helper.make_node("Sigmoid", ["x"], ["y"])]
    assert refused(model(both, X)) == "two nodes give `y`"


def test_a_node_that_gives_an_input_is_refused() -> None:
    nodes = [helper.make_node("Relu", ["x"], ["x"]), helper.make_node("Relu", ["x"], ["y"])]
    assert refused(model(nodes, X)) == "two nodes give `x`"


def test_nodes_of_one_name_are_told_apart() -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["h"], name="same"),
        helper.make_node("Sigmoid", ["h"], ["y"], name="same"),
    ]
    first, second = read_graph(model(nodes, X), "test", {}).layers
    assert first.name != second.name


@pytest.mark.parametrize(
    "nodes",
    [
        [helper.make_node("Add", ["x", "y"], ["y"])],
        [helper.make_node("Add", ["x", "b"], ["a"]), helper.make_node("Relu", ["a"], ["b"])],
    ],
    ids=["itself", "each other"],
)
def test_a_circle_is_refused(nodes: list[Any]) -> None:
    message = refused(model([*nodes, helper.make_node("Relu", ["x"], ["z"])], X, outputs=["z"]))
    told = "`Add of y` reads what it gives itself" if len(nodes) == 1 else "in a circle"
    assert told in message


def test_bytes_in_memory_have_the_bounds_of_a_file() -> None:
    with pytest.raises(SpecError, match="more than 400,000 fields"):
        read_bytes(empty_nodes(600_000), "test", steps=TIGHT_STEPS)
    with pytest.raises(SpecError, match="takes more than 15,000 steps"):
        read_bytes(empty_nodes(20_000), "test", steps=TIGHT_STEPS)


@pytest.mark.parametrize("order", [[0, 2, 1, 3, 4], [0, 2, 1, 9], [0, 1, 1, 2], [0, -1, 2, 1]])
def test_a_shuffle_whose_axes_do_not_match_is_refused(order: list[int]) -> None:
    nodes = [
        helper.make_node("Reshape", ["x", "apart"], ["a"]),
        helper.make_node("Transpose", ["a"], ["b"], perm=order),
        helper.make_node("Reshape", ["b", "joined"], ["y"]),
    ]
    shapes = {"apart": [1, 3, 2, 32], "joined": [1, 6, 32]}
    held = [numpy_helper.from_array(np.array(one), name) for name, one in shapes.items()]
    assert refused(model(nodes, X, held)) == "`Transpose of b` does not permute 4 axes"


def test_what_is_computed_of_weights_may_have_no_shape() -> None:
    nodes = [
        node("NonZero", "w", to="places"),  # as many as the values of the weights have it
        node("Gather", "places", "first", to="left", axis=0),
        node("Gather", "places", "second", to="right", axis=0),
        node("Sub", "left", "right", to="apart"),
        node("Unsqueeze", "apart", "axis", to="column"),
        node("Cast", "column", to="distance"),
        node("Mul", "x", "distance"),
    ]
    nodes[5].attribute.append(helper.make_attribute("to", TensorProto.FLOAT))
    stored = [weight("w", 4, 9), numbers("first", 0), numbers("second", 1), numbers("axis", [1])]
    told = summarize(read_graph(model(nodes, {"x": (1, 7, 5)}, stored), "test", {}))
    assert told.status == "partial: 1 layer without a shape (from Mul x 1 on)"


def test_what_reads_past_a_cast_has_a_shape() -> None:
    nodes = [
        node("Cast", "w", to="same"),
        node("Gather", "same", "third", to="column", axis=1),
        node("Mul", "x", "column"),
    ]
    nodes[0].attribute.append(helper.make_attribute("to", TensorProto.FLOAT))
    stored = [weight("w", 7, 4), numbers("third", 2)]
    told = summarize(read_graph(model(nodes, {"x": (1, 5, 7)}, stored), "test", {}))
    assert (told.status, told.totals.parameters) == ("complete", 28)
