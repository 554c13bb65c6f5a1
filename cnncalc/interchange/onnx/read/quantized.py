"""The bits of a quantised model's tensors, as its file has them.

What stands between QuantizeLinear and DequantizeLinear is a tensor of integers, by which runtimes
compute the layers around it: both nodes are how that is written, and no layers. One that changes
what the network takes or gives, or what other layers read as it was, is a layer.

Source: ONNX operators QuantizeLinear 21 and DequantizeLinear 21; ONNX Runtime, "Quantize ONNX
models", on its QDQ format.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import prod

from cnncalc.bits import LayerBits, Stored, bytes_of
from cnncalc.interchange.onnx.read.layers import Draft, Drafts, dtype_of
from cnncalc.interchange.onnx_model.tensors import is_scale
from cnncalc.interchange.onnx_model.values import Node, Site, Value
from cnncalc.interchange.terms.made import foreign

BITS: Mapping[int, int] = {
    1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64,
    15: 128, 16: 16, 17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2,
}  # fmt: skip
"""The bits of one value by the number of its type.

Source: ONNX, `TensorProto.DataType`.
"""

SCALED = frozenset({"QuantizeLinear", "DequantizeLinear"})


def pairs(
    nodes: Sequence[Node], kept: Collection[str], within: Iterable[Collection[str]]
) -> frozenset[str]:
    """What the nodes give that say only how a tensor is written, of one graph.

    That is QuantizeLinear where nothing else reads what it reads, and DequantizeLinear where the
    graph does not give what it gives.
    """
    if not any(node.op_type in SCALED for node in nodes):
        return frozenset()
    readers = Counter(name for node in nodes for name in node.inputs)
    for names in within:
        readers.update(names)
    readers.update(kept)
    return frozenset(
        node.outputs[0]
        for node in nodes
        if node.op_type in SCALED
        and node.outputs
        and node.inputs
        and (node.outputs[0] not in kept if _is_back(node) else readers[node.inputs[0]] == 1)
    )


def _is_back(node: Node) -> bool:
    return node.op_type == "DequantizeLinear"


def read_scaled(site: Site, drafts: Drafts, found: Collection[str]) -> Value | None:
    """What QuantizeLinear or DequantizeLinear gives; None of a tensor that nothing reaches.

    Args:
        site: the node.
        drafts: the layers so far.
        found: what `pairs` has found.
    """
    x, dtype = site.x, dtype_of(site)
    is_pair = not site.node.outputs or site.node.outputs[0] in found
    if x.is_static:
        return None if x.is_open else x._replace(dtype=dtype, name="", told=None, sources=())
    if is_pair and (_is_back(site.node) or drafts.give_as(x, dtype)):
        return x._replace(dtype=dtype)
    made = foreign(site, x.shape, elementwise=True, holds=(), is_open=x.is_open)
    return drafts.place(site, made)


class Integers:
    """What a walk meets of integers.

    Attributes:
        tensors: what the file holds, by name.
        scales: the tensors that operators on integers read.
        pairs: what `pairs` has found.
        is_met: whether some operator is on integers, so that the model is a quantised one.
    """

    __slots__ = ("is_met", "pairs", "scales", "tensors")

    def __init__(self, tensors: Mapping[str, Value]) -> None:
        self.tensors = tensors
        self.scales: set[str] = set()
        self.pairs: set[str] = set()
        self.is_met = False

    def meet(self, site: Site) -> None:
        """Keep in mind what a node on integers reads: scales, and weights among them."""
        self.is_met = True
        read = (self.tensors[name] for name in site.node.inputs if name in self.tensors)
        self.scales.update(one.name for one in read if one.dtype != _PLACES)


_PLACES = 7
"""The number of int64, of which shapes and axes are."""


def stored(
    integers: Integers,
    inputs: Mapping[str, int],
    found: Mapping[int, Draft],
    places: Mapping[str, str],
) -> Stored | None:
    """The bits of the tensors of a model; None where it is not quantised.

    Args:
        integers: what was met of integers.
        inputs: the number of the type of each input of the network.
        found: its layers, by number.
        places: the name of each layer by `%` and its number.
    """
    if not integers.is_met:
        return None
    tensors = integers.tensors
    given = {label: BITS.get(dtype, 32) for label, dtype in inputs.items()}
    widths: dict[int | str, int] = dict(given.items())
    layers: dict[str, LayerBits] = {}
    counted: set[str] = set()
    for number, draft in found.items():
        reads = tuple(widths.get(one, 32) for one in draft.reads)
        is_handed = bool(reads) and draft.op.is_view
        output = reads[0] if is_handed else BITS.get(draft.dtype, 32)
        widths[number] = output
        own = [name for name in sorted(draft.names) if name not in counted]
        counted.update(own)
        weights, others = _kept(draft, tensors)
        kept = None if draft.shares is not None else sum(map(_bytes, _all(own, tensors)))
        layers[places[f"%{number}"]] = LayerBits(weights, others, reads, output, kept)
    return Stored(layers, given, _scale_bytes(integers, counted))


def _all(names: Iterable[str], tensors: Mapping[str, Value]) -> list[Value]:
    return [tensors[name] for name in names if name in tensors]


def _kept(draft: Draft, tensors: Mapping[str, Value]) -> tuple[int, int]:
    """The bits of the largest tensor of a layer, and of its others."""
    held = sorted(_all(draft.names, tensors), key=lambda one: -prod(one.shape))
    if not held:
        return 32, 32
    first, *rest = held
    bits = draft.packed if first.name in draft.made.packed else BITS.get(first.dtype, 32)
    return bits, max((BITS.get(one.dtype, 32) for one in rest), default=32)


def _bytes(value: Value) -> int:
    return bytes_of(prod(value.shape), BITS.get(value.dtype, 32))


def _scale_bytes(integers: Integers, held: Collection[str]) -> int:
    """The bytes of scales and zero points: what only turns integers into numbers."""
    tensors = integers.tensors
    names = integers.scales.union(filter(is_scale, tensors)).difference(held)
    return sum(_bytes(tensors[name]) for name in names)
