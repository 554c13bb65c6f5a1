"""The receptive field of every layer: which part of the input an output can see.

Source: Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
Distill, for windows and branches. Here the field is kept for each phase of the outputs, so that
transposed convolution and upsampling are exact as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import gcd, lcm
from typing import NamedTuple

from cnncalc.graph import Graph, Layer
from cnncalc.ops.footprint import MOST_PHASES, UNTOLD, Footprint, Reach
from cnncalc.ops.values import Shape
from cnncalc.records import Record

MOST_WORK = 2_000_000
"""Phases and taps beyond which no further field of several phases is told."""

Number = int | str
"""A whole number, or a fraction as `1/2`."""


class Field(Record):
    """What the outputs along one axis see: output `q*period + r` from `first[r]` to `last[r]`.

    Both move on by `q*advance`. A phase that no input reaches has None in both.
    """

    period: int
    advance: int
    first: tuple[int | None, ...]
    last: tuple[int | None, ...]

    def at(self, output: int) -> tuple[int, int] | None:
        """The first and the last input that an output sees, or None when it sees none."""
        turn, phase = divmod(output, self.period)
        first, last = self.first[phase], self.last[phase]
        if first is None or last is None:
            return None
        return first + turn * self.advance, last + turn * self.advance


ITSELF = Field(1, 1, (0,), (0,))
"""An input sees itself."""


class ReceptiveField(Record):
    """A receptive field as it is told: one entry for each spatial axis of the input.

    Attributes:
        size: inputs from the first to the last that an output sees, for the phase that sees most.
        stride: how far it moves from one output to the next; 0 when all outputs see the same.
        start: the first input that output 0 sees; below 0 it lies on padding.
    """

    size: tuple[int, ...]
    stride: tuple[Number, ...]
    start: tuple[int | None, ...]

    def to_dict(self) -> dict[str, object]:
        """The field as JSON has it."""
        return self._asdict()


Fields = tuple[Field, ...]
Views = Mapping[str, Fields | None]
"""For each input that a tensor depends on, the field along each axis; None when not told."""


class FieldMap(Record):
    """The fields of a graph's layers, and the merges whose branches are misaligned."""

    views: Mapping[str, Views]
    misaligned: tuple[str, ...]


class Effort:
    """How much may still be done for fields of several phases, in one graph or in several."""

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left

    def affords(self, work: int) -> bool:
        """Whether so much is left; if so it is done."""
        self.left -= work
        return self.left >= 0


def receptive_fields(
    graph: Graph, layers: Sequence[Layer], effort: Effort | int = MOST_WORK
) -> FieldMap:
    """What every layer sees of every input, by the layer's name.

    Fields of several phases are told as long as `effort` lasts, which several graphs may share.
    """
    walk = _Walk(graph, Effort(effort) if isinstance(effort, int) else effort)
    for layer in layers:
        walk.add(layer)
    return FieldMap(walk.views, tuple(walk.misaligned))


