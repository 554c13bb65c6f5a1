"""The text of a settings file: its bytes decoded, its places, and its faults collected."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence

from cnncalc.diagnostics import (
    Diagnostic,
    Note,
    Remedy,
    Span,
    closest,
    rename,
    sort_diagnostics,
)
from cnncalc.spec.yaml_tree import LINE_BREAK

MOST_FAULTS = 100
"""Faults of one file that are reported: nobody reads more, and looking for near names is slow."""


class Lines:
    """A text that is asked for its places."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        # As the renderer counts them, so that carets point at what they mean.
        self.starts = array("L", [0])  # of millions of lines, numbers would take the memory
        self.starts.extend(end.end() for end in re.finditer(LINE_BREAK, text))

    def span(self, start: int, end: int) -> Span:
        """The place of a part of the text; of one without characters, the point."""
        line, column = self._place(start)
        end_line, end_column = self._place(max(start, end))
        if (line, column) == (end_line, end_column):
            end_column += 1
        return Span(self.file, line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column; a byte-order mark before the first line takes no column."""
        line = bisect_right(self.starts, offset)
        column = offset - self.starts[line - 1] + 1
        return line, column - (line == 1 and column > 1 and self.text.startswith("\ufeff"))


class Faults:
    """The faults of one file, all with the code of its kind, and no more than are read."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.found: list[Diagnostic] = []

    @property
    def is_full(self) -> bool:
        """Whether no more is reported."""
        return len(self.found) >= MOST_FAULTS

    def add(
        self, message: str, span: Span, hint: Remedy | None = None, notes: tuple[Note, ...] = ()
    ) -> None:
        """One more fault, unless there are enough."""
        if not self.is_full:
            self.found.append(Diagnostic(self.code, message, span, notes, hint))

    def unknown(self, message: str, span: Span, *, name: str, known: Sequence[str]) -> None:
        """Add an unknown name, with the closest known one as its remedy."""
        if not self.is_full:
            near = closest(name, known)
            listed = f"it is one of {', '.join(known)}"
            self.add(message, span, rename(name, near, span) if near else listed)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Every fault, sorted by place."""
        return sort_diagnostics(self.found)


def decode(data: bytes, file: str, code: str, largest: int) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a settings file, and what is wrong with its bytes; a byte-order mark is dropped.

    Where there is a fault, the text is what can be shown of the file.
    """
    if len(data) > largest:
        return "", (Diagnostic(code, f"`{file}` is larger than {largest:,} bytes", None),)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        text = data.decode("utf-8-sig", "replace")
        # The place of the fault is that in the bytes behind the byte-order mark.
        start = len(fault.object[: fault.start].decode())
        place = len(data) - len(fault.object) + fault.start
        message = f"byte {place + 1:,} is not UTF-8"
        span = Lines(text, file).span(start, start + 1)
        return text, (Diagnostic(code, message, span, (), "save the file as UTF-8"),)
