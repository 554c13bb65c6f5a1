"""Which designs there are: networks, the values of axes, and a sample of all of these."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from random import Random
from typing import Any

from cnncalc.analysis.conventions import Basis
from cnncalc.design.axes import Axis
from cnncalc.design.base import Base, read_base
from cnncalc.design.models import model_base
from cnncalc.interchange.networks import model_form
from cnncalc.ops.values import Value
from cnncalc.records import Record
from cnncalc.spec import Selection
from cnncalc.spec.library import Source
from cnncalc.timing.device import Device
from cnncalc.timing.devices import find_device

MOST_DESIGNS = 10_000_000
"""Designs of one sweep."""

NETWORK = "network"
"""The column that says the network, where there are several."""

TIME = "time:"
"""How a metric begins that is the time on a device, in milliseconds: `time:rtx4090`."""

FAULT = "fault"
"""The column that says why a design has no numbers."""


class Network(Record):
    """One of the networks that are swept.

    Attributes:
        name: what it is called in the results.
        source: its spec; of a model its path.
        selection: its variant, and what no design moves.
        is_model: whether it is a model.
    """

    name: str
    source: Source
    selection: Selection
    is_model: bool = False

    def base(self) -> Base:
        """The network that its designs begin with.

        Raises:
            SpecError: the spec has faults.
        """
        form = model_form(self.source.file) if self.is_model else None
        if form is not None:
            return model_base(self.source.file, form, self.selection.inputs)
        return read_base(self.source, self.selection)


class Space(Record):
    """All designs that are asked for, none of which is made.

    Attributes:
        networks: the networks.
        axes: what is moved in each of them, by the same names.
        is_zipped: whether the axes move together, not each on its own.
    """

    networks: tuple[Network, ...]
    axes: tuple[Axis, ...]
    is_zipped: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that tell designs apart, in order."""
        own = tuple(axis.name for axis in self.axes)
        return (NETWORK, *own) if len(self.networks) > 1 else own

    @property
    def each(self) -> int:
        """How many designs every network has."""
        sizes = [len(axis.values) for axis in self.axes]
        return max(sizes, default=1) if self.is_zipped else prod(sizes)

    @property
    def total(self) -> int:
        """How many designs there are."""
        return len(self.networks) * self.each

    def strides(self) -> tuple[int, ...]:
        """For each axis, how many designs on the value of its place changes."""
        if self.is_zipped:
            return tuple(int(len(axis.values) > 1) for axis in self.axes)
        sizes = [len(axis.values) for axis in self.axes]
        return tuple(prod(sizes[place + 1 :]) for place in range(len(sizes)))

    def point(self, index: int) -> tuple[int, tuple[Value, ...]]:
        """The place of a design's network, and its value on each axis; the last changes first."""
        network, rest = divmod(index, self.each)
        values = []
        for axis, stride in zip(self.axes, self.strides(), strict=True):
            size = len(axis.values)
            values.append(axis.values[rest // stride % size if stride else 0])
        return network, tuple(values)

    def values(self, index: int) -> dict[str, Any]:
        """The columns of a design, as plain values."""
        network, values = self.point(index)
        plain = (str(one) if isinstance(one, str) else one for one in values)
        found = dict(zip((axis.name for axis in self.axes), plain, strict=True))
        return {NETWORK: self.networks[network].name, **found} if len(self.networks) > 1 else found

    def check_zip(self) -> None:
        """Refuse axes that cannot move together.

        Raises:
            ValueError: they have different numbers of values.
        """
        sizes = {axis.name: len(axis.values) for axis in self.axes if len(axis.values) > 1}
        if self.is_zipped and len(set(sizes.values())) > 1:
            told = ", ".join(f"`{name}` has {size:,}" for name, size in sizes.items())
            raise ValueError(f"axes that move together have as many values: {told}")


class Points(Record):
    """The designs of a sweep, and what is asked of each.

    Attributes:
        space: what they are taken from.
        chosen: their places in the space, ascending.
        metrics: the names of the numbers that are asked for.
        basis: how they are counted.
        devices: the device of each metric that is a time.
    """

    space: Space
    chosen: Sequence[int]
    metrics: tuple[str, ...]
    basis: Basis
    devices: Mapping[str, Device] = {}


def devices_of(metrics: Iterable[str]) -> Mapping[str, Device]:
    """The device of each metric that is a time.

    Raises:
        SpecError: there is no such device, or its file has faults.
    """
    return {one: find_device(one.removeprefix(TIME)) for one in metrics if one.startswith(TIME)}


def choose(space: Space, sample: int | None = None, seed: int = 0) -> Sequence[int]:
    """All designs of a space, or as many of them by chance, none of them twice.

    Raises:
        ValueError: they are too many.
    """
    count = space.total
    if sample is None or sample >= count:
        if count > MOST_DESIGNS:
            remedy = "take some of them with --sample"
            raise ValueError(f"{count:,} designs, more than {MOST_DESIGNS:,}: {remedy}")
        return range(count)
    if sample > MOST_DESIGNS:
        raise ValueError(f"a sample of {sample:,} designs, more than {MOST_DESIGNS:,}")
    return drawn(count, sample, seed)


def drawn(count: int, sample: int, seed: int) -> tuple[int, ...]:
    """Different numbers below a count, ascending; every set of them has the same chance.

    Nothing is made of the numbers that are not drawn. Source: Bentley & Floyd, "Programming
    pearls: a sample of brilliance", Communications of the ACM 30 (1987).

    Example:
        >>> drawn(10**30, 2, seed=1) == drawn(10**30, 2, seed=1), drawn(3, 3, seed=5)
        (True, (0, 1, 2))
    """
    chance = Random(seed)  # noqa: S311 - no secret
    found: set[int] = set()
    for last in range(count - sample, count):
        one = chance.randrange(last + 1)
        found.add(last if one in found else one)
    return tuple(sorted(found))
