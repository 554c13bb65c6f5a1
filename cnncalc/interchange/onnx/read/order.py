"""Where the values of a tensor stand that was cut, turned and reshaped, but not computed."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import NamedTuple

from cnncalc.ops.values import Shape

Step = tuple[int, int]
"""How many values follow each other, and how far apart they stand."""

MOST_STEPS = 64
"""Steps of all axes: what is cut in more parts than a tensor has axes is not followed."""


class Order(NamedTuple):
    """The order in which a tensor has the values of another.

    Attributes:
        axes: for each axis its steps, the outer before the inner.
        start: where the first value stands.
    """

    axes: tuple[tuple[Step, ...], ...]
    start: int = 0

    @property
    def shape(self) -> Shape:
        """The length of every axis."""
        return tuple(prod(n for n, _ in axis) for axis in self.axes)

    @property
    def plain(self) -> "Order":
        """The same without axes of length 1, in the fewest steps."""
        axes = (_joined(axis) for axis in self.axes)
        return self._replace(axes=tuple(axis for axis in axes if axis))

    def reshaped(self, shape: Shape) -> "Order | None":
        """The same values under other axes; None where these part what cannot be parted."""
        rest = [step for axis in self.axes for step in axis if step[0] != 1][::-1]
        axes = []
        for length in shape:
            axis = _taken(rest, length)
            if axis is None:
                return None
            axes.append(axis)
        is_known = not rest and sum(map(len, axes)) <= MOST_STEPS
        return self._replace(axes=tuple(axes)) if is_known else None

    def turned(self, order: Shape) -> "Order | None":
        """The axes in another order."""
        if sorted(order) != list(range(len(self.axes))):
            return None
        return self._replace(axes=tuple(self.axes[axis] for axis in order))

    def cut(self, parts: Mapping[int, range]) -> "Order | None":
        """Some places in a row along some axes."""
        axes, start = list(self.axes), self.start
        for axis, part in parts.items():
            (length, far), *inner = _joined(axes[axis]) or ((1, 0),)
            each = prod(n for n, _ in inner)
            if part.step != 1 or not part or part.start % each or len(part) % each:
                return None
            if part.stop > length * each:
                return None
            axes[axis] = ((len(part) // each, far), *inner)
            start += part.start // each * far
        return Order(tuple(axes), start)


def in_order(shape: Shape) -> Order:
    """A tensor's own order: the last axis the innermost."""
    return Order(tuple(_strides(shape)))


def _strides(shape: Shape) -> Iterator[tuple[Step, ...]]:
    far = prod(shape)
    for length in shape:
        far //= max(length, 1)
        yield ((length, far),)


def _joined(axis: tuple[Step, ...]) -> tuple[Step, ...]:
    """An axis in the fewest steps."""
    found: list[Step] = []
    for length, far in axis:
        if length == 1:
            continue
        if found and found[-1][1] == length * far:
            found[-1] = (found[-1][0] * length, far)
        else:
            found.append((length, far))
    return tuple(found)


def _taken(rest: list[Step], length: int) -> tuple[Step, ...] | None:
    """The next steps, the last first, that make an axis of a length, taken off the rest."""
    axis: list[Step] = []
    while length > 1:
        if not rest:
            return None
        n, far = rest.pop()
        if n <= length and length % n == 0:
            axis.append((n, far))
            length //= n
        elif n > length and n % length == 0:
            axis.append((length, far * (n // length)))
            rest.append((n // length, far))
            length = 1
        else:
            return None
    return tuple(axis) if length == 1 else None
