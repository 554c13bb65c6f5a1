"""What a lint rule is: its documentation, its two examples and its check, in one file each."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from cnncalc.checks.lint.subject import Subject
from cnncalc.diagnostics import CODES, Note, Remedy, Severity, Span
from cnncalc.records import Record
from cnncalc.spec.syntax import Spec


class Mark(NamedTuple):
    """One place at which a rule finds its fault.

    Attributes:
        message: the fact with its numbers, in lower case and without a full stop.
        layer: the path of the layer, where it is about one.
        hint: one remedy, in words or as an edit, or None.
    """

    span: Span
    message: str
    layer: str | None = None
    hint: Remedy | None = None
    notes: tuple[Note, ...] = ()


class Rule(Record):
    """One rule. It looks at a whole spec or at one expanded network, never at both.

    Attributes:
        about: what it finds, exactly; paragraphs apart by an empty line.
        why: what that costs whoever runs or reads the network.
        failing: the smallest spec in which it finds one thing, and nothing else is found.
        passing: the same spec mended; nothing is found.
        network: the check of one expanded network.
        spec: the check of a file as it is written.
    """

    code: str
    severity: Severity
    about: str
    why: str
    failing: str
    passing: str
    network: Callable[[Subject], Iterable[Mark]] | None = None
    spec: Callable[[Spec], Iterable[Mark]] | None = None

    @property
    def name(self) -> str:
        """The fault in a word or two: `dropped border`."""
        return CODES[self.code]
