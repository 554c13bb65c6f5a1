"""Networks of every build, drawn at random, in every form: they stay what they were."""

import re
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphs_alike import assert_same
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch_sources import assert_runs_alike

import cnncalc
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import Tensors, initial_inputs, initial_weights
from cnncalc.files import write_whole
from cnncalc.graph import Graph
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.torch.hints import hints_of
from cnncalc.interchange.torch.write import render_torch
from cnncalc.ops import OPS
from cnncalc.render.diagram import diagram
from cnncalc.spec import Selection

WIDTHS = ["4", "6", "8", "x.channels", "2*x.channels//2", "widths[0]", "widths[1]+2"]
INNER = [*WIDTHS, "out", "out", "2*out", "min(out,x.channels)"]


@st.composite
def bodies(draw: st.DrawFn, widths: list[str], calls: list[str], depth: int = 0) -> str:
    """A list of layers as YAML's flow form; the size of the map stays."""
    items = [draw(layers(widths, calls, depth)) for _ in range(draw(st.integers(1, 3)))]
    return f"[{', '.join(items)}]"


@st.composite
def layers(draw: st.DrawFn, widths: list[str], calls: list[str], depth: int) -> str:
    width = draw(st.sampled_from(widths)).replace(" ", "")
    plain = [
        f"conv3x3 {width} padding=1", f"conv1x1 {width} bias=false", "bn", "relu", "silu",
        "dwconv3x3 padding=half", "maxpool3x3 stride=1 padding=same", "dropout 0.1",
    ]  # fmt: skip
    plain = [f'"{line}"' for line in plain]
    if depth > 2:
        return draw(st.sampled_from(plain))
    inner = bodies(widths, calls, depth + 1)
    kind = draw(st.sampled_from(["plain", "plain", "plain", *FORMS, *["call"] * bool(calls)]))
    if kind == "plain":
        return draw(st.sampled_from(plain))
    if kind == "call":
        return f'"{draw(st.sampled_from(calls))} {width}{draw(st.sampled_from(DEPTHS))}"'
    form = draw(st.sampled_from(FORMS[kind]))
    for _ in range(form.count("BODY")):
        form = form.replace("BODY", draw(inner), 1)
    return form


DEPTHS = ["", " deep=2", " deep=3"]
FORMS = {
    "add": ["{add: [[BODY, conv1x1 8], [BODY, conv1x1 8]]}"],
    "concat": ["{concat: [x, BODY]}", "{concat: [BODY, x, BODY]}"],
    "gate": ["{mul: [x, [globalavgpool, conv1x1 x.channels, sigmoid]]}"],
    "repeat": ["{repeat 1: BODY}", "{repeat 3: BODY}"],
    "choice": [
        "{if x.channels > 6: BODY, else: BODY}",
        "{if x.channels % 4 == 0: BODY, else: BODY}",
        "{if big: BODY, else: BODY}",
    ],
    "label": ["{partNUMBER: BODY}", "{trainNUMBER: BODY}"],
}


@st.composite
def specs(draw: st.DrawFn) -> str:
    """A spec with two blocks, of which one may call the other."""
    first = draw(bodies(INNER, []))
    second = draw(bodies(INNER, ["small"]))
    shortcut = draw(st.booleans())
    body = f"[{first}, {{repeat deep: [conv1x1 out, relu]}}]"
    if shortcut:
        choice = "{if x.channels != out: conv1x1 out, else: x}"
        body = f"[{{add: [[conv3x3 out padding=1, bn], {choice}]}}, relu]"
    network = draw(bodies(WIDTHS, ["small", "large"]))
    text = (
        "input: 4x6x5\nvars: {widths: [4, 6], big: true}\nblocks:\n"
        f"  small out deep=1: {body}\n  large out deep=1: {second}\n"
        f"layers: [{network}, {draw(bodies(WIDTHS, ['large', 'small']))}, conv1x1 3]\n"
    )
    ordinal = count(1)
    return re.sub("NUMBER", lambda _: str(next(ordinal)), text)


def small(text: str) -> Graph:
    """One that is quickly run: channels that double in every round make others."""
    graph = parsed(text)
    assume(cnncalc.summarize(graph).totals.parameters < 100_000)
    return graph


def parsed(text: str) -> Graph:
    try:
        return cnncalc.parse(text)
    except cnncalc.SpecError as error:
        listed = "\n".join(f"{one.code} {one.message} {one.span}" for one in error.diagnostics)
        raise AssertionError(f"{text}\n{listed}") from error


slow = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@slow
@given(specs())
def test_resolved_specs_load_back(text: str) -> None:
    graph = parsed(text)
    # A sixth relu that is read by its name cannot be called relu6: that is an op.
    assume(not any(layer.label in OPS for layer in graph.layers))
    assert_same(graph, cnncalc.parse(render_resolved(graph)))


@slow
@given(specs())
def test_diagrams_draw_every_layer_once(text: str) -> None:
    graph = parsed(text)
    drawn = diagram(graph)
    nodes = [node for item in drawn.items for node in item.nodes()]
    held = [leaf for node in nodes for copy in node.copies for leaf in copy.leaves]
    assert sorted(leaf.layer.name for leaf in held) == sorted(one.name for one in graph.layers)
    ends = {key for key, _, _ in (*drawn.inputs, *drawn.outputs)}
    assert {key for edge in drawn.edges for key in edge} <= {node.key for node in nodes} | ends


@pytest.mark.peers
@slow
@given(specs())
def test_source_for_pytorch_gives_what_the_engine_gives(text: str) -> None:
    graph = small(text)
    in_words_of_the_spec = render_torch(graph, hints_of(text, "text", Selection()))
    assert_runs_alike(graph, in_words_of_the_spec, "float64")
    assert_runs_alike(graph, render_torch(graph), "float64")


@slow
@given(specs())
def test_models_give_what_the_engine_gives(text: str) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed")
    runtime: Any = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    from cnncalc.interchange.onnx.write import model  # noqa: PLC0415 - it needs onnx

    graph = small(text)
    tensors, inputs = initial_weights(graph, 1), initial_inputs(graph, 1, batch=2)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    data = model(graph, tensors, "x.onnx").SerializeToString()
    [found] = runtime.InferenceSession(data, options).run(None, inputs)
    [wanted] = execute(graph, tensors, inputs).tensors.values()
    [exact] = execute(graph, doubled(tensors), doubled({"x": inputs})["x"]).tensors.values()
    # A network may magnify what float32 rounds off: by as much as it does to us.
    magnified = 10 * np.abs(wanted - exact).max()
    assert np.abs(found - exact).max() <= 1e-4 * np.abs(exact).max() + magnified


def doubled(tensors: Tensors) -> Tensors:
    """The same values in float64."""
    return {
        layer: {name: array.astype(np.float64) for name, array in own.items()}
        for layer, own in tensors.items()
    }


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    def interrupted(*_: object) -> None:
        raise fault

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(fault):
        write_whole(str(tmp_path / "net.onnx"), b"model")
    assert not list(tmp_path.iterdir())
