"""The nodes of a YAML text, each with its place."""

from typing import Any, NamedTuple

from cnncalc.diagnostics import Span
from cnncalc.records import Record

LINE_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
"""A pattern of the line breaks of YAML 1.1, as PyYAML counts them."""


def point(mark: Any, file: str) -> Span:
    """The character at a mark of PyYAML's."""
    return Span(file, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


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
