"""What is said of a text that is no YAML, whichever of PyYAML's two parsers found it out."""

import re

import yaml

from cnncalc.diagnostics import Diagnostic, Edit, Fix, Span
from cnncalc.spec.yaml_nodes import LINE_BREAK, point

_BLOCK_ENDS = ("expected <block end>", "expected '-' indicator", "did not find expected key")
"""What the parsers say where a block neither goes on nor ends."""

_IN_FLOW = "where a value itself has brackets, quote the layer or give it a line of its own"
_PLAINER = (
    (("found character '\\t'", "found a tab character"), "a tab cannot indent a line",
     "indent with blanks"),
    (("could not find expected ':'",), "a `:` is missing after this key", None),
    (("mapping values are not allowed", "found unexpected ':'"),
     "a `:` that opens a mapping cannot stand here",
     "put an inner mapping in braces, `stem: {add: [a, b]}`, and quote a text that holds `: `"),
    (("mapping keys are not allowed",), "a `?` that opens a key cannot stand here", None),
    (("sequence entries are not allowed",), "a `-` that opens an entry cannot stand here", None),
    (("found undefined alias",), "this alias has no anchor", "define it with `&` above"),
    (("expected a single document", "but found another document"),
     "the file holds more than one document", "keep one of them"),
    (("found unexpected end of stream",), "a quote is opened here and never closed", None),
    (_BLOCK_ENDS,
     "inconsistent indentation", None),
    (("expected ',' or ']'",), "a `,` or `]` is missing before this", _IN_FLOW),
    (("expected ',' or '}'",), "a `,` or `}` is missing before this", _IN_FLOW),
    (("cannot start any token",), "a plain value cannot start with this character", "quote it"),
    (("expected the node content", "expected node content"), "a value is missing before this",
     None),
    (("found unknown escape character",), "found unknown escape character '{}'", None),
    (("hexadecimal numbers, but", "hexdecimal number", "Unicode character escape code"),
     "this is no escape of a character", "write the character itself"),
    (("document separator", "document indicator"), "the document ends within a quoted value",
     None),
    (("<document start>", "<stream-start>"), "this does not belong to the document above it",
     None),
    (("alphabetic or numeric character",), "an anchor or an alias has no such name",
     "use letters, digits, `-` and `_`"),
    (("found duplicate anchor", "second occurrence"), "this anchor is defined twice",
     "rename one of them"),
    (("chomping or indentation", "indentation indicator", "comment or line break",
      "comment or a line break"), "this cannot stand behind `|` or `>`", "begin a line below it"),
    (("unclosed '[' or '{'",), "a bracket is opened above and never closed", None),
    (("incompatible YAML document",),
     "found incompatible YAML document (version 1.* is required)", None),
    (("directive", "version number", "digit or"), "this is no directive of YAML", "remove it"),
    (("tag handle", "tag URI", "expected URI", "expected '!'", "expected '>'", "the expected '>'",
      "URI escaped", "URI escape", "whitespace or line break", "expected whitespace",
      "but found", "UTF-8 octet"), "this is no tag of YAML", "remove it"),
)  # fmt: skip
"""Words of PyYAML's parser, in Python or of libyaml, and plainer ones with a remedy."""

_NO_KEY = ("mapping values are not allowed", "could not find expected ':'")
"""What the parsers say behind a key whose `:` no blank follows: they read on as in a text."""

_LINES_BACK = 20
"""Lines before a fault in which such a key is looked for."""

_OPENED_BEFORE = ("unexpected end of stream", "could not find expected ':'", "stream end")
"""Problems whose place is where something was opened, not where it is missed."""

_READ_AHEAD = 1024
"""Characters of one line that a parser reads before it tells of a bracket: it may open a key."""

_IN_LINE = r""" "(?:[^"\\]|\\.)*+"? | '[^']*+'? | \s\#.* | [\[{\]}] """


def unreadable(fault: yaml.reader.ReaderError, text: str, file: str) -> Diagnostic:
    """A character that no YAML may hold."""
    found = ord(fault.character) if isinstance(fault.character, str) else fault.character
    return forbidden(fault.position, found, text, file)


