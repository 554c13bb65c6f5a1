"""What exporters make of single layers of real networks, as small models."""

from pathlib import Path
from typing import Any

import pytest
from onnx_models import helper, model, numbers, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.diagnostics import SpecError
from cnncalc.interchange.channels_first import channels_first
from cnncalc.interchange.resolved.write import render_resolved

X = (1, 8, 6, 6)


def node(op_type: str, *inputs: str, to: str = "y", **attributes: Any) -> Any:
    return helper.make_node(op_type, list(inputs), [to], **attributes)


def layers(graph: Graph) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.op.notation(), layer.output_shape) for layer in graph.layers]


def dealt(between: list[int], perm: list[int], last: list[int], *, is_copied: bool = False) -> Any:
    """Reshape, transpose and reshape, as PyTorch writes `view`, `transpose` and `view`."""
    nodes = [
        node("Reshape", "x", "between", to="a"),
        node("Transpose", "a", to="b", perm=perm),
        *([node("Identity", "b", to="c")] if is_copied else []),
        node("Reshape", "c" if is_copied else "b", "last"),
    ]
    return model(nodes, {"x": X}, [numbers("between", between), numbers("last", last)])


@pytest.mark.parametrize("is_copied", [False, True])
def test_a_shuffle_of_channels(is_copied: bool) -> None:  # noqa: FBT001 - a parameter
    built = dealt([1, 2, 4, 6, 6], [0, 2, 1, 3, 4], [1, -1, 6, 6], is_copied=is_copied)
    assert layers(read(built)) == [("channel_shuffle 2", (8, 6, 6))]


def test_a_shuffle_of_pixels() -> None:
    built = dealt([1, 2, 2, 2, 6, 6], [0, 1, 4, 2, 5, 3], [1, 2, 12, 12])
    assert layers(read(built)) == [("pixel_shuffle 2", (2, 12, 12))]


@pytest.mark.parametrize(
    ("between", "perm", "last"),
    [
        ([1, 2, 4, 6, 6], [0, 2, 1, 3, 4], [1, 8, 36]),  # another shape in the end
        ([1, 8, 2, 18], [0, 2, 1, 3], [1, 2, 144]),  # space is cut, not the channels
        ([1, 2, 2, 2, 6, 6], [0, 1, 4, 2, 5, 3], [1, 4, 12, 6]),
        ([2, 2, 2, 6, 6], [0, 2, 1, 3, 4], [1, 8, 6, 6]),  # the batch is cut
    ],
)
def test_what_is_no_shuffle_stays_as_it_stands(
    between: list[int], perm: list[int], last: list[int]
) -> None:
    graph = read(dealt(between, perm, last))
    assert [layer.op.name for layer in graph.layers] == [
        "onnx:Reshape",
        "onnx:Transpose",
        "tokens" if last == [1, 2, 144] else "onnx:Reshape",
    ]
    assert graph.layers[-1].output_shape == tuple(last[1:])


def test_mish_written_out() -> None:
    nodes = [node("Softplus", "x", to="s"), node("Tanh", "s", to="t"), node("Mul", "x", "t")]
    assert layers(read(model(nodes, {"x": X}))) == [("mish", (8, 6, 6))]


@pytest.mark.parametrize(
    ("op_type", "inputs", "number"),
    [("Add", "xc", 0), ("Add", "cx", 0), ("Sub", "xc", 0), ("Mul", "cx", 1), ("Div", "xc", 1)],
)
def test_a_number_that_changes_nothing_is_no_layer(
    op_type: str, inputs: str, number: float
) -> None:
    nodes = [node(op_type, *inputs, to="a"), node("Relu", "a")]
    graph = read(model(nodes, {"x": X}, [numbers("c", number, "f4")]))
    assert layers(graph) == [("relu", (8, 6, 6))]
    assert graph.layers[0].inputs == ("input",)


@pytest.mark.parametrize(
    ("op_type", "inputs", "number", "name"),
    [
        ("Sub", "cx", 0, "onnx:Sub"),
        ("Div", "cx", 1, "onnx:Div"),
        ("Add", "xc", 1, "onnx:Add"),
        ("Mul", "xc", 0, "times 0.0"),
        ("Mul", "cx", -2, "times -2.0"),
        ("Div", "xc", 4, "times 0.25"),
    ],
)
def test_a_number_that_changes_something_is_a_layer(
    op_type: str, inputs: str, number: float, name: str
) -> None:
    nodes = [node(op_type, *inputs)]
    graph = read(model(nodes, {"x": X}, [numbers("c", number, "f4")]))
    assert [layer.op.notation() for layer in graph.layers] == [name]


