"""TOML text to values with their places, whatever the text may be."""

import re
from typing import Any

from cnncalc.checks.project import LARGEST_PROJECT
from cnncalc.checks.settings.places import STRING, Path, Places, toml_places
from cnncalc.checks.settings.source import Lines
from cnncalc.diagnostics import Diagnostic
from cnncalc.records import Record
from cnncalc.spec.conflicts import find_conflict
from cnncalc.spec.yaml_tree import LINE_BREAK

DEEPEST = 32
"""Brackets within brackets, and parts of a dotted key; `tomllib` hangs on keys of thousands."""

LONGEST_NUMBER = 1000
"""Characters of a number; Python itself refuses to read a few thousand digits."""


class Loaded(Record):
    """A document that was read: its tables, and the place of everything."""

    tables: dict[str, Any]
    places: Places


def load(text: str, file: str, below: Path = ()) -> Loaded | Diagnostic:
    """The values of a TOML document with the places of those below a path; or what is wrong."""
    from tomllib import TOMLDecodeError, loads  # noqa: PLC0415 - only a project file pays for it

    lines = Lines(text, file)
    beyond = _beyond_bounds(lines)
    if beyond is not None:
        return beyond
    try:
        return Loaded(loads(text), toml_places(text, file, below))
    except TOMLDecodeError as fault:
        conflict = find_conflict(text, file, "E901", LINE_BREAK)
        return conflict or _syntax(str(fault), lines)


_TOKEN = re.compile(
    rf"""
    (?P<string> {STRING} )
    | (?P<number> [+-]?[0-9][0-9A-Za-z_]*+ )
    | (?P<part> [A-Za-z_-][A-Za-z0-9_-]*+ )
    | (?P<open> [\[{{] )
    | (?P<close> [\]}}] )
    | (?P<dot> \. )
    | \#[^\n]*+
    | [ \t]++
    | (?P<other> . )
    """,
    re.DOTALL | re.VERBOSE,
)
"""Tokens as `tomllib` takes them, up to the first fault."""


def _beyond_bounds(lines: Lines) -> Diagnostic | None:
    """What the parser would not survive, or not within seconds."""
    if len(lines.text) > LARGEST_PROJECT:
        message = f"`{lines.file}` is larger than {LARGEST_PROJECT:,} characters"
        return Diagnostic("E901", message, None)
    depth = dots = 0
    for token in _TOKEN.finditer(lines.text):
        kind = token.lastgroup
        depth += (kind == "open") - (kind == "close" and depth > 0)
        dots = 0 if kind == "other" else dots + (kind == "dot")
        is_long = kind == "number" and token.end() - token.start() > LONGEST_NUMBER
        if depth > DEEPEST or dots >= DEEPEST or is_long:
            message = f"the nesting is deeper than {DEEPEST} levels"
            if is_long:
                message = f"a number has more than {LONGEST_NUMBER:,} characters"
            elif dots >= DEEPEST:
                message = f"a key has more than {DEEPEST} parts"
            span = lines.span(token.start(), min(token.end(), token.start() + 40))
            return Diagnostic("E901", message, span)
    return None


_QUOTE = 'put quotes around it, as in `"30M"`'
_PLAINER = (
    ("Invalid value", "missing or malformed value", _QUOTE),
    ("Expected newline", "unexpected text after the value", _QUOTE),
    ("Expected '='", "missing `=` after this key", None),
    ("Expected ']", "missing `]`", None),
    ("Invalid statement", "a line must begin with a key or `[`", None),
    ("Invalid initial character", "missing key", None),
    ("Unclosed array", "missing `,` or `]`", None),
    ("Unclosed inline table", "missing `,` or `}`", None),
    ("Unterminated string", "unterminated string", None),
    ("Found invalid character", "unterminated string on this line", None),
    ("Duplicate inline table key", "duplicate key", "remove one of them"),
    ("Cannot declare", "duplicate table", "put all of it under one header"),
    ("Cannot overwrite", "the key already has a value", "remove one of them"),
    ("Cannot mutate", "the table is already complete", "put all of it in one place"),
    ("Cannot redefine", "the table is already complete", "put all of it in one place"),
    ("Unescaped", "unknown escape sequence", "write `\\\\`, or use single quotes"),
    ("Illegal character", "unexpected control character", "remove it"),
)
_BEHIND = ("Cannot declare", "Cannot overwrite", "Cannot mutate", "Cannot redefine")
"""What is noticed at the end of what is at fault."""


def _syntax(problem: str, lines: Lines) -> Diagnostic:
    problem, _, place = problem.rpartition(" (at ")
    numbers = re.fullmatch(r"line (\d+), column (\d+)\)", place)
    text = lines.text
    start = len(text)
    if numbers:
        # `tomllib` knows no line break but this one.
        line = [0, *(found.end() for found in re.finditer("\n", text))][int(numbers[1]) - 1]
        start = min(line + int(numbers[2]) - 1, len(text))
    known = (row for row in _PLAINER if row[0] in problem)
    pattern, message, hint = next(known, ("", problem[:1].lower() + problem[1:], None))
    end = start + 1
    if start == len(text) or pattern in _BEHIND:
        end = max(len(text[:start].rstrip()), 1)
        before = text.rfind("\n", 0, end) + 1
        start = before + len(text[before:end]) - len(text[before:end].lstrip())
    return Diagnostic("E901", message, lines.span(start, min(end, len(text))), (), hint)
