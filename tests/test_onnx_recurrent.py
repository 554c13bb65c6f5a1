"""LSTM, GRU and RNN of ONNX: by hand, by other tools, and held against ONNX Runtime."""

from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from onnx_models import helper, model, node, numbers, onnx, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.analysis.explain import explain
from cnncalc.analysis.profiles import count, uncounted
from cnncalc.diagnostics import SpecError

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
IN, HIDDEN = 8, 16


def tensors(kind: str, directions: int = 1, names: str = "wrb") -> list[Any]:
    rows = GATES[kind] * HIDDEN
    shapes = {
        "w": (directions, rows, IN),
        "r": (directions, rows, HIDDEN),
        "b": (directions, 2 * rows),
        "p": (directions, 3 * HIDDEN),
    }
    return [weight(name, *shapes[name]) for name in names]


def recurrent(
    kind: str = "LSTM",
    outputs: tuple[str, ...] = ("y",),
    shape: tuple[int, ...] = (7, 1, IN),
    inputs: str = "x w r b",
    given: list[Any] | None = None,
    **settings: Any,
) -> Graph:
    directions = 1 + (settings.get("direction") == "bidirectional")
    names = [name if name != "-" else "" for name in inputs.split()]
    built = helper.make_node(kind, names, list(outputs), hidden_size=HIDDEN, **settings)
    stored = tensors(kind, directions, "".join(n for n in "wrbp" if n in names)) + (given or [])
    axes = {
        "x": ("frames", "batch", IN) if not settings.get("layout") else ("batch", "frames", IN)
    }
    whole = model([built], axes, stored, [name for name in outputs if name], 22)
    return read(whole, {None: shape})


def outputs(graph: Graph) -> dict[str, tuple[int, ...]]:
    return dict(cnncalc.summarize(graph).outputs)


# 7 steps of 8 features, a state of 16: each gate takes 16 * 8 + 16 * 16 = 384 products a step.
@pytest.mark.parametrize(
    ("kind", "parameters", "macs"),
    [("LSTM", 4 * 384 + 128, 10_752), ("GRU", 3 * 384 + 96, 8_064), ("RNN", 384 + 32, 2_688)],
)
def test_a_layer_counts_its_gates_in_every_step(kind: str, parameters: int, macs: int) -> None:
    graph = recurrent(kind)
    assert totals(graph) == (parameters, macs)
    assert outputs(graph) == {"y": (7, 1, 1, 16)}
    both = recurrent(kind, direction="bidirectional", shape=(7, 3, IN))
    assert totals(both) == (2 * parameters, 6 * macs)
    assert outputs(both) == {"y": (7, 2, 3, 16)}
    assert cnncalc.summarize(both).status == "complete"
    assert cnncalc.summarize(both).totals.biases == 4 * GATES[kind] * 16


@pytest.mark.parametrize("kind", GATES)
def test_outputs_that_are_left_out_cost_and_hide_nothing(kind: str) -> None:
    whole = totals(recurrent(kind))
    places = 3 if kind == "LSTM" else 2
    for chosen in product((False, True), repeat=places):
        if not any(chosen):
            continue
        names = tuple(n if on else "" for n, on in zip("yhc", chosen, strict=False))
        graph = recurrent(kind, names)
        assert totals(graph) == whole, names
        assert cnncalc.summarize(graph).status == "complete"
        shapes = {"y": (7, 1, 1, 16), "h": (1, 16), "c": (1, 16)}
        assert outputs(graph) == {name: shapes[name] for name in names if name}
        assert len(graph.layers) == sum(chosen)  # a state is taken from the one layer
        assert [layer.inputs for layer in graph.layers[1:]] == [("lstm",)] * (sum(chosen) - 1) or (
            kind != "LSTM"
        )


def test_an_operator_that_nobody_knows_hides_nothing_behind_an_omitted_output() -> None:
    magic = helper.make_node("Magic", ["x", "w"], ["", "y"], domain="other")
    graph = read(model([magic], {"x": (1, 8)}, [weight("w", 4, 8)]))
    assert totals(graph)[0] == 32
    assert cnncalc.summarize(graph).status.startswith("partial: 1 layer uncounted (Magic x 1)")


def test_peepholes_are_held_and_take_each_value_alone() -> None:
    graph = recurrent(inputs="x w r b - - - p")
    assert totals(graph) == (1664 + 48, 10_752)
    assert "P c" in str(explain(graph)[0].law)
    assert "P c" not in str(explain(recurrent())[0].law)


def test_states_before_the_first_step_count_when_they_are_learned() -> None:
    zero, some = (numbers("h", np.full((1, 1, 16), one), np.float32) for one in (0.0, 0.5))
    assert totals(recurrent(inputs="x w r b - h", given=[zero])) == (1664, 10_752)
    assert totals(recurrent(inputs="x w r b - h", given=[some])) == (1680, 10_752)
    lengths = numbers("n", [5], np.int32)  # how long a sequence is, no size says: all steps count
    assert totals(recurrent(inputs="x w r b n", given=[lengths])) == (1664, 10_752)


