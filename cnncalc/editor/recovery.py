"""A text that is no YAML, read all the same: the lines at fault are put aside.

While a line is typed, its brackets are open. The line at which the parser stops is replaced by one
that holds nothing, so that every other line stays where it is; what is said of the rest is held
back where it may come of what was put aside.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.editor.paths import balance, keys_above, start_of
from cnncalc.records import Record
from cnncalc.spec.bounds import Allowance
from cnncalc.spec.yaml_nodes import LINE_BREAK
from cnncalc.spec.yaml_tree import Node, read_yaml

MOST_FAULTS = 6
"""Faults of the syntax that are put aside; the next one ends it."""

MOST_ABOVE = 200
"""Lines above a fault in which a bracket is looked for that is open."""

MOST_STARTS = 20
"""Lines put aside of which it is looked at where they stand."""

MOST_AGAIN = 16_384
"""Characters of a text that is read without the lines at fault: that takes several readings."""

LARGE = 8_192
"""Characters from which on two faults are put aside."""

MOST_TRIALS = 60
"""Texts that are tried in all."""

_BODIES = {"layers", "outputs", "auxiliary", "blocks"}
"""Keys below which a broken line is a layer without a shape."""

_OF_LACK = {"E202", "E203", "E206", "E217"}
"""Codes of what is missing."""

_NEUTRAL = {
    "name", "source", "reference", "description", "weights", "expect", "budget", "published",
}  # fmt: skip
"""Keys below which a broken line changes no layer."""


class Readable(Record):
    """A text as far as it can be read.

    Attributes:
        root: its tree; None where there is none to be had.
        faults: those of the YAML, the first ones of lines that were put aside.
        aside: the numbers of these lines.
        names: every word that stands in them.
        above: the numbers of the lines that open what they stand in: these may lack them.
        is_expandable: whether what was put aside leaves the networks what they are, but for
            layers that have no shape.
    """

    root: Node | None
    faults: tuple[Diagnostic, ...]
    aside: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    above: frozenset[int] = frozenset()
    is_expandable: bool = True

    def is_trusted(self, fault: Diagnostic) -> bool:
        """Whether a fault is there whatever the lines hold that were put aside."""
        if not self.aside:
            return True
        line = fault.span.line if fault.span is not None else 0
        if line in self.aside or (line in self.above and fault.code in _OF_LACK):
            return False
        told = re.findall(r"`([^`]*)`", f"{fault.message} {fault.hint or ''}")
        return not any(self.names & set(_words(text)) for text in told)


def read_as_far(text: str, file: str, allowance: Allowance) -> Readable:
    """The tree of a text, without the lines that are no YAML.

    A text of more than 16,384 characters is read whole or not at all.
    """
    faults: list[Diagnostic] = []
    root = read_yaml(text, file, faults, allowance)
    if root is not None or len(text) > MOST_AGAIN or not _is_syntax(faults):
        return Readable(root, tuple(faults))
    trials = iter(range(MOST_TRIALS))
    found = list(faults)
    aside: set[int] = set()
    for _ in range(MOST_FAULTS if len(text) <= LARGE else 2):
        repaired = _repaired(text, found[-1].span.line if found[-1].span else 1, trials)
        if repaired is None:
            break
        before = re.split(LINE_BREAK, text)
        text, lines = repaired
        found[-1] = _noted(found[-1], before, min(lines) - 1)
        aside |= lines
        faults = []
        root = read_yaml(text, file, faults, Allowance(allowance.bounds))
        if root is None and faults and faults[-1].span == found[-1].span:
            break  # it was another line
        found += faults
        if root is not None:
            break
        if not _is_syntax(faults):
            break
    return Readable(root, tuple(found), frozenset(aside))


def _noted(fault: Diagnostic, lines: Sequence[str], place: int) -> Diagnostic:
    """A fault of YAML that says which line is left out: the parser often stops behind it."""
    if fault.span is None:
        return fault
    line = lines[place]
    span = Span(fault.span.file, place + 1, _indent(line) + 1, place + 1, len(line) + 1)
    note = Note("everything else is read without this line", span)
    return fault._replace(notes=(*fault.notes, note))


def put_aside(reading: Readable, text: str) -> Readable:
    """The same with what the lines hold that were put aside, and where they stand."""
    if not reading.aside:
        return reading
    lines = re.split(LINE_BREAK, text)
    kept = [lines[number - 1] for number in reading.aside if number <= len(lines)]
    names = frozenset(word for line in kept for word in _words(line))
    starts = _starts(lines, sorted(reading.aside))
    harmless = len(starts) <= MOST_STARTS
    harmless = harmless and all(_is_harmless(lines, number - 1) for number in starts)
    above = frozenset(_opening(lines, number - 1) + 1 for number in starts[:MOST_STARTS])
    return reading._replace(names=names, above=above, is_expandable=harmless)


def _starts(lines: Sequence[str], aside: Sequence[int]) -> list[int]:
    """Of lines that were put aside, those that stand below no other."""
    starts: list[int] = []
    last = 0
    for number in aside:
        is_below = starts and number == last + 1
        if not is_below or _indent(lines[number - 1]) <= _indent(lines[starts[-1] - 1]):
            starts.append(number)
        last = number
    return starts


def _opening(lines: Sequence[str], place: int) -> int:
    """The line above that begins further left."""
    indent = _indent(lines[place])
    for number in range(place - 1, -1, -1):
        if lines[number].strip() and (_indent(lines[number]) < indent or indent == 0):
            return number
    return place


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d]\w*", text)


def _is_syntax(faults: Sequence[Diagnostic]) -> bool:
    return bool(faults) and faults[-1].code in {"E101", "E103"} and faults[-1].span is not None


def _is_harmless(lines: Sequence[str], place: int) -> bool:
    """Whether a broken line is a layer, or a statement of which no layer knows."""
    above = keys_above(lines, place)
    if not above:
        return re.match(r"\s*(\w+)", lines[place]) is None or _begins(lines[place], _NEUTRAL)
    top, *inner = above
    if top == "blocks":
        return bool(inner)
    if top in _BODIES or top in _NEUTRAL:
        return True
    return top == "variants" and (_begins(lines[place], _NEUTRAL) or bool({*inner} & _NEUTRAL))


def _begins(line: str, keys: set[str]) -> bool:
    found = re.match(r"\s*(\w+)", line)
    return found is not None and found[1] in keys


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class _Stop(Record):
    """Where a parser stops: at a line, and perhaps in what was opened on an earlier one."""

    line: int
    opened: int


def _stop(text: str) -> _Stop | None:
    """Where the parser stops, lines from 0; None where it reads the text to its end."""
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        for _ in yaml.parse(text, Loader=loader):
            pass
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        opened = fault.context_mark or mark
        return _Stop(mark.line, opened.line) if mark and opened else _Stop(0, 0)
    except yaml.YAMLError:
        return _Stop(0, 0)
    return None


def _repaired(text: str, told: int, trials: Iterator[int]) -> tuple[str, set[int]] | None:
    """The text with one fault less, and the lines that were changed.

    Of what is tried, the change is kept behind which the parser gets furthest.
    """
    parts = re.split(f"({LINE_BREAK})", text)
    lines, ends = parts[::2], [*parts[1::2], ""]
    stop = _stop(text)
    if stop is None:  # YAML, and outside of our dialect
        return _without(lines, ends, told - 1)
    best: tuple[int, str, set[int]] | None = None
    for place in _suspects(lines, stop, told - 1):
        for changes in _replacements(lines, place):
            if next(trials, None) is None:
                break
            changed = [changes.get(number, line) for number, line in enumerate(lines)]
            candidate = "".join(map("".join, zip(changed, ends, strict=True)))
            behind = _stop(candidate)
            reached = len(lines) + 1 if behind is None else behind.line
            touched = {number + 1 for number in changes}
            if behind is None:
                return candidate, touched
            if reached > max(stop.line, place) and (best is None or reached > best[0]):
                best = reached, candidate, touched
    return None if best is None else best[1:]


def _without(lines: Sequence[str], ends: Sequence[str], place: int) -> tuple[str, set[int]] | None:
    """The text without what stands on a line."""
    if place >= len(lines) or lines[place].startswith(("---", "...", "%")):
        return None
    changes = next(iter(_replacements(lines, place)))
    changed = [changes.get(number, line) for number, line in enumerate(lines)]
    text = "".join(map("".join, zip(changed, ends, strict=True)))
    return text, {number + 1 for number in changes}


def _suspects(lines: Sequence[str], stop: _Stop, told: int) -> list[int]:
    """The lines that may be at fault, the likeliest first."""
    last = min(stop.line, len(lines) - 1)  # the parser may stop behind the last line
    before = next((one for one in range(last - 1, -1, -1) if lines[one].strip()), last)
    above = range(last, max(-1, last - MOST_ABOVE), -1)
    unclosed = next((one for one in above if _is_open(lines[one])), last)
    wanted = dict.fromkeys((unclosed, stop.opened, told, before, last))
    ranked = sorted(wanted, key=lambda one: not _is_open(lines[one]) if one < len(lines) else 1)
    known = (one for one in ranked if 0 <= one < len(lines) and lines[one].strip())
    return [one for one in known if not lines[one].startswith(("---", "...", "%"))]


def _is_open(line: str) -> bool:
    """Whether a line opens more than it closes."""
    count, has_quote = balance(line)
    return count > 0 or has_quote or line.count("(") > line.count(")")


def _replacements(lines: Sequence[str], place: int) -> Iterator[dict[int, str]]:
    """What may stand in the place of a line, from what keeps most of it on."""
    line = lines[place]
    start = start_of(line)
    lead, rest = line[: start.column], line[start.column :]
    below = _below(lines, place)
    blank = dict.fromkeys(below, "")
    if start.key is not None:
        key = f"{lead}{start.key}:"
        yield {place: key} if below else {place: f"{key} ''"}
        yield {**blank, place: f"{key} ''"}
    elif re.fullmatch(r"\w[\w ./=+*-]*", rest):
        yield {place: f"{line.rstrip()}:"}
    if start.dashes:
        yield {**blank, place: f"{lead}''"}
    elif rest.startswith("-"):  # without the blank behind it
        yield {**blank, place: f"{lead}- ''"}
    yield {**blank, place: ""}


def _below(lines: Sequence[str], place: int) -> list[int]:
    """The lines that stand deeper behind a line."""
    indent = _indent(lines[place])
    found = []
    for number in range(place + 1, len(lines)):
        if lines[number].strip() and _indent(lines[number]) <= indent:
            break
        found.append(number)
    return [number for number in found if lines[number].strip()]
