"""Which positions of a map its readers read: what lies behind or between their windows is lost."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations
from math import prod
from operator import and_

from cnncalc.graph import Layer
from cnncalc.ops.footprint import SAME_PLACE
from cnncalc.ops.merge import Concat
from cnncalc.ops.reshape import Crop, Pad, Slice
from cnncalc.ops.values import Shape
from cnncalc.ops.window import Sliding, Window
from cnncalc.records import Record

LONGEST_MASK = 16_384
"""Positions along an axis that are counted one by one, where no formula does."""

MOST_READERS = 4
"""Readers that differ, beyond which it is not worked out what they leave between them."""


class Slide(Record):
    """The layers that slide the same windows over equal maps.

    Attributes:
        windows: one for each spatial axis, as `size` and `steps` have one entry for each.
        size: the map's length along the axis.
        steps: how many windows there are along it.
    """

    windows: tuple[Window, ...]
    size: Shape
    steps: Shape
    layers: list[Layer]


class Reading(Record):
    """What the windows along one axis read of it.

    Attributes:
        positions: how many.
        reach: the last of them, counted from 1.
        left_out: how many positions the stride or the dilation steps over.
    """

    positions: int
    reach: int
    left_out: int


class SlideMemo:
    """What is known of slides, in any network.

    Attributes:
        windows: by the identity of an op and its inputs its windows; the op stands beside them.
        readings: by windows, and along axes of what length in how many steps, what they read.
    """

    def __init__(self) -> None:
        self.windows: dict[tuple[int, tuple[Shape, ...]], tuple[tuple[Window, ...], Sliding]] = {}
        self.readings: dict[tuple[tuple[Window, ...], Shape, Shape], tuple[Reading, ...]] = {}

    def windows_of(self, op: Sliding, inputs: tuple[Shape, ...]) -> tuple[Window, ...]:
        """The windows of an op."""
        key = id(op), inputs
        found = self.windows.get(key)
        if found is None:
            found = self.windows[key] = op.windows(inputs), op
        return found[0]

    def read(self, slide: Slide) -> tuple[Reading, ...]:
        """What is read along each axis."""
        key = slide[:3]
        found = self.readings.get(key)
        if found is None:
            found = self.readings[key] = tuple(map(read_along, *key))
        return found


class Reader(Record):
    """A layer that slides over a map and leaves something out.

    Attributes:
        windows: its windows; what `pad` puts around the map counts as their padding.
        steps: how many windows there are along each axis.
        readings: what they read along each axis.
    """

    layer: Layer
    windows: tuple[Window, ...]
    steps: Shape
    readings: tuple[Reading, ...]


class Unread(Record):
    """A map of which something is never read.

    Attributes:
        readers: the layers that slide over it; nothing else reads it.
        size: its length along each spatial axis.
        dropped: the positions at the end of each axis that no window reaches.
        skipped: the positions that lie between windows, where all readers leave some out.
    """

    readers: tuple[Reader, ...]
    size: Shape
    dropped: Shape
    skipped: int


def read_along(window: Window, length: int, steps: int) -> Reading:
    """What a window reads of an axis of that length in so many steps."""
    kernel, stride, dilation, before, _ = window
    if (dilation == 1 or kernel == 1) and stride > kernel:
        return _with_gaps(window, length, steps)
    if dilation == 1 or kernel == 1 or (stride == 1 and steps >= dilation):
        reach = min(max((steps - 1) * stride + window.extent - before, 0), length)
        return Reading(reach, reach, 0)
    if not _is_short(window, length, steps):
        return Reading(length, length, 0)  # unknown, so nothing is reported
    mask = read_mask(window, length, steps)
    count, reach = mask.bit_count(), mask.bit_length()
    return Reading(count, reach, (length if stride > window.extent else reach) - count)


def _with_gaps(window: Window, length: int, steps: int) -> Reading:
    """What a window reads that is shorter than its stride."""
    kernel, stride, _, before, _ = window

    def read_below(place: int) -> int:
        """Positions read of those before a place, padding included."""
        return place // stride * kernel + min(place % stride, kernel)

    end = max(before, min(length + before, steps * stride))
    count = read_below(end) - read_below(before)
    last = min(steps - 1, (length - 1 + before) // stride) * stride - before
    reach = min(max(last + kernel, 0), length) if count else 0
    return Reading(count, reach, length - count)


def _is_short(window: Window, length: int, steps: int) -> bool:
    """Whether the positions along an axis can be looked at one by one."""
    return max(length, (steps - 1) * window.stride + window.extent) <= LONGEST_MASK


def read_mask(window: Window, length: int, steps: int) -> int:
    """The positions read, a bit for each."""
    taps = _repeated(1, window.dilation, window.kernel)
    read = _repeated(taps, window.stride, steps)
    return (read >> window.before) & ((1 << length) - 1)


def _repeated(pattern: int, step: int, times: int) -> int:
    """The union of a pattern with itself, moved on by `step` so many times."""
    found, covered = 0, 0
    while times:
        if times & 1:
            found |= pattern << covered
            covered += step
        times >>= 1
        if times:
            pattern |= pattern << step
            step *= 2
    return found


class Network(Record):
    """What has to be known of a network: its layers, their readers, and what is given out."""

    slides: Sequence[Slide]
    memo: SlideMemo
    by_name: Mapping[str, Layer]
    readers: Mapping[str, Sequence[Layer]]
    outputs: Collection[str]


def find_unread(network: Network) -> tuple[Unread, ...]:
    """The maps that windows alone read, and not all of."""
    partial: dict[str, Reader] = {}
    for slide in network.slides:
        found = network.memo.read(slide)
        if not all(map(_is_full, found, slide.size)):
            for layer in slide.layers:
                partial[layer.name] = Reader(layer, slide.windows, slide.steps, found)
    judged = (_judge(name, network, partial) for name in _maps(partial, network.by_name))
    return tuple(unread for unread in judged if unread)


def _maps(partial: Iterable[str], by_name: Mapping[str, Layer]) -> dict[str, None]:
    """The maps that partial readers read, each once.

    A map before and behind a ReLU has the same positions: it is one map, as it is before and
    behind a `pad`, which only adds to them.
    """
    sources: dict[str, str] = {}
    maps: dict[str, None] = {}
    for name in partial:
        source, passed = by_name[name].inputs[0], []
        while source not in sources and _passes_positions(by_name.get(source)):
            passed.append(source)
            source = by_name[source].inputs[0]
        source = sources.get(source, source)
        sources.update(dict.fromkeys(passed, source))
        maps[source] = None
    return maps


def _passes_positions(layer: Layer | None) -> bool:
    """Whether each position of the one input comes through, all channels alike."""
    if layer is None or layer.op.merges:
        return False
    is_in_place = layer.op.reach(layer.input_shapes) == SAME_PLACE and not isinstance(
        layer.op, Slice
    )
    return is_in_place or isinstance(layer.op, Pad)


def _judge(name: str, network: Network, partial: Mapping[str, Reader]) -> Unread | None:
    """What the readers of one map leave out together, or None when that is nothing."""
    size = _size(name, network)
    readers = _readers_of(name, size, network, partial) if size else ()
    if not readers:
        return None
    if all(any(one.left_out for one in reader.readings) for reader in readers):
        read = _count_read(readers, size)
        skipped = 0 if read is None else prod(size) - read
        return Unread(readers, size, (0,) * len(size), skipped) if skipped else None
    reaches = zip(*((one.reach for one in reader.readings) for reader in readers), strict=True)
    dropped = tuple(length - max(reach) for length, reach in zip(size, reaches, strict=True))
    return Unread(readers, size, dropped, 0) if any(dropped) else None


def _size(name: str, network: Network) -> Shape:
    """The spatial size of a map; empty for a part of another map that others may read as well."""
    layer = network.by_name.get(name)
    if layer is None:
        first = network.readers[name][0]
        return first.input_shapes[first.inputs.index(name)][1:]
    if isinstance(layer.op, Crop | Slice):
        return ()
    if isinstance(layer.op, Concat) and any(
        len(network.readers[part]) > 1 or part in network.outputs for part in layer.inputs
    ):
        return ()
    return layer.output_shape[1:]


def _readers_of(
    name: str, size: Shape, network: Network, partial: Mapping[str, Reader]
) -> tuple[Reader, ...]:
    """The layers that slide over a map; none when something reads all of it."""
    found: list[Reader] = []
    none = ((0, 0),) * len(size)
    pending = [(name, none)]
    while pending:
        tensor, around = pending.pop()
        if tensor in network.outputs:
            return ()
        for layer in network.readers.get(tensor, ()):
            if layer.name in partial:
                reader = partial[layer.name]
                reader = reader if around is none else _behind(reader, around, size)
                if all(map(_is_full, reader.readings, size)):
                    return ()
                found.append(reader)
            elif _passes_positions(layer):
                pending.append((layer.name, _padded(layer, around)))
            else:
                return ()
    return tuple(found)


Around = tuple[tuple[int, int], ...]
"""The padding before and after a map, along each axis."""


def _padded(layer: Layer, around: Around) -> Around:
    both = zip(around, layer.op.amounts, strict=True) if isinstance(layer.op, Pad) else ()
    return tuple((old[0] + new[0], old[1] + new[1]) for old, new in both) or around


def _behind(reader: Reader, around: Around, size: Shape) -> Reader:
    """A reader as it reads the map that something was put around before."""
    windows = tuple(
        window._replace(before=window.before + before, after=window.after + after)
        for window, (before, after) in zip(reader.windows, around, strict=True)
    )
    return reader._replace(
        windows=windows, readings=tuple(map(read_along, windows, size, reader.steps))
    )


def _is_full(reading: Reading, length: int) -> bool:
    return reading.positions == length


def _count_read(readers: Sequence[Reader], size: Shape) -> int | None:
    """How many positions some reader reads; None when they are too many to count."""
    different = {(one.windows, one.steps) for one in readers}
    if len(different) == 1:
        return prod(reading.positions for reading in readers[0].readings)
    is_short = all(all(map(_is_short, windows, size, steps)) for windows, steps in different)
    if len(different) > MOST_READERS or not is_short:
        return None
    masks = [tuple(map(read_mask, windows, size, steps)) for windows, steps in different]
    found = 0
    for many in range(1, len(masks) + 1):
        for some in combinations(masks, many):
            # Along each axis, the positions that are in all their masks.
            common = prod(reduce(and_, axis).bit_count() for axis in zip(*some, strict=True))
            found += common if many % 2 else -common
    return found
