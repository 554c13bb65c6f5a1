"""A graph out of an ONNX model: every node is read in order, and its shape known before the next.

Only dimensions are used of the weights; values are read of what shapes are made of. Batches are
of one example: the first axis, where it is 1, is the batch and is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any, NamedTuple

from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph, Layer
from cnncalc.interchange.onnx_file import DEEPEST, refuse
from cnncalc.interchange.onnx_fuse import fuse
from cnncalc.interchange.onnx_inputs import read_inputs
from cnncalc.interchange.onnx_names import (
    groups_of,
    label_of,
    module_of,
    name_layers,
    scopes_by_weights,
    scopes_of,
)
from cnncalc.interchange.onnx_operators import Made, foreign, reader_of
from cnncalc.interchange.onnx_operators.conv import held_by
from cnncalc.interchange.onnx_schema import NESTED, check_node
from cnncalc.interchange.onnx_sequences import erased, inserted, joining, parts_made, taken
from cnncalc.interchange.onnx_tensors import (
    attributes,
    initializer,
    is_equal_one,
    of_array,
    of_node,
    of_numbers,
    stored,
)
from cnncalc.interchange.onnx_uncounted import is_free
from cnncalc.interchange.onnx_values import Node, Site, Value, check_axes, per_example
from cnncalc.ops import Op
from cnncalc.ops.values import LARGEST, Shape, show_shape

MULTIPLIES = frozenset(
    {
        "Conv", "ConvInteger", "ConvTranspose", "DeformConv", "Gemm", "Linear", "MatMul",
        "MatMulInteger", "QLinearConv", "QLinearMatMul", "Attention", "CausalConvWithState",
        "DynamicQuantizeMatMul", "FusedConv", "FusedGemm", "FusedMatMul", "MatMulIntegerToFloat",
        "MultiHeadAttention", "QGemm",
    }
)  # fmt: skip
"""What is a layer even where no input reaches it: it multiplies each time the network runs."""

SETTINGS = frozenset(
    {
        "Clip", "CumSum", "DequantizeLinear", "Dropout", "Expand", "NonMaxSuppression", "OneHot",
        "Pad", "Pow", "QuantizeLinear", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean",
        "ReduceMin", "ReduceSum", "Reshape", "Resize", "RoiAlign", "Slice", "Split", "Squeeze",
        "Tile", "TopK", "Trilu", "Unsqueeze", "Upsample",
    }
)  # fmt: skip
"""Operators whose first input is what they work on, the others how: none of these is trained."""

LISTED = (
    "ConcatFromSequence", "SequenceAt", "SequenceErase", "SequenceInsert", "SequenceLength",
)  # fmt: skip
"""Operators that read a list."""

MOST_TURNS = 2000
"""Turns of all loops that are read one by one."""

SHAPELESS = frozenset({"Shape", "Size", "ConstantOfShape", "Range", "NonZero"})
"""What reads no values of its inputs, and so hands on nothing that was trained."""


class Draft(NamedTuple):
    """A layer that has no name yet; what it reads are the numbers of drafts, or input names."""

    op: Op
    reads: tuple[int | str, ...]
    read_shapes: tuple[Shape, ...]
    shape: Shape
    held: Mapping[str, Shape] | None
    scopes: tuple[str, ...]
    module: tuple[str, ...]


def read_graph(model: Any, title: str, inputs: Mapping[str | None, Shape]) -> Graph:
    """The graph of a `ModelProto`.

    Raises:
        SpecError: it is not sound, or leaves something open.
    """
    if model.functions:
        from cnncalc.interchange.onnx_infer import inlined  # noqa: PLC0415 - loads `onnx` whole

        model = inlined(model)
    walk = _Walk(model, inputs)
    try:
        walk.run(model.graph)
    except SpecError as fault:
        raise walk.told_of_batch(fault) from None
    layers, places = walk.finish()
    outputs = _outputs(model.graph, walk.values, walk.lists, places)
    opsets = {one.domain: one.version for one in model.opset_import}
    producer = " ".join(filter(None, (model.producer_name, model.producer_version)))
    made_by = f", written by {producer}" if producer else ""
    return Graph(
        name=title,
        source=None,
        description=f"ONNX opset {opsets.get('', '?')}{made_by}",
        variant=None,
        inputs=walk.inputs,
        layers=layers,
        outputs=outputs,
        auxiliary=(),
        auxiliary_outputs={},
        groups=groups_of(layers),
    )


def tensor_shapes(model: Any, inputs: Mapping[str | None, Shape]) -> Mapping[str, Shape]:
    """The shape of every tensor of a model, all axes, by its name."""
    walk = _Walk(model, inputs)
    walk.run(model.graph)
    return {name: value.shape for name, value in walk.values.items()}


def _outputs(
    graph: Any,
    values: Mapping[str, Value],
    lists: Mapping[str, Sequence[Value]],
    places: Mapping[str, str],
) -> Mapping[str, str]:
    found = {}
    for output in graph.output:
        value = values.get(output.name)
        for number, part in enumerate(lists.get(output.name, ()), 1):
            if part.layer is not None:
                found[f"{output.name}_{number}"] = places[part.layer]
        if output.name in lists:
            continue
        if value is None:
            refuse("E702", f"nothing gives the output `{output.name}`")
        if value.layer is not None:
            found[output.name] = places[value.layer]
    if not found:
        refuse("E702", "no output depends on an input")
    return found


class _Walk:
    """The values so far, and the layers that gave them."""

    def __init__(self, model: Any, inputs: Mapping[str | None, Shape]) -> None:
        self.opset = max(
            (o.version for o in model.opset_import if o.domain in {"", "ai.onnx"}), default=1
        )
        self.is_pytorch = model.producer_name == "pytorch"
        self.model = model
        self.drafts: list[Draft] = []
        self.turns = 0
        self.owned: set[str] = set()
        self.tensors = {one.name: initializer(one) for one in model.graph.initializer}
        self.values: dict[str, Value] = dict(self.tensors)
        self.values |= {
            v.name: v for v in map(initializer, (s.values for s in model.graph.sparse_initializer))
        }
        self.lists: dict[str, list[Value]] = {}
        self.inputs: dict[str, Shape] = {}
        self.read_inputs = read_inputs(model.graph, self.tensors, inputs)
        for name, label, shape, dtype in self.read_inputs.shapes:
            self.inputs[label] = per_example(shape)
            self.values[name] = Value(name, shape, dtype, None, label)

    def run(self, graph: Any, depth: int = DEEPEST) -> None:
        """Read all nodes of a graph."""
        if not depth:
            refuse("E702", "its graphs are nested too deep")
        nodes = [_node(one) for one in graph.node]
        for node in nodes:
            check_node(node)
        kept = {output.name for output in graph.output}
        nodes = [node for node in nodes if not self.is_stored(node)]
        for node in fuse(nodes, kept, self.values):
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
        special = _SPECIAL.get(node.op_type) if is_own else None
        if special is not None and special(self, node, depth):
            return
        site = self.site(node)
        found = _folded(site) if is_own and not site.is_open else None
        if found is not None:
            held = () if node.op_type in SHAPELESS else tuple(dict.fromkeys(_sources(site)))
            self.give(node, [of_array(one, held) for one in found])
        elif not site.active and not self.multiplies(site):
            self.give_static(site, depth)
        elif (values := self.layers(site)) is not None:
            self.give(node, values)
        else:
            self.apart(node, depth)

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

    def told_of_batch(self, fault: SpecError) -> SpecError:
        """The fault with what to do where the batch that the file fixes may be at its root."""
        batch = self.read_inputs.batch
        if batch == 1:
            return fault
        shapes = ((name, (batch, *shape[1:])) for name, _, shape, _ in self.read_inputs.shapes)
        listed = [
            f"{name}={show_shape(shape)}" if len(self.inputs) > 1 else show_shape(shape)
            for name, shape in shapes
            if shape[1:]
        ]
        say = " ".join(f"--input {one}" for one in listed)
        hint = (
            f"the file is for a batch of {batch}, read as one example; to read it whole, say {say}"
        )
        told = [one._replace(hint=hint) for one in fault.diagnostics]
        return SpecError(told, fault.sources)

    def site(self, node: Node) -> Site:
        """A node with what flows into it; of a list, nothing is shown."""
        read = (None if name in self.lists else self.read(name, node) for name in node.inputs)
        captured = tuple(self.captured(node)) if node.op_type in NESTED else ()
        return Site(node, tuple(read), self.opset, captured)

    def captured(self, node: Node) -> Iterator[Value]:
        """What the graphs within a node read of what is around them, or hold."""
        graphs = [one for one in node.attributes.values() if hasattr(one, "node")]
        seen: set[str] = set()
        depth = DEEPEST
        while graphs and depth:
            depth -= 1
            for graph in graphs:
                for one in graph.initializer:
                    self.values.setdefault(one.name, initializer(one))
            inner = [one for graph in graphs for one in graph.node]
            reads = [name for one in inner for name in one.input]
            reads += [one.name for graph in graphs for one in (*graph.output, *graph.initializer)]
            for name in reads:
                if name in self.values and name not in seen:
                    seen.add(name)
                    yield self.values[name]
            graphs = [a.g for one in inner for a in one.attribute if a.HasField("g")]

    def constant(self, node: Node, _depth: int) -> bool:
        """Read a constant; PyTorch writes what it trains as initializers, others may not."""
        self.give(node, [of_node(node)._replace(is_stored=not self.is_pytorch)])
        return True

    def list_step(self, node: Node, _depth: int) -> bool:
        """Read a node that makes or takes apart a list of tensors."""
        site, name = self.site(node), (*node.outputs, "")[0]
        before = self.lists.get((*node.inputs, "")[0])
        if site.is_open or (before is None and node.op_type in LISTED):
            return False  # of a list that is not known, nothing is
        made = parts_made(site) if node.op_type == "SplitToSequence" else None
        if node.op_type == "SequenceConstruct":
            self.lists[name] = [value for value in site.values if value is not None]
        elif made is not None and site.active:
            self.lists[name] = [self.place(site, one) for one in made]
        elif made is not None:
            self.lists[name] = [site.x._replace(shape=one.shape, told=None) for one in made]
        elif node.op_type == "SequenceEmpty":
            self.lists[name] = []
        else:
            return before is not None and self.list_read(site, before)
        return True

    def list_read(self, site: Site, parts: list[Value]) -> bool:
        """Read a node that reads a list."""
        node, name = site.node, (*site.node.outputs, "")[0]
        if node.op_type == "SequenceAt":
            self.give(node, [taken(site, parts)])
        elif node.op_type == "SequenceLength":
            self.give(node, [of_numbers(len(parts), "int64")])
        elif node.op_type == "ConcatFromSequence":
            joined = Site(joining(site, parts), tuple(parts), self.opset)
            self.give(node, (self.layers(joined) if joined.active else self.static(joined)) or ())
        elif node.op_type == "SequenceErase":
            self.lists[name] = erased(site, parts)
        else:
            self.lists[name] = inserted(site, parts)
        return True

    def read(self, name: str, node: Node) -> Value | None:
        """The value of an input; one without a name is left out."""
        if not name:
            return None
        found = self.values.get(name)
        if found is None:
            shown = node.name or node.op_type
            refuse("E702", f"`{shown}` reads `{name}`, which nothing before it gives")
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

    def branch(self, node: Node, depth: int) -> bool:
        """Read the branch of a choice that is known."""
        site = self.site(node)
        told = site.numbers(0)
        if not told:
            return False
        chosen = site.get("then_branch" if told[0] else "else_branch")
        if chosen is None:
            refuse("E702", f"`{site.title}` lacks one of its branches")
        for one in chosen.initializer:
            self.values[one.name] = initializer(one)
        self.run(chosen, depth - 1)
        self.carry([one.name for one in chosen.output], node.outputs)
        return True

    def loop(self, node: Node, depth: int) -> bool:
        """Read the body of a loop as often as it runs, what it carries handed on each time.

        Source: ONNX operator Loop, opset 16.
        """
        if not any(name in self.lists for name in node.inputs):
            return False
        site = self.site(node)
        body, times = site.get("body"), site.numbers(0)
        count = int(times[0]) if times else 0
        carried = list(site.node.inputs[2:])
        if (
            times is None
            or count < 1
            or len(body.output) != 1 + len(carried) != len(body.input) - 1
        ):
            return False
        for one in body.initializer:
            self.values[one.name] = initializer(one)
        self.turns += count
        if self.turns > MOST_TURNS:
            refuse("E703", f"`{site.title}` makes it more than {MOST_TURNS:,} turns of loops")
        for turn in range(count):
            self.carry(carried, [one.name for one in body.input[2:]])
            for inner in body.node:
                for name in inner.output:
                    self.values.pop(name, None)
                    self.lists.pop(name, None)
            self.values[body.input[0].name] = of_numbers(turn, "int64")
            self.values[body.input[1].name] = of_numbers(1, "bool")
            self.run(body, depth - 1)
            carried = [one.name for one in body.output[1:]]
        self.carry(carried, node.outputs)
        return True

    def carry(self, names: Sequence[str], others: Sequence[str]) -> None:
        """Put values and lists under other names as well."""
        for name, other in zip(names, others, strict=False):
            if name in self.lists:
                self.lists[other] = list(self.lists[name])
            elif name in self.values:
                self.values[other] = self.values[name]
            else:
                refuse("E702", f"nothing gives `{name}`, which a loop carries")

    def multiplies(self, site: Site) -> bool:
        """Whether a node that no input reaches is a layer all the same."""
        is_trained = any(value.sources for value in site.static)
        is_plain = site.node.op_type in MULTIPLIES and site.node.is_standard
        return is_plain and is_trained and prod(site.x.shape) > 1

    def static(self, site: Site) -> list[Value]:
        """What is computed from weights alone: its shape, and the weights behind it."""
        values, kind = site.static, site.node.op_type
        sources: Iterable[str] = () if kind in SHAPELESS else _sources(site)
        shapes = self.inference.outputs(site)
        held = tuple(dict.fromkeys(sources))
        first = values[0].dtype if values else 1
        return [
            Value("", shape or (), dtype or first, sources=held, is_open=shape is None)
            for shape, dtype in shapes
        ]

    @cached_property
    def inference(self) -> Any:
        """What tells shapes where nothing here can."""
        from cnncalc.interchange.onnx_infer import Inference  # noqa: PLC0415 - loads `onnx` whole

        return Inference(self.model, self.read_inputs.axes)

    def layers(self, site: Site) -> list[Value] | None:
        """What the layers of a node give; None where it is not what its parts looked like."""
        node = site.node
        reader = reader_of(node)
        found = reader(site) if reader and not site.is_open else None
        if found is None and node.parts:
            return None
        made = [found] if isinstance(found, Made) else found or ()
        self.check_batch(site, made)
        values = [self.place(site, one) for one in made]
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
        outputs = [(None, 0)] * len(names) if site.is_open else self.inference.outputs(site)
        found: list[Value] = []
        for name, (shape, dtype) in list(zip(names, outputs, strict=True))[first:]:
            if not name or (shape is None and found and found[-1].is_open):
                found.append(found[-1] if found else Value("", (), 0))
                continue
            is_free = is_counted or bool(found)
            holds = () if first or found else None if is_counted else held_by(site)
            made = foreign(
                site, shape or (), is_counted=is_free, holds=holds, is_open=shape is None
            )
            value = self.place(site, made)
            found.append(value._replace(dtype=dtype or value.dtype))
        return found

    def place(self, site: Site, made: Made) -> Value:
        """Add a layer, and say what it gives."""
        dtype = _dtype(site)
        if made.op is None:
            return made.reads[0]._replace(dtype=dtype, shape=made.shape)
        if made.after is not None:
            before = self.place(site, made.after)
            read = (before, *made.reads[1:])
            return self.place(site, made._replace(reads=read, after=None, holds=()))
        for number, draft in enumerate(self.drafts[-8:], max(0, len(self.drafts) - 8)):
            if draft.op is made.op:  # a second output of the same layer
                return Value("", made.shape, dtype, None, f"%{number}")
        held = self.held(site, made)
        reads = tuple(_place(value) for value in made.reads if value.layer is not None)
        shapes = tuple(value.example for value in made.reads)
        where = _scopes(site.node), module_of(_names(site, made))
        given = Value("", made.shape, dtype, None, f"%{len(self.drafts)}", is_open=made.is_open)
        check_axes(made.shape, site.title)
        self.drafts.append(Draft(made.op, reads, shapes, given.example, held, *where))
        return given

    def held(self, site: Site, made: Made) -> Mapping[str, Shape] | None:
        """The tensors that a layer holds, each once; None when they are those its op says."""
        own = [name for name in dict.fromkeys(_names(site, made)) if name not in self.owned]
        self.owned.update(own)
        shapes = {name: self.shape_of(name) for name in own}
        read = tuple(value.example for value in made.reads)
        told = made.op.parameters(read) if made.op else {}
        if sorted(map(prod, told.values())) == sorted(map(prod, shapes.values())):
            return None
        return _labelled(shapes)

    def shape_of(self, name: str) -> Shape:
        """The dimensions of a tensor that is held."""
        return self.values[name].shape

    def finish(self) -> tuple[tuple[Layer, ...], Mapping[str, str]]:
        """The layers with their names, and the name behind every value."""
        scopes = [draft.scopes for draft in self.drafts]
        if not any(scopes):
            scopes = scopes_by_weights([draft.module for draft in self.drafts])
        labels = [label_of(draft.op.name) for draft in self.drafts]
        named = name_layers(scopes, labels, self.inputs)
        places = {f"%{number}": name for number, (name, _) in enumerate(named)}
        places |= {name: name for name in self.inputs}
        layers = tuple(
            Layer(
                name,
                scope,
                draft.op,
                tuple(places[f"%{one}"] if isinstance(one, int) else one for one in draft.reads),
                draft.read_shapes,
                draft.shape,
                None,
                draft.held,
            )
            for draft, (name, scope) in zip(self.drafts, named, strict=True)
        )
        return layers, places


_SPECIAL: Mapping[str, Callable[[_Walk, Node, int], bool]] = {
    "Constant": _Walk.constant,
    "If": _Walk.branch,
    "Loop": _Walk.loop,
    **dict.fromkeys(
        (*LISTED, "SequenceConstruct", "SequenceEmpty", "SplitToSequence"), _Walk.list_step
    ),
}
"""What is no plain layer; each says whether it has read the node."""


def _folded(site: Site) -> Any:
    """What a node gives as arrays, when it is known before anything runs."""
    if not site.is_known and site.node.op_type not in {"Shape", "Size"}:
        return None
    from cnncalc.interchange.onnx_fold import fold  # noqa: PLC0415 - loads NumPy; few models fold

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


def _names(site: Site, made: Made) -> tuple[str, ...]:
    """The names of the tensors that a layer holds, be they another's as well."""
    return tuple(_sources(site)) if made.holds is None else made.holds


