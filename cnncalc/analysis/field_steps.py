"""Steps and hulls of what layers see, each worked out once: in a network, and in several alike.

Networks that are checked together are variants of one another: they take the same steps from the
same inputs. What is known is known by identity, which is quick to look up; so what it is known by
is held beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cnncalc.analysis.field import (
    ITSELF,
    Field,
    Fields,
    Views,
    WorkLimit,
    are_aligned,
    broadcast,
    common_period,
    everything,
    have_one_pace,
    hull_of,
    is_static,
    step,
    work_of,
)
from cnncalc.ops import Op
from cnncalc.ops.footprint import SAME_PLACE, UNTOLD, Footprint, Reach
from cnncalc.ops.values import Shape
from cnncalc.records import Record


class Met(Record):
    """What comes of branches that meet: their hull, whether they are aligned, and gated."""

    hull: Views
    is_aligned: bool
    is_gated: bool


class FieldMemo:
    """What is known of fields, of any network: none of it depends on the names of layers.

    Attributes:
        inputs: what is seen of an input of that name and shape by itself.
        reaches: the first of equal reaches, in the place of each.
        reaches_of: by an op and its inputs how it reads them.
        past: by what is seen, an op and its inputs, what is seen behind it.
        led: by what is seen and how it is read, what is seen then.
        wide: by what is seen and the shapes, what is seen of a branch that is stretched.
        met: by the branches, and whether gates count, what comes of them.
    """

    def __init__(self) -> None:
        self.inputs: dict[tuple[str, Shape], Views] = {}
        self.reaches: dict[Reach, Reach] = {}
        self.reaches_of: dict[tuple[int, tuple[Shape, ...]], tuple[Reach, Op]] = {}
        self.past: dict[tuple[int, int, tuple[Shape, ...]], tuple[Views, Views, Op]] = {}
        self.led: dict[tuple[int, int], tuple[Views, Views, Reach]] = {}
        self.wide: dict[tuple[int, Shape, Shape], tuple[Views, Views]] = {}
        self.met: dict[tuple[Any, ...], tuple[Met, Sequence[Views]]] = {}

    def __len__(self) -> int:
        """How much is known."""
        return len(self.past) + len(self.led) + len(self.wide) + len(self.met)

    def input(self, name: str, shape: Shape) -> Views:
        """What is seen of an input by itself; the shape is told apart by the identity of this."""
        key = name, shape
        if key not in self.inputs:
            self.inputs[key] = {name: (ITSELF,) * (len(shape) - 1)}
        return self.inputs[key]

    def reach(self, reach: Reach) -> Reach:
        """An equal reach, always the same."""
        if not isinstance(reach, str) and len(reach) == 2 and reach[0] == reach[1]:
            reach = reach[0], reach[0]  # equal axes are walked once
        return self.reaches.setdefault(reach, reach)


class Steps:
    """Steps and hulls in one network."""

    def __init__(
        self, inputs: Mapping[str, Shape], limit: WorkLimit, memo: FieldMemo, *, has_gates: bool
    ) -> None:
        self.inputs = inputs
        self.limit = limit
        self.memo = memo
        self.has_gates = has_gates
        self.is_free = True
        # By identity: `held` keeps every field and every footprint for the whole walk.
        self.steps: dict[tuple[int, int], Field | None] = {}
        self.meetings: dict[tuple[tuple[int, ...], int], _Meeting] = {}
        self.held: list[object] = []

    def led(self, seen: Views, reach: Reach) -> Views:
        """What outputs see that read so of what is seen; where it is the same, that itself.

        A reach is one of `FieldMemo.reach`.
        """
        if reach == SAME_PLACE:
            return seen
        key = id(seen), id(reach)
        known = self.memo.led.get(key)
        if known is not None:
            return known[0]
        found = self._led(seen, reach)
        self._keep(self.memo.led, key, (found, seen, reach))
        return found

    def _led(self, seen: Views, reach: Reach) -> Views:
        if reach == UNTOLD:
            return {name: fields if is_static(fields) else None for name, fields in seen.items()}
        if isinstance(reach, str):
            return {name: everything(self.inputs[name]) for name in seen}
        found = {
            name: self._through(fields, reach, self.inputs[name]) for name, fields in seen.items()
        }
        return seen if found == seen else found

    def _keep(self, known: dict[Any, Any], key: Any, value: Any) -> None:
        """Keep what is worked out: for all networks as long as none of it had a price."""
        if self.is_free:
            known[key] = value
        else:
            self.held.append(value)

    def _affords(self, work: int) -> bool:
        self.is_free = False
        return self.limit.affords(work)

    def _through(
        self, fields: Fields | None, reach: Sequence[Footprint | str], shape: Shape
    ) -> Fields | None:
        """What the outputs of an op see along every axis of an input."""
        if fields is None:
            return None
        if len(fields) != len(reach):  # an op along other axes, as a filter over the channels
            return fields if is_static(fields) else None
        found: list[Field] = []
        for axis, (field, footprint) in enumerate(zip(fields, reach, strict=True)):
            if isinstance(footprint, str):
                found.append(everything(shape)[axis])
                continue
            key = id(field), id(footprint)
            behind = self.steps.get(key)
            if behind is None and (
                field.period == footprint.period == 1 or self._affords(work_of(field, footprint))
            ):
                behind = self.steps[key] = step(field, footprint)
            if behind is None:
                return None
            found.append(behind)
        return tuple(found)

    def stretched(self, seen: Views, shape: Shape, output: Shape) -> Views:
        """What all outputs see of a branch of length 1 that is stretched to theirs."""
        if shape[1:] == output[1:]:
            return seen
        key = id(seen), shape, output
        known = self.memo.wide.get(key)
        if known is None:
            found = {name: broadcast(fields, shape, output) for name, fields in seen.items()}
            known = self.memo.wide[key] = found, seen
        return known[0]

    def union(self, branches: Iterable[Views]) -> Views:
        """The hull of what several runs of channels see."""
        different = list({id(branch): branch for branch in branches}.values())
        return different[0] if len(different) == 1 else self.met(different).hull

    def met(self, branches: Sequence[Views]) -> Met:
        """What comes of branches that meet."""
        key = (self.has_gates, *map(id, branches))
        known = self.memo.met.get(key)
        if known is not None:
            return known[0]
        found = self._met(branches)
        self._keep(self.memo.met, key, (found, branches))
        return found

    def _met(self, branches: Sequence[Views]) -> Met:
        met: dict[str, Fields | None] = {}
        is_aligned, is_gated = True, False
        for name in dict.fromkeys(name for branch in branches for name in branch):
            each = [branch[name] for branch in branches if name in branch]
            if None in each:
                # What sees all of the input sees what an untold branch sees, whatever that is.
                whole = everything(self.inputs[name])
                met[name] = whole if whole in each else None
                continue
            told: list[Field] = []
            hulls = 0
            axes = zip(*[fields for fields in each if fields is not None], strict=True)
            for axis, length in zip(axes, self.inputs[name][1:], strict=False):
                hulls += 1
                moving = [field for field in axis if field.advance]
                is_gated = is_gated or 0 < len(moving) < len(axis)
                met_fields = axis if self.has_gates else moving or axis
                field, is_even = self._hull(met_fields, length)
                is_aligned = is_aligned and is_even
                if field is not None:
                    told.append(field)
            met[name] = tuple(told) if len(told) == hulls else None
        # What a branch sees is told once: a shortcut sees no more than what it leads around.
        same = next((branch for branch in branches if branch == met), met)
        return Met(same, is_aligned, is_gated)

    def _hull(self, axis: Iterable[Field], length: int) -> tuple[Field | None, bool]:
        fields = tuple({id(field): field for field in axis}.values())
        if len(fields) == 1:
            return fields[0], True
        key = tuple(map(id, fields)), length
        found = self.meetings.get(key)
        if found is None:
            found = self.meetings[key] = self._meeting(fields, length)
        return found.hull, found.is_aligned

    def _meeting(self, fields: tuple[Field, ...], length: int) -> "_Meeting":
        # A branch that sees everything has no place of its own, so none that could be off.
        moving = [field for field in fields if field.advance]
        period = common_period(fields)
        is_told = period == 1 or (period and self._affords(period * len(fields)))
        if not is_told:
            return _Meeting(fields, None, have_one_pace(moving))
        hull: Field | None = fields[0]
        for other in fields[1:]:
            hull = None if hull is None else hull_of(hull, other, length)
        return _Meeting(fields, hull, are_aligned(moving))


class _Meeting(Record):
    """What comes of fields that meet; it holds them, since it is known by their identity."""

    fields: tuple[Field, ...]
    hull: Field | None
    is_aligned: bool
