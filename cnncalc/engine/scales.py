"""Values of maps as colours: with their sign, from least to largest, or as they are."""

from collections.abc import Iterable
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from cnncalc.engine.base import Array
from cnncalc.records import Record

Kind = Literal["signed", "minmax", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Pixels = npt.NDArray[np.uint8]
"""`height width 3`."""

NEGATIVE, ZERO, POSITIVE = (33, 102, 172), (247, 247, 247), (178, 24, 43)
"""Blue, white, red: told apart by those who see red and green alike.

Source: ColorBrewer, diverging scheme RdBu.
"""


class Scale(Record):
    """One scale for all maps of a picture.

    Attributes:
        kind: `signed` has zero in the middle, `minmax` the least value as black and the largest as
            white, `none` 0 as black and 1 as white.
        low: the value at its lower end.
        high: the value at its upper end.
    """

    kind: Kind
    low: float
    high: float

    def colours(self, values: Array) -> Pixels:
        """The pixels of a map `height width`, or of three colours `3 height width`."""
        span = self.high - self.low
        part = np.clip((values.astype(np.float64) - self.low) / (span or 1), 0, 1)
        if self.kind != "signed":
            grey = (part * 255).round().astype(np.uint8)
            made = grey.transpose(1, 2, 0) if grey.ndim == 3 else np.stack([grey] * 3, axis=-1)
            return np.ascontiguousarray(made)
        ends = [np.array(one, np.float64) for one in (NEGATIVE, ZERO, POSITIVE)]
        side = (2 * part - 1)[..., None]
        mixed = ends[1] + np.abs(side) * (np.where(side < 0, ends[0], ends[2]) - ends[1])
        return mixed.round().astype(np.uint8)


def scale_of(kind: Kind, maps: Iterable[Array]) -> Scale:
    """The scale that takes every value of some maps; `none` is from 0 to 1 whatever they are."""
    if kind == "none":
        return Scale(kind, 0.0, 1.0)
    held = [(float(one.min()), float(one.max())) for one in maps]
    low, high = min(one for one, _ in held), max(one for _, one in held)
    if kind == "minmax":
        return Scale(kind, low, high)
    most = max(abs(low), abs(high))
    return Scale(kind, -most, most)


class Outside(Record):
    """Values that a picture cuts off.

    Attributes:
        cut: how many lie outside 0 to 1.
        total: how many there are.
        low: the least of all.
        high: the largest of all.
    """

    cut: int
    total: int
    low: float
    high: float


def outside(maps: Iterable[Any]) -> Outside:
    """What of some maps lies outside 0 to 1."""
    held = list(maps)
    return Outside(
        sum(int(((one < 0) | (one > 1)).sum()) for one in held),
        sum(one.size for one in held),
        min(float(one.min()) for one in held),
        max(float(one.max()) for one in held),
    )
