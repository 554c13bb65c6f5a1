"""The values of weights that a file states: by the name of a layer, and of its tensor."""

from collections.abc import Collection, Iterator

from cnncalc.spec.document.top import Document
from cnncalc.spec.document.variables import read_formula
from cnncalc.spec.expression_syntax import ExpressionError
from cnncalc.spec.syntax import Formula, StatedWeights
from cnncalc.spec.yaml_tree import Map, Node, Text

LARGER = "read larger ones with `run --weights FILE.npz`"

HINT = "write `conv1: [[1, 0, -1], [1, 0, -1], [1, 0, -1]]`, or `{weight: ..., bias: ...}`"


def read_weights(
    top: Document, within: Map, known: Collection[str]
) -> tuple[StatedWeights, ...] | None:
    """What a spec or a variant states; None where it states nothing.

    Args:
        top: the file.
        within: the mapping that may have `weights`.
        known: the variables that values may be made of.
    """
    node = within.get("weights")
    if node is None or (isinstance(node, Text) and node.is_null):
        return None
    if not isinstance(node, Map):
        message = "`weights` must be a mapping of layers to values"
        top.fault("E203", message, node.span, HINT)
        return ()
    return tuple(one for key, value in node.entries for one in _of_layer(top, key, value, known))


def _of_layer(
    top: Document, layer: Text, node: Node, known: Collection[str]
) -> Iterator[StatedWeights]:
    """The tensors of one layer: a mapping by their names, or the values of its `weight`."""
    entries = node.entries if isinstance(node, Map) else ((None, node),)
    for key, value in entries:
        formula: Formula = None
        try:
            if isinstance(value, Text) and (value.is_null or not value.text.strip()):
                told = f"the weights of `{layer.text}` have no value"
                top.fault("E203", told, value.span, HINT)
            else:
                formula = read_formula(value, known, top.faults)
        except ExpressionError as fault:
            # What stands in a list is no variable: say what does belong there.
            is_mapping = fault.code == "E203"
            message = "values are numbers, or lists of numbers" if is_mapping else fault.message
            hint = HINT if is_mapping else fault.hint
            hint = hint or (LARGER if fault.code == "E505" else None)
            top.fault(fault.code, message, value.span, hint)
        name, place = (key.text, key.span) if key else ("weight", layer.span)
        yield StatedWeights(layer.text, layer.span, name, place, formula, value.span)
