"""YAML text to nodes that know their place, in the strict dialect of the spec language."""

import re
from typing import Any, NamedTuple

import yaml

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.records import Record

LARGEST_FILE = 1_048_576
"""Bytes; the longest bundled spec is 3 KB."""

DEEPEST = 64
"""Levels of nesting; the deepest bundled spec has 8."""

MOST_NODES = 200_000
"""Nodes once every alias is put in; one alias bomb of nine lines would make a billion."""

LINE_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
"""A pattern of the line breaks of YAML 1.1, as PyYAML counts them."""


EMPTY_HINT = "start with `name:`, `input:` and `layers:`"


class Text(NamedTuple):
    """A scalar; `offset` is where its text begins in the span, None when escaped or folded."""

    text: str
    span: Span
    is_plain: bool
    offset: int | None

    def part(self, start: int, end: int) -> Span:
        """The place of a part of the text, as exactly as the way it is written allows."""
        if self.offset is None:
            return self.span
        file, line, column, _, _ = self.span
        first = column + self.offset
        return Span(file, line, first + start, line, first + end)

    @property
    def is_null(self) -> bool:
        """Whether YAML 1.2 reads it as null."""
        return self.is_plain and self.text in {"", "~", "null", "Null", "NULL"}


class List(Record):
    """A sequence, written in brackets (flow) or with dashes."""

    items: tuple[Any, ...]  # of Node
    span: Span
    is_flow: bool


class Map(Record):
    """A mapping, in the order of the file, without keys that repeat."""

    entries: tuple[tuple[Text, Any], ...]  # of (key, Node)
    span: Span

    def get(self, key: str) -> Any:
        """The value under a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


Node = Text | List | Map


def read_yaml(text: str, file: str, faults: list[Diagnostic]) -> Node | None:
    """The located tree of one document, or None when there is none to be had.

    Never constructs values: YAML 1.1 would turn `010` into 8, `1:30` into 90 and `on` into true,
    and drop duplicate keys without a word.
    """
    try:
        root = _compose(text, file)
        if root is not None:
            return _Locator(text, file, faults).locate(root, 1)
        hint = "start with `name:`, `input:` and `layers:`"
        faults.append(Diagnostic("E105", "the spec is empty", Span(file, 1, 1, 1, 1), (), hint))
    except _Fault as fault:
        faults.append(fault.diagnostic)
    return None


class _Fault(Exception):  # noqa: N818 - never leaves this module
    """A fault after which nothing of the tree can be used."""

    def __init__(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, span, (), hint)


def _compose(text: str, file: str) -> yaml.Node | None:
    try:
        if _may_nest_deeply(text):
            _check_depth(text, file)
        fast = getattr(yaml, "CBaseLoader", None)
        if fast is not None:
            try:
                return _compose_with(fast, text)
            except yaml.YAMLError:
                pass  # parsed again below, so that messages do not depend on the machine
        return _compose_with(yaml.BaseLoader, text)
    except RecursionError:
        raise _too_deep(Span(file, 1, 1, 1, 1)) from None
    except yaml.reader.ReaderError as fault:
        raise _unreadable(fault, text, file) from None
    except yaml.MarkedYAMLError as fault:
        raise _syntax(fault, file) from None


def _compose_with(loader: Any, text: str) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def _may_nest_deeply(text: str) -> bool:
    """Whether the nesting could be deep enough to exhaust the parser's own stack."""
    longest = max(map(len, text.splitlines()), default=0)
    return text.count("[") + text.count("{") > 1000 or longest > 1000


