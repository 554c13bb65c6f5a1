"""The table of what works the values of each op by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cnncalc.engine.base import Array, Index
from cnncalc.lessons.places import Place
from cnncalc.lessons.worked.parts import Part
from cnncalc.ops import Op
from cnncalc.records import Record


class Task(Record):
    """A value to be worked.

    Attributes:
        op: what computes it.
        at: where it stands in the output.
        inputs: what the op reads, `C *size`, in double precision.
        tensors: its parameters and buffers by their names, likewise.
    """

    op: Any
    at: Place
    inputs: Sequence[Array]
    tensors: Mapping[str, Array]

    @property
    def x(self) -> Array:
        """The first input."""
        return self.inputs[0]

    @property
    def column(self) -> Array:
        """All channels of the first input at the place."""
        where: Index = (slice(None), *self.at[1:])
        return self.x[where]


Work = Callable[[Task], Iterator[Part]]
"""Gives the parts of a worked value; the last is the step whose result it is."""

WORKED: dict[type[Op], Work] = {}
"""What works the values of an op, by its class."""


def works(*kinds: type[Op]) -> Callable[[Work], Work]:
    """Let a function be what works the values of some ops."""

    def note(function: Work) -> Work:
        WORKED.update(dict.fromkeys(kinds, function))
        return function

    return note
