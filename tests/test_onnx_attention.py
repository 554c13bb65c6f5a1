"""Attention that a model has written out is read as one layer, and only where it is one."""

from pathlib import Path
from typing import Any

import pytest
from onnx_models import anonymous, model, node, numbers, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.interchange.channels_first import channels_first
from cnncalc.interchange.onnx.read.order import in_order
from cnncalc.interchange.onnx.write import model as written
from cnncalc.interchange.resolved.write import render_resolved

LENGTH, CHANNELS, HEADS, DEPTH = 10, 24, 3, 8


def counted(graph: Graph) -> tuple[int, int, int]:
    found = cnncalc.summarize(graph).totals
    return found.parameters, found.macs, found.product_macs


def written_out(**changed: Any) -> Any:
    """Attention as exporters write it, tokens with their channels last, some of it changed."""
    given: dict[str, Any] = {
        "scale": DEPTH**-0.5, "cut": [1, LENGTH, 3, HEADS, DEPTH], "order": [2, 0, 3, 1, 4],
        "turn": [0, 1, 3, 2], "axis": -1, "back": [0, 2, 1, 3], "parts": "qkv", "mask": False,
        "bias": True, "outputs": ("y",),
    } | changed  # fmt: skip
    q, k, v = given["parts"]
    nodes = [
        node("MatMul", "x", "w", to="p"),
        node("Add", "p", "b", to="qkv"),
        node("Reshape", "qkv", "cut", to="c"),
        node("Transpose", "c", to="t", perm=given["order"]),
        *(node("Gather", "t", f"at_{one}", to=one, axis=0) for one in "qkv"),
        node("Mul", q, "scale", to="scaled"),
        node("Transpose", k, to="turned", perm=given["turn"]),
        node("MatMul", "scaled", "turned", to="m"),
        *([node("Add", "m", "mask", to="masked")] if given["mask"] else []),
        node("Softmax", "masked" if given["mask"] else "m", to="s", axis=given["axis"]),
        node("MatMul", "s", v, to="h"),
        node("Transpose", "h", to="back", perm=given["back"]),
        node("Reshape", "back", "joined", to="j"),
        node("MatMul", "j", "o", to="y" if not given["bias"] else "l"),
        *([node("Add", "l", "ob")] if given["bias"] else []),
    ]
    tensors = [
        weight("w", CHANNELS, 3 * CHANNELS), weight("b", 3 * CHANNELS),
        weight("o", CHANNELS, CHANNELS), weight("ob", CHANNELS),
        numbers("cut", given["cut"]), numbers("scale", given["scale"], "f4"),
        *(numbers(f"at_{one}", place) for place, one in enumerate("qkv")),
        numbers("mask", [[0.0] * LENGTH] * (LENGTH - 1) + [[1.0] * LENGTH], "f4"),
        numbers("joined", [1, LENGTH, CHANNELS]),
    ]  # fmt: skip
    return model(nodes, {"x": (1, LENGTH, CHANNELS)}, tensors, given["outputs"])


def test_attention_with_its_channels_last() -> None:
    graph = read(written_out())
    assert [layer.op.notation() for layer in graph.layers] == [f"attention {HEADS}"]
    assert graph.layers[0].output_shape == (LENGTH, CHANNELS)
    macs = 4 * LENGTH * CHANNELS**2
    products = 2 * LENGTH**2 * CHANNELS
    assert counted(graph) == (4 * CHANNELS**2 + 4 * CHANNELS, macs, products)


@pytest.mark.parametrize(
    "changed",
    [
        {"scale": 0.5},
        {"scale": CHANNELS**-0.5},
        {"axis": -2},  # a softmax over the queries
        {"back": [0, 1, 2, 3]},  # the heads are put together without a turn
        {"parts": "kqv"},
        {"parts": "qkk"},
        {"parts": "qvk"},
        {"cut": [1, LENGTH, HEADS, 3, DEPTH], "order": [3, 0, 2, 1, 4]},  # head by head
        {"cut": [1, 3, HEADS, LENGTH, DEPTH], "order": [1, 0, 2, 3, 4]},  # across tokens
        {"mask": True},
        {"bias": False},
        {"outputs": ("y", "s")},  # something else looks at the weights
        {"outputs": ("y", "qkv")},
    ],
)  # fmt: skip
def test_what_is_no_attention_stays_as_it_stands(changed: Any) -> None:
    graph = read(written_out(**changed))
    names = [layer.op.name for layer in graph.layers]
    assert "attention" not in names
    assert {"linear", "matmul", "softmax"} <= set(names)
    parameters, macs, products = counted(read(written_out()))
    parameters -= 0 if changed.get("bias", True) else CHANNELS
    parameters += LENGTH**2 if changed.get("mask") else 0  # stored, it counts
    assert counted(graph) == (parameters, macs, products)


@pytest.mark.parametrize(
    "line",
    [
        "attention 3",
        "attention 1",
        "attention 3 bias=false",
        "attention 2 dim=16",
        "attention 2 dim=32 bias=false out_channels=12",
        "attention 24",
    ],
)
def test_what_is_written_is_read_back(line: str) -> None:
    graph = cnncalc.parse(f"input: {CHANNELS}x{LENGTH}\nlayers:\n  - layer_norm\n  - {line}\n")
    assert read_back(graph) == spelt(graph)


def test_a_transformer_is_read_back_layer_by_layer(tmp_path: Path) -> None:
    graph = cnncalc.load("vit:tiny16")
    assert read_back(graph) == spelt(graph)


def spelt(graph: Graph) -> list[Any]:
    rows = cnncalc.summarize(graph).rows
    return [
        (layer.name, layer.op.notation(), layer.output_shape, row.parameters, row.macs,
         row.product_macs)
        for layer, row in zip(graph.layers, rows, strict=True)
    ]  # fmt: skip


