"""What equal layers have in common, said once."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.analysis.costs import Uniform
from cnncalc.analysis.explain import (
    bit_formulas,
    bop_formulas,
    byte_formulas,
    count_formulas,
    tensor_bits,
)
from cnncalc.analysis.meanings import meaning_of
from cnncalc.analysis.summary import Row
from cnncalc.bits import bytes_of
from cnncalc.metrics import BYTES, METRICS, Metric
from cnncalc.ops import Op
from cnncalc.ops.formula import Formula
from cnncalc.report.kept import Kept

FAMILIES = {
    "conv": "conv", "linear": "linear", "norm": "norm", "pool": "pool", "merge": "merge",
    "attention": "attention", "recurrent": "recurrent",
    "reshape": "shape", "tokens": "shape", "views": "shape",
}  # fmt: skip
"""The category of an op by the module of its family; activation functions are one by a trait."""

COUNTS = (
    "parameters", "weights", "biases", "buffers", "macs", "flops", "product_macs",
    "output_elements", "weight_bytes", "activation_bytes",
)  # fmt: skip
"""The figures that layers add up to, in the order in which they are told."""

OF_BITS = (*COUNTS, "bops")
"""The same of a network whose values have bits of their own."""

Sum = tuple[int, ...]
"""Figures in the order of `OF_BITS`, and the number of layers last."""

NOTHING: Sum = (0,) * (len(OF_BITS) + 1)

BYTES_PER_MAC = Metric(
    "bytes_per_mac",
    "bytes per MAC",
    BYTES,
    "bytes of weights, inputs and outputs that are moved for one MAC",
    (),
    (),
)


class Formulas:
    """Formulas that are told once each, by their number; so are their words."""

    def __init__(self) -> None:
        self.known: dict[Formula, int] = {}
        self.words: dict[tuple[str, str], int] = {}

    def numbers(self, formulas: Iterable[Formula]) -> list[int]:
        """The numbers of some formulas."""
        return [self.known.setdefault(one, len(self.known)) for one in formulas]

    def listed(self) -> list[dict[str, Any]]:
        """Every formula as JSON has it, without a note where there is none."""
        return [
            {
                "words": self.words.setdefault((quantity, words), len(self.words)),
                "values": values,
                "result": result,
                **({"note": note} if note else {}),
            }
            for quantity, words, values, result, note in self.known
        ]


class Kinds:
    """The kinds of layers so far, and their numbers.

    Args:
        formulas: those that they point to.
        kept: what is known from the document before.
        has_bits: whether the bit operations of each are told.
    """

    def __init__(self, formulas: Formulas, kept: Kept, *, has_bits: bool = False) -> None:
        self.formulas = formulas
        self.kept = kept
        self.has_bits = has_bits
        self.known: dict[tuple[int, Hashable], int] = {}
        self.alike: dict[object, int] = {}
        self.costs: list[Sum] = []
        self.listed: list[dict[str, Any]] = []
        self._texts: dict[int, tuple[type[Op], str]] = {}

    def text(self, op: Op) -> tuple[type[Op], str]:
        """What an op is known by in another document: 1 and 1.0 are written differently."""
        found = self._texts.get(id(op))  # layers keep their ops
        if found is None:
            found = self._texts[id(op)] = type(op), repr(op)
        return found

    def number(self, row: Row) -> int:
        """The number of a layer's kind."""
        # Rows keep their costs, so none takes another's place.
        cost = id(row.cost), width_of(row)
        known = self.known.get(cost)
        if known is None:
            layer = row.layer
            own = None if layer.own_parameters is None else tuple(layer.own_parameters.items())
            key = (
                layer.op,
                layer.input_shapes,
                layer.output_shape,
                own,
                bool(layer.shares),
                cost[1],
            )
            if key not in self.alike:
                self.alike[key] = len(self.listed)
                self._add(row, key[1:])
            known = self.known[cost] = self.alike[key]
        return known

    def cost(self, row: Row) -> Sum:
        """What a layer adds to sums; what is not known adds nothing."""
        return self.costs[self.number(row)]

    def _add(self, row: Row, shapes: tuple[Hashable, ...]) -> None:
        key = "kind", *self.text(row.layer.op), shapes, row.batch, self.has_bits
        cost, told, formulas = self.kept.of(key, lambda: self._told(row))
        self.costs.append(cost)
        self.listed.append({**told, "formulas": self.formulas.numbers(formulas)})

    def _told(self, row: Row) -> tuple[Sum, dict[str, Any], tuple[Formula, ...]]:
        """What a kind adds to sums, itself as JSON has it, and its formulas."""
        figures = figures_of(row, has_bits=self.has_bits)
        layer, widths = row.layer, row.widths
        if isinstance(widths, Uniform):
            formulas = (*count_formulas(layer), *byte_formulas(layer, widths.size, row.batch))
        else:
            bits = widths.layers[layer.name]
            of_bits = (*bop_formulas(layer, bits), *bit_formulas(layer, bits, row.batch))
            formulas = (*count_formulas(layer), *of_bits)
        meaning = meaning_of(layer.op, layer.input_shapes) if layer.is_shaped else None
        told = {
            "op": layer.op.name,
            "line": layer.op.notation(),
            "category": category(layer.op),
            "law": meaning.value if meaning else None,
            "input_shapes": layer.input_shapes,
            "output_shape": layer.output_shape or None,
            "attributes": row.cost.attributes,
            **({"bits": row.bits["bits"]} if row.bits else {}),
            "figures": {**figures, "bytes_per_mac": _bytes_per_mac(row)},
        }
        return _sum(figures), told, formulas


