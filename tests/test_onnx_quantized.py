"""Networks of small integers, and of maps in blocks, as runtimes write them."""

from contextlib import suppress
from typing import Any

import pytest
from onnx_models import TensorProto, helper, model, node, numbers, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.diagnostics import SpecError

INT8, UINT8, INT32 = TensorProto.INT8, TensorProto.UINT8, TensorProto.INT32
X = (1, 8, 6, 6)
RUNTIME, BLOCKS = "com.microsoft", "com.microsoft.nchwc"
SCALES = [numbers(name, 0.1, "f4") for name in "stu"] + [numbers(name, 0, "i1") for name in "pqr"]
CONV = [weight("w", 4, 8, 3, 3, dtype=INT8), weight("b", 4, dtype=INT32)]


def status(graph: Graph) -> str:
    return cnncalc.summarize(graph).status


def layers(graph: Graph) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.op.notation(), layer.output_shape) for layer in graph.layers]


def own(kind: str, *inputs: str, to: str = "y", domain: str = RUNTIME, **settings: Any) -> Any:
    return helper.make_node(kind, list(inputs), [to], domain=domain, **settings)


# Each with its inputs, tensors and attributes; the parameters and the MACs of 8x6x6, or of 64.
INTEGERS: list[tuple[str, str, list[Any], dict[str, Any], tuple[int, int]]] = [
    ("QLinearConv", "x s p w t q u r b", CONV, {}, (292, 16 * 4 * 72)),
    ("ConvInteger", "x w p q", CONV, {}, (288, 16 * 4 * 72)),
    ("QLinearMatMul", "f s p m t q u r", [weight("m", 288, 5, dtype=INT8)], {}, (1440, 1440)),
    ("MatMulInteger", "f m p q", [weight("m", 288, 5, dtype=INT8)], {}, (1440, 1440)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "inputs", "tensors", "settings", "counts"), INTEGERS, ids=[c[0] for c in INTEGERS]
)
def test_layers_of_integers_count_their_weights(
    kind: str, inputs: str, tensors: list[Any], settings: dict[str, Any], counts: tuple[int, int]
) -> None:
    nodes = [node("Flatten", "x", to="f"), node(kind, *inputs.split(), **settings)]
    graph = read(model(nodes if "f" in inputs.split() else nodes[1:], {"x": X}, tensors + SCALES))
    assert totals(graph) == counts
    assert status(graph) == "complete"


@pytest.mark.parametrize(("bits", "row"), [(4, 16), (8, 32), (2, 8)])
def test_packed_weights_count_by_the_values_that_they_stand_for(bits: int, row: int) -> None:
    """64 x 32 weights in two blocks of 32 for each of 32 outputs, with scales and zero points."""
    tensors = [
        weight("m", 32, 2, row, dtype=UINT8),
        weight("scales", 64),
        weight("zeros", 32, dtype=UINT8),
        weight("b", 32),
    ]
    settings: dict[str, Any] = {"K": 64, "N": 32, "bits": bits, "block_size": 32}
    dense = own("MatMulNBits", "x", "m", "scales", "zeros", "", "b", **settings)
    graph = read(model([dense], {"x": (1, 10, 64)}, tensors))
    assert totals(graph) == (64 * 32 + 32, 10 * 64 * 32)
    assert layers(graph) == [("linear 32", (10, 32))]
    assert dict(graph.layers[0].parameters) == {"weight": (32, 64), "bias": (32,)}


def test_packed_weights_that_are_not_there_are_refused() -> None:
    dense = own("MatMulNBits", "x", "m", "s", K=64, N=10**9, bits=4, block_size=32)
    with pytest.raises(SpecError, match="takes 1,000,000,000 x 64 weights and has 16 bytes"):
        read(model([dense], {"x": (1, 64)}, [weight("m", 16, dtype=UINT8), weight("s", 2)]))
    dense = own("MatMulNBits", "x", "m", "s", K=-1, N=0, bits=4, block_size=32)
    with pytest.raises(SpecError, match="E703"):
        read(model([dense], {"x": (1, 64)}, [weight("m", 16, dtype=UINT8), weight("s", 2)]))


