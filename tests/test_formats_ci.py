"""Findings for CI systems: GitHub, JUnit, GitLab."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from junitparser import Failure, JUnitXml
from junitparser import TestCase as JUnitCase  # pytest would take its own name for tests
from junitparser import TestSuite as JUnitSuite
from reports import (
    NASTY,
    REPORTS,
    SCHEMAS,
    each_report,
    hostile,
    in_order,
    many,
    sarif_run,
    small,
    spelt,
)

from cnncalc.checks.finding import Checked, Claim, Finding, Report
from cnncalc.diagnostics import Diagnostic, Severity, Span
from cnncalc.render.findings import render_findings
from cnncalc.render.findings.github import render_step_summary

# GitHub


def command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command taken apart as the runner does: level, properties, message."""
    assert line.startswith("::")
    head, message = line[2:].split("::", 1)
    level, _, listed = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in listed.split(",") if pair)
    properties = {name: value.replace("%3A", ":").replace("%2C", ",") for name, value in pairs}
    return level, {k: unescaped(v) for k, v in properties.items()}, unescaped(message)


def unescaped(data: str) -> str:
    return data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def commands(report: Report) -> Iterator[tuple[str, dict[str, str], str]]:
    for line in render_findings(report, "github").splitlines():
        if line.startswith("::"):
            yield command(line)


LEVELS = {"error": "error", "warning": "warning", "information": "notice"}


def test_github_to_the_letter() -> None:
    lines = render_findings(small(), "github").splitlines()
    assert lines[1] == (
        "::error title=cnncalc (E802),file=specs/vgg.yaml,line=9,col=16,endLine=9,endColumn=21"
        "::specs/vgg.yaml:9:16: E802 `macs` of vgg.yaml:16 is 15,470,264,320, over the budget of "
        "<= 1G by 14,470,264,320%0A  note: most of it: `conv1` 1,849,688,064 (12 %25)%0A"
        "  help: make `conv1` smaller, or raise the budget to `15.48G`"
    )
    assert lines[5] == (
        "::notice title=cnncalc (W607),file=specs/vgg.yaml,line=6,endLine=7"
        "::specs/vgg.yaml:6:5: W607 the field of 12x12 goes beyond the input, 3 %25 of it"
    )
    assert lines[4] == "::warning title=cnncalc (W802)::W802 the baseline is of no spec"


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_github_gives_back_every_finding(name: str) -> None:
    faults = in_order(REPORTS[name])
    faults = [one for k in LEVELS for one in [f for f in faults if f.severity == k][:10]]
    told = list(commands(REPORTS[name]))
    assert len(told) == len(faults)
    for (level, properties, message), fault in zip(told, faults, strict=True):
        assert level == LEVELS[fault.severity]
        assert properties["title"] == f"cnncalc ({fault.code})"
        assert message.split("\n  note: ")[0].split("\n  help: ")[0] == spelt(str(fault))
        assert message.count("\n  note: ") == len(fault.notes)
        assert ("\n  help: " in message) == bool(fault.hint)
        assert ("line" in properties) == (fault.span is not None)
        if fault.span:
            file, line, column, end_line, end_column = fault.span
            steps = spelt(file.replace("\n", "N").replace("\r", "R"))
            assert properties["file"].replace("\n", "N").replace("\r", "R") == steps
            assert (properties["line"], properties["endLine"]) == (str(line), str(end_line))
            columns = (str(column), str(end_column)) if line == end_line else (None, None)
            assert (properties.get("col"), properties.get("endColumn")) == columns


def test_github_names_the_file_of_a_finding_without_a_line() -> None:
    _, properties, message = next(commands(small()))
    assert properties == {"title": "cnncalc (E001)", "file": "specs/lost.yaml"}
    assert message == "E001 cannot read `specs/lost.yaml`: permission denied"


