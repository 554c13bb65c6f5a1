"""Normalisation and biases that exporters write out: Keras' and PyTorch's."""

from typing import Any

import pytest
from onnx_models import TensorProto, helper, model, node, numbers, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.render.columns import PLAIN
from cnncalc.render.table import render_table

X, MAP = (1, 6, 6, 8), (1, 8, 6, 6)
TURN, BACK = [0, 3, 1, 2], [0, 2, 3, 1]


def layers(graph: Graph) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.op.notation(), layer.output_shape) for layer in graph.layers]


def cast(name: str, to: str) -> Any:
    return helper.make_node("Cast", [name], [to], to=TensorProto.FLOAT)


def keras(*more: Any, shape: tuple[int, ...] = (1, 1, 1, 4), kind: str = "Conv") -> Any:
    """A convolution of a map whose channels stand last, its bias, and a batch normalisation."""
    nodes = [
        node("Transpose", "x", to="t", perm=TURN),
        node(kind, "t", "onnx::Conv_1", to="c"),
        node("Transpose", "c", to="u", perm=BACK),
        cast("u", "v"),
        node("Add", "v", "onnx::Add_2", to="b"),
        cast("b", "d"),
        node("Sub", "d", "onnx::Sub_3", to="s"),
        node("Mul", "s", "onnx::Mul_4", to="m"),
        node("Add", "m", "onnx::Add_5", to="n"),
        cast("n", "o"),
        node("Relu", "o"),
    ]
    kernel = (4, 8, 3, 3) if kind == "Conv" else (8, 4, 3, 3)
    names = ("onnx::Add_2", "onnx::Sub_3", "onnx::Mul_4", "onnx::Add_5")
    tensors = [weight("onnx::Conv_1", *kernel), *(weight(name, *shape) for name in names)]
    built = model(nodes, {"x": X}, [*tensors, *more])
    built.producer_name = "pytorch"
    return built


@pytest.mark.parametrize("kind", ["Conv", "ConvTranspose"])
def test_a_layer_of_keras_is_a_convolution_with_a_bias_and_a_normalisation(kind: str) -> None:
    graph = read(keras(kind=kind))
    size = 4 if kind == "Conv" else 8
    name = "conv3x3 4" if kind == "Conv" else "upconv3x3 4"
    assert layers(graph) == [
        ("onnx:Transpose", (8, 6, 6)),
        (name, (4, size, size)),
        ("onnx:Transpose", (size, size, 4)),
        ("bn eps=0.001", (size, size, 4)),
        ("relu", (size, size, 4)),
    ]
    counted = cnncalc.summarize(graph).totals
    assert (counted.weights, counted.biases, counted.buffers) == (288 + 4, 4 + 4, 8)


def test_a_normalisation_of_features_is_one_as_well() -> None:
    nodes = [
        node("MatMul", "x", "w", to="m"),
        node("Add", "m", "b", to="h"),
        node("Sub", "h", "mean", to="s"),
        node("Mul", "s", "scale", to="n"),
        node("Add", "n", "shift"),
    ]
    tensors = [weight("w", 8, 4), weight("b", 4)]
    tensors += [weight(name, 1, 4) for name in ("mean", "scale", "shift")]
    graph = read(model(nodes, {"x": (1, 8)}, tensors))
    assert layers(graph) == [("linear 4", (4,)), ("bn eps=0.001", (4,))]
    assert cnncalc.summarize(graph).totals.buffers == 8


def test_a_root_of_the_variance_that_stands_apart_is_no_parameter() -> None:
    nodes = [
        node("Sub", "x", "mean", to="s"),
        node("Div", "s", "root", to="d"),
        node("Mul", "d", "scale", to="m"),
        node("Add", "m", "shift"),
    ]
    tensors = [weight(name, 1, 8, 1, 1) for name in ("mean", "root", "scale", "shift")]
    graph = read(model(nodes, {"x": (1, 8, 6, 6)}, tensors))
    assert layers(graph) == [("bn eps=0.001", (8, 6, 6))]
    assert totals(graph) == (16, 0)


@pytest.mark.parametrize(
    "shapes",
    [[(1, 8, 6, 1)] * 3, [(1, 1, 1, 1)] * 3, [(1, 8, 1, 1), (1, 8, 1, 1), (1, 1, 1, 5)]],
    ids=["along two axes", "of one number", "along different axes"],
)
def test_what_is_no_normalisation_stays(shapes: list[tuple[int, ...]]) -> None:
    nodes = [
        node("Sub", "x", "mean", to="s"),
        node("Mul", "s", "scale", to="m"),
        node("Add", "m", "shift"),
    ]
    named = zip(("mean", "scale", "shift"), shapes, strict=True)
    tensors = [weight(name, *shape) for name, shape in named]
    graph = read(model(nodes, {"x": (1, 8, 6, 5)}, tensors))
    assert len([layer for layer in graph.layers if layer.op.name != "learned"]) == 3
    assert not any(layer.op.name == "bn" for layer in graph.layers)


