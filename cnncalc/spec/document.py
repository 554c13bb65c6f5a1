"""A whole file: located nodes to a Spec."""

from collections.abc import Iterable, Mapping

from cnncalc.diagnostics import Diagnostic, Span, did_you_mean
from cnncalc.facts import METRICS, Amount, Fact, Published, parse_amount, parse_limit
from cnncalc.ops.values import LARGEST, Shape, Value
from cnncalc.records import Record
from cnncalc.spec.cycles import find_cycles
from cnncalc.spec.expressions import ExpressionError, constant, parse_expression
from cnncalc.spec.layers import BodyReader
from cnncalc.spec.names import (
    Definition,
    Names,
    callee_of_block,
    check_clash,
    check_name,
    collect_labels,
)
from cnncalc.spec.notation import Piece, parse_part, split_line
from cnncalc.spec.syntax import (
    Block,
    Body,
    Flow,
    Head,
    Input,
    Parameter,
    Reference,
    Spec,
    Variable,
    Variant,
    labels_of,
)
from cnncalc.spec.yaml_tree import List, Map, Node, Text

KEYS = (
    "name", "source", "description", "input", "vars", "blocks", "layers", "outputs", "auxiliary",
    "variants", "expect", "budget", "published",
)  # fmt: skip
VARIANT_KEYS = ("vars", "input", "expect", "budget", "published", "source")
MOST_AXES = 4


def read_spec(root: Node, file: str, faults: list[Diagnostic]) -> Spec | None:
    """Read a file's tree; None when it is no mapping at all."""
    if not isinstance(root, Map):
        message = "a spec is a mapping with `name`, `input` and `layers`"
        faults.append(
            Diagnostic("E203", message, root.span._replace(end_column=root.span.column + 1))
        )
        return None
    return _Reader(root, file, faults).spec()


def read_shape(text: str) -> Shape | None:
    """`3x224x224` as a shape, or None when it is none.

    Example:
        >>> read_shape("3x224x224")
        (3, 224, 224)
    """
    lengths = text.replace("_", "").split("x")
    if len(text) > 80 or not text.isascii() or not all(map(str.isdecimal, lengths)):
        return None
    shape = tuple(map(int, lengths))
    is_fine = len(shape) <= MOST_AXES and all(1 <= length <= LARGEST for length in shape)
    return shape if is_fine else None


SHAPE_HINT = "write C x H x W as `3x224x224`, C x L as `2x100`, features as `784`"


def read_value(node: Node, faults: list[Diagnostic]) -> Value:
    """The value of a variable: a number, true or false, a word, or a list of these.

    Raises:
        ExpressionError: it is none of them.
    """
    if isinstance(node, List):
        return tuple(read_value(item, faults) for item in node.items)
    if isinstance(node, Map):
        raise ExpressionError("E203", "a variable holds a number, true, false, a list or a word")
    if node.is_null:
        return None
    expression = parse_part(node, node.text, 0, faults)
    return None if expression is None else constant(expression)


def read_assignment(text: str) -> Value:
    """The value that `--set name=text` means.

    Raises:
        ExpressionError: it is none.
    """
    return constant(parse_expression(text, Span("", 1, 1, 1, len(text) + 1)))


class Signature(Record):
    """The head of a block, and the body that waits to be read."""

    name: Text
    parameters: tuple[Parameter, ...]
    body: Node


