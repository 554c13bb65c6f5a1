"""A graph as a tree of scopes, and who reads what."""

import cnncalc
from cnncalc.graph import Group, Layer

SPEC = """
input: 3x8x8
blocks: {unit out: [conv3x3 out padding=1, relu]}
layers:
  - stem: [unit 4, maxpool2x2]
  - skip: conv1x1 4
  - add: [stem, x]
  - unit 8
auxiliary: {head: [stem, conv1x1 2]}
"""


def shown(part: Layer | Group) -> object:
    """A tree as nested lists of labels, the block of a group behind a colon."""
    if isinstance(part, Layer):
        return part.label
    return [f"{part.label}:{part.block}", *map(shown, part.children)]


def test_a_tree_has_the_groups_in_order() -> None:
    assert shown(cnncalc.parse(SPEC).tree()) == [
        ":None",
        ["stem:None", ["unit1:unit", "conv1", "relu1"], "maxpool1"],
        "skip",
        "add1",
        ["unit1:unit", "conv1", "relu1"],
    ]


def test_a_tree_of_some_layers_has_their_groups_alone() -> None:
    graph = cnncalc.parse(SPEC)
    assert shown(graph.tree(graph.auxiliary)) == [":None", ["head:None", "conv1"]]
    assert [layer.name for layer in graph.tree(graph.layers[:3]).layers()] == [
        "stem.unit1.conv1", "stem.unit1.relu1", "stem.maxpool1",
    ]  # fmt: skip


def test_a_group_that_is_entered_again_is_one() -> None:
    graph = cnncalc.parse("{input: 3x8x8, layers: [a: [conv3x3 4, relu], conv3x3 4, relu]}")
    first, second, *rest = graph.layers
    assert shown(graph.tree((first, *rest, second))) == [
        ":None", ["a:None", "conv1", "relu1"], "conv1", "relu1",
    ]  # fmt: skip


def test_readers_are_told_once_each_and_in_order() -> None:
    graph = cnncalc.parse("{input: 3x8x8, layers: [a: relu, add: [x, x], add: [a, x]]}")
    readers = graph.readers()
    assert {name: [one.name for one in found] for name, found in readers.items()} == {
        "input": ["a"], "a": ["add1", "add2"], "add1": ["add2"],
    }  # fmt: skip
    assert graph.readers(graph.layers[:1]) == {"input": [graph.layers[0]]}
