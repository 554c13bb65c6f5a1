"""Diagrams: what stands in them, and that Graphviz and Mermaid draw them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bundled import one_a_family

import cnncalc
from cnncalc.graph import Graph
from cnncalc.render.diagram import Box, Diagram, Node, diagram
from cnncalc.render.diagram_text import WIDEST, box_lines, node_lines
from cnncalc.render.graphviz import escaped, render_dot
from cnncalc.render.mermaid import quoted as quoted_mermaid
from cnncalc.render.mermaid import render_mermaid

DRAWN = ("resnet:50", "googlenet", "densenet:121", "vgg:16", "lecture/kernels")


def boxes(drawn: Diagram) -> list[Box]:
    found: list[Box] = []
    pending = list(drawn.items)
    while pending:
        item = pending.pop(0)
        if isinstance(item, Box):
            found.append(item)
            pending += item.items
    return found


def nodes(drawn: Diagram) -> list[Node]:
    return [node for item in drawn.items for node in item.nodes()]


def test_equal_bottlenecks_are_drawn_once() -> None:
    drawn = diagram(cnncalc.load("resnet:152"))
    times = [box.times for box in boxes(drawn) if box.block == "bottleneck"]
    assert times == [1, 2, 1, 7, 1, 35, 1, 2]
    folded = next(box for box in boxes(drawn) if box.times == 35)
    heading = box_lines(folded, drawn.costs)
    assert heading == ["bottleneck2 … 36 x 35", "39.1 M parameters, 7.643 G MACs"]


def test_layers_that_grow_say_from_where_to_where() -> None:
    drawn = diagram(cnncalc.load("densenet:121"))
    last = next(node for node in nodes(drawn) if len(node.copies) == 24 and "concat" in node.label)
    assert node_lines(last, drawn.costs) == ["concat", "288x14x14 … 1024x14x14"]


def test_functions_of_each_value_stand_in_the_node_before_them() -> None:
    drawn = diagram(cnncalc.load("resnet:50"))
    assert node_lines(nodes(drawn)[0], drawn.costs) == [
        "conv7x7 64 stride=2 padding=half · bn · relu", "64x112x112",
        "9.536 K parameters, 118 M MACs",
    ]  # fmt: skip


def test_branches_that_are_equal_are_no_repeat() -> None:
    text = "{input: 3x8x8, layers: [{add: [[conv1x1 3, relu], [conv1x1 3, relu], x]}]}"
    drawn = diagram(cnncalc.parse(text))
    assert [node.times for node in nodes(drawn)] == [1, 1, 1]


@pytest.mark.parametrize("name", one_a_family())
def test_every_arrow_has_two_ends_and_every_cost_is_drawn(name: str) -> None:
    graph = cnncalc.load(name)
    for depth in (None, 1):
        check_whole(graph, diagram(graph, depth=depth))


def check_whole(graph: Graph, drawn: Diagram) -> None:
    keys = {node.key for node in nodes(drawn)}
    ends = {key for key, _, _ in (*drawn.inputs, *drawn.outputs)}
    assert len(keys) == len(nodes(drawn))
    assert {key for edge in drawn.edges for key in edge} <= keys | ends
    assert all(source != target for source, target in drawn.edges)
    held = [leaf for node in nodes(drawn) for copy in node.copies for leaf in copy.leaves]
    assert sorted(leaf.layer.name for leaf in held) == sorted(one.name for one in graph.layers)
    for text in (render_dot(drawn), render_mermaid(drawn)):
        assert text.count("\n") < max(250, 4 * len(graph.layers))


def test_auxiliary_heads_are_drawn_when_asked_for() -> None:
    graph = cnncalc.load("googlenet")
    assert len(diagram(graph, auxiliary=True).outputs) == 3
    assert len(diagram(graph).outputs) == 1


def test_what_is_repeated_goes_round() -> None:
    text = """
input: 4x8x8
blocks:
  unit: [{add: [x, [conv1x1 4, relu, conv1x1 4]]}]
layers: [unit, unit, unit, maxpool2x2]
"""
    drawn = diagram(cnncalc.parse(text))
    [box] = boxes(drawn)
    assert box.times == 3
    first, second, last = (node.key for node in box.nodes())
    assert drawn.loops == ((last, first),)
    assert f"{last} -> {first} [style=dashed" in render_dot(drawn)
    assert f"{last} -.-> {first}" in render_mermaid(drawn)
    assert (first, second) in drawn.edges


def test_captions_stand_above_what_they_name() -> None:
    """As nodes, which arrows go round."""
    drawn = diagram(cnncalc.load("resnet:18"))
    captions = {box.caption: box for box in boxes(drawn)}
    below = {source: target for source, target in drawn.before if source in captions}
    assert below == {name: box.below for name, box in captions.items()}
    assert {target for _, target in drawn.before} >= set(captions)


def test_marks_of_the_languages_are_quoted() -> None:
    assert escaped('a "b" \\c <d> &amp;') == "a &quot;b&quot; \\\\c &lt;d&gt; &amp;amp;"
    assert quoted_mermaid(['a "b" <c>', "#d"]) == '"a #quot;b#quot; #lt;c#gt;<br>#35;d"'


def test_groups_below_a_depth_stay_closed() -> None:
    graph = cnncalc.load("resnet:50")
    drawn = diagram(graph, depth=1)
    assert not boxes(drawn)
    lines = [node_lines(node, drawn.costs) for node in nodes(drawn)]
    assert ["conv3", "512x28x28", "1.22 M parameters, 1.028 G MACs"] in lines
    assert len(drawn.edges) == len(lines) + 1
    two = diagram(graph, depth=2)
    assert {box.label for box in boxes(two)} == {"conv2", "conv3", "conv4", "conv5"}
    assert ["bottleneck2 … 6 x 5", "1024x14x14", "each 1.117 M parameters, 218.4 M MACs"] in [
        node_lines(node, two.costs) for node in nodes(two)
    ]
    assert ["inception", "inception3a", "256x28x28", "163.7 K parameters, 128 M MACs"] in [
        node_lines(node, one.costs)
        for one in [diagram(cnncalc.load("googlenet"), depth=1)]
        for node in nodes(one)
    ]


def test_a_closed_group_gives_what_the_group_gives() -> None:
    """Not what its last layer does."""
    text = """