def test_what_is_learned_counts_though_it_is_zero_yet() -> None:
    nodes = [node("Add", "x", "lab.bias")]
    graph = read(model(nodes, {"x": X}, [numbers("lab.bias", [0.0], "f4")]))
    assert totals(graph) == (1, 0)


def test_a_filter_along_the_channels_sees_the_whole_input() -> None:
    """Efficient channel attention: a convolution over the channels of a pooled map."""
    nodes = [
        node("Conv", "x", "w", to="h", pads=[1, 1, 1, 1]),
        node("GlobalAveragePool", "h", to="p"),
        node("Reshape", "p", "row", to="r"),
        node("Conv", "r", "k", to="c", pads=[1, 1]),
        node("Sigmoid", "c", to="g"),
        node("Reshape", "g", "back", to="b"),
        node("Expand", "b", "full", to="e"),
        node("Mul", "h", "e"),
    ]
    tensors = [
        weight("w", 4, 8, 3, 3),
        weight("k", 1, 1, 3),
        numbers("row", [1, 1, 4]),
        numbers("back", [1, 4, 1, 1]),
        numbers("full", [1, 4, 6, 6]),
    ]
    graph = read(model(nodes, {"x": X}, tensors))
    # 4 * 8 * 9 + 3 weights; each of 4 * 36 outputs takes 72 products, each of 4 channels 3.
    assert totals(graph) == (291, 144 * 72 + 12)
    assert cnncalc.summarize(graph).status == "complete"


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("pos_embed", 8),
        ("blocks.0.rope.pos_embed", 0),
        ("attn.rel_pos.rel_coords_log", 0),
        ("attn.rel_pos.relative_position_bias_table", 8),
        ("stem.mean", 0),
        ("stem.mean_filter", 8),
    ],
)
def test_what_networks_keep_and_do_not_train_is_known_by_its_name(name: str, counted: int) -> None:
    graph = read(model([node("Add", "x", name)], {"x": X}, [weight(name, 1, 8, 1, 1)]))
    assert totals(graph) == (counted, 0)


def test_a_view_by_places_is_a_view() -> None:
    nodes = [
        node("Reshape", "x", "row", to="r"),
        node("Gather", "r", "at", to="v"),
        node("Relu", "v"),
    ]
    tensors = [numbers("row", [-1]), numbers("at", [[[[at]] for at in range(8)]])]
    assert layers(read(model(nodes, {"x": (1, 8, 1, 1)}, tensors))) == [("relu", (8, 1, 1))]
    tensors[1] = numbers("at", [[[[7 - at]] for at in range(8)]])
    assert layers(read(model(nodes, {"x": (1, 8, 1, 1)}, tensors))) == [
        ("flatten", (8,)),
        ("onnx:Gather", (8, 1, 1)),
        ("relu", (8, 1, 1)),
    ]


def test_a_few_places_of_very_many_are_read_at_once() -> None:
    nodes = [node("Reshape", "x", "row", to="a"), node("Gather", "a", "places")]
    held = [numbers("row", [-1]), numbers("places", [0, 1, 2])]
    graph = read(model(nodes, {"x": (1, 10**6, 10**6)}, held))
    assert [layer.op.name for layer in graph.layers] == ["flatten", "onnx:Gather"]
    assert graph.layers[-1].output_shape == (3,)


def convnext(*between: Any) -> Graph:
    """A block of ConvNeXt on 8x6x6, its layers on the last axis between two transpositions."""
    nodes = [
        node("Conv", "x", "w", "b", to="c", group=8, pads=[3, 3, 3, 3]),
        node("Transpose", "c", to="t", perm=[0, 2, 3, 1]),
        node("LayerNormalization", "t", "g", "h", to="n"),
        node("MatMul", "n", "w1", to="m1"),
        node("Add", "m1", "b1", to="l1"),
        node("Gelu", "l1", to="e"),
        *between,
        node("MatMul", "e", "w2", to="m2"),
        node("Add", "m2", "b2", to="l2"),
        node("Mul", "l2", "gamma", to="s"),
        node("Transpose", "s", to="u", perm=[0, 3, 1, 2]),
        node("Add", "u", "x"),
    ]
    shapes = {"w": (8, 1, 7, 7), "w1": (8, 32), "b1": (32,), "w2": (32, 8)}
    shapes |= dict.fromkeys(("b", "g", "h", "b2", "gamma"), (8,))
    tensors = [weight(name, *shape) for name, shape in shapes.items()]
    return read(model(nodes, {"x": X}, tensors, opset=20))


