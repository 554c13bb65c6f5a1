"""Findings as SARIF 2.1.0, as GitHub code scanning and editors read it."""

import os
from collections.abc import Iterable, Mapping, Sequence

from cnncalc.checks.finding import Finding, Report, counted
from cnncalc.diagnostics import CODES, Severity, Span
from cnncalc.render.findings.addresses import HOME, help_uri, project_urls
from cnncalc.render.findings.encoding import Lines, encoded, listed
from cnncalc.render.findings.entries import (
    Entry,
    entries_of,
    fingerprints,
    project_path,
    rank,
    told_beside,
)
from cnncalc.render.text import uri_path

LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "information": "note"}

MOST_RESULTS = 25_000
"""Results of a run that GitHub takes; it shows the first 5,000."""

LONGEST_DESCRIPTION = 1000
"""Characters; GitHub takes 1,024."""

ROOT = "%SRCROOT%"
"""The name under which the folder is known that relative paths start from."""

ROOT_TEXT = "The root of the repository, or without one the folder in which cnncalc was run."


def render_sarif(report: Report) -> str:
    """One run, the worst findings first; what is beyond GitHub's limit is left off, and counted.

    Source: OASIS, SARIF 2.1.0; GitHub Docs, SARIF support for code scanning.
    """
    every = entries_of(report)
    # A fingerprint must not depend on how the findings are sorted or cut.
    marked = zip(every, fingerprints(every), strict=True)
    shown = sorted(marked, key=lambda pair: rank(pair[0]))[:MOST_RESULTS]
    urls = project_urls()
    rules = _rules((entry.finding for entry, _ in shown), urls)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    results = (
        encoded(_result(entry, places[entry.finding.diagnostic.code], mark))
        for entry, mark in shown
    )
    invocation: dict[str, object] = {"executionSuccessful": True}
    if left := len(every) - len(shown):
        text = f"{counted(left, 'finding')} left off: a run has {MOST_RESULTS:,} results at most"
        notice = {"level": "warning", "message": {"text": text}}
        invocation["toolExecutionNotifications"] = [notice]
    base = encoded({ROOT: {"description": {"text": ROOT_TEXT}}})
    return (
        '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n'
        ' "version": "2.1.0",\n'
        ' "runs": [{\n'
        f'  "tool": {{"driver": {{{_driver(urls)},\n'
        f'   "rules": {listed(map(encoded, rules), "   ")}}}}},\n'
        f'  "invocations": [{encoded(invocation)}],\n'
        f'  "originalUriBaseIds": {base},\n'
        '  "columnKind": "unicodeCodePoints",\n'
        f'  "results": {listed(results, "  ")}\n'
        " }]}\n"
    )


def _result(entry: Entry, rule: int, fingerprint: str) -> dict[str, object]:
    file, finding, _ = entry
    fault = finding.diagnostic
    location: dict[str, object] = {"physicalLocation": _place(file, fault.span)}
    if finding.layer is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.layer, "kind": "layer"}]
    result: dict[str, object] = {
        "ruleId": fault.code,
        "ruleIndex": rule,
        "level": LEVELS[fault.severity],
        "message": _message(fault.message, *told_beside(finding)),
        "locations": [location],
    }
    related = [
        {"physicalLocation": _place(note.span.file, note.span), "message": _message(note.text)}
        for note in fault.notes
        if note.span is not None
    ]
    if related:
        result["relatedLocations"] = related
    result["partialFingerprints"] = {"cnncalcFinding/v1": fingerprint}
    names = ("metric", "actual", "limit", "delta")
    properties = {name: getattr(finding, name) for name in names}
    properties = {name: value for name, value in properties.items() if value is not None}
    if finding.variants:
        properties = {"variants": finding.variants, **properties}
    if properties:
        result["properties"] = properties
    return result


def _message(*lines: str) -> dict[str, object]:
    """Text of which no part reads as a link: that would be `[text](target)`."""
    return {"text": Lines(line.replace("](", "] (") for line in lines)}


def _place(file: str | None, span: Span | None) -> dict[str, object]:
    """Where it is. GitHub refuses the whole log for one result without a file and a line."""
    region = {"startLine": 1}
    if span is not None:
        names = ("startLine", "startColumn", "endLine", "endColumn")
        region = dict(zip(names, span[1:], strict=True))
    return {"artifactLocation": _artifact("." if file is None else file), "region": region}


def _artifact(file: str) -> dict[str, object]:
    path = project_path(file)
    uri = uri_path(path)
    if os.path.isabs(path):
        return {"uri": f"file://{'' if uri.startswith('/') else '/'}{uri}"}
    return {"uri": uri, "uriBaseId": ROOT}


def _driver(urls: Mapping[str, str]) -> str:
    """What the tool is, and where it is at home."""
    from importlib.metadata import version

    home = {"informationUri": urls[HOME]} if HOME in urls else {}
    return encoded({"name": "cnncalc", **home, "version": version("cnncalc")})[1:-1]


def _rules(findings: Iterable[Finding], urls: Mapping[str, str]) -> Sequence[Mapping[str, object]]:
    """Every rule that has a result, in the order of the codes."""
    levels: dict[str, str] = {}
    for finding in findings:
        levels.setdefault(finding.diagnostic.code, LEVELS[finding.severity])
    rules = []
    for code, level in sorted(levels.items()):
        address = help_uri(code, urls)
        more = {} if address is None else {"helpUri": address}
        rules.append({**_documented(code, level), **more})
    return rules


def _documented(code: str, level: str) -> dict[str, object]:
    """A rule with what its page says; a rule of lint has one level, whatever was found."""
    if code not in CODES:  # of a later version, say
        return _rule(code, level, "It is found by cnncalc check.", {"text": "It has no page."})
    from cnncalc.checks.codes import record_of  # noqa: PLC0415 - with all that it needs

    record = record_of(code)
    text = f"{record.about}\n\n{record.why}"
    before, after = (f"```yaml\n{one.strip()}\n```" for one in (record.failing, record.passing))
    markdown = f"{text}\n\nBefore:\n\n{before}\n\nAfter:\n\n{after}\n"
    parts = {"text": Lines(text.split("\n")), "markdown": Lines(markdown.split("\n"))}
    level = LEVELS[record.severity] if code.startswith("W6") else level
    return _rule(code, level, record.about, parts)


def _rule(code: str, level: str, about: str, help_text: Mapping[str, object]) -> dict[str, object]:
    name = CODES.get(code, code)
    title = name[:1].upper() + name[1:]
    shown = about
    if len(about) > LONGEST_DESCRIPTION:
        shown = f"{about[: LONGEST_DESCRIPTION - 4]} ..."
    return {
        "id": code,
        "name": "".join(part[:1].upper() + part[1:] for part in name.replace("-", " ").split()),
        "shortDescription": {"text": f"{title}."},
        "fullDescription": {"text": Lines(shown.split("\n"))},
        "help": help_text,
        "defaultConfiguration": {"level": level},
    }
