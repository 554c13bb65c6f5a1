"""What ops do that move, drop or repeat values, and where those come from that have no input."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnncalc.analysis.meanings.base import Meaning, Tell
from cnncalc.ops import Op
from cnncalc.ops.reshape import (
    ChannelShuffle,
    Crop,
    Flatten,
    Pad,
    PixelShuffle,
    PixelUnshuffle,
    Slice,
    Upsample,
)
from cnncalc.ops.tokens import (
    AsMap,
    Coordinates,
    FromPatches,
    Learned,
    MergeHeads,
    Patches,
    Sinusoids,
    SplitHeads,
    Tokens,
    Transpose,
)
from cnncalc.ops.values import Shape, show_shape
from cnncalc.ops.views import Permute, Reshape


def _moved(tell: str | Callable[[Any], str]) -> Tell:
    def told(op: Any, _inputs: Sequence[Shape]) -> Meaning:
        place = tell if isinstance(tell, str) else tell(op)
        return Meaning("y = the x that is moved to its place", (("place", place),), "1 by that x")

    return told


def _pad(_op: Any, _inputs: Sequence[Shape]) -> Meaning:
    return Meaning("y = the x in its place, 0 on the rim that is added", slope="1 by that x")


def _upsample(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    if op.mode == "nearest":
        place = "output i of m takes x at floor(i*n/m) of n, along each axis"
        return Meaning("y = the x that it lies on", (("lies on", place),), "1 by that x")
    middle = "output i of m lies at (i + 1/2)*n/m - 1/2 between n places, at least at 0"
    value = "y = (1 - share) * x before + share * x after, along each axis in turn"
    return Meaning(value, (("share", f"how far it lies beyond the x before: {middle}"),))


def _learned(_op: Any, _inputs: Sequence[Shape]) -> Meaning:
    return Meaning(
        "y = weight", (("weight", "a value that is trained, the same for every input"),)
    )


def _coordinates(_op: Any, _inputs: Sequence[Shape]) -> Meaning:
    where = (("number", "counted from 0, one channel an axis"),)
    return Meaning("y = the number of its place along an axis", where)


def _sinusoids(op: Any, _inputs: Sequence[Shape]) -> Meaning:
    waves = op.shape[0] // 4
    where = (
        ("place", "2*pi*i / n for the i-th of n, counted from 1: rows, then columns"),
        ("wave", f"0 to {waves - 1}, two channels each"),
    )
    return Meaning(f"y = sin or cos of place / 10,000 ** (wave / {waves})", where)


MEANINGS: Mapping[type[Op], Tell] = {
    Flatten: _moved("channel by channel, row by row"),
    Pad: _pad,
    Crop: _moved("as many rows are cut off before as after, an odd one after"),
    Slice: _moved(lambda op: f"{op.axis} {op.start} up to, not including, {op.stop}"),
    Upsample: _upsample,
    PixelShuffle: _moved(lambda op: f"each {op.factor**2} channels make {op.factor}x{op.factor}"),
    PixelUnshuffle: _moved(
        lambda op: f"each {op.factor}x{op.factor} cells make {op.factor**2} channels"
    ),
    ChannelShuffle: _moved(
        lambda op: f"the first channel of each of {op.groups} groups, then the second of each"
    ),
    Tokens: _moved("the positions of the map, row by row"),
    AsMap: _moved(lambda op: f"the positions as a map of {show_shape(op.size)}, row by row"),
    SplitHeads: _moved(lambda op: f"channels in {op.heads} equal parts, one after the other"),
    MergeHeads: _moved("the parts of the channels one after the other"),
    Patches: _moved(lambda op: f"patches of {show_shape(op.size)}: places down, patches across"),
    FromPatches: _moved(
        lambda op: f"patches of {show_shape(op.size)} on a map of {show_shape(op.map)}"
    ),
    Transpose: _moved("rows and columns change places"),
    Reshape: _moved(lambda op: f"in their order under the axes {show_shape(op.shape)}"),
    Permute: _moved(lambda op: f"the axes {show_shape(op.order)} of the input, in this order"),
    Learned: _learned,
    Coordinates: _coordinates,
    Sinusoids: _sinusoids,
}
