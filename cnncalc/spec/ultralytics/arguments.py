"""What a row tells its module, as expressions of the spec language."""

import re

from cnncalc.spec.bounds import Faults
from cnncalc.spec.ultralytics.rows import fault, whole_number
from cnncalc.spec.yaml_nodes import List, Node, Text

TRUE = frozenset({"True", "true", "TRUE"})
FALSE = frozenset({"False", "false", "FALSE"})
NULLS = frozenset({"None", "none"})
"""Words that Python, not YAML, reads as nothing."""

_NUMBER = re.compile(r"[-+]?[0-9]{1,16}\.[0-9]{0,16}(?:[eE][-+][0-9]{1,3})?")


def is_none(node: Node) -> bool:
    """Whether an argument is left to the module."""
    return isinstance(node, Text) and (node.is_null or node.text in NULLS)


def truth(node: Node) -> bool | None:
    """Whether an argument is true or false; None when it is neither."""
    if not isinstance(node, Text) or node.text not in TRUE | FALSE:
        return None
    return node.text in TRUE


def expression(node: Node, known: frozenset[str], faults: Faults) -> str | None:
    """An argument as an expression; None when it is none, which is reported."""
    if isinstance(node, List):
        items = [expression(item, known, faults) for item in node.items]
        texts = [item for item in items if item is not None]
        comma = "," * (len(items) == 1)
        return f"({','.join(texts)}{comma})" if len(texts) == len(items) else None
    if not isinstance(node, Text):
        fault(faults, "E203", "an argument is a value, not a mapping", node.span)
        return None
    text = _value(node, known)
    if text is None:
        message = f"`{node.text}` is neither a number nor a value of the file"
        listed = f"its values are {', '.join(sorted(known))}" if known else None
        near = faults.did_you_mean(node.text, known)
        fault(faults, "E211", message, node.span, hint=near or listed)
    return text


def _value(node: Text, known: frozenset[str]) -> str | None:
    """A text as it stands in an expression; None when it is neither a number nor a name."""
    value, number = truth(node), whole_number(node)
    if value is not None:
        return "true" if value else "false"
    if number is not None:
        return str(number)
    if node.is_plain and _NUMBER.fullmatch(node.text):
        return repr(float(node.text))
    return node.text if node.text in known else None
