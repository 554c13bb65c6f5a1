"""The document of a network: every number is the summary's, every sum is that of its layers."""

import json
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from commands import run
from documents_of import Document, children, document_of, groups, layers_in
from explained import value
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from random_networks import made

import cnncalc
from cnncalc.analysis.memory import held_during
from cnncalc.cli.known import extras_of
from cnncalc.cli.network import load_whole
from cnncalc.report.document import Extras
from cnncalc.report.kinds import COUNTS
from cnncalc.report.page import embedded

NETWORKS = (
    "lenet5", "alexnet", "googlenet", "resnet:18", "densenet:121", "unet", "vit:base16", "tcn",
    "shufflenetv2:x0_5", "seresnet:50", "yolov8:n", "squeezenet:1_1",
)  # fmt: skip
"""Chains, branches, skips, attention, several outputs, one axis."""


def of(name: str, **options: Any) -> Document:
    """The document as the command makes it."""
    loaded = load_whole(name, (), ())
    return document_of(loaded.graph, extras_of(loaded), **options)


def totals(document: Document, group: Document) -> dict[str, int]:
    found: dict[str, int] = document["sums"][group["totals"]]
    return found


def added(document: Document, numbers: list[int]) -> dict[str, int]:
    """The sums over some layers, made anew."""
    figures = [document["kinds"][document["layers"][one]["kind"]]["figures"] for one in numbers]
    sums = {name: sum(one[name] or 0 for one in figures) for name in COUNTS}
    return {**sums, "layers": len(numbers)}


def hold_tree(document: Document) -> None:
    """Every layer stands once in the tree, and every sum is that of the layers below."""
    tree = document["tree"]
    assert sorted(layers_in(tree)) == list(range(len(document["layers"])))
    for group in groups(tree):
        assert totals(document, group) == added(document, list(layers_in(group)))
        for one in group.get("repeats", ()):
            hold_rounds(document, group, one)
    sums = totals(document, tree)
    assert {name: document["totals"][name] for name in sums if name in document["totals"]} == {
        name: value for name, value in sums.items() if name in document["totals"]
    }


def hold_rounds(document: Document, group: Document, one: dict[str, int]) -> None:
    """Rounds are equal, two or more, and a chain."""
    first, size, count = one["first"], one["size"], one["count"]
    assert count % size == 0
    assert count >= 2 * size
    held = children(group)[first : first + count]
    parts = [held[place : place + size] for place in range(0, count, size)]
    kinds = [
        [document["layers"][layer]["kind"] for child in part for layer in layers_in(child)]
        for part in parts
    ]
    assert all(each == kinds[0] for each in kinds)
    numbers = [[layer for child in part for layer in layers_in(child)] for part in parts]
    for before, after in pairwise(numbers):
        read = {name for layer in after for name in document["layers"][layer]["inputs"]}
        outside = read - set(after)
        assert len(outside) == 1
        assert outside <= set(before)
    every = [layer for part in numbers for layer in part]
    assert document["sums"][one["totals"]] == added(document, every)
    assert document["sums"][one["each"]] == added(document, numbers[0])


def hold_memory(document: Document, graph: cnncalc.Graph, **options: Any) -> None:
    """At each step what is alive adds up to what is held; the most of it is the peak."""
    memory, count = document["memory"], len(document["layers"])
    summary = cnncalc.summarize(graph, **options)
    sizes = [row.cost.output_elements for row in summary.rows]
    scale = memory["value_bytes"] * summary.batch
    layers = [row.layer for row in summary.rows]
    inplace = options.get("inplace", True)
    held = held_during(graph, layers, sizes, is_inplace=inplace)
    assert memory["held"] == [scale * one for one in held]
    steps = [0] * count
    for one in memory["tensors"]:
        assert -1 <= one["from"] <= one["to"] < count
        for step in range(max(0, one["from"]), one["to"] + 1):
            steps[step] += one["bytes"]
    assert steps == memory["held"]
    peak = memory["peak"]
    assert peak["bytes"] == summary.totals.peak_activation_bytes
    assert peak["bytes"] == sum(one["bytes"] for one in peak["alive"])
    if peak["layer"] is not None:
        assert memory["held"][peak["layer"]] == peak["bytes"] == max(memory["held"])
        alive = {
            one["of"]: one["bytes"]
            for one in memory["tensors"]
            if one["from"] <= peak["layer"] <= one["to"]
        }
        assert alive == {one["of"]: one["bytes"] for one in peak["alive"]}


