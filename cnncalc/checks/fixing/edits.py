"""Edits of a text by their places: what comes out, and where a place of the old text is then."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from cnncalc.diagnostics import Edit, Span
from cnncalc.spec.yaml_nodes import LINE_BREAK


class Offsets:
    """A text whose places are asked for, lines counted as YAML counts them."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> Sequence[str]:
        """Its lines without their ends."""
        return re.split(LINE_BREAK, self.text)

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where each line begins."""
        return [0, *(found.end() for found in re.finditer(LINE_BREAK, self.text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column of a span, which count from 1."""
        if line > len(self.starts):
            return len(self.text)
        start = self.starts[line - 1]
        return min(start + column - 1, start + len(self.lines[line - 1]))

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both from 1."""
        line = bisect_right(self.starts, max(0, offset))
        return line, offset - self.starts[line - 1] + 1

    def range(self, span: Span) -> tuple[int, int]:
        """The offsets between which a span lies."""
        start = self.offset(span.line, span.column)
        return start, max(start, self.offset(span.end_line, span.end_column))


Change = tuple[int, int, str]
"""A stretch of a text by its offsets, and what is written in its place."""


def changes_of(edits: Iterable[Edit], places: Offsets) -> tuple[Change, ...]:
    """Edits as changes, by place."""
    return tuple(sorted((*places.range(one.span), one.text) for one in edits))


def are_apart(changes: Sequence[Change]) -> bool:
    """Whether changes, sorted by place, neither overlap nor begin where another ends.

    Two that are inserted at one place could be meant in either order.
    """
    return all(before[1] < behind[0] for before, behind in pairwise(changes))


def applied(text: str, changes: Sequence[Change]) -> str:
    """The text with changes that lie apart, all else as it is.

    Args:
        text: the text.
        changes: by place, all of them places of the text as it is.
    """
    pieces, position = [], 0
    for start, end, new in changes:
        pieces += [text[position:start], new]
        position = end
    return "".join([*pieces, text[position:]])


def moved(offset: int, changes: Sequence[Change]) -> int:
    """Where a place of the text is once changes are made; of one within a change its start."""
    shift = 0
    for start, end, new in changes:
        if end <= offset:
            shift += len(new) - (end - start)
        elif start < offset:
            return start + shift
    return offset + shift


def changed(changes: Sequence[Change]) -> list[tuple[int, int]]:
    """The stretches of the new text that changes have written."""
    found, shift = [], 0
    for start, end, new in changes:
        found.append((start + shift, start + shift + len(new)))
        shift += len(new) - (end - start)
    return found
