"""What is claimed of a network, with verdicts, and what a check finds of it."""

from collections.abc import Container, Iterable, Iterator
from typing import Any

from cnncalc.analysis.published import hold_one
from cnncalc.analysis.summary import Summary
from cnncalc.checks.finding import Claim, Finding
from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.report.names import name_on_page

PLACE = ("file", "line", "column", "end_line", "end_column")


def stated(claims: Iterable[Claim], files: Container[str]) -> Iterator[dict[str, Any]]:
    """Expectations and budgets as they were checked; those of a project file have no line."""
    for one in claims:
        yield {
            "kind": one.kind,
            "layer": one.layer,
            "metric": one.metric,
            "stated": one.stated,
            "actual": one.actual,
            "holds": one.finding is None,
            "line": one.span.line if one.span and one.span.file in files else None,
        }


def published(summary: Summary) -> Iterator[dict[str, Any]]:
    """The figures that the source of a network prints, held against ours."""
    for one in summary.graph.published:
        try:
            held = hold_one(summary, one)
        except KeyError:  # it is about a layer that this variant lacks
            continue
        yield {
            "kind": "published",
            "layer": one.layer,
            "metric": one.metric,
            "stated": one.text,
            "actual": f"{held.exact:,}",
            "holds": held.holds,
            "line": one.span.line,
            "reading": held.reading,
            **({"note": one.note} if one.note else {}),
        }


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """What a check found, as the page shows it."""
    fault = finding.diagnostic
    place = dict(zip(PLACE, fault.span or (None,) * 5, strict=True))
    return {
        "code": fault.code,
        "severity": fault.severity,
        "message": fault.message,
        **place,
        "file": fault.span and name_on_page(fault.span.file),
        "layer": finding.layer,
        "hint": fault.hint,
        "notes": [_note(note, fault.span) for note in fault.notes],
        "fix": _fix(fault),
    }


def _note(note: Note, place: Span | None) -> str:
    """A note with the line that it is about, and with the file where that is another."""
    if note.span is None:
        return str(note.text)
    file, line = note.span.file, note.span.line
    is_here = place is None or place.file == file
    return f"{note.text} ({'line ' if is_here else f'{name_on_page(file)}:'}{line})"


def _fix(fault: Diagnostic) -> list[dict[str, Any]] | None:
    if fault.fix is None:
        return None
    return [
        {**edit.span._asdict(), "file": name_on_page(edit.span.file), "text": edit.text}
        for edit in fault.fix.edits
    ]
