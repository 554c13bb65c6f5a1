"""Findings as SARIF."""

import json
import os
import re
import tomllib
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from reports import (
    NASTY,
    REPORTS,
    SCHEMAS,
    URLS,
    each_report,
    hostile,
    in_order,
    many,
    sarif_run,
    small,
    spelt,
)

from cnncalc.checks import codes
from cnncalc.checks.codes import record_of
from cnncalc.checks.finding import Finding, Report
from cnncalc.checks.lint import ENTRIES
from cnncalc.checks.lint.rule import Rule
from cnncalc.diagnostics import CODES, Diagnostic, Span
from cnncalc.render.findings import render_findings
from cnncalc.render.findings.addresses import HOME, PAGES, help_uri, project_urls

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnncalc.render.findings.sarif.project_urls", lambda: URLS)


def sarif_schema() -> Any:
    return json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))


def sarif_faults(log: object) -> list[str]:
    validator = import_module("jsonschema").Draft4Validator(sarif_schema())
    return [fault.message for fault in validator.iter_errors(log)]


def test_the_sarif_schema_is_the_published_one() -> None:
    schema = sarif_schema()
    assert schema["id"].endswith("/schemastore/master/src/schemas/json/sarif-2.1.0-rtm.5.json")
    assert schema["required"] == ["version", "runs"]
    assert schema["definitions"]["result"]["required"] == ["message"]
    assert len(schema["definitions"]) == 52


@each_report
def test_sarif_is_valid(report: Report) -> None:
    assert sarif_faults(json.loads(render_findings(report, "sarif"))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("results", 0, "level"), "information"),
        (("results", 0, "message"), {}),
        (("results", 0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
        (("invocations", 0), {}),
        (("columnKind",), "codePoints"),
        (("tool", "driver", "name"), None),
    ],
)
def test_the_sarif_schema_sees_faults(path: tuple[str | int, ...], value: object) -> None:
    log = json.loads(render_findings(small(), "sarif"))
    *steps, last = path
    part: Any = log["runs"][0]
    for step in steps:
        part = part[step]
    assert part[last] != value
    part[last] = value
    assert sarif_faults(log)


@each_report
def test_sarif_has_what_github_asks_for(report: Report) -> None:
    run = sarif_run(report)
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True}]
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == sorted({f.diagnostic.code for f in report.findings})
    for rule in rules:
        assert re.fullmatch(r"[A-Z]\w+", rule["name"])
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert len(rule["fullDescription"]["text"]) <= 1024
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        [location] = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"]
        assert place["region"]["startLine"] >= 1
    marks = [one["partialFingerprints"]["cnncalcFinding/v1"] for one in run["results"]]
    assert len({*marks}) == len(report.findings)


@pytest.mark.parametrize("name", ["small", "hostile", "sixty"])
def test_sarif_tells_every_finding_worst_first(name: str) -> None:
    report = REPORTS[name]
    levels = {"error": "error", "warning": "warning", "information": "note"}
    for result, fault in zip(sarif_run(report)["results"], in_order(report), strict=True):
        assert result["ruleId"] == fault.code
        assert result["level"] == levels[fault.severity]
        text = spelt(fault.message).replace("](", "] (")
        assert result["message"]["text"].startswith(text)
        region = result["locations"][0]["physicalLocation"]["region"]
        if fault.span is None:
            assert region == {"startLine": 1}
        else:
            names = ("startLine", "startColumn", "endLine", "endColumn")
            assert tuple(region[name] for name in names) == fault.span[1:]


def test_sarif_messages_hold_no_links() -> None:
    texts = [one["message"]["text"] for one in sarif_run(hostile())["results"]]
    assert any("[link] (mailto" in text for text in texts)
    assert not any("](" in text for text in texts)


def test_sarif_uris_give_back_the_names_of_files() -> None:
    artifacts = [
        one["locations"][0]["physicalLocation"]["artifactLocation"]
        for one in sarif_run(hostile())["results"]
    ]
    uris = [one["uri"] for one in artifacts]
    assert all(re.fullmatch(r"[\w./%~-]+", uri, re.ASCII) for uri in uris)
    assert all(urlsplit(uri).path == uri for uri in uris)
    assert {one["uriBaseId"] for one in artifacts} == {*sarif_run(hostile())["originalUriBaseIds"]}
    given = {os.fsencode(name) for name in NASTY if "\ud800" not in name}
    assert given <= {unquote_to_bytes(uri) for uri in uris}


