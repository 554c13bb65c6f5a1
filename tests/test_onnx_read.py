"""ONNX models: real ones as PyTorch counts them, and every operator for itself."""

import json
import os
import subprocess
import sys
from math import prod
from pathlib import Path
from typing import Any

import pytest
from commands import run
from fuzz.clock import stopwatch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_models import (
    TensorProto,
    helper,
    model,
    node,
    numbers,
    one,
    onnx,
    read,
    totals,
    weight,
)

import cnncalc
from cnncalc import Graph
from cnncalc.diagnostics import SpecError
from cnncalc.interchange.onnx.read.entry import read_bytes
from cnncalc.interchange.onnx.read.graph import tensor_shapes

HERE = Path(__file__).parent / "golden" / "onnx"
SAMPLES = Path(os.environ.get("CNNCALC_ONNX_SAMPLES", HERE))
"""The folder of models that PyTorch exported, with `golden.json`; by default the small ones."""

GOLDEN = json.loads((SAMPLES / "golden.json").read_text(encoding="utf-8"))
FILES = [name for name in GOLDEN if (SAMPLES / name).exists()]


def test_there_are_samples_of_both_exporters() -> None:
    assert {GOLDEN[name]["exporter"] for name in FILES} == {"torchscript", "dynamo"}
    assert len(FILES) >= 12


@pytest.mark.parametrize("name", FILES)
def test_real_models_count_as_pytorch_counts_them(name: str) -> None:
    expected = GOLDEN[name]
    summary = cnncalc.summarize(cnncalc.read_onnx(SAMPLES / name))
    assert summary.totals.parameters == expected["parameters"]
    assert summary.totals.macs == expected["macs"]
    assert [list(shape) for shape in summary.outputs.values()] == [expected["output"][1:]]
    assert summary.status == "complete"


@pytest.mark.parametrize("name", FILES)
def test_shapes_are_those_that_onnx_infers(name: str) -> None:
    loaded = onnx.load(SAMPLES / name, load_external_data=False)
    ours = tensor_shapes(loaded, {})
    inferred = onnx.shape_inference.infer_shapes(loaded, data_prop=True).graph
    compared = 0
    for value in (*inferred.value_info, *inferred.output):
        axes = [axis.dim_value for axis in value.type.tensor_type.shape.dim]
        if value.name in ours and all(axes):
            assert list(ours[value.name]) == axes, value.name
            compared += 1
    assert compared > 10


def test_names_make_the_tree_of_the_exporter() -> None:
    for folder in ("", "dynamo/"):
        graph = cnncalc.read_onnx(HERE / f"{folder}tv_resnet50.onnx")
        names = {layer.name for layer in graph.layers}
        # The newer one's file has no scopes, only the names of the weights.
        assert {"conv1", "layer1.0.conv1", "layer4.2.bn3", "fc"} <= names
        assert ("layer1", "0", "downsample") in graph.groups


def layers(graph: Graph) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.op.notation(), layer.output_shape) for layer in graph.layers]


