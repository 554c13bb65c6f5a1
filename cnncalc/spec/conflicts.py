"""What git leaves in a file where two branches have changed the same lines."""

import re

from cnncalc.diagnostics import Diagnostic, Note, Span

OURS, BASE, PARTED, THEIRS = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
"""What the lines of a conflict begin with. Source: git-merge(1), how conflicts are presented."""

MARKERS = (OURS, BASE, PARTED, THEIRS)

MESSAGE = "unresolved merge conflict"

HINT = "keep one side, or both put together, and remove the lines that git has added"


def find_conflict(text: str, file: str, code: str, line_break: str) -> Diagnostic | None:
    """The first conflict that a text still has, whole or with some of its markers gone.

    Seven equal signs alone may underline a title: they are a marker beside an opening or a closing
    one only.

    Args:
        text: the text of a file.
        file: what the file is called.
        code: the code of the fault.
        line_break: the pattern of what ends a line there.
    """
    if OURS not in text and THEIRS not in text:
        return None
    pattern = "|".join(map(re.escape, MARKERS))
    found = list(re.finditer(rf"^(?:{pattern})(?=[ \r\n]|\Z)", text, re.MULTILINE))
    opened = sum(one[0] == OURS for one in found)
    if not opened and not any(one[0] == THEIRS for one in found):
        return None

    def place(at: int) -> Span:
        line = 1 + len(re.findall(line_break, text[:at]))
        return Span(file, line, 1, line, 8)

    first = found[0].start()
    parted = next((one.start() for one in found if one[0] == PARTED), first)
    notes = (Note("the other side begins behind this", place(parted)),) if parted > first else ()
    message = MESSAGE if opened < 2 else f"{MESSAGE}, the first of {opened:,}"
    return Diagnostic(code, message, place(first), notes, HINT)