def test_a_layer_without_biases_with_the_batch_first_and_with_coupled_gates() -> None:
    assert totals(recurrent(inputs="x w r")) == (1536, 10_752)
    graph = recurrent(outputs=("y", "h"), shape=(7, IN), layout=1)
    assert totals(graph) == (1664, 10_752)
    assert outputs(graph) == {"y": (7, 1, 16), "h": (1, 16)}
    assert totals(recurrent(input_forget=1)) == (1664, 10_752)


def test_weights_that_are_computed_from_the_input_make_products_of_activations() -> None:
    nodes = [
        node("RNN", "x", "w", "r", to="y", hidden_size=HIDDEN),
    ]
    built = model(nodes, {"x": (7, 1, IN), "w": (1, 16, IN)}, tensors("RNN", names="r"), ["y"], 14)
    found = cnncalc.summarize(read(built)).totals
    assert (found.parameters, found.macs, found.product_macs) == (256, 7 * 256, 7 * 128)


def test_the_formula_is_explained_with_its_values() -> None:
    [told] = explain(recurrent(direction="bidirectional", shape=(7, 3, IN)))
    macs = next(one for one in told.formulas if one.quantity == "MACs")
    assert macs.words == "steps * batch * directions * gates * hidden * (in features + hidden)"
    assert (macs.values, macs.result) == ("7*3*2*4*16*24", 64_512)
    held = next(one for one in told.formulas if one.quantity == "parameters")
    assert (held.values, held.result) == ("8*64*2 + 16*64*2 + 128*2", 3_328)


@pytest.mark.parametrize("kind", GATES)
def test_weights_that_do_not_suit_are_refused(kind: str) -> None:
    rows = GATES[kind] * HIDDEN
    for w, r in (
        ((1, rows, IN + 1), (1, rows, HIDDEN)),
        ((2, rows, IN), (1, rows, HIDDEN)),
        ((2, rows, IN), (2, rows, HIDDEN)),
        ((1, rows, IN), (1, rows, HIDDEN + 1)),
        ((1, rows, IN), (rows, HIDDEN)),
    ):
        built = model(
            [node(kind, "x", "w", "r")], {"x": (7, 1, IN)}, [weight("w", *w), weight("r", *r)]
        )
        with pytest.raises(SpecError, match="do not suit each other"):
            read(built, {None: (7, 1, IN)})
    with pytest.raises(SpecError, match="E702"):
        read(model([node(kind, "x", "w")], {"x": (7, 1, IN)}, [weight("w", 1, rows, IN)]))
    with pytest.raises(SpecError, match="`direction` of the wrong kind"):
        recurrent(kind, direction=2)


def test_the_runtimes_integer_form_is_read() -> None:
    form = helper.make_node(
        "DynamicQuantizeLSTM", ["x", "w", "r", "b", "", "", "", "", *"stuv"], ["", "h"],
        domain="com.microsoft", hidden_size=HIDDEN,
    )  # fmt: skip
    stored = [
        weight("w", 1, IN, 64, dtype=onnx.TensorProto.INT8),
        weight("r", 1, HIDDEN, 64, dtype=onnx.TensorProto.INT8),
        weight("b", 1, 128),
        *(numbers(name, [0.5], "f4") for name in "su"),
        *(numbers(name, [0], "i1") for name in "tv"),
    ]
    graph = read(model([form], {"x": ("frames", "batch", IN)}, stored, ["h"]), {None: (7, 1, IN)})
    assert totals(graph) == (1664, 10_752)
    assert outputs(graph) == {"h": (1, 16)}


# Printed by each tool for `nn.LSTM(8, 16)`, `nn.GRU` and `nn.RNN` on 7 steps of one example;
# then bidirectional, and without biases. PyTorch's counter does not see an LSTM, which is fused.
PRINTED: dict[str, list[tuple[int | None, ...]]] = {
    "torchinfo": [(11_648, 23_296, 10_752), (8_736, 17_472, 8_064), (2_912, 5_824, 2_688)],
    "thop": [(12_544, 25_088, 11_648), (9_520, 19_040, 8_848), (3_024, 6_048, 2_800)],
    "ptflops": [(12_768, 25_536, 11_872), (9_520, 19_040, 8_848), (3_024, 6_048, 2_800)],
    "torch": [(None, None, None), (16_128, 32_256, 16_128), (5_376, 10_752, 5_376)],
    "fvcore": [(0, 0, 0), (0, 0, 0), (0, 0, 0)],
}  # fmt: skip