def test_a_mean_and_a_deviation_of_the_input_are_no_normalisation() -> None:
    nodes = [node("Sub", "x", "mean", to="s"), node("Div", "s", "std")]
    graph = read(
        model(nodes, {"x": (1, 8, 6, 6)}, [weight("mean", 1, 8, 1, 1), weight("std", 8, 1, 1)])
    )
    assert not any(layer.op.name == "bn" for layer in graph.layers)
    assert totals(graph) == (0, 0)  # both are buffers by their names


def test_a_bias_of_places_is_no_bias_of_a_convolution() -> None:
    nodes = [node("Conv", "x", "w", to="c"), node("Add", "c", "place")]
    tensors = [weight("w", 4, 8, 3, 3), weight("place", 1, 1, 1, 4)]
    graph = read(model(nodes, {"x": (1, 8, 6, 6)}, tensors))
    counted = cnncalc.summarize(graph).totals
    assert (counted.parameters, counted.biases) == (292, 0)


def test_casts_that_change_the_type_stay() -> None:
    half = helper.make_node("Cast", ["x"], ["h"], to=TensorProto.FLOAT16)
    nodes = [half, helper.make_node("Cast", ["h"], ["y"], to=TensorProto.FLOAT)]
    graph = read(model([*nodes[:1], node("Relu", "h")], {"x": (1, 8)}))
    assert layers(graph) == [("relu", (8,))]


def within(made: Any) -> Any:
    """A graph of one node, as a branch has it."""
    name = made.output[0]
    return helper.make_graph([made], name, [], [helper.make_tensor_value_info(name, 1, None)])


def responses(size: int, before: int, behind: int, *, chooses: bool = False) -> Any:
    """What PyTorch makes of a normalisation by neighbours, as either exporter writes it."""
    pads = [0, 0, before, 0, 0, 0, 0, behind, 0, 0]
    asked = [
        node("Shape", "m", to="l"),
        node("Gather", "l", "one", to="g"),
        node("Equal", "g", "one", to="e"),
        helper.make_node(
            "If", ["e"], ["q"],
            then_branch=within(node("Squeeze", "m", "one", to="a")),
            else_branch=within(node("Identity", "m", to="b")),
        ),
    ]  # fmt: skip
    nodes = [
        node("Mul", "x", "x", to="s"),
        node("Reshape", "s", "five", to="r"),
        node("Pad", "r", "pads", to="p"),
        node("AveragePool", "p", to="m", kernel_shape=[size, 1, 1], strides=[1, 1, 1]),
        *(asked if chooses else [node("Squeeze", "m", "one", to="q")]),
        node("Reshape", "q", "four", to="f"),
        node("Mul", "f", "alpha", to="n"),
        node("Add", "n", "k", to="o"),
        node("Pow", "o", "beta", to="w"),
        node("Div", "x", "w"),
    ]
    tensors = [
        numbers("five", [1, 1, 8, 6, -1]),
        numbers("four", [1, 8, 6, 6]),
        numbers("one", [1]),
        numbers("pads", pads),
        numbers("alpha", 1e-3, "f4"),
        numbers("k", 2.0, "f4"),
        numbers("beta", 0.5, "f4"),
    ]
    return model(nodes, {"x": (1, 8, 6, 6)}, tensors)


@pytest.mark.parametrize("chooses", [False, True])
@pytest.mark.parametrize(("size", "before", "behind"), [(5, 2, 2), (4, 2, 1)])
def test_a_normalisation_by_neighbours_is_one_layer(
    size: int, before: int, behind: int, *, chooses: bool
) -> None:
    graph = read(responses(size, before, behind, chooses=chooses))
    told = "lrn" if size == 5 else "lrn 4"
    assert layers(graph) == [(f"{told} alpha=0.001 beta=0.5 k=2.0", (8, 6, 6))]


def test_neighbours_on_one_side_stay_as_they_are_written() -> None:
    graph = read(responses(5, 4, 0))
    assert not any(layer.op.name == "lrn" for layer in graph.layers)
    assert graph.layers[-1].output_shape == (8, 6, 6)


@pytest.mark.parametrize(
    ("nodes", "shape", "heading"),
    [
        ([node("Conv", "x", "w")], MAP, "Output CxHxW"),
        ([node("Relu", "x", to="r"), node("Conv", "r", "w")], MAP, "Output CxHxW"),
        ([node("Transpose", "x", to="t", perm=TURN), node("Conv", "t", "w")], X, "Output shape"),
        ([node("Conv", "x", "w", to="c"), node("Transpose", "c", perm=BACK)], MAP, "Output shape"),
        ([node("MatMul", "x", "m")], (1, 6, 8), "Output shape"),
        ([node("MatMul", "x", "m")], (1, 8), "Output features"),
    ],
)  # fmt: skip
def test_headings_name_axes_only_where_they_are_so(
    nodes: list[Any], shape: tuple[int, ...], heading: str
) -> None:
    tensors = [weight("w", 4, 8, 3, 3), weight("m", 8, 4)]
    graph = read(model(nodes, {"x": shape}, tensors))
    assert heading in render_table(cnncalc.summarize(graph), PLAIN).splitlines()[3]
