"""Networks side by side: what each costs and sees, and whether they may be compared at all."""

from collections.abc import Sequence
from typing import Any

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.field import Field, ReceptiveField
from cnncalc.analysis.rows import size_seen
from cnncalc.analysis.summary import Summary, summarize
from cnncalc.graph import Graph
from cnncalc.metrics import shown_in
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.shown import Shown

COUNTS = shown_in("compare")
"""What is compared by ratio; training bytes only where an optimizer is named, BOPs with bits."""


class Candidate(Record):
    """One network of a comparison.

    Attributes:
        has_bits: whether bit operations are compared, as some network has bits of its own.
    """

    name: str
    summary: Summary
    has_bits: bool = False

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """The shapes of its inputs, in order."""
        return tuple(self.summary.graph.inputs.values())

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """The shapes of its outputs, in order."""
        return tuple(self.summary.outputs.values())

    @property
    def receptive_field(self) -> tuple[ReceptiveField | None, ...]:
        """What its last map sees of each input."""
        return tuple(self.summary.totals.receptive_field.values())

    @property
    def receptive_field_without_gates(self) -> tuple[ReceptiveField | None, ...]:
        """What its last map sees of each input but for gates."""
        return tuple(self.summary.totals.receptive_field_without_gates.values())

    @property
    def sees_all(self) -> bool:
        """Whether every output of its last map, or of all it gives, sees the whole input."""
        return sees_whole_input(self.summary)

    def figure(self, metric: str) -> int | None:
        """One of `COUNTS`; None where it is not asked for."""
        if metric == "nonlinearities":
            return sum(row.layer.op.is_nonlinearity for row in self.summary.rows)
        if metric == "training_bytes":
            step = self.summary.training
            return None if step is None else step.total
        if metric == "bops":
            return self.summary.bops if self.has_bits else None
        value: int = getattr(self.summary.totals, metric)
        return value


class Comparison(Shown):
    """Networks side by side; `differences` say why they are not on equal terms."""

    candidates: tuple[Candidate, ...]
    differences: tuple[str, ...]

    def _line(self) -> str:
        return f"of {', '.join(one.name for one in self.candidates) or 'nothing'}"

    def ratio(self, metric: str, candidate: Candidate) -> float | None:
        """A count as a multiple of the first network's; None when that is zero."""
        first, own = self.candidates[0].figure(metric), candidate.figure(metric)
        return own / first if first and own is not None else None

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """A row for each network, of plain values, as frames of pandas and polars take them.

        Example:
            >>> from cnncalc import compare, load
            >>> first, second = compare(load("resnet:18"), load("resnet:34")).rows
            >>> second["name"], second["macs"], round(second["macs_ratio"], 2)
            ('ResNet:34', 3663761408, 2.02)
        """
        return tuple(self._row(one) for one in self.candidates)

    def _row(self, one: Candidate) -> dict[str, Any]:
        metrics = [name for name in COUNTS if one.figure(name) is not None]
        return {
            "name": one.name,
            "input_shapes": one.input_shapes,
            "output_shapes": one.output_shapes,
            "status": one.summary.status,
            **{metric: one.figure(metric) for metric in metrics},
            "receptive_field": size_seen(one.receptive_field),
            "sees_whole_input": one.sees_all,
            **{f"{metric}_ratio": self.ratio(metric, one) for metric in metrics},
        }

    def to_dict(self) -> dict[str, object]:
        """The comparison as JSON has it: raw integers; ratios to the first network."""
        metrics = [name for name in COUNTS if self.candidates[0].figure(name) is not None]
        return {
            "schema_version": 1,
            "networks": [
                {
                    "name": one.name,
                    "input_shapes": one.input_shapes,
                    "output_shapes": one.output_shapes,
                    "status": one.summary.status,
                    **({"notes": one.summary.notes} if one.summary.notes else {}),
                    **{metric: one.figure(metric) for metric in metrics},
                    "receptive_field": [
                        field._asdict() if field else None for field in one.receptive_field
                    ],
                    "receptive_field_without_gates": [
                        field._asdict() if field else None
                        for field in one.receptive_field_without_gates
                    ],
                    "sees_whole_input": one.sees_all,
                    "ratios": {metric: self.ratio(metric, one) for metric in metrics},
                }
                for one in self.candidates
            ],
            "on_equal_terms": not self.differences,
            "differences": self.differences,
        }


def compare(
    graphs: Sequence[tuple[str, Graph]], basis: Basis, *, has_bits: bool = False
) -> Comparison:
    """Count networks on one basis and say where they are not alike.

    Bit operations are compared where they are asked for, or some network has bits of its own.
    """
    summaries = [(name, summarize(graph, basis)) for name, graph in graphs]
    has_bits = has_bits or any(summary.is_mixed for _, summary in summaries)
    return compare_all([Candidate(name, one, has_bits) for name, one in summaries])


def compare_all(candidates: Sequence[Candidate]) -> Comparison:
    """The same of networks that are counted already, all on one basis."""
    checks = (
        ("inputs", [one.input_shapes for one in candidates]),
        ("outputs", [one.output_shapes for one in candidates]),
        ("receptive fields", [_sizes(one) for one in candidates]),
    )
    differences = tuple(what for what, values in checks if len(set(values)) > 1)
    return Comparison(tuple(candidates), differences)


def _sizes(candidate: Candidate) -> tuple[tuple[int, ...] | None, ...]:
    if candidate.sees_all:
        return ()  # however it is told, by a window as large as the input or by a dense layer
    return tuple(field.size if field else None for field in candidate.receptive_field)


def sees_whole_input(summary: Summary) -> bool:
    """Whether every output of the layer whose field `Totals` tells sees every input."""
    row = next((row for row in summary.rows if row.layer.name == summary.last_map), None)
    if row is None:
        return True
    shapes = summary.graph.inputs
    lengths = row.layer.output_shape[1:]
    for name, fields in row.views.items():
        axes = shapes[name][1:]
        if fields is None or not len(fields) == len(axes) == len(lengths):
            return False
        if not all(map(covers, fields, axes, lengths)):
            return False
    return set(row.views) == set(shapes)


def covers(field: Field, length: int, outputs: int) -> bool:
    """Whether each of so many outputs sees all of an axis of that length.

    Fields move one way, so the first and the last turn of every phase see least.
    """
    ends = {*range(min(field.period, outputs)), *range(max(0, outputs - field.period), outputs)}
    seen = [field.at(output) for output in ends]
    return all(one is not None and one[0] <= 0 and one[1] >= length - 1 for one in seen)
