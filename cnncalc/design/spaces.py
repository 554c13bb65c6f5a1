"""Where a formula is looked for: around the values of a network, or where one asks."""

from collections.abc import Mapping, Sequence
from math import gcd, lcm

from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.design.base import Base, check_name, graph_at, movable, other_length, value_at
from cnncalc.design.quest import Space
from cnncalc.graph import Graph
from cnncalc.ops.conv import TransposedConv
from cnncalc.ops.formula import axis_names
from cnncalc.ops.values import LARGEST, Value
from cnncalc.ops.window import Sliding

SIZES = 1024
"""A length of the input goes up to here, or to four times its own where that is more."""

TIMES = 4
"""A variable goes up to this many times its own value."""

SMALL, LEAST_OF_SMALL, LEAST = 5, 16, 64
"""And at least up to 64; up to 16 where its own value is below 5, as that of a depth may be."""

FACTORS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 20, 24, 25, 28, 32, 40, 48, 50, 56, 64)
"""By what the steps of a variable may be multiplied, where widths are parted or rounded."""

MOST_STRIDE = 4096
"""Strides beyond which steps of the input's lengths are not made longer."""


def space_of(
    base: Base, names: Sequence[str], ranges: Mapping[str, range] | None = None, seed: int = 0
) -> Space:
    """Where a formula in some names is looked for.

    Raises:
        ValueError: a name moves nothing, is given twice, or is no whole number here; or its range
            has no value.
        SpecError: the network has faults at its own values.
    """
    ranges = ranges or {}
    names = [name for name in names if name]
    if not names:
        raise ValueError("name at least one variable")
    if len(set(names)) < len(names):
        twice = next(name for name in names if [*names].count(name) > 1)
        raise ValueError(f"`{twice}` is given twice")
    for name in names:
        check_name(base, name)
    _refuse_overlap(base, names)
    chosen = [ranges.get(name) or _range_of(base, name) for name in names]
    anchor = tuple(_anchor(base, *each) for each in zip(names, chosen, strict=True))
    pace = _paces(graph_at(base, dict(zip(names, anchor, strict=True))))
    patches = base.reads_lengths  # maps may be cut in two by what is read
    factors: list[Sequence[int]] = []
    for name, values in zip(names, chosen, strict=True):
        place = movable(base)[name]
        is_size = place is not None and 0 not in place.axes
        if is_size:
            own = _divisors(pace, values.step)
            factors.append((*own, 2 * own[-1]) if patches else own)
        else:
            factors.append(FACTORS)
    is_open = tuple(name not in ranges for name in names)
    return Space(tuple(names), tuple(chosen), anchor, tuple(factors), is_open, seed)


def _refuse_overlap(base: Base, names: Sequence[str]) -> None:
    """Refuse two names of one length: `size` and `height`."""
    known = movable(base)
    for index, name in enumerate(names):
        for other in names[:index]:
            one, two = known[name], known[other]
            if one and two and one.label == two.label and set(one.axes) & set(two.axes):
                raise ValueError(f"`{other}` and `{name}` move the same length: give one of them")


def _whole(base: Base, name: str, value: Value) -> int:
    """A value as a whole number.

    Raises:
        ValueError: it is none.
    """
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    place = movable(base)[name]
    if value is None and place is not None:
        own = axis_names(len(base.inputs[place.label]))
        named = ",".join(name.removesuffix("size") + own[axis] for axis in place.axes)
        what = f"`{name}` has not one value: the axes of the input differ"
        raise ValueError(f"{what}; name them apart, `{named}`, or one of them")
    if value is None:
        hint = other_length(base, name)
        raise ValueError(f"`{name}` has no value here: give its range, `{name}=8..64:8`{hint}")
    kind = "a word" if isinstance(value, str) else "a list"
    if isinstance(value, bool):
        kind = "true or false"
    elif isinstance(value, float):
        kind = "a decimal number"
    hint = other_length(base, name)
    raise ValueError(f"`{name}` is {kind}, not a whole number: a formula has none in it{hint}")


def _range_of(base: Base, name: str) -> range:
    value = _whole(base, name, value_at(base, name))
    place = movable(base)[name]
    if place is not None and 0 not in place.axes:
        return range(1, max(SIZES, TIMES * value) + 1)
    least = LEAST_OF_SMALL if value < SMALL else LEAST
    return range(min(value, 1), max(TIMES * value, least) + 1)


def _anchor(base: Base, name: str, values: range) -> int:
    """The value in a range that is nearest to that of the network; without one its middle."""
    if movable(base)[name] is not None and not 1 <= values[0] <= values[-1] <= LARGEST:
        raise ValueError(f"`{name}` is a length, from 1 to {LARGEST:,}")
    own = value_at(base, name)
    if isinstance(own, str | bool | tuple):
        _whole(base, name, own)
    if not isinstance(own, int | float):
        return values[len(values) // 2]
    index = round((own - values.start) / values.step)
    return values[max(0, min(index, len(values) - 1))]


def _paces(graph: Graph) -> int:
    """What the strides come to: how far the outputs of any layer lie apart on the input."""
    found = _strides(graph)
    views = receptive_fields(graph, graph.layers).ungated  # a gate sees all, and strides nothing
    for each in views.values():
        for fields in each.values():
            for field in fields or ():
                if field.advance and lcm(found, field.advance) <= MOST_STRIDE:
                    found = lcm(found, field.advance)
    return found


def _strides(graph: Graph) -> int:
    """The most that windows stride one behind the other: what sees all at once hides none here."""
    paces: dict[str, int] = {}
    for layer in graph.layers:
        before = max((paces.get(name, 1) for name in layer.inputs), default=1)
        op = layer.op
        is_window = isinstance(op, Sliding) and not isinstance(op, TransposedConv)
        stride = lcm(*op.stride) if is_window and isinstance(op, Sliding) else 1
        paces[layer.name] = before * stride if before * stride <= MOST_STRIDE else before
    return max(paces.values(), default=1)


def _divisors(pace: int, step: int) -> tuple[int, ...]:
    """The numbers by which a step is multiplied till strides leave no rest."""
    left = pace // gcd(pace, step)
    return tuple(one for one in range(1, left + 1) if left % one == 0)
