"""Explanations: every printed expression is evaluated and held against the count."""

import json

import pytest
from click.testing import CliRunner
from explained import hold

import cnncalc
from cnncalc.analysis.explain import explain
from cnncalc.analysis.meanings import MEANINGS
from cnncalc.cli.explain import explain as command
from cnncalc.ops import OPS
from cnncalc.render.explain import render_explain_text

NETWORKS = [
    "alexnet", "lenet5", "nin", "vgg:16", "googlenet", "googlenet:torchvision", "resnet:50",
    "densenet:121", "lecture/separable:separable", "lecture/strides:stride-2",
]  # fmt: skip
EVERY_KIND = """
name: kinds
input: 4x24x24
layers:
  - conv3x3 8 padding=same stride=2
  - conv5x5 8 padding=half dilation=2 groups=2
  - conv3x3 8 padding=full
  - conv3x3 8 padding=((1, 0), (0, 2))
  - conv1x7 8 padding=0x3 bias=false
  - maxpool3x3 stride=2 padding=1 ceil_mode=true
  - avgpool2x2 ceil_mode=true
  - dwconv3x3 multiplier=2 padding=1
  - upconv4x4 16 stride=2 padding=1 groups=2
  - upconv3x3 16 stride=2 padding=1 output_padding=1
  - upsample 2
  - pixel_shuffle 2
  - pad 1x2
  - slice 1 3
  - concat: [x, [conv1x1 3, bn], x]
  - prelu num_parameters=7
  - group_norm 7
  - scale
  - adaptive_avgpool3x3
  - flatten
  - layer_norm
  - linear 5
"""


@pytest.mark.parametrize("name", NETWORKS)
def test_formulas_give_the_counts(name: str) -> None:
    graph = cnncalc.load(name)
    hold(graph, explain(graph))


def test_formulas_of_every_kind_of_layer() -> None:
    graph = cnncalc.parse(EVERY_KIND)
    explanations = explain(graph)
    hold(graph, explanations)
    spatial = [one for one in explanations if one.layer.op.name in {"conv", "maxpool", "upconv"}]
    assert all(any(f.quantity == "out height" for f in one.formulas) for one in spatial)


