"""Findings as JSON, one object a line."""

from cnncalc.checks.finding import Report
from cnncalc.diagnostics import Edit, Note
from cnncalc.metrics import METRICS
from cnncalc.render.findings.encoding import encoded
from cnncalc.render.findings.entries import Entry, entries_of


def render_jsonl(report: Report) -> str:
    """Every finding on a line of its own; nothing else."""
    return "".join(f"{encoded(finding_to_dict(entry))}\n" for entry in entries_of(report))


def finding_to_dict(entry: Entry) -> dict[str, object]:
    """A finding as it is written in JSON, always with all keys."""
    file, finding = entry
    fault, span = finding.diagnostic, finding.diagnostic.span
    metric = METRICS.get(finding.metric or "")
    return {
        "code": fault.code,
        "severity": fault.severity,
        "message": fault.message,
        "file": file,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "layer": finding.layer,
        "variants": finding.variants,
        "metric": finding.metric,
        "actual": finding.actual,
        "limit": finding.limit,
        "delta": finding.delta,
        "convention": metric.sentence if metric else None,
        "hint": fault.hint,
        "fix": None if fault.fix is None else [_edit(edit) for edit in fault.fix.edits],
        "notes": [_note(note) for note in fault.notes],
    }


def _edit(edit: Edit) -> dict[str, object]:
    place = edit.span._asdict()
    return {**place, "text": edit.text}


def _note(note: Note) -> dict[str, object]:
    span = note.span
    return {
        "text": note.text,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
    }
