"""`verify` agrees with every network, and each of its checks fails on a planted fault."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import cnncalc
from cnncalc.analysis import costs, field_steps, memory, summary
from cnncalc.analysis.field import Field
from cnncalc.cli.main import main
from cnncalc.engine import KERNELS, Array, estimate
from cnncalc.engine import verify as verifying
from cnncalc.engine.verify import Verification, verify
from cnncalc.graph import Graph, Layer
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear
from cnncalc.ops.norm import BatchNorm
from cnncalc.ops.pool import AveragePool, MaxPool
from cnncalc.ops.window import Window

SMALL = """
name: small
input: 3x24x20
layers:
  - conv1: conv3x3 8 stride=2 padding=1
  - bn
  - relu
  - add: [[dwconv3x3 padding=1 bias=false], x]
  - maxpool3x3 stride=2 padding=1
  - upconv2x2 4 stride=2
  - concat: [[avgpool3x3 stride=1 padding=1], [conv1x1 6 groups=2]]
  - globalavgpool
  - flatten
  - fc: linear 5
"""

EVERY_OP = """
name: every op
input: 8x16x16
layers:
  - repeat 1: [conv3x3 8 padding=same dilation=2, layer_norm, gelu]
  - [dwconv3x3 multiplier=2 padding=half, group_norm 4, silu, instance_norm, elu]
  - [channel_shuffle 4, slice 2 14, prelu, lrn, sigmoid, scale]
  - mul: [x, [globalmaxpool, conv1x1 12, hardsigmoid]]
  - [upsample 2, tanh, avgpool2x2 ceil_mode=true, hardswish, pad 2, crop 17x18]
  - [conv3x3 16 stride=2, pixel_shuffle 2, leaky_relu 0.2, upsample size=9x11 mode=bilinear]
  - [adaptive_maxpool5x4, adaptive_avgpool3x3, relu6, flatten, dropout, softmax, linear 4]
