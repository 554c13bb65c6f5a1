"""The bodies of a file: its layers, its blocks, its outputs and auxiliary heads."""

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.spec.bodies.lines import BodyReader
from cnncalc.spec.bodies.read import body_reader
from cnncalc.spec.bodies.tensors import is_dotted
from cnncalc.spec.document.definitions import Signature
from cnncalc.spec.document.top import Document
from cnncalc.spec.names import Definition, Names, check_clash, check_name
from cnncalc.spec.syntax import Block, Body, Broken, Flow, Head, Merge, Reference, labels_of
from cnncalc.spec.walk import find_cycles
from cnncalc.spec.yaml_tree import List, Map, Node, Text


def read_layers(top: Document, reader: BodyReader) -> Body:
    """The body of the network."""
    node = top.parts.get("layers")
    if node is None:
        return ()
    if isinstance(node, Text) and node.is_null:
        hint = "list them below it, each after `- `"
        top.fault("E203", "`layers` has no layer", top.places["layers"], hint)
        return (Broken(node.span),)
    return reader.body(node)


def read_blocks(top: Document, names: Names, signatures: list[Signature]) -> dict[str, Block]:
    """The blocks with their bodies; a cycle among them is reported."""
    found: dict[str, Block] = {}
    for name, parameters, value in signatures:
        own: dict[str, Definition] = {}
        for parameter in parameters:
            node = Text(parameter.name, parameter.span, is_plain=True, offset=0)
            other = own.get(node.text) or names.places.get(node.text)
            check_clash("parameter", node, other, top.faults)
            own[parameter.name] = Definition("parameter", parameter.span)
        inside = names._replace(parameters=own) if own else names
        body = body_reader(inside, top.faults).body(value)
        block = Block(name.text, parameters, body, labels_of(body), name.span)
        found.setdefault(name.text, block)
    top.faults.extend(find_cycles(found))
    return found


def read_heads(top: Document, part: str, reader: BodyReader) -> tuple[Head, ...]:
    """`outputs` and `auxiliary`: bodies by name, each starting from a label."""
    node = top.parts.get(part)
    if node is None or (isinstance(node, Text) and node.is_null):
        return ()
    if isinstance(node, List) and part == "outputs":
        return listed_outputs(top, node)
    if not isinstance(node, Map):
        forms = "a list of labels or a mapping" if part == "outputs" else "a mapping"
        top.fault("E203", f"`{part}` must be {forms} of name to body", node.span)
        return ()
    found = []
    for key, value in node.entries:
        if not check_name("output", key, top.faults) or is_repeated(top, key):
            continue
        body = read_head(reader, value)
        if isinstance(body[0], Broken):
            continue
        if not isinstance(body[0], Reference | Flow):
            message = f"`{key.text}` does not start from a label"
            hint = f"begin with the label it reads: `{key.text}: [{_read_first(body)}, ...]`"
            top.fault("E305", message, key.span, hint)
            continue
        found.append(Head(key.text, body, labels_of(body), key.span))
    return tuple(found)


def _read_first(body: Body) -> str:
    """The label that a body reads first, in the first branch where it begins with a merge."""
    first = body[0]
    while isinstance(first, Merge) and first.branches[0]:
        first = first.branches[0][0]
    return first.label if isinstance(first, Reference) else "label"


def read_head(reader: BodyReader, value: Node) -> Body:
    """The body of a head; it may begin with `x`, the tensor that the network gives."""
    if isinstance(value, List) and len(value.items) > 1:
        first, *rest = value.items
        if isinstance(first, Text) and first.text.strip() == "x":
            return (*reader.body(first), *reader.body(value._replace(items=tuple(rest))))
    return reader.body(value)


def is_repeated(top: Document, name: Text) -> bool:
    """Report an output or auxiliary head whose name another has."""
    first = top.heads_seen.setdefault(name.text, name.span)
    if first is name.span:
        return False
    notes = (Note("first defined here", first),)
    message = f"duplicate output `{name.text}`"
    top.faults.append(Diagnostic("E209", message, name.span, notes, "rename one of them"))
    return True


def listed_outputs(top: Document, node: List) -> tuple[Head, ...]:
    """Outputs as a list of labels."""
    found = []
    for item in node.items:
        text = item.text if isinstance(item, Text) else ""
        if not isinstance(item, Text) or not (text.isidentifier() or is_dotted(text)):
            message = "an output in a list is a label"
            top.fault("E203", message, item.span, "use `outputs: {name: [label, layer]}`")
            continue
        if is_repeated(top, item):
            continue
        body: Body = (Reference(item.text, item.span),)
        found.append(Head(item.text, body, frozenset(), item.span))
    return tuple(found)
