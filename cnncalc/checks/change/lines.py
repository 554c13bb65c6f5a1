"""Which lines of a text say something else than before."""

import re
from collections.abc import Mapping, Sequence

from cnncalc.analysis.alignment import common_order
from cnncalc.records import Record
from cnncalc.spec.yaml_nodes import LINE_BREAK


class Lines(Record):
    """What became of the lines of a text; comments, blank lines and indents say nothing.

    Attributes:
        new: the lines that are not as before, each with the one that stood in its place, or None.
        moved: for lines of before where they are now, as they are or as they were rewritten.
        gone: for the other lines of before what they said, and the line that they stood behind.
        shifted: for lines that only stand elsewhere, the line that they stood behind.
    """

    new: Mapping[int, str | None]
    moved: Mapping[int, int]
    gone: Mapping[int, tuple[str, int]]
    shifted: Mapping[int, int] = {}


def compare_lines(before: str, after: str) -> Lines:
    r"""What became of each line.

    Example:
        >>> compare_lines("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 5\n")
        Lines(new={2: None}, moved={1: 1}, gone={2: ('b: 2', 1), 3: ('c: 3', 1)}, shifted={})
        >>> compare_lines("a: 1\nb: 2  # two\n", "a: 1\n\nb: 5\n").new
        {3: 'b: 2'}
        >>> compare_lines("a: 1\nb: 2\nc: 3\n", "b: 2\nc: 3\na: 1\n").shifted
        {3: 1}
    """
    old, now = _said(before), _said(after)
    pairs = common_order([text for _, text in old], [text for _, text in now])
    new: dict[int, str | None] = {}
    moved = {old[place][0]: now[other][0] for place, other in pairs}
    gone: dict[int, tuple[str, int]] = {}
    start, begin = 0, 0
    for place, other in [*pairs, (len(old), len(now))]:
        left, here = old[start:place], now[begin:other]
        if len(left) == len(here):
            new |= {line: text for (line, _), (_, text) in zip(here, left, strict=True)}
            moved |= {line: to for (line, _), (to, _) in zip(left, here, strict=True)}
        else:
            behind = now[begin - 1][0] if begin else now[0][0] if now else 1
            new |= dict.fromkeys((line for line, _ in here), None)
            gone |= {line: (text, behind) for line, text in left}
        start, begin = place + 1, other + 1
    shifted: dict[int, int] = {}
    added = {text: line for line, text in reversed(now) if line in new and new[line] is None}
    for line, (text, behind) in [*gone.items()]:
        if text in added:
            to = added.pop(text)
            new[to], moved[line], shifted[to] = text, to, behind
            del gone[line]
    return Lines(new, moved, gone, shifted)


def _said(text: str) -> Sequence[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    lines = enumerate(re.split(LINE_BREAK, text), 1)
    said = ((number, re.sub(r"(?:^|\s)#.*", "", line).strip()) for number, line in lines)
    return [(number, line) for number, line in said if line]
