"""Bit operations where each layer is told: in explanations, and in the document of a page."""

import json
from typing import Any

import pytest
from commands import run
from documents_of import groups, layers_in
from explained import value

import cnncalc
from cnncalc.bits import LayerBits, Stored
from cnncalc.report.difference import union_document
from cnncalc.report.document import network_document


def added(document: Any, group: Any) -> int:
    """The bit operations of the layers in a group of a document, one by one."""
    figures = [document["kinds"][one["kind"]]["figures"] for one in document["layers"]]
    return sum(figures[place]["bops"] for place in layers_in(group))


@pytest.mark.parametrize("bits", ["w8a8", "w3a5, conv3: w4a7, fc: w1"])
def test_a_page_has_the_bit_operations_of_layers_groups_and_the_whole(bits: str) -> None:
    found = cnncalc.summarize(cnncalc.load("resnet:18"), batch=2, bits=bits)
    document = json.loads(json.dumps(network_document(found)))
    kinds = [document["kinds"][one["kind"]] for one in document["layers"]]
    assert [one["figures"]["bops"] for one in kinds] == [row.bops for row in found.rows]
    assert [one["bits"] for one in kinds] == [row.bits["bits"] for row in found.rows]
    for group in groups(document["tree"]):
        assert document["sums"][group["totals"]]["bops"] == added(document, group)
    assert document["totals"]["bops"] == found.bops == added(document, document["tree"])
    assert sum(one["bops"] for one in document["precisions"].values()) == found.bops
    assert "bops" in [one["name"] for one in document["metrics"]]


def test_a_page_of_one_type_has_no_bit_operations() -> None:
    text = json.dumps(network_document(cnncalc.summarize(cnncalc.load("resnet:18"))))
    assert "bops" not in text
    assert "precisions" not in text


def test_a_difference_tells_the_bit_operations_of_both_sides() -> None:
    """One of them is in float32, as its file says nothing of bits."""
    old = cnncalc.parse("{name: n, input: 3x8x8, layers: [conv3x3 4 bias=false]}")
    new = cnncalc.parse("{name: n, input: 3x8x8, layers: [conv5x5 4 bias=false]}")
    stored = Stored({"conv1": LayerBits(8, 32, (8,), 8)}, {"input": 8})
    document = union_document(cnncalc.diff(old, new._replace(stored=stored)))
    before, after = 32 * 32 * (6 * 6 * 4 * 27), 8 * 8 * (4 * 4 * 4 * 75)
    [layer] = document["layers"]
    assert layer["change"]["change"]["bops"] == after - before
    assert document["sums"][document["tree"]["totals"]]["bops"] == after


EXPLAINED = [
    ("resnet:18", "w8a8, fc: w4a3"),
    ("vit:base16", "w4a8"),
    ("swin:tiny", "w2a5, stage1: a7"),
]


@pytest.mark.parametrize(("name", "bits"), EXPLAINED)
def test_explained_bit_operations_are_those_of_the_summary(name: str, bits: str) -> None:
    graph = cnncalc.load(name)
    rows = {row.layer.name: row for row in cnncalc.summarize(graph, bits=bits).rows}
    for one in cnncalc.explain(graph, bits=bits):
        row = rows[one.layer.name]
        told = {each.quantity: each for each in one.formulas}
        for quantity in ("BOPs", "product BOPs", "weight bytes", "activation bytes"):
            formula = told.get(quantity)
            assert formula is None or value(formula.values) == formula.result
        parts = [told[key].result for key in ("BOPs", "product BOPs") if key in told]
        assert sum(parts) == row.bops
        for quantity, counted in (
            ("weight bytes", row.weight_bytes),
            ("activation bytes", row.activation_bytes),
        ):
            assert (told[quantity].result if quantity in told else 0) == counted


def test_explain_says_nothing_of_bits_that_nobody_asked_for() -> None:
    told = run("explain", "lenet5", "f6")
    assert "BOPs" not in told
    assert "BOPs" in run("explain", "lenet5", "f6", "--dtype", "float16,bn=float32")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--symbolic"], "--bits has no effect with --symbolic"),
        (["--training", "sgd"], "--bits has no effect with --training"),
        (["--at", "1"], "--bits has no effect with --at"),
        (["--dtype", "float16"], "--bits has no effect with --dtype"),
    ],
)
def test_explain_refuses_bits_where_values_have_one_type(more: list[str], message: str) -> None:
    assert message in run("explain", "lenet5", "f6", "--bits", "w8", *more, code=2)
    told = run("explain", "lenet5", "f6", "--dtype", "float16,bn=float32", "--symbolic", code=2)
    assert "write `--dtype float16`" in told
