"""What differs between two networks, as records: totals, ends, layers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.analysis.summary import SCHEMA_VERSION, Row, Summary, fields_to_dict
from cnncalc.graph import Graph, Layer
from cnncalc.metrics import shown_in
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.shown import Shown

COMPARED = shown_in("diff")
"""The totals that are compared."""

COSTS = ("parameters", "macs", "buffers", "output_elements")
"""The counts of one layer that are compared."""

STATUSES: Mapping[str, str] = {
    "changed": "changed",
    "replaced": "replaced",
    "added": "added",
    "removed": "removed",
    "moved": "moved",
    "rewired": "rewired",
    "reshaped": "only in shape",
}
"""What can become of a layer, and how that is said; where several apply, the first of them."""


class Change(Record):
    """A value before and after."""

    name: str
    old: Any
    new: Any


class Total(Record):
    """A total before and after."""

    old: int
    new: int

    @property
    def change(self) -> int:
        """By how much it grew."""
        return self.new - self.old

    def to_dict(self) -> dict[str, Any]:
        """The total as JSON has it; a percentage of nothing is null."""
        percent = round(100 * self.change / self.old, 4) if self.old else None
        return {"old": self.old, "new": self.new, "change": self.change, "percent": percent}


class End(NamedTuple):
    """An input or output of a network, and the layer that gives it."""

    name: str
    layer: str
    shape: Shape


class EndChange(Record):
    """An input or output that differs; None where there is none."""

    old: End | None
    new: End | None

    def to_dict(self) -> dict[str, Any]:
        """Both ends as JSON has them."""
        return {side: end and end._asdict() for side, end in self._asdict().items()}


class Entry(NamedTuple):
    """A layer that differs.

    Attributes:
        status: one of `STATUSES`.
        old: the layer before, or None when it was added.
        new: the layer after, or None when it was removed.
        attributes: the attributes that differ, with every default put in.
        is_rewired: whether it reads other layers than before, those aside that were put in
            between or taken out.
    """

    status: str
    old: Row | None
    new: Row | None
    attributes: tuple[Change, ...] = ()
    is_rewired: bool = False

    @property
    def layer(self) -> Layer:
        """The layer as it is now, or as it was when it is gone."""
        row = self.new or self.old
        assert row is not None  # noqa: S101 - an entry has one side at least
        return row.layer

    def change(self, metric: str) -> int:
        """By how much a count grew."""
        new = getattr(self.new, metric) if self.new else 0
        return int(new - (getattr(self.old, metric) if self.old else 0))

    def row(self) -> dict[str, Any]:
        """The entry as a row of plain values; None for a layer that is not there, or not known."""
        sides = {"old": self.old, "new": self.new}
        described = {
            f"{side}_{column}": row and row[column]
            for column in ("name", "notation", "output_shape")
            for side, row in sides.items()
        }
        counted: dict[str, Any] = {}
        for metric in COSTS:
            counts = {f"{side}_{metric}": row and row[metric] for side, row in sides.items()}
            unknown = any(row and row[metric] is None for row in sides.values())
            counted |= {**counts, f"{metric}_change": None if unknown else self.change(metric)}
        head = {"name": self.layer.name, "status": self.status, "rewired": self.is_rewired}
        return {**head, **described, **counted}

    def to_dict(self) -> dict[str, Any]:
        """The entry as JSON has it."""
        return {
            "name": self.layer.name,
            "status": self.status,
            "old": _side(self.old),
            "new": _side(self.new),
            "attributes": {name: {"old": old, "new": new} for name, old, new in self.attributes},
            "rewired": self.is_rewired,
            "change": {metric: self.change(metric) for metric in COSTS},
        }


def _side(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    layer = row.layer
    return {
        "name": layer.name,
        "op": layer.op.name,
        "notation": layer.op.notation(),
        "inputs": layer.inputs,
        "output_shape": layer.output_shape or None,
        **{metric: getattr(row, metric) for metric in COSTS},
        "line": layer.span.line if layer.span else None,
    }


class Diff(Shown):
    """What differs between two networks.

    Attributes:
        old: the network before, counted.
        new: the network after, counted likewise.
        entries: the layers that differ, in execution order.
        unchanged: the number of layers that do not.
        inputs: the inputs that differ.
        outputs: the outputs that differ.
        is_auxiliary_changed: whether heads for training differ that are not counted here.
    """

    old: Summary
    new: Summary
    entries: tuple[Entry, ...]
    unchanged: int
    inputs: tuple[EndChange, ...]
    outputs: tuple[EndChange, ...]
    is_auxiliary_changed: bool = False

    def _line(self) -> str:
        counts = [f"{count:,} {STATUSES[name]}" for name, count in self.counts.items() if count]
        changes = ", ".join(counts) or ("other ends" if self.is_changed else "nothing changed")
        return f"{self.old.graph.title} to {self.new.graph.title}: {changes}"

    @property
    def is_changed(self) -> bool:
        """Whether the networks differ: their layers, how these are connected, or their ends.

        Names of networks, sources and comments do not count, nor do other words for the same.
        """
        return bool(self.entries or self.inputs or self.outputs or self.is_auxiliary_changed)

    @property
    def totals(self) -> Mapping[str, Total]:
        """Each total before and after."""
        return totals_of(self.old, self.new)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many layers have which status."""
        counts = dict.fromkeys(STATUSES, 0)
        for entry in self.entries:
            counts[entry.status] += 1
        return counts

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """A row for each layer that differs, as frames of pandas and polars take them.

        Example:
            >>> from cnncalc import diff, parse
            >>> old = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
            >>> new = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 8, relu]}")
            >>> [(row["name"], row["status"], row["macs_change"]) for row in diff(old, new).rows]
            [('conv1', 'changed', 3888), ('relu1', 'reshaped', 0)]
        """
        return tuple(entry.row() for entry in self.entries)

    def largest(self, metric: str, count: int = 5) -> list[Entry]:
        """The entries that change a count most, either way; those that do not are left out."""
        changing = [entry for entry in self.entries if entry.change(metric)]
        return sorted(changing, key=lambda entry: -abs(entry.change(metric)))[:count]

    def to_dict(self) -> dict[str, Any]:
        """The difference as JSON has it (schema version 1)."""
        return {
            **self.head(),
            "layers": [entry.to_dict() for entry in self.entries],
            **self.tail(),
        }

    def head(self) -> dict[str, Any]:
        """What stands before the layers: what was compared, and the totals."""
        notes = {"old": self.old.notes, "new": self.new.notes}
        return {
            "schema_version": SCHEMA_VERSION,
            "old": _title(self.old.graph),
            "new": _title(self.new.graph),
            "batch": self.new.batch,
            "dtype": self.new.dtype,
            "changed": self.is_changed,
            "status": {"old": self.old.status, "new": self.new.status},
            **({"notes": notes} if any(notes.values()) else {}),
            "totals": {name: total.to_dict() for name, total in self.totals.items()},
            "receptive_field": {
                "old": fields_to_dict(self.old.totals.receptive_field),
                "new": fields_to_dict(self.new.totals.receptive_field),
            },
            "inputs": [change.to_dict() for change in self.inputs],
            "outputs": [change.to_dict() for change in self.outputs],
            "auxiliary_changed": self.is_auxiliary_changed,
            "counts": {**self.counts, "unchanged": self.unchanged},
        }

    def tail(self) -> dict[str, Any]:
        """What stands after the layers: which of them change most."""
        return {
            "largest": {
                metric: [
                    {"name": entry.layer.name, "change": entry.change(metric)}
                    for entry in self.largest(metric)
                ]
                for metric in COSTS
            }
        }


def totals_of(old: Summary, new: Summary) -> dict[str, Total]:
    """Each total of two networks, before and after."""
    found = {
        name: Total(getattr(old.totals, name), getattr(new.totals, name)) for name in COMPARED
    }
    if not any(found["product_macs"]):  # as in any network without attention
        del found["product_macs"]
    return found


def _title(graph: Graph) -> dict[str, Any]:
    return {"name": graph.name, "source": graph.source, "variant": graph.variant}
