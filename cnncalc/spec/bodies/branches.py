"""Merges, repeats and choices."""

from collections.abc import Iterator

from cnncalc.ops import OPS
from cnncalc.spec.bodies.reader import BodyReader
from cnncalc.spec.bounds import LINE_STEPS, reading_steps
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.notation import parse_part
from cnncalc.spec.syntax import Body, Broken, Choice, Flow, Merge, Node, Repeat
from cnncalc.spec.yaml_tree import List, Map, Text
from cnncalc.spec.yaml_tree import Node as YamlNode


def whole_items(reader: BodyReader, node: List) -> Iterator[YamlNode | Flow]:
    """The items of a flow list; a layer split at a comma in brackets is one fault."""
    open_brackets = 0
    for item in node.items:
        text = item.text if isinstance(item, Text) else ""
        balance = sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
        if open_brackets > 0:
            open_brackets += balance
        elif balance > 0 and isinstance(item, Text) and item.is_plain:
            open_brackets = balance
            hint = "write a size as `1x1`, quote the layer, or give it a line of its own"
            message = "a comma in brackets splits a layer in a flow list"
            reader.fault("E217", message, item.span, hint)
            yield Flow(item.span)
        else:
            yield item


def merge(reader: BodyReader, key: Text, word: str, rest: str, value: YamlNode) -> Node:
    """Branches that meet."""
    if rest:
        reader.fault("E207", f"`{word}` takes a list of branches and nothing else", key.span)
        return Broken(key.span)
    if not isinstance(value, List) or len(value.items) < 2:
        branches = len(value.items) if isinstance(value, List) else 1
        message = f"`{word}` needs two branches or more, it has {branches}"
        reader.fault("E217", message, key.span, f"`{word}: [first, second]`")
        if isinstance(value, List):
            reader.body(value)
        return Broken(key.span)
    items = whole_items(reader, value) if value.is_flow else value.items
    return Merge(OPS[word], tuple([reader.body(item) for item in items]), key.span)


def repeat(reader: BodyReader, key: Text, value: YamlNode) -> Node:
    """A body, several times in a row."""
    count = rest_of_key(reader, key, "repeat", "`repeat 6: layer`")
    body = reader.body(value)
    return Broken(key.span) if count is None else Repeat(count, body, key.span)


def rest_of_key(reader: BodyReader, key: Text, word: str, form: str) -> Expression | None:
    """The expression behind a keyword; None when it is none."""
    start = key.text.index(word) + len(word)
    rest = key.text[start:]
    text = rest.strip()
    if not text:
        reader.fault("E206", f"`{word}` needs an expression", key.span, form)
        return None
    offset = start + len(rest) - len(rest.lstrip())
    expression = parse_part(key, text, offset, reader.faults)
    if expression is not None:
        reader.check_expression(expression)
        size = expression.tree.size if expression.tree else 0
        reader.faults.allowance.take(LINE_STEPS + reading_steps(size, len(text)), key.span)
    return expression


def choice(reader: BodyReader, node: Map) -> Node:
    """A body under a condition, and the one under `else`."""
    condition, body = None, None
    otherwise: Body = (Flow(node.span),)
    for key, value in node.entries:
        if key.text.split(maxsplit=1)[0] == "if" and condition is not None:
            message, hint = (
                "duplicate `if` in one mapping",
                "give it a line of its own, after `- `",
            )
            reader.fault("E217", message, key.span, hint)
        elif key.text.split(maxsplit=1)[0] == "if":
            condition = rest_of_key(reader, key, "if", "`if stride != 1: layer`")
            body, span = reader.body(value), key.span
        elif key.text.strip() == "else":
            otherwise = reader.body(value)
        else:
            reader.fault("E217", "`else` takes no condition", key.span, "write `else:`")
    if condition is None or body is None:
        return Broken(node.span)
    return Choice(condition, body, otherwise, span)
