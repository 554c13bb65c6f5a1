"""Nodes in an order in which each stands behind what it reads.

ONNX asks for that order (IR, section Graphs), yet tools that put nodes in append them to the end,
and runtimes sort. A file that is in order keeps its own; else what stands too late is moved to
just before the first node that needs it.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Any

from cnncalc.interchange.onnx_model.bounds import LOOKS_A_STEP, Allowance
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.schema import NESTED
from cnncalc.interchange.onnx_model.values import Node

MOST_SHOWN = 8
"""Nodes of a circle that are named."""


def sorted_nodes(
    nodes: Sequence[Node], known: Container[str], allowance: Allowance
) -> Sequence[Node]:
    """The nodes of a graph, each behind those whose outputs it reads.

    Args:
        nodes: the nodes as the file has them.
        known: names that something before all of them gives.
        allowance: is spent where graphs within nodes are looked through.

    Raises:
        SpecError: some read each other in a circle.
    """
    if len(nodes) == 1 and not {*nodes[0].inputs} & {*nodes[0].outputs}:
        return nodes  # graphs within graphs would each be looked through by all around them
    makers: dict[str, int] = {}
    for at, node in enumerate(nodes):
        for name in node.outputs:
            if name and name not in known:
                makers.setdefault(name, at)
    needs = [_needs(node, makers, allowance) for node in nodes]
    if all(before < at for at, needed in enumerate(needs) for before in needed):
        return nodes
    return [nodes[at] for at in _sorted(nodes, needs)]


def _needs(node: Node, makers: dict[str, int], allowance: Allowance) -> list[int]:
    """The places of the nodes that a node reads, itself or in the graphs within it."""
    within = names_within(node, allowance) if node.op_type in NESTED else ()
    return [makers[name] for name in (*node.inputs, *within) if name in makers]


def names_within(node: Node, allowance: Allowance) -> dict[str, None]:
    """The names that the graphs within a node read of what is around them, in their order."""
    graphs = [one for one in node.attributes.values() if hasattr(one, "node")]
    return {name: None for graph in graphs for name in _free(graph, allowance)}


def _free(graph: Any, allowance: Allowance) -> dict[str, None]:
    """The names that a graph within a node reads of what is around it, in their order."""
    allowance.spend(len(graph.node) // LOOKS_A_STEP)
    own = {one.name for one in (*graph.input, *graph.initializer)}
    own.update(name for node in graph.node for name in node.output)
    found: dict[str, None] = {}
    for node in graph.node:
        found.update(dict.fromkeys(node.input))
        for one in node.attribute:
            if one.HasField("g"):
                found.update(_free(one.g, allowance))
    found.update((one.name, None) for one in graph.output)
    return {name: None for name in found if name not in own}


def _sorted(nodes: Sequence[Node], needs: Sequence[Sequence[int]]) -> Iterator[int]:
    """The places of the nodes in order: a search in depth that begins with each in turn."""
    done = [False] * len(nodes)
    for first in range(len(nodes)):
        path, waiting = [first], {first: iter(needs[first])}
        while path and not done[first]:
            at = path[-1]
            before = next((one for one in waiting[at] if not done[one]), None)
            if before is None:
                done[at] = True
                del waiting[path.pop()]
                yield at
            elif before in waiting:
                _refuse_circle(nodes, path[path.index(before) :])
            else:
                path.append(before)
                waiting[before] = iter(needs[before])


def _refuse_circle(nodes: Sequence[Node], circle: Sequence[int]) -> None:
    """Refuse nodes of which each reads the one behind it, and the last the first."""
    names = [f"`{nodes[at].title}`" for at in circle]
    if len(names) == 1:
        refuse("E702", f"{names[0]} reads what it gives itself")
    if len(names) > MOST_SHOWN:
        left = len(names) - MOST_SHOWN
        names = [*names[: MOST_SHOWN - 1], f"{left + 1:,} more"]
    listed = ", ".join(names[:-1])
    refuse("E702", f"{listed} and {names[-1]} read each other in a circle")
