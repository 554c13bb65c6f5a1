"""Branches that meet and look at different places of the input, and by how much.

Source: Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
Distill, on alignment; the tolerance is ours.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import lcm

from cnncalc.analysis.field import Field, Fields, Views
from cnncalc.graph import Layer
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.records import Record


class Place(Record):
    """Where a branch looks along one axis; sums over `period` outputs keep all numbers whole.

    Attributes:
        step: how far it moves on in a period.
        centre: what its outputs are centred on, less their steps: twice the sum over a period.
        end: the last input that its outputs see, in the same way.
        pixels: how many pixels of its coarsest map make a step.
    """

    period: int
    step: int
    centre: int
    end: int
    pixels: int


def _place(field: Field) -> Place | None:
    """Where a field looks; None when it sees everything, or some of its outputs see nothing."""
    period, step = field.period, field.advance
    first = [place for place in field.first if place is not None]
    last = [place for place in field.last if place is not None]
    if not step or len(first) < period or len(last) < period:
        return None
    steps = step * (period - 1)
    # Outputs that share a pixel begin at one place, or a whole step apart.
    pixels = len({place % step for place in first})
    return Place(period, step, sum(first) + sum(last) - steps, 2 * sum(last) - steps, pixels)


def far_apart(
    layers: Iterable[Layer], names: Collection[str], every: Mapping[str, Views]
) -> tuple[str, ...]:
    """Those of the layers with misaligned branches, by name, in which they lie apart by enough."""
    known: dict[int, Place | None] = {}
    return tuple(
        layer.name for layer in layers if layer.name in names and misalignment(layer, every, known)
    )


def misalignment(
    layer: Layer, every: Mapping[str, Views], known: dict[int, Place | None]
) -> str | None:
    """How the branches of a layer differ along the first axis on which they do; None if by less.

    They differ when their centres lie apart by more than half a pixel of the coarser branch, or
    when they come apart by more than a pixel. Outputs that share a pixel of a map before
    upsampling count by their mean: by that a U-Net and a feature pyramid are aligned.

    Args:
        layer: where the branches meet.
        every: what each layer sees, by its name.
        known: the places of fields by identity, those that were looked at before.
    """
    views = [every[branch] for branch in layer.inputs]
    axes = AXIS_NAMES[len(layer.output_shape)][1:]
    for name in dict.fromkeys(name for view in views for name in view):
        for axis, title in enumerate(axes):
            fields = list(_along(axis, [view.get(name) for view in views], layer))
            for field in fields:
                if id(field) not in known:
                    known[id(field)] = _place(field)
            places = [place for field in fields if (place := known[id(field)])]
            if len(places) > 1 and (found := _difference(places, layer.output_shape[axis + 1])):
                return f"{found} along the {title} of `{name}`"
    return None


def _along(axis: int, seen: Sequence[Fields | None], layer: Layer) -> Iterator[Field]:
    """What each branch sees along an axis, if it has a place there."""
    length = layer.output_shape[axis + 1]
    for fields, shape in zip(seen, layer.input_shapes, strict=True):
        if fields and shape[axis + 1] == length:  # all outputs see the one position of another
            yield fields[axis]


def _difference(places: Sequence[Place], length: int) -> str | None:
    common = lcm(*(place.period for place in places))
    scales = [common // place.period for place in places]
    steps = [place.step * scale for place, scale in zip(places, scales, strict=True)]
    if _exceeds((max(steps) - min(steps)) * length, places, common):
        return f"the branches have strides of {_numbers(steps, common)}"
    if len({place.end * scale for place, scale in zip(places, scales, strict=True)}) == 1:
        return None  # causal: each looks back from the same place
    centres = [place.centre * scale for place, scale in zip(places, scales, strict=True)]
    if _exceeds(max(centres) - min(centres), places, common):
        return f"the branches begin centred on {_numbers(centres, 2 * common)}"
    return None


def _exceeds(distance: int, places: Iterable[Place], common: int) -> bool:
    """Whether a distance, of so many parts, is more than a pixel of every branch."""
    return all(distance * place.pixels > place.step * common for place in places)


def _numbers(parts: Iterable[int], whole: int) -> str:
    each = (
        f"{part / whole:.3f}".rstrip("0").rstrip(".") if part % whole else str(part // whole)
        for part in dict.fromkeys(parts)
    )
    *rest, last = list(islice(each, 4))
    return f"{', '.join(rest)} and {last}" if rest else last
