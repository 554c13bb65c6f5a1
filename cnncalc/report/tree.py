"""The layers under their groups: units joined, equal rounds named, every sum made."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from cnncalc.analysis.rounds import Rounds, coded
from cnncalc.analysis.summary import Summary
from cnncalc.analysis.units import arranged, ends_of, readers_of
from cnncalc.analysis.wiring import Node, wired
from cnncalc.report.kinds import COUNTS, NOTHING, Sum


class Sums:
    """Sums that are told once each, by their number."""

    def __init__(self) -> None:
        self.known: dict[Sum, int] = {}

    def number(self, sums: Iterable[Sum]) -> tuple[int, Sum]:
        """The number of the sum of some sums, and itself."""
        whole = tuple(map(sum, zip(NOTHING, *sums, strict=True)))
        return self.known.setdefault(whole, len(self.known)), whole

    def listed(self) -> list[dict[str, int]]:
        """Every sum as JSON has it."""
        return [dict(zip((*COUNTS, "layers"), one, strict=True)) for one in self.known]


class Tree:
    """The groups of a summary as JSON has them, and the sums that they point into.

    Args:
        summary: the network.
        costs: what each of its layers adds to the sums.
        marks: what else sets layers apart, by their names: those of two marks are no equal rounds.
    """

    def __init__(
        self, summary: Summary, costs: Sequence[Sum], marks: Mapping[str, Hashable] | None = None
    ) -> None:
        self.sums = Sums()
        self.costs = costs
        self.places = {row.layer.name: place for place, row in enumerate(summary.rows)}
        root = wired(summary)
        codes = coded(root, marks or {})
        self._arranged = arranged(root, readers_of(summary), ends_of(summary), codes)
        self.root, _ = self._group(root)

    def _child(self, node: Node) -> tuple[Any, Sum]:
        if node.row is None:
            return self._group(node)
        place = self.places[node.path]
        return place, self.costs[place]

    def _group(self, node: Node) -> tuple[dict[str, Any], Sum]:
        parts, equal, is_unit = self._arranged[node]
        if is_unit:
            parts = [[place] for place in parts[0]]  # it is drawn as the unit that it holds
        children, sums = [], []
        for part in parts:
            members = [self._child(node.children[place]) for place in part]
            child, cost = members[0] if len(members) == 1 else self._unit(node, part, members)
            children.append(child)
            sums.append(cost)
        number, whole = self.sums.number(sums)
        repeats = [self._repeat(one, sums) for one in equal]
        return {
            "path": node.path,
            "label": node.label,
            "block": node.block,
            "children": children,
            "totals": number,
            "output": self.places.get(node.output),  # a model may have no layer
            **({"joined": True} if is_unit else {}),
            **({"repeats": repeats} if repeats else {}),
        }, whole

    def _unit(
        self, node: Node, part: Sequence[int], members: Sequence[tuple[Any, Sum]]
    ) -> tuple[dict[str, Any], Sum]:
        first, last = node.children[part[0]], node.children[part[-1]]
        number, whole = self.sums.number(cost for _, cost in members)
        unit = [member for member, _ in members]
        output = self.places[last.output]
        return {"unit": unit, "label": first.label, "totals": number, "output": output}, whole

    def _repeat(self, one: Rounds, sums: Sequence[Sum]) -> dict[str, int]:
        number, _ = self.sums.number(sums[one.first : one.end])
        each, _ = self.sums.number(sums[one.first : one.first + one.size])
        return {
            "first": one.first,
            "count": one.size * one.times,
            "size": one.size,
            "totals": number,
            "each": each,
        }
