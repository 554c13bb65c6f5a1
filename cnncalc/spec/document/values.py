"""The values of variables."""

from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.ops.values import Value
from cnncalc.spec.expression_syntax import ExpressionError, parse_expression
from cnncalc.spec.expressions import checked_extent, constant
from cnncalc.spec.notation import parse_part
from cnncalc.spec.yaml_tree import List, Map, Node


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
