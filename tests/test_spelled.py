"""Layers that only ONNX has a name for, as ops of the spec language that say the same."""

import pytest
from onnx_models import model, node, numbers, read, weight

import cnncalc
from cnncalc.graph import Graph
from cnncalc.interchange.beside import beside_readers
from cnncalc.interchange.channels_first import channels_first
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.spelled import spelled


def written(graph: Graph) -> tuple[Graph, Graph]:
    """The graph in ops of the spec language, and what its spec loads back to."""
    said = spelled(channels_first(graph))
    return said, cnncalc.parse(render_resolved(said))


def said_as(graph: Graph) -> list[str]:
    """The ops of the graph, which its spec holds as well, layer by layer, with its counts."""
    said, back = written(graph)
    pairs = [(layer.op, layer.output_shape) for layer in said.layers]
    assert [(layer.op, layer.output_shape) for layer in back.layers] == pairs
    own, other = cnncalc.summarize(graph), cnncalc.summarize(back)
    assert [*own.outputs.values()] == [*other.outputs.values()]
    for metric in ("parameters", "macs", "product_macs"):
        assert getattr(own.totals, metric) == getattr(other.totals, metric)
    return [layer.op.notation() for layer in said.layers]


@pytest.mark.parametrize(
    ("made", "tensors", "ops"),
    [
        (node("Reshape", "x", "to", to="y"), [numbers("to", [1, 2, 2, 12])], ["reshape 2x2x12"]),
        (node("Transpose", "x", to="y", perm=[0, 3, 1, 2]), [], ["permute 3x1x2"]),
        (node("Transpose", "x", to="y", perm=[0, 1, 3, 2]), [], ["transpose"]),
        (node("Unsqueeze", "x", "at", to="y"), [numbers("at", [2])], ["reshape 4x1x3x4"]),
        (
            node("Gather", "x", "at", to="y", axis=2),
            [numbers("at", 1)],
            ["slice 1 2 axis=height", "reshape 4x4"],
        ),
        (
            node("ReduceMean", "x", to="y", axes=[1, 2], keepdims=0),
            [],
            ["permute 3x1x2", "reshape 4x12", "globalavgpool", "reshape 4"],
        ),
        (
            node("ReduceSum", "x", "at", to="y", keepdims=0),
            [numbers("at", [2])],
            [*(f"slice {at} {at + 1} axis=height" for at in range(3)), "add", "reshape 4x4"],
        ),
    ],
)
def test_what_moves_values_has_an_op(made: object, tensors: list[object], ops: list[str]) -> None:
    nodes = [node("Relu", "x0", to="x"), made]
    graph = read(model(nodes, {"x0": (1, 4, 3, 4)}, tensors))
    assert said_as(graph) == ["relu", *ops]


def test_layers_on_the_last_axis_stand_between_turns_that_meet() -> None:
    nodes = [
        node("Relu", "x", to="r"),
        node("Reshape", "r", "to", to="t"),
        node("MatMul", "t", "w", to="m"),
        node("LayerNormalization", "m", "g", "b", to="n", axis=-1),
        node("Softmax", "n", to="y", axis=-1),
    ]
    tensors = [numbers("to", [1, 6, 4, 2]), weight("w", 2, 5), weight("g", 5), weight("b", 5)]
    graph = read(model(nodes, {"x": (1, 4, 3, 4)}, tensors))
    assert said_as(graph) == [
        "relu", "reshape 6x4x2", "permute 3x1x2", "conv1x1 5 bias=false", "layer_norm",
        "permute 2x3x1", "softmax axis=width",
    ]  # fmt: skip


def test_what_no_op_says_stays_as_it_stands() -> None:
    nodes = [node("Relu", "x", to="r"), node("Erf", "r", to="y")]
    graph = read(model(nodes, {"x": (1, 4, 3, 4)}, []))
    assert spelled(graph) == graph


def test_axes_of_length_1_are_left_out_where_there_are_too_many() -> None:
    nodes = [
        node("Relu", "x", to="r"),
        node("Reshape", "r", "to", to="heads"),
        node("Transpose", "heads", to="turned", perm=[2, 0, 3, 1, 4]),
        node("Gather", "turned", "at", to="y", axis=0),
    ]
    tensors = [numbers("to", [1, 10, 3, 2, 4]), numbers("at", 1)]
    graph = read(model(nodes, {"x": (1, 10, 24)}, tensors))
    assert said_as(graph) == [
        "relu", "as_map 3x2x4", "permute 2x3x1x4", "slice 1 2", "reshape 2x10x4",
    ]  # fmt: skip


def test_a_map_that_keras_has_with_its_channels_last_is_pooled() -> None:
    nodes = [
        node("Transpose", "x", to="first", perm=[0, 3, 1, 2]),
        node("Conv", "first", "w", to="c"),
        node("Transpose", "c", to="last", perm=[0, 2, 3, 1]),
        node("Relu", "last", to="r"),
        node("ReduceMean", "r", to="m", axes=[1, 2], keepdims=0),
        node("MatMul", "m", "d", to="y"),
    ]
    tensors = [weight("w", 4, 3, 3, 3), weight("d", 4, 5)]
    ops = said_as(read(model(nodes, {"x": (1, 8, 8, 3)}, tensors)))
    assert (ops[0], ops[-1]) == ("conv3x3 4 bias=false", "linear 5 bias=false")
    assert "globalavgpool" in ops


def test_a_class_token_of_the_network_stands_in_the_blocks_that_read_it() -> None:
    graph = cnncalc.parse("{input: 4x3, layers: [relu, {add: [x, learned 4x3]}, relu]}")
    relu, token, add, end = graph.layers
    assert token.scope == ()
    deeper = add._replace(name="blocks.add1", scope=("blocks",), inputs=("relu1", token.name))
    end = end._replace(inputs=("blocks.add1",))
    given = graph._replace(layers=(relu, token, deeper, end), groups={("blocks",): None})
    moved = beside_readers(given)
    assert [layer.name for layer in moved.layers] == [
        relu.name, f"blocks.{token.name}", "blocks.add1", end.name,
    ]  # fmt: skip
    back = cnncalc.parse(render_resolved(moved))
    assert [layer.op for layer in back.layers] == [layer.op for layer in given.layers]
