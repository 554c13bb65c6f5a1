"""A walk over the nodes of a model in their order; the shape of each is known before the next."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

from cnncalc.interchange.onnx.read.inputs import read_inputs
from cnncalc.interchange.onnx.read.layers import QUANTIZED, Drafts, sources_of
from cnncalc.interchange.onnx.read.patterns.fuse import fuse
from cnncalc.interchange.onnx.read.quantized import SCALED, Integers, pairs, read_scaled
from cnncalc.interchange.onnx.read.told import Told
from cnncalc.interchange.onnx.read.topological import names_within, sorted_nodes
from cnncalc.interchange.onnx.read.uncounted import is_free
from cnncalc.interchange.onnx_model.bounds import (
    LOOKS_A_STEP,
    NUMBERS_A_STEP,
    TENSORS_A_STEP,
    Allowance,
)
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.schema import NESTED, check_node
from cnncalc.interchange.onnx_model.shortened import DEEPEST
from cnncalc.interchange.onnx_model.tensors import (
    attributes,
    initializer,
    is_equal_one,
    of_array,
    sparse,
    stored,
)
from cnncalc.interchange.onnx_model.values import Node, Site, Value, per_example
from cnncalc.interchange.terms.holding import held_by
from cnncalc.interchange.terms.made import MULTIPLIES, Made, foreign, reader_of
from cnncalc.ops.values import LARGEST, Shape

SHAPELESS = frozenset({"Shape", "Size", "ConstantOfShape", "Range", "NonZero"})
"""What reads no values of its inputs, and so hands on nothing that was trained."""


class Walk:
    """The values so far, and the layers that gave them."""

    def __init__(  # noqa: PLR0913 - what is known of a model
        self,
        model: Any,
        inputs: Mapping[str | None, Shape],
        special: "Mapping[str, Special]",
        allowance: Allowance | None = None,
        *,
        told: Told | None = None,
        is_whole: bool = False,
    ) -> None:
        self.special = special
        self.allowance = allowance or Allowance()
        graph = model.graph
        lists = (graph.initializer, graph.sparse_initializer, graph.input, graph.value_info)
        self.allowance.spend(sum(map(len, lists)) // TENSORS_A_STEP)
        self.opset = max(
            (o.version for o in model.opset_import if o.domain in {"", "ai.onnx"}), default=1
        )
        self.is_pytorch = model.producer_name == "pytorch"
        self.model = model
        self.iterations = 0
        self.choices: list[str] = []
        self.rooms: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.alike: Counter[tuple[str, ...]] = Counter()
        self.tensors = {one.name: initializer(one) for one in graph.initializer}
        self.tensors |= {one.values.name: sparse(one) for one in graph.sparse_initializer}
        self.integers = Integers(self.tensors)
        self.told = told
        if told is not None:
            self.tensors |= {name: told.tensor(one) for name, one in self.tensors.items()}
        self.values: dict[str, Value] = dict(self.tensors)
        self.drafts = Drafts(self.values)
        self.lists: dict[str, list[Value]] = {}
        self.inputs: dict[str, Shape] = {}
        self.read_inputs = read_inputs(graph, self.tensors, inputs, is_whole=is_whole)
        for name, label, shape, dtype in self.read_inputs.shapes:
            self.inputs[label] = per_example(shape)
            self.values[name] = Value(name, shape, dtype, None, label)

    def run(self, graph: Any, depth: int = DEEPEST) -> None:
        """Read all nodes of a graph."""
        if not depth:
            refuse("E702", "its graphs are nested too deep")
        self.allowance.spend(len(graph.node))
        nodes: Sequence[Node] = [_node(one) for one in graph.node]
        for node in nodes:
            check_node(node)
        nodes = sorted_nodes(nodes, self.values, self.allowance)
        kept = {output.name for output in graph.output}
        nodes = [node for node in nodes if not self.is_stored(node)]
        # A node that stands alone is no part of a pattern: what is within need not be looked at.
        nested = [node for node in nodes if node.op_type in NESTED and len(nodes) > 1]
        within = {node.outputs: names_within(node, self.allowance) for node in nested}
        self.integers.pairs |= pairs(nodes, kept, within.values())
        for node in fuse(nodes, kept, self.values, within):
            self.step(node, depth)

    def is_stored(self, node: Node) -> bool:
        """Whether a node is another tensor of the file; its value is known then."""
        if not (self.is_pytorch and is_equal_one(node) and node.inputs[0] in self.tensors):
            return False
        name = node.outputs[0]
        equal = stored(self.tensors[node.inputs[0]]._replace(name=name))
        self.tensors[name] = equal
        self.give(node, [equal])
        return True

    def step(self, node: Node, depth: int) -> None:
        """Read one node."""
        is_own = node.is_standard
        special = self.special.get(node.op_type) if is_own else None
        if special is not None and special(self, node, depth):
            return
        site = self.site(node)
        if node.op_type in QUANTIZED:
            self.integers.meet(site)
        if node.op_type in SCALED and (value := self.scaled(site)) is not None:
            self.give(node, [value])
            return
        found = _folded(site) if is_own and not site.is_open else None
        if found is not None:
            self.allowance.spend(sum(one.size for one in found) // NUMBERS_A_STEP)
            held = () if node.op_type in SHAPELESS else tuple(dict.fromkeys(sources_of(site)))
            self.give(node, [of_array(one, held) for one in found])
        elif not site.active and not self.multiplies(site):
            self.give_static(site, depth)
        elif (values := self.layers(site)) is not None:
            self.give(node, values)
        else:
            self.apart(node, depth)

    def scaled(self, site: Site) -> Value | None:
        """What QuantizeLinear or DequantizeLinear gives."""
        value = read_scaled(site, self.drafts, self.integers.pairs)
        if value is not None and value.is_static:
            return value._replace(sources=tuple(dict.fromkeys(sources_of(site))))
        return value

    def give_static(self, site: Site, depth: int) -> None:
        """Put what is computed from weights alone under its names."""
        if site.node.parts:
            self.apart(site.node, depth)
        else:
            self.give(site.node, self.static(site))

    def apart(self, node: Node, depth: int) -> None:
        """Read the nodes that were put together, each for itself."""
        for part in node.parts:
            self.step(part, depth)

    def site(self, node: Node) -> Site:
        """A node with what flows into it; of a list, nothing is shown."""
        read = (None if name in self.lists else self.read(name, node) for name in node.inputs)
        within = tuple(_captured(self, node)) if node.op_type in NESTED else ()
        return Site(node, tuple(read), self.opset, within)

    def read(self, name: str, node: Node) -> Value | None:
        """The value of an input; one without a name is left out."""
        if not name:
            return None
        found = self.values.get(name)
        if found is None:
            shown = node.name or node.op_type
            refuse("E702", f"`{shown}` reads `{name}`, which nothing gives")
        return found

    def give(self, node: Node, values: Sequence[Value]) -> None:
        """Put the outputs of a node under their names."""
        for name, value in zip(node.outputs, values, strict=False):
            if name in self.values and name:
                refuse("E702", f"two nodes give `{name}`")
            if max(value.shape, default=0) > LARGEST:
                refuse("E703", f"an axis of `{name}` is longer than {LARGEST:,}")
            # A value handed on keeps its name: it is that of the tensor behind it.
            is_own = value.name in self.values and value.name
            self.values[name] = value if is_own else value._replace(name=name)

    def multiplies(self, site: Site) -> bool:
        """Whether a node that no input reaches is a layer all the same."""
        is_trained = any(value.sources for value in site.static)
        is_plain = site.node.op_type in MULTIPLIES and site.node.is_standard
        return is_plain and is_trained and prod(site.x.shape) > 1

    def static(self, site: Site) -> list[Value]:
        """What is computed from weights alone: its shape, and the weights behind it."""
        values, kind = site.static, site.node.op_type
        sources: Iterable[str] = () if kind in SHAPELESS else sources_of(site)
        is_open = site.is_open  # what is written () is then no number
        shapes = [(None, 0)] * len(site.node.outputs) if is_open else self.shapes_of(site)
        held = tuple(dict.fromkeys(sources))
        first = values[0].dtype if values else 1
        return [
            Value("", shape or (), dtype or first, sources=held, is_open=shape is None)
            for shape, dtype in shapes
        ]

    def shapes_of(self, site: Site) -> Sequence[tuple[Shape | None, int]]:
        """The shape and element type of each output: as they are told, or by ONNX's inference."""
        told = self.told.shapes if self.told else {}
        found = [told.get(name) for name in site.node.outputs if name]
        if found and None not in found:
            return [told.get(name, ((), 0)) for name in site.node.outputs]
        return list(self.inference.outputs(site))

    @cached_property
    def inference(self) -> Any:
        """What tells shapes where nothing here can."""
        from cnncalc.interchange.onnx.read.infer import Inference  # noqa: PLC0415 - loads `onnx` whole

        return Inference(self.model, self.read_inputs.axes, self.allowance)

    def layers(self, site: Site) -> list[Value] | None:
        """What the layers of a node give; None where it is not what its parts looked like."""
        node = site.node
        reader = reader_of(node)
        found = reader(site) if reader and not site.is_open else None
        if found is None and node.parts:
            return None
        made = [found] if isinstance(found, Made) else found or ()
        self.check_batch(site, made)
        values = [self.drafts.place(site, one) for one in made]
        if len(values) < len(node.outputs):
            is_known = reader is not None or is_free(node.op_type, node.domain)
            is_counted = is_known and not (found is None and node.op_type in MULTIPLIES)
            values += self.inferred(site, len(values), is_counted=is_counted or bool(values))
        return values

    def check_batch(self, site: Site, made: Sequence[Made]) -> None:
        """Refuse a batch that is none: a tensor of the network is as long along its axis."""
        batch = self.read_inputs.batch
        if batch == 1 or not made or made[0].shape[:1] != (batch,):
            return
        rank = len(made[0].shape)
        is_one = not any(len(one.shape) == rank and one.shape[0] == batch for one in site.active)
        if is_one and any(len(one.shape) == rank and one.shape[0] == batch for one in site.static):
            refuse("E703", f"`{site.title}` joins one example and a tensor of {batch}")

    def inferred(self, site: Site, first: int, *, is_counted: bool) -> list[Value]:
        """What the layers give that stand for the outputs of a node from the first that is told.

        Its MACs belong to one of them.
        """
        names = site.node.outputs
        outputs = [(None, 0)] * len(names) if site.is_open else self.shapes_of(site)
        found: list[Value] = []
        # What stands in the place of an output that is left out is no layer, and counts nothing.
        is_first = not first
        for name, (shape, dtype) in list(zip(names, outputs, strict=True))[first:]:
            is_same = shape is None and bool(found) and found[-1].is_open
            if is_same or (not name and any(names)):
                found.append(found[-1] if found else Value("", (), 0))
                continue
            holds = () if not is_first else None if is_counted else held_by(site)
            made = foreign(
                site,
                shape or (),
                is_counted=is_counted or not is_first,
                holds=holds,
                is_open=shape is None,
            )
            value = self.drafts.place(site, made)
            found.append(value._replace(dtype=dtype or value.dtype))
            is_first = False
        return found


