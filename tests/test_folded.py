"""Graphs as specs that a person might have written: equal layer by layer, and short."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from random_networks import made

import cnncalc
from cnncalc.cli.main import main
from cnncalc.graph import Graph
from cnncalc.interchange.alike import is_same, reads_back
from cnncalc.interchange.folded.write import folded_text, render_folded
from cnncalc.interchange.resolved.write import render_resolved

onnx: Any = pytest.importorskip("onnx", reason="onnx is not installed")
from onnx_models import anonymous  # noqa: E402 - they need onnx


def lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def without_heads(graph: Graph) -> Graph:
    return graph._replace(auxiliary=(), auxiliary_outputs={}, expect=(), budget=(), published=())


def wiring(graph: Graph) -> Iterator[tuple[object, ...]]:
    """Every layer: what it does, and the numbers of what it reads."""
    numbers = {name: n for n, name in enumerate([*graph.inputs, *(x.name for x in graph.layers)])}
    for layer in graph.layers:
        told = tuple(layer.op.resolved(layer.input_shapes).items())
        reads = tuple(numbers[name] for name in layer.inputs)
        yield layer.op.name, told, reads, layer.output_shape, tuple(layer.parameters.values())


MOST = {
    "resnet:50": 30, "resnet:18": 30, "vgg:16": 20, "alexnet:torchvision": 20,
    "mobilenetv2:1.4": 34, "efficientnet:b0": 40, "convnext:tiny": 30, "googlenet:torchvision": 45,
    "squeezenet:1_0": 30, "densenet:121": 35, "regnety:400mf": 35, "inception_v3": 70,
    "shufflenetv2:x1_0": 40, "seresnet:x101": 40, "darknet:53": 35, "mlp_mixer:l16": 25,
    "hrnet:w18": 90, "nasnet": 95,
}  # fmt: skip
"""The most lines that bundled networks may take."""


@pytest.mark.parametrize("name", MOST)
def test_bundled_networks_are_short_and_equal(name: str) -> None:
    graph = without_heads(cnncalc.load(name))
    text = render_folded(graph)
    assert list(wiring(cnncalc.parse(text))) == list(wiring(graph))
    assert lines(text) <= MOST[name]
    assert not any(line.endswith("_:") or "__" in line for line in text.splitlines())


def test_a_residual_network_reads_as_its_paper() -> None:
    text = render_folded(without_heads(cnncalc.load("resnet:50")))
    assert (
        text.partition("blocks:\n")[2].partition("\nlayers:")[0]
        == """\
  bottleneck out stride=1:
    - add:
        - - [conv1x1 out bias=false, bn, relu]
          - [conv3x3 out stride=stride padding=1 bias=false, bn, relu]
          - [conv1x1 4*out bias=false, bn]
        - if x.channels != 4*out: [conv1x1 4*out stride=stride bias=false, bn]
          else: x
    - relu
  stage out n stride=2: [bottleneck out stride=stride, repeat n: bottleneck out]