def _check_depth(text: str, file: str) -> None:
    """Walk the events, which need no stack, and refuse what nests too deeply to compose."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(_point(event.start_mark, file))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_deep(place: Span) -> _Fault:
    message = f"the nesting is deeper than {DEEPEST} levels"
    return _Fault("E502", message, place, "name parts of it under `blocks`")


def _point(mark: Any, file: str) -> Span:
    return Span(file, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def _unreadable(fault: yaml.reader.ReaderError, text: str, file: str) -> _Fault:
    before = re.split(LINE_BREAK, text[: fault.position])
    line, column = len(before), len(before[-1]) + 1
    found = ord(fault.character) if isinstance(fault.character, str) else fault.character
    message = f"the character U+{found:04X} is not allowed in YAML"
    return _Fault("E103", message, Span(file, line, column, line, column + 1), "remove it")


_IN_FLOW = "where a value itself has brackets, quote the layer or give it a line of its own"
_PLAINER = (
    ("found character '\\t'", "a tab cannot indent a line", "indent with blanks"),
    ("could not find expected ':'", "a `:` is missing after this key", None),
    ("mapping values are not allowed here", "a `:` that opens a mapping cannot stand here", None),
    ("found undefined alias", "this alias has no anchor", "define it with `&` above"),
    ("expected a single document", "the file holds more than one document", "keep one of them"),
    ("but found another document", "the file holds more than one document", "keep one of them"),
    ("found unexpected end of stream", "a quote is opened here and never closed", None),
    ("but found '<block end>'", "this does not line up with what is above it", None),
    ("expected <block end>", "this does not line up with what is above it", None),
    ("expected ',' or ']'", "a `,` or `]` is missing before this", _IN_FLOW),
    ("expected ',' or '}'", "a `,` or `}` is missing before this", _IN_FLOW),
    ("cannot start any token", "a plain value cannot start with this character", "quote it"),
)


_OPENED_BEFORE = ("unexpected end of stream", "could not find expected ':'", "stream end")
"""Problems whose place is where something was opened, not where it is missed."""


def _syntax(fault: yaml.MarkedYAMLError, file: str) -> _Fault:
    mark = fault.problem_mark or fault.context_mark
    problem = (fault.problem or fault.context or "malformed YAML").split("\n", maxsplit=1)[0]
    if fault.context_mark and any(text in problem for text in _OPENED_BEFORE):
        mark = fault.context_mark
    place = _point(mark, file) if mark else Span(file, 1, 1, 1, 1)
    for pattern, message, hint in _PLAINER:
        if pattern in problem:
            return _Fault("E101", message, place, hint)
    return _Fault("E101", problem, place)


class _Locator:
    """Turns composed nodes into located ones, and counts them, since aliases may explode."""

    def __init__(self, text: str, file: str, faults: list[Diagnostic]) -> None:
        self.file = file
        self.faults = faults
        self.seen = 0
        self.has_tags = "!" in text

    def locate(self, node: yaml.Node, depth: int) -> Node:
        span = self.span(node)
        self.seen += 1
        if self.seen > MOST_NODES:
            message = f"with its aliases put in, the spec has over {MOST_NODES:,} nodes"
            raise _Fault("E503", message, span, "use `blocks` and `repeat` instead of aliases")
        if depth > DEEPEST:
            raise _too_deep(span)
        if self.has_tags:
            self.check_tag(node, span)
        if isinstance(node, yaml.ScalarNode):
            if any("\ud800" <= character <= "\udfff" for character in node.value):
                hint = "write the character itself"
                message = "half of a surrogate pair is no character"
                self.faults.append(Diagnostic("E103", message, span, (), hint))
            return _text(node, span)
        if isinstance(node, yaml.SequenceNode):
            items = tuple(self.locate(item, depth + 1) for item in node.value)
            return List(items, span, bool(node.flow_style))
        return self.mapping(node, span, depth)

    def mapping(self, node: yaml.Node, span: Span, depth: int) -> Map:
        entries: dict[str, tuple[Text, Node]] = {}
        for key_node, value_node in node.value:
            key = self.locate(key_node, depth + 1)
            if not isinstance(key, Text):
                message = "a key is a name or a layer line, not a list or a mapping"
                self.faults.append(Diagnostic("E203", message, key.span))
                continue
            value = self.locate(value_node, depth + 1)
            if key.text == "<<" and key.is_plain:
                message, hint = (
                    "merge keys are not part of the spec language",
                    "write the keys out",
                )
                self.faults.append(Diagnostic("E104", message, key.span, (), hint))
                for merged in value.entries if isinstance(value, Map) else ():
                    entries.setdefault(merged[0].text, merged)
                continue
            if key.text in entries:
                first = entries[key.text][0].span
                self.faults.append(
                    Diagnostic(
                        "E102",
                        f"the key `{key.text}` stands twice in one mapping",
                        key.span,
                        (Note("first given here", first),),
                        "rename or remove one of them",
                    )
                )
                continue
            entries[key.text] = (key, value)
        return Map(tuple(entries.values()), span)

    def check_tag(self, node: yaml.Node, span: Span) -> None:
        """Refuse tags: what a value means is for the spec language to say."""
        standard = node.tag.removeprefix("tag:yaml.org,2002:")
        if standard not in {"str", "seq", "map"}:
            message = f"the tag `{standard}` is not part of the spec language"
            self.faults.append(Diagnostic("E104", message, span, (), "remove the tag"))

    def span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        if isinstance(node, yaml.ScalarNode) or end.line == start.line:
            return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        # A block collection ends where the next thing begins: its first line is what can be shown.
        return _point(start, self.file)


def _text(node: yaml.ScalarNode, span: Span) -> Text:
    quotes = 1 if node.style in {"'", '"'} else 0
    is_verbatim = (
        span.line == span.end_line
        and span.end_column - span.column == len(node.value) + 2 * quotes
        and node.style not in {"|", ">"}
    )
    return Text(node.value, span, not node.style, quotes if is_verbatim else None)
