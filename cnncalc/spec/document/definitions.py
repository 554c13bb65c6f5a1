"""What a file defines: variables, the signatures of blocks, and every name in reach."""

import re
from collections.abc import Iterable, Mapping

from cnncalc.diagnostics import Remedy, rewrite
from cnncalc.facts import MOST_AXES, read_shape, shape_meant
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.spec.bounds import LONGEST_NAME, PARAMETER_STEPS, reading_steps
from cnncalc.spec.document.top import Document
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.labels import collect_labels
from cnncalc.spec.names import (
    Callee,
    Definition,
    Names,
    callee_of_block,
    check_clash,
    check_name,
)
from cnncalc.spec.notation import Piece, bounded_pieces, parse_part
from cnncalc.spec.syntax import Input, Parameter, Variable
from cnncalc.spec.yaml_tree import List, Map, Node, Text

SHAPE_HINT = "write C x H x W as `3x224x224`, C x L as `2x100`, features as `784`"


def input_entries(top: Document, within: Map) -> tuple[tuple[Text, Node], ...]:
    """The inputs that have labels."""
    node = within.get("input")
    return node.entries if isinstance(node, Map) else ()


def read_inputs(top: Document, within: Map) -> tuple[Input, ...] | None:
    """The inputs of a spec or of a variant; None where it states none."""
    node = within.get("input")
    if node is None:
        return None
    if not isinstance(node, Map):
        shape = read_input_shape(top, node)
        return () if shape is None else (Input(None, shape, node.span),)
    if not node.entries:
        top.fault("E202", "`input` names no input", node.span, SHAPE_HINT)
    found = []
    for key, value in node.entries:
        shape = read_input_shape(top, value)
        if check_name("input", key, top.faults) and shape is not None:
            found.append(Input(key.text, shape, key.span))
    return tuple(found)


def read_input_shape(top: Document, node: Node) -> Shape | None:
    """The shape of an input."""
    shape = read_shape(node.text) if isinstance(node, Text) else None
    if shape is None:
        shown = f"`{node.text}`" if isinstance(node, Text) else "this"
        is_missing = isinstance(node, Text) and not node.text
        message = f"{shown} is not the shape of an input"
        message = "the shape of an input is missing" if is_missing else message
        top.fault("E216", message, node.span, shape_remedy(node))
    return shape


def shape_remedy(node: Node) -> Remedy:
    """What helps where an input has no shape: the one that is meant, or how they are written."""
    items = node.items[: MOST_AXES + 1] if isinstance(node, List) else ()
    lengths = [item.text for item in items if isinstance(item, Text)]
    text = node.text if isinstance(node, Text) else ", ".join(lengths)
    meant = shape_meant(text) if len(lengths) == len(items) else None
    if meant is None:
        return SHAPE_HINT
    return rewrite(meant, node.span, text) if isinstance(node, Text) else f"write `{meant}`"


class Signature(Record):
    """The head of a block, and the body that waits to be read."""

    name: Text
    parameters: tuple[Parameter, ...]
    body: Node


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
        head, *rest = plain_pieces(top, key, pieces)
        name = part_of(key, head)
        check_name("block", name, top.faults)
        known = tuple(read_parameter(top, key, piece) for piece in rest)
        check_defaults(top, known)
        found.append(Signature(name, known, value))
    return found


def plain_pieces(top: Document, key: Text, pieces: list[Piece]) -> list[Piece]:
    """A block's name and parameters, of which brackets and commas are reported and left off."""
    plain = pieces
    inner = pieces[0].text.partition("(")[2]
    if inner.endswith(")") and pieces[0].text[:-1].count("(") == 1:
        start = pieces[0].end - len(inner)
        words = re.finditer(r"[^\s,]+", inner[:-1])
        plain = [Piece(pieces[0].text[: -len(inner) - 1], pieces[0].start)]
        plain += [Piece(word[0], start + word.start()) for word in words] + pieces[1:]
    elif any(piece.text.endswith(",") for piece in pieces):
        plain = [
            Piece(piece.text.rstrip(","), piece.start) for piece in pieces if piece.text != ","
        ]
    if plain is not pieces:
        written = " ".join(piece.text for piece in plain)
        message = "blanks stand between a block and its parameters, no brackets or commas"
        hint = f"write `{written}`" if len(written) <= LONGEST_NAME else None
        top.fault("E215", message, key.part(pieces[0].start, pieces[-1].end), hint)
    return plain


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
    own_places = {key.text: key.span for key, _ in input_entries(top, top.root)}
    labels |= own_places.keys() or {"input"}
    callees: dict[str, Callee] = {}
    for name, parameters, _ in signatures:
        callees.setdefault(name.text, callee_of_block(name.text, parameters))
    labels -= places.keys()
    return Names(
        callees, places, frozenset(labels), label_places={**top.label_places, **own_places}
    )


def all_bodies(top: Document, signatures: list[Signature]) -> Iterable[Node | None]:
    """Every body of the file, as nodes."""
    yield top.parts.get("layers")
    for key in ("outputs", "auxiliary"):
        node = top.parts.get(key)
        yield from (body for _, body in node.entries) if isinstance(node, Map) else ()
    yield from (signature.body for signature in signatures)