"""
    )


@pytest.mark.parametrize("seed", range(120))
def test_random_networks_are_equal(seed: int) -> None:
    _, graph = made(seed)
    text = folded_text(graph)
    if text is not None:
        back = cnncalc.parse(text)
        assert list(wiring(back)) == list(wiring(graph))
        assert is_same(graph, back)


def test_what_has_no_such_form_is_written_flat() -> None:
    text = "{input: 3x8x8, layers: [{a: conv3x3 3 padding=1}, share a, relu]}"
    graph = cnncalc.parse(text)
    assert folded_text(graph) is None
    assert render_folded(graph) == render_resolved(graph)


def dense(layers: int, *, is_nested: bool) -> str:
    """Layers each of which reads all maps before it, joined anew or to what is joined."""
    told = ["{first: conv3x3 8 padding=1}"]
    for n in range(1, layers + 1):
        told.append(f"{{new{n}: [bn, relu, conv3x3 4 padding=1]}}")
        parts = [f"all{n - 1}" if n > 1 else "first"]
        if not is_nested:
            parts = ["first", *(f"new{m}" for m in range(1, n))]
        told.append(f"{{all{n}: [concat: [{', '.join(parts)}, x]]}}")
    return f"{{input: 3x16x16, layers: [{', '.join(told)}, globalavgpool]}}"


def test_all_maps_before_a_layer_are_joined_to_what_is_joined() -> None:
    """It is said so, and the comparison takes no other order of parts for the same."""
    graph = cnncalc.parse(dense(9, is_nested=False))
    text = render_folded(graph)
    assert text.startswith("# A concat reads the one before it, where the model joins all parts")
    assert "repeat 9:" in text
    assert lines(text) < 15
    back = cnncalc.parse(text)
    assert is_same(graph, back)
    assert is_same(back, graph)
    assert len(back.layers) == len(graph.layers)
    assert cnncalc.summarize(back).totals.macs == cnncalc.summarize(graph).totals.macs
    nested = dense(9, is_nested=True)
    assert is_same(graph, cnncalc.parse(nested))
    assert not render_folded(cnncalc.parse(nested)).startswith("#")
    for old, new in (("all8, x", "x, all8"), ("all3, x", "all3, new3"), ("all6, x", "x, first")):
        assert not is_same(graph, cnncalc.parse(nested.replace(old, new)))


STREAMS = """
  - s{n}: [{a}, conv3x3 8 padding=1, bn, relu]
  - t{n}: [{b}, conv3x3 16 padding=1, bn, relu]
  - u{n}: [{a}, conv3x3 16 padding=1 stride=2, bn]
  - o{n}: [add: [t{n}, x], relu]
  - p{n}: [t{n}, conv1x1 8, bn, upsample 2]
  - q{n}: [add: [s{n}, x], relu]