"""


def small() -> Graph:
    return cnncalc.parse(SMALL)


def test_a_small_network_agrees() -> None:
    found = cnncalc.verify(small())
    assert found.agrees, found.disagreements
    metrics = {check.metric for check in found.checks}
    assert metrics == {
        "shape", "parameters", "buffers", "macs", "values", "bytes", "field",
        "activation_bytes", "peak_activation_bytes",
    }  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_op_agrees(dtype: str) -> None:
    found = verify(cnncalc.parse(EVERY_OP), seed=3, dtype=dtype)
    assert found.agrees, found.disagreements


@pytest.mark.parametrize(
    "text",
    [
        "{name: line, input: 2x40, layers: [conv5 4 stride=2, maxpool2, conv3 3 padding=1]}",
        "{name: film, input: 2x6x9x8, layers: [conv3x3x3 4 padding=1, avgpool2x2x2, bn, relu]}",
        "{name: flat, input: 9, layers: [linear 4, relu, linear 2]}",
        "{name: two, input: {a: 2x7x7, b: 3x9x9}, layers: [concat: [a, [b, conv3x3 2]]]}",
        "{name: bare, input: 2x5x5, layers: [add: [x, x]]}",
    ],
)
def test_other_ranks_and_inputs_agree(text: str) -> None:
    found = cnncalc.verify(cnncalc.parse(text))
    assert found.agrees, found.disagreements


@pytest.mark.parametrize("network", ["lenet5", "alexnet", "nin", "resnet:18", "mobilenet:0.25"])
def test_bundled_networks_agree(network: str) -> None:
    found = cnncalc.verify(cnncalc.load(network), seed=1)
    assert found.agrees, found.disagreements


def test_the_seed_gives_the_same_run() -> None:
    assert cnncalc.verify(small(), 5) == cnncalc.verify(small(), 5)


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="float32 or float64, not in int8"):
        cnncalc.verify(small(), dtype="int8")


def test_windows_that_see_only_padding_agree() -> None:
    """Their maximum is -inf in the kernel and in the definition, and what reads it is NaN."""
    text = "{name: n, input: 1x7x7, layers: [maxpool3x3 stride=3 padding=4 dilation=4, conv1x1 2]}"
    found = cnncalc.verify(cnncalc.parse(text))
    assert not [check for check in found.disagreements if check.metric == "values"]


# Planted faults


def disagreements(graph: Graph) -> set[tuple[str | None, str]]:
    return {(check.layer, check.metric) for check in cnncalc.verify(graph).disagreements}


def changed(kind: Any, rule: str, change: Callable[[Any], Any]) -> Callable[..., Any]:
    right = getattr(kind, rule)
    return lambda *arguments, **named: change(right(*arguments, **named))


def with_layer(graph: Graph, name: str, **changes: Any) -> Graph:
    """The graph with something else said of one layer."""
    layers = tuple(
        layer._replace(**changes) if layer.name == name else layer for layer in graph.layers
    )
    return graph._replace(layers=layers)


def test_a_wrong_shape_is_seen() -> None:
    graph = with_layer(small(), "upconv1", output_shape=(4, 13, 11))
    assert ("upconv1", "shape") in disagreements(graph)


@pytest.mark.parametrize(
    ("kind", "layer"), [(Conv, "conv1"), (MaxPool, "maxpool1"), (TransposedConv, "upconv1")]
)
def test_a_wrong_shape_rule_is_seen(
    monkeypatch: pytest.MonkeyPatch, kind: Any, layer: str
) -> None:
    wider = changed(kind, "output_shape", lambda shape: (*shape[:-1], shape[-1] + 1))
    monkeypatch.setattr(kind, "output_shape", wider)
    text = "{name: one, input: 4x9x9, layers: [LAYER]}"
    line = {"conv1": "conv3x3 2", "maxpool1": "maxpool2x2", "upconv1": "upconv2x2 2"}[layer]
    found = disagreements(cnncalc.parse(text.replace("LAYER", line)))
    assert (layer, "shape") in found


@pytest.mark.parametrize("kind", [Conv, DepthwiseConv, TransposedConv, Linear])
def test_a_wrong_count_of_multiplications_is_seen(
    monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr(kind, "macs", changed(kind, "macs", lambda macs: macs + 1))
    graph = small()
    wrong = {(layer.name, "macs") for layer in graph.layers if isinstance(layer.op, kind)}
    assert disagreements(graph) == wrong != set()


def test_multiplications_of_an_op_that_has_none_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MaxPool, "macs", lambda *_: 7)
    assert disagreements(small()) == {("maxpool1", "macs")}


def test_a_wrong_count_of_parameters_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = costs.cost

    def counted(*arguments: Any) -> costs.Cost:
        found = right(*arguments)
        return found._replace(weights=found.weights + (found.biases == 5))

    monkeypatch.setattr(costs, "cost", counted)
    assert disagreements(small()) == {("fc", "parameters")}


def test_a_wrong_count_of_buffers_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = costs.cost
    monkeypatch.setattr(
        costs, "cost", lambda *given: right(*given)._replace(buffers=2 * right(*given).buffers)
    )
    assert disagreements(small()) == {("bn1", "buffers")}


@pytest.mark.parametrize(
    "extra", [{"weight": (8, 3, 5, 5)}, {"weight": (8, 3, 3, 3), "bias": (1,)}]
)
def test_wrong_shapes_of_parameters_are_seen(
    monkeypatch: pytest.MonkeyPatch, extra: Mapping[str, tuple[int, ...]]
) -> None:
    graph = small()
    right = Conv.parameters
    monkeypatch.setattr(
        Conv,
        "parameters",
        lambda op, inputs: extra if op.out_channels == 8 else right(op, inputs),
    )
    assert ("conv1", "run") in disagreements(graph)


def test_weights_of_another_grouping_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parameters and MACs that forget the groups agree with each other, and with no run."""
    graph = cnncalc.parse("{name: one, input: 4x9x9, layers: [conv3x3 6 groups=2]}")
    monkeypatch.setattr(Conv, "parameters", lambda *_: {"weight": (6, 4, 3, 3), "bias": (6,)})
    assert disagreements(graph)


def wider_by(first: int, last: int) -> Callable[[Window], Any]:
    right = Window.footprint

    def footprint(window: Window) -> Any:
        found = right(window)
        [taps] = found.taps
        return found._replace(taps=((taps[0] + first, *taps[1:-1], taps[-1] + last),))

    return footprint


