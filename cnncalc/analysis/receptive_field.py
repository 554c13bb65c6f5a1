"""The receptive field of every layer: which part of the input an output can see."""

from collections.abc import Iterable, Mapping, Sequence

from cnncalc.analysis.field import (
    ITSELF,
    Field,
    Fields,
    Views,
    are_aligned,
    common_period,
    have_one_pace,
    hull_of,
    step,
    work_of,
)
from cnncalc.graph import Graph, Layer
from cnncalc.ops.attention import WindowAttention
from cnncalc.ops.footprint import SAME_PLACE, UNTOLD, Footprint, Reach
from cnncalc.ops.values import Shape
from cnncalc.records import Record

MOST_WORK = 2_000_000
"""Phases and taps beyond which no further field of several phases is told."""


class FieldMap(Record):
    """The fields of a graph's layers, and the merges whose branches are misaligned."""

    views: Mapping[str, Views]
    misaligned: tuple[str, ...]


class WorkLimit:
    """How much may still be done for fields of several phases, in one graph or in several."""

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left

    def affords(self, work: int) -> bool:
        """Whether so much is left; if so it is done."""
        self.left -= work
        return self.left >= 0


def receptive_fields(
    graph: Graph, layers: Sequence[Layer], limit: WorkLimit | int = MOST_WORK
) -> FieldMap:
    """What every layer sees of every input, by the layer's name.

    Fields of several phases are told as long as `limit` lasts, which several graphs may share.
    """
    walk = _Walk(graph, WorkLimit(limit) if isinstance(limit, int) else limit)
    for layer in layers:
        walk.add(layer)
    return FieldMap(walk.views, tuple(walk.misaligned))


class _Walk:
    """The fields so far. Equal steps are taken once: deep networks repeat few."""

    def __init__(self, graph: Graph, limit: WorkLimit) -> None:
        self.inputs = graph.inputs
        self.limit = limit
        self.views: dict[str, Views] = {
            name: {name: (ITSELF,) * (len(shape) - 1)} for name, shape in graph.inputs.items()
        }
        self.misaligned: list[str] = []
        self.windowed: set[str] = set()
        self.reaches: dict[tuple[int, tuple[Shape, ...]], Reach] = {}
        # By identity: `views` keeps every field and `reaches` every footprint for the whole walk.
        self.steps: dict[tuple[int, int], Field | None] = {}
        self.meetings: dict[tuple[tuple[int, ...], int], _Meeting] = {}

    def add(self, layer: Layer) -> None:
        views = self.views
        if not layer.inputs:
            views[layer.name] = {}  # what is computed from weights alone sees nothing
            return
        if isinstance(layer.op, WindowAttention) or not self.windowed.isdisjoint(layer.inputs):
            self.windowed.add(layer.name)
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
        if reach == SAME_PLACE:
            return seen
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
                or self.limit.affords(work_of(field, footprint))
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
            if None in each:
                # What sees all of the input sees what an untold branch sees, whatever that is.
                whole = _everything(self.inputs[name])
                met[name] = whole if whole in each else None
                continue
            axes = zip(*[fields for fields in each if fields is not None], strict=True)
            hulls = [
                self.hull(axis, length)
                for axis, length in zip(axes, self.inputs[name][1:], strict=False)
            ]
            is_aligned = is_aligned and all(one for _, one in hulls)
            told = tuple(field for field, _ in hulls if field is not None)
            met[name] = told if len(told) == len(hulls) else None
        # A window has no centre that moves on: what attention saw in one is not off.
        if not is_aligned and layer.name not in self.windowed:
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
        is_told = period == 1 or (period and self.limit.affords(period * len(fields)))
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


def _is_static(fields: Fields | None) -> bool:
    """Whether all outputs see the same, wherever they are."""
    return fields is not None and not any(field.advance for field in fields)


def _everything(shape: Shape) -> Fields:
    return tuple(Field(1, 0, (0,), (length - 1,)) for length in shape[1:])


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