X = (1, 8, 6, 6)
CASES: list[tuple[str, Graph, list[tuple[str, tuple[int, ...]]], tuple[int, int]]] = [
    (
        "conv",
        one("Conv", X, weight("w", 4, 8, 3, 3), weight("b", 4), pads=[1, 1, 1, 1], strides=[2, 2]),
        [("conv3x3 4 stride=2 padding=1", (4, 3, 3))],
        (292, 2592),
    ),
    (
        "depthwise",
        one("Conv", X, weight("w", 16, 1, 3, 3), group=8),
        [("dwconv3x3 multiplier=2 bias=false", (16, 4, 4))],
        (144, 2304),
    ),
    (
        "conv, same",
        one("Conv", X, weight("w", 4, 8, 2, 2), auto_pad="SAME_LOWER"),
        [("conv2x2 4 padding=((1,0),(1,0)) bias=false", (4, 6, 6))],
        (128, 4608),
    ),
    (
        "conv of windows",
        one("Conv", (1, 2, 5), weight("w", 3, 2, 3)),
        [("conv3 3 bias=false", (3, 3))],
        (18, 54),
    ),
    (
        "upconv",
        one("ConvTranspose", X, weight("w", 8, 4, 2, 2), strides=[2, 2]),
        [("upconv2x2 4 stride=2 bias=false", (4, 12, 12))],
        (128, 4608),
    ),
    (
        "upconv to a shape",
        one("ConvTranspose", X, weight("w", 8, 4, 3, 3), strides=[2, 2], output_shape=[12, 12]),
        [("upconv3x3 4 stride=2 padding=((1,0),(1,0)) bias=false", (4, 12, 12))],
        (288, 10368),
    ),
    (
        "gemm",
        one("Gemm", (1, 8), weight("w", 5, 8), weight("b", 5), transB=1),
        [("linear 5", (5,))],
        (45, 40),
    ),
    ("matmul", one("MatMul", (1, 7, 8), weight("w", 8, 5)), [("linear 5 bias=false", (7, 5))], (40, 280)),
    (
        "bn",
        one("BatchNormalization", X, *(weight(name, 8) for name in "abcd")),
        [("bn", (8, 6, 6))],
        (16, 0),
    ),
    (
        "bn that learns nothing",
        one("BatchNormalization", X, *(numbers(name, [1.0] * 8, "f4") for name in ("val_1", "val_2")), weight("m", 8), weight("v", 8)),
        [("bn affine=false", (8, 6, 6))],
        (0, 0),
    ),
    (
        "layer norm",
        one("LayerNormalization", (1, 7, 8), weight("a", 8), weight("b", 8)),
        [("layer_norm", (7, 8))],
        (16, 0),
    ),
    (
        "layer norm of all",
        one("LayerNormalization", X, weight("a", 8, 6, 6), weight("b", 8, 6, 6), axis=1),
        [("layer_norm", (8, 6, 6))],
        (576, 0),
    ),
    ("instance norm", one("InstanceNormalization", X, weight("a", 8), weight("b", 8)), [("instance_norm affine=true", (8, 6, 6))], (16, 0)),
    ("group norm", one("GroupNormalization", X, weight("a", 8), weight("b", 8), num_groups=2, opset=21), [("group_norm 2", (8, 6, 6))], (16, 0)),
    ("lrn", one("LRN", X, size=5), [("lrn", (8, 6, 6))], (0, 0)),
    ("maxpool, ceil", one("MaxPool", X, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1), [("maxpool3x3 stride=2 ceil_mode=true", (8, 3, 3))], (0, 0)),
    ("avgpool", one("AveragePool", X, kernel_shape=[2, 2], strides=[2, 2]), [("avgpool2x2 count_include_pad=false", (8, 3, 3))], (0, 0)),
    ("avgpool, same", one("AveragePool", (1, 8, 5, 5), kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER"), [("avgpool2x2 padding=((0,1),(0,1)) count_include_pad=false", (8, 3, 3))], (0, 0)),
    ("global", one("GlobalAveragePool", X), [("globalavgpool", (8, 1, 1))], (0, 0)),
    ("mean over space", one("ReduceMean", X, axes=[2, 3], keepdims=0), [("globalavgpool", (8, 1, 1)), ("flatten", (8,))], (0, 0)),
    ("mean, new opset", one("ReduceMean", X, numbers("a", [-1, -2]), opset=18), [("globalavgpool", (8, 1, 1))], (0, 0)),
    ("mean of channels", one("ReduceMean", X, axes=[1]), [("onnx:ReduceMean", (1, 6, 6))], (0, 0)),
    ("flatten", one("Flatten", X), [("flatten", (288,))], (0, 0)),
    ("reshape", one("Reshape", X, numbers("s", [0, -1, 3, 6])), [("onnx:Reshape", (16, 3, 6))], (0, 0)),
    ("reshape to flat", one("Reshape", X, numbers("s", [0, -1])), [("flatten", (288,))], (0, 0)),
    ("transpose", one("Transpose", X, perm=[0, 2, 3, 1]), [("onnx:Transpose", (6, 6, 8))], (0, 0)),
    ("squeeze", one("Squeeze", (1, 8, 1, 1), numbers("a", [2, 3])), [("flatten", (8,))], (0, 0)),
    ("unsqueeze", one("Unsqueeze", (1, 8), numbers("a", [2])), [("onnx:Unsqueeze", (8, 1))], (0, 0)),
    ("slice", one("Slice", X, numbers("s", [2]), numbers("e", [5]), numbers("a", [1])), [("slice 2 5", (3, 6, 6))], (0, 0)),
    ("slice of space", one("Slice", X, numbers("s", [0]), numbers("e", [9999]), numbers("a", [2]), numbers("t", [2])), [("onnx:Slice", (8, 3, 6))], (0, 0)),
    ("split", one("Split", X, numbers("s", [3, 5]), axis=1, outputs=("y", "z")), [("slice 0 3", (3, 6, 6)), ("slice 3 8", (5, 6, 6))], (0, 0)),
    ("split, equal", one("Split", X, axis=1, num_outputs=2, opset=18, outputs=("y", "z")), [("slice 0 4", (4, 6, 6)), ("slice 4 8", (4, 6, 6))], (0, 0)),
    ("concat", one("Concat", X, weight("w", 1, 2, 6, 6), axis=1), [("learned 2x6x6", (2, 6, 6)), ("concat", (10, 6, 6))], (72, 0)),
    ("add what is learned", one("Add", (1, 7, 8), weight("w", 1, 7, 8)), [("learned 7x8", (7, 8)), ("add", (7, 8))], (56, 0)),
    ("scale", one("Mul", X, weight("w", 8, 1, 1)), [("scale", (8, 6, 6))], (8, 0)),
    ("scale of tokens", one("Mul", (1, 7, 8), weight("w", 8)), [("scale", (7, 8))], (8, 0)),
    ("sub", one("Sub", X, numbers("c", 2.0, "f4")), [("onnx:Sub", (8, 6, 6))], (0, 0)),
    ("div", one("Div", X, numbers("c", 2.0, "f4")), [("times 0.5", (8, 6, 6))], (0, 0)),
    ("softplus", one("Softplus", X), [("softplus", (8, 6, 6))], (0, 0)),
    ("mish", one("Mish", X), [("mish", (8, 6, 6))], (0, 0)),
    ("pad", one("Pad", X, numbers("p", [0, 0, 1, 2, 0, 0, 3, 4])), [("pad ((1, 3), (2, 4))", (8, 10, 12))], (0, 0)),
    ("pad, reflected", one("Pad", X, numbers("p", [0, 0, 1, 1, 0, 0, 1, 1]), mode="reflect"), [("onnx:Pad", (8, 8, 8))], (0, 0)),
    ("resize", one("Resize", X, numbers("r", [], "f4"), numbers("s", [1.0, 1.0, 2.0, 2.0], "f4"), mode="nearest"), [("upsample 2", (8, 12, 12))], (0, 0)),
    ("resize, linear", one("Resize", X, numbers("r", [], "f4"), numbers("s", [], "f4"), numbers("z", [1, 8, 9, 9]), mode="linear"), [("upsample size=9 mode=bilinear", (8, 9, 9))], (0, 0)),
    ("upsample", one("Upsample", X, numbers("s", [1.0, 1.0, 3.0, 3.0], "f4"), opset=9), [("upsample 3", (8, 18, 18))], (0, 0)),
    ("pixel shuffle", one("DepthToSpace", X, blocksize=2, mode="CRD"), [("pixel_shuffle 2", (2, 12, 12))], (0, 0)),
    ("depth to space", one("DepthToSpace", X, blocksize=2), [("onnx:DepthToSpace", (2, 12, 12))], (0, 0)),
    ("space to depth", one("SpaceToDepth", X, blocksize=2), [("onnx:SpaceToDepth", (32, 3, 3))], (0, 0)),
    ("relu", one("Relu", X), [("relu", (8, 6, 6))], (0, 0)),
    ("relu6", one("Clip", X, numbers("l", 0.0, "f4"), numbers("h", 6.0, "f4")), [("relu6", (8, 6, 6))], (0, 0)),
    ("clip", one("Clip", X, numbers("l", 0.0, "f4"), numbers("h", 1.0, "f4")), [("hardtanh 0.0", (8, 6, 6))], (0, 0)),
    ("leaky relu", one("LeakyRelu", X, alpha=0.1), [("leaky_relu 0.1", (8, 6, 6))], (0, 0)),
    ("elu", one("Elu", X), [("elu", (8, 6, 6))], (0, 0)),
    ("prelu", one("PRelu", X, weight("w", 8, 1, 1)), [("prelu num_parameters=8", (8, 6, 6))], (8, 0)),
    ("sigmoid", one("Sigmoid", X), [("sigmoid", (8, 6, 6))], (0, 0)),
    ("tanh", one("Tanh", X), [("tanh", (8, 6, 6))], (0, 0)),
    ("gelu", one("Gelu", X, opset=20), [("gelu", (8, 6, 6))], (0, 0)),
    ("hardswish", one("HardSwish", X), [("hardswish", (8, 6, 6))], (0, 0)),
    ("hardsigmoid", one("HardSigmoid", X, alpha=1 / 6), [("hardsigmoid", (8, 6, 6))], (0, 0)),
    ("hardsigmoid of Keras", one("HardSigmoid", X), [("onnx:HardSigmoid", (8, 6, 6))], (0, 0)),
    ("softmax", one("Softmax", (1, 8)), [("softmax", (8,))], (0, 0)),
    ("softmax of tokens", one("Softmax", (1, 7, 8)), [("softmax axis=length", (7, 8))], (0, 0)),
    ("dropout", one("Dropout", X), [("dropout", (8, 6, 6))], (0, 0)),
    ("gather", one("Gather", X, numbers("i", [0, 2]), axis=1), [("onnx:Gather", (2, 6, 6))], (0, 0)),
    ("expand", one("Expand", (1, 8, 1, 1), numbers("s", [1, 8, 2, 2])), [("onnx:Expand", (8, 2, 2))], (0, 0)),
    ("tile", one("Tile", X, numbers("s", [1, 1, 2, 1])), [("onnx:Tile", (8, 12, 6))], (0, 0)),
    ("top k", one("TopK", (1, 8), numbers("k", [3]), outputs=("y", "z")), [("onnx:TopK", (3,)), ("onnx:TopK", (3,))], (0, 0)),
    ("dequantize", one("QuantizeLinear", X, numbers("s", 0.1, "f4"), numbers("z", 0, "u1")), [("onnx:QuantizeLinear", (8, 6, 6))], (0, 0)),
    ("integers", one("ConvInteger", X, weight("w", 4, 8, 3, 3, dtype=TensorProto.INT8)), [("conv3x3 4 bias=false", (4, 4, 4))], (288, 4608)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("graph", "expected", "counts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_operators(
    graph: Graph, expected: list[tuple[str, tuple[int, ...]]], counts: tuple[int, int]
) -> None:
    assert layers(graph) == expected
    assert totals(graph) == counts


C = {name: numbers(name, value, "f4") for name, value in {"half": 0.5, "one": 1.0, "two": 2.0, "three": 3.0, "six": 6.0, "zero": 0.0, "root": 2**0.5, "eps": 1e-5}.items()}  # fmt: skip
PATTERNS: list[tuple[str, list[Any], list[Any], str]] = [
    ("silu", [node("Sigmoid", "x", to="s"), node("Mul", "s", "x")], [], "silu"),
    ("hardswish", [node("HardSigmoid", "x", to="s", alpha=1 / 6), node("Mul", "x", "s")], [], "hardswish"),
    ("written out hardswish", [node("Add", "x", "three", to="a"), node("Clip", "a", "zero", "six", to="c"), node("Mul", "x", "c", to="m"), node("Div", "m", "six")], [], "hardswish"),
    ("written out hardsigmoid", [node("Add", "x", "three", to="a"), node("Clip", "a", "zero", "six", to="c"), node("Div", "c", "six")], [], "hardsigmoid"),
    ("gelu", [node("Div", "x", "root", to="d"), node("Erf", "d", to="e"), node("Add", "e", "one", to="a"), node("Mul", "x", "a", to="m"), node("Mul", "m", "half")], [], "gelu"),
    ("gelu, other order", [node("Mul", "x", "half", to="h"), node("Div", "x", "root", to="d"), node("Erf", "d", to="e"), node("Add", "one", "e", to="a"), node("Mul", "h", "a")], [], "gelu"),
    ("linear", [node("MatMul", "x", "w", to="m"), node("Add", "b", "m")], [weight("w", 6, 5), weight("b", 5)], "linear 5"),
    ("layer norm", [node("ReduceMean", "x", to="u", axes=[-1]), node("Sub", "x", "u", to="d"), node("Pow", "d", "two", to="q"), node("ReduceMean", "q", to="v", axes=[-1]), node("Add", "v", "eps", to="a"), node("Sqrt", "a", to="r"), node("Div", "d", "r", to="n"), node("Mul", "n", "w", to="k"), node("Add", "k", "b")], [weight("w", 6), weight("b", 6)], "layer_norm"),
    ("group norm", [node("Reshape", "x", "g", to="r"), node("InstanceNormalization", "r", "ones", "zeros", to="i"), node("Reshape", "i", "back", to="n"), node("Mul", "n", "w", to="k"), node("Add", "k", "b")], [numbers("g", [0, 2, -1]), numbers("back", [1, 8, 6, 6]), numbers("ones", [1, 1], "f4"), numbers("zeros", [0, 0], "f4"), weight("w", 8, 1, 1), weight("b", 8, 1, 1)], "group_norm 2"),
    ("layer norm of a map", [node("Transpose", "x", to="t", perm=[0, 2, 3, 1]), node("LayerNormalization", "t", "w", "b", to="n"), node("Transpose", "n", perm=[0, 3, 1, 2])], [weight("w", 8), weight("b", 8)], "layer_norm"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("nodes", "tensors", "expected"),
    [case[1:] for case in PATTERNS],
    ids=[case[0] for case in PATTERNS],
)
def test_patterns_of_exporters_are_one_layer(
    nodes: list[Any], tensors: list[Any], expected: str
) -> None:
    built = model(nodes, {"x": X}, [*C.values(), *tensors])
    assert [layer.op.notation() for layer in read(built).layers] == [expected]
    assert totals(read(built))[0] == sum(
        _length(tensor) for tensor in tensors if tensor.external_data
    )


def _length(tensor: Any) -> int:
    length = 1
    for axis in tensor.dims:
        length *= axis
    return length


def test_a_value_that_another_node_reads_is_kept() -> None:
    nodes = [node("Sigmoid", "x", to="s"), node("Mul", "s", "x", to="m"), node("Add", "m", "s")]
    found = [layer.op.name for layer in read(model(nodes, {"x": X})).layers]
    assert found == ["sigmoid", "mul", "add"]


def test_shapes_computed_from_shapes_are_constants() -> None:
    nodes = [
        node("Shape", "x", to="s"),
        node("Gather", "s", "at", to="n"),
        node("Unsqueeze", "n", "first", to="u"),
        node("Concat", "u", "rest", to="t", axis=0),
        node("Reshape", "x", "t"),
    ]
    tensors = [numbers("at", 1), numbers("first", [0]), numbers("rest", [-1])]
    assert [layer.output_shape for layer in read(model(nodes, {"x": X}, tensors)).layers] == [
        (8, 36)
    ]


def test_a_shared_weight_counts_once_and_multiplies_twice() -> None:
    nodes = [node("Gemm", "x", "w", "b", to="h"), node("Gemm", "h", "w", "c")]
    tensors = [weight("w", 8, 8), weight("b", 8), weight("c", 8)]
    graph = read(model(nodes, {"x": (1, 8)}, tensors))
    assert totals(graph) == (64 + 8 + 8, 128)
    assert graph.layers[1].own_parameters == {"c": (8,)}


def test_attention_counts_its_products() -> None:
    nodes = [
        node("MatMul", "x", "q", to="a"),
        node("MatMul", "x", "k", to="b"),
        node("Transpose", "b", to="t", perm=[0, 2, 1]),
        node("MatMul", "a", "t", to="s"),
        node("Softmax", "s", to="p", axis=-1),
        node("MatMul", "p", "x"),
    ]
    graph = read(model(nodes, {"x": (1, 7, 8)}, [weight("q", 8, 8), weight("k", 8, 8)]))
    assert totals(graph) == (128, 2 * 7 * 64)
    assert cnncalc.summarize(graph).totals.product_macs == 2 * 7 * 7 * 8
    assert cnncalc.summarize(graph).status == "complete"


def test_a_weight_that_is_computed_counts_as_what_it_is_computed_from() -> None:
    nodes = [node("Mul", "w", "gain", to="v"), node("Conv", "x", "v")]
    tensors = [weight("w", 4, 8, 3, 3), weight("conv.gain", 4, 1, 1, 1)]
    nodes[0].input[1] = "conv.gain"
    assert totals(read(model(nodes, {"x": X}, tensors))) == (292, 4608)


def partial() -> Any:
    """A model with two layers that no one knows, of which it says the shapes."""
    nodes = [
        node("Magic", "x", "w", to="a", domain="other"),
        node("Magic", "a", "w", to="b", domain="other"),
        node("Relu", "b"),
    ]
    built = model(nodes, {"x": X}, [weight("w", 8, 8)])
    for name in ("a", "b"):
        told = helper.make_tensor_value_info(name, TensorProto.FLOAT, X)
        built.graph.value_info.append(told)
    return built


def test_what_has_no_rule_is_said_to_be_uncounted() -> None:
    summary = cnncalc.summarize(read(partial()))
    assert summary.status == "partial: 2 layers uncounted (Magic x 2)"
    assert [row.layer.op.name for row in summary.rows] == ["onnx:Magic", "onnx:Magic", "relu"]
    assert summary.totals.parameters == 64
    assert [row.figures()["macs"] for row in summary.rows] == [None, None, 0]


PARTIAL = "partial: 2 layers uncounted (Magic x 2)"


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown", "latex"])
def test_every_summary_says_that_it_is_partial(tmp_path: Path, form: str) -> None:
    file = tmp_path / "net.onnx"
    onnx.save(partial(), file)
    assert PARTIAL in run("summarize", str(file), "--format", form)


def test_every_command_says_that_it_is_partial(tmp_path: Path) -> None:
    file, other = tmp_path / "net.onnx", tmp_path / "relu.onnx"
    onnx.save(partial(), file)
    onnx.save(model([node("Relu", "x")], {"x": X}), other)
    for form in ("table", "markdown", "json"):
        assert PARTIAL in run("compare", str(other), str(file), "--format", form)
        assert PARTIAL in run("diff", str(other), str(file), "--format", form, code=1)
    for form in ("text", "markdown", "json"):
        assert "partial" in run("explain", str(file), "--format", form).lower()


def test_commands_work_on_models() -> None:
    file = str(HERE / "tv_alexnet.onnx")
    assert "61,100,840" in run("summarize", file)
    assert "61,100,840" in run("compare", "alexnet", file)
    assert "out height" in run("explain", file, "features.0")
    assert "removed" in run("diff", file, str(HERE / "tv_squeezenet1_0.onnx"), code=1)
    assert "Nothing changed" in run("diff", file, file)
    assert cnncalc.load(file) == cnncalc.read_onnx(file)


def test_open_axes_come_from_the_caller() -> None:
    built = model([node("Relu", "x")], {"x": ("n", 3, "h", "w")})
    with pytest.raises(SpecError, match=r"leaves axes of `x` open: nx3xhxw"):
        read(built)
    assert read(built, {None: (3, 5, 7)}).inputs == {"input": (3, 5, 7)}
    assert read(built, {"x": (1, 3, 5, 7)}).layers[0].output_shape == (3, 5, 7)
    with pytest.raises(SpecError, match="E704"):
        read(built, {None: (3, 5)})
    with pytest.raises(SpecError, match="E704 the model has no input"):
        read(built, {"z": (3, 5, 5)})
    assert read(model([node("Relu", "x")], {"x": ("n", 3, 4, 4)})).inputs == {"input": (3, 4, 4)}


def test_a_model_without_a_batch_is_read() -> None:
    graph = read(model([node("Relu", "x")], {"x": (8,)}))
    assert graph.layers[0].output_shape == (8,)


@pytest.mark.parametrize("inputs", [("half", "x"), ("x", "half")])
def test_a_number_that_a_layer_is_multiplied_by_stands_on_either_side(
    inputs: tuple[str, str],
) -> None:
    half = numbers("half", 0.5, "f4")
    built = model([node("Mul", *inputs, to="h"), node("Relu", "h")], {"x": (1, 50, 8)}, [half])
    assert [layer.output_shape for layer in read(built).layers] == [(50, 8)] * 2


def broken() -> list[tuple[str, Any, str]]:
    relu = node("Relu", "x")
    return [
        ("dangling", model([node("Relu", "z")], {"x": X}), "which nothing gives"),
        ("cyclic", model([node("Add", "x", "b", to="a"), node("Relu", "a", to="b")], {"x": X}, outputs=["b"]), "`Add of a` and `Relu of b` read each other in a circle"),
        ("no weight", model([node("Conv", "x", "w")], {"x": X}), "which nothing gives"),
        ("no output", model([relu], {"x": X}, outputs=["q"]), "nothing gives the output"),
        ("twice", model([relu, relu], {"x": X}), "two nodes give"),
        ("huge", model([relu], {"x": (1, 2**60)}), "E703"),
        ("kernel", model([node("Conv", "x", "w")], {"x": X}, [weight("w", 4, 8, 2**40, 3)]), "E703"),
        ("channels", model([node("Conv", "x", "w")], {"x": X}, [weight("w", 4, 7, 3, 3)]), "its input has 8"),
        ("no attribute", model([node("MaxPool", "x")], {"x": X}), "lacks its `kernel_shape`"),
        ("wrong kind", model([node("Relu", "x", to="a"), node("Softmax", "a", axis=1.5)], {"x": X}), "wrong kind"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("built", "told"), [case[1:] for case in broken()], ids=[case[0] for case in broken()]
)
def test_models_that_are_not_sound_are_refused_in_one_line(built: Any, told: str) -> None:
    with pytest.raises(SpecError, match=told) as caught:
        read(built)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"name: net\n", bytes(range(256)) * 40, b"\x08" * 5000]
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(content)
    assert "E701" in run("summarize", str(file), code=2)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert "E001" in run("summarize", str(tmp_path / "net.onnx"), code=2)
    (tmp_path / "folder.onnx").mkdir()
    assert "E001" in run("summarize", str(tmp_path / "folder.onnx"), code=2)


def test_without_the_package_one_line_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['onnx'] = None\n"
        "from cnncalc.cli.main import run; sys.argv = ['cnncalc', *sys.argv[1:]]; run()"
    )
    command = [sys.executable, "-c", code, "summarize", str(HERE / "tv_alexnet.onnx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'cnncalc[onnx]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_layers_of_a_model_that_numpy_cannot_run() -> None:
    told = run("verify", str(HERE / "tv_convnext_tiny.onnx"), code=2)
    assert "cannot run" in told


def test_a_bias_that_two_layers_hold_counts_once_and_is_verified(tmp_path: Path) -> None:
    nodes = [
        node("Conv", "x", "a.weight", "a.bias", to="r", pads=[1] * 4),
        node("Conv", "r", "other", "a.bias", to="y", pads=[1] * 4),
    ]
    held = [weight("a.weight", 3, 3, 3, 3), weight("other", 3, 3, 3, 3), weight("a.bias", 3)]
    path = tmp_path / "net.onnx"
    onnx.save(model(nodes, {"x": [1, 3, 4, 4]}, held), path)
    graph = cnncalc.read_onnx(path)
    assert [sum(map(prod, one.parameters.values())) for one in graph.layers] == [84, 81]
    assert "agree" in run("verify", str(path))


SMALL = (HERE / "tv_alexnet.onnx").read_bytes()
VARIED = [
    (HERE / name).read_bytes() for name in ("tv_mobilenet_v2.onnx", "dynamo/tv_convnext_tiny.onnx")
]


def outcome(data: bytes) -> str:
    """What becomes of a damaged model: nothing but a graph or one line, and soon."""
    with stopwatch() as took:
        try:
            graph = read_bytes(data, "damaged")
            cnncalc.summarize(graph).to_dict()
            cnncalc.explain(graph)
            told = "graph"
        except SpecError as fault:
            told = str(fault)
    assert "\n" not in told
    assert took.seconds < 2
    return told


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SMALL) - 1))
def test_truncated_models_end_in_one_line(length: int) -> None:
    assert outcome(SMALL[:length])


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([SMALL, *VARIED]),
    st.lists(st.tuples(st.integers(0), st.integers(0, 7)), min_size=1, max_size=30),
)
def test_models_with_flipped_bits_end_in_one_line(
    data: bytes, flips: list[tuple[int, int]]
) -> None:
    damaged = bytearray(data)
    for place, bit in flips:
        damaged[place % len(damaged)] ^= 1 << bit
    assert outcome(bytes(damaged))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_end_in_one_line(data: bytes) -> None:
    assert outcome(data).startswith("E70")


def test_every_byte_of_the_head_of_a_model_may_be_damaged() -> None:
    tiny = model(
        [
            node("Conv", "x", "w"),
        ],
        {"x": X},
        [weight("w", 4, 8, 3, 3)],
    ).SerializeToString()
    for place in range(len(tiny)):
        for bit in range(8):
            damaged = bytearray(tiny)
            damaged[place] ^= 1 << bit
            assert outcome(bytes(damaged))


def large(file: Path, megabytes: int) -> int:
    """Write a model with weights inside, piece by piece; returns its size."""
    nodes = [
        node("MatMul", "x" if not at else f"h{at}", f"w{at}", to=f"h{at + 1}")
        for at in range(megabytes // 4)
    ]
    tensors = [weight(f"w{at}", 1024, 1024) for at in range(len(nodes))]
    for tensor in tensors:
        tensor.ClearField("external_data")
        tensor.ClearField("data_location")
        tensor.raw_data = bytes(4 * 1024 * 1024)
    built = model(nodes, {"x": (1, 1024)}, tensors, [f"h{len(nodes)}"])
    file.write_bytes(built.SerializeToString())
    return file.stat().st_size


MEASURE = """
import sys
from cnncalc import read_onnx, summarize
print(summarize(read_onnx(sys.argv[1])).totals.parameters)
status = open("/proc/self/status").read()
print(int(status.partition("VmHWM:")[2].split()[0]) * 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells no peak")
def test_weights_within_a_model_take_no_memory(tmp_path: Path) -> None:
    file = tmp_path / "large.onnx"
    size = large(file, int(os.environ.get("CNNCALC_LARGE_MODEL", "100")))
    command = [sys.executable, "-c", MEASURE, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    parameters, peak = map(int, done.stdout.split())
    assert parameters == size // 2**22 * 2**20
    # The program with the package `onnx` takes 60 to 100 MB; the pages of the file may be mapped.
    assert peak < 1.2 * size + 100e6