class _Walk:
    """The fields so far. Equal steps are taken once: deep networks repeat few."""

    def __init__(self, graph: Graph, effort: Effort) -> None:
        self.inputs = graph.inputs
        self.effort = effort
        self.views: dict[str, Views] = {
            name: {name: (ITSELF,) * (len(shape) - 1)} for name, shape in graph.inputs.items()
        }
        self.misaligned: list[str] = []
        self.reaches: dict[tuple[int, tuple[Shape, ...]], Reach] = {}
        # By identity: `views` keeps every field and `reaches` every footprint for the whole walk.
        self.steps: dict[tuple[int, int], Field | None] = {}
        self.meetings: dict[tuple[tuple[int, ...], int], _Meeting] = {}

    def add(self, layer: Layer) -> None:
        views = self.views
        if not layer.inputs:
            views[layer.name] = {}  # what is computed from weights alone sees nothing
            return
        seen = views[layer.inputs[0]]
        if len(layer.inputs) > 1:
            branches = [views[name] for name in layer.inputs]
            if not all(branch is seen for branch in branches):
                seen = self.meet(branches, layer)
        if not layer.op.stays_in_place:
            seen = self.past(layer, seen)
        views[layer.name] = seen

    def past(self, layer: Layer, seen: Views) -> Views:
        """What the layer's outputs see, from what its inputs see."""
        key = (id(layer.op), layer.input_shapes)
        reach = self.reaches.get(key)
        if reach is None:
            reach = layer.op.reach(layer.input_shapes)
            if not isinstance(reach, str) and len(reach) == 2 and reach[0] == reach[1]:
                reach = reach[0], reach[0]  # equal axes are walked once
            self.reaches[key] = reach
        if reach == UNTOLD:
            return {name: fields if _is_static(fields) else None for name, fields in seen.items()}
        if isinstance(reach, str):
            return {name: _everything(self.inputs[name]) for name in seen}
        return {name: self.through(fields, reach) for name, fields in seen.items()}

    def through(self, fields: Fields | None, reach: Sequence[Footprint]) -> Fields | None:
        """What the outputs of an op see along every axis."""
        if fields is None:
            return None
        if len(fields) != len(reach):  # an op along other axes, as a filter over the channels
            return fields if _is_static(fields) else None
        found: list[Field] = []
        for field, footprint in zip(fields, reach, strict=True):
            key = id(field), id(footprint)
            behind = self.steps.get(key)
            if behind is None and (
                field.period == footprint.period == 1
                or self.effort.affords(work_of(field, footprint))
            ):
                behind = self.steps[key] = step(field, footprint)
            if behind is None:
                return None
            found.append(behind)
        return tuple(found)

    def meet(self, branches: Sequence[Views], layer: Layer) -> Views:
        """The hull of what branches see; misaligned branches are noted."""
        met: dict[str, Fields | None] = {}
        is_aligned = True
        shapes, output = layer.input_shapes, layer.output_shape
        is_broadcast = any(shape[1:] != output[1:] for shape in shapes)
        for name in dict.fromkeys(name for branch in branches for name in branch):
            each = [branch[name] for branch in branches if name in branch]
            if is_broadcast:
                each = [
                    _broadcast(branch[name], shape, output)
                    for branch, shape in zip(branches, shapes, strict=True)
                    if name in branch
                ]
            axes = zip(*[fields for fields in each if fields is not None], strict=True)
            hulls = [
                self.hull(axis, length)
                for axis, length in zip(axes, self.inputs[name][1:], strict=False)
            ]
            is_aligned = is_aligned and all(one for _, one in hulls)
            told = tuple(field for field, _ in hulls if field is not None)
            met[name] = told if None not in each and len(told) == len(hulls) else None
        if not is_aligned:
            self.misaligned.append(layer.name)
        return met

    def hull(self, axis: Iterable[Field], length: int) -> tuple[Field | None, bool]:
        fields = tuple({id(field): field for field in axis}.values())
        if len(fields) == 1:
            return fields[0], True
        key = tuple(map(id, fields)), length
        found = self.meetings.get(key)
        if found is None:
            found = self.meetings[key] = self.meeting(fields, length)
        return found.hull, found.is_aligned

    def meeting(self, fields: tuple[Field, ...], length: int) -> "_Meeting":
        # A branch that sees everything has no place of its own, so none that could be off.
        moving = [field for field in fields if field.advance]
        period = common_period(fields)
        is_told = period == 1 or (period and self.effort.affords(period * len(fields)))
        if not is_told:
            return _Meeting(fields, None, is_aligned=have_one_pace(moving))
        hull: Field | None = fields[0]
        for other in fields[1:]:
            hull = None if hull is None else _hull(hull, other, length)
        return _Meeting(fields, hull, is_aligned=are_aligned(moving))


class _Meeting(NamedTuple):
    """What comes of fields that meet; it holds them, since it is known by their identity."""

    fields: tuple[Field, ...]
    hull: Field | None
    is_aligned: bool


def _is_static(fields: Fields | None) -> bool:
    """Whether all outputs see the same, wherever they are."""
    return fields is not None and not any(field.advance for field in fields)


def _everything(shape: Shape) -> Fields:
    return tuple(Field(1, 0, (0,), (length - 1,)) for length in shape[1:])


def work_of(field: Field, footprint: Footprint) -> int:
    """How many phases and taps `step` looks at; 1 when there are too many for it."""
    period = _period(field, footprint)
    taps = min(max(map(len, footprint.taps), default=0), 2 * field.period)
    return 1 if period > MOST_PHASES else 1 + period * (1 + taps)


def _period(field: Field, footprint: Footprint) -> int:
    turns = field.period // gcd(field.period, footprint.advance) if footprint.advance else 1
    return footprint.period * turns


def _telling(taps: Sequence[int], period: int) -> Sequence[int]:
    """Those of a window's taps that can be the first or the last to see something.

    Over so many as it takes to meet every phase again what is seen moves on, never back.
    """
    if not isinstance(taps, range) or len(taps) <= 2:
        return taps
    turn = period // gcd(period, taps.step)
    return taps if len(taps) <= 2 * turn else (*taps[:turn], *taps[-turn:])