input: 3x8x8
layers:
  - pair: [a: conv1x1 4, b: [conv1x1 5, relu], concat: [b, [a, conv1x1 6]]]
  - conv1x1 2
"""
    drawn = diagram(cnncalc.parse(text), depth=1)
    assert next(node_lines(node, drawn.costs)[:2] for node in nodes(drawn)) == ["pair", "11x8x8"]
    assert drawn.edges == (("in1", "n1"), ("n1", "n2"), ("n2", "out1"))


def test_what_is_long_is_cut_or_goes_on_in_the_next_line() -> None:
    name = "n" * 200
    layers = f"{name}: [conv3x3 8, bn, relu6, dropout 0.25, elu, gelu, silu]"
    text = f"{{input: 3x8x8, layers: [{layers}]}}"
    drawn = diagram(cnncalc.parse(text))
    lines = node_lines(nodes(drawn)[0], drawn.costs)
    assert lines[:3] == [
        f"{'n' * (WIDEST - 1)}…",
        "conv3x3 8 · bn · relu6 · dropout 0.25 · elu · gelu ·",
        "silu",
    ]
    assert name not in render_dot(drawn) + render_mermaid(drawn)


def named(graph: Graph, text: str) -> Diagram:
    return diagram(graph._replace(name=text))


@pytest.mark.parametrize("name", DRAWN)
def test_graphviz_draws_it(name: str, tmp_path: Path) -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("Graphviz is not installed: apt-get install graphviz")
    drawn = named(cnncalc.load(name), 'a "name" \\ <of> all #marks; --> `x`')
    path = tmp_path / "net.svg"
    command = [program, "-Tsvg", "-o", str(path)]
    done = subprocess.run(
        command, input=render_dot(drawn), text=True, capture_output=True, check=True
    )
    assert not done.stderr
    picture = path.read_text(encoding="utf-8")
    ends = len(drawn.inputs) + len(drawn.outputs)
    assert picture.count('class="node"') == len(nodes(drawn)) + len(boxes(drawn)) + ends
    assert picture.count('class="edge"') == len(drawn.edges) + len(drawn.loops)
    assert picture.count('class="cluster"') == len(boxes(drawn))


def test_branches_stand_in_the_order_of_the_spec() -> None:
    """As in the paper's figure: 1x1, 3x3, 5x5, pooling."""
    program = shutil.which("dot")
    if program is None:
        pytest.skip("Graphviz is not installed: apt-get install graphviz")
    text = render_dot(diagram(cnncalc.load("googlenet")))
    done = subprocess.run(
        [program, "-Tplain"], input=text, text=True, capture_output=True, check=True
    )
    places = re.findall(r"^node n\d+ ([\d.]+) .*?>(unit[1356])<", done.stdout, re.MULTILINE)
    first = [name for _, name in sorted(places[1:5], key=lambda one: float(one[0]))]
    assert first == ["unit1", "unit3", "unit5", "unit6"]


def mermaid() -> list[str]:
    """The command that draws, with a browser that is there."""
    program = os.environ.get("MMDC") or shutil.which("mmdc")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None or browser is None:
        pytest.skip(
            "Mermaid is not installed: npm install -g @mermaid-js/mermaid-cli, and a chromium; "
            "MMDC names the program where it is not on the path"
        )
    return [program, browser]


@pytest.mark.parametrize("name", DRAWN[:2])
def test_mermaid_draws_it(name: str, tmp_path: Path) -> None:
    program, browser = mermaid()
    (tmp_path / "browser.json").write_text(
        f'{{"executablePath": "{browser}", "args": ["--no-sandbox"]}}', encoding="utf-8"
    )
    drawn = named(cnncalc.load(name), 'a "name" <of> all #marks; --> `x`')
    (tmp_path / "net.mmd").write_text(render_mermaid(drawn), encoding="utf-8")
    command = [program, "-p", "browser.json", "-i", "net.mmd", "-o", "net.svg"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=120)
    picture = (tmp_path / "net.svg").read_text(encoding="utf-8")
    keys = set(re.findall(r'id="[^"]*flowchart-((?:n|in|out)\d+)-', picture))
    ends = [key for key, _, _ in (*drawn.inputs, *drawn.outputs)]
    assert keys == {*(node.key for node in nodes(drawn)), *ends}
    assert "Syntax error" not in picture
