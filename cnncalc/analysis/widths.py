"""The bits of every tensor of a network, where they are not all alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod

from cnncalc.analysis.costs import Cost, is_bias
from cnncalc.analysis.precision import kinds_of, shown
from cnncalc.bits import USUAL, LayerBits, Precision, Rule, bytes_of
from cnncalc.diagnostics import did_you_mean
from cnncalc.graph import Graph, Layer
from cnncalc.ops import OPS
from cnncalc.records import Record


class Bits(Record):
    """The bits of every tensor of a network; a `Uniform` that is not.

    Attributes:
        text: what is asked for, or whose the bits are.
        layers: by the names of all layers.
        inputs: by the names of the inputs.
        scale_bytes: bytes of scales and zero points in the file of a quantised model.
        source: whose they are: asked for by `labels` or `kinds`, or those of a `file`.
    """

    text: str
    layers: Mapping[str, LayerBits]
    inputs: Mapping[str, int]
    scale_bytes: int = 0
    source: str = "labels"

    @property
    def peak_scale(self) -> int:
        """The bytes of one element of a `memory.Peak`, which counts bytes here."""
        return 1

    def weight_bytes(self, layer: Layer, _counted: Cost) -> int:
        """The bytes of a layer's parameters and buffers, each tensor rounded up to whole ones."""
        one = self.layers[layer.name]
        buffers = sum([bytes_of(prod(shape), one.others) for shape in layer.buffers.values()])
        return buffers + self.parameter_bytes(layer)

    def parameter_bytes(self, layer: Layer) -> int:
        """The bytes of a layer's parameters alone."""
        one = self.layers[layer.name]
        if one.kept_bytes is not None:
            return one.kept_bytes
        tensors = layer.parameters.items()
        widths = {name: one.others if is_bias(name) else one.weights for name, _ in tensors}
        return sum([bytes_of(prod(shape), widths[name]) for name, shape in tensors])

    def activation_bytes(self, layer: Layer, counted: Cost) -> int:
        """The bytes that a layer's output adds to memory, for one example."""
        return bytes_of(counted.stored_elements, self.layers[layer.name].output)

    def tensor_bytes(self, name: str, values: int) -> int:
        """The bytes of what a layer or an input gives."""
        return bytes_of(values, self.width(name))

    def width(self, name: str) -> int:
        """The bits of one value of what a layer or an input gives."""
        return self.layers[name].output if name in self.layers else self.inputs[name]

    def bops(self, layer: Layer, counted: Cost) -> int:
        """The bit operations of a layer, for one example."""
        return sum(bops for *_, bops in self.kinds(layer, counted))

    def kinds(self, layer: Layer, counted: Cost) -> Iterator[tuple[str, int, int]]:
        """What a layer multiplies by precision: `w8a8`, its MACs, and their bit operations."""
        one = self.layers[layer.name]
        if counted.macs:
            bops = counted.macs * one.weights * one.activation
            yield one.kind, counted.macs, bops
        if counted.product_macs:
            bops = counted.product_macs * one.activation * one.factor
            yield one.product_kind, counted.product_macs, bops


OF_FILE = "as in the file"
"""What the precision of a quantised model is called."""


def bits_of(graph: Graph, precision: Precision | None) -> Bits:
    """The bits of every tensor of a network; those of its file where none are asked for."""
    stored = graph.stored
    if precision is None and stored is not None:
        return Bits(OF_FILE, stored.layers, stored.inputs, stored.scale_bytes, "file")
    precision = precision or Precision((Rule("", USUAL, USUAL, USUAL, ""),))
    layers = (*graph.layers, *graph.auxiliary)
    found: dict[str, LayerBits] = {}
    for layer in layers:
        found[layer.name] = one = _layer_bits(layer, precision)
        source = layer.inputs[0] if layer.inputs else None
        if layer.op.is_view and source in found:  # what hands its input on gives it as it is
            found[layer.name] = one._replace(output=found[source].output)
    inputs = _input_bits(graph, layers, precision, found)
    source = "kinds" if precision.of_kinds else "labels"
    return Bits(precision.text, found, inputs, source=source)


