"""Nodes that are written for a row: the text is ours, the places are those of the row."""

from collections.abc import Iterable

from cnncalc.diagnostics import Span
from cnncalc.records import Record
from cnncalc.spec.yaml_nodes import List, Map, Node, Text


class Piece(Record):
    """A part of a line, and the place that it stands for."""

    text: str
    span: Span


class Line(Text):
    """A line, each of whose pieces has a place of its own.

    Attributes:
        pieces: where each begins in the text, and its place, in order.
    """

    pieces: tuple[tuple[int, Span], ...]

    def part(self, start: int, end: int) -> Span:
        """The place of the piece that holds this part."""
        return next((span for begun, span in reversed(self.pieces) if begun <= start), self.span)


def line(pieces: Iterable[Piece], span: Span) -> Line:
    """A line of pieces, blanks between them."""
    text, places = "", []
    for piece in pieces:
        text += " " if text else ""
        places.append((len(text), piece.span))
        text += piece.text
    made = Line(text, span, is_plain=True, offset=0)
    made.pieces = tuple(places)
    return made


def word(text: str, span: Span) -> Text:
    """A text that has the place of what it was made of."""
    return Text(text, span, is_plain=True, offset=None)


def mapping(entries: Iterable[tuple[str, Node]], span: Span) -> Map:
    """A mapping whose keys have one place."""
    return Map(tuple((word(key, span), value) for key, value in entries), span)


def listed(items: Iterable[Node], span: Span) -> List:
    """A list below its key."""
    return List(tuple(items), span, is_flow=False)
