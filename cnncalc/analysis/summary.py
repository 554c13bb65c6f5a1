"""A graph as rows and totals."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.analysis.conventions import BYTES_PER_VALUE
from cnncalc.analysis.costs import Cost, depth, layer_costs
from cnncalc.diagnostics import did_you_mean
from cnncalc.graph import Graph, Layer
from cnncalc.ops.values import Shape
from cnncalc.records import Record

SCHEMA_VERSION = 1


class Row(NamedTuple):
    """One layer and what it costs; MACs and output elements are those of the whole batch."""

    layer: Layer
    cost: Cost
    batch: int = 1

    @property
    def parameters(self) -> int:
        """Trainable values: weights and biases."""
        return self.cost.weights + self.cost.biases

    @property
    def weights(self) -> int:
        """Trainable values that are no bias."""
        return self.cost.weights

    @property
    def biases(self) -> int:
        """Trainable values that are only added."""
        return self.cost.biases

    @property
    def buffers(self) -> int:
        """Values that are kept but not trained."""
        return self.cost.buffers

    @property
    def macs(self) -> int:
        """Multiply-accumulates."""
        return self.cost.macs * self.batch

    @property
    def flops(self) -> int:
        """Two for each MAC."""
        return 2 * self.macs

    @property
    def output_elements(self) -> int:
        """Values that the layer gives."""
        return self.cost.output_elements * self.batch

    @property
    def stored_elements(self) -> int:
        """Values that the output adds to memory: none where the input is handed on."""
        return self.cost.stored_elements * self.batch

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON has it."""
        layer = self.layer
        return {
            "name": layer.name,
            "op": layer.op.name,
            "inputs": layer.inputs,
            **self.figures(),
            "line": layer.span.line if layer.span else None,
        }

    def figures(self) -> dict[str, Any]:
        """The part of the row that all layers with the same op and inputs have in common."""
        cost = self.cost
        return {
            "output_shape": self.layer.output_shape,
            "attributes": cost.attributes,
            "parameters": self.parameters,
            "weights": cost.weights,
            "biases": cost.biases,
            "buffers": cost.buffers,
            "macs": self.macs,
            "flops": self.flops,
            "output_elements": self.output_elements,
        }


class Totals(Record):
    """The sums over all layers, and the depth."""

    parameters: int
    weights: int
    biases: int
    buffers: int
    macs: int
    flops: int
    weight_bytes: int
    activation_bytes: int
    depth: int
    layers: int

    def to_dict(self) -> dict[str, int]:
        """The totals as JSON has them."""
        return self._asdict()


class Summary(Record):
    """What a network holds and costs, layer by layer.

    Attributes:
        graph: the network.
        rows: one for each layer, in execution order; auxiliary layers last when counted.
        batch: the factor on MACs and activations.
        dtype: the type of every value.
        totals: the sums.
    """

    graph: Graph
    rows: tuple[Row, ...]
    batch: int
    dtype: str
    totals: Totals

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

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON has it (schema version 1): raw integers, shapes as sequences."""
        return {**self.head(), "layers": [row.to_dict() for row in self.rows], **self.tail()}

    def head(self) -> dict[str, Any]:
        """What stands before the layers: what was counted, and how."""
        graph = self.graph
        only = list(graph.inputs) == ["input"]
        return {
            "schema_version": SCHEMA_VERSION,
            "name": graph.name,
            "source": graph.source,
            "variant": graph.variant,
            "input": {"x" if only else name: shape for name, shape in graph.inputs.items()},
            "batch": self.batch,
            "dtype": self.dtype,
            "status": "complete",
        }

    def tail(self) -> dict[str, Any]:
        """What stands after the layers: outputs and totals."""
        return {"outputs": self.outputs, "totals": self.totals.to_dict()}


def summarize(
    graph: Graph, batch: int = 1, dtype: str = "float32", *, auxiliary: bool = False
) -> Summary:
    """As `cnncalc.summarize` says."""
    if batch < 1:
        raise ValueError(f"a batch has 1 example or more, not {batch}")
    if dtype not in BYTES_PER_VALUE:
        hint = did_you_mean(dtype, BYTES_PER_VALUE) or f"one of {', '.join(BYTES_PER_VALUE)}"
        raise ValueError(f"there is no dtype {dtype!r}: {hint}")
    layers = graph.layers + graph.auxiliary if auxiliary else graph.layers
    costs = layer_costs(layers)
    rows = tuple(Row(layer, one, batch) for layer, one in zip(layers, costs, strict=True))
    weights = sum(one.weights for one in costs)
    biases = sum(one.biases for one in costs)
    buffers = sum(one.buffers for one in costs)
    macs = batch * sum(one.macs for one in costs)
    stored = sum(one.stored_elements for one in costs)
    size = BYTES_PER_VALUE[dtype]
    totals = Totals(
        parameters=weights + biases,
        weights=weights,
        biases=biases,
        buffers=buffers,
        macs=macs,
        flops=2 * macs,
        weight_bytes=(weights + biases + buffers) * size,
        activation_bytes=batch * stored * size,
        depth=depth(layers, costs),
        layers=len(rows),
    )
    return Summary(graph, rows, batch, dtype, totals)
