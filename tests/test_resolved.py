"""Resolved specs load back to the network that they were made from."""

from pathlib import Path
from time import process_time

import pytest
from bundled import one_a_family
from graphs_alike import assert_same
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ops.case import one_layer
from ops.table import uses

import cnncalc
from cnncalc.graph import Graph
from cnncalc.interchange.resolved.checked import checked, render_checked
from cnncalc.interchange.resolved.facts import title
from cnncalc.interchange.resolved.tree import identifier
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.torch.write import render_torch
from cnncalc.interchange.unwritable import UnwritableError
from cnncalc.ops import OPS
from cnncalc.ops.activation import Elementwise


def has_clashes(graph: Graph) -> bool:
    """Whether a group has the name of what stands beside a group around it."""
    paths = {one.scope[:level] for one in graph.layers for level in range(1, len(one.scope) + 1)}
    taken = paths | {tuple(one.name.split(".")) for one in graph.layers}
    return any(
        (*path[:level], path[-1]) in taken for path in paths for level in range(len(path) - 1)
    )


HARD = ("dla:60", "res2net:101d")
"""A label that stands within and around a group which reads several tensors; a sixth `relu`."""


@pytest.mark.parametrize("name", sorted({*one_a_family(), *HARD}))
def test_bundled_networks_load_back(name: str) -> None:
    """With all that they state of themselves."""
    graph = cnncalc.load(name)
    text = render_resolved(graph)
    assert "blocks:" not in text or has_clashes(graph)
    again = cnncalc.parse(text)
    assert_same(graph, again)
    assert facts_of(again) == facts_of(graph)


def facts_of(graph: Graph) -> list[tuple[object, ...]]:
    held = [(one.layer, one.metric, one.value, one.is_share) for one in graph.expect]
    held += [(one.layer, one.metric, one.value, one.is_share) for one in graph.budget]
    return held + [(one.layer, one.metric, one.amount, one.note) for one in graph.published]


def test_facts_of_layers_are_stated_again(tmp_path: Path) -> None:
    graph = cnncalc.parse("""
input: 3x8x8
layers: [a: conv3x3 4, g: [relu, conv1: conv1x1 8], conv1: conv1x1 2]
expect: {parameters: 170, output: 2x6x6, a: {macs: "3_888", output: 4x6x6}, conv1: {macs: 576}}
budget: {weight_bytes: 4 KiB, parameters: "<= 1K", a: {macs: 75%}, g.conv1: {macs: "1K..2K"}}
published: {parameters: 0.2K, a: {macs: 3.9K, note: 'as "printed", of: {all}'}}
""")
    text = render_resolved(graph)
    assert text.endswith("""
expect:
  parameters: 170
  output: 2x6x6
  a: {macs: 3_888, output: 4x6x6}
  conv1: {macs: 576}
budget:
  weight_bytes: 4 KiB
  parameters: "<= 1K"
  a: {macs: 75%}
  g.conv1: {macs: 1K..2K}
published:
  parameters: 0.2K
  a: {macs: 3.9K, note: "as \\"printed\\", of: {all}"}
""")
    assert facts_of(cnncalc.parse(text)) == facts_of(graph)
    path = tmp_path / "net.yaml"
    path.write_text(text, encoding="utf-8")
    assert not list(cnncalc.check(path, select=()).findings)


@pytest.mark.parametrize("name", sorted(one for one in OPS if not OPS[one].is_source))
@settings(deadline=None, max_examples=15)
@given(st.data())
def test_every_op_loads_back(name: str, data: st.DataObject) -> None:
    use = data.draw(uses(name))
    assume(len(use.inputs) > 1 or not use.op.merges)
    graph = one_layer(use, f"{name}1")
    assert_same(graph, cnncalc.parse(render_resolved(graph)))


