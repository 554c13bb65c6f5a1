"""A layer as a mapping: attributes below a head, what a label names, merges."""

import re
from collections.abc import Callable, Mapping

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.ops import OPS
from cnncalc.spec.bodies.control import FOR, is_loop, loop, repeat
from cnncalc.spec.bodies.lines import (
    BodyReader,
    call,
    check_head,
    check_names,
    check_values,
    no_such_head,
    unknown_head,
)
from cnncalc.spec.bodies.meant import check_label, misspelt_keyword
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.labels import is_op_form, may_label
from cnncalc.spec.names import (
    MERGES,
    bind,
    callee_of_op,
    check_name,
    split_head,
)
from cnncalc.spec.notation import Argument, Line, parse_line, parse_part
from cnncalc.spec.syntax import (
    Body,
    Bound,
    Broken,
    Labelled,
    Merge,
    Node,
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
    is_own = reader.names.place(word) is not None and not isinstance(value, List)
    if word in MERGES and not is_own and not may_label(key.text, value):
        return merge(reader, key, word, rest, value)
    if word in _LEADS:
        return _LEADS[word](reader, key, value)
    if word in _ALONE and not reader.names.place(word):
        message, hint = _ALONE[word]
        if word == "share":
            label = rest or (value.text if isinstance(value, Text) else "")
            label = label if label.isidentifier() else "stem"
            hint = f"write `share {label}`, without the `:`"
        reader.fault("E217", message, key.span, hint)
        return Broken(key.span)
    if " " in key.text.strip() and misspelt_keyword(reader, key):
        return Broken(key.span)
    if is_long_form(reader, key, value):
        return long_form(reader, key, value)
    return labelled(reader, key, value)


_LEADS: Mapping[str, Callable[[BodyReader, Text, YamlNode], Node]] = {"repeat": repeat, FOR: loop}
"""What reads the body below a keyword."""

_ALONE = {
    "elif": ("`elif` has no `if` beside it", "put both in one mapping"),
    "else": ("`else` has no `if` beside it", "put both in one mapping"),
    "x": ("`x` cannot be a label", None),
    "share": ("`share` opens no body", None),
}
"""What is said of a keyword that begins no mapping of its own, and what helps."""


def is_long_form(reader: BodyReader, key: Text, value: YamlNode) -> bool:
    """Whether a key is a head whose attributes follow in a mapping, and no label."""
    head = key.text.split(maxsplit=1)[0] if key.text.strip() else ""
    names = reader.names
    if names.place(head) is None and may_label(key.text, value):
        return False
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
        if written != head and is_several_words(written) and is_layer(reader, value):
            check_name(
                "label", Text(written, line.span, is_plain=True, offset=None), reader.faults
            )
            return
        unknown_head(reader, line._replace(arguments=line.arguments or ()))
    elif isinstance(value, Text) and not is_layer_line(reader, value):
        rest = "" if value.is_null else f" {value.text}"
        message = f"`{written}:` opens a mapping, and a line follows" if rest else ""
        message = message or f"nothing follows `{written}:`"
        meant = one_line(reader, line, value.text) if rest and written == head else written + rest
        reader.fault("E203", message, line.span, f"write `{meant}`")
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


def is_several_words(written: str) -> bool:
    """Whether a key is words and nothing else, as a label of two words is."""
    return all(word.isidentifier() for word in written.split())


def is_layer(reader: BodyReader, value: YamlNode) -> bool:
    """Whether a layer on one line follows a key."""
    return isinstance(value, Text) and not value.is_null and is_layer_line(reader, value)


def one_line(reader: BodyReader, line: Line, values: str) -> str:
    """A head and the values behind its `:` on one line, as far as it takes values there."""
    head, split = line.head, split_head(line.head, line.head_span)
    callee = reader.names.blocks.get(head) or (callee_of_op(split[0]) if split else None)
    if callee is None or callee.positional or "=" in values:
        return f"{head} {values}"
    if split and split[1] is None and callee.on_head and re.fullmatch(r"\d+(x\d+)*", values):
        return head + (values if "x" in values else f"{values}x{values}")
    return head


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
    if isinstance(value, Map) and value.entries and all(map(is_attribute, value.entries)):
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


def is_attribute(entry: tuple[Text, YamlNode]) -> bool:
    """Whether it is one of some op, and not an op of that name: none takes a mapping."""
    name, value = entry
    return name.text in _ATTRIBUTES and not isinstance(value, Map)


def merge(reader: BodyReader, key: Text, word: str, rest: str, value: YamlNode) -> Node:
    """Branches that meet."""
    bound = merge_arguments(reader, key, word) if rest else ()
    if bound is None:
        return Broken(key.span)
    items = value.items if isinstance(value, List) else (value,)
    if not isinstance(value, List) or (len(items) < 2 and not any(map(is_loop, items))):
        message = f"`{word}` needs two branches or more, it has {len(items)}"
        hint = f"`{word}: [first, second]`"
        if any(map(is_loop, items)):
            message, hint = f"the branches of `{word}` are a list", f"`{word}: [for ...: layer]`"
        reader.fault("E217", message, key.span, hint)
        if isinstance(value, List):
            reader.body(value)
        return Broken(key.span)
    return Merge(OPS[word], tuple([branch(reader, item) for item in items]), key.span, bound)


def merge_arguments(reader: BodyReader, key: Text, word: str) -> Bound | None:
    """What a merge is told beside its branches; None when it does not take it."""
    kind = OPS[word]
    if not kind.attributes:
        reader.fault("E207", f"`{word}` takes a list of branches and nothing else", key.span)
        return None
    line = parse_line(key, reader.faults)
    if line.arguments is None:
        return None
    check_names(reader, line.head_span, line.arguments)
    span = line.head_span
    bound = bind(callee_of_op(kind), line.arguments, None, span=span, faults=reader.faults)
    return bound if bound is not None and check_values(reader, kind, bound) else None


def branch(reader: BodyReader, item: YamlNode) -> Body:
    """A branch, or a loop that gives one branch for each of its values."""
    if isinstance(item, Map) and is_loop(item):
        return (loop(reader, *item.entries[0], is_parallel=True),)
    return reader.body(item)
