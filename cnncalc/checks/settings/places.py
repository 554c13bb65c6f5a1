"""The place of each key and value of a TOML or JSON text.

The parsers of the standard library give values without their places. What they have read is
well-formed, so that finding the places again takes no more than walking over the text.
"""

import json
import re
from collections.abc import Callable
from typing import TypeVar

from cnncalc.checks.settings.source import Lines
from cnncalc.diagnostics import Span

Path = tuple[str | int, ...]
"""The keys, and the places in lists, that lead to a value."""

Stretch = tuple[int, int]

Found = TypeVar("Found", bound="Places")

STRING = r"""
    \"\"\" (?: [^"\\]++ | \\. | "{1,2}(?!") )*+ (?:"{3,5})?
    | ''' (?: [^']++ | '{1,2}(?!') )*+ (?:'{3,5})?
    | " (?: [^"\\\n]++ | \\. )*+ "?
    | ' [^'\n]*+ '?
"""
"""A string of TOML or JSON, as a verbose pattern; one that stays open is one too."""

_STRING = re.compile(STRING, re.DOTALL | re.VERBOSE)
_KEY = re.compile(rf"{STRING} | [A-Za-z0-9_-]++", re.DOTALL | re.VERBOSE)
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*+|[^\s,\]}#]++")
_JSON = json.JSONDecoder(parse_int=len)  # a number may have too many digits for `int`
_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")


class Places(Lines):
    """The places of every key and value below a path, in a text that is known to be sound.

    Attributes:
        repeated: keys that occur in their table a second time, which JSON allows; the values are
            those of the last.
    """

    def __init__(self, text: str, file: str, below: Path = ()) -> None:
        super().__init__(text, file)
        self.below = below
        self.keys: dict[Path, Stretch] = {}
        self.values: dict[Path, Stretch] = {}
        self.repeated: list[tuple[Path, Stretch]] = []

    def key(self, path: Path) -> Span:
        """The place of a key; of an entry of a list, or of what has no key, the value's."""
        stretch = self.keys.get(path)
        return self.value(path) if stretch is None else self.span(*stretch)

    def value(self, path: Path) -> Span:
        """The place of a value: of a table under a header that header, of what has none its key.

        A path that was not met has the place of what it would be in.
        """
        while path and path not in self.values:
            path = path[:-1]
        return self.span(*self.values.get(path, (0, 0)))

    def written(self, path: Path) -> str:
        """A value as it is written."""
        start, end = self.values[path]
        return self.text[start:end]

    def put(self, path: Path, key: Stretch, value: Stretch) -> None:
        """Remember the place of a key and its value, if it is wanted."""
        count = len(self.below)
        if path[:count] == self.below[: len(path)]:
            if path in self.keys:
                self.repeated.append((path, key))
            self.keys[path] = key
            self.values[path] = value

    def table(self, path: Path, key: Stretch) -> None:
        """Remember the first place at which a table is named."""
        if path not in self.keys and path not in self.values:
            self.put(path, key, key)


def json_places(text: str, file: str, depth: int) -> Places:
    """The places in a JSON document that `json` has read, in tables so deep; none in lists."""
    places = Places(text, file)
    walk = _Walk(text, places, json.loads, depth)
    start = walk.blank(0)
    places.values[()] = (start, walk.value((), start))
    return places


class EveryPlace(Places):
    """The same, with every place at which a key is written: one that is dotted may come again.

    Attributes:
        written_at: each path, and the stretch of its last key.
    """

    def __init__(self, text: str, file: str, below: Path = ()) -> None:
        super().__init__(text, file, below)
        self.written_at: list[tuple[Path, Stretch]] = []

    def put(self, path: Path, key: Stretch, value: Stretch) -> None:
        if not isinstance(path[-1], int):
            self.written_at.append((path, key))
        super().put(path, key, value)

    def table(self, path: Path, key: Stretch) -> None:
        known = path in self.keys or path in self.values
        super().table(path, key)
        if known and not isinstance(path[-1], int):
            self.written_at.append((path, key))


