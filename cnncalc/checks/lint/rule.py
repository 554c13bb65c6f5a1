"""What a lint rule is, and what it looks at: an expanded network, indexed once for all rules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from cnncalc.analysis.costs import Cost
from cnncalc.checks.documented import Documented
from cnncalc.diagnostics import Diagnostic, Edit, Fix, Note, Remedy, Severity, Span, rewrite
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.ops.conv import Conv, DepthwiseConv
from cnncalc.ops.pool import Pool
from cnncalc.ops.values import Shape, show_shape
from cnncalc.ops.window import Sliding, Window
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.syntax import OpCall, Spec, VariableCall
from cnncalc.spec.walk import walk

if TYPE_CHECKING:
    from cnncalc.analysis.receptive_field import FieldMap
    from cnncalc.checks.lint.reading import Slide, SlideMemo, Unread


class Mark(Record):
    """One place at which a rule finds its fault.

    Attributes:
        message: the fact with its numbers, in lower case and without a full stop.
        layer: the path of the layer, where it is about one.
        hint: one remedy, in words or as an edit, or None.
    """

    span: Span
    message: str
    layer: str | None = None
    hint: Remedy | None = None
    notes: tuple[Note, ...] = ()


Marks = Iterator[Mark]
"""What a rule finds."""


class Subject:
    """A network with what the rules ask of it; everything is worked out at most once."""

    def __init__(
        self,
        spec: Spec,
        graph: Graph,
        costs: Sequence[Cost],
        see: "Callable[[], FieldMap]",
        *,
        memo: "Callable[[], SlideMemo] | None" = None,
    ) -> None:
        """Look at a network.

        Args:
            spec: what it was made of.
            graph: the network.
            costs: what its layers cost.
            see: what its layers see, where a rule asks for it.
            memo: gives what is known of slides, where a rule asks for it.
        """
        self.spec = spec
        self.graph = graph
        self.costs = costs
        self.see = see
        self.memo = memo

    @cached_property
    def fields(self) -> "FieldMap":
        """What every layer sees."""
        return self.see()

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
    def largest(self) -> Layer | None:
        """The layer with most parameters."""
        parameters = [cost.parameters for cost in self.costs]
        return self.layers[parameters.index(max(parameters))] if parameters else None

    @cached_property
    def idle(self) -> Sequence[Layer]:
        """The layers that nothing reads, and that are no output."""
        used = self.readers.keys() | self.outputs.keys()
        return [layer for layer in self.layers if layer.name not in used]

    @cached_property
    def idle_inputs(self) -> Sequence[str]:
        """The inputs that nothing reads, and that are no output."""
        names = self.graph.inputs
        return [one for one in names if one not in self.readers and one not in self.outputs]

    @cached_property
    def by_kind(self) -> Mapping[type[Op], list[Layer]]:
        """The layers by the class of their op, in execution order."""
        found: dict[type[Op], list[Layer]] = {}
        for layer in self.layers:
            found.setdefault(type(layer.op), []).append(layer)
        return found

    def of_kind(self, *kinds: type[Op]) -> Iterator[Layer]:
        """The layers whose op is of one of these kinds, kind by kind in execution order."""
        for kind, layers in self.by_kind.items():
            if issubclass(kind, kinds):
                yield from layers

    @cached_property
    def _readings(self) -> "SlideMemo":
        """What is known of slides."""
        from cnncalc.checks.lint.reading import SlideMemo  # noqa: PLC0415 - where a rule asks

        return SlideMemo() if self.memo is None else self.memo()

    @cached_property
    def slides(self) -> "Sequence[Slide]":
        """What slides over a map: convolutions and pooling, equal ones together."""
        from cnncalc.checks.lint.reading import Slide  # noqa: PLC0415 - as above

        found: dict[tuple[int, tuple[Shape, ...]], Slide] = {}
        for layer in self.of_kind(Conv, DepthwiseConv, Pool):
            op, shapes = layer.op, layer.input_shapes
            key = id(op), shapes
            if key in found:
                found[key].layers.append(layer)
            elif isinstance(op, Sliding):
                windows = self._readings.windows_of(op, shapes)
                found[key] = Slide(windows, shapes[0][1:], layer.output_shape[1:], [layer])
        return tuple(found.values())

    @cached_property
    def unread(self) -> "Sequence[Unread]":
        """The maps of which nobody reads some rows, or some positions between the windows."""
        from cnncalc.checks.lint.reading import Network, find_unread  # noqa: PLC0415 - as above

        tensors = self.by_name, self.readers, self.outputs
        return find_unread(Network(self.slides, self._readings, *tensors))

    def mark(
        self,
        layer: Layer,
        message: str,
        hint: Remedy | None = None,
        attribute: str = "",
        *,
        notes: tuple[Note, ...] = (),
    ) -> Mark:
        """A fault of a layer: at an attribute if its line gives that, else at the line."""
        given = self._arguments.get(layer.span, {}).get(attribute)
        span = given.span if given else self.line(layer)
        return Mark(span, message, layer.name, hint, notes)

    def argument(
        self, layer: Layer, attribute: str, value: str, words: str = "", *, behind: str = ""
    ) -> Remedy:
        """The remedy of giving an attribute another value: an edit where the line shows how.

        A value in the file is replaced, unless it is that of a name. What is not
        given goes to the end of a line of which an argument follows its head, named or not.
        """
        words = words or f"write `{attribute}={value}`{behind}"
        given, head = self._arguments.get(layer.span, {}), layer.span
        old = given.get(attribute)
        if old is not None and not old.names:
            return _worded(rewrite(value, old.span, old.text), words)
        if old is not None or head is None:
            return words
        spans = [one.span for one in given.values()]
        starts = {head.end_column + 1, *(head.end_column + 2 + len(name) for name in given)}
        is_line = any(one.column in starts for one in spans)
        if not is_line or any((one.line, one.end_line) != (head.line, head.line) for one in spans):
            return words
        end = max(one.end_column for one in spans)
        place = head._replace(column=end, end_column=end)
        return Fix((Edit(place, f" {attribute}={value}"),), words)

    def another_op(self, layer: Layer, op: str, words: str) -> Remedy:
        """The remedy of another op in the place of one that its line names."""
        head = layer.span
        if head is None or head not in self._heads:
            return words
        return _worded(rewrite(op, head, layer.op.name), words)

    def line(self, layer: Layer) -> Span:
        """The line of a layer; the start of the file for a layer that no line made."""
        return layer.span or Span(self.spec.file, 1, 1, 1, 2)

    def input_place(self, name: str) -> Span:
        """The place of an input's shape: in the variant, where that gives its own."""
        variant = self.spec.variants.get(self.graph.variant or "")
        own = variant.inputs if variant else None
        inputs = self.spec.inputs if own is None else own
        return next(one.span for one in inputs if (one.label or "input") == name)

    @cached_property
    def _calls(self) -> Sequence[OpCall | VariableCall]:
        """Every line that may make a layer of its own."""
        spec = self.spec
        heads = (node for head in (*spec.outputs, *spec.auxiliary) for node in head.body)
        inner = (node for block in spec.blocks.values() for node in block.body)
        nodes = walk((*spec.layers, *heads, *inner))
        return [node for node in nodes if isinstance(node, OpCall | VariableCall)]

    @cached_property
    def _heads(self) -> frozenset[Span]:
        """Where they name their op themselves."""
        return frozenset(node.span for node in self._calls if isinstance(node, OpCall))

    @cached_property
    def _arguments(self) -> Mapping[Span | None, Mapping[str, Expression]]:
        """What each of them gives, by the names of the attributes."""
        found: dict[Span | None, Mapping[str, Expression]] = {}
        for node in self._calls:
            if isinstance(node, OpCall):
                found[node.span] = dict(node.arguments)
            else:
                found[node.head_span] = {one.name: one.value for one in node.arguments if one.name}
        return found


