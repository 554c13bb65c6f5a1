"""Networks as their authors write them, in every form that `convert` writes."""

import ast
from pathlib import Path
from typing import Any

import onnx
import pytest
from click.testing import CliRunner
from torch_sources import assert_runs_alike, parsed

import cnncalc
from cnncalc.cli.convert import convert
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.torch.write import render_torch
from cnncalc.interchange.unwritable import UnwritableError

NETWORKS = sorted((Path(__file__).parent / "networks").glob("*.yaml"))

SLICED = """
input: 3x8x8
blocks: {pw out: [conv1x1 out, bn], unit: [slice 0 x.channels//2, pw x.channels]}
layers: [conv1x1 48, unit, conv1x1 96, unit]
"""
NAMED_LIKE_CHANNELS = """
input: 3x8x8
blocks: {pw in_channels_mid in_channels2: [conv1x1 in_channels_mid, conv1x1 in_channels2]}
layers: [pw 48 4, pw 96 5]
"""
HEADS = """
input: 3x8x8
blocks: {pw out: [conv1x1 out, bn]}
layers: [a: conv1x1 4, pw 48, b: relu]
"""


def converted(text: str, target: Path, *options: str) -> Path:
    source = target.parent / "source.yaml"
    source.write_text(text)
    result = CliRunner().invoke(convert, [str(source), str(target), *options])
    assert result.exit_code == 0, result.output
    return target


@pytest.mark.parametrize("text", [SLICED, NAMED_LIKE_CHANNELS])
def test_a_parameter_is_told_from_a_tensor_by_what_it_is(text: str) -> None:
    _, source = parsed(text)
    ast.parse(source)


@pytest.mark.parametrize("part", ["auxiliary", "outputs"])
def test_a_block_called_in_layers_and_in_a_head(part: str, tmp_path: Path) -> None:
    text = f"{HEADS}\n{part}: {{one: [a, pw 8], two: [b, pw 8, pw 4]}}\n"
    again = converted(text, tmp_path / "again.yaml")
    found = cnncalc.summarize(cnncalc.load(again), auxiliary=True).totals.parameters
    assert found == 16 + 336 + 56 + 408 + 44


def test_weights_of_auxiliary_heads_are_written(tmp_path: Path) -> None:
    text = f"{HEADS}\nauxiliary: {{one: [a, pw 8]}}\n"
    model: Any = onnx.load(converted(text, tmp_path / "net.onnx", "--auxiliary"))
    onnx.checker.check_model(model)
    assert [one.name for one in model.graph.output] == ["b", "one"]
    assert "one.pw1.conv1.weight" in {one.name for one in model.graph.initializer}


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_every_form_reads_back(path: Path, tmp_path: Path) -> None:
    text = path.read_text()
    totals = cnncalc.summarize(cnncalc.load(path)).totals
    ast.parse(converted(text, tmp_path / "net.py").read_text())
    again = cnncalc.summarize(cnncalc.load(converted(text, tmp_path / "again.yaml"))).totals
    assert again == totals
    target = converted(text, tmp_path / "net.onnx")
    onnx.checker.check_model(str(target))
    read = cnncalc.summarize(cnncalc.load(target)).totals
    assert (read.parameters, read.macs) == (totals.parameters, totals.macs)


@pytest.mark.parametrize(
    ("name", "parameters", "macs"),
    [
        ("mobilenetv3", 2_542_856, 56_510_400),
        ("resnext", 25_028_904, 4_230_479_872),
        ("convnext", 28_582_504, 4_455_531_264),  # 6,624 fewer: there is no layer scale
    ],
)
def test_counts_at_full_size(name: str, parameters: int, macs: int) -> None:
    graph = cnncalc.load(f"{NETWORKS[0].parent / name}.yaml:full")
    for one in (graph, cnncalc.parse(render_resolved(graph))):
        totals = cnncalc.summarize(one).totals
        assert (totals.parameters, totals.macs) == (parameters, macs)
    ast.parse(render_torch(graph))


@pytest.mark.peers
@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_source_runs_alike(path: Path) -> None:
    assert_runs_alike(*parsed(path.read_text()), dtype="float64")


def test_a_number_that_no_spec_takes_is_refused() -> None:
    graph = cnncalc.load("resnet:18")
    name = "conv1.conv_bn1.bn1"
    layers = tuple(
        one._replace(op=type(one.op)(2, eps=1e38)) if one.name == name else one
        for one in graph.layers
    )
    with pytest.raises(UnwritableError, match=r"eps=1e\+38"):
        render_resolved(graph._replace(layers=layers))
