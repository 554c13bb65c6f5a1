"""What a lint rule is: its documentation, its example and its check, in one file each."""

from collections.abc import Callable

from cnncalc.checks.lint.subject import Mark, Marks, Subject
from cnncalc.diagnostics import CODES, Diagnostic, Severity
from cnncalc.records import Record
from cnncalc.spec.syntax import Spec


class Rule(Record):
    """One rule. It looks at a whole spec or at one expanded network, never at both.

    Attributes:
        finds: what it finds, exactly; paragraphs apart by an empty line.
        because: what that costs whoever runs or reads the network.
        example: the smallest spec in which it finds one thing and nothing else is found, as a
            difference: `-` marks the lines with the fault, `+` those without it.
        network: the check of one expanded network.
        spec: the check of a file as it is written.
    """

    code: str
    finds: str
    because: str
    example: str
    network: Callable[[Subject], Marks] | None = None
    spec: Callable[[Spec], Marks] | None = None
    severity: Severity = "warning"

    @property
    def name(self) -> str:
        """The fault in a word or two: `dropped border`."""
        return CODES[self.code]

    def diagnostic(self, mark: Mark) -> Diagnostic:
        """The diagnostic of a mark."""
        return Diagnostic(self.code, mark.message, mark.span, mark.notes, mark.hint, self.severity)

    @property
    def about(self) -> str:
        """What it finds, each paragraph in one line."""
        return _unwrapped(self.finds)

    @property
    def why(self) -> str:
        """Why that matters, each paragraph in one line."""
        return _unwrapped(self.because)

    @property
    def failing(self) -> str:
        """The example with its fault."""
        return _without("+", self.example)

    @property
    def passing(self) -> str:
        """The example without the fault: nothing is found."""
        return _without("-", self.example)


def _unwrapped(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _without(mark: str, example: str) -> str:
    lines = example.splitlines(keepends=True)
    return "".join(line[2:] for line in lines if not line.startswith(mark))
