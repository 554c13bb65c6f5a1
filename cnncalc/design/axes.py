"""The values that a design space has along each of its axes: `width=16..128:16`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import prod
from re import compile as pattern

from cnncalc.checks.project.sizes import read_axes
from cnncalc.ops.formula import axis_names
from cnncalc.ops.values import Shape, Value
from cnncalc.records import Record
from cnncalc.spec.document.variables import read_assignment
from cnncalc.spec.expression_syntax import ExpressionError

MOST_VALUES = 100_000
"""Values of an axis that are written out; a range of whole numbers may have more."""

LONGEST = 4000
"""Characters of an axis."""

_RANGE = pattern(
    r"\s*(-?[0-9][0-9_]*(?:\.[0-9]+)?)\s*\.\.\s*(-?[0-9][0-9_]*(?:\.[0-9]+)?)"
    r"\s*(?::\s*([0-9][0-9_]*(?:\.[0-9]+)?)\s*)?"
)


_DIFFERENCE = pattern(r"\s*([0-9][0-9.]*)\s*[-:]\s*([0-9][0-9.]*)(?:\s*:\s*([0-9][0-9.]*))?\s*")
"""A range as others write it, `16-64` or `16:64:16`, which would be a difference or nothing."""


class Axis(Record):
    """One name and its values, in the order in which they were asked for."""

    name: str
    values: Sequence[Value]


def count_points(axes: Sequence[Axis]) -> int:
    """How many points the grid of some axes has."""
    return prod(len(axis.values) for axis in axes)


def read_axis(text: str) -> Axis:
    """The axis that `name=values` says.

    The values are parted by commas. Each may be a range `first..last:step`, with both its ends.

    Example:
        >>> read_axis("width=16..64:16").values, read_axis("kind=basic,bottleneck").values
        (range(16, 65, 16), ('basic', 'bottleneck'))

    Raises:
        ValueError: it is none; the text says why.
    """
    name, equals, written = text.partition("=")
    name = name.strip()
    if not equals or not all(part.isidentifier() for part in name.split(".")):
        raise ValueError(f"`{text}` is not name=values")
    if len(written) > LONGEST:
        raise ValueError(f"`{name}`: more than {LONGEST:,} characters")
    parts = _split(written)
    if len(parts) == 1 and (found := _RANGE.fullmatch(parts[0])):
        return Axis(name, _range(name, *found.groups()))
    values: list[Value] = []
    for part in parts:
        if found := _RANGE.fullmatch(part):
            values.extend(_listed(name, _range(name, *found.groups())))
        else:
            values.append(_value(name, part))
        _listed(name, values)
    if len({(type(one), one) for one in values}) < len(values):
        twice = next(one for one in values if values.count(one) > 1)
        raise ValueError(f"`{name}`: {twice} is given twice")
    return Axis(name, tuple(values))


def read_input_axes(text: str, inputs: Mapping[str, Shape]) -> list[Axis]:
    """The axes that `--input 3x{128..320:32}` says: of the lengths that are in braces.

    Where one length stands for all axes of space, they move together.

    Args:
        text: a shape, with its input's label before `=` where there are several.
        inputs: those of the network.

    Returns:
        An axis for every length that is given; one of a single value where it is no range.

    Raises:
        ValueError: it is no shape for such an input; the text says why.
    """
    label, equals, written = text.rpartition("=")
    if not equals:
        if len(inputs) != 1:
            listed = ", ".join(inputs)
            raise ValueError(f"missing name of the input: the network has {listed}")
        [label] = inputs
    if label not in inputs:
        raise ValueError(f"there is no input `{label}`: the network has {', '.join(inputs)}")
    axes = read_axes(written)
    rank = len(inputs[label])
    names = axis_names(rank)
    if len(axes) == 2 < rank:
        names = ("channels", "size")
    elif len(axes) != rank:
        raise ValueError(f"`{written}` has {len(axes)} axes, the input has {rank}")
    return [Axis(f"{label}.{name}", one) for name, one in zip(names, axes, strict=True)]


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _listed(name: str, values: Sequence[Value]) -> Sequence[Value]:
    if len(values) > MOST_VALUES:
        raise ValueError(f"`{name}` has more than {MOST_VALUES:,} values")
    return values


def _range(name: str, first: str, last: str, step: str | None) -> Sequence[Value]:
    start, stop, by = (Fraction(Decimal(one)) for one in (first, last, step or "1"))
    if start > stop:
        raise ValueError(f"`{name}`: empty range {first}..{last}")
    if not by:
        raise ValueError(f"`{name}`: the step of a range is above 0")
    if (stop - start) % by:
        below = stop - (stop - start) % by
        reason = f"they go from {_plain(below)} to {_plain(below + by)}"
        if step is None:
            places = max(len(one.partition(".")[2]) for one in (first, last))
            reason += f"; give a step: `{first}..{last}:{_plain(Fraction(1, 10**places))}`"
        raise ValueError(f"`{name}`: the steps of {first}..{last} do not reach {last}: {reason}")
    if start.denominator == by.denominator == 1:
        return range(int(start), int(stop) + 1, int(by))
    count = int((stop - start) / by) + 1
    if count > MOST_VALUES:
        raise ValueError(f"`{name}` has more than {MOST_VALUES:,} values")
    return tuple(_value(name, _plain(start + place * by)) for place in range(count))


def _plain(number: Fraction) -> str:
    """A decimal number as it is written."""
    whole = Decimal(number.numerator) / Decimal(number.denominator)
    return f"{whole:f}"


def _value(name: str, text: str) -> Value:
    if not text.strip():
        raise ValueError(f"`{name}`: a value is missing")
    if found := _DIFFERENCE.fullmatch(text):
        first, last, step = found.groups()
        meant = f"{first}..{last}:{step}" if step else f"{first}..{last}"
        raise ValueError(f"`{name}`: `{text.strip()}` is no range: write `{meant}`")
    try:
        return read_assignment(text.strip())
    except ExpressionError as fault:
        raise ValueError(f"`{name}`: {fault}") from None