def read_back(graph: Graph) -> list[Any]:
    return spelt(read(anonymous(written(graph, None, "net.onnx"))))


def test_tokens_with_their_channels_last_become_a_spec() -> None:
    """A class token, positions, attention, a linear layer, and the class token taken out."""
    built = written_out()
    for one in built.graph.node:
        for place, name in enumerate(one.input):
            one.input[place] = {"x": "n"}.get(name, name)
    before = [
        node("Conv", "x", "patch", to="map", strides=[4, 4]),
        node("Reshape", "map", "flat", to="tokens"),
        node("Transpose", "tokens", to="last", perm=[0, 2, 1]),
        node("Concat", "class", "last", to="all", axis=1),
        node("Add", "all", "positions", to="placed"),
        node("LayerNormalization", "placed", "g", "gb", to="n", axis=-1),
    ]
    after = [
        node("Add", "placed", "y", to="added"),
        node("MatMul", "added", "fc", to="wide"),
        node("Gather", "wide", "first", to="one", axis=1),
        node("Gemm", "one", "head", to="logits", transB=1),
    ]
    tensors = [
        weight("patch", CHANNELS, 3, 4, 4), numbers("flat", [1, CHANNELS, 9]),
        weight("class", 1, 1, CHANNELS), weight("positions", 1, LENGTH, CHANNELS),
        weight("g", CHANNELS), weight("gb", CHANNELS), weight("fc", CHANNELS, 16),
        numbers("first", 0), weight("head", 5, 16),
    ]  # fmt: skip
    nodes = [*before, *built.graph.node, *after]
    tensors += built.graph.initializer
    graph = read(model(nodes, {"x": (1, 3, 12, 12)}, tensors, ("logits",)))
    turned = channels_first(graph)
    assert [layer.op.notation() for layer in turned.layers] == [
        "conv4x4 24 stride=4 bias=false", "tokens", "learned 24x1", "concat axis=length",
        "learned 24x10", "add", "layer_norm", "attention 3", "add", "linear 16 bias=false",
        "slice 0 1 axis=length", "flatten", "linear 5 bias=false",
    ]  # fmt: skip
    said = cnncalc.parse(render_resolved(turned))
    assert counted(said) == counted(graph) == counted(turned)


def test_tokens_that_come_with_their_channels_last_are_turned_first() -> None:
    turned = channels_first(read(written_out()))
    assert [layer.op.notation() for layer in turned.layers] == [
        "transpose", "attention 3", "transpose",
    ]  # fmt: skip
    said = cnncalc.parse(render_resolved(turned))
    assert said.layers[-1].output_shape == (LENGTH, CHANNELS)
    assert counted(said) == counted(read(written_out()))


def test_an_order_is_followed_through_cuts_and_turns() -> None:
    numpy = pytest.importorskip("numpy")
    values = numpy.arange(10 * 72).reshape(10, 72)
    cut = values.reshape(10, 3, 3, 8).transpose(1, 2, 0, 3)[1:2].reshape(3, 10, 8)
    order = in_order((10, 72)).reshaped((10, 3, 3, 8))
    order = order and order.turned((1, 2, 0, 3))
    order = order and order.cut({0: range(1, 2)})
    order = order and order.reshaped((3, 10, 8))
    assert order is not None
    assert (order.shape, order.start) == (cut.shape, cut[0, 0, 0])
    for place in numpy.ndindex(cut.shape):
        steps = zip(place, order.plain.axes, strict=True)
        assert order.start + sum(at * far for at, ((_, far),) in steps) == cut[place]


@pytest.mark.parametrize(("shape", "wanted"), [((6, 4), (3, 8)), ((6,), (4,)), ((6,), (12,))])
def test_an_order_that_cannot_be_followed_is_none(
    shape: tuple[int, ...], wanted: tuple[int, ...]
) -> None:
    order = in_order(shape).turned(tuple(range(len(shape)))[::-1])
    assert order is not None
    assert order.reshaped(wanted) is None


def test_many_softmaxes_behind_one_chain_are_read_in_time() -> None:
    """What leads to a softmax is followed for a few layers, however long it is."""
    nodes = [node("Transpose", "x" if not n else f"t{n - 1}", to=f"t{n}", perm=[0, 1, 3, 2])
             for n in range(600)]  # fmt: skip
    nodes += [node("MatMul", "t599", "t599", to="m")]
    nodes += [node("Softmax", "m", to=f"s{n}") for n in range(600)]
    graph = read(model(nodes, {"x": (1, 2, 4, 4)}, outputs=("s599",)))
    assert totals(graph)[0] == 0


def test_maps_that_come_with_their_channels_last_are_turned_with_the_input() -> None:
    """As TensorFlow's converters write it; the transpositions are no layers of the network."""
    nodes = [
        node("Transpose", "x", to="a", perm=[0, 3, 1, 2]),
        node("Conv", "a", "w", to="b"),
        node("Transpose", "b", to="c", perm=[0, 2, 3, 1]),
        node("Relu", "c", to="d"),
        node("Transpose", "d", to="e", perm=[0, 3, 1, 2]),
        node("MaxPool", "e", kernel_shape=[2, 2]),
    ]
    graph = channels_first(read(model(nodes, {"x": (1, 8, 8, 3)}, [weight("w", 4, 3, 3, 3)])))
    assert graph.inputs == {"input": (3, 8, 8)}
    assert [one.op.name for one in graph.layers] == ["conv", "relu", "maxpool"]
    assert [one.output_shape for one in graph.layers] == [(4, 6, 6), (4, 6, 6), (4, 5, 5)]
    back = cnncalc.parse(render_resolved(graph))
    assert counted(back) == counted(graph)
