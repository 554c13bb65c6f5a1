"""Which inputs an output reads, along one axis."""

from collections.abc import Sequence
from math import gcd

from cnncalc.records import Record

MOST_PHASES = 10_000
"""Beyond so many phases nothing is told of what is read: only absurd factors reach it."""


class Footprint(Record):
    """The inputs that each output reads along one axis, away from the borders.

    Output `q*period + r` reads the inputs `q*advance + tap` for the taps of `taps[r]`, which
    ascend. A sliding window has a period of 1 and its stride as advance; what enlarges a map has
    several phases. Beyond `MOST_PHASES` of them `taps` is empty.

    Example:
        >>> stretched(2, 1).taps  # two outputs for each input
        ((0,), (0,))
    """

    period: int
    advance: int
    taps: tuple[Sequence[int], ...]


def shifted(offset: int) -> Footprint:
    """Each output reads the input `offset` places on."""
    return Footprint(1, 1, ((offset,),))


def stretched(outputs: int, inputs: int) -> Footprint:
    """Output `y` reads input `floor(y * inputs / outputs)`: the nearest value, repeated."""
    period, advance = _reduced(outputs, inputs)
    taps = tuple((y * inputs // outputs,) for y in range(listed(period)))
    return Footprint(period, advance, taps)


def interpolated(outputs: int, inputs: int) -> Footprint:
    """Output `y` reads the two inputs around `(y + 1/2) * inputs / outputs - 1/2`.

    Source: PyTorch `nn.Upsample` with `align_corners=False`; ONNX Resize, `half_pixel`.
    """
    period, advance = _reduced(outputs, inputs)
    taps = []
    for y in range(listed(period)):
        first, rest = divmod((2 * y + 1) * inputs - outputs, 2 * outputs)
        taps.append((first, first + 1) if rest else (first,))
    return Footprint(period, advance, tuple(taps))


def divided(outputs: int, inputs: int) -> Footprint:
    """Output `y` reads the inputs from `floor(y*n/m)` up to, not including, `ceil((y+1)*n/m)`."""
    period, advance = _reduced(outputs, inputs)
    return Footprint(
        period,
        advance,
        tuple(
            range(y * inputs // outputs, -(-(y + 1) * inputs // outputs))
            for y in range(listed(period))
        ),
    )


def listed(period: int) -> int:
    """How many phases are listed: all of them or none."""
    return period if period <= MOST_PHASES else 0


def _reduced(outputs: int, inputs: int) -> tuple[int, int]:
    common = gcd(outputs, inputs)
    return outputs // common, inputs // common


class Lanes(Record):
    """Which channels each output channel reads: lanes side by side that do not mix.

    Attributes:
        number: how many lanes.
        inputs: channels of the input that each takes, one after the other.
        outputs: channels of the output that each gives.
        start: the channel of the input that the first lane begins with.
        interleaved: how many groups of the output's channels are dealt out in turn at the end.

    Example:
        >>> Lanes(4, 16, 32)  # a convolution from 64 to 128 channels in 4 groups
        Lanes(number=4, inputs=16, outputs=32, start=0, interleaved=1)
    """

    number: int
    inputs: int = 1
    outputs: int = 1
    start: int = 0
    interleaved: int = 1


Reach = tuple["Footprint | str", ...] | str
"""One footprint a spatial axis, or `EVERYWHERE`; or one of the words below for all of them."""

SAME_PLACE = "same place"
"""Each output reads its own position."""

EVERYWHERE = "everywhere"
"""Each output reads the whole map."""

UNTOLD = "untold"
"""The positions are dealt out anew, and what each output reads is not followed."""
