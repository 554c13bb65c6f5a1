"""The arithmetic of receptive fields along one axis: a step through an op, a hull, their terms.

Source: Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
Distill, for windows and branches. Here the field is kept for each phase of the outputs, so that
transposed convolution and upsampling are exact as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import gcd, lcm

from cnncalc.ops.footprint import MOST_PHASES, Footprint
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


Fields = tuple[Field, ...]
Views = Mapping[str, Fields | None]
"""For each input that a tensor depends on, the field along each axis; None when not told."""


class WorkLimit:
    """How much may still be done for fields of several phases, in one graph or in several."""

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left

    def affords(self, work: int) -> bool:
        """Whether so much is left; if so it is done."""
        self.left -= work
        return self.left >= 0


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
    if field.period == 1 and not field.advance and footprint.taps and all(footprint.taps):
        return field  # wherever it is read, all that is read sees the same
    if field.period == 1 and footprint.period == 1 and low is not None and high is not None:
        pace, taps = field.advance, footprint.taps[0]
        if footprint.advance == 1 and not taps[0] and not taps[-1]:
            return field  # one that is read where the output stands
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


def hull_of(one: Field, other: Field, length: int) -> Field | None:
    """The hull of two fields; None when it has no period: their paces differ."""
    if one is other or one == other:
        return one
    for static in (one, other):
        if not static.advance and static.first == (0,) and static.last == (length - 1,):
            return static
    if one.advance * other.period != other.advance * one.period:
        return None
    if one.period == other.period == 1 and None not in (*one.first, *other.first):
        low, high = min(one.first, other.first), max(one.last, other.last)  # as of most
        return Field(1, one.advance, low, high)
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


def to_receptive_field(fields: Fields | None) -> ReceptiveField | None:
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


def to_receptive_fields(views: Views) -> Mapping[str, ReceptiveField | None]:
    """The fields of every input, as `to_receptive_field` has them."""
    return {name: to_receptive_field(fields) for name, fields in views.items()}


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


def is_static(fields: Fields | None) -> bool:
    """Whether all outputs see the same, wherever they are."""
    return fields is not None and not any(field.advance for field in fields)


def is_moving(views: Views) -> bool:
    """Whether the outputs of a layer see different places of an input, or it is not told."""
    return any(
        fields is None or any(field.advance for field in fields) for fields in views.values()
    )


def everything(shape: Shape) -> Fields:
    """The fields of outputs that see a whole input of that shape, wherever they are."""
    return tuple(Field(1, 0, (0,), (length - 1,)) for length in shape[1:])


def broadcast(fields: Fields | None, shape: Shape, output: Shape) -> Fields | None:
    """A branch of length 1 that is stretched: all outputs see what its one position sees."""
    if fields is None or shape[1:] == output[1:]:
        return fields
    if len(shape) != len(output) or len(fields) != len(shape) - 1:
        return fields
    return tuple(
        Field(1, 0, field.first[:1], field.last[:1]) if length < wanted else field
        for field, length, wanted in zip(fields, shape[1:], output[1:], strict=True)
    )
