"""The marked numbers of a document: its comments paired, and what is wrong with them."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.checks.documents.comments import BYTE_ORDER_MARK, Comments
from cnncalc.checks.documents.networks import PATHS, refusal
from cnncalc.checks.documents.numbers import (
    EXAMPLES,
    LONGEST_NUMBER,
    NoNumberError,
    bare,
    number_hint,
    read_number,
)
from cnncalc.checks.documents.records import Mark, Said, Word, short
from cnncalc.diagnostics import Diagnostic, Span, did_you_mean, sort_diagnostics
from cnncalc.facts import STATED
from cnncalc.spec.yaml_tree import LINE_BREAK

OPENING, CLOSING = "cnncalc", "/cnncalc"

MOST_SUGGESTED = 50
"""Faults that get a suggestion: looking for the nearest name is slow."""


MOST_FAULTS = 1000
"""Faults of one document that are told."""

MOST_MARKS = 10_000
"""Marked numbers of one document."""


def read_marks(text: str, file: str) -> tuple[tuple[Mark, ...], tuple[Diagnostic, ...]]:
    """The marked numbers of a document in their order, and the faults of its marks, sorted.

    What a reader sees as code is no mark: fenced blocks and inline code. A byte-order mark at the
    start of the text takes no column.
    """
    reader = _Reader(text, file)
    for start, end in Comments(text, reader.starts).find():
        reader.take(start, end)
        if reader.is_full(start, end):
            break
    else:
        reader.finish()
    return tuple(reader.marks), sort_diagnostics(reader.faults)


_WORD = re.compile(r'"[^"]*"|\S+')
_FORM = "a mark is `<!-- cnncalc NETWORK METRIC [LAYER] [unit=UNIT] -->`"


class _Opening(NamedTuple):
    """An opening comment and what it says; None when it is malformed."""

    start: int
    end: int
    said: Said | None


class _Reader:
    """Pairs the comments of a document; marks and faults gather."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.starts = [0, *(found.end() for found in re.finditer(LINE_BREAK, text))]
        self.marks: list[Mark] = []
        self.faults: list[Diagnostic] = []
        self.open: list[_Opening] = []
        self.is_closed = False

    def take(self, start: int, end: int) -> None:
        """One comment."""
        words = [
            Word(found[0].strip('"'), found.start(), found.end())
            for found in _WORD.finditer(self.text, start + 4, max(start + 4, end - 3))
        ]
        if words and words[0].text == OPENING:
            self.begin(start, end, words[1:])
        elif words and words[0].text == CLOSING:
            self.close(start, end)

    def is_full(self, start: int, end: int) -> bool:
        """Whether there are too many marks or faults to go on; the comment there says so."""
        if len(self.faults) + len(self.open) >= MOST_FAULTS:
            message, hint = f"more than {MOST_FAULTS:,} faults: the rest is not read", "mend these"
            self.finish()
            del self.faults[MOST_FAULTS - 1 :]
        elif len(self.marks) >= MOST_MARKS:
            message, hint = f"{MOST_MARKS:,} marks: the rest is not read", "split the document"
        else:
            return False
        self.fault(message, start, end, hint)
        return True

    def begin(self, start: int, end: int, words: Sequence[Word]) -> None:
        """An opening comment. What was open before it is either unclosed or has one inside."""
        if self.is_closed:
            self.finish()
        self.open.append(_Opening(start, end, self.said(start, end, words)))

    def close(self, start: int, end: int) -> None:
        """A closing comment: of the last number, or of a mark around it."""
        if not self.open:
            hint = "write `<!-- cnncalc resnet:50 macs -->` before the number, or take this out"
            self.fault("a closing mark without an opening one", start, end, hint)
            return
        opening = self.open.pop()
        if self.is_closed:
            hint = "close one number before the next begins"
            self.fault("a mark with another mark inside", opening.start, opening.end, hint)
            return
        self.is_closed = True
        if opening.said is None:
            return
        first, last = bare(self.text, opening.end, start)
        if first == last:
            hint = f"write it in the form wanted, as {EXAMPLES}; `--fix` mends it"
            self.fault("there is no number between the marks", opening.start, end, hint)
            return
        self.number(opening.said, first, last)

    def finish(self) -> None:
        """Nothing that is still open can be closed now."""
        for opening in self.open:
            hint = "write `<!-- /cnncalc -->` behind the number"
            self.fault("the mark is not closed", opening.start, opening.end, hint)
        self.open = []
        self.is_closed = False

    def said(self, start: int, end: int, words: Sequence[Word]) -> Said | None:
        """What the words of an opening comment say, or None with a fault."""
        if len(words) < 2:
            missing = "metric" if words else "network"
            self.fault(f"the mark names no {missing}", start, end, _FORM)
            return None
        network, metric, *others = words
        if metric.text not in STATED:
            listed = f"it is one of {', '.join(STATED)}"
            hint = self.nearest(metric.text) or listed
            self.fault(f"unknown metric `{short(metric.text)}`", *metric[1:], hint)
            return None
        if (reason := refusal(network.text)) is not None:
            self.fault(reason, *network[1:], PATHS)
            return None
        layer: Word | None = None
        unit = ""
        for word in others:
            if word.text.startswith("unit=") and not unit:
                unit = word.text.removeprefix("unit=")
            elif layer is None and "=" not in word.text:
                layer = word
            else:
                self.fault(f"a mark has no `{short(word.text)}`", *word[1:], _FORM)
                return None
        return Said(network, metric, layer, unit)

    def number(self, said: Said, first: int, last: int) -> None:
        """What stands between an opening and a closing comment."""
        span = self.span(first, last)
        try:
            fact, form = read_number(self.text[first:last], said, span)
        except NoNumberError as fault:
            self.fault(fault.message, first, last, fault.hint)
            return
        except ValueError as fault:
            self.fault(str(fault), first, last, number_hint(said.metric.text))
            return
        places = self.span(*said.network[1:]), self.span(*said.metric[1:])
        label = None if said.layer is None else self.span(*said.layer[1:])
        self.marks.append(Mark(said.network.text, fact, form, first, last, *places, label))

    def nearest(self, name: str) -> str | None:
        """The metric that was meant."""
        if len(self.faults) >= MOST_SUGGESTED or len(name) > LONGEST_NUMBER:
            return None
        return did_you_mean(name, STATED)

    def fault(self, message: str, start: int, end: int, hint: str) -> None:
        """Report a fault of a mark."""
        self.faults.append(Diagnostic("E903", message, self.span(start, end), (), hint))

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch of the text."""
        return Span(self.file, *self.place(start), *self.place(end))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column."""
        line = bisect_right(self.starts, offset)
        column = offset - self.starts[line - 1] + 1
        has_mark = line == 1 and column > 1 and self.text.startswith(BYTE_ORDER_MARK)
        return line, column - has_mark
