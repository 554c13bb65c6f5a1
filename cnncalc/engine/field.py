"""Predicted receptive fields held against what moves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cnncalc.analysis.field import Field, Views
from cnncalc.engine.perturb import Marks, moved
from cnncalc.engine.reach import Axis, Line
from cnncalc.engine.spans import Spans
from cnncalc.graph import Graph

PHASES = 4
"""Outputs of so many phases are tried, where outputs of one layer see differently many inputs."""


ALL = 64
"""Along an input of no more rows each of them is tried on the kernels along the axis alone."""


class Probe(NamedTuple):
    """An output along one axis, and the ends of what it should see that lie on the input.

    Attributes:
        output: its position.
        low: the first row that it should see, or None when that lies on padding.
        high: the last row, or None likewise.
    """

    output: int
    low: int | None
    high: int | None


class Measured(NamedTuple):
    """What was measured of a layer's field along one axis.

    Attributes:
        size: how many rows an output was seen to see.
        note: why that may be less than the field, or None.
        faults: in words, each output that moved with a row that it should not see, or did not
            with one that it should.
    """

    size: int
    note: str | None
    faults: tuple[str, ...]


def probes(field: Field, outputs: int, length: int, planned: set[int]) -> list[Probe]:
    """The outputs to try: where both ends lie on the input if there are such, else one for each.

    Of several, those whose rows are planned already, then those in the middle.
    """
    spans = {output: span for output in range(outputs) if (span := field.at(output)) is not None}

    def cost(output: int) -> tuple[int, int]:
        low, high = spans[output]
        rows = rows_of(Probe(output, low, high), length)
        return len(rows - planned), abs(low + high + 1 - length)

    by_phase: dict[int, list[int]] = {}
    for output, (low, high) in spans.items():
        if low > 0 and high < length - 1:
            by_phase.setdefault(output % field.period, []).append(output)
    if by_phase:
        chosen = [min(each, key=cost) for each in list(by_phase.values())[:PHASES]]
        return [Probe(output, *spans[output]) for output in chosen]
    return list(_one_sided(spans, length))


def _one_sided(spans: Mapping[int, tuple[int, int]], length: int) -> Iterator[Probe]:
    """An output for each end that lies on the input, and one that sees all of it."""
    # The farther from the border the end is, the better.
    lows = [one for one, (low, _) in spans.items() if 0 < low < length]
    highs = [one for one, (_, high) in spans.items() if 0 <= high < length - 1]
    whole = [one for one, (low, high) in spans.items() if low <= 0 and high >= length - 1]
    if lows:
        yield Probe(max(lows), spans[max(lows)][0], None)
    if highs:
        yield Probe(min(highs), None, spans[min(highs)][1])
    if whole:
        yield Probe(whole[len(whole) // 2], None, None)


def rows_of(probe: Probe, length: int) -> set[int]:
    """The rows to move for a probe: the ends, and what lies just outside of them."""
    low = [0] if probe.low is None else [probe.low - 1, probe.low]
    high = [length - 1] if probe.high is None else [probe.high, probe.high + 1]
    return {row for row in (*low, *high) if 0 <= row < length}


def measure_fields(
    graph: Graph, views: Mapping[str, Views], shapes: Mapping[str, Sequence[int]], axis: Axis
) -> dict[str, Measured]:
    """What every layer was seen to see along one axis of an input.

    Three things are held against each other: the predicted fields and the taps of the kernels on
    an endless map, at every output; these taps, cut to the real maps, and the kernels along this
    axis alone; and the rows that move in the whole network.

    Args:
        graph: the network.
        views: the predicted fields.
        shapes: the real shape of each layer's output, without the batch.
        axis: the axis.

    Raises:
        LayerError: a kernel does not run.
    """
    line = Line(graph, axis, shapes)
    length = line.lengths[axis.input]
    told = {name: view.get(axis.input) for name, view in views.items()}
    fields = {name: told[axis.place] for name, told in told.items() if told and name in shapes}
    tries = _planned(fields, line)
    planned = {row for each in tries.values() for one in each for row in rows_of(one, length)}
    rows = sorted(planned or {0})  # what sees nothing must not move with anything
    every = range(length) if length <= ALL else rows
    due, ran = line.reaching(every), line.run(every)
    reaching = {name: marks[[every.index(row) for row in rows]] for name, marks in due.items()}
    seen = moved(graph, axis, rows)
    ends = line.spans()
    found = {}
    for name, field in fields.items():
        view = _View(
            field, rows, seen.marks[name], reaching[name], name not in seen.partial, length
        )
        faults = [
            *_misread(every, ran[name], due[name]),
            *_wrong_ends(field, ends.get(name), line.lengths[name]),
        ]
        found[name] = _measure(view, tries[name], faults)
    return found


def _planned(fields: Mapping[str, Field], line: Line) -> dict[str, list[Probe]]:
    """The outputs of each layer whose rows are moved in the whole network."""
    length = line.lengths[line.axis.input]
    planned: set[int] = set()
    tries: dict[str, list[Probe]] = {}
    known: dict[tuple[Field, int], list[Probe]] = {}
    # Fields that move on fast have the fewest outputs to choose from: they choose first.
    for name in sorted(fields, key=lambda one: -fields[one].advance / fields[one].period):
        key = fields[name], line.lengths[name]
        if key not in known:
            known[key] = probes(*key, length, planned)
            planned.update(*(rows_of(probe, length) for probe in known[key]))
        tries[name] = known[key]
    return tries


def _wrong_ends(field: Field, ends: Spans | None, outputs: int) -> Iterator[str]:
    """Each output whose predicted field has other ends than the taps of the kernels."""
    if ends is None:
        return
    for output in range(outputs):
        predicted, seen = field.at(output), ends.at(output)
        if predicted != seen:
            sees = "nothing" if seen is None else f"rows {seen[0]} to {seen[1]}"
            told = "nothing" if predicted is None else f"{predicted[0]} to {predicted[1]}"
            yield f"output {output} sees {sees}, not {told}"


def _misread(rows: Sequence[int], ran: Marks, due: Marks) -> Iterator[str]:
    """Each output that a kernel on the real map lets see other rows than its taps say."""
    for place, output in zip(*np.nonzero(ran != due), strict=True):
        sees = "sees" if ran[place, output] else "does not see"
        yield f"output {output} {sees} row {rows[place]}, against its taps"


class _View(NamedTuple):
    """A field, and which outputs moved with which row: `moves[row, output]`.

    `due` says which should, and `is_complete` whether all of these must.
    """

    field: Field
    rows: Sequence[int]
    moves: Marks
    due: Marks
    is_complete: bool
    length: int


def _measure(view: _View, tries: Sequence[Probe], faults: Sequence[str]) -> Measured:
    rows, moves, due = view.rows, view.moves, view.due
    found = list(faults)
    wrong = moves != due if view.is_complete else moves & ~due
    for place, output in zip(*np.nonzero(wrong), strict=True):
        moved_so = "moves" if moves[place, output] else "does not move"
        found.append(f"output {output} {moved_so} with row {rows[place]}")
    size, notes = 0, set[str | None]()
    for probe in tries:
        felt = [row for place, row in enumerate(rows) if moves[place, probe.output]]
        size = max(size, felt[-1] - felt[0] + 1 if felt else 0)
        notes.add(_note(view, probe))
    note = None if None in notes else max(map(str, notes), default=None)
    return Measured(size, note, tuple(found))


def _note(view: _View, probe: Probe) -> str | None:
    """Why an output was seen to see less than its field, or None when it was not."""
    low, high = view.field.at(probe.output) or (0, -1)
    for place, row in enumerate(view.rows):
        if not low <= row <= high or row not in {0, low, high, view.length - 1}:
            continue
        if not view.due[place].any():
            return f"row {row} is left over by a stride before"
        if not view.due[place, probe.output]:
            return f"row {row} is between the taps or beside a map before"
        if not view.moves[place, probe.output]:
            return f"row {row} is not in the channels, or along the other axes, that are read"
    return "the input ends before the field" if low < 0 or high >= view.length else None
