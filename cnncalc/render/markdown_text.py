"""Untrusted text within Markdown: shown as it is, never as markup, tags or mentions."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from cnncalc.render.text import printable, uri_path

_ESCAPES = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "\\|*_`[]~$"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        # Prevents GitHub from reading a name as a mention or an issue.
        **{mark: f"{mark}&#8203;" for mark in "@#"},
    }
)

_ADDRESS = re.compile(r"(?i)(?:https?|ftp):(?=//)|www(?=\.)")
"""What GitHub makes a link of by itself, also within tags. Source: GFM, Autolinks (extension)."""


def prose(text: str) -> str:
    """A message, with its names in backticks shown as code."""
    return "".join(_spans(text.split("`")))


def _spans(pieces: Sequence[str]) -> Iterator[str]:
    if len(pieces) % 2 == 0:  # a backtick has no partner
        yield escaped("`".join(pieces))
        return
    for place, piece in enumerate(pieces):
        yield code(piece) if place % 2 else escaped(piece)


def within(lines: Iterable[str], room: int) -> tuple[list[str], int]:
    """Whole lines from the start that some bytes have room for, and how many are left off.

    Example:
        >>> within(["four", "and", "six"], 9)
        (['four', 'and'], 1)
    """
    kept: list[str] = []
    left = 0
    for line in lines:
        room -= len(line.encode(errors="backslashreplace")) + 1
        if room >= 0:
            kept.append(line)
        else:
            room, left = 0, left + 1
    return kept, left


def place(file: str, line: int | None, tree: str | None) -> str:
    """A line of a file as code; a link to it where the address of the repository's tree is known.

    Example:
        >>> place("nets/a b.yaml", 7, "https://github.com/o/r/blob/1a2b")
        '[`nets/a b.yaml:7`](https://github.com/o/r/blob/1a2b/nets/a%20b.yaml#L7)'
    """
    if line is None:
        return code(file)
    shown = code(f"{file}:{line}")
    if tree is None or file.startswith(("/", "..", "<")) or file[1:2] == ":":
        return shown  # it is none of the repository's
    return f"[{shown}]({tree}/{uri_path(file.replace(os.sep, '/'))}#L{line})"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, also in a table, without mentions and links.

    Example:
        >>> escaped("ask @you at www.example.org")
        'ask @&#8203;you at www&#8203;.example.org'
    """
    return _ADDRESS.sub(r"\g<0>&#8203;", printable(text).translate(_ESCAPES))


def code(text: str) -> str:
    """Code in backticks, or in tags where backticks would change it."""
    text = printable(text)
    is_simple = text.strip() == text != "" and not any(mark in text for mark in "\\|`")
    return f"`{text}`" if is_simple else f"<code>{escaped(text)}</code>"