def test_embeddings_of_integers_count() -> None:
    table = weight("table", 100, 16, dtype=UINT8)
    nodes = [node("Gather", "table", "x", to="rows"), node("DequantizeLinear", "rows", "s", "p")]
    graph = read(model(nodes, {"x": (1, 7)}, [table, *SCALES]))
    assert totals(graph) == (1600, 0)
    assert layers(graph) == [("onnx:Gather", (7, 16)), ("onnx:DequantizeLinear", (7, 16))]
    table = weight("table", 100, 8, dtype=UINT8)
    rows = own("GatherBlockQuantized", "table", "x", "scales", block_size=16)
    graph = read(model([rows], {"x": (1, 7)}, [table, weight("scales", 100, 1)]))
    assert totals(graph) == (1600, 0)
    assert layers(graph) == [("onnx:GatherBlockQuantized", (7, 16))]


def test_what_an_operator_that_no_one_knows_holds_counts_whatever_its_type() -> None:
    tensors = [
        weight("w", 8, 4, dtype=INT8),
        weight("v", 8, 4, dtype=TensorProto.FLOAT8E4M3FN),
        weight("places", 8, dtype=TensorProto.INT64),
        weight("mask", 8, dtype=TensorProto.BOOL),
        weight("w_zero_point", 4, dtype=INT8),
        weight("w.weight_scale", 4),
    ]
    magic = own("Magic", "x", *(one.name for one in tensors), domain="other")
    assert totals(read(model([magic], {"x": X}, tensors))) == (64, 0)


def test_channels_that_stand_last_count_alike() -> None:
    nodes = [
        node("Transpose", "x", to="l", perm=[0, 2, 3, 1]),
        own("QLinearConv", "l", "s", "p", "w", "t", "q", "u", "r", "b", to="c", channels_last=1),
        own("NhwcMaxPool", "c", kernel_shape=[2, 2], strides=[2, 2]),
    ]
    graph = read(model(nodes, {"x": X}, CONV + SCALES))
    assert totals(graph) == (292, 4608)
    assert layers(graph)[1:] == [("conv3x3 4", (4, 4, 4)), ("maxpool2x2", (2, 2, 4))]
    turned = weight("v", 4, 3, 3, 8)
    fused = own("NhwcFusedConv", "l", "v", activation="Relu", kernel_shape=[3, 3])
    graph = read(model([nodes[0], fused], {"x": X}, [turned]))
    assert layers(graph)[1:] == [("conv3x3 4 bias=false", (4, 4, 4)), ("relu", (4, 4, 4))]


def block(kind: str, *inputs: str, to: str = "y", **settings: Any) -> Any:
    return own(kind, *inputs, to=to, domain=BLOCKS, **settings)


def test_maps_in_blocks_have_the_layers_that_they_had() -> None:
    """A network of 3x8x8 as the runtime writes it where blocks have 16 channels."""
    nodes = [
        block("Conv", "x", "w", "b", to="c", pads=[1] * 4, activation="Relu"),
        block("Conv", "c", "d", to="e", pads=[1] * 4, group=16),
        block("Conv", "e", "v", "", "c", to="f", activation="Relu"),
        block("MaxPool", "f", to="g", kernel_shape=[2, 2], strides=[2, 2]),
        block("Upsample", "g", to="h", scales=[1, 1, 2, 2], mode="nearest"),
        block("GlobalAveragePool", "h", to="i"),
        block("ReorderOutput", "i", channels=16),
    ]
    tensors = [weight("w", 16, 3, 3, 3), weight("b", 16), weight("d", 16, 1, 3, 3)]
    graph = read(model(nodes, {"x": (1, 3, 8, 8)}, [*tensors, weight("v", 16, 16, 1, 1)]))
    assert layers(graph) == [
        ("conv3x3 16 padding=1", (16, 8, 8)),
        ("relu", (16, 8, 8)),
        ("dwconv3x3 padding=1 bias=false", (16, 8, 8)),
        ("conv1x1 16 bias=false", (16, 8, 8)),
        ("add", (16, 8, 8)),
        ("relu", (16, 8, 8)),
        ("maxpool2x2", (16, 4, 4)),
        ("upsample 2", (16, 8, 8)),
        ("globalavgpool", (16, 1, 1)),
    ]
    assert totals(graph) == (432 + 16 + 144 + 256, 64 * (432 + 144 + 256))
    assert status(graph) == "complete"


