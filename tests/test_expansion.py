"""Expansion: what blocks share and do not, names of layers, growth."""

import pickle
import time

import pytest

import cnncalc
from cnncalc import SpecError

HEAD = "name: n\ninput: 8x8x8\n"


def codes(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        cnncalc.parse(text)
    return [fault.code for fault in caught.value.diagnostics]


def names(text: str) -> list[str]:
    return [layer.name for layer in cnncalc.parse(text).layers]


@pytest.mark.parametrize("calls", ["[c true, c 1]", "[c 1, c true]"])
def test_true_is_not_one_in_whatever_order(calls: str) -> None:
    text = f"{HEAD}blocks: {{c b: conv3x3 8 padding=1 bias=b}}\nlayers: {calls}\n"
    assert codes(text) == ["E212"]


def test_a_list_of_true_is_not_a_list_of_one() -> None:
    body = "blocks:\n  c f:\n    - if f[0]: conv3x3 8 padding=1\n"
    assert codes(f"{HEAD}{body}layers:\n  - c [true]\n  - c [1]\n") == ["E218"]


def test_equal_calls_share_ops_under_names_of_their_own() -> None:
    text = (
        f"{HEAD}blocks:\n  unit w: [conv1x1 w, relu]\n"
        "layers:\n  - unit 8\n  - own: unit 8\n  - add: [unit 8, x]\n"
    )
    layers = cnncalc.parse(text).layers
    assert [layer.name for layer in layers] == [
        "unit1.conv1", "unit1.relu1", "own.conv1", "own.relu1", "unit3.conv1", "unit3.relu1",
        "add1",
    ]  # fmt: skip
    assert layers[4].inputs == ("own.relu1",)
    assert layers[6].inputs == ("unit3.relu1", "own.relu1")
    assert layers[0].op is layers[4].op


def test_a_block_that_gives_its_input_on() -> None:
    text = f"{HEAD}blocks: {{same: x}}\nlayers: [relu, same, same, tanh]\n"
    assert cnncalc.parse(text).layers[1].inputs == ("relu1",)


def test_paths_are_those_of_the_design() -> None:
    found = [layer.name for layer in cnncalc.load("resnet:50").layers]
    assert "conv3.bottleneck1.conv_bn2.bn1" in found
    assert len(set(found)) == len(found)


def test_labels_take_the_round_of_their_repeat() -> None:
    text = f"{HEAD}layers:\n  - repeat 3: [a: relu, tanh]\n  - add: [a1, a3]\n"
    assert names(text) == ["a1", "tanh1", "a2", "tanh2", "a3", "tanh3", "add1"]


def test_rounds_go_on_through_an_inner_repeat_of_any_length() -> None:
    inner = "      - repeat x.height//4: {c: relu}\n      - maxpool2x2\n"
    found = names(f"{HEAD}layers:\n  - repeat 2:\n{inner}")
    assert found == ["c1", "c2", "maxpool1", "c3", "maxpool2"]


def test_below_a_label_an_op_is_no_attribute_of_that_name() -> None:
    graph = cnncalc.parse(HEAD + "layers:\n  - stem: {scale: {}}\n")
    assert [layer.name for layer in graph.layers] == ["stem"]
    with pytest.raises(SpecError) as caught:
        cnncalc.parse(HEAD + "layers:\n  - sem: {scale: 3}\n")
    [fault] = caught.value.diagnostics
    assert fault.message == "unknown op, block or label `sem`"
    assert "`sem`" not in str(fault.hint)


def test_ordinals_leave_out_names_that_labels_have() -> None:
    assert names(f"{HEAD}layers: [relu, relu2: relu, relu]\n") == ["relu1", "relu2", "relu3"]
    assert names(f"{HEAD}layers: [relu, relu1: relu, relu]\n") == ["relu2", "relu1", "relu3"]


def test_outputs_of_one_name_clash() -> None:
    text = f"{HEAD}layers: [c1: relu]\noutputs: {{a: [c1]}}\nauxiliary: {{a: [c1, relu]}}\n"
    assert codes(text) == ["E209"]


def test_auxiliary_heads_leave_the_network_as_it_is() -> None:
    graph = cnncalc.load("googlenet")
    plain, all_in = cnncalc.summarize(graph), cnncalc.summarize(graph, auxiliary=True)
    assert plain.totals.receptive_field == all_in.totals.receptive_field
    assert len(all_in.rows) == len(plain.rows) + len(graph.auxiliary)


def test_values_from_python() -> None:
    graph = cnncalc.load("vgg", convs=[1, 1, 1, 1, 1])
    assert cnncalc.summarize(graph).totals.depth == 8
    with pytest.raises(TypeError, match="a variable holds numbers"):
        cnncalc.load("vgg", convs={1})
    with pytest.raises(SpecError, match="has no variable `conv`"):
        cnncalc.load("vgg", conv=3)


@pytest.mark.parametrize("batch", [1.5, True, 0])
def test_a_batch_is_a_whole_number(batch: int) -> None:
    with pytest.raises(ValueError, match="a batch has 1 example or more"):
        cnncalc.summarize(cnncalc.load("lenet5"), batch=batch)


def test_errors_and_graphs_travel_between_processes() -> None:
    with pytest.raises(SpecError) as caught:
        cnncalc.parse("layers: [rleu]")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert again.diagnostics == caught.value.diagnostics
    graph = cnncalc.load("resnet:18")
    assert pickle.loads(pickle.dumps(graph)) == graph  # noqa: S301 - our own


@pytest.mark.parametrize(
    "body",
    [
        "blocks:\n  d: {concat: [x, conv1x1 1]}\nlayers:\n  - repeat %d: d\n",
        "layers:\n  - repeat %d: {a: [relu, tanh]}\n",
        "blocks:\n  b: [c, c]\n  c: [relu, bn]\nlayers:\n  - repeat %d: b\n",
    ],
)
def test_time_grows_with_the_layers_and_no_faster(body: str) -> None:
    def seconds(rounds: int) -> float:
        start = time.process_time()
        cnncalc.parse(HEAD + body % rounds)
        return time.process_time() - start

    few = max(min(seconds(1_000) for _ in range(3)), 0.005)
    assert min(seconds(8_000), seconds(8_000)) < 8 * few * 4  # quadratic growth would be 64 times


def test_the_functions_of_the_package() -> None:
    graph, other = cnncalc.load("resnet:50"), cnncalc.load("resnet:50-paper")
    found = cnncalc.compare(graph, other)
    assert [one.name for one in found.candidates] == ["ResNet:50", "ResNet:50-paper"]
    assert found.differences == ("receptive fields",)
    assert cnncalc.diff(graph, other).is_changed
    assert not cnncalc.diff(graph, cnncalc.load("resnet50")).is_changed
    [one] = cnncalc.explain(graph, "fc")
    assert {each.quantity: each.result for each in one.formulas}["parameters"] == 2_049_000
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = cnncalc.nothing


def test_a_layer_knows_the_calls_that_made_it() -> None:
    text = (
        f"{HEAD}blocks:\n"
        "  inner w: [conv1x1 w, relu]\n"  # line 4
        "  outer w:\n"
        "    - inner w\n"
        "    - bn\n"
        "layers:\n"
        "  - outer 8\n"
        "  - relu\n"
        "  - twice: outer 8\n"
        "  - inner 8\n"
    )
    graph = cnncalc.parse(text)
    lines = {layer.name: [span.line for span in layer.origin] for layer in graph.layers}
    assert lines == {
        "outer1.inner1.conv1": [9, 6, 4],
        "outer1.inner1.relu1": [9, 6, 4],
        "outer1.bn1": [9, 7],
        "relu1": [10],
        "twice.inner1.conv1": [11, 6, 4],
        "twice.inner1.relu1": [11, 6, 4],
        "twice.bn1": [11, 7],
        "inner1.conv1": [12, 4],
        "inner1.relu1": [12, 4],
    }
    assert all(layer.span == layer.origin[-1] for layer in graph.layers)


def test_every_layer_of_resnet_50_has_the_line_that_called_it() -> None:
    layers = cnncalc.load("resnet:50").layers
    called = {layer.origin[0].line for layer in layers}
    assert len({layer.span for layer in layers}) < len({layer.origin for layer in layers})
    third = [layer for layer in layers if layer.is_under("conv3.bottleneck1")]
    assert len({layer.origin[0] for layer in third}) == 1
    assert len(called) > 5


def test_a_variable_calls_the_block_that_has_the_name_of_an_op() -> None:
    text = (
        "input: 3x8x8\nvars: {body: relu}\nblocks:\n  relu mid out: [conv1x1 mid, conv1x1 out]\n"
        "layers: [relu 3 4, body mid=3 out=4]\n"
    )
    assert [layer.output_shape[0] for layer in cnncalc.parse(text).layers] == [3, 4, 3, 4]