"""
"""Two streams, each of which reads the other."""


def test_a_module_may_read_and_give_several_tensors() -> None:
    told = [("first", "second"), *((f"q{n}", f"o{n}") for n in range(3))]
    modules = "".join(STREAMS.format(n=n, a=a, b=b) for n, (a, b) in enumerate(told))
    start = "  - first: conv3x3 8 padding=1\n  - second: conv3x3 16 padding=1 stride=2"
    end = "  - add: [[o3, upsample 2, conv1x1 8], q3]\n"
    graph = cnncalc.parse(f"input: 3x32x32\nlayers:\n{start}{modules}{end}")
    text = render_folded(graph)
    assert lines(text) < 22
    assert "  module a b:" in text
    back = cnncalc.parse(text)
    assert is_same(graph, back)
    assert list(wiring(back)) == list(wiring(graph))
    other = end.replace("o3", "t3")
    another = cnncalc.parse(f"input: 3x32x32\nlayers:\n{start}{modules}{other}")
    text = render_folded(another)
    assert is_same(another, cnncalc.parse(text))
    assert not is_same(graph, cnncalc.parse(text))


def test_blocks_without_a_class_are_called_by_what_they_do() -> None:
    squeezed = render_folded(without_heads(cnncalc.load("squeezenet:1_0")))
    assert "  expand" in squeezed
    inception = render_folded(without_heads(cnncalc.load("inception_v3")))
    assert "  factorized" in inception
    assert "bottleneck" not in inception


def test_parts_of_parts_are_bounded() -> None:
    """Each concatenation doubles the parts: there are more than can be gone through."""
    line = "{{input: 1x2x2, layers: [{{a: relu}}, {{b: relu}}, {}{}]}}"
    doubled = ", {concat: [x, x]}" * 24
    graph = cnncalc.parse(line.format("concat: [a, b]", doubled))
    assert is_same(graph, cnncalc.parse(line.format("concat: [a, b]", doubled)))
    assert not is_same(graph, cnncalc.parse(line.format("concat: [b, a]", doubled)))


@pytest.mark.parametrize("reads", ["b, a, a", "a, b, a", "a, a, b", "a, a, a"])
def test_what_a_merge_reads_twice_stands_before_it(reads: str) -> None:
    layers = f"[{{b: conv1x1 8}}, {{a: [conv1x1 8, relu]}}, {{mul: [{reads}]}}]"
    graph = cnncalc.parse(f"{{input: 8x4x4, layers: {layers}}}")
    folded = folded_text(graph)
    assert folded is not None
    assert reads_back(folded, graph)


def test_another_graph_is_no_equal() -> None:
    """The comparison that guards what is written sees each kind of difference."""
    line = "{{input: 3x8x8, layers: [{{first: conv3x3 4 padding=1}}, relu, {}]}}"
    graph = cnncalc.parse(line.format("add: [x, first]"))
    text = line.format("add: [x, first]")
    assert reads_back(text, graph)
    for other in ("add: [x, x]", "add: [first, x]", "mul: [x, first]", "relu", "bn"):
        assert not reads_back(line.format(other), graph)
    assert not reads_back(text.replace("padding=1", "padding=2"), graph)
    assert not reads_back("{input: 3x8x8", graph)


def test_long_and_entangled_networks_are_bounded() -> None:
    """Labels that reach far back, and thousands of layers that differ."""
    entangled = ", ".join(
        f"{{a{i}: conv1x1 8}}" + (f", {{add: [x, a{i * 7 % i}]}}" if i else "") for i in range(150)
    )
    graph = cnncalc.parse(f"{{input: 8x8x8, layers: [{entangled}]}}")
    assert is_same(graph, cnncalc.parse(render_folded(graph)))
    chain = ", ".join(f"conv1x1 {i % 97 + 1}, relu" for i in range(300))
    graph = cnncalc.parse(f"{{input: 8x8x8, layers: [{chain}]}}")
    assert is_same(graph, cnncalc.parse(render_folded(graph)))


def test_convert_folds_models_and_specs_on_demand(tmp_path: Path) -> None:
    model, spec = tmp_path / "net.onnx", tmp_path / "net.yaml"
    run = CliRunner().invoke
    assert run(main, ["convert", "resnet:18", str(model), "--no-weights"]).exit_code == 0
    assert run(main, ["convert", str(model), str(spec)]).exit_code == 0
    assert "blocks:" not in spec.read_text(encoding="utf-8"), "its layers have the names of a spec"
    built = anonymous(onnx.load(model, load_external_data=False))
    model.write_bytes(built.SerializeToString())
    assert run(main, ["convert", str(model), str(spec)]).exit_code == 0
    folded = spec.read_text(encoding="utf-8")
    assert "repeat" in folded
    assert "blocks:" in folded
    assert run(main, ["convert", str(model), str(spec), "--flat"]).exit_code == 0
    assert lines(spec.read_text(encoding="utf-8")) > 2 * lines(folded)
    assert run(main, ["convert", "resnet:18", str(spec), "--fold"]).exit_code == 0
    assert lines(spec.read_text(encoding="utf-8")) < 40
    told = run(main, ["convert", "resnet:18", str(tmp_path / "a.py"), "--fold"])
    assert told.exit_code == 2
    assert "--fold and --flat are for YAML" in told.output


def test_blocks_are_called_by_the_classes_of_their_modules() -> None:
    """A block that stands for one class's modules alone has its name, in plain words."""
    cell = "[concat: [conv3x3 {0} padding=1, [conv1x1 {0}, conv3x3 {0} padding=1]], relu]"
    cells = [f"{{a{n}: {cell.format(4 * n + 4)}}}" for n in range(4)]
    pooled = ", ".join([*cells[:1], "maxpool2x2", *cells[1:]])
    graph = cnncalc.parse(f"{{input: 3x64x64, layers: [{pooled}]}}")
    classes = {(f"a{n}",): "SEBlock" for n in range(4)}
    text = render_folded(graph._replace(classes=classes))
    assert "  se_block out:" in text
    assert "- a1: se_block 8" in text
    assert list(wiring(cnncalc.parse(text))) == list(wiring(graph))
    mixed = render_folded(graph._replace(classes=classes | {("a1",): "Other"}))
    assert "se_block" not in mixed
    taken = render_folded(graph._replace(classes=dict.fromkeys(classes, "ReLU")))
    assert "  relu out" not in taken