def toml_places(text: str, file: str, below: Path = ()) -> Places:
    """The places in a TOML document that `tomllib` has read."""
    return _toml_places(Places(text, file, below))


def every_toml_place(text: str, file: str) -> EveryPlace:
    """Every place in such a document."""
    return _toml_places(EveryPlace(text, file))


def _toml_places(places: Found) -> Found:
    text = places.text
    walk = _Walk(text, places, _toml_text)
    counts: dict[Path, int] = {}  # the tables of each array of tables so far
    table: Path = ()
    at = walk.blank(0)
    while at < len(text):
        if text[at] == "[":
            table, at = _header(walk, counts, at)
        else:
            at = walk.pair(table, at)
        at = walk.blank(at)
    return places


class _Walk:
    """Walks over values, which JSON and TOML write alike but for the mark behind a key."""

    def __init__(
        self, text: str, places: Places, unescaped: Callable[[str], str], depth: int = 0
    ) -> None:
        self.text = text
        self.places = places
        self.unescaped = unescaped
        self.depth = depth

    def blank(self, at: int) -> int:
        """Where what is no blank, line break or comment begins."""
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def name(self, written: str) -> str:
        """A key, from the way it is written."""
        if written[0] not in "\"'":
            return written
        return self.unescaped(written) if "\\" in written else written[1:-1]

    def parts(self, at: int) -> tuple[list[tuple[str, Stretch]], int]:
        """The parts of a key that may be dotted, and where it ends."""
        found: list[tuple[str, Stretch]] = []
        while True:
            part = _KEY.match(self.text, self.blank(at))
            if part is None:
                return found, at
            found.append((self.name(part[0]), part.span()))
            at = self.blank(part.end())
            if not self.text.startswith(".", at):
                return found, at
            at += 1

    def pair(self, table: Path, at: int) -> int:
        """Walk over a key and its value, whatever mark is between; gives where they end."""
        parts, at = self.parts(at)
        path = table
        for name, stretch in parts[:-1]:
            path = (*path, name)
            self.places.table(path, stretch)
        [(name, key)] = parts[-1:]
        path = (*path, name)
        start = self.blank(at + 1)
        end = self.value(path, start)
        self.places.put(path, key, (start, end))
        return end

    def value(self, path: Path, at: int) -> int:
        """Walk over a value; gives where it ends. What is not wanted is passed over fast."""
        opening = self.text[at]
        if self.depth and (opening == "[" or (opening == "{" and len(path) >= self.depth)):
            return _JSON.raw_decode(self.text, at)[1]
        if opening in "[{":
            return self.items(path, at + 1, is_table=opening == "{")
        match = _STRING.match if opening in "\"'" else _SCALAR.match
        found = match(self.text, at)
        return found.end() if found else len(self.text)

    def items(self, path: Path, at: int, *, is_table: bool) -> int:
        """Walk over the items between brackets; gives where they close."""
        count = 0
        while True:
            at = self.blank(at)
            if self.text[at] in "]}":
                return at + 1
            if is_table:
                at = self.pair(path, at)
            else:
                item = (*path, count)
                end = self.value(item, at)
                if path[: len(self.places.below)] == self.places.below:
                    self.places.values[item] = (at, end)
                at, count = end, count + 1
            at = self.blank(at)
            at += self.text[at] == ","


def _header(walk: _Walk, counts: dict[Path, int], at: int) -> tuple[Path, int]:
    """Read `[table]` or `[[table]]`; gives its path, and where it ends."""
    marks = 2 if walk.text.startswith("[[", at) else 1
    parts, at = walk.parts(at + marks)
    path: Path = ()
    for place, (name, stretch) in enumerate(parts, 1):
        path = (*path, name)
        walk.places.table(path, stretch)
        if marks == 2 and place == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
            walk.places.table(path, stretch)
    return path, at + marks


def _toml_text(written: str) -> str:
    """A quoted key with escapes, which are not quite those of JSON."""
    from tomllib import loads  # noqa: PLC0415 - whoever walks has read the text with it

    name: str = loads(f"name = {written}")["name"]
    return name
