"""Specs drawn at random, in every form that `convert` writes: sound, and the same network."""

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator

import pytest
from graphs_alike import assert_same
from random_specs import Drawn
from torch_sources import assert_runs_alike

import cnncalc
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.interchange.auxiliary import with_auxiliary
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.torch.hints import hints_of
from cnncalc.interchange.torch.names import TAKEN
from cnncalc.interchange.torch.write import render_torch
from cnncalc.render.diagram import diagram
from cnncalc.render.graphviz import render_dot
from cnncalc.render.mermaid import render_mermaid
from cnncalc.spec import Selection, build

SEEDS = [range(start, start + 20) for start in range(0, 180, 20)]
"""Of the specs that are tried; about nine of ten are valid."""


NAMED_OTHERWISE = {6, 73, 162}
"""Seeds whose resolved spec has other names: a merge or a layer has a label that a group takes."""


def valid(seeds: Iterable[int]) -> Iterator[tuple[str, Selection, Graph]]:
    """The networks of seeds in each of their variants, those that are refused left out."""
    for seed in seeds:
        text = Drawn(seed).text()
        for variant in (None, "wider") if "variants:" in text else (None,):
            selection = Selection(variant)
            try:
                yield text, selection, build(text, "text", selection)
            except SpecError:
                continue


def with_and_without(graph: Graph) -> tuple[bool, ...]:
    """Whether auxiliary heads are written: no, and yes where there are any."""
    return (False, True) if graph.auxiliary else (False,)


def undefined(source: str) -> set[str]:
    """Names that source reads and does not define."""
    table = symtable.symtable(source, "written.py", "exec")
    known = {*dir(builtins), "__name__"}
    known |= {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    }
    found: set[str] = set()
    pending = [table]
    while pending:
        one = pending.pop()
        pending += one.get_children()
        found |= {
            symbol.get_name()
            for symbol in one.get_symbols()
            if symbol.is_global() and symbol.is_referenced()
        }
    return found - known


def test_the_check_finds_an_undefined_name() -> None:
    assert undefined("import torch\ndef one(x):\n    return torch.add(x, y)\n") == {"y"}


def test_most_specs_are_valid() -> None:
    assert len(list(valid(SEEDS[0]))) >= 18


HEADS = """
input: 3x8x8
blocks: {pw out: [conv1x1 out, bn]}
layers: [pw 4, a: conv1x1 4, pw 8]
auxiliary: {one: [a, pw 8, concat: [a, x], pw 4], two: [a, pw 8, bn, a]}
expect: {one.pw2.conv1: {macs: 3_072}, two.pw1: {parameters: 56}, pw2.bn1: {parameters: 16}}
"""


def test_layers_of_heads_keep_their_names() -> None:
    text = render_resolved(cnncalc.parse(HEADS))
    again = cnncalc.parse(text)
    assert [one.name for one in again.auxiliary] == [
        "one.pw1.conv1", "one.pw1.bn1", "one.concat1", "one.pw2.conv1", "one.pw2.bn1",
        "two.pw1.conv1", "two.pw1.bn1", "two.bn1",
    ]  # fmt: skip
    assert again.auxiliary_outputs == {"one": "one.pw2.bn1", "two": "a"}
    assert [one.layer for one in again.expect] == ["one.pw2.conv1", "two.pw1", "pw2.bn1"]


def test_the_last_layer_is_the_output_of_a_group() -> None:
    text = "input: 3x8x8\nlayers: [high: [bn, conv1x1 4], relu, high]\n"
    graph = cnncalc.parse(text)
    assert graph.outputs == {"high.conv1": "high.conv1"}
    assert cnncalc.parse(render_resolved(graph)).outputs == graph.outputs


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_source_for_pytorch_is_sound(seeds: range) -> None:
    for text, selection, graph in valid(seeds):
        for hints in (hints_of(text, "text", selection), None):
            for auxiliary in with_and_without(graph):
                source = render_torch(graph, hints, auxiliary=auxiliary)
                ast.parse(source)
                assert undefined(source) == set()


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_resolved_specs_are_the_same_network(seeds: range) -> None:
    for _, _, graph in valid(seed for seed in seeds if seed not in NAMED_OTHERWISE):
        assert_same(graph, cnncalc.parse(render_resolved(graph)))


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_diagrams_are_drawn(seeds: range) -> None:
    for _, _, graph in valid(seeds):
        for auxiliary in with_and_without(graph):
            drawn = diagram(graph, auxiliary=auxiliary)
            assert render_dot(drawn).startswith("digraph {")
            assert "flowchart" in render_mermaid(drawn)


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_models_have_the_same_counts(seeds: range) -> None:
    pytest.importorskip("onnx", reason="onnx is in the extra `onnx`")
    from onnx_models import anonymous, read  # noqa: PLC0415 - they need onnx

    from cnncalc.interchange.onnx.write import model  # noqa: PLC0415 - it needs onnx

    for _, _, graph in valid(seeds):
        for auxiliary in with_and_without(graph):
            built = model(graph, None, "net.onnx", auxiliary=auxiliary)
            wanted = cnncalc.summarize(with_auxiliary(graph) if auxiliary else graph).totals
            for is_anonymous in (False, True):
                found = cnncalc.summarize(read(anonymous(built) if is_anonymous else built)).totals
                assert (found.parameters, found.macs) == (wanted.parameters, wanted.macs)


@pytest.mark.peers
@pytest.mark.parametrize("seeds", SEEDS[:3], ids=str)
def test_source_runs_alike(seeds: range) -> None:
    for text, selection, graph in valid(seeds):
        if "max_unpool" in text:
            continue  # of equal values, the last digit of a sum says which is the largest
        whole = with_auxiliary(graph)
        # PyTorch has a use of its own for some labels, as `forward`: those tensors are renamed.
        is_renamed = any(TAKEN & {*one.name.split(".")} for one in whole.layers)
        if not is_renamed and cnncalc.summarize(whole).totals.parameters < 100_000:
            source = render_torch(graph, hints_of(text, "text", selection), auxiliary=True)
            assert_runs_alike(whole, source, "float64")
