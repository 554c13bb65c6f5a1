"""The gate for text of others: what cannot be printed never reaches a terminal as it is."""

import re


def printable(text: str) -> str:
    """One value whose control characters are spelt out, line breaks too: it forges no line."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


_COLOR = r"\x1b\[(?:[012]|22|3[0-7]|9[0-7])m"
"""What `click.style` and our tables write for colours, and nothing else."""

_COMMAND = r"(?m)#(?=#(?:\[|\w+\[))|^(?P<blanks>[^\S\n]*):(?=:)"
"""What a CI system would read as a command: `##[`, `##vso[` anywhere, `::` at a line's start."""


_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
"""What steers nothing: of ASCII what can be printed, and the end of a line."""


def gated(text: str, *, has_colors: bool = False, has_commands: bool = False) -> str:
    """A finished text of which nothing steers a terminal or a CI system: the last gate of all.

    Line breaks and tabs stay, all else that cannot be printed is spelt as JSON spells it, so that
    JSON keeps its values; so is the first mark of what a CI system takes for a command.

    Args:
        text: all of a result, or of a message.
        has_colors: whether our own colours are in it.
        has_commands: whether it is written in commands for a CI system.
    """
    if "##" in text or ("::" in text and not has_commands):
        text = re.sub(_COMMAND, lambda found: _uncommanded(found, has_commands=has_commands), text)
    if text.isascii():
        if not text.encode().translate(None, _PLAIN):
            return text
    elif text.replace("\n", "").isprintable():
        return text
    kept = rf"\r\n|{_COLOR}|" if has_colors else r"\r\n|"
    return re.sub(rf"{kept}[^\n\t -~─-╿]", _spelt, text)


def _uncommanded(found: re.Match[str], *, has_commands: bool) -> str:
    blanks = found["blanks"]
    if blanks is None:
        return "\\u0023"
    return found[0] if has_commands else f"{blanks}\\u003a"


def _spelt(found: re.Match[str]) -> str:
    mark = found[0]
    if len(mark) > 1 or mark.isprintable():
        return mark
    if mark.isspace() and mark >= "\xa0" and mark not in "\u2028\u2029":
        return mark  # a blank of another width
    units = mark.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
