"""A whole file: located nodes to a Spec."""

from collections.abc import Iterable, Mapping

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.facts import read_shape
from cnncalc.ops.values import Shape, Value
from cnncalc.records import Record
from cnncalc.spec.bounds import (
    LONGEST_NAME,
    PARAMETER_STEPS,
    Allowance,
    Faults,
    gathered,
    reading_steps,
)
from cnncalc.spec.cycles import find_cycles
from cnncalc.spec.expression_syntax import Expression, ExpressionError, parse_expression
from cnncalc.spec.expressions import checked_extent, constant
from cnncalc.spec.layers import BodyReader
from cnncalc.spec.names import (
    Callee,
    Definition,
    Names,
    callee_of_block,
    check_clash,
    check_name,
    collect_labels,
)
from cnncalc.spec.notation import Piece, bounded_pieces, parse_part
from cnncalc.spec.stated import FactReader
from cnncalc.spec.syntax import (
    Block,
    Body,
    Broken,
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
from cnncalc.spec.yaml_tree import EMPTY_HINT, List, Map, Node, Text

KEYS = (
    "name", "source", "description", "input", "vars", "blocks", "layers", "outputs", "auxiliary",
    "variants", "expect", "budget", "published",
)  # fmt: skip
VARIANT_KEYS = ("vars", "input", "expect", "budget", "published", "source")


def read_spec(
    root: Node, file: str, faults: list[Diagnostic], allowance: Allowance | None = None
) -> Spec | None:
    """Read a file's tree; None when it is no mapping, or exceeds a bound."""
    spec = None
    with gathered(faults, allowance or Allowance()) as found:
        if isinstance(root, Map):
            spec = _Reader(root, file, found).spec()
        elif isinstance(root, Text) and root.is_null:
            found.append(Diagnostic("E105", "the spec is empty", root.span, (), EMPTY_HINT))
        else:
            message = "a spec is a mapping with `name`, `input` and `layers`"
            place = root.span._replace(end_column=root.span.column + 1)
            found.append(Diagnostic("E203", message, place))
    return spec


SHAPE_HINT = "write C x H x W as `3x224x224`, C x L as `2x100`, features as `784`"


def read_value(node: Node, faults: list[Diagnostic]) -> Value:
    """The value of a variable: a number, true or false, a word, or a list of these.

    Raises:
        ExpressionError: it is none of them.
    """
    if isinstance(node, List):
        items = tuple([read_value(item, faults) for item in node.items])
        checked_extent(items)
        return items
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

    def __init__(self, root: Map, file: str, faults: Faults) -> None:
        self.root = root
        self.file = file
        self.faults = faults
        self.parts = {key.text: value for key, value in root.entries}
        self.places = {key.text: key.span for key, value in root.entries}
        self.label_places: dict[str, Span] = {}
        self.heads_seen: dict[str, Span] = {}
        self.facts = FactReader(faults)

    def spec(self) -> Spec:
        meant = self.check_keys(self.root, KEYS, "a spec")
        if "layers" not in {*self.parts, *meant}:
            hint = "`layers:` holds the body of the network"
            self.fault("E202", "the spec has no `layers`", self.start(), hint)
        if "input" not in {*self.parts, *meant}:
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
            name=self.name() or "network",
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
            expect=self.facts.read(self.root.get("expect"), "expect") or (),
            budget=self.facts.read(self.root.get("budget"), "budget") or (),
            published=self.facts.published(self.root.get("published")),
            places=self.label_places,
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
            self.fault("E203", f"`{key}` must be text", value.span)
            return None
        text: str = value.text
        return text

    def name(self) -> str | None:
        """The network's name: it stands in messages, so it is bounded."""
        name = self.text("name")
        if name is not None and len(name) > LONGEST_NAME:
            self.check_length("the name of a network", self.parts["name"])
        return name

    def check_length(self, title: str, node: Node) -> None:
        """Report a name that is too long; longer ones are no names."""
        message = f"{title} has at most {LONGEST_NAME} characters"
        self.fault("E215", message, node.span, "shorten it")

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
            pieces = bounded_pieces(key, self.faults)
            if pieces is None:
                continue
            if not pieces:
                self.fault("E215", "a block needs a name", key.span)
                continue
            head, *rest = pieces
            name = self.part(key, head)
            check_name("block", name, self.faults)
            known = tuple(self.parameter(key, piece) for piece in rest)
            self.check_defaults(known)
            found.append(Signature(name, known, value))
        return found

    @staticmethod
    def part(key: Text, piece: Piece) -> Text:
        return Text(piece.text, key.part(piece.start, piece.end), is_plain=True, offset=0)

    def parameter(self, key: Text, piece: Piece) -> Parameter:
        """A parameter, although its name or default be faulty: its uses are no faults as well."""
        name, equals, default = piece.text.partition("=")
        node = self.part(key, Piece(name, piece.start))
        if not check_name("parameter", node, self.faults):
            return Parameter(name, Expression("0", node.span, 0), node.span)
        self.faults.allowance.take(PARAMETER_STEPS, node.span)
        if not equals:
            return Parameter(name, None, node.span)
        value = parse_part(key, default, piece.start + len(name) + 1, self.faults)
        size = value.tree.size if value and value.tree else 0
        self.faults.allowance.take(reading_steps(size, len(default)), node.span)
        return Parameter(name, value or Expression(default, node.span), node.span)

    def check_defaults(self, parameters: tuple[Parameter, ...]) -> None:
        has_default = False
        last = {parameter.name: place for place, parameter in enumerate(parameters)}
        for place, parameter in enumerate(parameters):
            default = parameter.default
            if default is not None and last.get(default.name or "", -1) >= place:
                message = f"the default of `{parameter.name}` reads `{default.name}`, given later"
                self.fault("E211", message, default.span, "put that parameter first")
            if parameter.default is None and has_default:
                message = f"`{parameter.name}` has no default, but one before it has"
                self.fault("E206", message, parameter.span, "put it first, or give it a default")
            has_default = has_default or parameter.default is not None

    def names(self, variables: Mapping[str, Variable], signatures: list[Signature]) -> Names:
        """The names that every body can reach, with the clashes between them reported."""
        places = {name: Definition("variable", item.span) for name, item in variables.items()}
        for name, _, _ in signatures:
            check_clash("block", name, places.get(name.text), self.faults)
            places.setdefault(name.text, Definition("block", name.span))
        for key, _ in self.input_entries(self.root):
            check_clash("input", key, places.get(key.text), self.faults)
        if "input" in places and not self.input_entries(self.root):
            kind, span = places["input"]
            message = f"the {kind} `input` has the name of the network's input"
            self.fault("E209", message, span, "rename it")
        for body in self.bodies(signatures):
            for key in collect_labels(body):
                self.label_places.setdefault(key.text, key.span)
        labels = set(self.label_places)
        labels |= {key.text for key, _ in self.input_entries(self.root)} or {"input"}
        callees: dict[str, Callee] = {}
        for name, parameters, _ in signatures:
            callees.setdefault(name.text, callee_of_block(name.text, parameters))
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
            hint = "list them below it, each after `- `"
            self.fault("E203", "`layers` has no layer", self.places["layers"], hint)
            return (Broken(node.span),)
        return reader.body(node)

    def blocks(self, names: Names, signatures: list[Signature]) -> dict[str, Block]:
        found: dict[str, Block] = {}
        for name, parameters, value in signatures:
            own: dict[str, Definition] = {}
            for parameter in parameters:
                node = Text(parameter.name, parameter.span, is_plain=True, offset=0)
                other = own.get(node.text) or names.places.get(node.text)
                check_clash("parameter", node, other, self.faults)
                own[parameter.name] = Definition("parameter", parameter.span)
            inside = names._replace(parameters=own) if own else names
            body = BodyReader(inside, self.faults).body(value)
            block = Block(name.text, parameters, body, labels_of(body), name.span)
            found.setdefault(name.text, block)
        self.faults.extend(find_cycles(found))
        return found

    def heads(self, part: str, reader: BodyReader) -> tuple[Head, ...]:
        """`outputs` and `auxiliary`: bodies by name, each starting from a label."""
        node = self.parts.get(part)
        if node is None or (isinstance(node, Text) and node.is_null):
            return ()
        if isinstance(node, List) and part == "outputs":
            return self.listed_outputs(node)
        if not isinstance(node, Map):
            forms = "a list of labels or a mapping" if part == "outputs" else "a mapping"
            self.fault("E203", f"`{part}` must be {forms} of name to body", node.span)
            return ()
        found = []
        for key, value in node.entries:
            if not check_name("output", key, self.faults) or self.is_repeated(key):
                continue
            body = reader.body(value)
            if isinstance(body[0], Broken):
                continue
            if not isinstance(body[0], Reference | Flow):
                message = f"`{key.text}` does not start from a label"
                hint = f"begin with the label it reads: `{key.text}: [label, ...]`"
                self.fault("E305", message, key.span, hint)
                continue
            found.append(Head(key.text, body, labels_of(body), key.span))
        return tuple(found)

    def is_repeated(self, name: Text) -> bool:
        """Report an output or auxiliary head whose name another has."""
        first = self.heads_seen.setdefault(name.text, name.span)
        if first is name.span:
            return False
        notes = (Note("it is given here first", first),)
        message = f"the output `{name.text}` is given twice"
        self.faults.append(Diagnostic("E209", message, name.span, notes, "rename one of them"))
        return True

    def listed_outputs(self, node: List) -> tuple[Head, ...]:
        found = []
        for item in node.items:
            if not isinstance(item, Text) or not item.text.isidentifier():
                message = "an output in a list is a label"
                self.fault("E203", message, item.span, "use `outputs: {name: [label, layer]}`")
                continue
            if self.is_repeated(item):
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
        if not node.entries:
            self.fault("E202", "`input` names no input", node.span, SHAPE_HINT)
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
            is_missing = isinstance(node, Text) and not node.text
            message = f"{shown} is not the shape of an input"
            message = "the shape of an input is missing" if is_missing else message
            self.fault("E216", message, node.span, SHAPE_HINT)
        return shape

    def variants(self, variables: Mapping[str, Variable]) -> dict[str, Variant]:
        node = self.mapping("variants", self.root)
        found = {}
        for key, value in node.entries if node else ():
            if isinstance(value, Text) and value.is_null:
                value = Map((), key.span)  # noqa: PLW2901 - a variant that changes nothing
            if not isinstance(value, Map):
                self.fault("E203", f"the variant `{key.text}` must be a mapping", value.span)
                continue
            if len(key.text) > LONGEST_NAME:
                self.check_length("the name of a variant", key)
            self.check_keys(value, VARIANT_KEYS, f"the variant `{key.text}`")
            own = self.variables(value)
            for variable in own:
                if variable.name not in variables:
                    message = f"the spec has no variable `{variable.name}`"
                    near = self.faults.did_you_mean(variable.name, variables)
                    hint = near or "declare it under `vars`"
                    self.fault("E211", message, variable.span, hint)
            found[key.text] = Variant(
                name=key.text,
                variables=tuple(own),
                inputs=self.inputs(value),
                expect=self.facts.read(value.get("expect"), "expect"),
                budget=self.facts.read(value.get("budget"), "budget"),
                published=self.facts.published(value.get("published")),
                source=self.text("source", value),
                span=key.span,
            )
        return found

    # Checks

    def mapping(self, key: str, within: Map) -> Map | None:
        node = within.get(key)
        if node is None or isinstance(node, Map):
            return node
        if isinstance(node, Text) and node.is_null:
            return None
        self.fault("E203", f"`{key}` must be a mapping of names to values", node.span)
        return None

    def check_keys(self, node: Map, known: tuple[str, ...], title: str) -> set[str]:
        """Report unknown keys; gives the known ones that they most likely mean."""
        meant = set()
        for key, _ in node.entries:
            if key.text not in known:
                near = self.faults.closest(key.text.lower(), known)
                meant |= {near} if near else set()
                hint = f"did you mean `{near}`?" if near else f"the keys are {', '.join(known)}"
                self.fault("E201", f"{title} has no key `{key.text}`", key.span, hint)
        return meant

    def fault(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.faults.append(Diagnostic(code, message, span, (), hint))
