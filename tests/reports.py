"""Reports of checks for the tests of their forms."""

import json
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cnncalc.checks.finding import Checked, Claim, Finding, Report
from cnncalc.diagnostics import Diagnostic, Note, Severity, Span
from cnncalc.render.findings import render_findings

URLS = {"Homepage": "https://example.org/home", "Documentation": "https://example.org/docs/"}
"""Addresses for tests: those of what is installed may be of another day."""

SCHEMAS = Path(__file__).parent / "schemas"

VGG = """\
name: VGG
input: 3x224x224
layers:
  - conv1: conv3x3 width padding=1
  - bn
  - maxpool3x3
    stride=2
expect: {parameters: 138.4M, macs: 15.5G}
budget: {macs: <= 1G}
"""


def over_budget() -> Finding:
    fault = Diagnostic(
        "E802",
        "`macs` of vgg.yaml:16 is 15,470,264,320, over the budget of <= 1G by 14,470,264,320",
        Span("specs/vgg.yaml", 9, 16, 9, 21),
        (Note("most of it: `conv1` 1,849,688,064 (12 %)"),),
        "make `conv1` smaller, or raise the budget to `15.48G`",
    )
    return Finding(fault, ("16",), None, "macs", 15_470_264_320, "<= 1G", 14_470_264_320)


def small() -> Report:
    """Every kind of finding once: a claim, lint, a remark, an unreadable file, a project file."""
    place = Span("specs/vgg.yaml", 4, 5, 4, 35)
    bias = Diagnostic(
        "W603",
        "the bias of `conv1` is cancelled by the normalisation behind it",
        place,
        (Note("`bn` subtracts it", Span("specs/vgg.yaml", 5, 5, 5, 7)),),
        "write `bias=false`",
        "warning",
    )
    field = Diagnostic(
        "W607",
        "the field of 12x12 goes beyond the input, 3 % of it",
        Span("specs/vgg.yaml", 6, 5, 7, 13),
        severity="information",
    )
    budget = over_budget()
    vgg = Checked(
        "specs/vgg.yaml",
        VGG,
        (None, "16"),
        (Finding(bias, (), "conv1"), Finding(field, ("16",), "maxpool1"), budget),
        (
            Claim("16", None, "parameters", "expect", "138.4M", "138,357,544"),
            Claim("16", "conv1", "output", "expect", "64x224x224", "64x224x224"),
            Claim("16", None, "macs", "budget", "<= 1G", "15,470,264,320", budget),
        ),
    )
    lost = Diagnostic("E001", "cannot read `specs/lost.yaml`: permission denied", None)
    project = Diagnostic("E901", "there is no key `budgets`", Span("cnncalc.yaml", 2, 1, 2, 8))
    stale = Diagnostic("W802", "the baseline is of no spec", None, severity="warning")
    return Report(
        (
            Checked("specs/clean.yaml", "name: Clean\n", (None,), ()),
            Checked("specs/lost.yaml", "", (), (Finding(lost),)),
            vgg,
        ),
        (Finding(project), Finding(stale)),
        {"cnncalc.yaml": "paths: [specs]\nbudgets: {}\n"},
    )


NASTY = (
    "with space.yaml",
    "100%25.yaml",
    "a,b:c::d.yaml",
    "two\nlines\r\n::error::forged.yaml",
    "esc\x1b[2J\x9b31m\x07.yaml",
    os.fsdecode(b"\xe9t\xe9.yaml"),
    "half \ud800 of a pair.yaml",
    "net|`x`|``<img src=x onerror=alert(1)>&amp;@you #1 $x$.yaml",
    '"]]> --> <!-- \\"</failure>.yaml',
    "[link](mailto:me@example.org) **bold** \\| \\.yaml",
    "\u202e\u2066\ufeff\u200b\u2028\ufffe\U0001f600 模型.yaml",
    "back\\slash.yaml",
    "{0} {{1}} ${{ secrets.X }}.yaml",
)


def hostile() -> Report:
    """Names that try to break out: of a path, a layer, a variant, a message, a stated number."""
    files = []
    for place, name in enumerate(NASTY):
        span = Span(name, 3, 5, 3, 9)
        fault = Diagnostic(
            "E204", f"there is no layer `{name}`", span, (Note(name, span),), f"not {name}"
        )
        finding = Finding(fault, (name,), name, "macs", name, name, 1)
        lone = Diagnostic("W608", f"{name} ` is alone", None, severity="warning")
        claims = (
            Claim(name, name, "macs", "budget", name, name, finding),
            Claim(name, name, "depth", "expect", name, name),
        )
        nets = (None, name)
        files.append(Checked(f"dir/{place}/{name}", name, nets, (finding, Finding(lone)), claims))
    return Report(tuple(files), (Finding(Diagnostic("E901", "".join(NASTY), None)),))


def many(count: int) -> Report:
    """As many findings, mild ones first: a third of them of each severity."""
    severities: tuple[Severity, ...] = ("information", "warning", "error")
    codes = {"information": "W607", "warning": "W601", "error": "E402"}
    findings = []
    for number in range(count):
        severity = severities[number * 3 // count]
        span = Span("big.yaml", number + 1, 3, number + 1, 9)
        fault = Diagnostic(codes[severity], f"fault {number}", span, severity=severity)
        findings.append(Finding(fault))
    claims = tuple(
        Claim(str(number), None, "depth", "expect", "8", "8") for number in range(count)
    )
    return Report((Checked("big.yaml", "x\n" * count, (None,), tuple(findings), claims),))


REPORTS: Mapping[str, Report] = {
    "small": small(),
    "hostile": hostile(),
    "empty": Report(()),
    "clean": Report((Checked("a.yaml", "", (None,), ()),)),
    "sixty": many(60),
}

each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def in_order(report: Report) -> list[Diagnostic]:
    """The worst first, as the forms with limits have it; told apart from how they do it."""
    by_severity: dict[str, list[Diagnostic]] = {"error": [], "warning": [], "information": []}
    for finding in report.findings:
        by_severity[finding.severity].append(finding.diagnostic)
    return [fault for these in by_severity.values() for fault in these]


def spelt(text: str) -> str:
    """Text with what cannot be printed spelt out, by the tables of Unicode."""
    return "".join(
        character
        if character == " " or unicodedata.category(character)[0] not in "CZ"
        else character.encode("unicode_escape").decode()
        for character in text
    )


def sarif_run(report: Report) -> Any:
    [run] = json.loads(render_findings(report, "sarif"))["runs"]
    return run
