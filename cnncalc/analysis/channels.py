"""Runs of channels that see alike: what becomes of them in an op.

A map is a tuple of runs, each with the number of the channel behind its last and what it sees.
"""

from collections.abc import Callable, Iterable, Sequence

from cnncalc.analysis.field import Views
from cnncalc.ops.footprint import Lanes

Runs = tuple[tuple[int, Views], ...]
"""For each run of channels the one behind its last, and what all of it sees."""

Union = Callable[[Sequence[Views]], Views]
"""The hull of what several runs see."""

MOST_RUNS = 1024
"""Runs of one map beyond which all its channels are told to see what any of them sees."""


def joined(runs: Iterable[tuple[int, Views]]) -> Runs:
    """Runs of which no two neighbours see alike."""
    found: list[tuple[int, Views]] = []
    for stop, views in runs:
        if found and (found[-1][1] is views or found[-1][1] == views):
            found[-1] = stop, found[-1][1]
        else:
            found.append((stop, views))
    return tuple(found)


def stacked(parts: Iterable[tuple[int, Runs]]) -> Runs:
    """Maps of so many channels, one after the other."""
    found: list[tuple[int, Views]] = []
    before = 0
    for channels, runs in parts:
        found += [(before + stop, views) for stop, views in runs]
        before += channels
    return joined(found)


def aligned(parts: Sequence[Runs]) -> list[tuple[int, list[Views]]]:
    """Several maps of equally many channels, cut where any of them changes."""
    places = [0] * len(parts)
    found = []
    for stop in sorted({stop for runs in parts for stop, _ in runs}):
        for number, runs in enumerate(parts):
            while runs[places[number]][0] < stop:
                places[number] += 1
        found.append((stop, [runs[place][1] for runs, place in zip(parts, places, strict=True)]))
    return found


def led(runs: Runs, lanes: Lanes, union: Union) -> Runs:
    """What the output channels of an op see of its input, from what its input channels see."""
    found: list[tuple[int, Views]] = []
    if lanes.inputs == 1:
        end = lanes.start + lanes.number
        for stop, views in runs:
            if stop > lanes.start:
                found.append(((min(stop, end) - lanes.start) * lanes.outputs, views))
            if stop >= end:
                break
    else:
        first = 0
        for lane in range(1, lanes.number + 1):
            start, end = lanes.start + (lane - 1) * lanes.inputs, lanes.start + lane * lanes.inputs
            while runs[first][0] <= start:
                first += 1
            last = first
            while runs[last][0] < end:
                last += 1
            seen = [views for _, views in runs[first : last + 1]]
            found.append((lane * lanes.outputs, union(seen)))
    return joined(_dealt(found, lanes.interleaved))


def _dealt(runs: Sequence[tuple[int, Views]], groups: int) -> Iterable[tuple[int, Views]]:
    """The first channel of each of so many groups, then the second."""
    channels = runs[-1][0]
    if groups in {1, channels}:
        return runs
    each = [views for (stop, views), start in zip(runs, _starts(runs), strict=True)
            for _ in range(stop - start)]  # fmt: skip
    length = channels // groups
    return [(at + 1, each[at % groups * length + at // groups]) for at in range(channels)]


def _starts(runs: Sequence[tuple[int, Views]]) -> list[int]:
    return [0, *(stop for stop, _ in runs[:-1])]