SPECS = {
    "labels read from inside of groups": """
input: 3x8x8
layers:
  - a: conv3x3 4 padding=1
  - g: [relu, {inner: [conv1x1 4, {add: [x, a]}]}, bn]
  - {concat: [x, a, g]}
  - if x.channels == 12: slice 0 8
""",
    "a group that ends with what is not its last layer": """
input: 3x8x8
layers:
  - g: [p: conv1x1 4, q: relu, p]
  - sigmoid
  - {mul: [x, g]}
""",
    "several inputs and outputs": """
input: {left: 2x6x6, right: 2x6x6}
layers:
  - left
  - conv3x3 4 padding=1
  - stem: [relu, conv1x1 2]
  - right
  - conv3x3 4 padding=1
  - merged:
      concat: [x, stem]
outputs: {a: [merged, globalavgpool], b: stem, c: left, d: merged}
auxiliary: {aux: [merged, flatten, linear 3]}
""",
    "outputs that are groups": """
input: 3x8x8
layers:
  - stem: [conv1x1 4, relu]
  - tail: [conv1x1 5, {add: [x, [conv1x1 5, bn]]}]
outputs: [stem, tail]
auxiliary: {early: [stem, conv1x1 2, relu], late: [tail, {add: [x, relu]}]}
""",
    "a last layer in a group": "input: 3x8x8\nlayers: [conv1x1 4, {g: [relu, {h: [conv1x1 2]}]}]",
    "labels within and without": """
input: 3x8x8
blocks:
  inner: [conv1x1 3, relu]
  outer: [inner, {concat: [x, [inner, bn]]}, conv1x1 3, {add: [x, [inner]]}]
layers: [inner, {whole: [outer]}, inner]
""",
    "what is learned": """
input: 3x8x8
blocks:
  scaled: {mul: [x, learned 3x1x1]}
layers:
  - tokens
  - concat axis=length: [first: learned 3x1, x]
  - add: [[p: learned 3x65, relu, g: [linear 3, relu]], x]
  - add: [[sigmoid, {mul: [x, p]}], [learned 3x1, relu], learned 3x65]
  - add:
      - q: [learned 3x65, {add: [x, p]}, [linear 3, relu]]
      - [concat axis=length: [first, x], slice 0 65 axis=length]
  - {mul: [x, q]}
""",
    "what groups gave inside": """
input: 3x8x8
layers:
  - stage:
      - high: conv3x3 4 padding=1
      - inner: [low: conv3x3 4 padding=1, {add: [x, high]}, bn]
      - relu
  - sigmoid
  - {add: [stage.inner.low, x, stage.high, stage.inner, stage]}
  - stage.inner.low
  - conv3x3 4 padding=1
  - {mul: [x, stage]}
""",
    "the input read again": "input: 3x8x8\nlayers: [{add: [conv1x1 3, x, [bn, relu]]}, relu]",
    "labels that stand in the way of ordinals": """
input: 3x8x8
layers: [conv2: conv1x1 4, conv1x1 4, conv1x1 5, act: relu6, relu]
""",
}


@pytest.mark.parametrize("case", SPECS)
def test_specs_load_back(case: str) -> None:
    graph = cnncalc.parse(SPECS[case])
    assert_same(graph, cnncalc.parse(render_resolved(graph)))


def moved(graph: Graph, scopes: dict[str, tuple[str, ...]]) -> Graph:
    """The same layers under other scopes, as another program may have left them."""
    names = {one.name: ".".join((*scopes.get(one.name, ()), one.name)) for one in graph.layers}
    layers = tuple(
        one._replace(
            name=names[one.name],
            scope=scopes.get(one.name, ()),
            inputs=tuple(names.get(name, name) for name in one.inputs),
        )
        for one in graph.layers
    )
    outputs = {names[name]: names[name] for name in graph.outputs.values()}
    return graph._replace(layers=layers, outputs=outputs, groups={})


def test_scopes_of_another_origin_become_groups() -> None:
    """One is entered twice, and the names of some are no labels."""
    graph = cnncalc.parse(
        "{input: 3x8x8, layers: [conv1x1 4, relu1: relu, conv1x1 4, bn, sigmoid, "
        "{add: [x, relu1]}]}"
    )
    scopes = {
        "conv1": ("layer1", "layer1.0"), "relu1": ("layer1", "layer1.1"), "conv2": ("layer1",),
        "bn1": ("layer2",), "sigmoid1": ("layer1",), "add1": ("conv",),
    }  # fmt: skip
    other = moved(graph, scopes)
    text = render_resolved(other)
    back = cnncalc.parse(text)
    assert [one.op for one in back.layers] == [one.op for one in other.layers]
    assert [one.output_shape for one in back.layers] == [one.output_shape for one in other.layers]
    assert cnncalc.summarize(back).totals == cnncalc.summarize(other).totals
    assert [one.scope[:1] for one in back.layers][3:] == [("layer2",), ("layer1_2",), ("conv_",)]


