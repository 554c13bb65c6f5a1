"""Graphs within nodes: both branches of a choice, every round of a loop, every step of a scan."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from onnx_models import TensorProto, helper, model, node, numbers, onnx, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.analysis.explain import explain
from cnncalc.analysis.profiles import count
from cnncalc.diagnostics import SpecError

FLOAT, INT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def status(graph: Graph) -> str:
    return cnncalc.summarize(graph).status


def outputs(graph: Graph) -> dict[str, tuple[int, ...]]:
    return dict(cnncalc.summarize(graph).outputs)


def value(name: str, kind: int = FLOAT, shape: Sequence[int] | None = None) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def body(
    nodes: Sequence[Any],
    outs: Sequence[str],
    ins: Sequence[Any] = (),
    stored: Sequence[Any] = (),
) -> Any:
    kinds = {"go": BOOL, "more": BOOL}
    ends = [value(name, kinds.get(name, FLOAT)) for name in outs]
    return helper.make_graph(list(nodes), "body", list(ins), ends, list(stored))


# ---- choices ---------------------------------------------------------------------------------

UNKNOWN = [
    node("ReduceSum", "x", to="total", keepdims=0),
    helper.make_node("Cast", ["total"], ["c"], to=BOOL),
]


def choosing(then: Any, other: Any, *more: Any, known: bool | None = None) -> Graph:
    nodes = (
        UNKNOWN if known is None else [node("Constant", to="c", value=numbers("k", known, bool))]
    )
    chosen = node("If", "c", then_branch=then, else_branch=other)
    return read(model([*nodes, chosen, *more], {"x": (1, 8)}))


def dense(out: int, tensor: str = "w", name: str = "y") -> Any:
    """A dense layer whose weight the branch stores itself."""
    return body([node("MatMul", "x", tensor, to=name)], [name], (), [weight(tensor, 8, out)])


def test_both_branches_of_a_choice_count_and_that_is_said() -> None:
    graph = choosing(dense(5), dense(5, "v"))
    assert totals(graph) == (80, 80)
    assert outputs(graph) == {"y": (5,)}
    assert [layer.name for layer in graph.layers] == [
        "reducesum", "if.then", "if.else", "if.if",
    ]  # fmt: skip
    assert set(graph.layers[-1].inputs) == {"reducesum", "if.then", "if.else"}
    summary = cnncalc.summarize(graph)
    assert summary.status == "complete"
    assert summary.notes == ("both branches of `if` are counted, of which one runs",)


def test_tensors_of_the_same_name_in_two_branches_are_two() -> None:
    assert totals(choosing(dense(5), dense(5))) == (80, 80)
    shared = body([node("MatMul", "x", "w", to="y")], ["y"])
    nodes = [*UNKNOWN, node("If", "c", then_branch=shared, else_branch=shared)]
    assert totals(read(model(nodes, {"x": (1, 8)}, [weight("w", 8, 5)]))) == (40, 80)


def test_the_branch_that_is_known_is_the_only_one() -> None:
    for known, parameters in ((True, 40), (False, 24)):
        graph = choosing(dense(5), dense(3, "v"), known=known)
        assert totals(graph) == (parameters, parameters)
        assert cnncalc.summarize(graph).notes == ()


def test_branches_of_other_shapes_give_what_has_none() -> None:
    graph = choosing(dense(5), dense(3, "v"), node("Relu", "y", to="z"))
    assert totals(graph) == (64, 64)
    assert status(graph) == "partial: 2 layers without a shape (from If x 1 on)"
    assert outputs(graph) == {"y": ()}


def test_choices_without_weights_need_no_words() -> None:
    one, other = (body([node(kind, "x", to="y")], ["y"]) for kind in ("Relu", "Sigmoid"))
    graph = choosing(one, other)
    assert totals(graph) == (0, 0)
    assert cnncalc.summarize(graph).notes == ()


def test_a_branch_that_is_not_sound_leaves_the_choice_uncounted_with_what_it_holds() -> None:
    wrong = body([node("MatMul", "x", "w", to="y")], ["y"], (), [weight("w", 7, 5)])
    graph = choosing(dense(5), wrong)
    assert status(graph).startswith("partial: 1 layer uncounted (If x 1)")
    assert totals(graph)[0] >= 40
    with pytest.raises(SpecError, match="E702"):
        choosing(dense(5), body([], []))


def test_what_a_layer_takes_apart_is_not_put_together_when_a_branch_reads_it() -> None:
    """The tanh form of GELU, one of whose parts a branch looks into."""
    parts = [
        node("Sigmoid", "x", to="s"),
        node("Mul", "x", "s", to="g"),
        *UNKNOWN,
        node("If", "c", then_branch=body([node("Relu", "s", to="a")], ["a"]),
             else_branch=body([node("Relu", "g", to="b")], ["b"])),
    ]  # fmt: skip
    graph = read(model(parts, {"x": (1, 8)}))
    assert {"sigmoid", "mul"} <= {layer.op.name for layer in graph.layers}


# ---- loops -----------------------------------------------------------------------------------

ROUND = [value("i", INT, []), value("again", BOOL, [])]
GOES = node("Identity", "again", to="go")


def looping(
    inner: Sequence[Any],
    carried: Sequence[str] = ("h",),
    scans: Sequence[str] = (),
    rounds: Any = 10,
    stored: Sequence[Any] = (),
    **inputs: tuple[int, ...],
) -> Graph:
    """A loop that carries each name as `name_in`, and gives it as `name_out`."""
    ins = [*ROUND, *(value(f"{name}_in") for name in carried)]
    outs = ["go", *(f"{name}_out" for name in carried), *scans]
    made = helper.make_node(
        "Loop",
        ["n" if rounds is not None else "", "", *carried],
        [f"{name}_end" for name in carried] + [f"{name}_all" for name in scans],
        body=body([GOES, *inner], outs, ins),
    )
    tensors = [*stored, *([numbers("n", rounds)] if isinstance(rounds, int) else [])]
    ends = [f"{name}_end" for name in carried] + [f"{name}_all" for name in scans]
    return read(model([made], inputs or {"h": (1, 8)}, tensors, ends))


W = weight("w", 8, 8)


def test_every_round_of_a_loop_counts() -> None:
    graph = looping(
        [node("MatMul", "h_in", "w", to="a"), node("Relu", "a", to="h_out")], stored=[W]
    )
    assert totals(graph) == (64, 640)
    assert [(layer.name, layer.op.notation()) for layer in graph.layers] == [
        ("loop.linear", "linear 8 bias=false, 10 rounds"), ("loop.relu", "relu, 10 rounds"),
    ]  # fmt: skip
    assert outputs(graph) == {"h_end": (8,)}
    assert status(graph) == "complete"
    told = {one.quantity: one.words for one in explain(graph)[0].formulas}
    assert told["MACs"].startswith("rounds * ")
    assert sum(count("torch", graph.layers)) == 1280
    assert sum(count("ptflops", graph.layers)) == 640 + 10 * 16


def test_what_a_loop_gives_in_each_round_stands_side_by_side() -> None:
    inner = [node("MatMul", "h_in", "w", to="h_out"), node("Relu", "h_out", to="r")]
    graph = looping(inner, scans=["r"], stored=[W])
    assert outputs(graph) == {"h_end": (8,), "r_all": (10, 1, 8)}
    assert totals(graph) == (64, 640)


def test_a_state_that_starts_as_a_constant_is_none_after_the_first_round() -> None:
    """Zeros times weights would be a constant: from the second round on it is not."""
    inner = [node("MatMul", "h_in", "w", to="a"), node("Add", "a", "x", to="h_out")]
    graph = looping(inner, stored=[W, numbers("h", [[0.0] * 8], "f4")], x=(1, 8))
    assert totals(graph) == (64, 640)
    assert status(graph) == "complete"


def test_rounds_that_differ_are_read_one_by_one() -> None:
    """What is carried grows by a row in each round, and each round multiplies all rows."""
    inner = [
        node("MatMul", "h_in", "w", to="a"),
        node("Concat", "a", "x", to="h_out", axis=1),
    ]
    graph = looping(inner, rounds=4, stored=[W], h=(1, 1, 8), x=(1, 1, 8))
    assert totals(graph) == (64, 64 * (1 + 2 + 3 + 4))
    assert outputs(graph) == {"h_end": (5, 8)}
    assert [layer.name for layer in graph.layers if layer.op.name == "linear"] == [
        f"loop.{turn}.linear" for turn in (1, 2, 3, 4)
    ]


def test_a_loop_that_counts_itself_ends_where_it_says() -> None:
    inner = [
        node("MatMul", "h_in", "w", to="h_out"),
        node("Add", "i", "one", to="next"),
        node("Less", "next", "six", to="more"),
    ]
    made = node(
        "Loop", "", "", "h", to="y",
        body=body(inner, ["more", "h_out"], [*ROUND, value("h_in")]),
    )  # fmt: skip
    built = model([made], {"h": (1, 8)}, [W, numbers("one", 1), numbers("six", 6)])
    assert totals(read(built)) == (64, 6 * 64)


def test_a_loop_of_unknown_length_is_partial_by_name_and_holds_what_it_holds() -> None:
    inner = [
        GOES, node("MatMul", "h_in", "w", to="a"),
        node("Constant", to="k", value=numbers("k", np.ones((8, 8)), "f4")),
        node("MatMul", "a", "k", to="h_out"),
    ]  # fmt: skip
    counted = node(
        "Loop", "n", "", "h", to="y", body=body(inner, ["go", "h_out"], [*ROUND, value("h_in")])
    )
    unknown = [*UNKNOWN, helper.make_node("Cast", ["total"], ["n"], to=INT), counted]
    graph = read(model([node("Identity", "x", to="h"), *unknown], {"x": (1, 8)}, [W]))
    assert totals(graph) == (128, 0)
    assert status(graph) == "partial: 1 layer uncounted (Loop x 1)"
    assert outputs(graph) == {"y": (8,)}
    # One that ends when a value says so, although it has a most of rounds.
    inner = [
        node("MatMul", "h_in", "w", to="h_out"), node("ReduceSum", "h_out", to="s", keepdims=0),
        helper.make_node("Cast", ["s"], ["more"], to=BOOL),
    ]  # fmt: skip
    ends = node(
        "Loop", "n", "", "x", to="y", body=body(inner, ["more", "h_out"], [*ROUND, value("h_in")])
    )
    graph = read(model([ends], {"x": (1, 8)}, [W, numbers("n", 10)]))
    assert (totals(graph), status(graph)) == ((64, 0), "partial: 1 layer uncounted (Loop x 1)")


def test_a_loop_of_unknown_length_without_products_is_complete() -> None:
    inner = body(
        [GOES, node("Relu", "h_in", to="h_out")], ["go", "h_out"], [*ROUND, value("h_in")]
    )
    nodes = [
        *UNKNOWN,
        helper.make_node("Cast", ["total"], ["n"], to=INT),
        node("Loop", "n", "", "x", to="y", body=inner),
    ]
    graph = read(model(nodes, {"x": (1, 8)}))
    assert (totals(graph), status(graph)) == ((0, 0), "complete")


def test_loops_within_loops_multiply() -> None:
    inner = helper.make_node(
        "Loop", ["m", "", "h_in"], ["h_out"],
        body=body(
            [node("Identity", "on", to="go"), node("MatMul", "g_in", "w", to="g_out")],
            ["go", "g_out"],
            [value("j", INT, []), value("on", BOOL, []), value("g_in")],
        ),
    )  # fmt: skip
    graph = looping([inner], stored=[W, numbers("m", 3)])
    assert totals(graph) == (64, 10 * 3 * 64)
    assert [layer.name for layer in graph.layers] == ["loop.loop"]
    assert graph.layers[0].op.notation() == "linear 8 bias=false, 3 rounds, 10 rounds"


def test_a_choice_within_a_loop_counts_both_sides_in_each_round() -> None:
    chosen = [
        node("ReduceSum", "h_in", to="total", keepdims=0),
        helper.make_node("Cast", ["total"], ["c"], to=BOOL),
        helper.make_node(
            "If", ["c"], ["h_out"],
            then_branch=body([node("MatMul", "h_in", "w", to="y")], ["y"]),
            else_branch=body([node("Relu", "h_in", to="y")], ["y"]),
        ),
    ]  # fmt: skip
    graph = looping(chosen, stored=[W])
    assert totals(graph) == (64, 640)
    assert cnncalc.summarize(graph).notes == (
        "both branches of `loop.if` are counted, of which one runs",
    )


def test_more_rounds_than_are_read_one_by_one_are_uncounted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cnncalc.interchange.onnx.read.rounds.MOST_ROUNDS", 50)
    inner = [node("MatMul", "h_in", "w", to="a"), node("Concat", "a", "x", to="h_out", axis=1)]
    graph = looping(inner, rounds=10**6, stored=[W], h=(1, 1, 8), x=(1, 1, 8))
    assert totals(graph) == (64, 0)
    assert status(graph).startswith("partial: 1 layer uncounted (Loop x 1)")
    same = looping([node("MatMul", "h_in", "w", to="h_out")], rounds=10**6, stored=[W])
    assert totals(same) == (64, 64 * 10**6)


def test_a_body_that_takes_other_numbers_of_tensors_is_refused() -> None:
    made = node("Loop", "n", "", "x", to="y", body=body([GOES], ["go"], ROUND))
    with pytest.raises(SpecError, match="another number of tensors"):
        read(model([made], {"x": (1, 8)}, [numbers("n", 3)]))


# ---- scans -----------------------------------------------------------------------------------


def cell() -> Any:
    """A plain recurrent cell: the step times one weight, the state times another."""
    nodes = [
        node("MatMul", "step", "w", to="a"),
        node("MatMul", "state", "r", to="b"),
        node("Add", "a", "b", to="c"),
        node("Tanh", "c", to="new"),
        node("Identity", "new", to="row"),
    ]
    return body(nodes, ["new", "row"], [value("state"), value("step")])


CELL = [weight("w", 8, 16), weight("r", 16, 16), numbers("h", np.zeros((1, 16)), "f4")]


def test_a_scan_counts_its_body_once_a_step() -> None:
    made = helper.make_node("Scan", ["h", "x"], ["end", "all"], body=cell(), num_scan_inputs=1)
    built = model([made], {"x": ("frames", "batch", 8)}, CELL, ["end", "all"])
    graph = read(built, {None: (7, 1, 8)})
    assert totals(graph) == (384, 7 * 384)
    assert outputs(graph) == {"end": (16,), "all": (7, 1, 16)}
    assert status(graph) == "complete"
    assert all(layer.name.startswith("scan.") for layer in graph.layers)
    fixed = read(model([made], {"x": (7, 1, 8)}, CELL, ["end", "all"]))
    assert totals(fixed) == (384, 7 * 384)  # it goes along the first axis, which is no batch
    assert cnncalc.summarize(fixed).notes[0].startswith("Scan steps along the first axis of")


@pytest.mark.parametrize("axis", [1, -2])
def test_a_scan_goes_along_the_axis_that_it_names_and_gives_along_another(axis: int) -> None:
    made = helper.make_node(
        "Scan", ["h", "x"], ["end", "all"], body=cell(), num_scan_inputs=1,
        scan_input_axes=[axis], scan_output_axes=[axis], scan_output_directions=[1],
    )  # fmt: skip
    graph = read(model([made], {"x": (1, 7, 8)}, CELL, ["end", "all"]))
    assert totals(graph) == (384, 7 * 384)
    assert outputs(graph) == {"end": (16,), "all": (7, 16)}


def test_the_first_output_of_a_scan_may_be_left_out() -> None:
    made = helper.make_node("Scan", ["h", "x"], ["", "all"], body=cell(), num_scan_inputs=1)
    graph = read(model([made], {"x": (7, 1, 8)}, CELL, ["all"]))
    assert totals(graph) == (384, 7 * 384)


def test_the_scan_of_old_runs_for_each_example() -> None:
    made = helper.make_node("Scan", ["", "h", "x"], ["end", "all"], body=cell(), num_scan_inputs=1)
    stored = [*CELL[:2], numbers("h", np.zeros((2, 3, 16)), "f4")]
    built = model([made], {"x": (2, 7, 3, 8), "z": (1, 4)}, stored, ["end", "all"], 8)
    graph = read(built)
    assert totals(graph) == (384, 2 * 7 * 3 * 384)
    assert outputs(graph) == {"end": (2, 3, 16), "all": (2, 7, 3, 16)}


def test_a_scan_whose_state_grows_is_uncounted_with_what_it_holds() -> None:
    grows = body(
        [node("MatMul", "step", "w", to="a"), node("Concat", "state", "a", to="new", axis=1)],
        ["new"],
        [value("state"), value("step")],
    )
    made = helper.make_node("Scan", ["h", "x"], ["y"], body=grows, num_scan_inputs=1)
    graph = read(model([made], {"x": ("frames", "batch", 8)}, CELL), {None: (7, 1, 8)})
    assert status(graph).startswith("partial: 1 layer uncounted (Scan x 1)")
    assert totals(graph) == (128, 0)


def test_scans_that_are_not_sound_are_refused() -> None:
    for settings in ({"num_scan_inputs": 0}, {"num_scan_inputs": 3}, {}):
        made = helper.make_node("Scan", ["h", "x"], ["end", "all"], body=cell(), **settings)
        with pytest.raises(SpecError, match="E702"):
            read(model([made], {"x": (1, 7, 8)}, CELL, ["end", "all"]))
    without = helper.make_node("Scan", ["h", "x"], ["end", "all"], num_scan_inputs=1)
    with pytest.raises(SpecError, match="lacks its `body`"):
        read(model([without], {"x": (1, 7, 8)}, CELL, ["end", "all"]))


# ---- the operators' own tests ----------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")  # what makes the cases casts too large numbers
def test_the_cases_that_onnx_is_tested_with_are_read_with_their_shapes() -> None:
    cases = pytest.importorskip("onnx.backend.test.case.node")
    for name in ("lstm", "gru", "rnn", "if_", "loop", "scan", "sequenceinsert", "splittosequence"):
        import_module(f"{cases.__name__}.{name}")
    read_here, refused = 0, []
    for case in cases._NodeTestCases:  # noqa: SLF001 - all others would be made as well
        try:
            graph = read(case.model)
        except SpecError as fault:
            refused.append(str(fault))
            continue
        read_here += 1
        summary = cnncalc.summarize(graph)
        for output, given in zip(case.model.graph.output, case.data_sets[0][1], strict=True):
            shape = summary.outputs.get(output.name)
            if shape and isinstance(given, np.ndarray):
                real = given.shape[1:] if given.ndim > 1 and given.shape[0] == 1 else given.shape
                assert shape == (real or (1,)), case.name
        if any(word in case.name for word in ("lstm", "gru", "rnn")):
            # Their weights are inputs: products of activations.
            assert summary.totals.product_macs > 0, case.name
            assert summary.status == "complete"
    assert read_here >= 20
    assert all("is not a tensor" in fault for fault in refused)  # an input that is a list
    assert onnx.__version__