@pytest.mark.parametrize(("first", "last"), [(-1, 0), (0, 1), (1, 0), (0, -1)])
def test_a_wrong_field_is_seen(monkeypatch: pytest.MonkeyPatch, first: int, last: int) -> None:
    """Too large or too small by one row, at either end."""
    monkeypatch.setattr(Window, "footprint", wider_by(first, last))
    found = disagreements(cnncalc.parse("{name: one, input: 1x19x19, layers: [conv5x5 2]}"))
    assert found == {("conv1", "field")}


def test_a_wrong_stride_of_a_field_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Window.footprint
    monkeypatch.setattr(Window, "footprint", lambda window: right(window)._replace(advance=1))
    graph = cnncalc.parse("{name: one, input: 1x19x19, layers: [conv3x3 2 stride=2, relu]}")
    assert disagreements(graph) == {("conv1", "field"), ("relu1", "field")}


def test_a_wrong_field_of_a_transposed_convolution_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = Window.scattered

    def scattered(window: Window) -> Any:
        found = right(window)
        return found._replace(taps=tuple((*taps, taps[-1] + 1) for taps in found.taps))

    monkeypatch.setattr(Window, "scattered", scattered)
    graph = cnncalc.parse("{name: one, input: 1x19x19, layers: [upconv3x3 2 stride=2]}")
    assert disagreements(graph) == {("upconv1", "field")}


def test_a_field_that_leaves_the_whole_map_out_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        field_steps,
        "everything",
        lambda shape: tuple(Field(1, 0, (0,), (n - 3,)) for n in shape[1:]),
    )
    assert ("globalavgpool1", "field") in disagreements(small())


def test_wrong_bytes_of_an_activation_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = costs.cost

    def counted(op: Any, *shapes: Any) -> costs.Cost:
        found = right(op, *shapes)
        return found._replace(stored_elements=found.output_elements)

    monkeypatch.setattr(costs, "cost", counted)
    assert disagreements(small()) == {("flatten1", "bytes"), (None, "activation_bytes")}


def test_a_wrong_peak_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = memory.peak
    monkeypatch.setattr(
        summary, "peak", lambda *given, **_: right(*given, is_inplace=False)._replace(elements=1)
    )
    assert disagreements(small()) == {(None, "peak_activation_bytes")}


def test_a_layer_that_is_said_to_work_in_place_and_does_not_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = cnncalc.parse("{name: n, input: 1x9x9, layers: [conv3x3 64 padding=1, relu]}")
    assert not disagreements(graph)
    relu = type(graph.layers[1].op)
    monkeypatch.setitem(KERNELS, relu, lambda _op, x, out=None: np.maximum(x, 0))
    assert (None, "peak_activation_bytes") in disagreements(graph)


@pytest.mark.parametrize(
    "kind", [Conv, DepthwiseConv, TransposedConv, Linear, MaxPool, AveragePool]
)
def test_a_kernel_that_leaves_the_definition_is_seen(
    monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    right = KERNELS[kind]

    def slightly_off(*arguments: Any, **tensors: Array) -> Array:
        return right(*arguments, **tensors) * 1.001

    monkeypatch.setitem(KERNELS, kind, slightly_off)
    graph = small()
    wrong = {(layer.name, "values") for layer in graph.layers if isinstance(layer.op, kind)}
    assert wrong <= disagreements(graph)
    assert wrong


def test_a_missing_bias_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Linear.parameters
    monkeypatch.setattr(Linear, "parameters", lambda *given: {"weight": right(*given)["weight"]})
    [check] = [one for one in cnncalc.verify(small()).disagreements if one.metric == "run"]
    assert (check.layer, check.note) == ("fc", "the bias is missing")


def test_a_norm_without_its_statistics_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchNorm, "buffers", lambda *_: {})
    assert ("bn1", "run") in disagreements(small())


# The command


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_command_prints_each_number_and_a_verdict() -> None:
    done = invoke("verify", "lenet5")
    assert done.exit_code == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["Layer", "Checked", "Predicted", "Seen"]
    assert "MACs                   117,600   117,600" in done.stdout
    assert lines[-1] == (
        "LeNet-5: all 55 numbers of 12 layers agree with a run on 1x32x32 (float32, seed 0)"
    )