def test_sarif_uris_outside_of_the_project_are_absolute() -> None:
    fault = Diagnostic("E402", "no", Span("/else where/c.yaml", 1, 1, 1, 2))
    [result] = sarif_run(Report((), (Finding(fault),)))["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///else%20where/c.yaml"}


def test_sarif_names_what_a_note_points_at() -> None:
    [result] = [one for one in sarif_run(small())["results"] if one["ruleId"] == "W603"]
    [related] = result["relatedLocations"]
    assert related["message"]["text"] == "`bn` subtracts it"
    assert related["physicalLocation"]["region"]["startLine"] == 5
    logical = result["locations"][0]["logicalLocations"]
    assert logical == [{"fullyQualifiedName": "conv1", "kind": "layer"}]
    assert result["message"]["text"].endswith("\nhelp: write `bias=false`")


def test_sarif_properties_hold_the_figures() -> None:
    [result] = [one for one in sarif_run(small())["results"] if one["ruleId"] == "E802"]
    assert result["properties"] == {
        "variants": ["16"],
        "metric": "macs",
        "actual": 15_470_264_320,
        "limit": "<= 1G",
        "delta": 14_470_264_320,
    }


def test_sarif_keeps_to_what_github_takes() -> None:
    run = sarif_run(many(30_000))
    levels = Counter(one["level"] for one in run["results"])
    assert levels == {"error": 10_000, "warning": 10_000, "note": 5_000}
    assert [one["level"] for one in run["results"][:10_001]] == ["error"] * 10_000 + ["warning"]
    [notice] = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("5,000 findings left off")
    run["results"] = run["results"][:100]
    log = {"version": "2.1.0", "runs": [run]}
    assert sarif_faults(log) == []


def test_sarif_rules_are_those_of_lint(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule(
        "W603",
        f"A convolution has a bias. {'It does nothing. ' * 90}",
        "It costs memory.",
        "- layers: [conv3x3 8, bn]\n+ layers: [conv3x3 8 bias=false, bn]\n",
        severity="information",
    )
    own = {"W603": rule}
    monkeypatch.setattr(codes, "record_of", lambda code: own.get(code) or record_of(code))
    rules = {one["id"]: one for one in sarif_run(small())["tool"]["driver"]["rules"]}
    told = rules["W603"]
    assert told["defaultConfiguration"] == {"level": "note"}
    assert told["fullDescription"]["text"].startswith("A convolution has a bias. It does")
    assert len(told["fullDescription"]["text"]) == 1000
    assert told["help"]["text"].endswith("\n\nIt costs memory.")
    assert "```yaml\nlayers: [conv3x3 8, bn]\n```" in told["help"]["markdown"]
    assert rules["E802"]["help"]["text"].startswith("A count breaks a limit under `budget`")
    assert sarif_faults(json.loads(render_findings(small(), "sarif"))) == []


def test_sarif_says_where_the_tool_and_each_rule_are_described() -> None:
    for report in (small(), hostile()):
        driver = sarif_run(report)["tool"]["driver"]
        assert driver["informationUri"] == "https://example.org/home"
        for rule in driver["rules"]:
            page = "rules" if rule["id"].startswith("W6") else "codes"
            expected = f"https://example.org/docs/reference/{page}.html#{rule['id'].lower()}"
            assert rule["helpUri"] == expected


def test_without_addresses_sarif_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnncalc.render.findings.sarif.project_urls", dict)
    text = render_findings(small(), "sarif")
    assert "Uri" not in text.replace("originalUri", "").replace("uriBaseId", "")
    assert sarif_faults(json.loads(text)) == []


def test_the_addresses_are_those_of_the_project() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    assert {HOME, PAGES} <= stated.keys()
    installed = project_urls()
    if not installed:
        pytest.skip("what is installed was built before it had addresses")
    assert dict(installed) == stated


def test_each_address_is_a_place_of_the_documentation() -> None:
    made = ROOT / "docs" / "_ext" / "made_codes.py"
    if not made.exists():
        pytest.skip("the pages of the documentation are made elsewhere")
    pages = {"rules": set[str](), "codes": set[str]()}
    for code in CODES:
        address = help_uri(code, URLS)
        assert address is not None
        page, _, anchor = address.rpartition("/")[2].partition(".html#")
        pages[page].add(anchor)
    for page, anchors in pages.items():
        assert (ROOT / "docs" / "reference" / f"{page}.md").exists()
        assert anchors
    assert pages["rules"] == {code.lower() for code in ENTRIES}
    assert '"({code.lower()})=' in made.read_text("utf-8")