def step(field: Field, footprint: Footprint) -> Field | None:
    """What the outputs of an op see, from what its inputs see and which of them it reads.

    The recurrence of Araujo et al.: `size += (extent - 1) * stride`, `start -= padding * stride`,
    `stride *= the op's stride`; here carried out tap by tap for every phase.
    """
    low, high = field.first[0], field.last[0]
    if field.period == 1 and footprint.period == 1 and low is not None and high is not None:
        pace, taps = field.advance, footprint.taps[0]
        ends = (low + pace * taps[0],), (high + pace * taps[-1],)
        return Field(1, footprint.advance * pace, *ends)
    period = _period(field, footprint)
    if period > MOST_PHASES:
        return None
    first: list[int | None] = []
    last: list[int | None] = []
    each = [_telling(taps, field.period) for taps in footprint.taps]
    for output in range(period):
        turn, phase = divmod(output, footprint.period)
        places = (turn * footprint.advance + tap for tap in each[phase])
        seen = [span for place in places if (span := field.at(place)) is not None]
        first.append(min((low for low, _ in seen), default=None))
        last.append(max((high for _, high in seen), default=None))
    advance = footprint.advance * (period // footprint.period) // field.period * field.advance
    return Field(period, advance, tuple(first), tuple(last))


def _broadcast(fields: Fields | None, shape: Shape, output: Shape) -> Fields | None:
    """A branch of length 1 that is stretched: all outputs see what its one position sees."""
    if fields is None or shape[1:] == output[1:]:
        return fields
    if len(shape) != len(output) or len(fields) != len(shape) - 1:
        return fields
    return tuple(
        Field(1, 0, field.first[:1], field.last[:1]) if length < wanted else field
        for field, length, wanted in zip(fields, shape[1:], output[1:], strict=True)
    )


def _hull(one: Field, other: Field, length: int) -> Field | None:
    """The hull of two fields; None when it has no period: their paces differ."""
    if one is other or one == other:
        return one
    for static in (one, other):
        if not static.advance and static.first == (0,) and static.last == (length - 1,):
            return static
    if one.advance * other.period != other.advance * one.period:
        return None
    period = lcm(one.period, other.period)
    seen = [
        [span for field in (one, other) if (span := field.at(output))] for output in range(period)
    ]
    first = tuple(min((low for low, _ in both), default=None) for both in seen)
    last = tuple(max((high for _, high in both), default=None) for both in seen)
    return Field(period, one.advance * period // one.period, first, last)


def common_period(fields: Iterable[Field]) -> int | None:
    """The phases that fields have together; None when there are too many."""
    period = 1
    for field in fields:
        period = lcm(period, field.period)
        if period > MOST_PHASES:
            return None
    return period


def have_one_pace(fields: Sequence[Field]) -> bool:
    """Whether fields move on equally far from one output to the next."""
    return all(
        field.advance * fields[0].period == fields[0].advance * field.period for field in fields
    )


def are_aligned(fields: Sequence[Field]) -> bool:
    """Whether the fields move at one pace and have one centre, phase by phase."""
    if len(fields) < 2 or all(field == fields[0] for field in fields):
        return True
    period = lcm(*(field.period for field in fields))
    if len({field.advance * period // field.period for field in fields}) > 1:
        return False
    for output in range(period):
        centres = {sum(span) for field in fields if (span := field.at(output))}
        if len(centres) > 1:
            return False
    return True


def told(fields: Fields | None) -> ReceptiveField | None:
    """Fields in the terms of the literature: size, stride and start."""
    if fields is None:
        return None
    if len(fields) == 2 and fields[0] is fields[1]:
        [one] = fields[:1]
        return ReceptiveField((_size(one),) * 2, (_stride(one),) * 2, one.first[:1] * 2)
    return ReceptiveField(
        tuple(map(_size, fields)),
        tuple(map(_stride, fields)),
        tuple(field.first[0] for field in fields),
    )


def told_all(views: Views) -> Mapping[str, ReceptiveField | None]:
    """The fields of every input, as `told` has them."""
    return {name: told(fields) for name, fields in views.items()}


def _size(field: Field) -> int:
    low, high = field.first[0], field.last[0]
    if field.period == 1 and low is not None and high is not None:
        return high - low + 1
    spans = zip(field.first, field.last, strict=True)
    return max(
        (last - first + 1 for first, last in spans if first is not None and last is not None),
        default=0,
    )


def _stride(field: Field) -> Number:
    if field.period == 1:
        return field.advance
    common = gcd(field.advance, field.period)
    whole, part = field.advance // common, field.period // common
    return whole if part == 1 else f"{whole}/{part}"
