"""A report as one JSON object, by schema version 1."""

from collections.abc import Iterator

from cnncalc.checks.finding import Checked, Report
from cnncalc.render.findings.encoding import encoded, listed
from cnncalc.render.findings.entries import entries_of
from cnncalc.render.findings.jsonl import finding_to_dict


def render_json(report: Report) -> str:
    """Findings, stated numbers and files, each on a line of its own, and how many there are."""
    files = report.files
    findings = (encoded(finding_to_dict(entry)) for entry in entries_of(report))
    claims = (encoded(claim) for checked in files for claim in _claims(checked))
    networks = (encoded({"file": one.file, "networks": one.networks}) for one in files)
    summary = {
        "specs": len(files),
        "networks": sum(len(one.networks) for one in files),
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "information": report.count("information"),
    }
    return (
        '{"schema_version": 1,\n'
        f' "findings": {listed(findings, " ")},\n'
        f' "claims": {listed(claims, " ")},\n'
        f' "files": {listed(networks, " ")},\n'
        f' "summary": {encoded(summary)}}}\n'
    )


def _claims(checked: Checked) -> Iterator[dict[str, object]]:
    for claim in checked.claims:
        yield {
            "file": checked.file,
            "variant": claim.variant,
            "layer": claim.layer,
            "metric": claim.metric,
            "kind": claim.kind,
            "stated": claim.stated,
            "actual": claim.actual,
            "holds": claim.finding is None,
        }