def plain(field: Any) -> Any:
    """A field, or one for each input, as version 1 has it: without the turns."""
    if field is None or "size" not in field:
        return field and {name: plain(one) for name, one in field.items()}
    return {name: one for name, one in field.items() if name != "phases"}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_is_the_summarys(name: str) -> None:
    document, summary = of(name), cnncalc.summarize(cnncalc.load(name))
    told = json.loads(json.dumps(summary.to_dict()))
    for key in ("name", "source", "variant", "input", "batch", "dtype", "status", "totals"):
        assert document[key] == told[key]
    assert document["notes"] == told.get("notes", [])
    assert document["conventions"] == summary.footer
    assert {key: one["shape"] for key, one in document["outputs"].items()} == told["outputs"]
    names = [layer["name"] for layer in document["layers"]]
    for layer, row in zip(document["layers"], told["layers"], strict=True):
        kind = document["kinds"][layer["kind"]]
        assert layer["name"] == row["name"]
        assert [one if isinstance(one, str) else names[one] for one in layer["inputs"]] == row[
            "inputs"
        ]
        assert (kind["op"], kind["output_shape"], kind["attributes"]) == (
            row["op"],
            row["output_shape"],
            row["attributes"],
        )
        figures = {key: kind["figures"][key] for key in COUNTS if key in row}
        assert figures == {key: row[key] for key in figures}
        assert plain(document["fields"][layer["field"]]) == row["receptive_field"]


def test_outputs_that_see_in_turns_are_told_one_by_one() -> None:
    # Eight columns are pooled to two, each of which stands twice: 0-3, 0-3, 4-7, 4-7. A kernel of
    # 3 reads one before and one behind: ..3, 0-7, 0-7, 4.., where the first and the last read
    # padding, which goes on as the columns do.
    lines = "maxpool4x4 stride=4", "upsample factor=2", "conv3x3 1 padding=1"
    text = "name: Up\ninput: 1x8x8\nlayers:\n" + "".join(f"  - {line}\n" for line in lines)
    document = document_of(cnncalc.parse(text), Extras())
    fields = [document["fields"][layer["field"]] for layer in document["layers"]]
    assert "phases" not in fields[0]
    assert fields[1]["phases"] == [{"advance": 4, "spans": [[0, 3], [0, 3]]}] * 2
    assert fields[2]["phases"] == [{"advance": 4, "spans": [[-4, 3], [0, 7]]}] * 2


@pytest.mark.parametrize("name", NETWORKS)
def test_tree_and_memory_add_up(name: str) -> None:
    document = of(name)
    hold_tree(document)
    hold_memory(document, cnncalc.load(name))


@pytest.mark.parametrize("name", NETWORKS)
def test_formulas_give_their_results(name: str) -> None:
    document = of(name)
    for formula in document["formulas"]:
        assert value(formula["values"]) == formula["result"]
    told = {(one["quantity"], one["words"]) for one in document["words"]}
    assert len(told) == len(document["words"])
    graph = cnncalc.load(name)
    for layer, found in zip(document["layers"], cnncalc.explain(graph), strict=True):
        kind = document["kinds"][layer["kind"]]
        numbers = [*kind["formulas"], *layer.get("field_formulas", ())]
        formulas = [document["formulas"][one] for one in numbers]
        shown = {document["words"][one["words"]]["quantity"]: one["values"] for one in formulas}
        assert shown == {one.quantity: one.values for one in found.formulas}
        assert (layer.get("sees"), kind["law"]) == (found.sees, found.law)


@pytest.mark.parametrize("name", ["unet", "yolov8:n"])
def test_turns_give_size_stride_and_start(name: str) -> None:
    found = [field for field in of(name)["fields"] if field and "phases" in field]
    assert found
    for field in found:
        for axis, turns in enumerate(field["phases"]):
            assert turns is not None
            spans = turns["spans"]
            assert field["size"][axis] == max(last - first + 1 for first, last in spans)
            assert field["start"][axis] == spans[0][0]
            assert Fraction(field["stride"][axis]) == Fraction(turns["advance"], len(spans))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6))
