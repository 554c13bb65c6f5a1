"""Rows of a stretch: several stretches of one form as one, some rows of it, and their numbers."""

from collections.abc import Sequence
from typing import Any

from cnncalc.interchange.folded.nodes import (
    Again,
    Body,
    Branch,
    Call,
    Item,
    Join,
    Ref,
    Rows,
    Step,
    Unit,
)


def joined_units(parts: Sequence[tuple[Sequence[Unit], int]]) -> list[Unit]:
    """Stretches of one form as one that has the rows of all, in order.

    Each comes with the number of its rows; labels are those of the first.
    """
    counts = [count for _, count in parts]
    first = parts[0][0]
    return [
        Unit(
            [_joined_item([part[at].items[n] for part, _ in parts], counts)
             for n in range(len(unit.items))],
            unit.mark,
        )
        for at, unit in enumerate(first)
    ]  # fmt: skip


def _joined_item(items: Sequence[Any], counts: Sequence[int]) -> Item:
    first = items[0]
    if isinstance(first, Step):
        values = {key: _chained(one.values[key] for one in items) for key in first.values}
        channels = _chained(one.channels for one in items)
        return Step(first.op, first.structure, values, (channels, first.where))
    if isinstance(first, Call):
        return Call(first.block, _chained(one.rows for one in items))
    if isinstance(first, Again):
        times = _chained(one.counts for one in items)
        return Again(_joined_body([one.body for one in items], counts), times)
    if isinstance(first, Join):
        return _joined_merge(items, counts)
    return Ref(first.mark)  # to what the first refers to


def _joined_merge(items: Sequence[Join], counts: Sequence[int]) -> Join:
    first = items[0]
    branches: list[Branch] = []
    for n, branch in enumerate(first.branches):
        if isinstance(branch, Body):
            alike = [body for one in items if isinstance(body := one.branches[n], Body)]
            branches.append(_joined_body(alike, counts))
        else:
            branches.append(branch)
    return Join(first.head, branches, _chained(one.channels for one in items), first.where)


def _joined_body(bodies: Sequence[Body], counts: Sequence[int]) -> Body:
    up: Rows = []
    before = 0
    for body, count in zip(bodies, counts, strict=True):
        up += [before + row for row in body.up]
        before += count
    units = joined_units([(body.units, len(body.up)) for body in bodies])
    return Body(units, up, is_optional=bodies[0].is_optional)


def _chained(parts: Any) -> list[Any]:
    return [one for part in parts for one in part]


def taken_units(units: Sequence[Unit], rows: Rows) -> list[Unit]:
    """Units with these rows alone, in this order; a row may be taken several times."""
    return [Unit([_taken_item(item, rows) for item in unit.items], unit.mark) for unit in units]


def taken_step(step: Step, rows: Rows) -> Step:
    """A step with these rows alone."""
    values = {key: [told[row] for row in rows] for key, told in step.values.items()}
    channels = [step.channels[row] for row in rows]
    return Step(step.op, step.structure, values, (channels, step.where))


def _taken_item(item: Item, rows: Rows) -> Item:
    if isinstance(item, Step):
        return taken_step(item, rows)
    if isinstance(item, Call):
        return Call(item.block, [item.rows[row] for row in rows])
    if isinstance(item, Again):
        return Again(taken_body(item.body, rows), [item.counts[row] for row in rows])
    if isinstance(item, Ref):
        return item
    branches = [
        taken_body(branch, rows) if isinstance(branch, Body) else branch
        for branch in item.branches
    ]
    return Join(item.head, branches, [item.channels[row] for row in rows], item.where)


def taken_body(body: Body, rows: Rows) -> Body:
    """A body with what belongs to these rows of the body around it."""
    own: dict[int, Rows] = {}
    for row, above in enumerate(body.up):
        own.setdefault(above, []).append(row)
    pairs = [(place, row) for place, above in enumerate(rows) for row in own.get(above, ())]
    units = taken_units(body.units, [row for _, row in pairs])
    return Body(units, [place for place, _ in pairs], is_optional=body.is_optional)


class Numbers:
    """Small numbers for values: equal ones have the same."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        """The number of a value."""
        return self.known.setdefault(value, len(self.known))

    def signs(self, units: Sequence[Unit], count: int) -> Rows:
        """For each of `count` rows a number that is the same where all values are."""
        columns = [self._signs(item, count) for unit in units for item in unit.items]
        if not columns:
            return [self.of(())] * count
        return [self.of(row) for row in zip(*columns, strict=True)]

    def _signs(self, item: Item, count: int) -> Rows:
        if isinstance(item, Call):
            return [item.block.signs[row] for row in item.rows]
        columns: list[Sequence[Any]] = []
        if isinstance(item, Step):
            columns = list(item.values.values())
        elif isinstance(item, Again):
            columns = [item.counts, self._of_body(item.body, count)]
        elif isinstance(item, Join):
            columns = [
                self._of_body(branch, count)
                for branch in item.branches
                if isinstance(branch, Body)
            ]
        kind = type(item).__name__
        return [self.of((kind, *row)) for row in zip(*columns, strict=True)] or [0] * count

    def _of_body(self, body: Body, count: int) -> Rows:
        found: list[Rows] = [[] for _ in range(count)]
        for sign, above in zip(self.signs(body.units, len(body.up)), body.up, strict=True):
            found[above].append(sign)
        return [self.of(("b", *one)) for one in found]
