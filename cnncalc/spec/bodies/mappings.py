"""A layer as a mapping: attributes below a head, what a label names, merges, repeats, choices."""

from collections.abc import Iterator

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.ops import OPS
from cnncalc.spec.bodies.lines import BodyReader, call, check_head, no_such_head, unknown_head
from cnncalc.spec.bodies.meant import check_label, misspelt_keyword
from cnncalc.spec.bounds import LINE_STEPS, reading_steps
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.names import MERGES, check_name, is_op_form, split_head
from cnncalc.spec.notation import Argument, Line, parse_line, parse_part
from cnncalc.spec.syntax import (
    Body,
    Broken,
    Choice,
    Flow,
    Labelled,
    Merge,
    Node,
    Repeat,
    labels_of,
)
from cnncalc.spec.yaml_tree import List, Map, Text
from cnncalc.spec.yaml_tree import Node as YamlNode


def too_many_keys(reader: BodyReader, node: Map, keys: list[str]) -> Node:
    """A mapping that is no layer, since it has no key, or several."""
    if not keys:
        reader.fault("E217", "an empty mapping is not a layer", node.span)
    elif not any(misspelt_keyword(reader, key) for key, _ in node.entries[:4]):
        second = node.entries[1][0]
        listed = ", ".join(f"`{key.text}`" for key, _ in node.entries[:4])
        message = f"{len(keys)} keys in one layer: {listed}"
        reader.fault(
            "E217", message, second.span, "begin each layer with `- ` on a line of its own"
        )
    return Broken(node.span)


def entry(reader: BodyReader, key: Text, value: YamlNode) -> Node:
    """One key and its value: a merge, a repeat, a long form, or a label."""
    word, _, rest = key.text.strip().partition(" ")
    if word in MERGES and (isinstance(value, List) or not reader.names.place(word)):
        return merge(reader, key, word, rest, value)
    if word == "repeat":
        return repeat(reader, key, value)
    if word in {"else", "x"}:
        message = "`else` has no `if` beside it" if word == "else" else "`x` cannot be a label"
        reader.fault(
            "E217", message, key.span, "put both in one mapping" if word == "else" else None
        )
        return Broken(key.span)
    if " " in key.text.strip() and misspelt_keyword(reader, key):
        return Broken(key.span)
    if is_long_form(reader, key, value):
        return long_form(reader, key, value)
    return labelled(reader, key, value)


def is_long_form(reader: BodyReader, key: Text, value: YamlNode) -> bool:
    """Whether a key is a head whose attributes follow in a mapping, and no label."""
    head = key.text.split(maxsplit=1)[0] if key.text.strip() else ""
    names = reader.names
    if isinstance(value, List) and head == key.text and names.place(head) is None:
        return False  # no op takes layers
    if head in OPS or names.place(head) or " " in key.text.strip():
        return True
    split = split_head(head, key.span)
    if split and "x" in head.removeprefix(split[0].name):
        return True
    return is_op_form(head, value)


def long_form(reader: BodyReader, key: Text, value: YamlNode) -> Node:
    """A head whose attributes follow in a mapping."""
    line = parse_line(key, reader.faults)
    if not isinstance(value, Map):
        misplaced_value(reader, line, key.text.strip(), value)
        return Broken(key.span)
    before = len(reader.faults)
    arguments = [
        Argument(
            name.text,
            expression,
            name.span._replace(
                end_line=expression.span.end_line, end_column=expression.span.end_column
            ),
        )
        for name, node in value.entries
        if (expression := attribute_value(reader, name, node)) is not None
    ]
    if len(reader.faults) > before or line.arguments is None:
        check_head(reader, line)
        return Broken(key.span)
    return call(reader, line._replace(arguments=(*line.arguments, *arguments)))


def misplaced_value(reader: BodyReader, line: Line, written: str, value: YamlNode) -> None:
    """Report what follows a head that opens a mapping, and is none; `written` is all before it."""
    head, place = line.head, reader.names.place(line.head)
    if place is None and split_head(head, line.head_span) is None:
        unknown_head(reader, line._replace(arguments=line.arguments or ()))
    elif isinstance(value, Text) and not is_layer_line(reader, value):
        rest = "" if value.is_null else f" {value.text}"
        message = f"`{written}:` opens a mapping, and a line follows" if rest else ""
        message = message or f"nothing follows `{written}:`"
        reader.fault("E203", message, line.span, f"write `{written}{rest}`")
    elif written != head:
        message = f"`{written}:` opens a mapping, and a layer follows"
        reader.fault("E203", message, line.span, "begin each layer with `- ` on a line of its own")
    else:
        kind = place.kind if place else "op"
        notes = (Note(f"the {kind} is defined here", place.span),) if place else ()
        message = f"the label `{head}` has the name of {'an' if kind == 'op' else 'a'} {kind}"
        reader.faults.append(
            Diagnostic("E209", message, line.head_span, notes, "rename the label")
        )


def is_layer_line(reader: BodyReader, node: Text) -> bool:
    """Whether a text begins like a layer, and so follows what is meant as a label."""
    head = node.text.split(maxsplit=1)[0] if node.text.strip() else ""
    names = reader.names
    is_known = head == "x" or names.place(head) is not None or names.is_label(head)
    return is_known or split_head(head, node.span) is not None


def attribute_value(reader: BodyReader, name: Text, node: YamlNode) -> Expression | None:
    """An attribute's value in the long form: an expression, or a list of them."""
    text = value_text(reader, name, node)
    if text is None:
        return None
    if isinstance(node, Text):
        return parse_part(node, node.text, 0, reader.faults)
    whole = Text(text, node.span, is_plain=False, offset=None)
    return parse_part(whole, text, 0, reader.faults)


def value_text(reader: BodyReader, name: Text, node: YamlNode) -> str | None:
    """The text of a value, lists as tuples; None when it is none."""
    if isinstance(node, Map):
        reader.fault("E203", f"`{name.text}` takes a value, not a mapping", node.span)
        return None
    if isinstance(node, Text):
        if node.is_null:
            reader.fault(
                "E203", f"`{name.text}` has no value", name.span, "remove it, or give one"
            )
            return None
        return node.text
    items = [value_text(reader, name, item) for item in node.items]
    if None in items:
        return None
    return f"({', '.join(map(str, items))},)" if items else "()"


def labelled(reader: BodyReader, key: Text, value: YamlNode) -> Node:
    """A label and what it names."""
    line = Line(key.text.strip(), key.span, (), key.span)
    if not key.text.isidentifier() and isinstance(value, Map) and key.text.strip():
        if not isinstance(unknown_head(reader, line), Broken):
            check_name("label", key, reader.faults)
        return Broken(key.span)
    if isinstance(value, Text) and value.is_null:
        reader.fault("E203", f"nothing follows `{key.text}:`", key.span, "remove the `:`")
        return Broken(key.span)
    if (
        isinstance(value, Map)
        and value.entries
        and {n.text for n, _ in value.entries} <= _ATTRIBUTES
    ):
        return no_such_head(reader, line)  # what stands before attributes of ops is no label
    if not check_label(reader, key, value):
        for item in value.items if isinstance(value, List) else (value,):
            reader.body(item)  # as the branches that they most likely are
        return Broken(key.span)
    is_fine = check_name("label", key, reader.faults)
    body = reader.body(value)
    if not is_fine:
        return Broken(key.span)
    return Labelled(key.text, body, isinstance(value, List), labels_of(body), key.span)


_ATTRIBUTES = {name for kind in OPS.values() for name in kind.attributes}


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