class _Reader:
    """Reads the top level: definitions first, so that bodies know every name."""

    def __init__(self, root: Map, file: str, faults: list[Diagnostic]) -> None:
        self.root = root
        self.file = file
        self.faults = faults
        self.parts = {key.text: value for key, value in root.entries}
        self.places = {key.text: key.span for key, value in root.entries}

    def spec(self) -> Spec:
        self.check_keys(self.root, KEYS, "a spec")
        if "layers" not in self.parts:
            self.fault("E202", "the spec has no `layers`", self.start())
        if "input" not in self.parts:
            self.fault("E202", "the spec has no `input`", self.start(), SHAPE_HINT)
        variables = {variable.name: variable for variable in self.variables(self.root)}
        signatures = self.signatures()
        names = self.names(variables, signatures)
        inputs = self.inputs(self.root) or ()
        is_sound = not self.faults
        reader = BodyReader(names, self.faults)
        layers = self.layers(reader)
        return Spec(
            file=self.file,
            name=self.text("name") or "network",
            source=self.text("source"),
            description=self.text("description"),
            inputs=inputs,
            variables=variables,
            blocks=self.blocks(names, signatures),
            layers=layers,
            labels=labels_of(layers),
            outputs=self.heads("outputs", reader),
            auxiliary=self.heads("auxiliary", reader),
            variants=self.variants(variables),
            expect=self.facts(self.root, "expect") or (),
            budget=self.facts(self.root, "budget") or (),
            published=self.published(self.root),
            is_sound=is_sound,
        )

    # Text

    def start(self) -> Span:
        span = self.root.span
        return span._replace(end_line=span.line, end_column=span.column + 1)

    def text(self, key: str, within: Map | None = None) -> str | None:
        value = within.get(key) if within else self.parts.get(key)
        if value is None:
            return None
        if not isinstance(value, Text) or value.is_null:
            self.fault("E203", f"`{key}` is text", value.span)
            return None
        text: str = value.text
        return text

    # Definitions

    def variables(self, within: Map) -> list[Variable]:
        node = self.mapping("vars", within)
        found = []
        for key, value in node.entries if node else ():
            check_name("variable", key, self.faults)
            content: Value = None
            try:
                content = read_value(value, self.faults)
            except ExpressionError as fault:
                self.fault(fault.code, fault.message, value.span, fault.hint)
            found.append(Variable(key.text, content, key.span))
        return found

    def signatures(self) -> list[Signature]:
        """The heads of the blocks: `bottleneck width stride=1`, and the body under each."""
        node = self.mapping("blocks", self.root)
        found: list[Signature] = []
        for key, value in node.entries if node else ():
            pieces = split_line(key.text)
            if not pieces:
                self.fault("E215", "a block needs a name", key.span)
                continue
            head, *rest = pieces
            name = self.part(key, head)
            if check_name("block", name, self.faults):
                parameters = (self.parameter(key, piece) for piece in rest)
                known = tuple(parameter for parameter in parameters if parameter)
                self.check_defaults(known)
                found.append(Signature(name, known, value))
        return found

    @staticmethod
    def part(key: Text, piece: Piece) -> Text:
        return Text(piece.text, key.part(piece.start, piece.end), is_plain=True, offset=0)

    def parameter(self, key: Text, piece: Piece) -> Parameter | None:
        name, equals, default = piece.text.partition("=")
        node = self.part(key, Piece(name, piece.start))
        if not check_name("parameter", node, self.faults):
            return None
        if not equals:
            return Parameter(name, None, node.span)
        value = parse_part(key, default, piece.start + len(name) + 1, self.faults)
        return None if value is None else Parameter(name, value, node.span)

    def check_defaults(self, parameters: tuple[Parameter, ...]) -> None:
        has_default = False
        for parameter in parameters:
            if parameter.default is None and has_default:
                message = f"`{parameter.name}` has no default, but one before it has"
                self.fault("E206", message, parameter.span, "put it first, or give it a default")
            has_default = has_default or parameter.default is not None

    def names(self, variables: Mapping[str, Variable], signatures: list[Signature]) -> Names:
        """The names that every body can reach, with the clashes between them reported."""
        places = {name: Definition("variable", item.span) for name, item in variables.items()}
        for name, _, _ in signatures:
            check_clash("block", name, places, self.faults)
            places.setdefault(name.text, Definition("block", name.span))
        labels = {key.text for body in self.bodies(signatures) for key in collect_labels(body)}
        labels |= {key.text for key, _ in self.input_entries(self.root)} or {"input"}
        callees = {
            name.text: callee_of_block(name.text, parameters) for name, parameters, _ in signatures
        }
        return Names(callees, places, frozenset(labels - places.keys()))

    def bodies(self, signatures: list[Signature]) -> Iterable[Node | None]:
        yield self.parts.get("layers")
        for key in ("outputs", "auxiliary"):
            node = self.parts.get(key)
            yield from (body for _, body in node.entries) if isinstance(node, Map) else ()
        yield from (signature.body for signature in signatures)

    # Bodies

    def layers(self, reader: BodyReader) -> Body:
        node = self.parts.get("layers")
        if node is None:
            return ()
        if isinstance(node, Text) and node.is_null:
            self.fault("E203", "`layers` has no layer", self.places["layers"])
            return ()
        return reader.body(node)

    def blocks(self, names: Names, signatures: list[Signature]) -> dict[str, Block]:
        found = {}
        for name, parameters, value in signatures:
            places = dict(names.places)
            for parameter in parameters:
                node = Text(parameter.name, parameter.span, is_plain=True, offset=0)
                check_clash("parameter", node, places, self.faults)
                places[parameter.name] = Definition("parameter", parameter.span)
            inside = names._replace(places=places, labels=names.labels - places.keys())
            body = BodyReader(inside, self.faults).body(value)
            found[name.text] = Block(name.text, parameters, body, labels_of(body), name.span)
        self.faults.extend(find_cycles(found))
        return found

    def heads(self, part: str, reader: BodyReader) -> tuple[Head, ...]:
        """`outputs` and `auxiliary`: bodies by name, each starting from a label."""
        node = self.parts.get(part)
        if node is None:
            return ()
        if isinstance(node, List) and part == "outputs":
            return self.listed_outputs(node)
        if not isinstance(node, Map):
            forms = "a list of labels or a mapping" if part == "outputs" else "a mapping"
            self.fault("E203", f"`{part}` is {forms} of name to body", node.span)
            return ()
        found = []
        for key, value in node.entries:
            if not check_name("output", key, self.faults):
                continue
            body = reader.body(value)
            if not isinstance(body[0], Reference | Flow):
                message = f"`{key.text}` does not start from a label"
                hint = f"begin with the label it reads: `{key.text}: [label, ...]`"
                self.fault("E305", message, key.span, hint)
                continue
            found.append(Head(key.text, body, labels_of(body), key.span))
        return tuple(found)

    def listed_outputs(self, node: List) -> tuple[Head, ...]:
        found = []
        for item in node.items:
            if not isinstance(item, Text) or not item.text.isidentifier():
                message = "an output in a list is a label"
                self.fault("E203", message, item.span, "use `outputs: {name: [label, layer]}`")
                continue
            body: Body = (Reference(item.text, item.span),)
            found.append(Head(item.text, body, frozenset(), item.span))
        return tuple(found)

    # Inputs, variants, facts

    def input_entries(self, within: Map) -> tuple[tuple[Text, Node], ...]:
        node = within.get("input")
        return node.entries if isinstance(node, Map) else ()

    def inputs(self, within: Map) -> tuple[Input, ...] | None:
        node = within.get("input")
        if node is None:
            return None
        if not isinstance(node, Map):
            shape = self.shape(node)
            return () if shape is None else (Input(None, shape, node.span),)
        found = []
        for key, value in node.entries:
            shape = self.shape(value)
            if check_name("input", key, self.faults) and shape is not None:
                found.append(Input(key.text, shape, key.span))
        return tuple(found)

    def shape(self, node: Node) -> Shape | None:
        shape = read_shape(node.text) if isinstance(node, Text) else None
        if shape is None:
            shown = f"`{node.text}`" if isinstance(node, Text) else "this"
            self.fault("E216", f"{shown} is not the shape of an input", node.span, SHAPE_HINT)
        return shape

    def variants(self, variables: Mapping[str, Variable]) -> dict[str, Variant]:
        node = self.mapping("variants", self.root)
        found = {}
        for key, value in node.entries if node else ():
            if isinstance(value, Text) and value.is_null:
                value = Map((), key.span)  # noqa: PLW2901 - a variant that changes nothing
            if not isinstance(value, Map):
                self.fault("E203", f"the variant `{key.text}` is a mapping", value.span)
                continue
            self.check_keys(value, VARIANT_KEYS, f"the variant `{key.text}`")
            own = self.variables(value)
            for variable in own:
                if variable.name not in variables:
                    message = f"the spec has no variable `{variable.name}`"
                    hint = did_you_mean(variable.name, variables) or "declare it under `vars`"
                    self.fault("E211", message, variable.span, hint)
            found[key.text] = Variant(
                name=key.text,
                variables=tuple(own),
                inputs=self.inputs(value),
                expect=self.facts(value, "expect"),
                budget=self.facts(value, "budget"),
                published=self.published(value),
                source=self.text("source", value),
                span=key.span,
            )
        return found

    def facts(self, within: Map, part: str) -> tuple[Fact, ...] | None:
        node = self.mapping(part, within)
        if node is None:
            return None
        found: list[Fact] = []
        for key, value in node.entries:
            if isinstance(value, Map):
                for metric, amount in value.entries:
                    found.extend(self.fact(key.text, metric, amount, part))
            else:
                found.extend(self.fact(None, key, value, part))
        return tuple(found)

    def fact(self, layer: str | None, metric: Text, value: Node, part: str) -> Iterable[Fact]:
        if metric.text not in METRICS:
            hint = did_you_mean(metric.text, METRICS) or f"it is one of {', '.join(METRICS)}"
            self.fault("E201", f"there is no metric `{metric.text}`", metric.span, hint)
            return
        if not isinstance(value, Text):
            self.fault("E203", f"`{metric.text}` takes a number", value.span)
            return
        try:
            if metric.text == "output":
                yield Fact(layer, "output", self.stated_shape(value), value.span)
            elif part == "expect":
                amount = parse_amount(value.text, metric.text)
                yield Fact(layer, metric.text, amount, value.span)
            else:
                yield Fact(layer, metric.text, parse_limit(value.text, metric.text), value.span)
        except ValueError as fault:
            self.fault("E219", str(fault), value.span, "write `61_100_840`, `25.6M`, `4 MiB`")

    def published(self, within: Map) -> tuple[Published, ...]:
        """Figures by metric, or by label and metric, with a `note` where one is known wrong."""
        node = self.mapping("published", within)
        found: list[Published] = []
        for key, value in node.entries if node else ():
            if not isinstance(value, Map):
                found.extend(self.printed(None, key, value, None))
                continue
            note = self.text("note", value) if value.get("note") else None
            for metric, amount in value.entries:
                if metric.text != "note":
                    found.extend(self.printed(key.text, metric, amount, note))
        return tuple(found)

    def printed(
        self, layer: str | None, metric: Text, value: Node, note: str | None
    ) -> Iterable[Published]:
        for fact in self.fact(layer, metric, value, "expect"):
            if isinstance(fact.value, Amount) and isinstance(value, Text):
                yield Published(layer, fact.metric, value.text, fact.value, note, fact.span)

    @staticmethod
    def stated_shape(value: Text) -> Shape:
        shape = read_shape(value.text)
        if shape is None:
            raise ValueError(f"`{value.text}` is not a shape")
        return shape

    # Checks

    def mapping(self, key: str, within: Map) -> Map | None:
        node = within.get(key)
        if node is None or isinstance(node, Map):
            return node
        if isinstance(node, Text) and node.is_null:
            return None
        self.fault("E203", f"`{key}` is a mapping", node.span)
        return None

    def check_keys(self, node: Map, known: tuple[str, ...], title: str) -> None:
        for key, _ in node.entries:
            if key.text not in known:
                hint = did_you_mean(key.text, known) or f"the keys are {', '.join(known)}"
                self.fault("E201", f"{title} has no key `{key.text}`", key.span, hint)

    def fault(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.faults.append(Diagnostic(code, message, span, (), hint))
