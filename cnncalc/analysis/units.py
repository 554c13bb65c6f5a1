"""Which successive siblings are one unit: a layer, and the element-wise layers behind it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from cnncalc.analysis.rounds import Rounds, leaving, rounds
from cnncalc.analysis.summary import Summary
from cnncalc.analysis.wiring import Node
from cnncalc.records import Record


class Arrangement(Record):
    """The children of a group, joined to units; equal rounds of these.

    Attributes:
        parts: the places of the children, those of a unit together.
        rounds: in terms of parts.
        is_unit: whether all of it is one unit, or one layer.
    """

    parts: list[list[int]]
    rounds: list[Rounds]
    is_unit: bool


def ends_of(summary: Summary) -> list[str]:
    """The tensors that the network gives."""
    return [*summary.graph.outputs.values(), *summary.graph.auxiliary_outputs.values()]


def readers_of(summary: Summary) -> Counter[str]:
    """How many read each tensor: layers, and who reads what the network gives."""
    read = (name for row in summary.rows for name in row.layer.inputs)
    return Counter([*ends_of(summary), *read])


def arranged(
    root: Node, readers: Counter[str], ends: Iterable[str], codes: Mapping[Node, int]
) -> Mapping[Node, Arrangement]:
    """How the children of a group, and of every group in it, are arranged.

    A node joins the one before it where all of its layers are element-wise or views, and it alone
    reads what that one gives. A group that is all one unit joins as a layer does. Rounds begin
    where units do, and no unit reaches over the end of a round.
    """
    found: dict[Node, Arrangement] = {}
    leaves = leaving(root, ends)

    def arrange(group: Node) -> bool:
        """Arrange a group; whether it joins as a layer does."""
        children = group.children
        singles = [child.row is not None or arrange(child) for child in children]
        joins = [
            all(singles[max(0, place - 1) : place + 1]) and _follows(*pair, readers)
            for place, pair in enumerate(zip([None, *children], children, strict=False))
        ]
        equal = rounds(group, codes, leaves, [place for place, one in enumerate(joins) if not one])
        cuts = {place for one in equal for place in (*one.places(), one.end)}
        parts: list[list[int]] = []
        for place, is_joined in enumerate(joins):
            if is_joined and place not in cuts:
                parts[-1].append(place)
            else:
                parts.append([place])
        is_unit = len(parts) == 1 and singles[-1]
        found[group] = Arrangement(parts, _in_parts(equal, parts), is_unit)
        return is_unit

    arrange(root)
    return found


def _follows(before: Node | None, node: Node, readers: Mapping[str, int]) -> bool:
    """Whether a node is a function of each value that the node before it alone is read by."""
    if before is None or readers[before.output] != 1:
        return False
    layers = [row.layer for row in node.rows()]
    is_local = all(layer.op.is_elementwise or layer.op.is_view for layer in layers)
    return is_local and layers[0].inputs == (before.output,)


def _in_parts(equal: Iterable[Rounds], parts: Collection[list[int]]) -> list[Rounds]:
    """Rounds of children as rounds of parts: as no unit reaches over an end, each has as many."""
    home = {part[0]: number for number, part in enumerate(parts)}
    home[sum(map(len, parts))] = len(parts)
    return [
        Rounds(home[one.first], (home[one.end] - home[one.first]) // one.times, one.times)
        for one in equal
    ]
