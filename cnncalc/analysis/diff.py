"""What differs between two networks, layer by layer, and what it costs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.analysis.alignment import align
from cnncalc.analysis.summary import (
    SCHEMA_VERSION,
    Options,
    Row,
    Summary,
    fields_to_dict,
    summarize,
)
from cnncalc.graph import Graph, Layer
from cnncalc.metrics import shown_in
from cnncalc.ops.values import Shape
from cnncalc.records import Record

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

    def to_dict(self) -> dict[str, Any]:
        """The end as JSON has it."""
        return self._asdict()


class EndChange(Record):
    """An input or output that differs; None where there is none."""

    old: End | None
    new: End | None

    def to_dict(self) -> dict[str, Any]:
        """Both ends as JSON has them."""
        return {
            "old": self.old.to_dict() if self.old else None,
            "new": self.new.to_dict() if self.new else None,
        }


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


class Diff(Record):
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

    @property
    def is_changed(self) -> bool:
        """Whether the networks differ: their layers, how these are connected, or their ends.

        Names of networks, sources and comments do not count, nor do other words for the same.
        """
        return bool(self.entries or self.inputs or self.outputs or self.is_auxiliary_changed)

    @property
    def totals(self) -> Mapping[str, Total]:
        """Each total before and after."""
        old, new = self.old.totals, self.new.totals
        return {name: Total(getattr(old, name), getattr(new, name)) for name in COMPARED}

    @property
    def counts(self) -> Mapping[str, int]:
        """How many layers have which status."""
        counts = dict.fromkeys(STATUSES, 0)
        for entry in self.entries:
            counts[entry.status] += 1
        return counts

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
        return {
            "schema_version": SCHEMA_VERSION,
            "old": _title(self.old.graph),
            "new": _title(self.new.graph),
            "batch": self.new.batch,
            "dtype": self.new.dtype,
            "changed": self.is_changed,
            "status": {"old": self.old.status, "new": self.new.status},
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


def _title(graph: Graph) -> dict[str, Any]:
    return {"name": graph.name, "source": graph.source, "variant": graph.variant}


def diff(
    old: Graph, new: Graph, batch: int = 1, dtype: str = "float32", *, auxiliary: bool = False
) -> Diff:
    """Compare two networks, layer by layer.

    Args:
        old: the network before.
        new: the network after.
        batch: examples at once, a factor on MACs and activations.
        dtype: the type of weights and activations.
        auxiliary: whether to compare heads that are used in training only.

    Raises:
        ValueError: the batch is below 1, or the dtype is not known.
    """
    options = Options(batch, dtype, auxiliary)
    before, after = summarize(old, options), summarize(new, options)
    names = dict(align(*([row.layer for row in summary.rows] for summary in (before, after))))
    inputs = _pair_ends(_inputs(old), _inputs(new), {})
    names |= {one.layer: two.layer for one, two in inputs if one and two}
    outputs = _pair_ends(_outputs(before), _outputs(after), names)
    entries = tuple(_entries(before.rows, after.rows, names))
    gone = sum(entry.new is None for entry in entries)
    return Diff(
        before,
        after,
        entries,
        len(before.rows) - (len([entry for entry in entries if entry.old and entry.new]) + gone),
        tuple(EndChange(*ends) for ends in inputs if ends[0] != ends[1]),
        tuple(EndChange(*ends) for ends in outputs if _is_other(*ends, names)),
        not auxiliary and _is_auxiliary_changed(old, new),
    )


def _is_auxiliary_changed(old: Graph, new: Graph) -> bool:
    if not (old.auxiliary or new.auxiliary):
        return False
    heads = {layer.name for layer in (*old.auxiliary, *new.auxiliary)}
    found = diff(old, new, auxiliary=True)
    return any(entry.layer.name in heads for entry in found.entries)


# The ends of a network.

Ends = list[tuple[End | None, End | None]]


def _inputs(graph: Graph) -> list[End]:
    return [End(name, name, shape) for name, shape in graph.inputs.items()]


def _outputs(summary: Summary) -> list[End]:
    layers = {**summary.graph.auxiliary_outputs, **summary.graph.outputs}
    return [End(name, layers[name], shape) for name, shape in summary.outputs.items()]


def _pair_ends(old: Sequence[End], new: Sequence[End], names: Mapping[str, str]) -> Ends:
    """Pair by name, then by the layer that gives it, then by order where as many are left."""
    left, pairs = list(new), Ends()
    lonely: list[End] = []
    for one in old:
        match = next((two for two in left if two.name == one.name), None) or next(
            (two for two in left if two.layer == names.get(one.layer)), None
        )
        if match is None:
            lonely.append(one)
        else:
            left.remove(match)
            pairs.append((one, match))
    if len(lonely) == len(left):
        return [*pairs, *zip(lonely, left, strict=True)]
    return [*pairs, *((one, None) for one in lonely), *((None, two) for two in left)]


def _is_other(old: End | None, new: End | None, names: Mapping[str, str]) -> bool:
    """Whether an output differs in its name, its shape, or the layer that gives it."""
    if old is None or new is None:
        return True
    return (old.name, names.get(old.layer), old.shape) != (new.name, new.layer, new.shape)


# The layers.


def _entries(old: Sequence[Row], new: Sequence[Row], names: Mapping[str, str]) -> Iterator[Entry]:
    """What differs, in the new order; what was removed stands behind what stood before it."""
    before = {row.layer.name: row for row in old}
    partners = {names[name]: row for name, row in before.items() if name in names}
    added = _sources(row.layer for row in new if row.layer.name not in partners)
    removed = _sources(row.layer for row in old if row.layer.name not in names)
    gone = _removed(old, names)
    yield from gone.get("", ())
    for row in new:
        partner = partners.get(row.layer.name)
        if partner is None:
            yield Entry("added", None, row)
        else:
            here = tuple(added.get(name, name) for name in row.layer.inputs)
            there = (removed.get(name, name) for name in partner.layer.inputs)
            is_rewired = here != tuple(names.get(name) for name in there)
            yield from _compare(partner, row, is_rewired=is_rewired)
        yield from gone.get(row.layer.name, ())


def _removed(old: Sequence[Row], names: Mapping[str, str]) -> Mapping[str, list[Entry]]:
    """What was removed, by the new name of the layer that it stood behind."""
    gone: dict[str, list[Entry]] = {}
    last = ""
    for row in old:
        if row.layer.name in names:
            last = names[row.layer.name]
        else:
            gone.setdefault(last, []).append(Entry("removed", row, None))
    return gone


def _sources(layers: Iterable[Layer]) -> Mapping[str, str]:
    """For each of the layers, all in one network only, the tensor that they all go back to.

    What reads a layer that was put in between reads, in effect, what it read before. A layer
    that goes back to several tensors of both networks is its own source.
    """
    sources: dict[str, str] = {}
    for layer in layers:
        behind = {sources.get(name, name) for name in layer.inputs}
        sources[layer.name] = behind.pop() if len(behind) == 1 else layer.name
    return sources


def _compare(old: Row, new: Row, *, is_rewired: bool) -> Iterator[Entry]:
    """The entry of a layer that is in both networks, when anything about it differs."""
    one, two = old.layer, new.layer
    attributes = _attributes(old, new)
    differs = {
        "replaced": one.op.name != two.op.name,
        "changed": bool(attributes),
        "moved": one.name != two.name,
        "rewired": is_rewired,
        "reshaped": (one.input_shapes, one.output_shape) != (two.input_shapes, two.output_shape),
    }
    status = next((status for status, is_so in differs.items() if is_so), None)
    if status:
        yield Entry(status, old, new, attributes, is_rewired)


def _attributes(old: Row, new: Row) -> tuple[Change, ...]:
    """The attributes that differ both as written and in effect.

    `padding=half` and `padding=1` may be the same; `padding=same` may mean another number once
    the input has another size, and is still the same attribute.
    """
    one, two = old.layer.op, new.layer.op
    if one is two or one == two or one.name != two.name:
        return ()
    before, after = old.cost.attributes, new.cost.attributes
    return tuple(
        Change(name, before[name], after[name])
        for name in before
        if name in after
        and before[name] != after[name]
        and getattr(one, name) != getattr(two, name)
    )
