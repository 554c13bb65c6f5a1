"""One expanded network as the rules see it: indexed once, read by all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from cnncalc.analysis.costs import Cost
from cnncalc.analysis.field import Views
from cnncalc.analysis.receptive_field import FieldMap
from cnncalc.checks.lint.reading import Network, Slide, Unread, find_unread
from cnncalc.diagnostics import Edit, Fix, Remedy, Span, rewrite
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.ops.conv import Conv, DepthwiseConv
from cnncalc.ops.pool import Pool
from cnncalc.ops.values import Shape
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.syntax import (
    Choice,
    Labelled,
    Merge,
    Node,
    OpCall,
    Repeat,
    Spec,
    VariableCall,
)


class Subject:
    """A network with what the rules ask of it; everything is worked out at most once."""

    def __init__(self, spec: Spec, graph: Graph, costs: Sequence[Cost], fields: FieldMap) -> None:
        self.spec = spec
        self.graph = graph
        self.costs = costs
        self.misaligned = fields.misaligned
        self.views: Mapping[str, Views] = fields.views

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Every layer in execution order, those of auxiliary heads last."""
        return (*self.graph.layers, *self.graph.auxiliary)

    @cached_property
    def by_name(self) -> Mapping[str, Layer]:
        """Every layer by its path."""
        return {layer.name: layer for layer in self.layers}

    @cached_property
    def readers(self) -> Mapping[str, list[Layer]]:
        """Who reads each tensor; a tensor that nobody reads is missing."""
        return self.graph.readers(self.layers)

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """The tensors that the network gives out, each with the name of that output."""
        graph = self.graph
        heads = (*graph.outputs.items(), *graph.auxiliary_outputs.items())
        return {tensor: name for name, tensor in reversed(heads)}

    @cached_property
    def by_kind(self) -> Mapping[type[Op], list[Layer]]:
        """The layers by the class of their op, in execution order."""
        found: dict[type[Op], list[Layer]] = {}
        for layer in self.layers:
            kind = type(layer.op)
            if kind in found:
                found[kind].append(layer)
            else:
                found[kind] = [layer]
        return found

    def of_kind(self, *kinds: type[Op]) -> Iterator[Layer]:
        """The layers whose op is of one of these kinds, kind by kind in execution order."""
        for kind, layers in self.by_kind.items():
            if issubclass(kind, kinds):
                yield from layers

    @cached_property
    def slides(self) -> Sequence[Slide]:
        """What slides over a map: convolutions and pooling, equal ones together."""
        found: dict[tuple[int, tuple[Shape, ...]], Slide] = {}
        for layer in self.of_kind(Conv, DepthwiseConv, Pool):
            op, shapes = layer.op, layer.input_shapes
            key = id(op), shapes
            if key in found:
                found[key].layers.append(layer)
            elif isinstance(op, Conv | DepthwiseConv | Pool):
                windows = op.windows(shapes)
                found[key] = Slide(windows, shapes[0][1:], layer.output_shape[1:], [layer])
        return tuple(found.values())

    @cached_property
    def unread(self) -> Sequence[Unread]:
        """The maps of which nobody reads some rows, or some positions between the windows."""
        return find_unread(Network(self.slides, self.by_name, self.readers, self.outputs))

    def place(self, layer: Layer, attribute: str) -> Span:
        """Where the spec gives an attribute of a layer; its line when it does not give it."""
        given = self._arguments.get(layer.span, {}).get(attribute)
        return given.span if given else self.line(layer)

    def argument(self, layer: Layer, attribute: str, value: str, *, behind: str = "") -> Remedy:
        """The remedy of giving an attribute another value: an edit where the line shows how.

        A value that stands in the file is written anew, unless it is that of a name. What is not
        given goes to the end of a line whose first argument follows its head.
        """
        words = f"write `{attribute}={value}`{behind}"
        given, head = self._arguments.get(layer.span, {}), layer.span
        old = given.get(attribute)
        if old is not None and not old.names:
            remedy = rewrite(value, old.span, old.text)
            return remedy._replace(words=words) if isinstance(remedy, Fix) else words
        if old is not None or head is None:
            return words
        spans = [one.span for one in given.values()]
        is_line = any(one.column == head.end_column + 1 for one in spans)
        if not is_line or any((one.line, one.end_line) != (head.line, head.line) for one in spans):
            return words
        end = max(one.end_column for one in spans)
        place = head._replace(column=end, end_column=end)
        return Fix((Edit(place, f" {attribute}={value}"),), words)

    def line(self, layer: Layer) -> Span:
        """The line of a layer; the start of the file for a layer that no line made."""
        return layer.span or Span(self.spec.file, 1, 1, 1, 2)

    def input_place(self, name: str) -> Span:
        """Where the shape of an input stands: under the variant, where that gives its own."""
        variant = self.spec.variants.get(self.graph.variant or "")
        own = variant.inputs if variant else None
        inputs = self.spec.inputs if own is None else own
        return next(one.span for one in inputs if (one.label or "input") == name)

    @cached_property
    def _arguments(self) -> Mapping[Span | None, Mapping[str, Expression]]:
        return {span: dict(given) for span, given in _calls(self.spec)}


def _calls(spec: Spec) -> Iterator[tuple[Span, Iterable[tuple[str, Expression]]]]:
    """The span of every line that may make a layer of its own, and what it gives by name."""
    pending: list[Node] = [*spec.layers]
    for head in (*spec.outputs, *spec.auxiliary):
        pending.extend(head.body)
    for block in spec.blocks.values():
        pending.extend(block.body)
    while pending:
        node = pending.pop()
        if isinstance(node, OpCall):
            yield node.span, node.arguments
        elif isinstance(node, VariableCall):
            yield node.head_span, ((one.name, one.value) for one in node.arguments if one.name)
        else:
            pending.extend(inner for body in bodies(node) for inner in body)


def bodies(node: Node) -> tuple[tuple[Node, ...], ...]:
    """The bodies that stand inside of a node."""
    if isinstance(node, Merge):
        branches: tuple[tuple[Node, ...], ...] = node.branches
        return branches
    if isinstance(node, Choice):
        return (node.body, node.otherwise)
    return (node.body,) if isinstance(node, Repeat | Labelled) else ()
