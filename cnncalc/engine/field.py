"""Predicted receptive fields held against what moves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis.receptive_field import Field, Fields, Views
from cnncalc.engine.base import Array
from cnncalc.engine.perturb import Axis, moved
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
        is_partial: whether the input ended before the field did: the field has `size` at least.
        faults: in words, each output that moved with a row that it should not see, or did not
            with one that it should.
    """

    size: int
    is_partial: bool
    faults: tuple[str, ...]


def probes(field: Field, outputs: int, length: int, planned: set[int]) -> list[Probe]:
    """The outputs to try: where both ends lie on the input if there are such, else one for each.

    Of several, those whose rows are planned already, then those in the middle.
    """
    spans = {}
    for output in range(outputs):
        span = field.at(output)
        if span is not None:
            spans[output] = span

    def cost(output: int) -> tuple[int, int]:
        low, high = spans[output]
        return len(rows_of(Probe(output, low, high), length) - planned), abs(
            low + high + 1 - length
        )

    within = [one for one, (low, high) in spans.items() if low > 0 and high < length - 1]
    if within:
        by_phase: dict[int, list[int]] = {}
        for output in within:
            by_phase.setdefault(output % field.period, []).append(output)
        chosen = [min(each, key=cost) for each in list(by_phase.values())[:PHASES]]
        return [Probe(output, *spans[output]) for output in chosen]
    found = []
    # The end of the field that is looked at is the farther from the border the better.
    lows = [one for one, (low, _) in spans.items() if 0 < low < length]
    highs = [one for one, (_, high) in spans.items() if 0 <= high < length - 1]
    if lows:
        found.append(Probe(max(lows), spans[max(lows)][0], None))
    if highs:
        found.append(Probe(min(highs), None, spans[min(highs)][1]))
    whole = [one for one, (low, high) in spans.items() if low <= 0 and high >= length - 1]
    if whole:
        found.append(Probe(whole[len(whole) // 2], None, None))
    return found


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
    return {name: _sight(fields[name], tries[name], seen[name], rows, length) for name in tries}


def _sight(
    field: Field, tries: Sequence[Probe], moves: Array, rows: Sequence[int], length: int
) -> Sight:
    """What was seen, by `moves[row, output]` for the rows that were moved."""
    index = {row: place for place, row in enumerate(rows)}
    faults = []
    size, is_partial = 0, True
    for probe in tries:
        spanned = field.at(probe.output) or (0, -1)
        for row in sorted(rows_of(probe, length)):
            moves_it = bool(moves[index[row], probe.output])
            if row in {probe.low, probe.high} and not moves_it:
                faults.append(f"output {probe.output} does not move with row {row}")
            if probe.low is probe.high is None and not moves_it:
                faults.append(f"output {probe.output} does not move with row {row}")
        felt = [row for row in rows if moves[index[row], probe.output]]
        size = max(size, felt[-1] - felt[0] + 1 if felt else 0)
        is_partial = is_partial and (spanned[0] < 0 or spanned[1] >= length)
    for output in range(moves.shape[1]):
        low, high = field.at(output) or (length, -1)
        outside = [row for row in rows if moves[index[row], output] and not low <= row <= high]
        faults += [f"output {output} moves with row {row}" for row in outside]
    return Sight(size, is_partial, tuple(faults))
