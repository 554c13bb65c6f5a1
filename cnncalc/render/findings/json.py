"""A report as JSON: one object, one object a line, or the code quality report of GitLab."""

from cnncalc.checks.finding import Report
from cnncalc.diagnostics import Diagnostic
from cnncalc.metrics import METRICS
from cnncalc.render.findings.encoding import Lines, encoded, listed
from cnncalc.render.findings.entries import (
    Entry,
    entries_of,
    fingerprints,
    project_path,
    told_beside,
)


def render_jsonl(report: Report) -> str:
    """Every finding on a line of its own; nothing else."""
    return "".join(f"{encoded(_finding(entry))}\n" for entry in entries_of(report))


def render_json(report: Report) -> str:
    """Findings, stated numbers and files, each on a line of its own, and how many there are."""
    files = report.files
    claims = (
        {
            "file": checked.file,
            "variant": claim.variant,
            "layer": claim.layer,
            "metric": claim.metric,
            "kind": claim.kind,
            "stated": claim.stated,
            "actual": claim.actual,
            "holds": claim.finding is None,
        }
        for checked in files
        for claim in checked.claims
    )
    networks = ({"file": one.file, "networks": one.networks} for one in files)
    findings = map(_finding, entries_of(report))
    lists = {"findings": findings, "claims": claims, "files": networks}
    body = "".join(
        f' "{key}": {listed(map(encoded, items), " ")},\n' for key, items in lists.items()
    )
    return f'{{"schema_version": 1,\n{body} "summary": {encoded(counts_of(report))}}}\n'


def counts_of(report: Report) -> dict[str, object]:
    """How many specs, networks and findings there are, and how many were fixed, by code."""
    fixed = {"fixed": report.fixed} if report.fixed else {}
    return {
        "specs": len(report.files),
        "networks": sum(len(one.networks) for one in report.files),
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "information": report.count("information"),
        **fixed,
    }


def render_gitlab(report: Report) -> str:
    """One array, a finding a line.

    Source: GitLab Docs, Code Quality, "Code Quality report format".
    """
    entries = entries_of(report)
    pairs = zip(entries, fingerprints(entries), strict=True)
    return f"{listed(encoded(_issue(entry, mark)) for entry, mark in pairs)}\n"


_PLACE = ("file", "line", "column", "end_line", "end_column")


def _finding(entry: Entry) -> dict[str, object]:
    """A finding as it is written in JSON, always with all keys."""
    file, finding, spec = entry
    fault = finding.diagnostic
    metric = METRICS.get(finding.metric or "")
    return {
        "code": fault.code,
        "severity": fault.severity,
        "message": fault.message,
        **dict(zip(_PLACE, (file, *(fault.span or (None,) * 5)[1:]), strict=True)),
        "spec": spec,
        "layer": finding.layer,
        "variants": finding.variants,
        "metric": finding.metric,
        "actual": finding.actual,
        "limit": finding.limit,
        "delta": finding.delta,
        "metrics": finding.metrics or ((finding.metric,) if finding.metric else ()),
        "convention": metric.sentence if metric else None,
        "hint": fault.hint,
        "fix": fault.fix
        and [{**edit.span._asdict(), "text": edit.text} for edit in fault.fix.edits],
        "notes": [
            {"text": note.text, **dict(zip(_PLACE[:3], note.span or (None,) * 3, strict=False))}
            for note in fault.notes
        ],
    }


def _issue(entry: Entry, fingerprint: str) -> dict[str, object]:
    file, finding, _ = entry
    fault = finding.diagnostic
    line, column, end_line, end_column = fault.span[1:] if fault.span else (1, 1, 1, 1)
    return {
        "check_name": fault.code,
        "description": Lines((f"{fault.code}: {fault.message}", *told_beside(finding))),
        "severity": _severity(fault),
        "fingerprint": fingerprint,
        "location": {
            # GitLab drops an issue without a path: `.` is the whole project.
            "path": "." if file is None else project_path(file),
            "positions": {
                "begin": {"line": line, "column": column},
                "end": {"line": end_line, "column": end_column},
            },
        },
    }


def _severity(fault: Diagnostic) -> str:
    if fault.severity == "error":
        # With an error from E0 to E5 there is no network, so nothing else was checked.
        return "critical" if fault.code < "E6" else "major"
    return "minor" if fault.severity == "warning" else "info"
