"""The layers under their groups, units joined and equal rounds found: all of it but what it costs.

None of it depends on sizes, only on which layers are equal: so it is the same while numbers are
edited, and is kept by that.
"""

from collections.abc import Hashable, Mapping

from cnncalc.analysis.rounds import Rounds, coded
from cnncalc.analysis.summary import Summary
from cnncalc.analysis.units import Arrangement, arranged, ends_of, readers_of
from cnncalc.analysis.wiring import Node, wired
from cnncalc.ops import Op
from cnncalc.records import Record


class Part(Record):
    """A child of a group, or several that are one unit.

    Attributes:
        members: layers by their numbers, and groups.
        label: of a unit, that of its first member.
        output: the number of the layer that gives its result; None where that has no number.
    """

    members: "tuple[int | Frame, ...]"
    label: str
    output: int | None


class Frame(Record):
    """A group.

    Attributes:
        output: the number of its last layer; None where it has none.
        is_joined: whether it is drawn as the unit that it holds alone.
        repeats: equal rounds, in terms of parts.
    """

    path: str
    label: str
    block: str | None
    output: int | None
    is_joined: bool
    parts: tuple[Part, ...]
    repeats: tuple[Rounds, ...]


def pattern(summary: Summary, marks: Mapping[str, Hashable]) -> tuple[Hashable, ...]:
    """All that a frame depends on: names, who reads what, and which layers are equal."""
    graph = summary.graph
    ops: dict[int, tuple[int, bool, bool]] = {}
    equal: dict[Op, int] = {}
    numbers: dict[Hashable, int] = {}
    layers = []
    for row in summary.rows:
        layer = row.layer
        op = layer.op
        known = ops.get(id(op))  # rows keep their ops
        if known is None:
            number = equal.setdefault(op, len(equal))
            known = ops[id(op)] = number, op.is_elementwise, op.is_view
        own = layer.own_parameters
        held = layer.shares if own is None else tuple(own.values())
        alike = known, layer.input_shapes, held, marks.get(layer.name)
        number = numbers.setdefault(alike, len(numbers))
        layers.append((layer.name, layer.scope, layer.inputs, number, *known[1:]))
    return tuple(layers), tuple(graph.groups.items()), tuple(ends_of(summary))


def framed(summary: Summary, marks: Mapping[str, Hashable], places: Mapping[str, int]) -> Frame:
    """The frame of a summary's layers, which have their numbers by their names."""
    root = wired(summary)
    codes = coded(root, marks)
    found = arranged(root, readers_of(summary), ends_of(summary), codes)
    return _group(root, found, places)


def _group(node: Node, found: Mapping[Node, Arrangement], places: Mapping[str, int]) -> Frame:
    parts, equal, is_unit = found[node]
    if is_unit:
        parts = [[place] for place in parts[0]]  # it is drawn as the unit that it holds
    made = []
    for part in parts:
        members = tuple(
            _group(child, found, places) if child.row is None else places[child.path]
            for child in (node.children[place] for place in part)
        )
        first, last = node.children[part[0]], node.children[part[-1]]
        made.append(Part(members, first.label, places.get(last.output)))
    output = places.get(node.output)  # a model may have no layer
    return Frame(
        node.path, node.label, node.block, output, bool(is_unit), tuple(made), tuple(equal)
    )