def test_any_network_adds_up(seed: int) -> None:
    _, graph = made(seed)
    hold_tree(document_of(graph, batch=1 + seed % 3, dtype="float16"))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6))
def test_the_memory_of_any_network_adds_up(seed: int) -> None:
    _, graph = made(seed)
    inplace = seed % 2 == 0
    extras = Extras(is_inplace=inplace)
    document = document_of(graph, extras, batch=2, inplace=inplace)
    hold_memory(document, graph, batch=2, inplace=inplace)


def test_heads_for_training_are_marked() -> None:
    graph = cnncalc.load("googlenet")
    document = document_of(graph, auxiliary=True)
    hold_tree(document)
    marked = [one["name"] for one in document["layers"] if one.get("aux")]
    assert marked == [layer.name for layer in graph.auxiliary]


def test_what_training_keeps_is_what_it_counts() -> None:
    document = of("resnet:18", training="adam", batch=4)
    kept = sum(one["bytes"] for one in document["memory"]["kept"])
    assert kept == document["training"]["activations"]


def test_a_convolution_with_what_follows_is_a_unit() -> None:
    text = "{name: n, input: 3x8x8, layers: [conv3x3 4, bn, relu, maxpool2x2, conv3x3 2, bn]}"
    tree = document_of(cnncalc.parse(text))["tree"]
    assert [list(layers_in(child)) for child in tree["children"]] == [[0, 1, 2], [3], [4, 5]]


def test_what_others_read_joins_nothing() -> None:
    text = "{name: n, input: 3x8x8, layers: [{a: conv1x1 3}, relu, {add: [x, a]}, relu]}"
    tree = document_of(cnncalc.parse(text))["tree"]
    assert [list(layers_in(child)) for child in tree["children"]] == [[0], [1], [2, 3]]


def test_a_block_that_is_one_unit_joins_as_a_layer_does() -> None:
    text = (
        "{name: n, input: 3x8x8, blocks: {unit out: [conv3x3 out, bn]}, "
        "layers: [unit 4, relu, unit 4]}"
    )
    [joined, alone] = document_of(cnncalc.parse(text))["tree"]["children"]
    assert [list(layers_in(child)) for child in joined["unit"]] == [[0, 1], [2]]
    assert (alone["path"], alone["children"], alone["joined"]) == ("unit2", [3, 4], True)


def test_rounds_begin_with_units() -> None:
    document = of("vgg:16")
    tree = document["tree"]
    found = {
        group["path"]: [(one["first"], one["count"], one["size"]) for one in group["repeats"]]
        for group in groups(tree)
        if group.get("repeats")
    }
    assert found == {"conv3": [(1, 2, 1)], "conv4": [(1, 2, 1)], "conv5": [(0, 3, 1)]}


def test_rounds_of_several_layers_are_seen() -> None:
    text = (
        "{name: n, input: 4x8x8, layers: [conv1x1 4, "
        "{repeat 5: [conv3x3 4 padding=1, {add: [[bn, relu], x]}]}, linear 3]}"
    )
    document = document_of(cnncalc.parse(text.replace("linear 3", "flatten, linear 3")))
    [one] = document["tree"]["repeats"]
    assert (one["first"], one["count"], one["size"]) == (1, 15, 3)
    hold_tree(document)


@pytest.mark.parametrize(
    "layers",
    [
        "[{repeat 3: [conv1x1 4]}, {c: conv1x1 4}, {add: [x, conv2]}]",  # the second is read
        "[conv1x1 4, conv1x1 8, conv1x1 4, conv1x1 8]",  # the first reads other channels
    ],
)
def test_no_round_is_left_in_the_middle(layers: str) -> None:
    layers = layers.replace("conv2]", "b]").replace("repeat 3: [conv1x1 4]", "b: conv1x1 4")
    document = document_of(cnncalc.parse(f"{{name: n, input: 4x8x8, layers: {layers}}}"))
    assert "repeats" not in document["tree"]


def test_origins_are_the_calls_that_made_a_layer() -> None:
    document = of("resnet:50")
    [file] = document["files"]
    lines = file["text"].split("\n")
    layer = next(
        one for one in document["layers"] if one["name"] == "conv3.bottleneck2.conv_bn2.conv1"
    )
    texts = [
        lines[line - 1][column - 1 : end - 1]
        for _, line, column, _, end in document["origins"][layer["origin"]]
    ]
    assert texts == ["unit", "conv_bn", "conv"]
    assert "unit 128" in lines[document["origins"][layer["origin"]][0][1] - 1]


