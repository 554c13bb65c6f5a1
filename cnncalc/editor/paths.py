"""Which keys a line stands below, told by its indentation: also where a text is no YAML."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_NO_START = frozenset(" \t[]{}\"',#&*!|>%@`:?-")
_NO_KEY = frozenset("{}\"'#")
"""What a plain key of a block mapping does not begin with, and does not hold."""

LONGEST_LINE = 1_000
"""Characters of a line whose brackets are counted."""

MOST_LINES = 5_000
"""Lines that are looked at above one."""


class Start(NamedTuple):
    """How a line begins: the columns of its dashes, that of what follows, and the key there."""

    dashes: tuple[int, ...]
    column: int
    key: str | None
    rest: str


def start_of(line: str) -> Start:
    """How a line begins; columns from 0.

    Example:
        >>> start_of("  - conv2: [bn]")
        Start(dashes=(2,), column=4, key='conv2', rest=' [bn]')
    """
    column, dashes = len(line) - len(line.lstrip(" ")), []
    while line[column : column + 2] == "- " or line[column:] == "-":
        dashes.append(column)
        column += 1
        column += len(line[column:]) - len(line[column:].lstrip(" "))
    end = _key_end(line, column)
    if end is None:
        return Start(tuple(dashes), column, None, line[column:])
    return Start(tuple(dashes), column, line[column:end].strip(), line[end + 1 :])


def _key_end(line: str, column: int) -> int | None:
    """Where the colon stands behind a plain key that begins at a column."""
    end = line.find(":", column)
    is_key = end > column and line[end + 1 : end + 2] in {"", " ", "\t"}
    if not is_key or line[column] in _NO_START or not _NO_KEY.isdisjoint(line[column:end]):
        return None
    return end


def opened(line: str) -> int:
    """How many brackets of YAML a line opens and does not close; none of one that is very long."""
    return balance(line)[0]


def balance(line: str) -> tuple[int, bool]:
    """How many brackets of YAML a line leaves open, and whether it leaves a quote open."""
    count, quote, before = 0, "", " "
    for character in line if len(line) <= LONGEST_LINE else "":
        if quote:
            quote = "" if character == quote and before != "\\" else quote
        elif character in "\"'" and before in " [{,":
            quote = character
        elif character == "#" and before == " ":
            break
        else:
            count += (character in "[{") - (character in "]}")
        before = character
    return count, bool(quote)


def keys_above(lines: Sequence[str], place: int, column: int | None = None) -> tuple[str, ...]:
    """The keys that a line stands below, the outermost first.

    Args:
        lines: the text.
        place: the line, from 0.
        column: where what is meant begins, where the line is empty there.

    Example:
        >>> lines = ["layers:", "  - conv2:", "      - bn", "  - relu"]
        >>> keys_above(lines, 2), keys_above(lines, 3)
        (('layers', 'conv2'), ('layers',))
    """
    own = start_of(lines[place])
    is_item = bool(own.dashes)
    limit = own.dashes[0] if is_item else own.column
    if column is not None and not lines[place].strip():
        limit = column
    found: list[str] = []
    for line in reversed(lines[max(0, place - MOST_LINES) : place]):
        if limit == 0 and not is_item:
            break
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        start = start_of(line)
        is_parent = start.column < limit or (start.column == limit and is_item)
        if start.key is None or not is_parent:
            continue
        behind = start.rest.strip()
        if not behind or behind.startswith("#") or opened(line) > 0:
            found.insert(0, start.key)
        elif start.column == 0:
            break
        else:
            continue
        is_item = bool(start.dashes)
        limit = start.dashes[0] if is_item else start.column
    return tuple(found)


def folds_of(lines: Sequence[str]) -> Mapping[int, int]:
    """By each line that opens something deeper, from 1, the last line of it."""
    found: dict[int, int] = {}
    open_lines: list[tuple[int, int, bool]] = []
    last = 0
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        start = start_of(line)
        column = start.dashes[0] if start.dashes else start.column
        while open_lines and not _holds(open_lines[-1], column, is_item=bool(start.dashes)):
            opening = open_lines.pop()[0]
            if last > opening:
                found[opening] = last
        is_key = start.key is not None and not start.dashes
        open_lines.append((number, column, is_key))
        last = number
    found.update({opening: last for opening, _, _ in open_lines if last > opening})
    return found


def _holds(opening: tuple[int, int, bool], column: int, *, is_item: bool) -> bool:
    """Whether a line that begins at a column stands below an open one."""
    return column > opening[1] or (column == opening[1] and is_item and opening[2])