def test_channels_that_fill_a_block_up_are_layers_of_the_file() -> None:
    nodes = [
        node("Relu", "x", to="a"),
        block("ReorderInput", "a", to="b"),
        block("Conv", "b", "w", to="c"),
        block("ReorderOutput", "c", channels=10),
    ]
    graph = read(model(nodes, {"x": X}, [weight("w", 16, 16, 1, 1)]))
    assert [shape for _, shape in layers(graph)] == [(8, 6, 6), (16, 6, 6), (16, 6, 6), (10, 6, 6)]
    assert totals(graph) == (256, 36 * 256)
    nodes[-1] = block("ReorderOutput", "c", channels=17)
    with pytest.raises(SpecError, match="keeps 17 channels of 16"):
        read(model(nodes, {"x": X}, [weight("w", 16, 16, 1, 1)]))


ODD: list[Any] = [
    own("NhwcConv", "v", "w"),
    own("QLinearConcat", "s", "p"),
    own("QLinearReduceMean", "x", "s", "p", "t", "q", channels_last=1, keepdims=0),
    block("Conv", "v", "w"),
    block("MaxPool", "v", kernel_shape=[2, 2]),
    block("Upsample", "x", scales=[1, 1, 2]),
    block("ReorderInput", "x", channels_last="yes"),
    own("MatMulNBits", "x", "w", "s", K="64", N=32),
]


@pytest.mark.parametrize("made", ODD, ids=[f"{at} {one.op_type}" for at, one in enumerate(ODD)])
def test_operators_of_the_runtime_that_fit_nothing_end_in_a_diagnostic(made: Any) -> None:
    nodes = [node("Flatten", "x", to="f"), node("Squeeze", "f", to="v"), made]
    with suppress(SpecError):
        assert cnncalc.summarize(read(model(nodes, {"x": X}, [*CONV, *SCALES]))).status


def test_the_product_of_two_vectors_is_one_number() -> None:
    graph = read(model([own("FusedMatMul", "x", "x")], {"x": (8,)}))
    assert cnncalc.summarize(graph).totals.product_macs == 8
    graph = read(model([node("MatMul", "x", "x")], {"x": (8,)}))
    assert cnncalc.summarize(graph).totals.product_macs == 8


QKV = own("QAttention", "x", "a", "n", "s", "t", "", "p", "q", num_heads=2)
# What the runtime writes of transformers: the parameters, the MACs and the shape that comes out.
FREE: list[tuple[Any, tuple[int, int], tuple[int, ...]]] = [
    (own("BiasAdd", "x", "g", "x"), (8, 0), (6, 8)),
    (own("BiasSplitGelu", "x", "g"), (8, 0), (6, 4)),
    (own("RotaryEmbedding", "x", "k", "m", "m"), (0, 0), (6, 8)),
    (own("SkipLayerNormalization", "x", "x", "g", "h"), (16, 0), (6, 8)),
    (own("SimplifiedLayerNormalization", "x", "g", domain=""), (8, 0), (6, 8)),
    (QKV, (8 * 24 + 24, 6 * 192), (6, 8)),
]  # fmt: skip


@pytest.mark.parametrize(("made", "counts", "shape"), FREE, ids=[one.op_type for one, *_ in FREE])
def test_operators_of_transformers(
    made: Any, counts: tuple[int, int], shape: tuple[int, ...]
) -> None:
    tensors = [weight("g", 8), weight("h", 8), weight("m", 32, 4), numbers("k", [0])]
    tensors += [weight("a", 8, 24, dtype=INT8), weight("n", 24)]
    graph = read(model([made], {"x": (1, 6, 8)}, [*tensors, *SCALES]))
    assert totals(graph) == counts
    assert graph.layers[-1].output_shape == shape
    assert status(graph) == "complete"


def test_the_sum_before_a_normalisation_has_its_shape() -> None:
    norm = helper.make_node(
        "SkipLayerNormalization", ["x", "x", "g"], ["a", "", "", "b"], domain=RUNTIME
    )
    nodes = [norm, node("Relu", "b")]
    graph = read(model(nodes, {"x": (1, 6, 8)}, [weight("g", 8)], ["a", "y"]))
    assert layers(graph)[-1] == ("relu", (6, 8))
    assert status(graph) == "complete"
