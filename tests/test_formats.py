"""What a check says, in every form: golden files, the forms' own schemas, and hostile names."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree as ET

import pytest
from junitparser import Failure, JUnitXml
from junitparser import TestCase as JUnitCase  # pytest would take its own name for tests
from junitparser import TestSuite as JUnitSuite
from markdown_it import MarkdownIt

from cnncalc.checks.finding import Checked, Claim, Finding, Report
from cnncalc.checks.lint.rule import Rule
from cnncalc.diagnostics import CODES, Diagnostic, Note, Severity, Span
from cnncalc.facts import STATED
from cnncalc.metrics import METRICS
from cnncalc.render.findings import FORMATS, render_findings
from cnncalc.render.findings.github import render_step_summary
from cnncalc.render.findings.sarif import STAGES

GOLDEN = Path(__file__).parent / "golden" / "findings"
SCHEMAS = Path(__file__).parent / "schemas"

# Reports


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
ENDINGS = {"json": "json", "sarif": "json", "gitlab": "json", "junit": "xml", "markdown": "md"}
RENDERINGS: Mapping[str, Callable[[Report], str]] = {
    **{form: partial(render_findings, form=form) for form in FORMATS},
    "step-summary": render_step_summary,
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


# All forms


@pytest.mark.parametrize("form", RENDERINGS)
def test_golden(form: str, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 - a fixture
    monkeypatch.setattr("cnncalc.checks.lint.all_rules", tuple)
    text = RENDERINGS[form](small())
    text = re.sub(r'"version": "[\d.]+[^"]*",\n   "rules', '"version": "V",\n   "rules', text)
    path = GOLDEN / f"{form}.{ENDINGS.get(form, 'txt')}"
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@each_report
@pytest.mark.parametrize("form", RENDERINGS)
def test_nothing_steers_a_terminal(form: str, report: Report) -> None:
    text = RENDERINGS[form](report)
    text.encode("utf-8")
    strange = {c for c in text if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"}
    assert strange <= {"\n"}
    assert not text or text.endswith("\n")


@pytest.mark.parametrize("form", RENDERINGS)
def test_the_same_report_is_the_same_text(form: str) -> None:
    assert RENDERINGS[form](hostile()) == RENDERINGS[form](hostile())


def test_every_form_has_its_function_in_a_module() -> None:
    for form in FORMATS:
        module = import_module(f"cnncalc.render.findings.{FORMATS[form]}")
        assert callable(getattr(module, f"render_{form}"))


def test_a_form_that_is_none() -> None:
    with pytest.raises(ValueError, match="`entries` is none of full, concise"):
        render_findings(small(), "entries")


def loaded(watched: str, code: str) -> list[str]:
    code += f"\nimport sys\nprint(*[name for name in '{watched}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("", []),
        ("concise", []),
        ("github", []),
        ("junit", []),
        ("jsonl", ["json"]),
        ("gitlab", ["json", "hashlib"]),
        ("sarif", ["json", "hashlib", "urllib"]),
    ],
)
def test_what_a_form_loads(form: str, expected: list[str]) -> None:
    code = "from cnncalc.checks.finding import Report, Checked, Finding\n"
    code += "from cnncalc.render.findings import FORMATS, render_findings\n"
    code += "from cnncalc.diagnostics import Diagnostic\n"
    if form:
        code += "found = Finding(Diagnostic('E901', 'a', None))\n"
        code += f"render_findings(Report((), (found,)), '{form}')"
    watched = "json xml hashlib urllib"
    if form == "sarif":  # the version of the program is looked up by what loads more
        assert {*expected} <= {*loaded(watched, code)}
    else:
        assert loaded(watched, code) == expected


# For people


def test_full_is_drawn_and_styled() -> None:
    text = render_findings(small(), "full", lambda text, role: f"<{role}>{text}</{role}>")
    assert "<warning>warning[W603]</warning>" in text
    assert "<error>^^^^^</error>" in text
    assert text.endswith(f"\n<strong>{small().summary()}</strong>\n")


def test_full_puts_an_empty_line_between_findings() -> None:
    blocks = render_findings(small(), "full").split("\n\n")
    heads = [block.partition("[")[0] for block in blocks]
    assert heads == ["error", "warning", "information", "error", "error", "warning", heads[-1]]
    assert heads[-1].startswith("2 specs, 3 networks, 3 errors, 2 warnings, 1 remark")


def test_style_is_for_full_alone() -> None:
    for form in [*FORMATS][1:]:
        assert "<" + "strong>" not in render_findings(small(), form, lambda *_: "<strong>")


@each_report
def test_concise_has_a_line_for_each_finding(report: Report) -> None:
    *lines, last = render_findings(report, "concise").splitlines()
    faults = [one.diagnostic for one in report.findings]
    assert last == report.summary()
    assert len(lines) == len(faults)
    for line, fault in zip(lines, faults, strict=True):
        assert line.endswith(f"{fault.code} {spelt(fault.message)}")
        if fault.span:
            file, line_number, column, *_ = fault.span
            assert line.startswith(f"{spelt(file)}:{line_number}:{column}: ")


# JSON

KEYS = (
    "code", "severity", "message", "file", "line", "column", "end_line", "end_column", "layer",
    "variants", "metric", "actual", "limit", "delta", "convention", "hint", "fix",
    "notes",
)  # fmt: skip


@each_report
def test_json_is_whole(report: Report) -> None:
    text = render_findings(report, "json")
    told = json.loads(text)
    assert tuple(told) == ("schema_version", "findings", "claims", "files", "summary")
    assert told["schema_version"] == 1
    assert all(tuple(one) == KEYS for one in told["findings"])
    assert [one["message"] for one in told["findings"]] == [
        spelt(one.diagnostic.message) for one in report.findings
    ]
    assert len(told["claims"]) == sum(len(file.claims) for file in report.files)
    severities = Counter(one.severity for one in report.findings)
    assert told["summary"] == {
        "specs": len(report.files),
        "networks": sum(len(file.networks) for file in report.files),
        "errors": severities["error"],
        "warnings": severities["warning"],
        "information": severities["information"],
    }


@each_report
def test_json_has_one_finding_a_line(report: Report) -> None:
    lines = render_findings(report, "json").splitlines()
    findings = [line for line in lines if line.startswith('   {"code": ')]
    assert len(findings) == len(report.findings)
    assert [json.loads(line.rstrip(",")) for line in findings] == json.loads("".join(lines))[
        "findings"
    ]


def test_json_tells_each_finding() -> None:
    by_code = {
        one["code"]: one for one in json.loads(render_findings(small(), "json"))["findings"]
    }
    budget = by_code["E802"]
    assert (budget["file"], budget["line"], budget["column"]) == ("specs/vgg.yaml", 9, 16)
    assert (budget["end_line"], budget["end_column"]) == (9, 21)
    assert (budget["metric"], budget["limit"], budget["variants"]) == ("macs", "<= 1G", ["16"])
    assert (budget["actual"], budget["delta"]) == (15_470_264_320, 14_470_264_320)
    assert budget["convention"].startswith("multiply-accumulates of convolutions")
    assert by_code["W603"]["layer"] == "conv1"
    assert by_code["W603"]["notes"] == [
        {"text": "`bn` subtracts it", "file": "specs/vgg.yaml", "line": 5, "column": 5}
    ]
    assert by_code["E001"]["file"] == "specs/lost.yaml"
    assert by_code["E001"]["line"] is None
    assert by_code["W802"]["file"] is None


@pytest.mark.parametrize("actual", [2**90 + 1, (3, 224, 2**70), "61.9 %", None])
def test_json_figures_are_exact(actual: Any) -> None:
    fault = Diagnostic("E801", "differs", None)
    finding = Finding(fault, (), None, "output", actual, "7", -(2**80))
    for form in ("json", "jsonl"):
        told = json.loads(render_findings(Report((), (finding,)), form))
        [told] = told["findings"] if form == "json" else [told]
        assert told["actual"] == (list(actual) if isinstance(actual, tuple) else actual)
        assert told["delta"] == -(2**80)


def test_json_tells_which_claims_hold() -> None:
    claims = json.loads(render_findings(small(), "json"))["claims"]
    assert [one["holds"] for one in claims] == [True, True, False]
    assert claims[1] == {
        "file": "specs/vgg.yaml",
        "variant": "16",
        "layer": "conv1",
        "metric": "output",
        "kind": "expect",
        "stated": "64x224x224",
        "actual": "64x224x224",
        "holds": True,
    }


@each_report
def test_jsonl_is_the_findings_of_json(report: Report) -> None:
    lines = render_findings(report, "jsonl").splitlines()
    told = json.loads(render_findings(report, "json"))["findings"]
    assert [json.loads(line) for line in lines] == told


def test_every_metric_says_what_it_counts() -> None:
    assert {*STATED} <= {*METRICS}
    for metric in METRICS.values():
        assert metric.title, metric.name
        assert metric.sentence, metric.name
        assert not set(metric.sentence) & {"\n"}, metric.name
        assert not metric.sentence.endswith("."), metric.name


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
        "<= 1G by 14,470,264,320"
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
        assert message == spelt(str(fault))
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
        assert message == f"{given}:1:1: E402 no"
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


# SARIF


def sarif_schema() -> Any:
    return json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))


def sarif_faults(log: object) -> list[str]:
    validator = import_module("jsonschema").Draft4Validator(sarif_schema())
    return [fault.message for fault in validator.iter_errors(log)]


def sarif_run(report: Report) -> Any:
    [run] = json.loads(render_findings(report, "sarif"))["runs"]
    return run


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
    monkeypatch.setattr("cnncalc.checks.lint.all_rules", lambda: (rule,))
    rules = {one["id"]: one for one in sarif_run(small())["tool"]["driver"]["rules"]}
    told = rules["W603"]
    assert told["defaultConfiguration"] == {"level": "note"}
    assert told["fullDescription"]["text"].startswith("A convolution has a bias. It does")
    assert len(told["fullDescription"]["text"]) == 1000
    assert told["help"]["text"].endswith("\n\nIt costs memory.")
    assert "```yaml\nlayers: [conv3x3 8, bn]\n```" in told["help"]["markdown"]
    assert rules["W607"]["help"]["text"].startswith("Field beyond the input: ")
    assert sarif_faults(json.loads(render_findings(small(), "sarif"))) == []


def test_every_stage_of_the_codes_is_told() -> None:
    assert {code[:2] for code in CODES} == STAGES.keys()


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


def test_junit_shows_what_holds_as_well() -> None:
    root = ET.fromstring(render_findings(small(), "junit"))  # noqa: S314 - our own
    suites = {str(one.get("name")): cases(one) for one in root.findall("testsuite")}
    assert suites == {
        "specs/clean.yaml": {"specs/clean: No errors found": "pass"},
        "specs/lost.yaml": {"specs/lost: E001 unreadable file": "E001"},
        "specs/vgg.yaml": {
            "specs/vgg:16: expect parameters: 138.4M": "pass",
            "specs/vgg:16: expect output of conv1: 64x224x224": "pass",
            "specs/vgg:16: budget macs: <= 1G": "E802",
            "specs/vgg: W603 bias before normalisation in conv1": "W603",
            "specs/vgg: W607 field beyond the input in maxpool1": "pass",
        },
        "cnncalc.yaml": {"cnncalc: E901 project file": "E901"},
        "cnncalc check": {"cnncalc check: W802 baseline without a spec": "W802"},
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
        assert issue["description"] == f"{fault.code}: {spelt(fault.message)}"
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


# Markdown


def tables(text: str) -> list[list[list[str]]]:
    """Tables as a reader of Markdown sees them: rows of cells, as the HTML of each."""
    html = MarkdownIt("commonmark").enable("table").render(text)
    found = []
    for table in re.findall(r"<table>(.*?)</table>", html, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        found.append([re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows])
    return found


def shown(cell: str) -> str:
    """What is seen of a cell."""
    text = re.sub(r"</?(code|strong)>", "", cell)
    assert "<" not in text, "only these two tags are ours"
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("\u200b", "")):
        text = text.replace(name, character)
    return text.replace("&amp;", "&")


def test_markdown_shows_findings_and_claims() -> None:
    findings, claims = tables(render_findings(small(), "markdown"))
    assert findings[0] == ["Place", "Code", "Finding"]
    assert findings[2] == [
        "<code>specs/vgg.yaml:9</code>",
        "<code>E802</code>",
        (
            "<code>macs</code> of vgg.yaml:16 is 15,470,264,320, over the budget of &lt;= 1G by "
            "14,470,264,320"
        ),
    ]
    assert [row[1] for row in findings[1:]] == [
        f"<code>{code}</code>" for code in ("E001", "E802", "E901", "W603", "W802", "W607")
    ]
    assert claims[0] == ["Network", "Claim", "Stated", "Actual", "Holds"]
    assert [row[-1] for row in claims[1:]] == ["yes", "yes", "<strong>no</strong>"]
    assert claims[2][1] == "expect <code>output</code> of <code>conv1</code>"


@pytest.mark.parametrize("name", ["small", "hostile", "sixty"])
def test_markdown_shows_names_as_they_are(name: str) -> None:
    report = REPORTS[name]
    findings, claims = tables(render_findings(report, "markdown"))
    faults = in_order(report)
    assert len(findings) == 1 + len(faults)
    for (_, code, message), fault in zip(findings[1:], faults, strict=True):
        assert shown(code) == fault.code
        told = shown(message).replace("`", "")
        assert told == spelt(fault.message).replace("`", "")
    stated = [(spelt(one.stated), spelt(one.actual)) for f in report.files for one in f.claims]
    assert [(shown(row[2]), shown(row[3])) for row in claims[1:]] == stated


@pytest.mark.parametrize(
    ("message", "cell"),
    [
        ("`a|b` has `*`", r"<code>a|b</code> has <code>*</code>"),
        ("a ` is *alone*", "a ` is *alone*"),
        ("`` is empty", "<code></code> is empty"),
        ("1 < 2 & <b>bold</b>", "1 &lt; 2 &amp; &lt;b&gt;bold&lt;/b&gt;"),
        ("a\nb", r"a\nb"),
    ],
)
def test_markdown_shows_what_stands_in_backticks_as_code(message: str, cell: str) -> None:
    report = Report((), (Finding(Diagnostic("E901", message, None)),))
    [[_, row]] = tables(render_findings(report, "markdown"))
    assert row[-1] == cell


def test_markdown_calls_nobody() -> None:
    text = re.sub(r"`[^`\n]*`", "", render_findings(hostile(), "markdown"))
    assert "@&#8203;you #&#8203;1" in text
    assert not re.search(r"@\w|#\d(?!\d*;)", text)


@pytest.mark.parametrize("count", [60, 30_000])
def test_markdown_fits_a_comment(count: int) -> None:
    text = render_findings(many(count), "markdown")
    assert len(text) < 65_536
    findings, claims = tables(text)
    assert [row[1] for row in findings[1:21]] == ["<code>E402</code>"] * 20
    for noun, rows in (("finding", findings), ("claim", claims)):
        left = re.search(rf"^([\d,]+) {noun}s left off\.$", text, re.MULTILINE)
        assert len(rows) - 1 + (int(left[1].replace(",", "")) if left else 0) == count


def test_markdown_of_nothing_is_the_summary() -> None:
    text = render_findings(Report(()), "markdown")
    assert text == "**0 specs, 0 networks, 0 errors, 0 warnings**\n"
