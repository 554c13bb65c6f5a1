"""Layers that run again with the weights of others, and tensors as arguments of blocks."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cnncalc import Graph, SpecError, parse, read_onnx, summarize
from cnncalc.cli.main import main
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.interchange.resolved.write import render_resolved

SIAMESE = """
name: Siamese
input: {left: 3x16x16, right: 3x16x16}
layers:
  - left
  - tower: [conv3x3 8 padding=1 bias=false, bn, relu]
  - right
  - other: share tower
  - concat: [tower, other]
"""

APART = SIAMESE.replace("share tower", "[conv3x3 8 padding=1 bias=false, bn, relu]")


def totals(text: str) -> tuple[int, int, int, int]:
    """Parameters, buffers, MACs and bytes of activations."""
    found = summarize(parse(text)).totals
    return found.parameters, found.buffers, found.macs, found.activation_bytes


def test_weights_count_once_and_work_counts_again() -> None:
    parameters, buffers, macs, held = totals(SIAMESE)
    assert (parameters, buffers) == (3 * 8 * 9 + 16, 16)
    twice = totals(APART)
    assert twice == (2 * parameters, 2 * buffers, macs, held)
    assert macs == 2 * 16 * 16 * 8 * 3 * 9


def test_both_runs_have_the_same_weights() -> None:
    graph = parse(SIAMESE)
    inputs = initial_inputs(graph)
    inputs["right"] = inputs["left"]
    kept = ["tower.relu1", "other.relu1"]
    run = execute(graph, initial_weights(graph), inputs, keep=kept)
    left, right = (run.tensors[name] for name in kept)
    np.testing.assert_array_equal(left, right)
    apart = parse(APART)
    run = execute(apart, initial_weights(apart), inputs, keep=kept)
    assert (run.tensors[kept[0]] != run.tensors[kept[1]]).any()


def shares(graph: Graph) -> dict[str, str]:
    """The layers that share weights, each with the one whose they are."""
    return {layer.name: layer.shares for layer in graph.layers if layer.shares}


def test_other_sizes_and_rounds_and_shares_of_shares() -> None:
    text = """
    name: Recurrence
    input: 4x16x16
    layers:
      - cell: [conv3x3 4 padding=same, relu]
      - maxpool2x2
      - repeat 2: {step: share cell}
      - share step2
    """
    graph = parse(text)
    assert [layer.output_shape for layer in graph.layers if layer.op.name == "conv"] == [
        (4, 16, 16), (4, 8, 8), (4, 8, 8), (4, 8, 8),
    ]  # fmt: skip
    names = ["step1.conv1", "step2.conv1", "share3.conv1"]
    assert shares(graph) == dict.fromkeys(names, "cell.conv1")


def test_a_block_that_shares_is_put_in_again_under_other_names() -> None:
    text = """
    name: Twice
    input: 4x16x16
    blocks: {twice: [first: conv3x3 4 padding=1, relu, again: share first]}
    layers: [a: twice, b: twice, c: share b.first]
    """
    assert shares(parse(text)) == {"a.again": "a.first", "b.again": "b.first", "c": "b.first"}


@pytest.mark.parametrize("name", ["shared_heads"])
def test_resolved_specs_keep_the_sharing(name: str) -> None:
    graph = parse((Path(__file__).parent / "networks" / f"{name}.yaml").read_text())
    again = parse(render_resolved(graph))
    assert len(shares(again)) == len(shares(graph)) > 0
    before, after = summarize(graph).totals, summarize(again).totals
    assert (after.parameters, after.buffers) == (before.parameters, before.buffers)
    assert (after.macs, after.layers) == (before.macs, before.layers)


CALLS = """
name: Calls
input: 4x16x16
blocks:
  join skip: [conv3x3 4 padding=1, add: [skip, x]]
layers:
  - a: relu
  - b: tanh
  - repeat 2: {unit: join a}
  - last: join b
  - own: join x
"""


def test_equal_calls_are_told_apart_by_their_tensors() -> None:
    graph = parse(CALLS)
    added = {layer.name: layer.inputs for layer in graph.layers if layer.op.name == "add"}
    assert added == {
        "unit1.add1": ("a", "unit1.conv1"),
        "unit2.add1": ("a", "unit2.conv1"),
        "last.add1": ("b", "last.conv1"),
        "own.add1": ("last.add1", "own.conv1"),
    }


def test_a_label_of_a_repeated_call_is_its_own() -> None:
    text = CALLS.replace("skip: [conv3x3", "skip: [inner: conv3x3") + "  - unit2.inner\n  - relu\n"
    assert parse(text).layers[-1].inputs == ("unit2.inner",)


def test_a_step_that_is_x_changes_nothing() -> None:
    text = """
    name: Step
    input: 4x16x16
    blocks: {unit act: [conv3x3 4 padding=1, act, bn]}
    layers: [unit relu, unit x]
    """
    assert [layer.op.name for layer in parse(text).layers] == ["conv", "relu", "bn", "conv", "bn"]


def test_a_name_that_was_a_word_before_stays_one() -> None:
    text = """
    name: Word
    input: 4x16x16
    blocks: {unit how: conv3x3 4 padding=how}
    layers: [half: relu, unit half]
    """
    assert parse(text).layers[-1].output_shape == (4, 16, 16)


def test_a_dotted_label_is_no_part_of_a_group_that_has_not_ended() -> None:
    text = "{name: a, input: 4x8x8, layers: [g: [a: relu, g.a, relu]]}"
    with pytest.raises(SpecError, match="`g` is not in scope"):
        parse(text)


def test_onnx_keeps_the_sharing(tmp_path: Path) -> None:
    pytest.importorskip("onnx")

    (tmp_path / "siamese.yaml").write_text(SIAMESE)
    model = str(tmp_path / "siamese.onnx")
    done = CliRunner().invoke(main, ["convert", str(tmp_path / "siamese.yaml"), model])
    assert done.exit_code == 0, done.output
    graph = read_onnx(model)
    assert list(shares(graph).values()) == ["tower.conv1", "tower.bn1"]
    found = summarize(graph).totals
    assert (found.parameters, found.buffers, found.macs) == totals(SIAMESE)[:3]


def test_a_chain_of_shares_is_bounded() -> None:
    lines = ["  - a0: [inner: relu]", *(f"  - a{k + 1}: share a{k}" for k in range(3_000))]
    with pytest.raises(SpecError) as fault:
        parse("\n".join(["name: chain", "input: 3x8x8", "layers:", *lines]))
    assert [one.code for one in fault.value.diagnostics] == ["E504"]


def test_a_group_that_is_shared_says_so(tmp_path: Path) -> None:
    path = tmp_path / "siamese.yaml"
    path.write_text(SIAMESE)
    shown = CliRunner().invoke(main, ["summarize", str(path)]).output
    assert "share tower" in shown


def test_a_merge_of_very_many_branches_takes_no_time_to_draw(tmp_path: Path) -> None:
    loops = ", ".join(["for i in range(1000): relu"] * 20)
    path = tmp_path / "wide.yaml"
    path.write_text(f"name: wide\ninput: 3x8x8\nlayers:\n  - concat: [{loops}]\n")
    result = CliRunner().invoke(main, ["summarize", str(path)])
    assert result.exit_code == 0
    assert "60000x8x8" in result.output