@pytest.mark.parametrize(("count", "left"), [(30, ""), (60, "10"), (30_000, "9,990")])
def test_github_keeps_to_ten_of_each_level(count: int, left: str) -> None:
    report = many(count)
    told = list(commands(report))
    assert [level for level, _, _ in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    first = count * 2 // 3
    assert told[0][2].endswith(f"E402 fault {first}")
    last = render_findings(report, "github").splitlines()[-1]
    text = f"{left} errors, {left} warnings, {left} remarks left off: "
    assert last.startswith(text if left else "::notice")


def test_github_paths_are_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for given, expected in (
        (str(tmp_path / "specs" / "a.yaml"), "specs/a.yaml"),
        ("./specs//b.yaml", "specs/b.yaml"),
        ("/elsewhere/c.yaml", "/elsewhere/c.yaml"),
    ):
        fault = Diagnostic("E402", "no", Span(given, 1, 1, 1, 2))
        report = Report((Checked(given, "", (), (Finding(fault),)),))
        [(_, properties, message)] = commands(report)
        assert properties["file"] == expected
        assert message == f"{given if given.startswith('.') else expected}:1:1: E402 no"
        [issue] = json.loads(render_findings(report, "gitlab"))
        assert issue["location"]["path"] == expected


@pytest.mark.parametrize("count", [60, 30_000])
def test_step_summary_keeps_to_its_size(count: int) -> None:
    text = render_step_summary(many(count))
    assert len(text.encode()) < 512 * 1024
    rows = text.count("| `E402` |") + text.count("| `W601` |") + text.count("| `W607` |")
    left = re.search(r"^([\d,]+) findings left off\.$", text, re.MULTILINE)
    assert rows + (int(left[1].replace(",", "")) if left else 0) == count
    assert (left is None) == (count == 60)


# JUnit


def junit_valid(text: str) -> bool:
    schema = import_module("xmlschema").XMLSchema(str(SCHEMAS / "junit-10.xsd"))
    return bool(schema.is_valid(text))


@each_report
def test_junit_is_valid(report: Report) -> None:
    assert junit_valid(render_findings(report, "junit"))


@pytest.mark.parametrize(
    ("good", "bad"),
    [(' errors="0">\n    <', ">\n    <"), ("<failure ", "<failure line='3' "), (" name=", " n=")],
)
def test_the_junit_schema_sees_faults(good: str, bad: str) -> None:
    text = render_findings(small(), "junit")
    assert good in text
    assert not junit_valid(text.replace(good, bad))


@each_report
def test_junit_adds_up(report: Report) -> None:
    root = ET.fromstring(render_findings(report, "junit"))  # noqa: S314 - our own
    for whole in (root, *root.findall("testsuite")):
        assert whole.get("tests") == str(len(whole.findall(".//testcase")))
        assert whole.get("failures") == str(len(whole.findall(".//failure")))
        assert whole.get("errors") == "0"
    names = [(one.get("classname"), one.get("name")) for one in root.iter("testcase")]
    assert len(names) == len({*names})
    assert len(root.findall("testsuite")) >= len(report.files)
    assert not any("time" in name for one in root.iter() for name in one.keys())  # noqa: SIM118


@each_report
def test_junit_fails_for_every_error_and_warning(report: Report) -> None:
    read = JUnitXml.fromstring(render_findings(report, "junit").encode())
    failed: Counter[tuple[str | None, str | None]] = Counter()
    for suite in read:
        assert isinstance(suite, JUnitSuite)
        for case in suite:
            assert isinstance(case, JUnitCase)
            failed.update(
                (one.type, one.message) for one in case.result if isinstance(one, Failure)
            )
    assert failed == Counter(
        (one.diagnostic.code, spelt(one.diagnostic.message))
        for one in report.findings
        if one.severity != "information"
    )


def cases(suite: ET.Element) -> dict[str, str]:
    """Each test of a suite and its outcome: `pass`, or the code of its failure."""
    found = {}
    for case in suite.iter("testcase"):
        failure = case.find("failure")
        outcome = "pass" if failure is None else failure.get("type")
        found[f"{case.get('classname')}: {case.get('name')}"] = str(outcome)
    return found


def test_junit_has_a_test_for_each_finding_and_each_other_network() -> None:
    root = ET.fromstring(render_findings(small(), "junit"))  # noqa: S314 - our own
    suites = {str(one.get("name")): cases(one) for one in root.findall("testsuite")}
    assert suites == {
        "specs/clean.yaml": {"specs/clean: No errors found": "pass"},
        "specs/lost.yaml": {"specs/lost: E001 unreadable file": "E001"},
        "specs/vgg.yaml": {
            "specs/vgg:16: E802 budget exceeded: macs": "E802",
            "specs/vgg: W603 bias before normalisation in conv1": "W603",
            "specs/vgg:16: W607 field beyond the input in maxpool1": "pass",
        },
        "cnncalc.yaml": {"cnncalc: E901 project file": "E901"},
        "cnncalc check": {"cnncalc check: W802 baseline without a spec": "W802"},
    }


def test_junit_has_one_suite_for_a_file_also_where_its_network_grew() -> None:
    fault = Diagnostic("E803", "2 networks grew", Span("a.yaml", 4, 5, 4, 9))
    grown = Finding(fault, ("16",), "conv1", "macs")
    claims = tuple(Claim(one, None, "macs", "baseline", "1", "2", grown) for one in (None, "16"))
    checked = Checked("a.yaml", "", (None, "16", "19"), (), claims)
    root = ET.fromstring(render_findings(Report((checked,), (grown,)), "junit"))  # noqa: S314
    [suite] = root.findall("testsuite")
    assert cases(suite) == {
        "a:19: No errors found": "pass",
        "a:16: E803 grown beyond the baseline in conv1: macs": "E803",
    }


def test_junit_tells_the_whole_finding() -> None:
    root = ET.fromstring(render_findings(small(), "junit"))  # noqa: S314 - our own
    texts = [one.text for one in root.iter("failure") if one.get("type") == "W603"]
    [text] = texts
    assert str(text).splitlines() == [
        "specs/vgg.yaml:4:5: W603 the bias of `conv1` is cancelled by the normalisation behind it",
        "note: `bn` subtracts it (specs/vgg.yaml:5:5)",
        "help: write `bias=false`",
    ]


def test_junit_of_hostile_names_is_read_back() -> None:
    root = ET.fromstring(render_findings(hostile(), "junit"))  # noqa: S314 - our own
    names = {str(one.get("name")) for one in root.findall("testsuite")}
    expected = {spelt(f"dir/{place}/{name}") for place, name in enumerate(NASTY)}
    assert names == {*expected, "cnncalc check"}


# GitLab


@each_report
def test_gitlab_is_as_documented(report: Report) -> None:
    issues = json.loads(render_findings(report, "gitlab"))
    assert len(issues) == len(report.findings)
    for issue, finding in zip(issues, report.findings, strict=True):
        fault = finding.diagnostic
        assert {*issue} == {"check_name", "description", "severity", "fingerprint", "location"}
        assert issue["check_name"] == fault.code
        told, *beside = issue["description"].split("\n")
        assert told == f"{fault.code}: {spelt(fault.message)}"
        assert len(beside) == len(fault.notes) + bool(fault.hint)
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        place = issue["location"]
        assert place["path"]
        assert not place["path"].startswith(("./", "/"))
        start, end = place["positions"]["begin"], place["positions"]["end"]
        told = (start["line"], start["column"], end["line"], end["column"])
        assert told == (fault.span[1:] if fault.span else (1, 1, 1, 1))
    marks = [issue["fingerprint"] for issue in issues]
    assert all(re.fullmatch("[0-9a-f]{32}", mark) for mark in marks)
    assert len({*marks}) == len(marks)


@pytest.mark.parametrize(
    ("code", "severity", "expected"),
    [
        ("E001", "error", "critical"),
        ("E101", "error", "critical"),
        ("E503", "error", "critical"),
        ("E801", "error", "major"),
        ("E901", "error", "major"),
        ("W601", "error", "major"),
        ("W601", "warning", "minor"),
        ("W607", "information", "info"),
    ],
)
def test_gitlab_severities(code: str, severity: Severity, expected: str) -> None:
    fault = Diagnostic(code, "no", None, severity=severity)
    [issue] = json.loads(render_findings(Report((), (Finding(fault),)), "gitlab"))
    assert issue["severity"] == expected


def test_gitlab_of_thousands_has_a_fingerprint_for_each() -> None:
    issues = json.loads(render_findings(many(30_000), "gitlab"))
    assert len({issue["fingerprint"] for issue in issues}) == 30_000


def marks_of(*findings: Finding) -> list[str]:
    report = Report((Checked("a.yaml", "", (None,), findings),))
    marks = [one["fingerprint"] for one in json.loads(render_findings(report, "gitlab"))]
    by_order = [
        one["partialFingerprints"]["cnncalcFinding/v1"] for one in sarif_run(report)["results"]
    ]
    assert {*marks} == {*by_order}
    return marks


def finding_at(line: int, **changed: Any) -> Finding:
    severity: Severity = changed.pop("severity", "warning")
    span = Span(changed.pop("file", "a.yaml"), line, 1, line, 4)
    fault = Diagnostic(changed.pop("code", "W601"), f"at {line}", span, severity=severity)
    return Finding(fault)._replace(**changed)


def test_fingerprints_outlive_edits_of_other_lines() -> None:
    before = marks_of(finding_at(3, layer="conv1"), finding_at(9, layer="conv2"))
    after = marks_of(finding_at(7, layer="conv1"), finding_at(90, layer="conv2"))
    assert before == after
    assert marks_of(finding_at(9, layer="conv2"), finding_at(3, layer="conv1")) == before[::-1]


def test_fingerprints_tell_findings_apart() -> None:
    plain = finding_at(3)
    others = [
        finding_at(3, code="W602"),
        finding_at(3, layer="conv1"),
        finding_at(3, metric="macs"),
        finding_at(3, variants=("16",)),
        finding_at(3, variants=("1", "6")),
        finding_at(3, file="b.yaml"),
    ]
    marks = [marks_of(one)[0] for one in (plain, *others)]
    assert len({*marks}) == len(marks)
    assert marks_of(plain, plain)[0] == marks[0]
    assert marks_of(finding_at(4, severity="error"), plain)[0] == marks[0]
