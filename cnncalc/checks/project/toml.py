"""TOML text to values with their places, whatever the text may be."""

import re
from typing import Any

from cnncalc.checks.project.names import LARGEST_PROJECT
from cnncalc.checks.settings.places import Path, Places, toml_places
from cnncalc.checks.settings.source import Lines
from cnncalc.diagnostics import Diagnostic
from cnncalc.records import Record

DEEPEST = 32
"""Brackets within brackets, and parts of a dotted key; `tomllib` hangs on keys of thousands."""

LONGEST_NUMBER = 1000
"""Characters of a number; Python itself refuses to read a few thousand digits."""


class Loaded(Record):
    """A document that was read: its tables, and where everything stands."""

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
        return _syntax(str(fault), lines)


_TOKEN = re.compile(
    r"""
    (?P<string>
        \"\"\" (?: [^"\\]++ | \\. | "{1,2}(?!") )*+ (?:"{3,5})?
        | ''' (?: [^']++ | '{1,2}(?!') )*+ (?:'{3,5})?
        | " (?: [^"\\\n]++ | \\. )*+ "?
        | ' [^'\n]*+ '?
    )
    | (?P<number> [+-]?[0-9][0-9A-Za-z_]*+ )
    | (?P<part> [A-Za-z_-][A-Za-z0-9_-]*+ )
    | (?P<open> [\[{] )
    | (?P<close> [\]}] )
    | (?P<dot> \. )
    | \#[^\n]*+
    | [ \t]++
    | (?P<other> . )
    """,
    re.DOTALL | re.VERBOSE,
)
"""Tokens as `tomllib` takes them, up to the first fault; a string that stays open is one too."""


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
    ("Invalid value", "a value is missing, or it is none of TOML's", _QUOTE),
    ("Expected newline", "the line goes on behind its value", _QUOTE),
    ("Expected '='", "a `=` is missing behind this key", None),
    ("Expected ']", "a `]` is missing", None),
    ("Invalid statement", "a line begins with a key, or with `[`", None),
    ("Invalid initial character", "a key is missing", None),
    ("Unclosed array", "a `,` or `]` is missing", None),
    ("Unclosed inline table", "a `,` or `}` is missing", None),
    ("Unterminated string", "a quote is opened and never closed", None),
    ("Found invalid character", "a quote is opened and never closed on its line", None),
    ("Duplicate inline table key", "duplicate key", "remove one of them"),
    ("Cannot declare", "a table is declared twice", "put all of it under one header"),
    ("Cannot overwrite", "a key has a value already", "remove one of them"),
    ("Cannot mutate", "a table is closed already", "put all of it in one place"),
    ("Cannot redefine", "a table is closed already", "put all of it in one place"),
    ("Unescaped", "a `\\` begins none of TOML's escapes", "write `\\\\`, or use single quotes"),
    ("Illegal character", "a control character is not allowed here", "remove it"),
)
_BEHIND = ("a key has a value already", "a table is declared twice", "a table is closed already")
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
    message, hint = problem[:1].lower() + problem[1:], None
    for pattern, plainer, remedy in _PLAINER:
        if pattern in problem:
            message, hint = plainer, remedy
            break
    end = start + 1
    if start == len(text) or message in _BEHIND:
        end = max(len(text[:start].rstrip()), 1)
        before = text.rfind("\n", 0, end) + 1
        start = before + len(text[before:end]) - len(text[before:end].lstrip())
    return Diagnostic("E901", message, lines.span(start, min(end, len(text))), (), hint)