def _scopes(node: Node) -> tuple[str, ...]:
    metadata = {one.key: one.value for one in node.proto.metadata_props}
    return scopes_of(node.name, metadata)


def _place(value: Value) -> int | str:
    layer = value.layer or ""
    return int(layer[1:]) if layer.startswith("%") else layer


def _sources(site: Site) -> Iterator[str]:
    """The trained tensors behind what a node reads and no layer gives."""
    values = site.values[:1] if site.node.op_type in SETTINGS else site.values
    for value in (*values, *site.captured):
        if value is None or not value.is_static:
            continue
        if site.node.op_type == "DequantizeLinear":
            yield from value.sources or (value.name,) * (prod(value.shape) > 1)
        else:
            yield from value.sources


def _labelled(shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
    """Tensors under the last part of their names, which stay apart."""
    found: dict[str, Shape] = {}
    for name, shape in shapes.items():
        label = name.rpartition(".")[2].rpartition("/")[2] or name
        found[name if label in found else label] = shape
    return found


_BOOLEAN, _INTEGER = 9, 7
_TYPES = {
    **dict.fromkeys(("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"), _BOOLEAN),
    **dict.fromkeys(("Not", "And", "Or", "Xor", "IsNaN", "IsInf"), _BOOLEAN),
    **dict.fromkeys(("ArgMax", "ArgMin", "Shape", "Size", "NonZero"), _INTEGER),
}


def _dtype(site: Site) -> int:
    """The number of the element type that a node gives."""
    kind = site.node.op_type
    if kind == "Cast":
        return site.cast_to
    if kind in {"CastLike", "Where"}:
        return site.value(1).dtype
    return _TYPES.get(kind) or next((value.dtype for value in site.known), 1)
