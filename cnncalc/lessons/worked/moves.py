"""Values that are moved, and those that come of no input.

Where a value comes from is found by running the kernel on the numbers of the places.
"""

from collections.abc import Iterator
from math import cos, pi, sin

import numpy as np

from cnncalc.engine.base import KERNELS
from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.parts import Note, Part, Step, Terms, short
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
from cnncalc.ops.views import Permute, Reshape


@works(
    AsMap, ChannelShuffle, Crop, Flatten, FromPatches, MergeHeads, Pad, Patches, Permute,
    PixelShuffle, PixelUnshuffle, Reshape, Slice, SplitHeads, Tokens, Transpose,
)  # fmt: skip
def moved(task: Task) -> Iterator[Part]:
    """The value of the place that it comes from; 0 on a rim that is added."""
    x = task.x
    numbers = np.arange(1, x.size + 1, dtype=np.float64).reshape(1, *x.shape)
    source = int(KERNELS[type(task.op)](task.op, numbers)[(0, *task.at)])
    if not source:
        yield Note("lies on the rim of zeros")
        yield Step("value", "0 on the rim", "", 0.0)
        return
    at = tuple(map(int, np.unravel_index(source - 1, x.shape)))
    yield Step("value", f"the input at {','.join(map(str, at))}", "", float(x[at]))


@works(Upsample)
def upsample(task: Task) -> Iterator[Part]:
    """The value that it lies on, or those around it by their shares."""
    op, x, (channel, *at) = task.op, task.x, task.at
    axes = []
    for place, (i, n) in enumerate(zip(at, x.shape[1:], strict=True)):
        m = n * op.factor[place] if op.factor is not None else op.size[place]
        if op.mode == "nearest":
            axes.append([(i * n // m, 1.0)])
            continue
        middle = max((i + 0.5) * n / m - 0.5, 0.0)
        low = min(int(middle), n - 1)
        share = middle - low
        axes.append([(low, 1 - share), (min(low + 1, n - 1), share)])
    met: list[tuple[tuple[int, ...], float]] = [((), 1.0)]
    for axis in axes:
        met = [((*place, one), w * share) for place, w in met for one, share in axis if share]
    rows = [
        (",".join(map(str, place)), float(x[(channel, *place)]), share,
         share * float(x[(channel, *place)]))
        for place, share in met
    ]  # fmt: skip
    yield Terms("values around it", ("at", "input", "share", "product"), tuple(rows))
    words = "the value that it lies on" if len(rows) == 1 else "sum of the products"
    yield Step("value", words, "", sum(row[-1] for row in rows))


@works(Learned)
def learned(task: Task) -> Iterator[Part]:
    """A value that is trained."""
    yield Note("reads no input: it is trained, and the same for all")
    yield Step("value", "the weight in its place", "", float(task.tensors["weight"][task.at]))


@works(Coordinates)
def coordinates(task: Task) -> Iterator[Part]:
    """The number of its place."""
    axis = task.at[0]
    yield Step("value", f"its place along axis {axis + 1}", "", float(task.at[1 + axis]))


@works(Sinusoids)
def sinusoids(task: Task) -> Iterator[Part]:
    """A sine or a cosine of its place."""
    channels, *size = task.op.shape
    axis, rest = divmod(task.at[0], channels // 2)
    wave, is_cosine = divmod(rest, 2)
    place = (task.at[1 + axis] + 1) / (size[axis] + 1e-6) * 2 * pi
    told = f"({task.at[1 + axis]} + 1) / {size[axis]} * 2*pi"
    yield Step("place", f"along axis {axis + 1}, up to a full turn", told, place)
    length = 10_000 ** (wave / (channels // 4))
    yield Step("wavelength", "10,000 ** (wave / waves)", f"wave {wave}", length)
    angle = place / length
    words = "cos(place / wavelength)" if is_cosine else "sin(place / wavelength)"
    yield Step("value", words, f"at {short(angle)}", (cos if is_cosine else sin)(angle))