def _bytes_per_mac(row: Row) -> float | None:
    """Bytes of weights, inputs and outputs over MACs; shared weights are read as well."""
    layer, widths = row.layer, row.widths
    if not row.macs or not row.is_counted:
        return None
    tensors = (layer.op.parameters(layer.input_shapes), layer.op.buffers(layer.input_shapes))
    if isinstance(widths, Uniform):
        weights = sum(prod(shape) for each in tensors for shape in each.values())
        moved = sum(map(prod, layer.input_shapes)) + row.cost.output_elements
        return round((weights + row.batch * moved) * widths.size / row.macs, 6)
    weights = sum(bytes_of(*one) for one in tensor_bits(*tensors, widths.layers[layer.name]))
    pairs = zip(layer.inputs, layer.input_shapes, strict=False)
    moved = sum(widths.tensor_bytes(name, prod(shape)) for name, shape in pairs)
    moved += widths.tensor_bytes(layer.name, row.cost.output_elements)
    return round((weights + row.batch * moved) / row.macs, 6)


def width_of(row: Row) -> Hashable:
    """How wide the values of a layer are, and of what it reads where these differ."""
    widths, layer = row.widths, row.layer
    if isinstance(widths, Uniform):
        return widths.size
    return widths.layers[layer.name], tuple(map(widths.width, layer.inputs))


def figures_of(row: Row, *, has_bits: bool = False) -> dict[str, Any]:
    """The figures of a layer that layers add up to; None for what is not known."""
    told = row.figures()
    return {
        **{name: told[name] for name in COUNTS if name in told},
        "weight_bytes": row.weight_bytes,
        "activation_bytes": row.activation_bytes if row.layer.is_shaped else None,
        **({"bops": row.bops if row.is_counted else None} if has_bits else {}),
    }


def cost_of(row: Row, *, has_bits: bool = False) -> Sum:
    """What a layer adds to sums, of one whose kind is not told."""
    return _sum(figures_of(row, has_bits=has_bits))


def _sum(figures: Mapping[str, Any]) -> Sum:
    return (*(figures.get(name) or 0 for name in OF_BITS), 1)


def category(op: Op) -> str:
    """What colour an op has."""
    if op.is_nonlinearity:
        return "activation"
    for kind in type(op).__mro__:
        family = kind.__module__.rpartition(".")[2]
        if family in FAMILIES:
            return FAMILIES[family]
    return "other"


def metrics_of(names: Sequence[str]) -> list[dict[str, Any]]:
    """What is told of metrics to whoever reads the numbers."""
    found = (METRICS.get(name, BYTES_PER_MAC) for name in names)
    return [
        {
            "name": one.name,
            "title": one.title,
            "unit": one.unit,
            "sentence": one.sentence,
            "adds_up": one.adds_up,
        }
        for one in found
    ]