def find_forbidden(text: str, file: str) -> Diagnostic | None:
    """The first character that no YAML may hold, if there is one."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return None if found is None else forbidden(found.start(), ord(found[0]), text, file)


def forbidden(position: int, character: int, text: str, file: str) -> Diagnostic:
    """A character at a position of the text that may not stand there."""
    before = re.split(LINE_BREAK, text[:position])
    line, column = len(before), len(before[-1]) + 1
    message = f"the character U+{character:04X} is not allowed in YAML"
    place = Span(file, line, column, line, column + 1)
    return Diagnostic("E103", message, place, (), "remove it")


def opened_ahead(fault: yaml.YAMLError, text: str, file: str, nesting: int) -> Span | None:
    """The bracket that is one too deep, where a parser stops before it tells of the first.

    A parser may have a bound of its own on nesting, and what it reads ahead may exceed it.
    """
    mark = getattr(fault, "problem_mark", None)
    if mark is None:
        return None
    line = re.split(LINE_BREAK, text[max(0, mark.index - _READ_AHEAD) : mark.index])[-1]
    first = mark.column - len(line) + 1
    opened = 0
    for found in re.finditer(_IN_LINE, line, re.VERBOSE):
        opened += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if opened > nesting:
            column = first + found.start()
            return Span(file, mark.line + 1, column, mark.line + 1, column + 1)
    return None


def malformed(fault: yaml.YAMLError, text: str, file: str) -> Diagnostic:
    """A fault of the syntax, in our words."""
    if not isinstance(fault, yaml.MarkedYAMLError):
        return Diagnostic("E101", "malformed YAML", Span(file, 1, 1, 1, 1))
    problem = (fault.problem or fault.context or "malformed YAML").split("\n", maxsplit=1)[0]
    place = _place(fault, problem, text, file)
    character = _character(place, text)
    if character == "\t" and "cannot start any token" in problem:
        problem = "found character '\\t'"
    elif (
        character == "\\" and "escape character" in problem
    ):  # libyaml points at what is before it
        place = place._replace(column=place.column + 1, end_column=place.end_column + 1)
        character = _character(place, text)
    elif "directive" in (fault.context or ""):
        problem = "directive"
    if character == "[" and "expected ','" in problem:
        fix = quoted_item(place, text)
        if fix is not None:
            message = "a plain value in brackets cannot hold a `[`: YAML reads a list from here on"
            return Diagnostic("E101", message, place, (), fix)
    if character and character in ",]}" and any(one in problem for one in _BLOCK_ENDS):
        message = "the brackets that were opened are all closed before this"
        return Diagnostic("E101", message, place, (), "remove a closing bracket, or open another")
    return _glued_key(problem, place, text) or _worded(problem, character, place)


def _glued_key(problem: str, place: Span, text: str) -> Diagnostic | None:
    """The first of the lines up to a place that are keys with no blank behind their `:`."""
    if not any(part in problem for part in _NO_KEY):
        return None
    lines = re.split(LINE_BREAK, text, maxsplit=place.line)
    colon = None
    for number in range(place.line, max(0, place.line - _LINES_BACK), -1):
        found = re.match(r"[A-Za-z_]\w*:(?=[^\s/:])", lines[number - 1])
        if found is None and number < place.line:
            break
        if found is not None:
            colon = Span(place.file, number, found.end(), number, found.end() + 1)
    if colon is None:
        return None
    message = "a blank is missing behind this `:`"
    return Diagnostic("E101", message, colon, (), "put one there, as in `input: 3x32x32`")


def _worded(problem: str, character: str, place: Span) -> Diagnostic:
    """A problem of the parser in plainer words, where there are some."""
    for patterns, message, hint in _PLAINER:
        if any(pattern in problem for pattern in patterns):
            return Diagnostic("E101", message.replace("{}", character), place, (), hint)
    return Diagnostic("E101", problem, place)


def quoted_item(place: Span, text: str) -> Fix | None:
    """The remedy of quotes around the item of a flow list that has a bracket at a place."""
    line = _line(place, text)
    start = _item_start(line[: place.column - 1])
    end = _item_end(line, start)
    item = line[start:end].rstrip()
    quote = next((mark for mark in "\"'" if mark not in item), None)
    if end is None or quote is None:
        return None
    edits = [
        Edit(place._replace(column=column, end_column=column), quote)
        for column in (start + 1, start + len(item) + 1)
    ]
    return Fix(tuple(edits), f"write `{quote}{item}{quote}`")


def _item_start(before: str) -> int:
    """Where the item begins that a line ends with; a comma in round brackets is within it."""
    start = depth = 0
    for place, character in enumerate(before):
        depth = max(0, depth + (character == "(") - (character == ")"))
        if character in "[{" or (depth == 0 and character == ","):
            start, depth = place + 1, 0
        elif before[place : place + 2] in {": ", "- "} and depth == 0:
            is_entry = character == ":" or not before[:place].strip()
            start = place + 2 if is_entry else start
    return start + len(before[start:]) - len(before[start:].lstrip())


def _item_end(line: str, start: int) -> int | None:
    """Where the item ends that begins there; None when it goes on in the next line."""
    depth = 0
    for end in range(start, len(line)):
        character = line[end]
        if depth == 0 and (character in ",]}" or line[end : end + 2] == ": "):
            return end
        depth += (character in "([{") - (character in ")]}")
    return None


def _place(fault: yaml.MarkedYAMLError, problem: str, text: str, file: str) -> Span:
    """Where the fault is; where something was opened, when its end is missed."""
    mark, opened = fault.problem_mark or fault.context_mark, fault.context_mark
    if mark is None:
        return Span(file, 1, 1, 1, 1)
    is_at_end = not text[mark.index :].strip()
    is_open = any(part in problem for part in _OPENED_BEFORE)
    if opened and (is_open or (is_at_end and "expected ','" in problem)):
        return point(opened, file)
    return _end_of(text.rstrip(), file) if is_at_end else point(mark, file)


def _end_of(text: str, file: str) -> Span:
    """The place behind a text."""
    lines = re.split(LINE_BREAK, text)
    column = len(lines[-1]) + 1
    return Span(file, len(lines), column, len(lines), column + 1)


def _character(place: Span, text: str) -> str:
    """What stands at a place; nothing behind the end of a line."""
    return _line(place, text)[place.column - 1 : place.column]


def _line(place: Span, text: str) -> str:
    """The line of a place."""
    lines = re.split(LINE_BREAK, text, maxsplit=place.line)
    return lines[place.line - 1] if place.line <= len(lines) else ""
