"""Globs over paths that are relative to the project file's folder, with `/` on every system.

`*`, `?` and `[abc]` stay within one part of a path; `**` as a part of its own matches any
number of folders. Upper and lower case differ everywhere, so that a check means the same on every
machine.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from cnncalc.diagnostics import Span
from cnncalc.records import Record

LONGEST = 500
"""Characters of a glob."""

PARTS_A_STEP = 8
"""Parts of a glob times those of a path, which may all be tried against each other."""

CHARACTERS_A_STEP = 3000
"""Characters of both, likewise."""


class Pattern(Record):
    """A glob, and the place where it is written.

    Attributes:
        parts: the glob of each part of the path.
        variant: a glob for the variant's name; None means the file and all of its variants.
    """

    parts: tuple[str, ...]
    variant: str | None
    text: str
    span: Span

    def fits(self, path: str, variant: str | None) -> bool:
        """Whether it matches a network; no glob matches what is outside of the folder."""
        if self.variant is not None and (
            variant is None or not fnmatchcase(variant, self.variant)
        ):
            return False
        return self.meets(path)

    def meets(self, path: str) -> bool:
        """Whether it matches a file, or a variant of it."""
        return is_inside(path) and _fit(self.parts, path.split("/"))

    def steps(self, path: str) -> int:
        """What it takes to match it with a path, in the steps that a file of specs may take."""
        retried = len(self.parts) * (path.count("/") + 1)
        return 1 + retried // PARTS_A_STEP + len(self.text) * len(path) // CHARACTERS_A_STEP

    def covers(self, path: str) -> bool:
        """Whether it matches a file, or a folder that the file is in."""
        return is_inside(path) and _fit((*self.parts, "**"), path.split("/"))


def read_pattern(text: str, span: Span, *, has_variant: bool) -> Pattern:
    """A glob for specs (`nets/*.yaml`, `nets/vgg.yaml:16`) or for files and folders.

    Raises:
        ValueError: it can match nothing; the text says why.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a glob has more than {LONGEST} characters")
    path, colon, variant = text.rpartition(":")
    if not has_variant or not colon or "/" in variant:
        path, colon, variant = text, "", ""
    if colon and not variant:
        raise ValueError(f"`{text}` has no variant after the `:`")
    _check_brackets(variant, text)
    if path.endswith("/") and not has_variant:
        path = path.rstrip("/")  # a folder is left out with all that it holds
    parts = tuple(path.removeprefix("./").split("/"))
    _check_parts(parts, text)
    return Pattern(parts, variant if colon else None, text, span)


def _check_parts(parts: Sequence[str], text: str) -> None:
    if parts == ("",):
        raise ValueError("empty glob" if not text else f"`{text}` names no file")
    if "\\" in text:
        raise ValueError(f"`{text}` has a `\\`: separate folders by `/` on every system")
    if parts[0] == "" or ".." in parts:
        raise ValueError(f"`{text}` is outside the project file's folder")
    if parts[-1] == "":
        raise ValueError(f"`{text}` is a folder: write `{text}**` for all that it holds")
    if "" in parts or "." in parts:
        raise ValueError(f"`{text}` has an empty part")
    for part in parts:
        if "**" in part and part != "**":
            raise ValueError(f"`**` must stand alone between `/`, not in `{part}`")
        _check_brackets(part, text)


def _check_brackets(part: str, text: str) -> None:
    """Refuse an unclosed `[`: it would match itself, which nobody intends."""
    opening = part.find("[")
    while opening >= 0:
        first = opening + 1 + part.startswith("!", opening + 1)
        closing = part.find("]", first + 1)  # a `]` right behind the opening is an entry
        if closing < 0:
            raise ValueError(f"unclosed `[` in `{text}`")
        opening = part.find("[", closing)


def is_inside(path: str) -> bool:
    """Whether a path lies within the folder that it is relative to, and names a file at all."""
    return path != "-" and not path.startswith("/") and path.split("/", 1)[0] != ".."


def _fit(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Match part by part; only the last `**` is ever tried again, so that nothing explodes."""
    at = place = 0
    last, resumed = -1, 0
    while place < len(path):
        if at < len(pattern) and pattern[at] == "**":
            last, resumed = at, place
            at += 1
        elif at < len(pattern) and fnmatchcase(path[place], pattern[at]):
            at += 1
            place += 1
        elif last >= 0:
            resumed += 1
            at, place = last + 1, resumed
        else:
            return False
    return all(part == "**" for part in pattern[at:])
