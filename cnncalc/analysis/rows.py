"""The rows of a summary: one layer each, with what it costs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from cnncalc.analysis.costs import FLOAT32, Cost, Uniform
from cnncalc.analysis.field import ReceptiveField, Views, to_receptive_fields
from cnncalc.diagnostics import shortened
from cnncalc.graph import Layer
from cnncalc.ops.values import show_shape
from cnncalc.printable import printable

if TYPE_CHECKING:
    from cnncalc.analysis.widths import Bits


class Row(Mapping[str, Any]):
    """One layer and what it costs; MACs and output elements are those of the whole batch.

    It is a mapping as well, from `COLUMNS` to plain values, with None for what is not known: a
    frame of pandas or polars takes rows as they are. A named tuple would do for both but for its
    items, which are computed where they are asked for: of rows there are thousands.

    Example:
        >>> from cnncalc import load, summarize
        >>> row = summarize(load("lenet5")).rows[0]
        >>> row.layer.name, row.macs, row["macs"], row["output_shape"]
        ('c1', 117600, 117600, (6, 28, 28))
    """

    __slots__ = ("batch", "cost", "layer", "views", "widths")

    layer: Layer
    cost: Cost
    batch: int
    views: Views
    widths: "Uniform | Bits"

    def __init__(  # noqa: PLR0917 - as a named tuple would have it
        self,
        layer: Layer,
        cost: Cost,
        batch: int,
        views: Views,
        widths: "Uniform | Bits" = FLOAT32,
    ) -> None:
        fix = object.__setattr__
        fix(self, "layer", layer)
        fix(self, "cost", cost)
        fix(self, "batch", batch)
        fix(self, "views", views)
        fix(self, "widths", widths)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a row cannot be changed: `{name}`")

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __reduce__(self) -> tuple[type["Row"], tuple[Any, ...]]:
        return Row, (self.layer, self.cost, self.batch, self.views, self.widths)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash((self.layer.name, self.batch))

    def __getitem__(self, column: str) -> Any:
        return COLUMNS[column](self)

    def __iter__(self) -> Iterator[str]:
        return iter(COLUMNS)

    def __len__(self) -> int:
        return len(COLUMNS)

    def __repr__(self) -> str:
        layer = self.layer
        macs = f"{self.macs:,} MACs" if self.is_counted else "uncounted"
        shape = show_shape(layer.output_shape) if layer.is_shaped else "no shape"
        told = f"{layer.name}: {layer.op.notation()}, {shape}, {self.parameters:,} parameters"
        return f"<Row {shortened(printable(f'{told}, {macs}'))}>"

    @property
    def fields(self) -> Mapping[str, ReceptiveField | None]:
        """What the outputs see of each input that they depend on."""
        return to_receptive_fields(self.views)

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
    def product_macs(self) -> int:
        """Multiply-accumulates of activations with activations, which are not among the MACs."""
        return self.cost.product_macs * self.batch

    @property
    def is_counted(self) -> bool:
        """Whether the MACs are known; where they are not, they are none in the sums."""
        return self.layer.op.is_counted

    @property
    def output_elements(self) -> int:
        """Values that the layer gives."""
        return self.cost.output_elements * self.batch

    @property
    def stored_elements(self) -> int:
        """Values that the output adds to memory: none where the input is handed on."""
        return self.cost.stored_elements * self.batch

    @property
    def weight_bytes(self) -> int:
        """Bytes of parameters and buffers."""
        return self.widths.weight_bytes(self.layer, self.cost)

    @property
    def activation_bytes(self) -> int:
        """Bytes that the output adds to memory."""
        return self.widths.activation_bytes(self.layer, self.cost) * self.batch

    @property
    def bops(self) -> int:
        """Bit operations: for each MAC the bits of its weight times those of its activation."""
        return self.widths.bops(self.layer, self.cost) * self.batch

    @property
    def bits(self) -> dict[str, Any]:
        """What JSON says of bits, where they are not those of all values; else nothing."""
        if isinstance(self.widths, Uniform):
            return {}
        weights, others, _, output, _ = one = self.widths.layers[self.layer.name]
        return {
            "bits": {
                "weights": weights,
                "others": others,
                "activations": one.activation,
                "output": output,
            },
            "weight_bytes": self.weight_bytes,
            "activation_bytes": self.activation_bytes if self.layer.is_shaped else None,
            "bops": self.bops if self.is_counted else None,
        }

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON has it."""
        layer = self.layer
        return {
            "name": layer.name,
            "op": layer.op.name,
            "inputs": layer.inputs,
            **self.figures(),
            "receptive_field": fields_to_dict(self.fields),
            "line": layer.span.line if layer.span else None,
            **({"shares": layer.shares} if layer.shares else {}),
            **self.bits,
        }

    def figures(self) -> dict[str, Any]:
        """The part of the row that all layers with the same op and inputs have in common."""
        cost = self.cost
        return {
            "output_shape": self.layer.output_shape or None,
            "attributes": cost.attributes,
            "parameters": self.parameters,
            "weights": cost.weights,
            "biases": cost.biases,
            "buffers": cost.buffers,
            "macs": self.macs if self.is_counted else None,
            "flops": self.flops if self.is_counted else None,
            "product_macs": self.product_macs if self.is_counted else None,
            "output_elements": self.output_elements if self.layer.is_shaped else None,
        }


def fields_to_dict(fields: Mapping[str, ReceptiveField | None]) -> dict[str, Any] | None:
    """Fields as JSON has them: of the one input, or by the label of each; null when untold."""
    each = {name: field._asdict() if field else None for name, field in fields.items()}
    return each.get("input") if set(each) <= {"input"} else each


def size_seen(fields: Iterable[ReceptiveField | None]) -> tuple[int, ...] | None:
    """The size of the field where there is one; None of several inputs, and where it is untold."""
    each = [*fields]
    return each[0].size or None if len(each) == 1 and each[0] is not None else None


COLUMNS: Mapping[str, Callable[[Row], Any]] = {
    "name": lambda row: row.layer.name,
    "scope": lambda row: ".".join(row.layer.scope),
    "op": lambda row: row.layer.op.name,
    "notation": lambda row: row.layer.op.notation(),
    "inputs": lambda row: row.layer.inputs,
    "input_shapes": lambda row: row.layer.input_shapes,
    "output_shape": lambda row: row.layer.output_shape or None,
    "parameters": lambda row: row.parameters,
    "weights": lambda row: row.weights,
    "biases": lambda row: row.biases,
    "buffers": lambda row: row.buffers,
    "macs": lambda row: row.macs if row.is_counted else None,
    "flops": lambda row: row.flops if row.is_counted else None,
    "product_macs": lambda row: row.product_macs if row.is_counted else None,
    "output_elements": lambda row: row.output_elements if row.layer.is_shaped else None,
    "receptive_field": lambda row: size_seen(row.fields.values()),
    "line": lambda row: row.layer.span.line if row.layer.span else None,
}
"""What a row has as a mapping, in order; shapes are tuples, the field is that of one input."""
