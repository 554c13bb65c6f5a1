"""The comments of a Markdown text that are not shown as code."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

DEEPEST = 60
"""Characters before the text of a line that indent, quote or list it."""

BYTE_ORDER_MARK = "\ufeff"


class _Fence(NamedTuple):
    """The line that opened a block of code: its character, how often, and how deeply quoted."""

    character: str
    length: int
    depth: int


_EVENT = re.compile(r"\\[\\`<]|`+|<!--")
# Possessive: what is given back after each bullet would be kept for every one of a long line.
_BULLETS = re.compile(r"(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]++)++")
_BLOCK = re.compile(r"[ \t]*(?:$|[>|]|#{1,6}[ \t]|[-+*][ \t]|[0-9]{1,9}[.)][ \t]|```|~~~)")


class Comments:
    """Finds the comments of a Markdown text, in one pass.

    A line that opens a block ends the inline code before it: a lone backtick in one item of a
    list, or in one row of a table, does not reach the next.
    """

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self.text = text
        self.bounds = [*starts, len(text)]
        self.bounds[0] = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
        self.position = 0

    def find(self) -> Iterator[tuple[int, int]]:
        """Where each comment begins and ends."""
        line, count = 0, len(self.bounds) - 1
        fence: _Fence | None = None
        while line < count:
            text = self.line(line)
            if not text.strip():
                line += 1
                continue
            if self.position <= self.bounds[line]:
                is_code, fence = _fenced(text, fence)
                if is_code:
                    line += 1
                    continue
                self.position = self.bounds[line]
            last = line + 1
            while last < count and not _BLOCK.match(self.line(last).rstrip()):
                last += 1
            yield from self.within(self.bounds[last])
            line = max(last, bisect_right(self.bounds, self.position) - 1)

    def line(self, number: int) -> str:
        """A line with its break."""
        return self.text[self.bounds[number] : self.bounds[number + 1]]

    def within(self, end: int) -> Iterator[tuple[int, int]]:
        """The comments that begin between here and the end of a block."""
        runs: dict[int, list[int]] = {}
        for found in reversed(list(re.finditer("`+", self.text[self.position : end]))):
            runs.setdefault(len(found[0]), []).append(self.position + found.start())
        while event := _EVENT.search(self.text, self.position, end):
            start, self.position = event.span()
            if event[0][0] == "`":
                self.position = _code_end(runs.get(len(event[0]), []), event)
            elif event[0] == "<!--":
                # At the start of a line it may reach over other blocks, and without an end to all.
                last = len(self.text) if self.is_first(start) else end
                close = self.text.find("-->", start + 2, last)
                if close < 0:
                    self.position = last
                    break
                self.position = close + 3
                yield start, self.position
        self.position = max(self.position, end)

    def is_first(self, offset: int) -> bool:
        """Whether a line begins there, but for indents, quotes and bullets."""
        line = bisect_right(self.bounds, offset) - 1
        start = self.bounds[line]
        return offset - start <= DEEPEST and not self.text[start:offset].strip(" \t>-+*")


def _code_end(runs: list[int], opening: re.Match[str]) -> int:
    """Where the inline code ends that a run of backticks opens; without an end it opens none."""
    while runs and runs[-1] < opening.end():
        runs.pop()
    return runs.pop() + len(opening[0]) if runs else opening.end()


def _fenced(line: str, fence: _Fence | None) -> tuple[bool, _Fence | None]:
    """Whether a line belongs to a block of code, and the fence that is open behind it."""
    rest = line.lstrip(" \t>")
    depth = line[: len(line) - len(rest)].count(">")
    if fence is not None and depth >= fence.depth:
        inner = (line.lstrip(" \t>") if fence.depth else line.strip(" \t")).strip()
        is_end = len(inner) >= fence.length and inner == fence.character * len(inner)
        return True, None if is_end else fence
    bullets = _BULLETS.match(rest)
    rest = rest[bullets.end() :] if bullets else rest
    for character in "`~":
        length = len(rest) - len(rest.lstrip(character))
        if length >= 3 and not (character == "`" and "`" in rest[length:]):
            return True, _Fence(character, length, depth)
    return False, None