def test_command_leaves_with_1_and_names_layer_and_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Linear, "macs", changed(Linear, "macs", lambda macs: macs + 1))
    done = invoke("verify", "lenet5", "--quiet")
    assert done.exit_code == 1
    assert done.stdout == (
        "LeNet-5: 2 of 55 numbers of 12 layers disagree with a run on 1x32x32 (float32, seed 0)\n"
    )
    assert done.stderr == (
        "f6: MACs: predicted 10,081, seen 10,080\noutput: MACs: predicted 841, seen 840\n"
    )


def test_command_has_json() -> None:
    done = invoke("verify", "lenet5", "--format", "json", "--seed", "7", "--dtype", "float64")
    found = json.loads(done.stdout)
    assert (found["schema_version"], found["agrees"], found["seed"]) == (1, True, 7)
    first = found["checks"][0]
    assert (first["layer"], first["metric"]) == ("c1", "shape")
    assert first["predicted"] == first["seen"] == [6, 28, 28]
    assert len(found["checks"]) == 55


def test_command_runs_on_a_smaller_input() -> None:
    done = invoke("verify", "resnet:18", "-q", "--scale", "0.25")
    assert done.exit_code == 0
    assert "a run on 3x56x56" in done.stdout
    assert "a run on 3x64x48" in invoke("verify", "resnet:18", "-q", "--input", "3x64x48").stdout


def test_an_input_that_is_too_small_is_shown() -> None:
    done = invoke("verify", "lenet5", "--scale", "0.1")
    assert done.exit_code == 2
    assert "the 5x5 kernel does not fit in a 3x3 input" in done.stderr


@pytest.mark.parametrize("scale", ["0", "-1", "1.5", "half"])
def test_a_scale_is_a_part(scale: str) -> None:
    assert invoke("verify", "lenet5", "--scale", scale).exit_code == 2


def test_a_run_beyond_the_memory_is_refused_with_an_input_that_fits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimate, "available_bytes", lambda: 200 << 20)
    done = invoke("verify", "resnet:50", "--input", "3x1024x1024", "-q")
    assert done.exit_code == 2
    assert "the run needs 417.7 MiB of memory, 200 MiB are available" in done.stderr
    shape = done.stderr.split("`--input ")[1].split("`")[0]
    assert shape == "3x384x384"
    monkeypatch.setattr(verifying, "verify", lambda *_: Verification(small(), 0, "float32", ()))
    assert invoke("verify", "resnet:50", "--input", shape, "-q").exit_code == 0
    monkeypatch.setattr(estimate, "available_bytes", lambda: 1 << 20)
    assert "no smaller input fits: the weights alone take" in invoke("verify", "resnet:18").stderr


def test_layers_of_the_graph_are_not_touched() -> None:
    graph = small()
    before = list(graph.layers)
    cnncalc.verify(graph)
    assert list(graph.layers) == before
    assert all(isinstance(layer, Layer) for layer in before)


def test_layers_that_read_no_other_layer_agree() -> None:
    graph = cnncalc.parse(
        "{input: 8x4x4, layers: [add: [x, [sinusoids 8x4x4, conv3x3 8 padding=1, relu, tanh]]]}"
    )
    assert cnncalc.verify(graph).agrees


def test_a_layer_of_a_model_that_reads_a_constant_is_run_on_one() -> None:
    pytest.importorskip("onnx")
    from onnx_models import model, node, read, weight  # noqa: PLC0415 - where `onnx` is

    nodes = [
        node("Conv", "table.relative_coords_table", "v", to="c"),
        node("Relu", "c", to="d"),
        node("Conv", "d", "w", to="e"),
        node("Mul", "x", "e"),
    ]
    tensors = [
        weight("table.relative_coords_table", 1, 3, 8, 8),
        weight("v", 4, 3, 3, 3),
        weight("w", 4, 4, 3, 3),
    ]
    assert cnncalc.verify(read(model(nodes, {"x": (1, 4, 4, 4)}, tensors))).agrees
    # What is trained is a layer of its own, and its values are parameters.
    nodes = [node("Gemm", "a", "b", to="c"), node("Relu", "c", to="d"), node("Add", "x", "d")]
    learned = read(model(nodes, {"x": (1, 5)}, [weight("a", 1, 6), weight("b", 6, 5)]))
    assert cnncalc.summarize(learned).totals.parameters == 36
    assert cnncalc.verify(learned).agrees
