"""The inputs of a network."""

from cnncalc.facts import read_shape
from cnncalc.ops.values import Shape
from cnncalc.spec.document.top import Document
from cnncalc.spec.names import check_name
from cnncalc.spec.syntax import Input
from cnncalc.spec.yaml_tree import Map, Node, Text

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
        top.fault("E216", message, node.span, SHAPE_HINT)
    return shape
