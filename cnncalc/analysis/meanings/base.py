"""What is said of the values that an op gives."""

from collections.abc import Callable, Sequence
from typing import Any

from cnncalc.ops import Op
from cnncalc.ops.values import Shape
from cnncalc.records import Record

FLIP = "a cross-correlation: a convolution would turn the kernel by 180 degrees"
"""What the field calls a convolution, and is none."""


class Meaning(Record):
    """What an op computes.

    Attributes:
        value: the formula of a value `y` of its output, its attributes put in.
        where: the words of the formula that need telling, each with its sentence.
        slope: the derivative of a value by what it is made of, where it is a plain one.
        training: what training does otherwise than a run.
        sources: what the attributes in use follow, beside the source of the op.
    """

    value: str
    where: tuple[tuple[str, str], ...] = ()
    slope: str | None = None
    training: str | None = None
    sources: tuple[str, ...] = ()


Tell = Callable[[Any, Sequence[Shape]], Meaning]
"""What an op means on inputs of some shapes."""


def source_of(kind: type[Op]) -> str:
    """What the definition of an op follows: the source that its documentation names."""
    for base in kind.__mro__:
        _, found, rest = (base.__doc__ or "").partition("Source:")
        if found:
            return " ".join(rest.partition("\n\n")[0].split()).rstrip(".")
    return ""
