"""The marked numbers of a document: its comments paired, and what is wrong with them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.checks.documents.comments import Comments
from cnncalc.checks.documents.networks import PATHS, refusal
from cnncalc.checks.documents.numbers import (
    EXAMPLES,
    LONGEST_NUMBER,
    Mark,
    NoNumberError,
    Statement,
    Word,
    number_hint,
    read_number,
    short,
    strip_emphasis,
)
from cnncalc.checks.settings.source import Lines
from cnncalc.diagnostics import Diagnostic, Remedy, Span, closest, rename, sort_diagnostics
from cnncalc.facts import STATED

OPENING, CLOSING = "cnncalc", "/cnncalc"

MOST_SUGGESTED = 50
"""Faults that get a suggestion: looking for the nearest name is slow."""


MOST_FAULTS = 1000
"""Faults of one document that are reported."""

MOST_MARKS = 10_000
"""Marked numbers of one document."""


def read_marks(text: str, file: str) -> tuple[tuple[Mark, ...], tuple[Diagnostic, ...]]:
    """The marked numbers of a document in their order, and the faults of its marks, sorted.

    What a reader sees as code is no mark: fenced blocks and inline code. A byte-order mark at the
    start of the text takes no column.
    """
    reader = _Reader(text, file)
    for start, end in Comments(text, reader.lines.starts).find():
        reader.take(start, end)
        if reader.is_full(start, end):
            break
    else:
        reader.finish()
    return tuple(reader.marks), sort_diagnostics(reader.faults)


_WORD = re.compile(r'"[^"]*"|\S+')
_FORM = "a mark is `<!-- cnncalc NETWORK METRIC [LAYER] [unit=UNIT] -->`"


class _Opening(NamedTuple):
    """An opening comment, where it ends, and what it says; None when it is malformed."""

    start: int
    end: int
    stated: Statement | None


class _Reader:
    """Pairs the comments of a document; marks and faults gather."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.lines = Lines(text, file)
        self.marks: list[Mark] = []
        self.faults: list[Diagnostic] = []
        self.open: list[_Opening] = []
        self.is_closed = False

    def take(self, start: int, end: int) -> None:
        """One comment."""
        found = _WORD.finditer(self.text, start + 4, max(start + 4, end - 3))
        first = next(found, None)
        name = first[0].strip('"') if first else ""
        if name == OPENING:
            # What was open before it is either unclosed or has one inside.
            if self.is_closed:
                self.finish()
            words = [Word(one[0].strip('"'), self.lines.span(*one.span())) for one in found]
            stated = self.read_opening(self.lines.span(start, end), words)
            self.open.append(_Opening(start, end, stated))
        elif name == CLOSING:
            self.close(start, end)

    def is_full(self, start: int, end: int) -> bool:
        """Whether there are too many marks or faults to go on; the comment there says so."""
        if len(self.faults) + len(self.open) >= MOST_FAULTS:
            message, hint = f"more than {MOST_FAULTS:,} faults: the rest is not read", "fix these"
            self.finish()
            del self.faults[MOST_FAULTS - 1 :]
        elif len(self.marks) >= MOST_MARKS:
            message, hint = f"{MOST_MARKS:,} marks: the rest is not read", "split the document"
        else:
            return False
        self.fault(message, self.lines.span(start, end), hint)
        return True

    def close(self, start: int, end: int) -> None:
        """A closing comment: of the last number, or of a mark around it."""
        if not self.open:
            hint = "write `<!-- cnncalc resnet:50 macs -->` before the number, or remove this"
            place = self.lines.span(start, end)
            self.fault("a closing mark without an opening one", place, hint)
            return
        opening = self.open.pop()
        if self.is_closed:
            hint = "close one number before the next begins"
            place = self.lines.span(opening.start, opening.end)
            self.fault("a mark with another mark inside", place, hint)
        elif opening.stated is not None:
            first, last = strip_emphasis(self.text, opening.end, start)
            if first < last:
                self.number(opening.stated, first, last)
            else:
                hint = f"write one in the wanted form, such as {EXAMPLES}; `--fix` corrects it"
                place = self.lines.span(opening.start, end)
                self.fault("there is no number between the marks", place, hint)
        self.is_closed = True

    def finish(self) -> None:
        """Nothing that is still open can be closed now."""
        for opening in self.open:
            hint = "write `<!-- /cnncalc -->` after the number"
            place = self.lines.span(opening.start, opening.end)
            self.fault("the mark is not closed", place, hint)
        self.open = []
        self.is_closed = False

    def read_opening(self, place: Span, words: Sequence[Word]) -> Statement | None:
        """What the words of an opening comment say, or None with a fault."""
        if len(words) < 2:
            missing = "metric" if words else "network"
            self.fault(f"the mark names no {missing}", place, _FORM)
            return None
        network, metric, *others = words
        if metric.text not in STATED:
            self.fault(f"unknown metric `{short(metric.text)}`", metric.span, self.nearest(metric))
            return None
        if (reason := refusal(network.text)) is not None:
            self.fault(reason, network.span, PATHS)
            return None
        layer: Word | None = None
        unit: Word | None = None
        for word in others:
            if word.text.startswith("unit=") and unit is None:
                unit = word
            elif layer is None and "=" not in word.text:
                layer = word
            else:
                self.fault(f"a mark has no `{short(word.text)}`", word.span, _FORM)
                return None
        return Statement(network, metric, layer, unit)

    def number(self, stated: Statement, first: int, last: int) -> None:
        """Read the number between an opening and a closing comment."""
        span = self.lines.span(first, last)
        try:
            fact, form = read_number(self.text[first:last], stated, span)
        except ValueError as fault:
            own = fault.remedy if isinstance(fault, NoNumberError) else None
            self.fault(str(fault), span, own or number_hint(stated.metric.text))
            return
        network, metric, layer, _ = stated
        label = None if layer is None else layer.span
        mark = Mark(network.text, fact, form, first, last, network.span, metric.span, label)
        self.marks.append(mark)

    def nearest(self, metric: Word) -> Remedy:
        """The metric that was meant, or all that there are."""
        is_compared = len(self.faults) < MOST_SUGGESTED and len(metric.text) <= LONGEST_NUMBER
        near = closest(metric.text, STATED) if is_compared else None
        listed = f"it is one of {', '.join(STATED)}"
        return rename(metric.text, near, metric.span) if near else listed

    def fault(self, message: str, span: Span, remedy: Remedy) -> None:
        """Report a fault of a mark."""
        self.faults.append(Diagnostic("E903", message, span, (), remedy))
