"""Findings as a code quality report of GitLab."""

from cnncalc.checks.finding import Report
from cnncalc.diagnostics import Diagnostic
from cnncalc.render.findings.encoding import encoded, listed
from cnncalc.render.findings.entries import Entry, entries_of, fingerprints, project_path


def render_gitlab(report: Report) -> str:
    """One array, a finding a line.

    Source: GitLab Docs, Code Quality, "Code Quality report format".
    """
    entries = entries_of(report)
    pairs = zip(entries, fingerprints(entries), strict=True)
    return f"{listed(encoded(_issue(entry, mark)) for entry, mark in pairs)}\n"


def _issue(entry: Entry, fingerprint: str) -> dict[str, object]:
    file, finding = entry
    fault, span = finding.diagnostic, finding.diagnostic.span
    begin, end = (span[1:3], span[3:5]) if span else ((1, 1), (1, 1))
    return {
        "check_name": fault.code,
        "description": f"{fault.code}: {fault.message}",
        "severity": _severity(fault),
        "fingerprint": fingerprint,
        "location": {
            # GitLab drops what has no path: what is about no file is about the whole project.
            "path": "." if file is None else project_path(file),
            "positions": {"begin": _position(begin), "end": _position(end)},
        },
    }


def _position(place: tuple[int, int]) -> dict[str, int]:
    return {"line": place[0], "column": place[1]}


def _severity(fault: Diagnostic) -> str:
    if fault.severity == "error":
        # From E0 to E5 there is no network, and nothing more can be said of it.
        return "critical" if fault.code < "E6" else "major"
    return "minor" if fault.severity == "warning" else "info"
