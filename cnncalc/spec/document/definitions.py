"""What a file defines: variables, the signatures of blocks, and every name in reach."""

from collections.abc import Iterable, Mapping

from cnncalc.ops.values import Value
from cnncalc.records import Record
from cnncalc.spec.bounds import PARAMETER_STEPS, reading_steps
from cnncalc.spec.document.inputs import input_entries
from cnncalc.spec.document.top import Document
from cnncalc.spec.document.values import read_value
from cnncalc.spec.expression_syntax import Expression, ExpressionError
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
from cnncalc.spec.syntax import Parameter, Variable
from cnncalc.spec.yaml_tree import Map, Node, Text


class Signature(Record):
    """The head of a block, and the body that waits to be read."""

    name: Text
    parameters: tuple[Parameter, ...]
    body: Node


def read_variables(top: Document, within: Map) -> list[Variable]:
    """The variables of a spec or of a variant."""
    node = top.mapping("vars", within)
    found = []
    for key, value in node.entries if node else ():
        check_name("variable", key, top.faults)
        content: Value = None
        try:
            content = read_value(value, top.faults)
        except ExpressionError as fault:
            top.fault(fault.code, fault.message, value.span, fault.hint)
        found.append(Variable(key.text, content, key.span))
    return found


def read_signatures(top: Document) -> list[Signature]:
    """The heads of the blocks: `bottleneck width stride=1`, and the body under each."""
    node = top.mapping("blocks", top.root)
    found: list[Signature] = []
    for key, value in node.entries if node else ():
        pieces = bounded_pieces(key, top.faults)
        if pieces is None:
            continue
        if not pieces:
            top.fault("E215", "a block needs a name", key.span)
            continue
        head, *rest = pieces
        name = part_of(key, head)
        check_name("block", name, top.faults)
        known = tuple(read_parameter(top, key, piece) for piece in rest)
        check_defaults(top, known)
        found.append(Signature(name, known, value))
    return found


def part_of(key: Text, piece: Piece) -> Text:
    """A piece of a key as a node of its own."""
    return Text(piece.text, key.part(piece.start, piece.end), is_plain=True, offset=0)


def read_parameter(top: Document, key: Text, piece: Piece) -> Parameter:
    """A parameter, although its name or default be faulty: its uses are no faults as well."""
    name, equals, default = piece.text.partition("=")
    node = part_of(key, Piece(name, piece.start))
    if not check_name("parameter", node, top.faults):
        return Parameter(name, Expression("0", node.span, 0), node.span)
    top.faults.allowance.take(PARAMETER_STEPS, node.span)
    if not equals:
        return Parameter(name, None, node.span)
    value = parse_part(key, default, piece.start + len(name) + 1, top.faults)
    size = value.tree.size if value and value.tree else 0
    top.faults.allowance.take(reading_steps(size, len(default)), node.span)
    return Parameter(name, value or Expression(default, node.span), node.span)


def check_defaults(top: Document, parameters: tuple[Parameter, ...]) -> None:
    """Report defaults that cannot be: one that reads what comes later, or one missing."""
    has_default = False
    last = {parameter.name: place for place, parameter in enumerate(parameters)}
    for place, parameter in enumerate(parameters):
        default = parameter.default
        if default is not None and last.get(default.name or "", -1) >= place:
            message = f"the default of `{parameter.name}` reads `{default.name}`, given later"
            top.fault("E211", message, default.span, "put that parameter first")
        if parameter.default is None and has_default:
            message = f"`{parameter.name}` has no default, but one before it has"
            top.fault("E206", message, parameter.span, "put it first, or give it a default")
        has_default = has_default or parameter.default is not None


def read_names(
    top: Document, variables: Mapping[str, Variable], signatures: list[Signature]
) -> Names:
    """The names that every body can reach, with the clashes between them reported."""
    places = {name: Definition("variable", item.span) for name, item in variables.items()}
    for name, _, _ in signatures:
        check_clash("block", name, places.get(name.text), top.faults)
        places.setdefault(name.text, Definition("block", name.span))
    for key, _ in input_entries(top, top.root):
        check_clash("input", key, places.get(key.text), top.faults)
    if "input" in places and not input_entries(top, top.root):
        kind, span = places["input"]
        message = f"the {kind} `input` has the name of the network's input"
        top.fault("E209", message, span, "rename it")
    for body in all_bodies(top, signatures):
        for key in collect_labels(body):
            top.label_places.setdefault(key.text, key.span)
    labels = set(top.label_places)
    labels |= {key.text for key, _ in input_entries(top, top.root)} or {"input"}
    callees: dict[str, Callee] = {}
    for name, parameters, _ in signatures:
        callees.setdefault(name.text, callee_of_block(name.text, parameters))
    return Names(callees, places, frozenset(labels - places.keys()))


def all_bodies(top: Document, signatures: list[Signature]) -> Iterable[Node | None]:
    """Every body of the file, as nodes."""
    yield top.parts.get("layers")
    for key in ("outputs", "auxiliary"):
        node = top.parts.get(key)
        yield from (body for _, body in node.entries) if isinstance(node, Map) else ()
    yield from (signature.body for signature in signatures)