def _folded(site: Site) -> Any:
    """What a node gives as arrays, when it is known before anything runs."""
    if not site.is_known and site.node.op_type not in {"Shape", "Size"}:
        return None
    from cnncalc.interchange.onnx.read.fold import fold  # noqa: PLC0415 - loads NumPy; few models fold

    return fold(site)


def _node(proto: Any) -> Node:
    texts = (proto.op_type, proto.domain, proto.name, *proto.input, *proto.output)
    if not all(isinstance(text, str) for text in (*texts, *(a.name for a in proto.attribute))):
        refuse("E701", "it is damaged: it has names that are no text")
    return Node(
        proto.op_type,
        proto.domain,
        proto.name,
        tuple(proto.input),
        tuple(proto.output),
        attributes(proto),
        proto,
    )


def _captured(walk: Walk, node: Node) -> Iterator[Value]:
    """What the graphs within a node read of what is around them, or hold."""
    graphs = [one for one in node.attributes.values() if hasattr(one, "node")]
    seen: set[str] = set()
    depth = DEEPEST
    while graphs and depth:
        depth -= 1
        for graph in graphs:
            for one in graph.initializer:
                walk.values.setdefault(one.name, initializer(one))
        inner = [one for graph in graphs for one in graph.node]
        walk.allowance.spend((len(inner) + len(graphs)) // LOOKS_A_STEP)
        reads = [name for one in inner for name in one.input]
        reads += [one.name for graph in graphs for one in (*graph.output, *graph.initializer)]
        for name in reads:
            if name in walk.values and name not in seen:
                seen.add(name)
                yield walk.values[name]
        graphs = [a.g for one in inner for a in one.attribute if a.HasField("g")]


Special = Callable[[Walk, Node, int], bool]
"""Reads a node that is no plain layer for a walk, and says whether it has."""
