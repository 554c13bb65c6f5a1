"""Predicted receptive fields held against what moves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cnncalc.analysis.field import Field, Views
from cnncalc.engine.perturb import Axis, Marks, moved
from cnncalc.graph import Graph

PHASES = 4
"""Outputs of so many phases are tried, where outputs of one layer see differently many inputs."""


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


class Sight(NamedTuple):
    """What was seen of a layer's field along one axis.

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


def sights(
    graph: Graph, views: Mapping[str, Views], shapes: Mapping[str, Sequence[int]], axis: Axis
) -> dict[str, Sight]:
    """What every layer was seen to see along one axis of an input.

    Args:
        graph: the network.
        views: the predicted fields.
        shapes: the real shape of each layer's output, without the batch.
        axis: the axis.
    """
    length = graph.inputs[axis.input][axis.place + 1]
    told = {name: view.get(axis.input) for name, view in views.items()}
    fields = {name: told[axis.place] for name, told in told.items() if told and name in shapes}
    planned: set[int] = set()
    tries: dict[str, list[Probe]] = {}
    known: dict[tuple[Field, int], list[Probe]] = {}
    # Fields that move on fast have the fewest outputs to choose from: they choose first.
    for name in sorted(fields, key=lambda one: -fields[one].advance / fields[one].period):
        shape = shapes[name]
        outputs = shape[axis.place + 1] if len(shape) > 1 else 1
        key = fields[name], outputs
        if key not in known:
            known[key] = probes(*key, length, planned)
            planned.update(*(rows_of(probe, length) for probe in known[key]))
        tries[name] = known[key]
    rows = sorted(planned)
    seen = moved(graph, axis, rows)
    reached = {name: seen[name].any(axis=1) for name in seen}
    found = {}
    for layer in graph.layers:
        if layer.name in tries:
            sources = [reached[name] for name in layer.inputs if name in reached]
            if axis.input in layer.inputs:
                sources.append(np.ones(len(rows), bool))
            moving = np.any(sources, axis=0)
            view = _View(fields[layer.name], rows, seen[layer.name], moving, length)
            found[layer.name] = _sight(view, tries[layer.name])
    return found


class _View(NamedTuple):
    """A field, and which outputs moved with which row: `moves[row, output]`.

    `reached` says of each row whether anything that the layer reads moved with it.
    """

    field: Field
    rows: Sequence[int]
    moves: Marks
    reached: Marks
    length: int


def _sight(view: _View, tries: Sequence[Probe]) -> Sight:
    field, rows, moves, length = view.field, view.rows, view.moves, view.length
    faults: list[str] = []
    size, notes = 0, set[str | None]()
    for probe in tries:
        is_whole = probe.low is probe.high is None
        low, high = field.at(probe.output) or (0, -1)
        due = rows_of(probe, length) if is_whole else {probe.low, probe.high}
        note = "the input ends before the field" if low < 0 or high >= length else None
        for place, row in enumerate(rows):
            if row not in due or moves[place, probe.output]:
                continue
            if is_whole and not view.reached[place]:
                note = f"row {row} is left over by a stride before"
            else:
                faults.append(f"output {probe.output} does not move with row {row}")
        felt = [row for place, row in enumerate(rows) if moves[place, probe.output]]
        size = max(size, felt[-1] - felt[0] + 1 if felt else 0)
        notes.add(note)
    for place, row in enumerate(rows):
        moved_with = np.flatnonzero(moves[place]).tolist()
        # Outputs of a fixed field all see the same.
        for output in moved_with if field.advance else moved_with[: field.period]:
            low, high = field.at(output) or (length, -1)
            if not low <= row <= high:
                faults.append(f"output {output} moves with row {row}")
    note = None if None in notes else max(map(str, notes), default=None)
    return Sight(size, note, tuple(faults))