def test_channels_that_stand_last_are_written_first() -> None:
    graph = convnext()
    turned = channels_first(graph)
    assert [layer.op.name for layer in graph.layers].count("onnx:Transpose") == 2
    assert layers(turned) == [
        ("dwconv7x7 padding=3", (8, 6, 6)),
        ("layer_norm", (8, 6, 6)),
        ("conv1x1 32", (32, 6, 6)),
        ("gelu", (32, 6, 6)),
        ("conv1x1 8", (8, 6, 6)),
        ("scale", (8, 6, 6)),
        ("add", (8, 6, 6)),
    ]
    # 8*49 + 8 + 2*8 + 8*32 + 32 + 32*8 + 8 + 8; 36 places of 8*49 and of 2*8*32 products.
    assert totals(graph) == totals(turned) == (976, 36 * (392 + 512))
    reloaded = cnncalc.parse(render_resolved(turned))
    assert layers(reloaded) == layers(turned)


def test_a_stretch_that_cannot_be_said_keeps_its_transpositions() -> None:
    graph = convnext(node("Sin", "l1", to="q"), node("Relu", "q", to="z"))
    assert channels_first(graph) == graph


def test_a_shared_weight_is_said_in_a_spec() -> None:
    nodes = [node("Conv", "x", "w", to="h"), node("Conv", "h", "w")]
    graph = read(model(nodes, {"x": X}, [weight("w", 8, 8, 1, 1)]))
    assert totals(graph) == (64, 2 * 36 * 64)
    text = render_resolved(graph)
    assert "- conv2: share conv1\n" in text
    assert totals(cnncalc.parse(text)) == totals(graph)


@pytest.mark.parametrize(
    ("equation", "tensors", "shape", "counts"),
    [
        ("bchw,cd->bdhw", [(8, 4)], (4, 6, 6), (32, 36 * 32)),
        ("b c h w, c d -> b d h w", [(8, 4)], (4, 6, 6), (32, 36 * 32)),
        ("...w,wv->...v", [(6, 5)], (8, 6, 5), (30, 48 * 30)),
        ("...w,wv", [(6, 5)], (8, 6, 5), (30, 48 * 30)),
        ("bchw,c->bchw", [(8,)], (8, 6, 6), (8, 0)),
        ("bchw->bhwc", [], (6, 6, 8), (0, 0)),
        ("bchw->bc", [], (8,), (0, 0)),
    ],
)
def test_einstein_sums_have_the_shape_of_their_equation(
    equation: str,
    tensors: list[tuple[int, ...]],
    shape: tuple[int, ...],
    counts: tuple[int, int],
) -> None:
    held = [weight(f"w{at}", *dims) for at, dims in enumerate(tensors)]
    nodes = [node("Einsum", "x", *(one.name for one in held), equation=equation)]
    graph = read(model(nodes, {"x": X}, held))
    assert layers(graph) == [("einsum", shape)]
    assert totals(graph) == counts
    assert cnncalc.summarize(graph).status == "complete"


@pytest.mark.parametrize(
    "equation",
    ["bchw,cd->bdhz", "bchw,dc->bdhw", "bchw->bchw", "bcw,cd->bdw", "bchw,cd->bddhw", "->"],
)
def test_einstein_sums_that_do_not_fit_are_refused(equation: str) -> None:
    nodes = [node("Einsum", "x", "w", equation=equation)]
    with pytest.raises(SpecError, match="E703"):
        read(model(nodes, {"x": X}, [weight("w", 8, 4)]))


def equal_ones(copy: str, producer: str = "pytorch") -> Graph:
    """Two linear layers with equal weights, of which PyTorch stores one."""
    nodes = [
        node("Identity", "a.weight", to=copy),
        node("Gemm", "x", "a.weight", "a.bias", to="h"),
        node("Gemm", "h", copy, "b.bias"),
    ]
    tensors = [weight("a.weight", 8, 8), weight("a.bias", 8), weight("b.bias", 8)]
    built = model(nodes, {"x": (1, 8)}, tensors)
    built.producer_name = producer
    return read(built)


@pytest.mark.parametrize("name", ["b.weight", "onnx::MatMul_12", "pos_embed"])
def test_equal_weights_that_are_stored_once_count_each(name: str) -> None:
    graph = equal_ones(name)
    assert totals(graph) == (64 + 8 + 64 + 8, 128)
    assert layers(graph) == [("linear 8", (8,)), ("linear 8", (8,))]


