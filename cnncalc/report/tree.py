"""The layers under their groups as JSON has them, every sum made."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from cnncalc.analysis.summary import Summary
from cnncalc.report.frame import Frame, Part, framed, pattern
from cnncalc.report.kept import Kept
from cnncalc.report.kinds import COUNTS, NOTHING, OF_BITS, Sum


class Sums:
    """Sums that are told once each, by their number.

    Args:
        has_bits: whether bit operations are told.
    """

    def __init__(self, *, has_bits: bool = False) -> None:
        self.has_bits = has_bits
        self.known: dict[Sum, int] = {}
        # Equal groups add up the same sums: these are held, so that they are known by identity.
        self._made: dict[tuple[int, ...], tuple[int, Sum, Sequence[Sum]]] = {}
        self._one: dict[Sum, Sum] = {}

    def number(self, sums: Sequence[Sum]) -> tuple[int, Sum]:
        """The number of the sum of some sums, and itself."""
        key = tuple(map(id, sums))
        made = self._made.get(key)
        if made is None:
            whole = tuple(map(sum, zip(NOTHING, *sums, strict=True)))
            whole = self._one.setdefault(whole, whole)
            number = self.known.setdefault(whole, len(self.known))
            made = self._made[key] = number, whole, sums
        return made[:2]

    def listed(self) -> list[dict[str, int]]:
        """Every sum as JSON has it."""
        names = OF_BITS if self.has_bits else COUNTS
        return [{**dict(zip(names, one, strict=False)), "layers": one[-1]} for one in self.known]


class Tree:
    """The groups of a summary as JSON has them, and the sums that they point into.

    Args:
        summary: the network.
        costs: what each of its layers adds to the sums.
        marks: what else sets layers apart, by their names: those of two marks are no equal rounds.
        kept: what is known from the document before.
        has_bits: whether sums tell bit operations.
    """

    def __init__(
        self,
        summary: Summary,
        costs: Sequence[Sum],
        marks: Mapping[str, Hashable] | None = None,
        kept: Kept | None = None,
        *,
        has_bits: bool = False,
    ) -> None:
        self.sums = Sums(has_bits=has_bits)
        self.costs = costs
        self.places = {row.layer.name: place for place, row in enumerate(summary.rows)}
        marks, kept = marks or {}, Kept() if kept is None else kept
        key = "tree", *pattern(summary, marks)
        self.root, _ = self._group(kept.of(key, lambda: framed(summary, marks, self.places)))

    def _child(self, child: Frame | int) -> tuple[Any, Sum]:
        return (child, self.costs[child]) if isinstance(child, int) else self._group(child)

    def _group(self, frame: Frame) -> tuple[dict[str, Any], Sum]:
        children, sums = [], []
        for part in frame.parts:
            child, cost = self._part(part)
            children.append(child)
            sums.append(cost)
        number, whole = self.sums.number(sums)
        repeats = []
        for first, size, times in frame.repeats:
            all_rounds, _ = self.sums.number(sums[first : first + size * times])
            each, _ = self.sums.number(sums[first : first + size])
            repeats.append(
                {
                    "first": first,
                    "count": size * times,
                    "size": size,
                    "totals": all_rounds,
                    "each": each,
                }
            )
        return {
            "path": frame.path,
            "label": frame.label,
            "block": frame.block,
            "children": children,
            "totals": number,
            "output": frame.output,
            **({"joined": True} if frame.is_joined else {}),
            **({"repeats": repeats} if repeats else {}),
        }, whole

    def _part(self, part: Part) -> tuple[Any, Sum]:
        if len(part.members) == 1:
            return self._child(part.members[0])
        unit, sums = zip(*map(self._child, part.members), strict=True)
        number, whole = self.sums.number(sums)
        return {
            "unit": list(unit),
            "label": part.label,
            "totals": number,
            "output": part.output,
        }, whole