def test_claims_and_findings_are_those_of_a_check(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "name: n\ninput: 3x8x8\nlayers:\n  - a: conv3x3 8\n  - bn\n  - relu\n"
        "expect: {parameters: 1, a: {output: 8x6x6}}\nbudget: {macs: 9M}\n"
        "published: {parameters: 0.2K, macs: 1}\n",
        encoding="utf-8",
    )
    document = of(str(spec))
    said = run("check", str(spec), "--format", "json", code=1)
    checked = json.loads(said.replace(str(spec), spec.name))
    told = [one for one in document["claims"] if one["kind"] != "published"]
    keys = ("layer", "metric", "kind", "stated", "actual", "holds")
    assert [[one[key] for key in keys] for one in told] == [
        [one[key] for key in keys] for one in checked["claims"]
    ]
    assert [one["line"] for one in document["claims"]] == [7, 7, 8, 9, 9]
    assert [one["holds"] for one in document["claims"][-2:]] == [True, False]
    for one, other in zip(document["findings"], checked["findings"], strict=True):
        shared = one.keys() & other.keys() - {"notes"}
        assert len(shared) == 11
        assert {key: one[key] for key in shared} == {key: other[key] for key in shared}
        assert one["notes"] == [note["text"] for note in other["notes"]]


def test_what_a_file_expects_is_not_said_of_another_width(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "name: n\ninput: 3x8x8\nvars: {width: 4}\nlayers: [conv3x3 width]\n"
        "expect: {parameters: 112}\nbudget: {parameters: 100}\npublished: {parameters: 112}\n",
        encoding="utf-8",
    )
    kinds = [one["kind"] for one in of(str(spec))["claims"]]
    assert kinds == ["expect", "budget", "published"]
    told = run("summarize", str(spec), "--format", "json", "--full", "--set", "width=2")
    [budget] = json.loads(told)["claims"]
    assert (budget["kind"], budget["actual"], budget["holds"]) == ("budget", "56", True)


def test_a_project_file_says_which_rules_take_part(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(
        "name: n\ninput: 3x8x8\nlayers: [conv3x3 8, bn, relu]\n", encoding="utf-8"
    )
    (tmp_path / "cnncalc.toml").write_text('[check]\nignore = ["W603"]\n', encoding="utf-8")
    arguments = ["summarize", "net.yaml", "--format", "json", "--full"]
    code = "import sys, os; os.chdir(sys.argv.pop(1)); from cnncalc.__main__ import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout)["findings"] == []


def test_the_command_prints_the_document() -> None:
    assert json.loads(run("summarize", "lenet5", "--format", "json", "--full")) == of("lenet5")
    told = run("summarize", "lenet5", "--format", "json", "--full", "--batch", "3")
    assert json.loads(told)["totals"]["macs"] == 3 * of("lenet5")["totals"]["macs"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--full",), "--full has no effect with --format table"),
        (("--full", "--format", "csv"), "--full has no effect with --format csv"),
        (("--full", "--format", "json", "--sort", "macs"), "--sort has no effect with --full"),
        (("--full", "--format", "json", "--published"), "--published has no effect with --full"),
    ],
)
def test_what_has_no_effect_is_refused(options: tuple[str, ...], message: str) -> None:
    assert message in run("summarize", "lenet5", *options, code=2)


def test_what_repeats_is_told_once() -> None:
    document = of("resnet:152")
    for key in ("kinds", "fields", "origins", "sums", "formulas", "words"):
        texts = [json.dumps(one) for one in document[key]]
        assert Counter(texts).most_common(1)[0][1] == 1, key
    assert len(embedded(document)) < 180_000


def test_a_model_without_layers(tmp_path: Path) -> None:
    path = str(tmp_path / "net.onnx")
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in "xy"]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])], "g", *[[e] for e in ends]
    )
    made_model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    Path(path).write_bytes(made_model.SerializeToString())
    document = of(path)
    assert (document["layers"], document["tree"]["output"], document["files"]) == ([], None, [])
    assert document["memory"]["peak"]["bytes"] == 768
