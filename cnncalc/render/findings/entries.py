"""What every format needs besides a finding: its file, its rank, its fingerprint."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.checks.finding import SEVERITIES, Finding, Report


class Entry(NamedTuple):
    """A finding, and where it is known the file and the name of the spec that it is about."""

    file: str | None
    finding: Finding
    spec: str | None


def entries_of(report: Report) -> list[Entry]:
    """Every finding with its file, in the order of the report."""
    names = {checked.file: checked.name for checked in report.files}
    pairs: list[tuple[Finding, str | None]] = [
        (one, checked.file) for checked in report.files for one in checked.findings
    ]
    pairs += [(one, None) for one in report.others]
    found = []
    for one, owner in pairs:
        span = one.diagnostic.span
        file = span.file if span else owner
        found.append(Entry(file, one, names.get(owner or file or "")))
    return found


def told_beside(finding: Finding) -> list[str]:
    """What stands below the message: each note with its place, then the remedy."""
    fault = finding.diagnostic
    lines = [f"note: {one.text}" + (f" ({one.span})" if one.span else "") for one in fault.notes]
    return [*lines, f"help: {fault.hint}"] if fault.hint else lines


def rank(entry: Entry) -> int:
    """A key to sort by: errors first, then warnings, then information."""
    return rank_of(entry.finding)


def rank_of(finding: Finding) -> int:
    """The same of a finding alone."""
    return SEVERITIES.index(finding.severity)


def project_path(path: str) -> str:
    """A path as CI systems write it: without `./`, and with forward slashes."""
    return os.path.normpath(path).replace(os.sep, "/")


def fingerprints(entries: Sequence[Entry]) -> list[str]:
    """A text for each finding that differs from all others, and is the same in every run.

    It is made of rule, file, layer, metric and variants, not of line and numbers: so it outlives
    edits elsewhere. Findings that are equal in all of these are numbered in order.
    """
    from hashlib import sha256  # noqa: PLC0415 - few formats have fingerprints

    met: dict[tuple[object, ...], int] = {}
    found: list[str] = []
    for file, finding, _ in entries:
        path = None if file is None else project_path(file)
        alike = (finding.diagnostic.code, path, finding.layer, finding.metric, finding.variants)
        met[alike] = order = met.get(alike, 0) + 1
        # `repr` gives different texts for different values, with any names in them.
        found.append(sha256(repr((*alike, order)).encode()).hexdigest()[:32])
    return found
