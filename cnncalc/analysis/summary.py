"""A graph as rows and totals."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cnncalc.analysis.conventions import Basis, footer
from cnncalc.analysis.costs import FLOAT32, Uniform, depth, layer_costs
from cnncalc.analysis.field import ReceptiveField, to_receptive_fields
from cnncalc.analysis.measures import widths_of
from cnncalc.analysis.memory import Peak, peak
from cnncalc.analysis.receptive_field import FieldMap, receptive_fields
from cnncalc.analysis.rows import Row as Row  # noqa: PLC0414 - a summary's, and found with it
from cnncalc.analysis.rows import fields_to_dict as fields_to_dict  # noqa: PLC0414 - as above
from cnncalc.analysis.training import (
    Training,
    kept_by_tensor,
    kept_for_backward,
    training,
    training_in_bits,
)
from cnncalc.graph import Graph, Layer
from cnncalc.metrics import METRICS
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.shown import Shown

if TYPE_CHECKING:
    from cnncalc.analysis.widths import Bits

SCHEMA_VERSION = 1


PARTS = ("weights", "biases", "buffers", "macs", "product_macs", "stored_elements")
"""The counts of a cost that totals are sums of."""

COMPLETE = "complete"


def status(rows: Sequence[Row]) -> str:
    """`complete`, or `partial: 3 layers uncounted (Einsum x 3)`.

    Layers without a shape are told with those that they begin with: `partial: 5 layers without a
    shape (from NonMaxSuppression x 1 on)`.
    """
    layers = [row.layer for row in rows]
    uncounted = [row.layer for row in rows if not row.is_counted]
    shapeless = [layer for layer in layers if not layer.is_shaped]
    parts = []
    if uncounted:
        parts.append(f"{_number(uncounted)} uncounted ({_kinds(uncounted)})")
    if shapeless:
        first = [layer for layer in shapeless if all(layer.input_shapes)]
        parts.append(f"{_number(shapeless)} without a shape (from {_kinds(first)} on)")
    return f"partial: {'; '.join(parts)}" if parts else COMPLETE


def _number(layers: Sequence[Layer]) -> str:
    return f"{len(layers):,} layer{'s' * (len(layers) != 1)}"


def kind_of(op: str) -> str:
    """The name of an op without that of the form of file which it stands in."""
    return op.removeprefix("onnx:").removeprefix("keras:")


def _kinds(layers: Iterable[Layer]) -> str:
    """How often each op is among layers."""
    kinds = Counter(kind_of(layer.op.name) for layer in layers)
    return ", ".join(f"{kind} x {times}" for kind, times in kinds.items())


class Totals(Record):
    """The sums over all layers, the peak, the depth, and what the last map sees.

    `receptive_field` is that of the last layer whose outputs see different places: before the map
    is pooled or flattened to features that see everything. Where gates let it see the whole input,
    as squeeze-and-excitation does, `receptive_field_without_gates` is what it sees but for them;
    elsewhere the two are the same.
    """

    parameters: int
    weights: int
    biases: int
    buffers: int
    macs: int
    flops: int
    product_macs: int
    weight_bytes: int
    activation_bytes: int
    peak_activation_bytes: int
    depth: int
    layers: int
    receptive_field: Mapping[str, ReceptiveField | None]
    receptive_field_without_gates: Mapping[str, ReceptiveField | None]

    def to_dict(self) -> dict[str, Any]:
        """The totals as JSON has them."""
        return {
            **self._asdict(),
            "receptive_field": fields_to_dict(self.receptive_field),
            "receptive_field_without_gates": fields_to_dict(self.receptive_field_without_gates),
        }


class Summary(Shown):
    """What a network holds and costs, layer by layer.

    Attributes:
        graph: the network.
        rows: one for each layer, in execution order; auxiliary layers last when counted.
        batch: the factor on MACs and activations.
        dtype: the type of every value, or what is said of their bits.
        totals: the sums.
        peak: the moment at which most activations are alive, for one example.
        misaligned: the layers whose branches differ in the stride or centre of what they see.
        training: the bytes of a training step, when an optimizer was named.
        last_map: the last layer whose outputs see different places, gates left out.
        gates: the layers in which branches that see the whole input meet others that do not.
        widths: how wide values are.
    """

    graph: Graph
    rows: tuple[Row, ...]
    batch: int
    dtype: str
    totals: Totals
    peak: Peak
    misaligned: tuple[str, ...] = ()
    training: Training | None = None
    last_map: str | None = None
    gates: tuple[str, ...] = ()
    widths: "Uniform | Bits" = FLOAT32

    def _line(self) -> str:
        totals, batch = self.totals, f", batch {self.batch:,}" * (self.batch > 1)
        partial = "" if self.status == COMPLETE else f"; {self.status}"
        return (
            f"{self.graph.title}: {_number([row.layer for row in self.rows])}, "
            f"{totals.parameters:,} parameters, {totals.macs:,} MACs{batch}{partial}"
        )

    @property
    def is_mixed(self) -> bool:
        """Whether values have bits of their own, layer by layer."""
        return not isinstance(self.widths, Uniform)

    @property
    def bops(self) -> int:
        """Bit operations of all layers, for the batch."""
        return sum(row.bops for row in self.rows)

    @property
    def precisions(self) -> Mapping[str, tuple[int, int]]:
        """The MACs and the bit operations of each precision, `w8a8`, most MACs first.

        Nothing where all values are alike.
        """
        found: dict[str, tuple[int, int]] = {}
        for row in self.rows:
            told = () if isinstance(row.widths, Uniform) else row.widths.kinds(row.layer, row.cost)
            for kind, macs, bops in told:
                before = found.get(kind, (0, 0))
                found[kind] = before[0] + macs * self.batch, before[1] + bops * self.batch
        return dict(sorted(found.items(), key=lambda one: -one[1][0]))

    @property
    def footer(self) -> str:
        """The conventions behind the numbers, in one line."""
        names = {row.layer.op.name for row in self.rows if row.macs} - OPS.keys()
        return footer(
            sorted(kind_of(name) for name in names),
            has_products=self.totals.product_macs > 0,
            bits="" if isinstance(self.widths, Uniform) else self.widths.source,
        )

    @property
    def outputs(self) -> Mapping[str, Shape]:
        """The shape of each output."""
        graph = self.graph
        shapes = dict(graph.inputs)
        shapes |= {row.layer.name: row.layer.output_shape for row in self.rows}
        named = dict(graph.outputs)
        if any(name in shapes for name in graph.auxiliary_outputs.values()):
            named |= {k: v for k, v in graph.auxiliary_outputs.items() if v in shapes}
        return {name: shapes[layer] for name, layer in named.items()}

    @property
    def status(self) -> str:
        """`complete`, or which layers have MACs that are not known."""
        return status(self.rows)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the figures are to be read with, as sentences in lower case."""
        return notes_of(self.graph, self.batch)

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON has it (schema version 1): raw integers, shapes as sequences."""
        return {**self.head(), "layers": [row.to_dict() for row in self.rows], **self.tail()}

    def head(self) -> dict[str, Any]:
        """What stands before the layers: what was counted, and how."""
        graph = self.graph
        return {
            "schema_version": SCHEMA_VERSION,
            "name": graph.name,
            "source": graph.source,
            "variant": graph.variant,
            "input": dict(graph.inputs),
            "batch": self.batch,
            "dtype": self.dtype,
            "status": self.status,
            **({"notes": self.notes} if self.notes else {}),
        }

    def sums(self) -> dict[str, Any]:
        """The totals as JSON has them, and by precision where values have bits of their own."""
        parts: dict[str, Any] = {"totals": self.totals.to_dict()}
        if self.is_mixed:
            parts["totals"]["bops"] = self.bops
            parts["precisions"] = {
                kind: {"macs": macs, "bops": bops}
                for kind, (macs, bops) in self.precisions.items()
            }
        return parts

    def tail(self) -> dict[str, Any]:
        """What stands after the layers: outputs and totals."""
        outputs = {name: shape or None for name, shape in self.outputs.items()}
        parts: dict[str, Any] = {"outputs": outputs, **self.sums()}
        if self.training is not None:
            parts["training"] = self.training.to_dict()
        return parts


def summarize(graph: Graph, basis: Basis, fields: FieldMap | None = None) -> Summary:
    """As `cnncalc.summarize` says; `fields` are what its layers see, where that is known."""
    basis.check()
    batch, widths = basis.batch, widths_of(graph, basis)
    layers = graph.layers + graph.auxiliary if basis.auxiliary else graph.layers
    costs = layer_costs(layers)
    seen = fields or receptive_fields(graph, layers)
    views = seen.views
    rows = tuple(
        Row(layer, one, batch, views[layer.name], widths)
        for layer, one in zip(layers, costs, strict=True)
    )
    sums = {part: sum([getattr(one, part) for one in costs]) for part in PARTS}
    counted = {
        name: sum(sums[part] for part in one.parts)
        * one.factor
        * (batch if one.is_per_example else 1)
        * (widths.peak_scale if one.is_bytes else 1)
        for name, one in METRICS.items()
        if name in Totals._fields and one.adds_up
    }
    bits, dtype = None, basis.dtype
    if not isinstance(widths, Uniform):
        bits, dtype = widths, widths.text
        counted["weight_bytes"] = sum(row.weight_bytes for row in rows)
        counted["activation_bytes"] = sum(row.activation_bytes for row in rows)
    sizes = [one.output_elements for one in costs]
    most = peak(graph, layers, sizes, is_inplace=basis.inplace, bits=bits)
    last = seen.last_map(graph.layers)
    totals = Totals(
        **counted,
        peak_activation_bytes=batch * most.elements * widths.peak_scale,
        depth=depth(layers, costs),
        layers=len(rows),
        receptive_field=to_receptive_fields(views[last]) if last else {},
        receptive_field_without_gates=to_receptive_fields(seen.ungated[last]) if last else {},
    )
    step = None
    if basis.trains and bits is not None and basis.precision is not None:
        held = totals.weight_bytes, sum(map(bits.parameter_bytes, layers))
        step = training_in_bits(held, kept_by_tensor(graph, layers), bits, basis)
    elif basis.trains:
        kept = kept_for_backward(graph, layers)
        step = training(totals.parameters, totals.buffers, kept, basis)
    told = totals, most, seen.misaligned, step, last, seen.gates, widths
    return Summary(graph, rows, batch, dtype, *told)


def notes_of(graph: Graph, batch: int) -> tuple[str, ...]:
    """What the figures of a graph are to be read with, as sentences in lower case."""
    if graph.fixed_batch == 1:
        return graph.notes
    read = "one example" if batch == 1 else f"{batch:,} examples"
    fixed = f"the file fixes a batch of {graph.fixed_batch:,}; the figures are of {read}"
    return (fixed, *graph.notes)
