"""Which successive siblings are one unit: a layer, and the element-wise layers behind it."""

from collections import Counter
from collections.abc import Iterable

from cnncalc.analysis.summary import Summary
from cnncalc.analysis.wiring import Node


def ends_of(summary: Summary) -> list[str]:
    """The tensors that the network gives."""
    return [*summary.graph.outputs.values(), *summary.graph.auxiliary_outputs.values()]


def readers_of(summary: Summary, ends: Iterable[str]) -> Counter[str]:
    """How many read each tensor: layers, and the ends of the network."""
    return Counter([*ends, *(name for row in summary.rows for name in row.layer.inputs)])


def joined(group: Node, readers: Counter[str]) -> dict[Node, list[list[int]]]:
    """For a group and every group in it the places of its children, units together.

    A node joins the one before it where all of its layers are element-wise or views, and it alone
    reads what that one gives. A group that is all one unit joins as a layer does.
    """
    found: dict[Node, list[list[int]]] = {}
    _join(group, readers, found)
    return found


def _join(group: Node, readers: Counter[str], found: dict[Node, list[list[int]]]) -> bool:
    """Join the children of a group; whether it is all one unit."""
    parts: list[list[int]] = []
    before: Node | None = None
    for place, child in enumerate(group.children):
        is_single = child.row is not None or _join(child, readers, found)
        if before is not None and is_single and _follows(before, child, readers):
            parts[-1].append(place)
        else:
            parts.append([place])
        before = child if is_single else None
    found[group] = parts
    return len(parts) == 1 and before is not None


def _follows(before: Node, node: Node, readers: Counter[str]) -> bool:
    """Whether a node is a function of each value that the node before it alone is read by."""
    if readers[before.output] != 1:
        return False
    layers = [row.layer for row in node.rows()]
    is_local = all(layer.op.is_elementwise or layer.op.is_view for layer in layers)
    return is_local and layers[0].inputs == (before.output,)