def run(*arguments: str) -> str:
    done = CliRunner().invoke(command, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def test_a_bare_layer_as_the_lecture_writes_it() -> None:
    printed = run("-l", "conv3x3 64 padding=1", "--input", "128x40x50")
    assert "floor((n + 2p - f)/s) + 1 = floor((40 + 2*1 - 3)/1) + 1 = 40" in printed
    assert "floor((50 + 2*1 - 3)/1) + 1 = 50" in printed
    assert "3*3*128*64 + 64 = 73,792" in printed


def test_layers_and_groups_by_name() -> None:
    printed = run("resnet:50", "conv2.bottleneck1.conv_bn1", "fc")
    assert "conv2.bottleneck1.conv_bn1.conv1: conv1x1 64" in printed
    assert "2048*1000 + 1000 = 2,049,000" in printed
    assert "conv3" not in printed


def test_an_unknown_layer_is_named_with_what_is_near() -> None:
    done = CliRunner().invoke(command, ["alexnet", "cnov2"])
    assert done.exit_code == 2
    assert "there is no layer or group `cnov2`: did you mean `conv2`?" in done.output


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("conv1", "there is `stem.conv1`, `body.conv1`"),
        ("stem.co", "there is `stem.conv1`, `stem.conv2`"),
    ],
)
def test_a_part_of_a_path_names_the_layers_that_have_it(name: str, hint: str) -> None:
    graph = cnncalc.parse(
        "input: 3x8x8\nlayers: [stem: [conv1x1 4, conv1x1 4], body: [conv1x1 4]]\n"
    )
    with pytest.raises(KeyError, match=f"no layer or group `{name}`: {hint}"):
        explain(graph, [name])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either a network or -l"),
        (["alexnet", "-l", "relu"], "give either a network or -l"),
        (["-l", "relu"], "-l needs one --input"),
        (["-l", "rleu", "--input", "3x8x8"], "did you mean `relu`"),
    ],
)
def test_what_cannot_be_explained(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_a_window_that_ceil_mode_drops_is_told() -> None:
    graph = cnncalc.parse("{name: n, input: 1x9x9, layers: [avgpool4x4 padding=2 ceil_mode=true]}")
    [one] = explain(graph)
    assert one.formulas[0].result == 3
    assert "the last window would start beyond the input" in render_explain_text([one], 80)


def test_the_page_stays_within_the_width() -> None:
    text = render_explain_text(explain(cnncalc.load("alexnet")), 80)
    assert max(map(len, text.splitlines())) <= 80


def test_json_and_markdown() -> None:
    parts = json.loads(run("lenet5", "c3", "--format", "json"))
    [layer] = parts["layers"]
    counts = {formula["quantity"]: formula["result"] for formula in layer["formulas"]}
    assert (counts["parameters"], counts["MACs"]) == (2_416, 240_000)
    assert "| MACs | `out height *" in run("lenet5", "c3", "--format", "markdown")


@pytest.mark.parametrize(
    ("line", "shape", "law"),
    [
        (
            "attention 2",
            "8x6",
            "softmax(Q K^T / sqrt(4)) V for each of 2 heads",
        ),
        ("grn", "8x4x4", "(mean of 8 g + 1e-06)"),
        ("l2_norm", "8x4x4", "x / max(sqrt(the sum of 8 squares), 1e-12)"),
    ],
)
def test_what_no_size_tells_is_written_as_its_source_has_it(
    line: str, shape: str, law: str
) -> None:
    graph = cnncalc.parse(f"{{name: n, input: {shape}, layers: [{line}]}}")
    [one] = explain(graph)
    assert law in str(one.law)
    assert one.to_dict()["law"] == one.law
    assert str(one.law) in " ".join(render_explain_text([one], 80).split())


def test_the_tensors_of_attention_and_learned_ones_have_their_axes_named() -> None:
    text = "{name: n, input: 8x4x4, layers: ['window_attention 2 2x2', {add: [x, learned 8x1x1]}]}"
    told = {one.layer.op.name: one.formulas for one in explain(cnncalc.parse(text))}
    [windows] = [one for one in told["window_attention"] if one.quantity == "parameters"]
    assert windows.words.endswith("distances * distances * heads")
    assert windows.result == 8 * 24 + 24 + 8 * 8 + 8 + 2 * 3 * 3
    [learned] = [one for one in told["learned"] if one.quantity == "parameters"]
    assert learned.words == "width * height * channels"


def test_every_op_and_no_other_has_a_meaning() -> None:
    assert set(MEANINGS) == set(OPS.values())


@pytest.mark.parametrize("line", ["bn", "lrn", "maxpool2x2", "gelu", "softmax", "dropout 0.2"])
def test_every_kind_of_layer_is_told_with_formula_and_source(line: str) -> None:
    graph = cnncalc.parse(f"{{name: n, input: 8x6x6, layers: [{line}]}}")
    [one] = explain(graph)
    told = one.to_dict()
    assert str(told["law"]).startswith("y = ")
    assert told["source"]
    assert told.get("slope") or told.get("training")
    page = " ".join(render_explain_text([one], 80).split())
    assert str(told["law"]) in page
    assert f"source: {told['source']}" in page


def test_dropout_tells_training_and_the_run_apart() -> None:
    printed = run("-l", "dropout 0.2", "--input", "8x6x6")
    assert "y = x" in printed
    assert "0 with probability 0.2, else x / 0.8" in printed


def test_what_several_layers_have_alike_is_told_once() -> None:
    printed = run("-l", "relu, relu, elu", "--input", "8x6x6")
    assert printed.count("y = max(x, 0)") == 2
    assert printed.count("1 for x > 0, 0 for x < 0") == 1


@pytest.mark.parametrize(
    ("line", "shape", "named"),
    [
        ("conv3x3 4", "4x8x8", set()),
        ("conv3x3 4 standardized=true", "4x8x8", {"Qiao"}),
        ("conv3x3 4 standardized=true gain=true", "4x8x8", {"Qiao", "Brock"}),
        ("softmax groups=2", "4x8x8", set()),
        ("softmax groups=2 axis=groups", "4x8x8", {"Zhang"}),
        ("linear 5", "4", set()),
        ("linear 5", "4x6", {"Vaswani"}),
        ("linear 5 axis=length", "4x6", {"Tolstikhin"}),
        ("{attend: [x, x, x]}", "4x6", set()),
        ("{attend over=channels: [x, x, x]}", "4x6", {"El-Nouby"}),
        ("{attend distances=2x3: [x, x, x]}", "4x6", {"Graham"}),
    ],
)
def test_a_source_of_an_attribute_is_named_where_it_is_in_use(
    line: str, shape: str, named: set[str]
) -> None:
    [one] = explain(cnncalc.parse(f"{{name: n, input: {shape}, layers: [{line}]}}"))
    authors = {"Qiao", "Brock", "Zhang", "Tolstikhin", "El-Nouby", "Graham"}
    authors |= {"Vaswani"} if "linear" in line else set()
    assert {author for author in authors if author in one.source} == named