def _worded(remedy: Remedy, words: str) -> Remedy:
    """The same edit, if it is one, in other words."""
    return Fix(remedy.edits, words) if isinstance(remedy, Fix) else words


def kernel_text(windows: Sequence[Window]) -> str:
    """`3x3 kernel`; of a kernel along one axis `kernel of 3`."""
    kernel = show_shape(tuple(window.kernel for window in windows))
    return f"{kernel} kernel" if len(windows) > 1 else f"kernel of {kernel}"


class Rule(Record, Documented):
    """One rule. It looks at a whole spec or at one expanded network, never at both.

    Attributes:
        finds: what it finds, exactly; paragraphs apart by an empty line.
        because: what that costs whoever runs or reads the network.
        example: the smallest spec in which it finds one thing and nothing else is found, as a
            difference: `-` marks the lines with the fault, `+` those without it.
        network: the check of one expanded network.
        spec: the check of a file as it is written.
    """

    code: str
    finds: str
    because: str
    example: str
    network: Callable[[Subject], Marks] | None = None
    spec: Callable[[Spec], Marks] | None = None
    severity: Severity = "warning"

    def diagnostic(self, mark: Mark) -> Diagnostic:
        """The diagnostic of a mark."""
        return Diagnostic(self.code, mark.message, mark.span, mark.notes, mark.hint, self.severity)
