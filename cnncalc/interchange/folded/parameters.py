"""The parameters of a block: the values in which its rows differ, and how a line says them.

A value that is the same in all rows is written as it is. Where values differ, they are a parameter
that has them already, the channels that flow in, a multiple of one of these, or a new parameter.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnncalc.interchange.folded.nodes import Rows

FREE: Any = object()
"""The value of a parameter in a row that does not use it."""

CHANNELS = frozenset({"out_channels", "out_features", "groups", "start", "stop", "dim",
                      "num_parameters", "shape"})  # fmt: skip
"""Attributes that count channels."""

NAMES = {
    "out_channels": "out",
    "out_features": "out",
    "kernel_size": "kernel",
    "amounts": "padding",
    "counts": "n",
    "shape": "size",
    "output_size": "size",
}
"""What a parameter is called after its attribute, where that is another word."""

LARGEST_FACTOR = 64
"""Multiples, and parts, are sought up to it."""

LARGEST_PART = 8
"""Of other fractions, like `3*out//4`, both numbers."""


class Parameter:
    """A parameter of a block.

    Attributes:
        kind: what attribute it was made for: others of that kind may have its values.
        values: for each row of the block that uses it its value.
        default: the value of most rows, or FREE.
    """

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self.values: dict[int, Any] = {}
        self.default: Any = FREE

    @property
    def counts_channels(self) -> bool:
        """Whether it is a number of channels."""
        return self.kind in CHANNELS

    def at(self, row: int) -> Any:
        """Its value in a row."""
        return self.values.get(row, FREE)


class Place(NamedTuple):
    """Where values stand: for each row there the row of the block, and the channels at hand."""

    roots: Rows
    channels: Rows


class Parameters:
    """The parameters of one block while its lines are gone through."""

    def __init__(self) -> None:
        self.all: list[Parameter] = []
        self.spoken: dict[str, dict[int, Any]] = {}

    def express(self, values: Sequence[Any], kind: str, place: Place, hint: str = "") -> str:
        """How a line says these values; empty where they are the same in all rows."""
        told = [value for value in values if value is not FREE]
        if all(is_equal(value, told[0]) for value in told[1:]):
            return ""
        if same := self.known(values, kind, place.roots):
            return same.name
        if kind in CHANNELS and all(type(value) is int for value in told):
            found = self.multiple(values, place)
            if found:
                text, by_row = found
                self.spoken.setdefault(text, by_row)
                return text
        return self.new(values, kind, place.roots, hint).name

    def known(self, values: Sequence[Any], kind: str, roots: Rows) -> Parameter | None:
        """A parameter of that kind that has these values, or may have them."""
        for one in self.all:
            if one.kind == kind or (one.counts_channels and kind in CHANNELS):
                pairs = [pair for pair in zip(values, roots, strict=True) if pair[0] is not FREE]
                if all(one.at(row) is FREE or is_equal(one.at(row), value)
                       for value, row in pairs) and any(one.at(row) is not FREE
                                                        for _, row in pairs):  # fmt: skip
                    one.values |= {row: value for value, row in pairs}
                    return one
        return None

    def multiple(self, values: Sequence[Any], place: Place) -> tuple[str, dict[int, Any]] | None:
        """These values as a multiple of the channels that flow in, or of a parameter."""
        by_row = {row: value for value, row in zip(values, place.roots, strict=True)
                  if value is not FREE}  # fmt: skip
        found: list[tuple[int, int, str]] = []
        for order, (name, base) in enumerate(self.bases(place)):
            factor = ratio(values, base)
            if factor is not None:
                text = scaled(name, factor)
                found.append((factor != 1, order, text))
        return (min(found)[2], by_row) if found else None

    def bases(self, place: Place) -> Iterable[tuple[str, Sequence[Any]]]:
        """What values may be multiples of, with its value in each row."""
        for one in self.all:
            if one.counts_channels:
                yield one.name, [one.at(row) for row in place.roots]
        yield "x.channels", [channels or FREE for channels in place.channels]

    def new(self, values: Sequence[Any], kind: str, roots: Rows, hint: str = "") -> Parameter:
        """A parameter that has these values."""
        base = hint or NAMES.get(kind, kind)
        name, taken = base, {one.name for one in self.all}
        ordinal = 1
        while name in taken:
            ordinal += 1
            name = f"{base}{ordinal}"
        made = Parameter(name, kind)
        made.values = {row: value for value, row in zip(values, roots, strict=True)
                       if value is not FREE}  # fmt: skip
        self.all.append(made)
        return made

    def conditions(self, holds: Sequence[bool], place: Place) -> str:
        """An expression that is true in the rows where something stands; empty for none."""
        channels = self.unequal_channels(place)
        others = self.unequal(place.roots)
        for text, found in (*channels, *others):
            if found == list(holds):
                return text
        for text, found in others:
            if " != " not in text or not all_hold(found, holds):
                continue
            for other, more in channels:
                if [one or two for one, two in zip(found, more, strict=True)] == list(holds):
                    return f"{text} or {other}"
        return ""

    def unequal_channels(self, place: Place) -> list[tuple[str, list[bool]]]:
        """Comparisons of what flows in with what lines have said of channels."""
        said = {one.name: one.values for one in self.all if one.counts_channels} | self.spoken
        return [
            (
                f"x.channels != {text}",
                [row in values and values[row] != channels
                 for row, channels in zip(place.roots, place.channels, strict=True)],
            )
            for text, values in said.items()
            if "x." not in text and all(place.channels)
        ]  # fmt: skip

    def unequal(self, roots: Rows) -> list[tuple[str, list[bool]]]:
        """Comparisons of parameters that are no channels with their values."""
        found: list[tuple[str, list[bool]]] = []
        for one in self.all:
            values = [one.at(row) for row in roots]
            for value in list(dict.fromkeys(values))[:4]:
                if one.counts_channels or type(value) is not int:
                    continue
                found += [
                    (f"{one.name} != {value}", [each != value for each in values]),
                    (f"{one.name} == {value}", [each == value for each in values]),
                ]
        return found

    def settle(self) -> None:
        """Give defaults: a value that most rows have, of what counts neither channels nor rounds.

        Parameters without one come first.
        """
        for one in self.all:
            if one.counts_channels or one.kind == "counts":
                continue
            [(value, times)] = Counter(one.values.values()).most_common(1)
            if 2 * times >= len(one.values):
                one.default = value
        self.all.sort(key=lambda one: one.default is not FREE)

    def renamed(self) -> dict[str, str]:
        """Names that say more, where there are several numbers of channels."""
        outs = [one for one in self.all if one.kind in {"out_channels", "out_features"}]
        if len(outs) < 2:
            return {}
        names = ["width", "out"] if len(outs) == 2 else [f"c{n + 1}" for n in range(len(outs))]
        new = {one.name: name for one, name in zip(outs, names, strict=True)}
        for one in outs:
            one.name = new[one.name]
        return new


def all_hold(found: Sequence[bool], holds: Sequence[bool]) -> bool:
    """Whether all that was found holds."""
    return all(two or not one for one, two in zip(found, holds, strict=True))


def is_equal(one: Any, other: Any) -> bool:
    """Whether two values are one, `True` and 1 not being so."""
    return type(one) is type(other) and bool(one == other)


def ratio(values: Sequence[Any], base: Sequence[Any]) -> Fraction | None:
    """What all values are of a base, when that is one short number."""
    found: Fraction | None = None
    for value, one in zip(values, base, strict=True):
        if value is FREE:
            continue
        if one is FREE or type(one) is not int or not one:
            return None
        factor = Fraction(value, one)
        if found not in {None, factor}:
            return None
        found = factor
    if found is None or not found:
        return None
    high, low = max(found.numerator, found.denominator), min(found.numerator, found.denominator)
    return found if high <= (LARGEST_FACTOR if low == 1 else LARGEST_PART) else None


def scaled(name: str, factor: Fraction) -> str:
    """`4*name`, or `name//4`."""
    if factor == 1:
        return name
    if factor.denominator == 1:
        return f"{factor.numerator}*{name}"
    times = f"{factor.numerator}*" if factor.numerator > 1 else ""
    return f"{times}{name}//{factor.denominator}"


def half(kernel: Any, dilation: Any) -> Any:
    """The padding that `half` means."""
    if not isinstance(kernel, tuple) and not isinstance(dilation, tuple):
        return (dilation * (kernel - 1) + 1) // 2
    count = len(kernel if isinstance(kernel, tuple) else dilation)
    sizes = kernel if isinstance(kernel, tuple) else (kernel,) * count
    steps = dilation if isinstance(dilation, tuple) else (dilation,) * count
    amounts = [(step * (size - 1) + 1) // 2 for size, step in zip(sizes, steps, strict=True)]
    return amounts[0] if len(set(amounts)) == 1 else tuple(amounts)


def shortened(value: Any) -> Any:
    """A padding per axis that is the same before and behind as one number: `(0, 3)`."""
    if isinstance(value, tuple) and all(isinstance(one, int) or one[0] == one[-1]
                                        for one in value):  # fmt: skip
        amounts = tuple(one if isinstance(one, int) else one[0] for one in value)
        return amounts[0] if len(set(amounts)) == 1 else amounts
    return value


def is_half(values: Mapping[str, Sequence[Any]]) -> list[bool]:
    """For each row whether its padding is half its kernel."""
    kernels, paddings = values["kernel_size"], values["padding"]
    dilations = values.get("dilation", [1] * len(kernels))
    return [
        shortened(padding) == half(kernel, dilation)
        for kernel, padding, dilation in zip(kernels, paddings, dilations, strict=True)
    ]
