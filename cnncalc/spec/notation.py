"""One layer line: a head, positional arguments, named arguments."""

from typing import NamedTuple

from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.records import Record
from cnncalc.spec.expressions import Expression, ExpressionError, parse_expression
from cnncalc.spec.yaml_tree import Text

_OPENING, _CLOSING = "([{", ")]}"


class Piece(NamedTuple):
    """A stretch of a line between blanks, and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Argument(Record):
    """One argument of a line; positional when it has no name."""

    name: str | None
    value: Expression
    span: Span


class Line(Record):
    """A layer line; `arguments` is None when one of them could not be read."""

    head: str
    head_span: Span
    arguments: tuple[Argument, ...] | None
    span: Span


def split_line(text: str) -> list[Piece]:
    """The pieces of a line: it is split at blanks outside brackets.

    Example:
        >>> [piece.text for piece in split_line("conv3x3 64 padding=((0, 1), (1, 1))")]
        ['conv3x3', '64', 'padding=((0, 1), (1, 1))']
    """
    pieces: list[Piece] = []
    depth, start = 0, None
    for place, character in enumerate(text):
        if character.isspace() and depth == 0:
            if start is not None:
                pieces.append(Piece(text[start:place], start))
                start = None
            continue
        if start is None:
            start = place
        depth += (character in _OPENING) - (character in _CLOSING)
        depth = max(depth, 0)
    if start is not None:
        pieces.append(Piece(text[start:], start))
    return pieces


def parse_line(node: Text, faults: list[Diagnostic]) -> Line:
    """Read a layer line; the faults of its expressions are added to `faults`."""
    pieces = split_line(node.text) or [Piece("", 0)]
    head, *rest = pieces
    arguments = [parse_argument(node, piece, faults) for piece in rest]
    complete = [argument for argument in arguments if argument is not None]
    return Line(
        head.text,
        node.part(head.start, head.end),
        tuple(complete) if len(complete) == len(arguments) else None,
        node.span,
    )


def parse_argument(node: Text, piece: Piece, faults: list[Diagnostic]) -> Argument | None:
    """Read `value` or `name=value`."""
    before, equals, after = piece.text.partition("=")
    is_named = bool(equals) and before.isidentifier() and not after.startswith("=")
    name, skip = (before, len(before) + 1) if is_named else (None, 0)
    value = parse_part(node, piece.text[skip:], piece.start + skip, faults)
    if value is None:
        return None
    return Argument(name, value, node.part(piece.start, piece.end))


def parse_part(node: Text, text: str, start: int, faults: list[Diagnostic]) -> Expression | None:
    """Read the expression that begins at `start` within the node's text."""
    span = node.part(start, start + len(text))
    try:
        return parse_expression(text, span)
    except ExpressionError as fault:
        faults.append(Diagnostic(fault.code, fault.message, span, (), fault.hint))
        return None