def test_layers_of_another_origin_read_as_a_person_would_write_them() -> None:
    """Names of PyTorch's modules: an op's own name and bare numbers are no labels."""
    graph = cnncalc.parse(
        "{input: 3x8x8, layers: [conv1x1 4, bn, conv1x1 4, relu1: relu, conv1x1 4, "
        "{add: [x, relu1]}]}"
    )
    scopes = {one.name: ("layer1", "0") for one in graph.layers}
    names = dict(zip(scopes, ("conv", "bn", "conv2", "relu", "0", "add"), strict=True))
    layers = tuple(
        one._replace(
            name=f"layer1.0.{names[one.name]}",
            scope=scopes[one.name],
            inputs=tuple(
                f"layer1.0.{names[name]}" if name in names else name for name in one.inputs
            ),
        )
        for one in graph.layers
    )
    text = render_resolved(graph._replace(layers=layers, outputs={"y": layers[-1].name}))
    assert (
        text.partition("layers:\n")[2]
        == """\
  - layer1:
      - _0:
          - conv1x1 4
          - bn
          - conv1x1 4
          - relu_: relu
          - conv1x1 4
          - add: [x, relu_]

outputs:
  y: layer1
"""
    )
    assert cnncalc.summarize(cnncalc.parse(text)).totals.parameters == 16 + 8 + 20 + 20


@pytest.mark.parametrize(
    ("label", "expected"),
    [("0", "_0"), ("layer1.0", "layer1_0"), ("relu", "relu_"), ("x", "x_"), ("conv1", "conv1"),
     ("conv3x3", "conv3x3_"), ("", "_"), ("größe", "größe")],
)  # fmt: skip
def test_labels_are_identifiers(label: str, expected: str) -> None:
    assert identifier(label) == expected


def test_what_a_form_cannot_say_is_refused() -> None:
    class Foreign(Elementwise):
        pass

    graph = cnncalc.parse("{input: 3, layers: [relu]}")
    layer = graph.layers[0]._replace(op=Foreign(0))
    source = cnncalc.parse("{input: 3, layers: [{add: [x, learned 3]}]}").layers[0]
    with pytest.raises(UnwritableError, match="no merge beside it reads `learned1`"):
        render_resolved(graph._replace(layers=(source,), outputs={source.name: source.name}))
    for write in (render_resolved, render_torch):
        with pytest.raises(UnwritableError, match="relu1"):
            write(graph._replace(layers=(layer,)))


def test_a_name_that_is_an_op_is_not_taken_for_it() -> None:
    """Six relus; the sixth is read by its name, and `relu6` is another op."""
    lines = "".join("  - relu\n" for _ in range(6))
    text = f"name: t\ninput: 3x4x4\nlayers:\n{lines}  - mul: [x, [globalavgpool, sigmoid]]\n"
    back = cnncalc.parse(render_resolved(cnncalc.parse(text)))
    assert [layer.op.name for layer in back.layers[:6]] == ["relu"] * 6
    assert back.layers[5].name == "relu6"
    assert back.layers[-1].inputs == ("relu6", "sigmoid1")


def test_what_is_written_is_read_first() -> None:
    """Another network is not handed out, nor what is too large to be read."""
    graph = cnncalc.parse("{input: 3x4x4, layers: [{a: relu}], auxiliary: {aux: [a, bn]}}")
    text = render_resolved(graph)
    assert render_checked(graph) == checked(text, graph) == text
    for other in (text.replace("bn", "relu"), text.replace("3x4x4", "3x4x5")):
        with pytest.raises(UnwritableError, match="could not be read: it is read as another"):
            checked(other, graph)
    with pytest.raises(UnwritableError, match="is larger than 1,048,576 bytes"):
        checked(f"{text}#{' ' * 2**20}", graph)


PLAIN = ["tiny", "timm:hrnet_w18", "torchvision:vgg11, timm:vgg11",
         "Huang et al., CVPR 2017 (N = 6), Figures 2 & 4"]  # fmt: skip
NOT_PLAIN = ["a: b", "a:", "a #b", "a  b", "null", "Yes", "12", "1e5", "&a", "[a]", "a\nb", "'a'"]


@pytest.mark.parametrize("text", [*PLAIN, *NOT_PLAIN])
def test_titles_have_quotes_where_yaml_wants_them(text: str) -> None:
    assert (title(text) == text) is (text in PLAIN)
    graph = cnncalc.parse(f"name: {title(text)}\ninput: 3\nlayers: [relu]\n")
    assert graph.name == text


def test_the_time_of_writing_grows_with_the_layers() -> None:
    """Names of which every one takes a label, and every one is read again."""
    times = []
    for count in (400, 3_200):
        lines = ", ".join(
            f"{{conv{n + 2}: conv1x1 4}}, {{add: [x, conv{n + 2}]}}" for n in range(count)
        )
        graph = cnncalc.parse(f"{{input: 4x2x2, layers: [{lines}]}}")
        start = process_time()
        text = render_resolved(graph)
        times.append(process_time() - start)
        assert text.count("\n") > count
    assert times[1] < 40 * times[0] + 1