@pytest.mark.parametrize("tool", PRINTED)
def test_other_tools_print_what_their_profiles_say(tool: str) -> None:
    for kind, printed in zip(GATES, PRINTED[tool], strict=True):
        graphs = (
            recurrent(kind, ("y", "h")),
            recurrent(kind, direction="bidirectional"),
            recurrent(kind, inputs="x w r"),
        )
        for graph, number in zip(graphs, printed, strict=True):
            named = uncounted(tool, graph.layers)
            assert named == ([] if number is not None else [f"onnx:{kind}"])
            assert sum(count(tool, graph.layers)) == (number or 0)


def test_a_tool_that_was_not_tried_names_what_it_does_not_count() -> None:
    assert uncounted("calflops", recurrent().layers) == ["onnx:LSTM"]
    assert uncounted("cnncalc", recurrent().layers) == []
    assert sum(count("cnncalc", recurrent().layers)) == 10_752


# ---- peers -----------------------------------------------------------------------------------


def any_layer(random: Random) -> tuple[Any, dict[str, Any]]:
    """A layer with options drawn at random, and what to feed it."""
    kind, opset = random.choice([*GATES]), random.choice([7, 14, 22])
    direction = random.choice(["forward", "reverse", "bidirectional"])
    layout = random.choice([0, 1]) if opset >= 14 else 0
    steps, batch, hidden, features = (random.randint(1, 4) + (n > 1) for n in range(4))
    ways, rows = 1 + (direction == "bidirectional"), GATES[kind] * hidden
    settings: dict[str, Any] = {"hidden_size": hidden, "direction": direction}
    settings |= {"layout": 1} if layout else {}
    start = (batch, ways, hidden) if layout else (ways, batch, hidden)
    shapes: dict[str, tuple[int, ...]] = {
        "w": (ways, rows, features),
        "r": (ways, rows, hidden),
        "b": (ways, 2 * rows),
        "n": (batch,),
        "h": start,
    }
    if kind == "GRU":
        settings["linear_before_reset"] = random.randint(0, 1)
    if kind == "LSTM":
        settings["input_forget"] = random.randint(0, 1)
        shapes |= {"c": start, "p": (ways, 3 * hidden)}
    used = [n if n in "wr" or random.random() < 0.5 else "" for n in shapes]
    names = [n if random.random() < 0.6 else "" for n in ("y", "s", "t")[: 2 + (kind == "LSTM")]]
    if not any(names):
        names[random.randrange(len(names))] = "s"
    layer = helper.make_node(kind, ["x", *used], names, **settings)
    stored = [
        numbers(
            n,
            np.ones(shapes[n]) * (steps if n == "n" else 0.5),
            np.int32 if n == "n" else np.float32,
        )
        for n in used
        if n
    ]
    fed = (batch, steps, features) if layout else (steps, batch, features)
    built = model([layer], {"x": fed}, stored, [n for n in names if n], opset)
    built.ir_version = 8
    held = sum(int(np.prod(shapes[n])) for n in used if n and n != "n")
    macs = steps * batch * ways * rows * (features + hidden)
    return built, {"x": np.zeros(fed, np.float32), "held": held, "macs": macs}


@pytest.mark.peers
def test_shapes_are_those_of_the_runtime_whatever_the_options() -> None:
    runtime = pytest.importorskip("onnxruntime")
    random = Random(13)  # noqa: S311 - tests
    for turn in range(150):
        built, fed = any_layer(random)
        try:
            session = runtime.InferenceSession(
                built.SerializeToString(), providers=["CPUExecutionProvider"]
            )
            given = session.run(None, {"x": fed["x"]})
        except Exception as fault:
            if "atchwise" in str(fault):  # the batch first, which it does not run
                continue
            raise
        graph = read(built, {None: fed["x"].shape} if fed["x"].shape[0] > 1 else None)
        shapes = [array.shape for array in given]
        plain = [shape[1:] if shape[0] == 1 else shape for shape in shapes]
        assert [*outputs(graph).values()] == plain, (turn, built.graph.node)
        assert totals(graph) == (fed["held"], fed["macs"]), (turn, built.graph.node)


@pytest.mark.peers
@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("ways", [1, 2])
@pytest.mark.filterwarnings("ignore")
def test_exported_modules_count_as_pytorch_does(
    kind: str, layers: int, ways: int, tmp_path: Any
) -> None:
    torch = pytest.importorskip("torch")
    made = getattr(torch.nn, kind)(IN, HIDDEN, layers, bidirectional=ways == 2).eval()
    file = tmp_path / "net.onnx"
    torch.onnx.export(made, (torch.zeros(7, 1, IN),), file, dynamo=False)
    found = cnncalc.summarize(cnncalc.read_onnx(file))
    assert found.totals.parameters == sum(one.numel() for one in made.parameters())
    weights = sum(one.numel() for name, one in made.named_parameters() if "weight" in name)
    assert found.totals.macs == 7 * weights  # each weight works once in each step
    assert found.totals.biases == found.totals.parameters - weights
    assert found.status == "complete"
    assert found.totals.buffers == 0
