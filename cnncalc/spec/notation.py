"""One layer line: a head, positional arguments, named arguments."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from cnncalc.diagnostics import Diagnostic, Span, rewrite
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import Expression, ExpressionError, parse_expression
from cnncalc.spec.yaml_tree import Text

MOST_PIECES = 1000
"""Pieces of one line; the longest bundled one has 8."""

_OPENING, _CLOSING = "([{", ")]}"
_BRACKETS = frozenset(f"{_OPENING}{_CLOSING}")


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
    return list(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    has_brackets = not _BRACKETS.isdisjoint(text)
    depth, end, begun = 0, 0, 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        if not has_brackets:
            yield Piece(word, start)
            continue
        if depth == 0:
            begun = start
        for character in word:
            depth += (character in _OPENING) - (character in _CLOSING)
            depth = max(depth, 0)
        if depth == 0:
            yield Piece(text[begun:end], begun)
    if depth > 0:
        yield Piece(text[begun:], begun)


def bounded_pieces(node: Text, faults: list[Diagnostic]) -> list[Piece] | None:
    """The pieces of a line; None when there are more than anyone would write."""
    pieces = list(islice(_pieces(node.text), MOST_PIECES + 1))
    if len(pieces) <= MOST_PIECES:
        return pieces
    place = node.part(pieces[-1].start, pieces[-1].end)
    message = f"a line has at most {MOST_PIECES:,} arguments"
    faults.append(Diagnostic("E207", message, place, (), "begin each layer on a line of its own"))
    return None


def parse_line(node: Text, faults: list[Diagnostic]) -> Line:
    """Read a layer line; the faults of its expressions are added to `faults`."""
    pieces = bounded_pieces(node, faults)
    if pieces is None:
        head = next(_pieces(node.text))
        return Line(head.text, node.part(head.start, head.end), None, node.span)
    head, *rest = pieces or [Piece("", 0)]
    is_long = len(rest) > 2  # two parts and a sign between them
    if is_long and any(piece.text in _SIGNS for piece in rest) and _is_parted(node, rest, faults):
        return Line(head.text, node.part(head.start, head.end), None, node.span)
    arguments = [parse_argument(node, piece, faults) for piece in rest]
    complete = [argument for argument in arguments if argument is not None]
    return Line(
        head.text,
        node.part(head.start, head.end),
        tuple(complete) if len(complete) == len(arguments) else None,
        node.span,
    )


_SIGNS = frozenset((
    "+", "-", "*", "/", "//", "%", "**", "=", "==", "!=", "<", "<=", ">", ">=", "and", "or", "if",
    "else",
))  # fmt: skip
"""What stands between two parts of an expression."""

_LONGEST_SHOWN = 80
"""Characters of an expression that a message repeats."""


def _is_parted(node: Text, pieces: list[Piece], faults: list[Diagnostic]) -> bool:
    """Report an expression that blanks part into several arguments: `stride=2 if i > 0 else 1`."""
    last = len(pieces) - 1
    signs = [place for place, piece in enumerate(pieces) if piece.text in _SIGNS]
    inner = [place for place in signs if 0 < place < last]
    if not inner or "else" in (pieces[place].text for place in inner[:1]):
        return False
    first = end = inner[0]
    while end + 2 <= last and pieces[end + 2].text in _SIGNS and end + 2 < last:
        end += 2
    start, stop = pieces[first - 1].start, pieces[end + 1].end
    written = node.text[start:stop]
    name, equals, value = written.partition("=")
    is_named = bool(equals) and name.strip().isidentifier() and not value.startswith("=")
    prefix, value = (f"{name.strip()}=", value.strip()) if is_named else ("", written)
    is_simple = is_named and first == end and pieces[first].text == "="
    meant = prefix + (value if is_simple else f"({value})")
    is_short = len(meant) <= _LONGEST_SHOWN
    shown = f"`{written}`" if is_short else "an expression"
    message = f"blanks part {shown} into {end - first + 3} arguments"
    place = node.part(start, stop)
    hint = rewrite(meant, place, written) if is_short else "put it in brackets"
    faults.append(Diagnostic("E210", message, place, (), hint))
    return True


def parse_argument(node: Text, piece: Piece, faults: list[Diagnostic]) -> Argument | None:
    """Read `value` or `name=value`."""
    before, equals, after = piece.text.partition("=")
    is_named = bool(equals) and before.isidentifier() and not after.startswith("=")
    name, skip = (before, len(before) + 1) if is_named else (None, 0)
    value = parse_part(node, piece.text[skip:], piece.start + skip, faults)
    if value is None:
        return None
    return Argument(name, value, node.part(piece.start, piece.end) if name else value.span)


def parse_part(node: Text, text: str, start: int, faults: list[Diagnostic]) -> Expression | None:
    """Read the expression that begins at `start` within the node's text."""
    span = node.part(start, start + len(text))
    try:
        return parse_expression(text, span)
    except ExpressionError as fault:
        faults.append(Diagnostic(fault.code, fault.message, span, (), fault.remedy(span, text)))
        return None
