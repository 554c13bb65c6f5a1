"""YAML text to nodes that know their place, in the strict dialect of the spec language."""

from typing import Any

import yaml

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.records import Record
from cnncalc.spec.bounds import Allowance, Faults, StopError, gathered
from cnncalc.spec.conflicts import find_conflict
from cnncalc.spec.yaml_commas import whole_items, whole_pairs
from cnncalc.spec.yaml_nodes import LINE_BREAK, List, Map, Node, Text, point

__all__ = ["EMPTY_HINT", "LINE_BREAK", "List", "Map", "Node", "Text", "read_yaml"]

MOST_READ_AGAIN = 32_768
"""Characters of a text that is parsed again in Python for the wording and place of its fault.

A large one would take a minute.
"""

MOST_DIRECTIVES = 16
"""Lines that begin with `%`; none is needed, and the parser takes the square of their number."""

CHARACTERS_A_STEP = 64
"""Characters of a text that are read for the price of a node."""

EMPTY_HINT = "start with `name:`, `input:` and `layers:`"


def read_yaml(
    text: str, file: str, faults: list[Diagnostic], allowance: Allowance | None = None
) -> Node | None:
    """The located tree of one document, or None when there is none to be had.

    Never constructs values: YAML 1.1 would turn `010` into 8, `1:30` into 90 and `on` into true,
    and drop duplicate keys without a word.
    """
    root = None
    with gathered(faults, allowance or Allowance()) as found:
        _check_directives(text, file)
        conflict = find_conflict(text, file, "E106", LINE_BREAK)
        if conflict is not None:  # of which YAML may make values
            raise StopError(conflict)
        root = _parse(text, file, found)
        if root is None:
            place = Span(file, 1, 1, 1, 1)
            found.append(Diagnostic("E105", "the spec is empty", place, (), EMPTY_HINT))
    return root


def _parse(text: str, file: str, faults: Faults) -> Node | None:
    fast = getattr(yaml, "CBaseLoader", None)
    before = len(faults)
    if fast is not None:
        try:
            return _parse_with(fast, text, file, faults)
        except yaml.YAMLError as fault:
            del faults[before:]
            if len(text) > MOST_READ_AGAIN:
                from cnncalc.spec.yaml_faults import find_forbidden  # noqa: PLC0415 - a fault

                found = find_forbidden(text, file) or _refused(fault, text, file, faults)
                raise StopError(found) from None
    # Again in Python, or for the first time: so messages do not depend on the machine.
    try:
        return _parse_with(yaml.BaseLoader, text, file, faults)
    except yaml.reader.ReaderError as fault:
        from cnncalc.spec.yaml_faults import unreadable  # noqa: PLC0415 - only for a fault

        raise StopError(unreadable(fault, text, file)) from None
    except yaml.YAMLError as fault:
        del faults[before:]
        raise StopError(_refused(fault, text, file, faults)) from None


def _refused(fault: yaml.YAMLError, text: str, file: str, faults: Faults) -> Diagnostic:
    """What is wrong where the parser stops: our bound comes before one of its own."""
    from cnncalc.spec.yaml_faults import malformed, opened_ahead  # noqa: PLC0415 - only for a fault

    nesting = faults.allowance.bounds.nesting
    place = opened_ahead(fault, text, file, nesting)
    return _too_deep(place, nesting) if place else malformed(fault, text, file)


def _too_deep(place: Span, nesting: int) -> Diagnostic:
    message = f"the nesting is deeper than {nesting} levels"
    return Diagnostic("E502", message, place, (), "name parts of it under `blocks`")


def _parse_with(loader: Any, text: str, file: str, faults: Faults) -> Node | None:
    parser = loader(text)
    try:
        return _Builder(parser.get_event, text, file, faults).document()
    finally:
        parser.dispose()


class _Anchored(Record):
    """A node that aliases may stand for, and what each of them costs."""

    node: Node
    nodes: int
    steps: int
    height: int


