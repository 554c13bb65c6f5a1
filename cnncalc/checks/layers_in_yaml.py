"""Whether some YAML is written in the words of the spec language, whatever its keys are."""

import re
from collections.abc import Iterator

from cnncalc.diagnostics import Span
from cnncalc.facts import read_shape
from cnncalc.ops.base import OPS
from cnncalc.records import Record
from cnncalc.spec.names import split_kernel
from cnncalc.spec.yaml_nodes import LINE_BREAK
from cnncalc.spec.yaml_tree import List, Map, Node, Text

MOST_ITEMS = 100
"""Items of a list that are looked at: whoever writes layers begins with them."""

DEEPEST = 3
"""Lists within lists that are looked at."""

LONGEST_LINE = 200
"""Characters of a layer; no longer text is looked at."""

_ARGUMENT = re.compile(r"[a-z_]+=\S+|[\d.*/+()x-]+|true|false")
"""A number, a size, or what is given by name."""

_SIZES = frozenset({"out_channels", "out_features"})
"""Attributes of what has weights."""


class Entry(Record):
    """A key at the start of a line, with its value: where there is no YAML, the lines below it."""

    key: str
    span: Span
    value: Node | str


def entries_of(root: Node | None, text: str, file: str) -> tuple[Entry, ...]:
    """The keys of a file, with what belongs to each."""
    if root is not None:
        entries = root.entries if isinstance(root, Map) else ()
        return tuple(Entry(key.text, key.span, value) for key, value in entries)
    found: list[Entry] = []
    for number, line in enumerate(re.split(LINE_BREAK, text), 1):
        key = re.match(r"([A-Za-z_]\w*)[ \t]*:", line)
        if key is not None:
            span = Span(file, number, 1, number, len(key[1]) + 1)
            found.append(Entry(key[1], span, line[key.end() :].strip()))
        elif found:
            found[-1] = found[-1]._replace(value=f"{found[-1].value}\n{line}")
    return tuple(found)


def names_shape(value: Node | str) -> bool:
    """Whether a value is a shape as only a spec has it: `3x224x224`."""
    text = value.text if isinstance(value, Text) else value
    if not isinstance(text, str):
        return False
    return len(read_shape(text.partition("#")[0].strip()) or ()) > 1


def names_layers(value: Node | str) -> bool:
    """Whether a value is a list of layers: half of them begin with an op, and one tells ours."""
    lines = _lines(value)
    heads = [line for line in lines if _op(line)]
    return 2 * len(heads) >= len(lines) > 0 and any(map(_is_telling, heads))


def _lines(value: Node | str) -> list[str]:
    """The items of a list, and of lists in it, each as the text of its line."""
    if isinstance(value, str):
        items = re.findall(r"^[ \t]*-[ \t]+(?:\w+:[ \t]+)?([^\n#]*)", value, re.MULTILINE)
        return [one.strip() for one in items[:MOST_ITEMS]]
    return [*_items(value, DEEPEST)][:MOST_ITEMS]


def _items(node: Node, depth: int) -> Iterator[str]:
    for item in node.items[:MOST_ITEMS] if isinstance(node, List) else ():
        yield from _item(item, depth)


def _item(node: Node, depth: int) -> Iterator[str]:
    if isinstance(node, Text):
        yield node.text.strip()
    elif isinstance(node, List) and depth:
        yield from _items(node, depth - 1)
    elif isinstance(node, Map) and len(node.entries) == 1:  # a label, or the long form
        [(key, inner)] = node.entries
        if isinstance(inner, Map):
            yield " ".join([key.text, *(f"{name.text}=1" for name, _ in inner.entries)])
        elif depth:
            yield from _item(inner, depth - 1)
    else:
        yield ""


def _op(line: str) -> str | None:
    """The op that a line begins with."""
    head = line[:LONGEST_LINE].split(maxsplit=1)[0] if line.strip() else ""
    name = split_kernel(head)[0]
    return name if name in OPS else None


def _is_telling(line: str) -> bool:
    """Whether no other language has such a line: `conv3x3 64`, `linear 10`, `conv out_channels=1`.

    Steps that prepare pictures begin with words of ours, too: `crop 224x224`, `pad 4`.
    """
    head, *arguments = line[:LONGEST_LINE].split()
    name, kernel = split_kernel(head)
    op = OPS[name]
    named = {one.partition("=")[0] for one in arguments if "=" in one}
    is_ours = named <= {*op.attributes} and len(arguments) - len(named) <= len(op.positional)
    if not is_ours or not all(map(_ARGUMENT.fullmatch, arguments)):
        return False
    sets_channels = bool(_SIZES & {*op.attributes})
    return (bool(kernel) and op.on_head is not None) or (bool(arguments) and sets_channels)
