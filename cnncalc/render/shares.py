"""Shares of a whole as bars, and as colours of numbers."""

from collections.abc import Sequence

SHORTEST, LONGEST = 8, 20
"""The width of a bar, and how wide it grows where there is room."""

WARM, HOT, COLD = 0.10, 0.25, 0.01
"""Shares from which on a number stands out, and below which it steps back."""

FAINT = "\x1b[0m\x1b[2m"
"""The colour of a bar that does not stand out, in a bold row too."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_RED, _BOLD_RED, _DIM = "\x1b[31m", "\x1b[1m\x1b[31m", "\x1b[2m"


def bars(parts: Sequence[int], width: int, *, is_ascii: bool = False) -> list[str]:
    """A bar for each part, to an eighth of a column; the largest takes the whole width.

    Without such characters a bar is as many `#` as it is wide, rounded; of what is there a trace
    is left, `▏` or `.`.

    Example:
        >>> bars([400, 150, 1, 0], 4)
        ['████', '█▌', '▏', '']
        >>> bars([400, 150, 1, 0], 4, is_ascii=True)
        ['####', '##', '.', '']
    """
    largest = max(parts, default=0) or 1
    return [_bar(part, largest, width, is_ascii=is_ascii) for part in parts]


def _bar(part: int, largest: int, width: int, *, is_ascii: bool) -> str:
    if not part:
        return ""
    if is_ascii:
        return "#" * ((2 * part * width + largest) // (2 * largest)) or "."
    eighths = max(1, (16 * part * width + largest) // (2 * largest))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def heat(part: int, whole: int) -> str:
    """The colour of a number: what is much of the whole stands out, what is little steps back."""
    if not part or not whole:
        return ""
    share = part / whole
    if share >= WARM:
        return _BOLD_RED if share >= HOT else _RED
    return _DIM if share < COLD else ""