class _Builder:
    """Makes the tree of the parser's events, and stops where a bound is exceeded.

    Events are walked, not composed nodes: these take memory for all of a file that no bound has
    been applied to, and the composer's stack may overflow.
    """

    def __init__(self, events: Any, text: str, file: str, faults: Faults) -> None:
        self.next = events
        self.file = file
        self.faults = faults
        self.allowance = faults.allowance
        self.most_nodes = self.allowance.bounds.nodes
        self.most_steps = self.allowance.steps
        self.nesting = self.allowance.bounds.nesting
        self.nodes = 0
        self.steps = 0
        self.deepest = 0
        self.anchors: dict[str, _Anchored | None] = {}
        self.has_escapes = "\\" in text

    def document(self) -> Node | None:
        """The only document's root; None when there is nothing but comments."""
        self.next()
        if isinstance(self.next(), yaml.StreamEndEvent):
            return None
        root = self.node(self.next(), 1)
        self.next()
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            message, hint = "the file holds more than one document", "keep one of them"
            raise self.stop("E101", message, point(event.start_mark, self.file), hint)
        self.allowance.steps -= self.steps
        return root

    def node(self, event: Any, depth: int) -> Node:
        """The node that begins with an event."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self.alias(event, depth)
        if depth > self.deepest:
            self.deepest = depth
            if depth > self.nesting:
                raise StopError(_too_deep(point(event.start_mark, self.file), self.nesting))
        self.spend(1, 1, event.start_mark)
        if event.anchor is not None:
            return self.anchored(event, depth)
        return self.made(event, depth)

    def made(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self.text(event)
        make = self.list if kind is yaml.SequenceStartEvent else self.map
        node: Node = make(event, depth)
        if event.tag is not None:
            self.check_tag(event.tag, node.span)
        return node

    def spend(self, nodes: int, steps: int, mark: Any) -> None:
        """Count nodes and their price, and stop where there are too many of them."""
        self.nodes += nodes
        self.steps += steps
        if self.nodes <= self.most_nodes and self.steps <= self.most_steps:
            return
        place = point(mark, self.file)
        bounds = self.allowance.bounds
        if self.nodes <= self.most_nodes:
            raise StopError(self.allowance.too_much_to_read(place))
        if self.anchors:
            message = f"the spec has over {self.most_nodes:,} nodes with its aliases expanded"
            hint = "use `blocks` and `repeat` instead of aliases"
            raise self.stop("E503", message, place, hint)
        message = f"the spec has over {self.most_nodes:,} nodes"
        raise self.stop("E501", message, place, bounds.hint("use `blocks` and `repeat`"))

    def stop(self, code: str, message: str, place: Span, hint: str | None) -> StopError:
        return StopError(Diagnostic(code, message, place, (), hint))

    # Anchors and aliases

    def anchored(self, event: Any, depth: int) -> Node:
        """A node that aliases may stand for."""
        name = event.anchor
        if name in self.anchors:
            message = f"the anchor `{name}` is defined twice"
            place = point(event.start_mark, self.file)
            raise self.stop("E101", message, place, "rename one of them")
        self.anchors[name] = None  # within itself it stands for nothing that ends
        nodes, steps, deepest = self.nodes, self.steps, self.deepest
        self.deepest = depth
        node = self.made(event, depth)
        self.anchors[name] = _Anchored(
            node, self.nodes - nodes + 1, self.steps - steps + 1, self.deepest - depth
        )
        self.deepest = max(self.deepest, deepest)
        return node

    def alias(self, event: Any, depth: int) -> Node:
        """The node that an alias stands for: its places are those of the anchor."""
        mark = event.start_mark
        place = point(mark, self.file)
        if event.anchor not in self.anchors:
            message = "this alias has no anchor"
            raise self.stop("E101", message, place, "define it with `&` above")
        meant = self.anchors[event.anchor]
        if meant is None or depth + meant.height > self.nesting:
            raise StopError(_too_deep(place, self.nesting))
        self.deepest = max(self.deepest, depth + meant.height)
        self.spend(meant.nodes, meant.steps, mark)
        return meant.node

    # Kinds of node

    def text(self, event: Any) -> Text:
        value, style = event.value, event.style
        start, end = event.start_mark, event.end_mark
        line, column, end_column = start.line + 1, start.column + 1, end.column + 1
        span = Span(self.file, line, column, end.line + 1, end_column)
        if len(value) >= CHARACTERS_A_STEP:
            self.spend(0, len(value) // CHARACTERS_A_STEP, start)
        if event.tag is not None:
            self.check_tag(event.tag, span)
        if self.has_escapes and not _is_encodable(value):
            message = "half of a surrogate pair is no character"
            self.fault("E103", message, span, "write the character itself")
        quotes = 1 if style in {"'", '"'} else 0
        is_verbatim = (
            end.line + 1 == line
            and end_column - column == len(value) + 2 * quotes
            and style not in {"|", ">"}
        )
        return Text(value, span, not style, quotes if is_verbatim else None)

    def list(self, event: Any, depth: int) -> List:
        items = []
        following = self.next()
        while type(following) is not yaml.SequenceEndEvent:
            items.append(self.node(following, depth + 1))
            following = self.next()
        whole = whole_items(items) if event.flow_style else items
        return List(tuple(whole), self.span(event, following), bool(event.flow_style))

    def map(self, event: Any, depth: int) -> Map:
        pairs = []
        following = self.next()
        while type(following) is not yaml.MappingEndEvent:
            pairs.append((self.node(following, depth + 1), self.node(self.next(), depth + 1)))
            following = self.next()
        entries: dict[str, tuple[Text, Node]] = {}
        for key, value in whole_pairs(pairs) if event.flow_style else pairs:
            self.add(key, value, entries)
        return Map(tuple(entries.values()), self.span(event, following))

    def add(self, key: Node, value: Node, entries: dict[str, tuple[Text, Node]]) -> None:
        """Add an entry to those of its mapping, unless it cannot be one."""
        if not isinstance(key, Text):
            message = "a key is a name or a layer line, not a list or a mapping"
            self.fault("E203", message, key.span)
        elif key.text == "<<" and key.is_plain:
            message = "merge keys are not part of the spec language"
            self.fault("E104", message, key.span, "write the keys out")
            for merged in value.entries if isinstance(value, Map) else ():
                entries.setdefault(merged[0].text, merged)
        elif key.text in entries:
            notes = (Note("first given here", entries[key.text][0].span),)
            message = f"duplicate key `{key.text}`"
            hint = "rename or remove one of them"
            self.faults.append(Diagnostic("E102", message, key.span, notes, hint))
        else:
            entries[key.text] = (key, value)

    def check_tag(self, tag: str, span: Span) -> None:
        """Refuse tags: what a value means is for the spec language to say."""
        standard = tag.removeprefix("tag:yaml.org,2002:")
        if standard not in {"str", "seq", "map", "!"}:
            message = f"the tag `{standard}` is not part of the spec language"
            self.fault("E104", message, span, "remove the tag")

    def fault(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.faults.append(Diagnostic(code, message, span, (), hint))

    def span(self, first: Any, last: Any) -> Span:
        start, end = first.start_mark, last.end_mark
        if end.line == start.line:
            return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        # A block collection ends where the next thing begins: its first line is what can be shown.
        return point(start, self.file)


def _is_encodable(text: str) -> bool:
    """Whether a text has no half of a surrogate pair, which only an escape can write."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _check_directives(text: str, file: str) -> None:
    """Refuse directives in numbers: the parser compares each with all those before it."""
    ends = "\n\r\x85\u2028\u2029" if "%" in text else ""
    if sum(text.count(f"{end}%") for end in ends) > MOST_DIRECTIVES:
        message = f"the file has more than {MOST_DIRECTIVES} directives"
        place = Span(file, 1, 1, 1, 1)
        raise StopError(Diagnostic("E104", message, place, (), "remove them"))