@pytest.mark.parametrize(
    ("name", "producer"),
    [("/b/Identity_output_0", "pytorch"), ("12", "pytorch"), ("b.weight", "")],
)
def test_a_shared_weight_handed_on_counts_once(name: str, producer: str) -> None:
    assert totals(equal_ones(name, producer)) == (64 + 8 + 8, 128)


def test_a_scale_that_is_stored_as_a_variance_counts() -> None:
    """An untrained normalisation: its scale and its running variance are both ones."""
    nodes = [
        node("Identity", "bn.running_var", to="bn.weight"),
        node("Identity", "bn.running_mean", to="bn.bias"),
        node(
            "BatchNormalization", "x", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"
        ),
    ]
    tensors = [weight("bn.running_mean", 8), weight("bn.running_var", 8)]
    built = model(nodes, {"x": X}, tensors)
    built.producer_name = "pytorch"
    assert layers(read(built)) == [("bn", (8, 6, 6))]
    assert totals(read(built)) == (16, 0)


def test_a_bias_that_is_stored_as_another_is_part_of_its_layer() -> None:
    nodes = [
        node("Identity", "a.bias", to="b.bias"),
        node("MatMul", "x", "a.weight", to="m"),
        node("Add", "a.bias", "m", to="h"),
        node("MatMul", "h", "b.weight", to="n"),
        node("Add", "b.bias", "n"),
    ]
    tensors = [weight("a.weight", 6, 6), weight("b.weight", 6, 6), weight("a.bias", 6)]
    built = model(nodes, {"x": X}, tensors)
    built.producer_name = "pytorch"
    assert layers(read(built)) == [("linear 6", (8, 6, 6)), ("linear 6", (8, 6, 6))]
    assert totals(read(built)) == (2 * 42, 2 * 48 * 36)


def test_a_group_norm_of_the_newer_exporter_is_learned() -> None:
    """The exporter gives its scale and its shift made-up names, and constants others."""
    nodes = [
        node("Reshape", "x", "by_group", to="a"),
        node("InstanceNormalization", "a", "val_8", "val_11", to="b"),
        node("Reshape", "b", "back", to="c"),
        node("Mul", "c", "val_20", to="d"),
        node("Add", "d", "val_22"),
    ]
    held = [
        numbers("by_group", [1, 4, -1]),
        numbers("back", [1, 8, 6, 6]),
        numbers("val_8", [1.0] * 4, "f4"),
        numbers("val_11", [0.0] * 4, "f4"),
        weight("val_20", 8, 1, 1),
        weight("val_22", 8, 1, 1),
    ]
    graph = read(model(nodes, {"x": X}, held))
    assert [layer.op.notation() for layer in graph.layers] == ["group_norm 4"]
    assert totals(graph) == (16, 0)


@pytest.mark.parametrize(
    ("dims", "slopes"), [((8, 1, 1), 8), ((1, 8, 1, 1), 8), ((1, 1, 1), 1), ((1,), 1)]
)
@pytest.mark.parametrize("name", ["act.weight", "val_1", "onnx::PRelu_18"])
def test_slopes_are_learned_by_whatever_name(
    dims: tuple[int, ...], slopes: int, name: str
) -> None:
    graph = read(model([node("PRelu", "x", name)], {"x": X}, [weight(name, *dims)]))
    assert [layer.op.name for layer in graph.layers] == ["prelu"]
    assert totals(graph) == (slopes, 0)


def test_integers_that_are_added_were_learned() -> None:
    """A table of positions, 8 x 6 x 6, as ONNX Runtime has it in integers."""
    scales = [numbers(name, 0.5, "f4") for name in "sqr"] + [numbers("z", 0, "i1")]
    table = weight("pos_quantized", 8, 6, 6, dtype=3)
    names = ("x", "s", "z", "pos_quantized", "q", "z", "r", "z")
    nodes = [node("QLinearAdd", *names, domain="com.microsoft")]
    assert totals(read(model(nodes, {"x": X}, [*scales, table]))) == (288, 0)


@pytest.mark.parametrize("line", ["channel_shuffle 2", "pixel_shuffle 2", "group_norm 2", "lrn 5"])
def test_what_is_written_as_several_operators_is_read_as_one_op(line: str, tmp_path: Path) -> None:
    from cnncalc.interchange.onnx.write import write_onnx  # noqa: PLC0415 - it needs onnx

    graph = cnncalc.parse(f"{{name: t, input: 4x6x6, layers: [{line}, conv3x3 2]}}")
    path = tmp_path / "net.onnx"
    write_onnx(graph, path)
    assert [one.op for one in cnncalc.read_onnx(path).layers] == [one.op for one in graph.layers]