def _layer_bits(layer: Layer, precision: Precision) -> LayerBits:
    weights, activations, others = USUAL, USUAL, None
    for rule in _rules_for(layer, precision):
        weights = rule.weights or weights
        activations = rule.activations or activations
        others = rule.others or others
    others = others or max(USUAL, weights)
    if not (precision.of_kinds or weighs(layer)):
        weights = others
    return LayerBits(weights, others, (activations,), activations)


def weighs(layer: Layer) -> bool:
    """Whether a layer multiplies by what it keeps, or looks it up."""
    op = layer.op
    is_known = op.name in OPS
    return not is_known or op.macs(layer.input_shapes, layer.output_shape) > 0


def _rules_for(layer: Layer, precision: Precision) -> Iterator[Rule]:
    """What is said of a layer: first of all layers, last what is nearest to it."""
    usual, *rules = precision.rules
    yield usual
    by_name = {rule.name: rule for rule in rules}
    for name in kinds_of(layer.op) if precision.of_kinds else _paths(layer):
        if name in by_name:
            yield by_name[name]


def _paths(layer: Layer) -> Iterator[str]:
    """The labels of a layer: of its groups, outermost first, then its own."""
    path = ""
    for label in layer.scope:
        path = f"{path}.{label}" if path else label
        yield path
    if layer.name != path:
        yield layer.name


def _input_bits(
    graph: Graph, layers: Iterable[Layer], precision: Precision, found: Mapping[str, LayerBits]
) -> Mapping[str, int]:
    """Each input as it is said of it, else as wide as the widest of what reads it."""
    said = {rule.name: rule.activations for rule in precision.rules if not precision.of_kinds}
    widest: dict[str, int] = {}
    for layer in layers:
        for name in layer.inputs:
            if name in graph.inputs:
                widest[name] = max(widest.get(name, 0), found[layer.name].activation)
    usual = precision.rules[0].activations or USUAL
    return {name: said.get(name) or widest.get(name, usual) for name in graph.inputs}


def check_labels(graphs: Sequence[Graph], precision: Precision | None) -> None:
    """Refuse a label that no network has, and one that has nothing of what is said of it.

    Raises:
        ValueError: there is one; it says which, and what to write.
    """
    if precision is None or not precision.labels:
        return
    missing = [absent(graph, precision) for graph in graphs]
    for label in precision.labels:
        if all(label in one for one in missing):
            known = [name for graph in graphs for name in _labels(graph)][:10_000]
            listed = "`cnncalc summarize NET --depth all` names them"
            hint = did_you_mean(label, known) or listed
            raise ValueError(f"there is no layer or group `{shown(label)}`: {hint}")
    for rule in precision.rules[1:]:
        every = (layer for graph in graphs for layer in (*graph.layers, *graph.auxiliary))
        under = [layer for layer in every if layer.is_under(rule.name)]
        if rule.weights is not None and not any(map(weighs, under)):
            what = f"`w{rule.weights}` of `{shown(rule.name)}` has no effect"
            kept = "biases and normalisation have `b`" if under else "an input has `a` alone"
            raise ValueError(f"{what}, as it multiplies by no weights: {kept}")


def absent(graph: Graph, precision: Precision) -> frozenset[str]:
    """The labels that a network does not have."""
    return frozenset(precision.labels).difference(_labels(graph))


def _labels(graph: Graph) -> Iterator[str]:
    """Every label of a network: of inputs, groups and layers."""
    yield from graph.inputs
    seen: set[str] = set()
    for layer in (*graph.layers, *graph.auxiliary):
        for path in _paths(layer):
            if path not in seen:
                seen.add(path)
                yield path
