"""Bits of weights and activations: bytes, bit operations, and how they are asked for."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from loaded_modules import loaded

import cnncalc
from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.precision import read_bits, read_dtypes
from cnncalc.analysis.summary import Summary, summarize
from cnncalc.analysis.widths import check_labels
from cnncalc.cli.main import main
from cnncalc.report.document import network_document

SPEC = """\
name: Odd
input: 3x7x7
layers:
  - stem: [conv3x3 5 bias=false, bn, relu]
  - body: {add: [conv1x1 5, x]}
  - flatten
  - fc: linear 3
"""


def run(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, done.output
    return done


def counted(text: str, spec: str = SPEC) -> Summary:
    graph, precision = cnncalc.parse(spec), read_bits([text])
    check_labels([graph], precision)
    return summarize(graph, Basis(precision=precision))


def packed(values: int, bits: int) -> int:
    """The bytes of so many values, by packing their bits."""
    return len(np.packbits(np.ones(values * bits, bool)))


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 7, 8, 11, 16, 32, 64])
def test_bytes_are_those_of_packed_tensors(bits: int) -> None:
    found = counted(f"w{bits}a{bits}b{bits}")
    weights, biases = (
        (135, 125 // 5, 375),
        (5, 5, 5, 5, 5, 3),
    )  # those of bn, its buffers, of layers
    assert found.totals.weight_bytes == sum(packed(n, bits) for n in (*weights, *biases))
    outputs = (125, 125, 125, 125, 125, 3)  # flatten stores nothing
    assert found.totals.activation_bytes == sum(packed(n, bits) for n in outputs)
    assert found.totals.weight_bytes == sum(row.weight_bytes for row in found.rows)


def test_biases_and_normalisation_keep_32_bits() -> None:
    kept = {row.layer.name: row.weight_bytes for row in counted("w4a8").rows}
    assert kept["stem.conv1"] == packed(135, 4)
    assert kept["stem.bn1"] == 4 * 5 * 4
    assert kept["body.conv1"] == packed(25, 4) + 5 * 4
    assert kept["fc"] == packed(375, 4) + 3 * 4
    assert (
        counted("w64a8").totals.weight_bytes
        == cnncalc.summarize(cnncalc.parse(SPEC), dtype="float64").totals.weight_bytes
    )


def test_what_is_said_of_a_layer_wins_over_its_group_and_that_over_all() -> None:
    found = counted("w8a8, body: w4, body.conv1: a2b16, fc: w32a32")
    bits = {row.layer.name: row.bits["bits"] for row in found.rows}
    assert bits["stem.conv1"] == {"weights": 8, "others": 32, "activations": 8, "output": 8}
    assert bits["body.conv1"] == {"weights": 4, "others": 16, "activations": 2, "output": 2}
    assert bits["fc"] == {"weights": 32, "others": 32, "activations": 32, "output": 32}
    assert bits["flatten1"]["output"] == bits["body.add1"]["output"] == 8  # it is handed on
    macs = {row.layer.name: row.macs for row in found.rows}
    assert found.precisions == {
        "w8a8": (macs["stem.conv1"], 64 * macs["stem.conv1"]),
        "w4a2": (macs["body.conv1"], 8 * macs["body.conv1"]),
        "w32a32": (macs["fc"], 1024 * macs["fc"]),
    }
    assert found.bops == sum(bops for _, bops in found.precisions.values())


# Zhen-Dong/HAWQ, model_zoo.md: "BOPS(G)", whole numbers. Its ResNet-50 has the paper's strides.
PUBLISHED = [
    ("resnet:18", "w32a32", 1858),
    ("resnet:18", "w8a8", 116),
    ("resnet:50-paper", "w32a32", 3951),
    ("resnet:50-paper", "w8a8", 247),
]


@pytest.mark.parametrize(("name", "bits", "bops"), PUBLISHED)
def test_bit_operations_are_those_of_hawq(name: str, bits: str, bops: int) -> None:
    found = cnncalc.summarize(cnncalc.load(name), bits=bits)
    assert round(found.bops / 10**9) == bops


def test_alike_bits_are_a_data_type() -> None:
    graph = cnncalc.load("resnet:18")
    for dtype, bits in (("float32", "w32a32"), ("float16", "w16a16b16"), ("int8", "w8a8b8")):
        one, other = cnncalc.summarize(graph, dtype=dtype), cnncalc.summarize(graph, bits=bits)
        assert one.totals == other.totals
        assert one.bops == other.bops
        assert [row.bops for row in one.rows] == [row.bops for row in other.rows]


def test_products_of_activations_count_the_bits_of_both() -> None:
    found = counted("w4a8", "{input: 8x6, layers: [attention 2]}")
    totals = found.totals
    assert totals.product_macs > 0
    assert found.precisions == {
        "w4a8": (totals.macs, 32 * totals.macs),
        "a8a8": (totals.product_macs, 64 * totals.product_macs),
    }


def test_an_input_is_as_wide_as_what_reads_it() -> None:
    spec = "{input: 2x4x4, layers: [first: conv1x1 2, second: conv1x1 2]}"
    first = 2 * 16  # values of the input and of each output
    assert counted("w4a4, first: a8", spec).totals.peak_activation_bytes == 2 * first
    assert counted("w4a4, input: a16", spec).totals.peak_activation_bytes == 2 * first + first // 2


def test_no_layer_overwrites_values_of_other_bits() -> None:
    spec = "{input: 2x4x4, layers: [first: conv1x1 64, act: relu]}"
    same, other = counted("w8a8", spec), counted("w8a8, act: a4", spec)
    assert same.totals.peak_activation_bytes == 32 + 1024
    assert other.totals.peak_activation_bytes == 1024 + 512


def test_the_batch_multiplies_what_activations_take() -> None:
    graph = cnncalc.load("lenet5")
    one, eight = (cnncalc.summarize(graph, batch=n, bits="w3a3") for n in (1, 8))
    assert eight.totals.activation_bytes == 8 * one.totals.activation_bytes
    assert eight.totals.peak_activation_bytes == 8 * one.totals.peak_activation_bytes
    assert eight.bops == 8 * one.bops
    assert eight.totals.weight_bytes == one.totals.weight_bytes


def test_kinds_of_layers_have_types() -> None:
    graph = cnncalc.parse(SPEC)
    basis = Basis(precision=read_dtypes("float16,bn=float32"))
    found = summarize(graph, basis)
    assert found.totals.weight_bytes == 2 * (135 + 25 + 5 + 375 + 3) + 4 * 20
    assert found.totals.activation_bytes == 2 * (4 * 125 + 3) + 4 * 125
    norm = summarize(graph, Basis(precision=read_dtypes("float16,norm=float32")))
    assert norm.totals == found.totals
    assert summarize(graph, Basis(precision=read_dtypes("float16"))).totals == (
        cnncalc.summarize(graph, dtype="float16").totals
    )


def test_a_training_step_in_several_types() -> None:
    graph = cnncalc.parse(SPEC)
    for dtype in ("float32", "float16"):
        alike = Basis(dtype).with_training("adam")
        mixed = Basis(precision=read_dtypes(f"{dtype},bn={dtype}")).with_training("adam")
        assert summarize(graph, mixed).training == summarize(graph, alike).training
    mixed = Basis(precision=read_dtypes("float16,bn=float32")).with_training("adam")
    step = summarize(graph, mixed).training
    assert step is not None
    assert step.gradients == 2 * (135 + 25 + 5 + 375 + 3) + 4 * 10
    assert step.optimizer_state == 2 * step.gradients


BAD = [
    ("w0", "`w0` cannot be: a value has 1 to 64 bits"),
    ("w65a8", "`w65` cannot be"),
    ("a99999999999999999999", "cannot be: a value has 1 to 64 bits"),
    ("x8", "`x8` is no precision: write `w8a8`, `w4` or `w8a8b16`"),
    ("8", "`8` is no precision"),
    ("w8 a8", "`w8 a8` is no precision"),
    ("w\u0668", "is no precision"),
    ("", "a precision is missing: write `w8a8, fc: w32a32`"),
    ("w8,", "a precision is missing"),
    ("w8a8, fc:", "`fc` has no bits: write `fc: w32a32`"),
    (": w8", "names no layer: write `fc: w32a32`"),
    ("w8, fc: w4, fc: w2", "`fc` is given twice"),
    ("w8a8, w4a4", "`w8a8` and `w4a4` are both for all layers"),
    ("w8a8, " * 2000, "more than 10,000 letters"),
]
LABELS = [
    ("w8a8, fcc: w4", "there is no layer or group `fcc`: did you mean `fc`?"),
    ("w8a8, \x1b[31m: w4", "there is no layer or group"),
    ("w8a8, stem.bn1: w4", "biases and normalisation have `b`"),
    ("w8a8, input: w4", "an input has `a` alone"),
]


CASES = [
    *((command, *one) for command in ("summarize", "compare", "explain", "check") for one in BAD),
    *((command, *one) for command in ("summarize", "compare", "explain") for one in LABELS),
    ("check", "w8a8, fcc: w4", "no network has a layer or group `fcc`"),
]


@pytest.mark.parametrize(("command", "text", "message"), CASES)
def test_bad_bits_are_one_line_with_a_remedy(
    command: str, text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(SPEC, encoding="utf-8")
    paths = [str(path)] * (2 if command == "compare" else 1)
    done = CliRunner().invoke(main, [command, *paths, "--bits", text])
    assert done.exit_code == 2
    assert message in done.output
    assert "\x1b" not in done.output
    assert len(done.output.splitlines()) <= 4


DTYPES = [
    ("float16,bn=fp32", "there is no data type `fp32`: write `float32`"),
    ("float16,bnn=float32", "there is no kind of layer `bnn`: did you mean `bn`?"),
    ("float16,bn=float32,bn=float64", "`bn` is given twice"),
    ("float16,float32", "the type of all layers is given twice"),
    ("float16,", "a precision is missing"),
]


@pytest.mark.parametrize(("text", "message"), DTYPES)
def test_bad_types_are_one_line_with_a_remedy(text: str, message: str) -> None:
    assert message in run("summarize", "lenet5", "--dtype", text, code=2).output


def test_options_that_say_the_same_are_refused() -> None:
    for more, message in (
        (["--dtype", "float16"], "--bits has no effect with --dtype: give one of the two"),
        (["--training", "adam"], "--bits has no effect with --training"),
        (["--format", "csv"], "--bits has no effect with --format csv"),
    ):
        assert message in run("summarize", "lenet5", "--bits", "w8a8", *more, code=2).output


def test_every_form_has_the_same_numbers() -> None:
    bits = ["--bits", "w8a8, f6: w4a8"]
    found = json.loads(run("summarize", "lenet5", *bits, "--format", "json").output)
    assert found["dtype"] == "w8a8, f6: w4a8"
    totals = found["totals"]
    assert totals["bops"] == sum(one["bops"] or 0 for one in found["layers"])
    assert totals["weight_bytes"] == sum(one["weight_bytes"] for one in found["layers"])
    assert totals["activation_bytes"] == sum(one["activation_bytes"] for one in found["layers"])
    assert sum(one["macs"] for one in found["precisions"].values()) == totals["macs"]
    columns = ["--columns", "bops,weight_bytes,activation_bytes"]
    csv = run("summarize", "lenet5", *bits, *columns, "--format", "csv").output
    [total] = [line for line in csv.splitlines() if line.startswith("total")]
    named = ("bops", "weight_bytes", "activation_bytes")
    assert total == f"total,{','.join(str(totals[name]) for name in named)}"
    table = run("summarize", "lenet5", *bits, *columns).output
    assert f"BOPs: {totals['bops']:,}" in table
    assert "MACs by precision: w8a8" in table
    one = cnncalc.load("lenet5")
    both = cnncalc.compare(one, one, bits="w8a8, f6: w4a8").rows
    assert [row["bops"] for row in both] == [totals["bops"]] * 2


@pytest.mark.parametrize("bits", ["w8a8", "w3a5, c3: w4a7b16, f6: w1"])
def test_a_page_has_the_same_bytes(bits: str) -> None:
    asked = ["summarize", "lenet5", "--batch", "3", "--bits", bits, "--format", "json"]
    page, plain = (json.loads(run(*asked, *more).output) for more in (["--full"], []))
    kinds = [page["kinds"][one["kind"]]["figures"] for one in page["layers"]]
    results = {one["result"] for one in page["formulas"]}
    for name in ("weight_bytes", "activation_bytes"):
        assert [one[name] for one in kinds] == [one[name] for one in plain["layers"]]
        assert {one[name] for one in plain["layers"]} <= results | {0}
    assert max(page["memory"]["held"]) == plain["totals"]["peak_activation_bytes"]
    assert page["memory"]["peak"]["bytes"] == plain["totals"]["peak_activation_bytes"]
    assert page["memory"]["value_bytes"] is None


def test_rounds_of_other_bits_are_not_equal() -> None:
    spec = "{input: 4x8x8, layers: [repeat 3: [conv3x3 4 padding=1, relu]]}"
    alike, other = (
        network_document(counted(bits, spec))["tree"] for bits in ("w8a8", "w8a8, conv2: w4")
    )
    assert alike != other
    for name in ("w8a8", "w8a8, conv2: w4"):
        found = counted(name, spec)
        document = network_document(found)
        sums = document["sums"][document["tree"]["totals"]]
        assert sums["weight_bytes"] == found.totals.weight_bytes


def test_uniform_json_says_nothing_of_bits() -> None:
    text = run("summarize", "lenet5", "--format", "json").output
    assert "bops" not in text
    assert "bits" not in text
    assert "bops" not in run("compare", "lenet5", "alexnet", "--format", "json").output


def test_checks_hold_budgets_in_bits(tmp_path: Path) -> None:
    graph = cnncalc.parse(SPEC)
    found = cnncalc.summarize(graph, bits="w8a8, fc: w4")
    limits = f"budget: {{bops: {found.bops}, weight_bytes: {found.totals.weight_bytes} B}}\n"
    path = tmp_path / "net.yaml"
    path.write_text(SPEC + limits, encoding="utf-8")
    run("check", str(path), "--bits", "w8a8, fc: w4")
    failed = run("check", str(path), "--bits", "w8a8", code=1).output
    assert "`bops` is" in failed
    assert "counted in w8a8 for a batch of 1" in failed
    run("check", str(path), code=1)
    project = tmp_path / "cnncalc.toml"
    project.write_text('[check]\nbits = "w8a8, fc: w4"\n', encoding="utf-8")
    run("check", str(path), "--config", str(project))
    project.write_text('[check]\nbits = "w0"\n', encoding="utf-8")
    assert "cannot be" in run("check", str(path), "--config", str(project), code=2).output


def test_a_label_need_be_in_one_network_only() -> None:
    run("compare", "alexnet", "vgg:16", "--bits", "w8a8, conv5: w4")
    run("compare", "alexnet", "lenet5", "--bits", "w8a8, f6: w4")


def test_bits_are_loaded_where_they_are_asked_for() -> None:
    watched = "cnncalc.bits,cnncalc.analysis.precision,cnncalc.analysis.widths"
    assert loaded(watched, "summarize", "alexnet") == []
    assert loaded(watched, "check", "lenet5") == []
    assert loaded(watched, "summarize", "alexnet", "--bits", "w8") == watched.split(",")
