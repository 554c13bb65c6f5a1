"""Flow collections whose entries YAML parted at a comma within round brackets, put together again.

To YAML `[conv1x1 divisible(c/4, 8), relu]` has three items. A bracket that is opened in a plain
text and closed in a later one of the same collection holds the commas between them.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from cnncalc.spec.yaml_nodes import Map, Node, Text

Pair = tuple[Node, Node]
"""A key and its value."""


def whole_items(items: Sequence[Node]) -> Sequence[Node]:
    """The items of a flow list; an item may be a mapping of one key, written without braces."""
    if not any(map(_may_be_cut, items)):
        return items
    entries = [_entry(item) for item in items]
    known = {id(entry): item for entry, item in zip(entries, items, strict=True)}
    return [known[id(entry)] if id(entry) in known else _item(entry) for entry in _joined(entries)]


def whole_pairs(pairs: Sequence[Pair]) -> Sequence[Pair]:
    """The pairs of a flow mapping; a key without a value may be a part of another."""
    if not any(map(_may_be_cut, chain.from_iterable(pairs))):
        return pairs
    entries = [
        Entry(None, key) if isinstance(value, Text) and value.is_plain and not value.text
        else Entry(key, value)
        for key, value in pairs
    ]  # fmt: skip
    known = {id(entry): pair for entry, pair in zip(entries, pairs, strict=True)}
    return [known[id(entry)] if id(entry) in known else _pair(entry) for entry in _joined(entries)]


def _entry(item: Node) -> "Entry":
    """An item of a list; a mapping of one key is that key with its value."""
    if isinstance(item, Map) and len(item.entries) == 1:
        return Entry(*item.entries[0])
    return Entry(None, item)


def _may_be_cut(node: Node) -> bool:
    """Whether a bracket is left open in a text, or in a mapping of one key."""
    if isinstance(node, Map):
        return len(node.entries) == 1 and any(_opened(part) > 0 for part in node.entries[0])
    return _opened(node) > 0


def _opened(node: Node | None) -> int:
    """How many more brackets a plain text opens than it closes."""
    if not isinstance(node, Text) or not node.is_plain or node.text.isalnum():
        return 0
    return node.text.count("(") - node.text.count(")")


class Entry(NamedTuple):
    """What stands between two commas: a value, or a key with its value."""

    key: Node | None
    value: Node


def _joined(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries, those of one bracket put together, to the end where nothing closes it."""
    group: list[Entry] = []
    depth = 0
    for entry in entries:
        depth = _depth_after(depth, group, entry)
        group.append(entry)
        if depth == 0 and len(group) > 1:
            group = [_together(group)]
            depth = 0 if entry.key is None else _opened(entry.value)
        elif entry.key is not None and len(group) > 1:
            depth = -1
        if depth <= 0:
            yield from group
            group = []
    if group:
        yield _together(group) if len(group) > 1 else group[0]


def _depth_after(depth: int, group: Sequence[Entry], entry: Entry) -> int:
    """How many brackets are open behind an entry; below 0 where it cannot go on with a group."""
    if not group:
        return _opened(entry.value)
    first = entry.value if entry.key is None else entry.key
    is_text = isinstance(first, Text) and first.is_plain
    # What goes on in a value has no `:`; what goes on in a key has one at its end.
    if not is_text or (entry.key is not None and group[0].key is not None):
        return -1
    return depth + _opened(first)


def _together(group: Sequence[Entry]) -> Entry:
    """One entry of several that are parts of it."""
    first, last = group[0], group[-1]
    ends = [last.value if last.key is None else last.key]
    nodes = [first.value, *(entry.value for entry in group[1:-1]), *ends]
    text = _text([node for node in nodes if isinstance(node, Text)])
    return Entry(first.key, text) if last.key is None else Entry(text, last.value)


def _text(texts: Sequence[Text]) -> Text:
    """Texts and the commas between them, each in its place where they stand on one line."""
    first, last = texts[0].span, texts[-1].span
    span = first._replace(end_line=last.end_line, end_column=last.end_column)
    if span.line != span.end_line or any(text.offset is None for text in texts):
        return Text(", ".join([text.text for text in texts]), span, is_plain=True, offset=None)
    parts = [texts[0].text]
    for before, behind in pairwise(texts):
        gap = behind.span.column - before.span.end_column
        parts.append(",".ljust(gap) + behind.text)
    return Text("".join(parts), span, is_plain=True, offset=0)


def _item(entry: Entry) -> Node:
    """A joined entry as an item of a list."""
    key, value = entry
    if not isinstance(key, Text):
        return value
    span = key.span
    if value.span.end_line == span.line:
        span = span._replace(end_column=max(span.end_column, value.span.end_column))
    return Map(((key, value),), span)


def _pair(entry: Entry) -> Pair:
    """A joined entry as a pair of a mapping."""
    if entry.key is not None:
        return entry.key, entry.value
    place = entry.value.span
    end = place._replace(line=place.end_line, column=place.end_column)
    return entry.value, Text("", end, is_plain=True, offset=0)
