"""Nodes that stand before what they read: sorted, and refused where they cannot be."""

from collections.abc import Sequence
from random import Random
from time import process_time
from typing import Any

import pytest
from onnx_models import TensorProto, helper, model, node, numbers, read, totals, weight

from cnncalc import SpecError
from cnncalc.interchange.onnx.read.graph import read_graph

X = {"x": (1, 3, 8, 8)}
WEIGHTS = [weight("w", 4, 3, 3, 3), weight("v", 4, 4, 1, 1)]


def block() -> list[Any]:
    return [
        node("Conv", "x", "w", to="a", pads=[1, 1, 1, 1]),
        node("Relu", "a", to="b"),
        node("Conv", "b", "v", to="c"),
        node("Add", "c", "a", to="d"),
        node("Sigmoid", "d", to="e"),
        node("Mul", "d", "e"),
    ]


def names(graph: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(layer.op.name, layer.inputs) for layer in graph.layers]


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_the_nodes_is_the_same_network(seed: int) -> None:
    nodes = block()
    expected = read(model(nodes, X, WEIGHTS))
    Random(seed).shuffle(nodes)  # noqa: S311 - no secret
    found = read(model(nodes, X, WEIGHTS))
    assert totals(found) == totals(expected) == (4 * 27 + 16, 64 * (4 * 27 + 16))
    assert {op for op, _ in names(found)} == {"conv", "relu", "add", "silu"}
    assert found.layers[-1].op.name == "silu"


def order(nodes: Sequence[Any], outputs: Sequence[str] = ("y",)) -> list[str]:
    graph = read(model(nodes, X, outputs=outputs))
    return [layer.op.name for layer in graph.layers]


def test_a_file_that_is_in_order_keeps_its_own() -> None:
    nodes = [
        node("Tanh", "x", to="late"),
        node("Relu", "x", to="p"),
        node("Sigmoid", "p", to="q"),
        node("Softplus", "late"),
    ]
    assert order(nodes, ["y", "q"]) == ["tanh", "relu", "sigmoid", "softplus"]


def test_what_stands_too_late_is_moved_to_just_before_who_needs_it() -> None:
    nodes = [
        node("Relu", "x", to="p"),
        node("Softplus", "late"),
        node("Sigmoid", "p", to="q"),
        node("Tanh", "x", to="late"),
    ]
    assert order(nodes, ["y", "q"]) == ["relu", "tanh", "softplus", "sigmoid"]


def choice(reads: str, *after: Any) -> Any:
    """A choice whose branch reads a tensor of the graph around it."""
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    inner = [node("Sigmoid", "z"), node("Relu", reads, to="z")]
    branch = helper.make_graph(inner, "b", [], [output])
    return [
        helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch),
        *after,
    ]


def test_what_a_branch_reads_stands_before_the_choice() -> None:
    nodes = choice("late", node("Tanh", "x", to="late"))
    graph = read(model(nodes, X, [numbers("c", True, bool)]))  # noqa: FBT003 - a value
    assert [layer.op.name for layer in graph.layers] == ["tanh", "relu", "sigmoid"]


def test_constants_at_the_end_are_read() -> None:
    nodes = [
        node("Reshape", "x", "shape"),
        helper.make_node("Constant", [], ["shape"], value=numbers("n", [1, 192])),
    ]
    assert read(model(nodes, X)).layers[0].output_shape == (192,)


CIRCLES = [
    ([node("Add", "x", "y")], "`Add of y` reads what it gives itself"),
    (
        [node("Add", "x", "b", to="a"), node("Relu", "a", to="b"), node("Relu", "b")],
        "`Add of a` and `Relu of b` read each other in a circle",
    ),
    (choice("a", node("Relu", "y", to="a")), "`If of y` and `Relu of a` read each other"),
    (
        [
            node("Relu", f"a{at}", to=f"a{at - 1 if at else 99}", name=f"n{at}")
            for at in range(100)
        ],
        "`n0`, `n1`, `n2`, `n3`, `n4`, `n5`, `n6` and 93 more read each other in a circle",
    ),
]


@pytest.mark.parametrize(("nodes", "told"), CIRCLES)
def test_a_circle_is_one_diagnostic_that_names_it(nodes: Sequence[Any], told: str) -> None:
    held = [numbers("c", True, bool)]  # noqa: FBT003 - a value
    with pytest.raises(SpecError) as caught:
        read(model(nodes, X, held, outputs=["y"]))
    [one] = caught.value.diagnostics
    assert one.code == "E702"
    assert one.message.startswith(told)


def chain(count: int) -> list[Any]:
    ends = ["x", *(f"h{at}" for at in range(1, count)), "y"]
    return [node("Relu", ends[at], to=ends[at + 1]) for at in range(count)]


def test_a_long_chain_in_reverse_is_sorted_in_one_pass() -> None:
    times = []
    for turn in (1, -1):
        built = model(chain(10_000)[::turn], X)
        start = process_time()
        assert len(read_graph(built, "test", {}).layers) == 10_000
        times.append(process_time() - start)
    # A search for each node's place would be thousands of times as long; a busy machine is not.
    assert times[1] < 5 * times[0] + 0.5


def test_a_number_behind_very_many_casts_is_no_recursion() -> None:
    held = [numbers("k0", [0.5], "float32")]
    casts = [node("Cast", f"k{at}", to=f"k{at + 1}") for at in range(3000)]
    for cast in casts:
        cast.attribute.append(helper.make_attribute("to", 1))
    graph = read(model([*casts, node("Mul", "x", "k3000")], X, held))
    assert len(graph.layers) == 1
