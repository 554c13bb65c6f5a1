"""What mends a finding: its fix, as edits of files."""

from cnncalc.checks.finding import Finding
from cnncalc.diagnostics import Diagnostic, Fix
from cnncalc.editor.document import Document
from cnncalc.records import Record


class Action(Record):
    """A fix that can be applied.

    Attributes:
        title: what it does, in words.
        fault: what it mends.
        fix: its edits.
    """

    title: str
    fault: Diagnostic
    fix: Fix


def actions(document: Document, start: int, end: int) -> tuple[Action, ...]:
    """The fixes of the findings between two offsets."""
    found = (one.diagnostic for one in findings_between(document, start, end))
    return tuple(
        Action(_title(fault.fix), fault, fault.fix) for fault in found if fault.fix is not None
    )


def findings_between(document: Document, start: int, end: int) -> tuple[Finding, ...]:
    """The findings that touch a stretch of the text."""
    found = []
    for finding in document.findings:
        span = finding.diagnostic.span
        if span is None or span.file != document.file:
            continue
        first, last = document.range(span)
        if first <= end and start <= max(last, first + 1):
            found.append(finding)
    return tuple(found)


def _title(fix: Fix) -> str:
    """The words of a fix as a command: `did you mean` is no command."""
    words = fix.words
    if words.startswith("did you mean") and fix.edits:
        return f"write `{fix.edits[0].text}`"
    return words
