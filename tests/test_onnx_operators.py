"""Operators of ONNX that not every model has, batches, and shapes that depend on values."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import run
from onnx_models import TensorProto, helper, model, node, numbers, one, onnx, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.diagnostics import SpecError


def outputs(graph: Graph) -> dict[str, tuple[int, ...]]:
    return dict(cnncalc.summarize(graph).outputs)


def status(graph: Graph) -> str:
    return cnncalc.summarize(graph).status


def test_the_later_outputs_of_an_operator_have_their_own_shapes() -> None:
    norm = helper.make_node(
        "LayerNormalization", ["x", "w", "b"], ["y", "mean", "deviation"], axis=2
    )
    tensors = [weight("w", 6, 5), weight("b", 6, 5)]
    built = model([norm], {"x": (1, 8, 6, 5)}, tensors, ["y", "mean", "deviation"])
    assert outputs(read(built)) == {"y": (8, 6, 5), "mean": (8, 1, 1), "deviation": (8, 1, 1)}
    assert totals(read(built)) == (60, 0)


def test_what_stands_where_weights_stand_counts_whatever_its_name() -> None:
    lstm = helper.make_node("LSTM", ["x", "val_1", "val_2", "", "", "start"], ["y"], hidden_size=4)
    start = numbers("start", [[[0.0] * 4]], "f4")
    built = model(
        [lstm], {"x": (7, 1, 8)}, [weight("val_1", 1, 16, 8), weight("val_2", 1, 16, 4), start]
    )
    assert totals(read(built, {None: (7, 1, 8)})) == (128 + 64, 7 * 16 * 12)


# 4 heads of width 16: 10 queries, and 6 keys behind 3 from before.
@pytest.mark.parametrize(
    ("q", "k", "v", "settings"),
    [
        ((1, 4, 10, 16), (1, 4, 6, 16), (1, 4, 6, 16), {}),
        ((1, 10, 64), (1, 6, 64), (1, 6, 64), {"q_num_heads": 4, "kv_num_heads": 4}),
        ((1, 10, 64), (1, 6, 32), (1, 6, 32), {"q_num_heads": 4, "kv_num_heads": 2}),
    ],
)
def test_attention_of_one_node_counts_both_products(
    q: tuple[int, ...], k: tuple[int, ...], v: tuple[int, ...], settings: dict[str, int]
) -> None:
    heads = settings.get("kv_num_heads", 4)
    names = {"q": q, "k": k, "v": v, "pk": (1, heads, 3, 16), "pv": (1, heads, 3, 16)}
    attention = helper.make_node(
        "Attention", ["q", "k", "v", "", "pk", "pv"], ["y", "keys", "values"], **settings
    )
    graph = read(model([attention], names, outputs=["y", "keys", "values"], opset=23))
    assert totals(graph) == (0, 0)
    assert cnncalc.summarize(graph).totals.product_macs == 11_520  # 4*10*9*16, twice
    assert outputs(graph) == {"y": q[1:], "keys": (heads, 9, 16), "values": (heads, 9, 16)}
    assert status(graph) == "complete"


def test_a_transposed_convolution_may_be_told_a_larger_shape() -> None:
    graph = one(
        "ConvTranspose",
        (1, 1, 3, 3),
        weight("w", 1, 2, 3, 3),
        strides=[3, 2],
        output_shape=[10, 8],
    )
    assert graph.layers[0].output_shape == (2, 10, 8)
    assert totals(graph) == (18, 162)


INT8 = TensorProto.INT8
ONE = [numbers(name, 0.1, "f4") for name in ("s", "t", "u")]
ZERO = [numbers(name, 0, "i1") for name in ("p", "q", "r")]
X = (1, 8, 6, 6)
# Each with its inputs, tensors and attributes; the layers, the parameters and the MACs.
RUNTIME: list[tuple[str, str, list[Any], dict[str, Any], list[str], tuple[int, int]]] = [
    ("FusedConv", "x w b", [weight("w", 8, 8, 3, 3), weight("b", 8)], {"pads": [1] * 4, "activation": "Relu"}, ["conv3x3 8 padding=1", "relu"], (584, 20_736)),
    ("FusedConv", "x w b x", [weight("w", 8, 8, 3, 3), weight("b", 8)], {"pads": [1] * 4, "activation": "Relu"}, ["conv3x3 8 padding=1", "add", "relu"], (584, 20_736)),
    ("FusedGemm", "f w b", [weight("w", 288, 5), weight("b", 5)], {"activation": "Sigmoid"}, ["linear 5", "sigmoid"], (1445, 1440)),
    ("FusedMatMul", "x x", [], {"transB": 1}, ["matmul"], (0, 0)),
    ("QLinearAdd", "x s p x t q u r", [], {}, ["add"], (0, 0)),
    ("QLinearConcat", "s p x t q x u r", [], {"axis": 1}, ["concat"], (0, 0)),
    ("QLinearGlobalAveragePool", "x s p t q", [], {}, ["globalavgpool"], (0, 0)),
    ("QLinearAveragePool", "x s p t q", [], {"kernel_shape": [2, 2], "strides": [2, 2]}, ["avgpool2x2 count_include_pad=false"], (0, 0)),
    ("QLinearSigmoid", "x s p t q", [], {}, ["sigmoid"], (0, 0)),
    ("QGemm", "f s p w t q b u r", [weight("w", 5, 288, dtype=INT8), weight("b", 5, dtype=TensorProto.INT32)], {"transB": 1}, ["linear 5"], (1445, 1440)),
    ("DynamicQuantizeMatMul", "f w s p b", [weight("w", 288, 5, dtype=INT8), weight("b", 5)], {}, ["linear 5"], (1445, 1440)),
    ("QuickGelu", "x", [], {"alpha": 1.0}, ["silu"], (0, 0)),
    ("BiasGelu", "f b", [weight("b", 288)], {}, ["onnx:BiasGelu"], (288, 0)),
    ("SkipLayerNormalization", "f f g b", [weight("g", 288), weight("b", 288)], {}, ["onnx:SkipLayerNormalization"], (576, 0)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "inputs", "tensors", "settings", "expected", "counts"),
    RUNTIME,
    ids=[f"{case[0]} {case[1]}" for case in RUNTIME],
)
def test_operators_of_the_runtime(
    kind: str,
    inputs: str,
    tensors: list[Any],
    settings: dict[str, Any],
    expected: list[str],
    counts: tuple[int, int],
) -> None:
    fused = helper.make_node(kind, inputs.split(), ["y"], domain="com.microsoft", **settings)
    nodes = [node("Flatten", "x", to="f"), fused] if "f" in inputs.split() else [fused]
    graph = read(model(nodes, {"x": X}, [*tensors, *ONE, *ZERO]))
    found = [layer.op.notation() for layer in graph.layers if layer.op.name != "flatten"]
    assert found == expected
    assert totals(graph) == counts
    assert status(graph) == "complete"


def test_scales_of_integers_are_not_trained() -> None:
    scale = numbers("a.weight_scale", [0.5] * 4, "f4")
    nodes = [
        node("DequantizeLinear", "a.weight", "a.weight_scale", to="w"),
        node("Conv", "x", "w"),
    ]
    graph = read(model(nodes, {"x": X}, [weight("a.weight", 4, 8, 3, 3, dtype=INT8), scale]))
    assert totals(graph) == (288, 4608)


def test_what_has_another_rank_is_not_joined() -> None:
    with pytest.raises(SpecError, match="cannot join"):
        read(model([node("Concat", "x", "s", axis=1)], {"x": (1, 8)}, [weight("s", 1)]))


DATA = Path(onnx.__file__).parent / "backend" / "test" / "data"


def told(value: Any) -> tuple[int, ...] | None:
    axes = value.type.tensor_type.shape.dim
    has_shape = value.type.tensor_type.HasField("shape") and all(
        axis.HasField("dim_value") for axis in axes
    )
    return tuple(axis.dim_value for axis in axes) if has_shape else None


@pytest.mark.skipif(not DATA.exists(), reason="the package has no models for tests")
def test_the_models_that_onnx_is_tested_with_are_read_as_it_infers() -> None:
    """Those with a batch of one, or without one: of others ONNX infers the shapes of the batch."""
    compared, refused = 0, []
    for file in sorted(DATA.rglob("*.onnx")):
        loaded = onnx.load(file, load_external_data=False)
        stored = {one.name for one in loaded.graph.initializer}
        inputs = [told(one) for one in loaded.graph.input if one.name not in stored]
        try:
            found = outputs(cnncalc.read_onnx(file))
        except SpecError as fault:
            refused.append((file.parent.name, str(fault)))
            continue
        if all(shape is None or len(shape) < 2 or shape[0] == 1 for shape in inputs):
            for one in onnx.shape_inference.infer_shapes(loaded).graph.output:
                shape = told(one)
                if shape is not None and one.name in found:
                    own = shape[1:] if len(shape) > 1 and shape[0] == 1 else shape or (1,)
                    assert found[one.name] == own, file
                    compared += 1
    # A part of a list that a value chooses, an output that no input reaches, an axis left open.
    assert {name for name, _ in refused} <= {f"test_sequence_model{n}" for n in (6, 7, 8)}
    assert all("\n" not in message for _, message in refused)
    assert compared > 30 or not list(DATA.rglob("*.onnx"))


# ---- batches ---------------------------------------------------------------------------------


def test_a_length_in_front_that_not_all_inputs_share_is_no_batch() -> None:
    built = model(
        [node("MatMul", "x", "w", to="h"), node("Add", "h", "s")],
        {"x": ("batch", 6, 8), "s": (2, "batch", 5)},
        [weight("w", 8, 5)],
    )
    assert outputs(read(built)) == {"y": (2, 6, 5)}
    rois = model(
        [node("MatMul", "x", "v", to="y"), node("MatMul", "r", "w", to="z")],
        {"x": (1, 3, 8), "r": (100, 4)},
        [weight("v", 8, 2), weight("w", 4, 2)],
        ["y", "z"],
    )
    assert outputs(read(rois)) == {"y": (3, 2), "z": (100, 2)}
    assert totals(read(rois)) == (24, 48 + 800)


def test_an_axis_that_is_named_once_is_known_everywhere() -> None:
    built = model(
        [node("Add", "x", "m")], {"x": ("batch", "sequence"), "m": ("batch", "sequence")}
    )
    with pytest.raises(SpecError, match="open: batchxsequence"):
        read(built)
    assert outputs(read(built, {"x": (128,)})) == {"y": (128,)}


WHOLE = "the figures are of the file as it stands"


def notes(graph: Graph) -> tuple[str, ...]:
    return cnncalc.summarize(graph).notes


def test_a_batch_that_belongs_to_the_network_is_read_whole_and_said() -> None:
    built = model([node("Reshape", "x", "s")], {"x": (4, 8, 2)}, [numbers("s", [4, 16])])
    assert outputs(read(built)) == {"y": (4, 16)}
    assert notes(read(built)) == (f"no one example can be read of the batch of 4; {WHOLE}",)
    assert outputs(read(built, {None: (4, 8, 2)})) == {"y": (4, 16)}
    assert notes(read(built, {None: (4, 8, 2)})) == ()  # it was asked for
    with pytest.raises(SpecError) as caught:
        read(built, {None: (8, 2)})
    assert "--input 4x8x2" in str(caught.value.diagnostics[0].hint)
    built = model([node("Relu", "x")], {"x": (4, 8, 2)})
    assert outputs(read(built)) == {"y": (8, 2)}
    fixed = "the file fixes a batch of 4; the figures are of one example"
    assert notes(read(built)) == notes(read(built, {None: (8, 2)})) == (fixed,)
    assert cnncalc.summarize(read(built), batch=4).notes == (
        fixed.replace("one example", "4 examples"),
    )
    with pytest.raises(SpecError, match="is given a batch of 3"):
        read(built, {None: (3, 8, 2)})


def test_a_tensor_that_is_as_long_as_the_batch_says_that_it_is_none() -> None:
    nodes = [node("MatMul", "x", "w", to="h"), node("Add", "h", "places")]
    built = model(nodes, {"x": (7, 8)}, [weight("w", 8, 4), weight("places", 7, 4)])
    assert totals(read(built)) == totals(read(built, {None: (7, 8)})) == (32 + 28, 7 * 32)
    with pytest.raises(SpecError, match="joins one example and a tensor of 7"):
        read(built, {None: (8,)})


X3 = (50, 1, 8)
WEIGHTS = [weight("w", 1, 16, 8), weight("r", 1, 16, 16), weight("v", 8, 4), weight("k", 4, 1, 3)]
ONE_HALF = numbers("half", 0.5, "f4")


@pytest.mark.parametrize(
    ("nodes", "why", "macs"),
    [
        # The steps of a recurrence, right away and behind layers that leave them in front.
        ([node("RNN", "x", "w", "r", hidden_size=16)], "RNN steps", 50 * 384),
        (
            [node("Relu", "x", to="a"), node("Mul", "half", "a", to="b"),
             node("RNN", "b", "w", "r", hidden_size=16)],
            "RNN steps",
            50 * 384,
        ),
        ([node("MatMul", "x", "v", to="a"), node("ReduceMean", "a", axes=[0])], "ReduceMean works", 50 * 32),
        ([node("MatMul", "x", "v", to="a"), node("ReduceMax", "a")], "ReduceMax works", 50 * 32),
        ([node("Gather", "x", "last", to="a", axis=0), node("MatMul", "a", "v")], "Gather works", 32),
        ([node("MatMul", "x", "v", to="a"), node("Softmax", "a", axis=0)], "Softmax works", 50 * 32),
        ([node("MatMul", "x", "v", to="a"), node("CumSum", "a", "zero")], "CumSum works", 50 * 32),
        ([node("Slice", "x", "zero1", "ten", "zero1", to="a"), node("MatMul", "a", "v")], "Slice works", 320),
        (
            [
                helper.make_node("Cast", ["x"], ["i"], to=TensorProto.INT64),
                node("Gather", "table", "i", to="a"),
                node("ReduceMax", "a", to="b", axes=[1], keepdims=0),
                node("RNN", "b", "w", "r", hidden_size=16),
            ],
            "RNN steps",
            50 * 8 * 384,
        ),
        # What leaves the examples alone.
        ([node("RNN", "x", "w", "r", hidden_size=16, layout=1)], "", 384),
        ([node("MatMul", "x", "v", to="a"), node("ReduceMean", "a", axes=[1, 2])], "", 32),
        ([node("Slice", "x", "zero1", "end", "zero1", to="a"), node("MatMul", "a", "v")], "", 32),
        ([node("Conv", "x", "k")], "", 4 * 6 * 3),
        ([node("MatMul", "x", "v", to="a"), node("Softmax", "a", axis=-1)], "", 32),
        ([node("Transpose", "x", to="a", perm=[1, 0, 2]), node("RNN", "a", "w", "r", hidden_size=16)], "", 384),
    ],
)  # fmt: skip
def test_a_first_axis_that_the_model_works_along_is_no_batch(
    nodes: list[Any], why: str, macs: int
) -> None:
    numbers_ = [
        numbers("last", 49), numbers("zero", 0), numbers("zero1", [0]), numbers("ten", [10]),
        numbers("end", [2**31 - 1]), ONE_HALF, weight("table", 100, 8),
    ]  # fmt: skip
    graph = read(model(nodes, {"x": X3}, [*WEIGHTS, *numbers_], opset=14))
    assert totals(graph)[1] == macs
    [note] = notes(graph)
    if why:
        assert note == f"{why} along the first axis of `input` (50), which is no batch; {WHOLE}"
        assert graph.inputs == {"input": X3}
    else:
        assert note == "the file fixes a batch of 50; the figures are of one example"
        assert graph.inputs == {"input": X3[1:]}


def test_examples_that_do_not_cost_alike_are_read_whole() -> None:
    """Attention among the first axis, which a turned tensor has on its last."""
    nodes = [
        node("Transpose", "x", to="t", perm=[1, 2, 0]),
        node("Transpose", "x", to="q", perm=[1, 0, 2]),
        node("MatMul", "q", "t"),
    ]
    graph = read(model(nodes, {"x": X3}))
    assert cnncalc.summarize(graph).totals.product_macs == 50 * 8 * 50
    assert notes(graph) == (f"no one example can be read of the batch of 50; {WHOLE}",)


def test_steps_that_the_file_leaves_open_are_taken_as_given_or_said_to_be_one() -> None:
    layer = node("RNN", "x", "w", "r", hidden_size=16)
    built = model([layer], {"x": ("n", 1, 8)}, WEIGHTS[:2])
    assert totals(read(built, {None: X3})) == (384, 50 * 384)
    assert notes(read(built, {None: X3})) == ()
    assert totals(read(built)) == (384, 384)
    assert notes(read(built)) == ("RNN steps along the open first axis of `input`, read as 1",)
    pooled = model([node("ReduceMean", "x", axes=[0])], {"x": ("n", 1, 8)})
    assert notes(read(pooled)) == ()


def test_what_is_said_of_a_batch_stands_in_every_form(tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    onnx.save(
        model([node("MatMul", "x", "v")], {"x": (4, 8)}, [numbers("v", [[0.5] * 4] * 8, "f4")]),
        file,
    )
    said = "the file fixes a batch of 4; the figures are of one example"
    for form in ("table", "markdown", "csv", "latex"):
        assert said in " ".join(run("summarize", str(file), "--format", form).split())
    for form in ("text", "markdown", "json"):
        assert said in " ".join(run("explain", str(file), "--format", form).split())
    for form in ("table", "markdown"):
        assert said in " ".join(run("compare", str(file), str(file), "--format", form).split())
        assert said in " ".join(run("diff", str(file), str(file), "--format", form).split())
    assert said in " ".join(run("summarize", str(file), "--fit", "1MiB").split())
    assert said in " ".join(run("summarize", str(file), "--count", "thop").split())
    for command in (
        ["summarize"],
        ["compare", str(file)],
        ["diff", str(file)],
        ["summarize", "--fit", "1MiB"],
    ):
        assert said in run(*command, str(file), "--format", "json")
    assert "notes" not in run("summarize", "resnet:18", "--format", "json")


# ---- shapes that depend on values ------------------------------------------------------------


def detector() -> Any:
    """Convolutions, then a choice among their values, then a layer on what was chosen."""
    nodes = [
        node("Conv", "x", "w", to="f"),
        node("Relu", "f", to="g"),
        node("NonZero", "g", to="places"),
        node("Transpose", "places", to="rows", perm=[1, 0]),
        helper.make_node("Cast", ["rows"], ["numbers"], to=TensorProto.FLOAT),
        node("Gemm", "numbers", "v", to="found"),
    ]
    tensors = [weight("w", 4, 8, 3, 3), weight("v", 3, 2)]
    return model(nodes, {"x": (1, 8, 6, 6)}, tensors, ["g", "found"])


COLUMNS = "op,output,macs,output_elements,activation_bytes,receptive_field,macs%,inputs,line"
OPEN = "partial: 1 layer uncounted (Gemm x 1); 4 layers without a shape (from NonZero x 1 on)"


def test_layers_behind_a_choice_among_values_are_shown_without_a_shape() -> None:
    graph = read(detector())
    assert totals(graph) == (288 + 6, 4608)
    assert outputs(graph) == {"g": (4, 4, 4), "found": ()}
    assert status(graph) == OPEN
    rows = cnncalc.summarize(graph).to_dict()["layers"]
    assert [row["output_shape"] for row in rows[2:]] == [None] * 4
    assert [row["output_elements"] for row in rows] == [64, 64, None, None, None, None]
    assert [row["macs"] for row in rows] == [4608, 0, 0, 0, 0, None]
    assert rows[5]["parameters"] == 6


def test_every_command_takes_layers_without_a_shape(tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    onnx.save(detector(), file)
    for form in ("table", "csv"):
        page = run("summarize", str(file), "--format", form, "--columns", COLUMNS)
        assert OPEN in " ".join(page.split())
    assert json.loads(run("summarize", str(file), "--format", "json"))["outputs"]["found"] is None
    assert "its shape depends on values" in run("explain", str(file))
    assert "4x4x4, ?" in run("compare", str(file), str(file))
    assert "Nothing changed" in run("diff", str(file), str(file))


def test_an_operator_that_no_one_defines_is_named_and_uncounted() -> None:
    nodes = [
        node("Relu", "x", to="a"),
        helper.make_node("Magic", ["a", "w"], ["b"], domain="other"),
        node("Relu", "b"),
    ]
    graph = read(model(nodes, {"x": (1, 8, 6, 6)}, [weight("w", 4, 8)]))
    assert totals(graph) == (32, 0)
    assert status(graph) == (
        "partial: 1 layer uncounted (Magic x 1); 2 layers without a shape (from Magic x 1 on)"
    )


def test_what_a_branch_holds_and_reads_counts() -> None:
    def branch(name: str) -> Any:
        nodes = [
            node("MatMul", "h", "w", to=f"{name}m"),
            node("Add", f"{name}m", name, to=f"{name}y"),
        ]
        out = helper.make_tensor_value_info(f"{name}y", TensorProto.FLOAT, [1, 5])
        return helper.make_graph(nodes, name, [], [out], [weight(name, 5)])

    nodes = [
        node("Relu", "x", to="h"),
        node("ReduceSum", "h", to="s", keepdims=0),
        helper.make_node("Cast", ["s"], ["c"], to=TensorProto.BOOL),
        node("If", "c", then_branch=branch("p"), else_branch=branch("q")),
    ]
    graph = read(model(nodes, {"x": (1, 8)}, [weight("w", 8, 5)]))
    assert status(graph) == "complete"
    assert totals(graph) == (40 + 5 + 5, 40 + 40)
    assert outputs(graph) == {"y": (5,)}
    assert notes(graph) == ("both branches of `if` are counted, of which one runs",)
    assert [layer.name for layer in graph.layers][-3:] == ["if.then", "if.else", "if.if"]


def test_a_loop_over_a_list_runs_as_often_as_it_says() -> None:
    def value(name: str, kind: int, shape: list[int] | None) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    body = helper.make_graph(
        [
            node("Relu", "x", to="r"),
            node("SequenceInsert", "before", "r", to="behind"),
            node("Identity", "again", to="go"),
        ],
        "body",
        [value("i", TensorProto.INT64, []), value("again", TensorProto.BOOL, []), value("before", 1, None)],
        [value("go", TensorProto.BOOL, []), value("behind", 1, None)],
    )  # fmt: skip
    nodes = [
        node("SequenceEmpty", to="none"),
        node("Loop", "n", "", "none", to="all", body=body),
        node("ConcatFromSequence", "all", axis=1),
    ]
    built = model(nodes, {"x": (1, 8, 6)}, [numbers("n", 3)])
    assert outputs(read(built)) == {"y": (24, 6)}
    built = model(nodes, {"x": (1, 8, 6)}, [numbers("n", 10**6)])
    with pytest.raises(SpecError, match="over 2,000 iterations"):
        read(built)


def test_functions_that_multiply_without_bound_are_refused() -> None:
    def body(name: str, inner: str, domain: str) -> Any:
        nodes = [
            helper.make_node(inner, ["a"], ["b"], domain=domain),
            helper.make_node(inner, ["b"], ["c"], domain=domain),
        ]
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
        return helper.make_function("own", name, ["a"], ["c"], nodes, opsets)

    built = model([helper.make_node("f40", ["x"], ["y"], domain="own")], {"x": (1, 8)})
    built.functions.append(body("f1", "Relu", ""))
    built.functions.extend(body(f"f{number}", f"f{number - 1}", "own") for number in range(2, 41))
    built.opset_import.add(domain="own", version=1)
    with pytest.raises(SpecError, match="1,099,511,627,776 nodes"):
        read(built)
    built.functions[0].CopyFrom(body("f1", "f40", "own"))
    with pytest.raises(SpecError, match="without end"):
        read(built)


def test_lists_are_joined_shortened_and_counted() -> None:
    nodes = [
        node("Relu", "x", to="a"),
        node("SequenceConstruct", "x", "a", "x", to="all"),
        node("SequenceErase", "all", "first", to="rest"),
        node("ConcatFromSequence", "rest", to="joined", axis=1),
        node("ConcatFromSequence", "rest", to="stacked", axis=1, new_axis=1),
        node("SequenceLength", "rest", to="n"),
        node("Unsqueeze", "n", "at", to="m"),
        node("Concat", "ones", "m", "back", to="s", axis=0),
        node("Reshape", "joined", "s"),
    ]
    tensors = [
        numbers("first", 0),
        numbers("at", [0]),
        numbers("ones", [1]),
        numbers("back", [-1]),
    ]
    graph = read(model(nodes, {"x": (1, 8, 6)}, tensors, ["joined", "stacked", "y"]))
    assert outputs(graph) == {"joined": (16, 6), "stacked": (2, 8, 6), "y": (2, 48)}
    assert status(graph) == "complete"
